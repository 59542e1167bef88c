"""Hazard 4: both switches of a zone are shorted. No software can end that heat: the board sees it, calls for the plug
and locks for good; the bimetal in series with the element ends it. What is left is stated in SAFETY.md.
"""

from __future__ import annotations

import math

import pytest
from hazard_figures import end
from poultice.link import contract

REACTION_S = 0.5
WINDOW_S = 1.0
SLOT_S = 0.02  # at each window's end everything should be off
BIMETAL_C = 47.0  # the latest that may be built in
STUCK = (contract.Fault.HEATER_STUCK_ON, contract.Fault.RAIL_STUCK_ON)


def hears_of_it(host) -> bool:
    return bool(host.latched & set(STUCK))


def run_until_it_shows(host) -> None:
    """Up to the next moment in which everything should be off."""
    now_s = host.board.now_s
    slot_s = math.ceil(now_s + SLOT_S + 0.005) * WINDOW_S - SLOT_S
    host.run(slot_s - now_s)


@pytest.mark.parametrize("zone", ["lumbar", "upper_back"])
@pytest.mark.parametrize("heating", [True, False])
def test_it_is_seen_and_called_out(new_host, zone: str, heating: bool) -> None:
    host = new_host(warm_c=36.0)
    if heating:
        host.heat(target_c=40.0)
    host.board.inject("both-switches", zone=zone)
    if heating:
        run_until_it_shows(host)
    took_s = host.seconds_until(hears_of_it, 2 * REACTION_S)
    seen = min(host.latched & set(STUCK))
    reaction = host.react(0.0, 1.0).after(took_s)
    host.judge(4, f"{zone}, {'heating' if heating else 'idle'}: alarm", reaction, REACTION_S, seen)
    assert host.status.state == contract.DeviceState.LATCHED_C
    assert host.board.observe().duty_permille == (0, 0)
    sounds: list[bool] = []
    host.run(3.0, lambda seen: sounds.append(seen.buzzer))
    assert any(sounds), "it calls for the plug"


@pytest.mark.slow
def test_the_bimetal_ends_what_no_software_can(covered) -> None:
    """Its dose is computed in hardware/circuits: the residual risk that SAFETY.md states, the reason for the alarm."""
    covered.board.inject("both-switches", zone="lumbar")
    began_s = covered.board.now_s
    covered.run(1.0)
    covered.seconds_until(lambda host: not any(host.board.observe().heater_w), 3600.0, 0.1)
    took_s = covered.board.now_s - began_s
    reaction = covered.react(0.0, 1800.0).after(took_s)
    end(
        4, "covered, by the bimetal alone", reaction, 1800.0, "bimetal", peak_limit_c=BIMETAL_C,
        added_limit_cem43=None,
    )  # fmt: skip
    assert covered.board.observe().used_j[0] > 1000, "the fault did heat"
