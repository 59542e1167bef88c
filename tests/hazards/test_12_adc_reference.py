"""Hazard 12: the converter's reference shifts, and every reading with it. The bandgap shows it within 1 s."""

from __future__ import annotations

import pytest
from poultice.link import contract

REACTION_S = 1.0


@pytest.mark.parametrize("percent", [-10.0, -6.0, 6.0, 10.0, 50.0])
def test_heat_ends_and_stays_off(new_host, percent: float) -> None:
    host = new_host(warm_c=36.0)
    host.heat(target_c=40.0)
    host.board.inject("shifted-reference", percent=percent)
    reaction = host.react(REACTION_S)
    host.judge(12, f"{percent:+.0f} %", reaction, REACTION_S, contract.Fault.ADC_REFERENCE)
    assert all(contract.FAULTS[each].lockout == "B" for each in host.latched)
    assert host.stays_off()


@pytest.mark.parametrize("percent", [-3.0, 3.0])
def test_what_a_reference_may_do_is_no_fault(new_host, percent: float) -> None:
    host = new_host(warm_c=36.0)
    host.heat(target_c=40.0)
    host.board.inject("shifted-reference", percent=percent)
    assert any(host.run(30.0).duty_permille)
    assert not host.latched
