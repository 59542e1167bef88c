"""What a thermostat and a fan of home automation can say, through the pad's own door: `warmth`, switches, levels."""

from __future__ import annotations

from typing import Any

import pytest
from poultice.description import built_in_programs, layout
from poultice.therapy.limits import HostLimits
from poultice.therapy.pad import Pad
from poultice.therapy.phases import IN_SESSION
from poultice.therapy.program_check import check
from poultice.therapy.state import Phase, Role, Status
from poultice.therapy.tailored import FIRST_C, tailored

AUTOMATION = Role.AUTOMATION
LIMITS = HostLimits(automation_programs=frozenset({"warmth", "warm"}))
WARMTH = built_in_programs()["warmth"]


@pytest.fixture
def rig(rig_of: Any, programs: Any, layout: Any) -> Any:
    pad = Pad(layout, {**programs, **built_in_programs()}, LIMITS)
    pad.allow_nudges(True)
    return rig_of(pad).connect()


def asked(rig: Any) -> dict[str, float | None]:
    return {name: zone.asked_c for name, zone in rig.view.zones.items()}


def strengths(rig: Any) -> set[int]:
    return {motor.strength_percent for name, motor in rig.view.motors.items() if name.startswith("lower")}


def massaged(rig: Any) -> Any:
    """In the step of "warm" that massages with 40 %."""
    rig.start("warm")
    rig.ask("skip")
    rig.run(1.5)
    return rig


# --- The program `warmth` -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", [zone.name for zone in layout().zones])
@pytest.mark.parametrize("target_c", [30.0, 38.3, 40.0])
def test_warmth_can_be_played_in_every_zone_at_every_temperature_it_takes(zone: str, target_c: float) -> None:
    made = tailored(WARMTH, zone, target_c)
    assert check(made, layout(), HostLimits()) == ()
    assert (made.zones, made.target_max_c, made.total_s) == ((zone,), target_c, 1200.0)
    assert made.title["de"] == f"Wärme mit {target_c:g} °C".replace(".", ",")
    assert made.content_hash != tailored(WARMTH, zone, 39.9).content_hash
    assert made.content_hash == tailored(WARMTH, zone, target_c).content_hash


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    ("zone", "target", "code"),
    [
        ("lumbar", 30.0, "invited"),
        ("lumbar", 40, "invited"),
        ("lumbar", 29.99, "out_of_range"),
        ("lumbar", 40.01, "out_of_range"),
        ("lumbar", 60.0, "out_of_range"),
        ("lumbar", float("nan"), "arguments"),
        ("lumbar", True, "arguments"),
        ("lumbar", "39", "arguments"),
        ("lumbar", None, "arguments"),
        ("knee", 38.0, "arguments"),
        (["lumbar"], 38.0, "arguments"),
        (None, 38.0, "arguments"),
    ],
)
def test_a_start_of_warmth_names_one_zone_and_a_temperature(
    rig: Any, role: Role, zone: Any, target: Any, code: str
) -> None:
    reply = rig.ask("start", role, program="warmth", zone=zone, target=target)
    assert reply.reason.code == code
    assert (rig.view.phase is Phase.INVITED) == (code == "invited")
    assert rig.run(1.0).off


@pytest.mark.parametrize("more", [{"zone": "lumbar"}, {"target": 38.0}, {"zone": "lumbar", "target": 38.0}])
def test_no_other_program_takes_a_zone_or_a_temperature(rig: Any, more: dict[str, Any]) -> None:
    assert rig.ask("start", program="warm", **more).reason.code == "arguments"
    assert rig.view.phase is Phase.IDLE


def test_what_is_invited_begins_at_the_press_and_ends_after_twenty_minutes(rig: Any) -> None:
    assert rig.ask("start", AUTOMATION, program="warmth", zone="upper_back", target=38.5).status is Status.INVITED
    assert rig.view.invitation.heat == {"upper_back": 38.5}
    rig.press()
    rig.run(1.0)
    assert asked(rig) == {"lumbar": None, "upper_back": 38.5}
    rig.temperature_c = 38.5
    rig.run(1195.0, step_s=0.25)
    assert rig.view.phase in IN_SESSION
    rig.run(6.0)
    assert (rig.view.session, rig.view.reason.code) == (None, "finished")


def test_the_rest_of_warmth_is_the_rest_of_that_warmth(rig: Any) -> None:
    rig.ask("start", program="warmth", zone="upper_back", target=38.5)
    rig.press()
    rig.run(5.0)
    rig.pad.link_lost(rig.now_s, "The cable is unplugged.")
    rig.armed = False
    rig.connect()
    rig.run(2.0)
    assert rig.ask("start", program="warmth", rest=True, zone="lumbar", target=40.0).reason.code == "arguments"
    assert rig.ask("start", program="warmth", rest=True).status is Status.INVITED
    assert rig.view.invitation.heat == {"upper_back": 38.5}


def test_without_a_rest_there_is_none_to_start(rig: Any) -> None:
    assert rig.ask("start", program="warmth", rest=True).reason.code == "no_rest"


# --- A thermostat ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "code"),
    [(30.0, "adjusted"), (38.3, "adjusted"), (40.0, "adjusted"), (40.01, "out_of_range"), (60.0, "out_of_range")],
)
def test_a_temperature_alone_starts_nothing_and_is_kept_up_to_40(rig: Any, target: float, code: str) -> None:
    assert rig.view.thermostats == {"lumbar": FIRST_C, "upper_back": FIRST_C}
    reply = rig.ask("adjust", AUTOMATION, zone="lumbar", target=target)
    assert reply.reason.code == code
    kept_c = target if code == "adjusted" else FIRST_C
    assert rig.view.thermostats == {"lumbar": kept_c, "upper_back": FIRST_C}
    assert rig.view.phase is Phase.IDLE
    assert rig.run(1.0).off


def test_heat_on_is_an_invitation_to_warmth_at_the_kept_temperature(rig: Any) -> None:
    rig.ask("adjust", AUTOMATION, zone="lumbar", target=37.0)
    assert rig.ask("adjust", AUTOMATION, zone="lumbar", heat="on").status is Status.INVITED
    assert rig.view.invitation.heat == {"lumbar": 37.0}
    assert rig.run(2.0).off
    rig.press()
    rig.run(1.0)
    assert asked(rig) == {"lumbar": 37.0, "upper_back": None}


def test_heat_on_starts_at_once_where_somebody_has_pressed_the_button(rig: Any) -> None:
    rig.press()
    assert rig.ask("adjust", AUTOMATION, zone="lumbar", heat="on").status is Status.ACCEPTED
    assert asked(rig)["lumbar"] == FIRST_C


def test_heat_on_needs_a_person_to_have_allowed_it(rig_of: Any, programs: Any, layout: Any) -> None:
    rig = rig_of(Pad(layout, {**programs, **built_in_programs()})).connect()
    assert rig.ask("adjust", AUTOMATION, zone="lumbar", heat="on").reason.code == "not_listed"


@pytest.mark.parametrize(("later_c", "begins_c"), [(36.0, 36.0), (38.0, 38.0), (39.0, 38.0)])
def test_what_is_invited_is_only_ever_lowered(rig: Any, later_c: float, begins_c: float) -> None:
    rig.ask("adjust", AUTOMATION, zone="lumbar", heat="on")
    until = rig.view.invitation
    reply = rig.ask("adjust", AUTOMATION, zone="lumbar", target=later_c)
    assert (reply.status is Status.ACCEPTED) == (later_c <= FIRST_C)
    assert rig.view.invitation.heat == {"lumbar": begins_c}
    assert rig.view.invitation.title == until.title
    rig.press()
    rig.run(1.0)
    assert asked(rig)["lumbar"] == begins_c


def test_heat_off_withdraws_what_is_invited_there_and_nothing_else(rig: Any) -> None:
    rig.ask("adjust", AUTOMATION, zone="lumbar", heat="on")
    assert rig.ask("adjust", AUTOMATION, fresh=False, zone="upper_back", heat="off").status is Status.ACCEPTED
    assert rig.view.phase is Phase.INVITED
    assert rig.ask("adjust", AUTOMATION, fresh=False, zone="lumbar", heat="off").status is Status.ACCEPTED
    assert rig.view.phase is Phase.IDLE
    rig.press()
    assert rig.run(1.0).off


def test_heat_off_lowers_this_zone_only(rig: Any) -> None:
    rig = massaged(rig)
    assert asked(rig) == {"lumbar": 39.0, "upper_back": 38.0}
    rig.ask("adjust", AUTOMATION, fresh=False, zone="lumbar", heat="off")
    assert asked(rig) == {"lumbar": None, "upper_back": 38.0}
    demand = rig.run(1.0)
    assert [zone.target_c is None for zone in demand.zones] == [True, False]
    assert any(demand.motors_percent), "the massage goes on"
    rig.run(60.0)
    assert rig.view.session.step_id == "third"
    assert asked(rig)["lumbar"] is None, "it stays off in the next step"


def test_heat_is_switched_on_again_as_it_was_but_not_above_40_and_not_by_a_temperature(rig: Any) -> None:
    rig = massaged(rig)
    rig.ask("adjust", zone="lumbar", target=41.0)
    rig.ask("adjust", AUTOMATION, zone="lumbar", heat="off")
    assert rig.ask("adjust", AUTOMATION, zone="lumbar", heat="on").reason.code == "automation_limit"
    assert rig.ask("adjust", AUTOMATION, zone="lumbar", target=38.0).reason.code == "not_heated"
    assert asked(rig)["lumbar"] is None
    assert rig.ask("adjust", fresh=False, zone="lumbar", heat="on").status is Status.STALE
    assert rig.ask("adjust", zone="lumbar", target=38.0).status is Status.ACCEPTED, "a person's tap does"
    rig.ask("adjust", AUTOMATION, zone="lumbar", heat="off")
    assert rig.ask("adjust", AUTOMATION, zone="lumbar", heat="on").status is Status.ACCEPTED
    assert asked(rig)["lumbar"] == 38.0


def test_where_nothing_is_left_the_session_ends(rig: Any) -> None:
    rig.ask("adjust", AUTOMATION, zone="lumbar", heat="on")
    rig.press()
    rig.run(1.0)
    assert rig.ask("adjust", AUTOMATION, zone="upper_back", heat="off").status is Status.ACCEPTED
    assert rig.view.session is not None
    stops = rig.stops
    rig.ask("adjust", AUTOMATION, zone="lumbar", heat="off")
    assert rig.view.session is None
    assert rig.view.reason.code == "stopped"
    assert rig.stops == stops + 1
    assert rig.run(1.0).off


def test_in_a_session_a_temperature_holds_and_is_kept_for_the_next_time(rig: Any) -> None:
    rig.ask("adjust", AUTOMATION, zone="lumbar", heat="on")
    rig.press()
    rig.run(1.0)
    for target, holds in [(39.5, 39.5), (41.3, 39.5), (60.0, 39.5), (36.0, 36.0)]:
        rig.ask("adjust", AUTOMATION, zone="lumbar", target=target)
        assert (asked(rig)["lumbar"], rig.view.thermostats["lumbar"]) == (holds, holds)


def test_a_person_may_go_higher_but_the_thermostat_does_not(rig: Any) -> None:
    rig.start("warm")
    rig.ask("adjust", zone="lumbar", target=40.5)
    assert asked(rig)["lumbar"] == 40.5
    assert rig.view.thermostats["lumbar"] == FIRST_C


# --- A fan ----------------------------------------------------------------------------------------------------------


def test_massage_on_while_idle_is_one_nudge_and_then_off(rig: Any) -> None:
    assert rig.ask("adjust", AUTOMATION, massage="on").status is Status.ACCEPTED
    rig.run(0.5)
    assert rig.view.motors["upper_left"].strength_percent == 30
    assert rig.view.motors["lower_left"].strength_percent == 0
    assert rig.ask("adjust", AUTOMATION, level=2).reason.code == "no_session", "a level alone starts nothing"
    rig.run(3.0)
    assert {motor.strength_percent for motor in rig.view.motors.values()} == {0}
    assert rig.run(1.0).off


def test_massage_off_ends_a_nudge(rig: Any) -> None:
    rig.ask("adjust", AUTOMATION, massage="on")
    rig.run(0.5)
    assert rig.ask("adjust", AUTOMATION, fresh=False, level=0).status is Status.ACCEPTED
    assert rig.run(0.1).off


def test_a_nudge_by_a_fan_needs_the_same_permission(rig: Any) -> None:
    rig.pad.allow_nudges(False)
    assert rig.ask("adjust", AUTOMATION, massage="on").reason.code == "no_nudge"


@pytest.mark.parametrize(("level", "percent"), [(0, 0), (1, 20), (2, 40), (3, 40)])
def test_a_level_is_20_percent_and_never_more_than_the_program_asks(rig: Any, level: int, percent: int) -> None:
    rig = massaged(rig)
    rig.ask("adjust", AUTOMATION, motors=["lower_left", "lower_right"], level=level)
    assert strengths(rig) == {percent}
    assert max(rig.run(1.0).motors_percent) <= percent


def test_off_and_on_again_is_as_strong_as_the_program_says(rig: Any) -> None:
    rig = massaged(rig)
    rig.ask("adjust", AUTOMATION, fresh=False, massage="off")
    assert strengths(rig) == {0}
    assert rig.ask("adjust", fresh=False, massage="on").status is Status.STALE
    rig.ask("adjust", AUTOMATION, massage="on")
    assert strengths(rig) == {40}
    rig.ask("adjust", AUTOMATION, level=1)
    rig.ask("adjust", AUTOMATION, massage="on")
    assert strengths(rig) == {20}, "what runs is on already"


def test_motors_that_rest_are_not_switched_on(rig: Any) -> None:
    rig = massaged(rig)
    for args in ({"massage": "on"}, {"level": 1}, {"pattern": "wave"}):
        assert rig.ask("adjust", AUTOMATION, motors=["upper_left"], **args).reason.code == "not_massaged"
    assert rig.ask("adjust", AUTOMATION, motors=["upper_left"], massage="off").status is Status.ACCEPTED
    assert strengths(rig) == {40}


def test_a_pattern_holds_for_this_step(rig: Any) -> None:
    rig.ask("start", program="rub")
    rig.run(2.0)
    assert rig.view.session.pattern == "steady"
    assert rig.ask("adjust", AUTOMATION, pattern="breathe").status is Status.ACCEPTED
    assert rig.view.session.pattern == "breathe"
    rig.run(1.0)
    assert "breathe" in rig.view.reason.text
    assert len({rig.run(0.5).motors_percent for _ in range(8)}) > 4, "it swells and ebbs"
    rig.ask("skip")
    assert rig.view.session.pattern == "pulse"


@pytest.mark.parametrize(
    "args",
    [
        {"heat": "on"},
        {"heat": "warm", "zone": "lumbar"},
        {"heat": "on", "zone": "knee"},
        {"heat": "on", "zone": "lumbar", "target": 40.0},
        {"heat": True, "zone": "lumbar"},
        {"massage": "on", "zone": "lumbar"},
        {"massage": "on", "motors": []},
        {"massage": "on", "motors": "lower_left"},
        {"massage": "on", "motors": ["knee"]},
        {"level": 4},
        {"level": -1},
        {"level": 1.0},
        {"level": True},
        {"level": 1, "intensity": 40},
        {"pattern": "tickle"},
        {"pattern": ["wave"]},
        {"pattern": "wave", "massage": "on"},
    ],
)
@pytest.mark.parametrize("running", [False, True])
def test_what_does_not_fit_together_is_refused(rig: Any, args: dict[str, Any], running: bool) -> None:
    rig = massaged(rig) if running else rig
    before = rig.view
    assert rig.ask("adjust", AUTOMATION, **args).reason.code == "arguments"
    assert (rig.view.phase, strengths(rig)) == (before.phase, {40} if running else {0})


# --- The selected program -------------------------------------------------------------------------------------------


def test_what_is_selected_is_what_starts(rig: Any) -> None:
    assert rig.ask("start", AUTOMATION, program="@selected").reason.code == "unknown_program"
    rig.ask("select", AUTOMATION, program="warm")
    assert rig.view.selected == "warm"
    assert rig.ask("start", AUTOMATION, program="@selected").status is Status.INVITED
    assert rig.view.invitation.program == "warm"


def test_what_a_person_selected_is_not_for_automation_by_that(rig: Any) -> None:
    rig.ask("select", program="hot")
    assert rig.ask("start", AUTOMATION, program="@selected").reason.code == "not_listed"
    assert rig.view.phase is Phase.IDLE
