"""A nudge is short, soft and rare; it gives way to whatever a person does, and it never has to do with heat."""

from __future__ import annotations

from typing import Any

import pytest
from poultice.therapy.limits import HostLimits
from poultice.therapy.nudge import Nudges
from poultice.therapy.state import Phase, Role, Status

LIMITS = HostLimits()


def moves(rig: Any) -> bool:
    return any(rig.run(0.05).motors_percent)


def test_a_nudge_is_soft_short_and_between_the_shoulders(rig: Any) -> None:
    assert rig.ask("nudge").status is Status.ACCEPTED
    rig.demands.clear()
    rig.run(5.0)
    moving = [demand for demand in rig.demands if any(demand.motors_percent)]
    assert 1.0 <= len(moving) * 0.05 <= 3.0
    assert max(max(demand.motors_percent) for demand in moving) == LIMITS.nudge_percent_max == 30
    assert moving[0].motors_percent[0] < 30, "it swells"
    assert moving[-1].motors_percent[0] < 30, "and ebbs"
    assert all(demand.motors_percent[2:] == (0, 0) for demand in moving), "the lower motors stay still"
    assert all(zone.target_c is None and zone.power_w == 0 for demand in rig.demands for zone in demand.zones)
    assert {demand.reason.code for demand in moving} == {"nudge"}
    assert rig.demands[-1].off
    assert "nudged" in rig.kinds()
    assert rig.view.reason.code == "ready"


@pytest.mark.parametrize("how", ["phone", "coach", "automation"])
def test_whoever_nudges_meets_the_same_refusals(new_rig: Any, how: str) -> None:
    def refusal() -> str | None:
        rig.pad.allow_nudges(True)
        if how == "coach":
            why = rig.pad.nudge(rig.now_s)
            return None if why is None else why.code
        reply = rig.ask("nudge", Role(how))
        return None if reply.status is Status.ACCEPTED else reply.reason.code

    rig = new_rig()
    rig.pad.accept_checklist(("me",))
    assert refusal() == "offline"
    rig.connect(checklist=False)
    assert refusal() == "checklist"
    rig.pad.accept_checklist(("me",))
    assert refusal() is None
    assert refusal() == "nudged_already"
    rig.run(3.0)
    rig.ask("start", program="warm")
    assert refusal() == "busy"
    rig.press()
    assert refusal() == "busy"
    rig.ask("stop")
    rig.run(2.0)
    rig.press()
    assert refusal() == "armed_already", "somebody is at the pad"
    rig.disarm("expired")
    rig.extras = {"latched": ("sensor_open",)}
    rig.read()
    assert refusal() == "fault"
    assert rig.run(0.1).off


def test_home_automation_nudges_only_where_a_person_lets_it(rig: Any) -> None:
    assert rig.ask("nudge", Role.AUTOMATION).reason.code == "no_nudge"
    rig.pad.allow_nudges(True)
    assert rig.ask("nudge", Role.AUTOMATION, fresh=True).status is Status.ACCEPTED
    rig.run(3.0)
    rig.pad.allow_nudges(False)
    assert rig.ask("nudge", Role.AUTOMATION).reason.code == "no_nudge"


def test_four_an_hour_that_nobody_tapped_for(rig: Any) -> None:
    for _ in range(3):
        assert rig.pad.nudge(rig.now_s) is None
        rig.run(10.0)
    rig.pad.allow_nudges(True)
    assert rig.ask("nudge", Role.AUTOMATION).status is Status.ACCEPTED
    rig.run(10.0)
    assert rig.pad.nudge(rig.now_s).code == "nudged_enough"
    assert rig.ask("nudge", Role.AUTOMATION).reason.code == "nudged_enough"
    assert rig.ask("nudge").status is Status.ACCEPTED, "a person's own tap is no nagging"


@pytest.mark.parametrize(("age_s", "room"), [(3599.9, False), (3600.0, True), (-5.0, False)])
def test_those_of_before_a_restart_count_for_their_hour(rig: Any, age_s: float, room: bool) -> None:
    rig.pad.remember_nudges([10.0, 20.0, 30.0, age_s], rig.now_s)
    assert (rig.pad.nudge(rig.now_s) is None) == room
    assert len(rig.pad.nudge_ages_s(rig.now_s)) == 4


@pytest.mark.parametrize("how", ["stop", "button", "start", "cable", "fault"])
def test_whatever_a_person_does_ends_it_at_once(rig: Any, how: str) -> None:
    rig.ask("nudge")
    rig.run(1.0)
    assert moves(rig)
    match how:
        case "stop":
            rig.ask("stop", fresh=False)
        case "button":
            rig.pad.board_event("button_pressed", None, None, rig.now_s)
        case "start":
            assert rig.ask("start", program="rub").status is Status.ACCEPTED
            assert rig.run(1.0).motors_percent[:2] == (0, 0), "the program's motors, not the nudge's"
            return
        case "cable":
            rig.pad.link_lost(rig.now_s, "The cable is unplugged.")
            rig.silent = True
        case "fault":
            rig.extras = {"latched": ("sensor_open",)}
            rig.now_s += 0.01
            rig.read()
    assert rig.tick().off
    assert rig.run(1.0).off
    assert rig.view.phase in (Phase.IDLE, Phase.OFFLINE, Phase.FAULTED)


def test_a_controller_that_stood_still_does_not_go_on_with_it(layout: Any) -> None:
    nudges = Nudges(layout, LIMITS)
    nudges.begin(100.0, unattended=False, percent_max=100)
    assert nudges.motors(101.4) is not None
    assert nudges.motors(100.0 + LIMITS.nudge_s) is None
    assert nudges.motors(101.4) is None, "over is over"
