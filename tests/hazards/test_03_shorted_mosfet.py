"""Hazard 3: a zone's lower switch is shorted. Heat ends at 44 °C at the latest, because the upper switch goes too."""

from __future__ import annotations

import pytest
from poultice.link import contract

ENABLE_S = 0.15  # the charge pump of the upper switches holds for a tenth of a second
LATCH_C = 44.0
LAG_K = 0.7  # three samples, and the thermistor's lag


@pytest.mark.parametrize("zone", ["lumbar", "upper_back"])
def test_it_is_ended_at_44_degrees(covered, zone: str) -> None:
    place = ("lumbar", "upper_back").index(zone)
    covered.board.warm(39.0)
    covered.board.inject("shorted-mosfet", zone=zone)
    covered.arm()
    covered.ask((1.0, 0.0) if place == 1 else (0.0, 1.0), 40.0)  # hardly any heat, and in the other zone
    seen = covered.run(300.0)
    assert seen.used_j[place] > 1000, "the fault did heat"
    assert seen.latched
    assert not seen.rail_on
    assert max(seen.peak_pad_c) <= LATCH_C + LAG_K
    assert covered.stays_off(10.0)
    assert covered.events(contract.EventKind.FAULT)


def test_it_heats_nobody_who_asked_for_nothing(host) -> None:
    host.board.inject("shorted-mosfet", zone="lumbar")
    assert host.run(5.0).used_j == (0.0, 0.0)
    host.arm()
    assert host.run(5.0).used_j == (0.0, 0.0), "armed, but nothing asked"


def test_stop_ends_it(host) -> None:
    host.board.inject("shorted-mosfet", zone="lumbar")
    host.heat((0.0, 10.0))
    assert host.board.observe().heater_w[0] > 20
    host.sends = host.say_nothing
    host.board.receive(host.frame(contract.Stop.ID))
    assert host.seconds_until_off(ENABLE_S) <= ENABLE_S
    assert host.stays_off()
