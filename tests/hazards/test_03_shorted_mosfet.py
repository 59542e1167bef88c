"""Hazard 3: a zone's lower switch is shorted. In the slot at each second's end, in which everything should be off, its
current shows: the rail is dropped within 0.4 s and the board locks for good.
"""

from __future__ import annotations

import math

import pytest
from poultice.link import contract

REACTION_S = 0.4
WINDOW_S = 1.0
SLOT_S = 0.02  # at the end of each window
ZONES = ["lumbar", "upper_back"]


def run_to_the_slot(host) -> None:
    """Up to the next moment in which both heaters and all motors should be off."""
    now_s = host.board.now_s
    slot_s = math.ceil(now_s + SLOT_S + 0.005) * WINDOW_S - SLOT_S
    host.run(slot_s - now_s)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("watts", [(30.0, 30.0), (1.0, 0.0), (0.0, 1.0), (20.0, 0.0)])
@pytest.mark.parametrize("after_s", [0.0, 0.31, 0.97])  # anywhere in the window
def test_the_rail_is_dropped_for_good(new_host, zone: str, watts, after_s: float) -> None:
    host = new_host(warm_c=36.0)
    host.heat(watts, 40.0)
    host.run(after_s)
    host.board.inject("shorted-mosfet", zone=zone)
    run_to_the_slot(host)
    reaction = host.react(REACTION_S)
    stuck = contract.Fault.HEATER_STUCK_ON
    host.judge(
        3,
        f"{zone} shorted, {watts[0]:.0f} + {watts[1]:.0f} W asked",
        reaction,
        REACTION_S,
        stuck,
    )
    assert not host.board.observe().rail_on
    assert host.status.state == contract.DeviceState.LATCHED_C
    assert host.stays_off(10.0)


@pytest.mark.parametrize("zone", ZONES)
def test_it_heats_nobody_before(covered, zone: str) -> None:
    """Shorted before anything was asked: one window and the confirmation is all that it gets."""
    place = ZONES.index(zone)
    covered.board.inject("shorted-mosfet", zone=zone)
    covered.arm()
    covered.ask((1.0, 0.0) if place == 1 else (0.0, 1.0), 40.0)  # hardly any heat, and in the other zone
    seen = covered.run(60.0)
    assert 0 < seen.used_j[place] <= 30.0 * (WINDOW_S + REACTION_S) * 1.1
    assert contract.Fault.HEATER_STUCK_ON in covered.latched


def test_it_heats_nobody_who_asked_for_nothing(host) -> None:
    host.board.inject("shorted-mosfet", zone="lumbar")
    assert host.run(5.0).used_j == (0.0, 0.0)
    host.arm()
    assert host.run(5.0).used_j == (0.0, 0.0), "armed, but nothing asked"


def test_a_short_that_ends_is_no_pardon(host) -> None:
    host.heat((10.0, 10.0))
    host.board.inject("shorted-mosfet", zone="lumbar")
    host.run(3.0)
    host.board.clear_fault("shorted-mosfet")
    host.board.press(3.0)
    host.run(4.0)
    assert contract.Fault.HEATER_STUCK_ON in host.latched
    host.board.reset(contract.ResetCause.POWER_ON)
    host.run(1.0)
    assert contract.Fault.HEATER_STUCK_ON in host.latched, "a power cut clears nothing"


def test_a_stuck_upper_switch_is_seen_once_heat_ends(new_host) -> None:
    """The rail stays although the enable stopped: locked within 0.5 s, before anything is heated by it."""
    host = new_host(warm_c=36.0)
    host.heat((20.0, 20.0), 40.0)
    host.board.inject("stuck-rail")
    host.run(2.0)
    assert not host.latched, "while heat is granted the rail is as it should be"
    host.ask((0.0, 0.0), 0.0)
    host.seconds_until(lambda host: not host.board.observe().enable, 0.5)
    rail = contract.Fault.RAIL_STUCK_ON
    took_s = host.seconds_until(lambda host: rail in host.latched, 0.5)
    reaction = host.react(0.5, 5.0)
    host.judge(3, "upper switch stuck", reaction.after(took_s), 0.5, rail)
    assert host.status.state == contract.DeviceState.LATCHED_C
