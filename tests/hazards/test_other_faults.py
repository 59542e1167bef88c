"""Faults that belong to no single row of the hazards, each provoked: an open element, a pad that does not warm, one
that warms by itself, a loose thermistor, a stuck button.
"""

from __future__ import annotations

import pytest
from poultice.link import contract

LEASE_S = 1.52  # and the step that hears the last demand, and the one that ends it
ZONES = ["lumbar", "upper_back"]


@pytest.mark.parametrize("zone", [0, 1])
@pytest.mark.parametrize("watts", [30.0, 8.0])
def test_an_open_heater_is_seen(new_host, zone: int, watts: float) -> None:
    host = new_host(warm_c=34.0)
    host.heat((watts, watts), 40.0)
    host.run(3.0)
    host.board.inject("open-heater", zone=ZONES[zone])
    host.seconds_until(lambda host: contract.Fault.HEATER_OPEN in host.latched, 4.0)
    assert host.stays_off()


def test_a_pad_that_does_not_warm_is_held_until_a_new_target(new_host) -> None:
    """Its heat goes elsewhere: at full power for three minutes and no warmer."""
    host = new_host(parameters={"cover_w_per_m2k": 60.0, "contact_w_per_m2k": 5.0, "room_c": 15.0})
    host.heat((30.0, 30.0), 40.0)
    held = (contract.LimitedBy.NOT_WARMING,) * 2
    took_s = host.seconds_until(lambda host: host.status.zone_limited_by == held, 900.0, 1.0)
    assert took_s >= 180.0
    assert contract.Fault.NOT_WARMING in host.told
    assert host.stays_off()
    host.ask((30.0, 30.0), 39.0)
    assert any(host.run(2.0).duty_permille), "a new target is a new start"


def test_a_zone_that_warms_by_itself_locks(new_host) -> None:
    """No current betrays it; all that its thermistors say does."""
    host = new_host(warm_c=37.0)
    host.run(65.0)
    for sensor in ("left", "right", "witness"):
        host.board.inject("drifting-ntc", zone="lumbar", sensor=sensor, offset=4.0, rate=0.05)
    host.seconds_until(lambda host: host.status.sensor_temperature_centi_c[0] > 3850, 120.0, 0.1)
    host.seconds_until(lambda host: contract.Fault.WARMS_BY_ITSELF in host.latched, 10.0, 0.1)


def test_a_thermistor_that_jumps_about_locks_at_the_third_jump(new_host) -> None:
    """A bead without its sleeve touches and loses the pad: what it says cannot be warmth."""
    host = new_host(warm_c=36.0, parameters={"lag_s": 0.02})
    host.heat((5.0, 5.0), 40.0)
    for jump in range(3):
        if jump % 2 == 0:
            host.board.inject("detached-ntc", zone="lumbar", sensor="right", to="room")
        else:
            host.board.clear_fault("detached-ntc")
        host.run(0.4)
        assert host.board.observe().duty_permille[0] == 0, "not believed for two seconds"
        host.run(2.5 if not host.latched else 0.1)
        assert jump > 0 or not host.latched, "one jump is no loose wire"
    assert host.latched == {contract.Fault.SENSOR_JUMP}


def test_a_button_that_is_held_down_arms_nothing(new_host) -> None:
    host = new_host(warm_c=36.0)
    host.board.press(15.0)
    host.ask((30.0, 30.0), 40.0)
    host.run(12.0)
    assert contract.Fault.BUTTON_STUCK in host.told
    assert host.run(5.0).used_j == (0.0, 0.0)
    assert not host.latched


def test_a_silent_host_is_told_as_such(new_host) -> None:
    host = new_host(warm_c=36.0)
    host.heat((20.0, 20.0), 40.0)
    host.sends = host.say_nothing
    reaction = host.react(LEASE_S, 10.0)
    host.judge(19, "the host falls silent", reaction, LEASE_S, contract.Fault.LEASE_EXPIRED)
