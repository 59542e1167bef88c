"""Hazard 27: the crystal fails, and every second with it. The watchdog's own oscillator tells: locked. How fast the
chip finds it is measured on the emulator.
"""

from __future__ import annotations

import pytest
from poultice.link import contract

REACTION_S = 0.1


def test_heat_ends_and_stays_off(new_host) -> None:
    host = new_host(warm_c=36.0)
    host.heat(target_c=40.0)
    host.board.inject("failed-self-test", test="clock")
    reaction = host.react(REACTION_S)
    host.judge(27, "self-test of the clock fails", reaction, REACTION_S, contract.Fault.CLOCK_WRONG)
    assert host.stays_off()


def test_hung_three_times_within_an_hour_locks_for_good(new_host) -> None:
    host = new_host(warm_c=36.0)
    for _ in range(3):
        assert contract.Fault.HANGS_AGAIN not in host.latched
        host.run(600.0)
        host.board.reset(contract.ResetCause.WATCHDOG)
        host.run(1.0)
    assert contract.Fault.HANGS_AGAIN in host.latched
    assert host.status.state == contract.DeviceState.LATCHED_C


@pytest.mark.slow
def test_hung_three_times_in_two_hours_does_not(new_host) -> None:
    host = new_host(warm_c=36.0)
    for _ in range(3):
        host.board.reset(contract.ResetCause.WATCHDOG)
        host.run(2400.0)
    assert not host.latched
