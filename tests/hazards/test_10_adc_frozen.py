"""Hazard 10: the converter stands still: no conversion ends, or the same result comes for ever. Locked within 1 s."""

from __future__ import annotations

import pytest
from poultice.link import contract

REACTION_S = 1.0


@pytest.mark.parametrize("fault", ["dead-adc", "frozen-adc"])
@pytest.mark.parametrize("after_s", [0.0, 0.05, 0.42])
def test_heat_ends_and_stays_off(new_host, fault: str, after_s: float) -> None:
    host = new_host(warm_c=36.0)
    host.heat(target_c=40.0)
    host.run(after_s)
    host.board.inject(fault)
    reaction = host.react(REACTION_S)
    host.judge(10, fault, reaction, REACTION_S, contract.Fault.ADC_STUCK)
    assert all(contract.FAULTS[each].lockout == "B" for each in host.latched), "nothing is concluded from its numbers"
    host.board.clear_fault(fault)
    assert host.stays_off()


@pytest.mark.parametrize("fault", ["dead-adc", "frozen-adc"])
def test_nothing_arms_with_it(new_host, fault: str) -> None:
    host = new_host(warm_c=36.0)
    host.board.inject(fault)
    host.run(1.0)
    host.board.press(0.5)
    host.ask((30.0, 30.0), 40.0)
    assert host.run(5.0).used_j == (0.0, 0.0)
