"""Hazard 28: the supply dips. Where the rail is too low heat ends at the next sample, and returns by itself."""

from __future__ import annotations

import pytest
from poultice.link import contract

REACTION_S = 0.2  # one sample of 100 ms, and the one that was running


@pytest.mark.parametrize("percent", [20, 40])
@pytest.mark.parametrize("after_s", [0.0, 0.05, 0.33])
def test_a_long_dip_ends_heat_until_it_is_over(new_host, percent: float, after_s: float) -> None:
    host = new_host(warm_c=36.0)
    host.heat(target_c=40.0)
    host.run(after_s)
    host.board.inject("supply-dip", percent=percent)
    reaction = host.react(REACTION_S, 0.3)
    host.judge(28, f"to {percent} %", reaction, REACTION_S, contract.Fault.SUPPLY_DIP)
    before = host.board.observe().used_j
    host.run(20.0)
    tried_j = [now - then for now, then in zip(host.board.observe().used_j, before, strict=True)]
    assert max(tried_j) <= 20.0 * 30.0 * 0.2, "it only tries now and then"
    host.board.clear_fault("supply-dip")
    assert any(host.run(6.0).duty_permille)
    assert not host.latched


def test_a_profile_of_dips_neither_locks_nor_overheats(new_host) -> None:
    """From a blink to seconds, down to nothing: the watts believed may never be too few for long."""
    host = new_host(warm_c=36.0)
    host.heat((20.0, 20.0), 40.0)
    for length_s in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 3.0):
        for percent in (0, 30, 60, 90):
            host.board.inject("supply-dip", percent=percent)
            host.run(length_s)
            host.board.clear_fault("supply-dip")
            host.run(3.0)
    assert not host.latched
    assert max(host.board.observe().peak_pad_c) <= 41.7


@pytest.mark.parametrize("percent", [50, 60, 80])
def test_twelve_volts_are_no_fault(new_host, percent: float) -> None:
    host = new_host(warm_c=36.0)
    host.heat(target_c=40.0)
    host.board.inject("supply-dip", percent=percent)
    assert any(host.run(30.0).duty_permille)
    assert not host.latched
