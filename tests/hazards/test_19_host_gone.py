"""Hazard 19: the controller crashes. What it lent ends by itself within 1.5 s, the arming 10 s later."""

from __future__ import annotations

import pytest
from poultice.link import contract

LEASE_S = 1.52  # and the step that hears the last demand, and the one that ends it
DISARM_S = 10.0


@pytest.mark.parametrize("after_s", [0.0, 0.01, 0.02, 0.03, 0.04])  # anywhere between two demands
def test_heat_and_massage_end(host, after_s: float) -> None:
    host.arm()
    host.ask((30.0, 30.0), 40.0, (50,) * 4)
    assert all(host.run(3.0).motor_pwm)
    host.run(after_s)
    host.sends = host.say_nothing
    reaction = host.react(LEASE_S, 5.0)
    assert reaction.seconds >= 1.4
    host.judge(19, "the host dies", reaction, LEASE_S, contract.Fault.LEASE_EXPIRED)
    assert host.stays_off()


def test_it_costs_the_arming(host) -> None:
    host.heat()
    host.sends = host.say_nothing
    assert host.run(DISARM_S - 0.2).armed
    assert not host.run(0.4).armed
    host.sends = host.demand
    assert host.stays_off(), "a host that comes back later finds a pad that must be pressed again"


def test_a_hung_cable_is_the_same(host) -> None:
    host.heat()
    host.board.inject("frozen-host")  # the host sends, the bytes go nowhere
    assert host.seconds_until_off(LEASE_S) <= LEASE_S
    assert host.stays_off()
