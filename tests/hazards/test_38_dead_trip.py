"""Hazard 38: the hardware's own trip is dead. It is provoked while the button is held: no answer, no arming."""

from __future__ import annotations

import pytest
from poultice.link import contract

REACTION_S = 2.0


def test_without_an_answer_nothing_arms(new_host) -> None:
    host = new_host(warm_c=36.0)
    host.board.inject("dead-trip")
    host.ask((30.0, 30.0), 40.0)
    host.board.press(0.5)
    took_s = host.seconds_until(lambda host: contract.Fault.TRIP_TEST_FAILED in host.told, REACTION_S + 0.5)
    reaction = host.react(REACTION_S, 5.0)
    host.judge(38, "comparator dead", reaction.after(took_s - 0.5), REACTION_S, contract.Fault.TRIP_TEST_FAILED)
    assert contract.Refusal.TRIP_TEST_FAILED in host.events(contract.EventKind.REFUSED)
    assert not host.board.observe().armed
    assert host.board.observe().used_j == (0.0, 0.0)
    host.board.clear_fault("dead-trip")
    host.run(3.0)
    host.arm()


def test_each_press_tests_and_the_test_leaves_nothing(new_host) -> None:
    host = new_host(warm_c=36.0)
    for _ in range(4):  # both zones, twice
        host.arm()
        assert contract.Fault.HARDWARE_TRIP not in host.told, "a provoked trip is no evidence"
        host.board.press(0.5)  # armed and nothing on: disarms
        host.run(3.0)
        assert not host.board.observe().armed


@pytest.mark.parametrize("held_s", [0.1, 0.3, 0.5])
def test_a_restart_while_the_button_is_held_is_no_evidence(new_host, held_s: float) -> None:
    """The trip was provoked, the board has forgotten that, and the hardware's latch has not."""
    host = new_host(warm_c=36.0)
    host.board.press(1.0)
    host.run(held_s)
    host.board.reset(contract.ResetCause.BROWN_OUT)
    host.run(3.0)
    assert not host.latched
    host.arm()


def test_a_hang_while_it_is_provoked_is_no_evidence(new_host) -> None:
    """The line that provokes it stays as it is until the watchdog bites, and the button is long released."""
    host = new_host(warm_c=36.0)
    host.board.inject("dead-trip")  # so that it is provoked for long enough
    host.board.press(0.15)
    host.run(0.1)
    host.board.inject("hung-loop")
    host.board.clear_fault("dead-trip")
    host.run(0.3)
    host.board.clear_fault("hung-loop")
    host.run(3.0)
    assert not host.latched
    host.board.press(0.5)  # the hardware's own latch does not forget: the release frees it
    host.run(1.0)
    assert not host.board.observe().armed
    host.run(2.0)
    host.arm()
    host.board.inject("false-trip", zone="lumbar")
    host.run(1.0)
    assert host.latched == {contract.Fault.HARDWARE_TRIP}, "what comes later is evidence again"


def test_a_trip_that_nobody_provoked_locks_for_good(new_host) -> None:
    """The witness reads hot: the comparator trips by itself, the rail is gone at once and the board remembers."""
    host = new_host(warm_c=38.0)
    host.heat((20.0, 20.0), 41.0)
    host.board.inject("drifting-ntc", zone="lumbar", sensor="witness", offset=9.0, rate=1.0)
    host.seconds_until(lambda host: not host.board.observe().rail_on, 12.0)
    took_s = host.seconds_until(lambda host: contract.Fault.HARDWARE_TRIP in host.latched, 0.5)
    reaction = host.react(0.5)
    host.judge(38, "trips by itself", reaction.after(took_s), 0.5, contract.Fault.HARDWARE_TRIP)
    assert host.status.state == contract.DeviceState.LATCHED_C
