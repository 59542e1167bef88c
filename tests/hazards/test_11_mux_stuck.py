"""Hazard 11: the converter's multiplexer stands still, so that every channel shows one. Ground and bandgap cannot read
alike: locked within 1 s, and nothing is concluded from the other numbers.
"""

from __future__ import annotations

import pytest
from poultice.link import contract, facts

REACTION_S = 1.0


@pytest.mark.parametrize("channel", sorted(facts.ADC.channels))
def test_whichever_it_shows(new_host, channel: str) -> None:
    host = new_host(warm_c=36.0)
    host.heat(target_c=40.0)
    host.board.inject("stuck-mux", channel=channel)
    reaction = host.react(REACTION_S)
    host.judge(11, f"shows {channel.replace('_', ' ')}", reaction, REACTION_S, contract.Fault.ADC_STUCK)
    assert all(contract.FAULTS[each].lockout == "B" for each in host.latched)
    assert host.stays_off()
