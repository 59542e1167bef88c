"""Hazard 20: the controller hangs and repeats itself. A demand whose counter does not advance lends nothing."""

from __future__ import annotations

import itertools

from poultice.link import contract

LEASE_S = 1.52  # and the step that hears the last demand, and the one that ends it


def test_the_last_demand_for_ever(host) -> None:
    host.heat(target_c=40.0)
    last = host.next_demand()
    host.sends = lambda: host.board.receive(last)
    reaction = host.react(LEASE_S, 5.0)
    host.judge(20, "the last demand for ever", reaction, LEASE_S, contract.Fault.LEASE_EXPIRED)
    assert host.stays_off(15.0)
    assert host.status.demands_refused > 100
    assert contract.Refusal.COUNTER_DID_NOT_ADVANCE in host.events(contract.EventKind.REFUSED)


def test_a_recorded_minute_on_a_pad_armed_anew(host) -> None:
    """A buffer plays what was recorded a session ago: older than the newest, it lends nothing."""
    host.arm()
    host.ask((30.0, 30.0), 40.0)
    recorded = [host.next_demand() for _ in range(1200)]
    frames = iter(recorded)
    host.sends = lambda: host.board.receive(next(frames))
    host.run(60.0)
    host.sends = host.demand
    assert any(host.run(1.0).duty_permille)

    again = itertools.cycle(recorded[:1000])
    host.sends = lambda: host.board.receive(next(again))
    assert host.seconds_until_off(LEASE_S) <= LEASE_S
    used = host.board.observe().used_j
    assert host.run(60.0).used_j == used, "round and round it never heats"
    assert not host.board.observe().armed


def test_one_recorded_frame_on_a_pad_just_armed(host) -> None:
    host.ask((30.0, 30.0), 40.0)
    frame = host.next_demand()
    host.board.receive(frame)  # as it was sent at its time, to a pad that nobody had pressed
    host.sends = host.say_nothing
    host.run(12.0)
    host.sends = lambda: host.board.receive(frame)
    host.arm()
    assert host.run(20.0).used_j == (0.0, 0.0)
