"""Who may do what: the table of the safety concept, cell by cell, through the pad's own door."""

from __future__ import annotations

from typing import Any

import pytest
from poultice.therapy.claims import HARMLESS, RIGHTS, Act
from poultice.therapy.limits import HostLimits
from poultice.therapy.state import Phase, Request, Role, Status, Verb

LISTED = HostLimits(automation_programs=frozenset({"warm", "rub", "hot"}))
AUTOMATION, PHONE = Role.AUTOMATION, Role.PHONE


def test_the_table_gives_automation_less_than_a_phone() -> None:
    assert RIGHTS[AUTOMATION] < RIGHTS[PHONE] == frozenset(Act)
    assert RIGHTS[AUTOMATION] == {Act.STOP, Act.PAUSE, Act.LOWER, Act.RAISE, Act.START_HEAT, Act.NUDGE, Act.SELECT}
    assert {Act.STOP, Act.PAUSE, Act.LOWER} == HARMLESS


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("program", ["warm", "rub"])
def test_without_the_accepted_checklist_nobody_starts_anything(new_rig: Any, role: Role, program: str) -> None:
    rig = new_rig(LISTED).connect(checklist=False)
    rig.press()
    reply = rig.ask("start", role, program=program)
    assert (reply.status, reply.reason.code) == (Status.REFUSED, "checklist")
    assert rig.view.phase is Phase.IDLE
    assert rig.run(5.0).off


def test_a_checklist_withdrawn_while_invited_refuses_the_press(rig: Any) -> None:
    rig.ask("start", program="warm")
    rig.pad.accept_checklist(False)
    rig.press()
    assert rig.view.phase is Phase.IDLE
    assert rig.view.reason.code == "checklist"
    assert rig.run(1.0).off


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("fresh", [True, False])
@pytest.mark.parametrize("state", ["offline", "idle", "invited", "running", "paused", "faulted"])
def test_anyone_may_stop_always(new_rig: Any, role: Role, fresh: bool, state: str) -> None:
    rig = new_rig()
    if state != "offline":
        rig.connect()
    if state == "invited":
        rig.ask("start", program="warm")
    if state in ("running", "paused"):
        rig.start("warm")
    if state == "paused":
        rig.ask("pause")
    if state == "faulted":
        rig.extras = {"latched": ("sensor_open",)}
        rig.read()
    before = rig.stops
    assert rig.ask("stop", role, fresh).status is Status.ACCEPTED
    assert rig.stops == before + 1
    assert rig.view.session is None
    assert rig.view.invitation is None
    assert rig.run(1.0).off


def test_a_retained_stop_is_obeyed_and_any_other_retained_request_is_not(rig: Any) -> None:
    rig.start("warm")
    for verb in set(Verb) - {Verb.STOP}:
        reply = rig.pad.request(Request(PHONE, verb, "x", args={"program": "warm"}, retained=True), rig.now_s, True)
        assert reply.status is Status.STALE, verb
    assert rig.view.session is not None
    rig.pad.request(Request(PHONE, Verb.STOP, "y", retained=True), rig.now_s, False)
    assert rig.view.phase is Phase.ENDED


@pytest.mark.parametrize(
    ("verb", "args"),
    [
        ("start", {"program": "warm"}),
        ("start", {"program": "rub"}),
        ("resume", {}),
        ("skip", {}),
        ("back", {}),
        ("answer", {"question": "comfort", "value": "less"}),
        ("adjust", {"zone": "lumbar", "target": 40.5}),
        ("nudge", {}),
    ],
)
def test_what_starts_resumes_skips_or_raises_must_be_fresh(rig: Any, verb: str, args: dict[str, Any]) -> None:
    if verb not in ("start", "nudge"):
        rig.start("warm")
    if verb == "resume":
        rig.ask("pause")
    before = rig.view
    reply = rig.ask(verb, fresh=False, **args)
    assert (reply.status, reply.reason.code) == (Status.STALE, "stale")
    assert (rig.view.phase, rig.view.session) == (before.phase, before.session)
    assert rig.ask(verb, **args).status in (Status.ACCEPTED, Status.INVITED)


@pytest.mark.parametrize("role", Role)
def test_lowering_and_pausing_need_no_freshness(rig: Any, role: Role) -> None:
    rig.start("warm")
    assert rig.ask("adjust", role, fresh=False, zone="lumbar", target=39.5).status is Status.ACCEPTED
    assert rig.ask("adjust", role, fresh=False, zone="lumbar", target=39.5).status is Status.ACCEPTED
    assert rig.view.zones["lumbar"].asked_c == 39.5
    rig.ask("skip")
    assert rig.ask("adjust", role, fresh=False, intensity=20).status is Status.ACCEPTED
    assert rig.ask("pause", role, fresh=False).status is Status.ACCEPTED
    assert rig.view.phase is Phase.PAUSED


# --- Automation ----------------------------------------------------------------------------------------------------


def test_unlisted_programs_are_not_for_automation(rig: Any) -> None:
    assert rig.ask("start", AUTOMATION, program="warm").reason.code == "not_listed"


def test_automation_invites_when_unarmed_and_starts_when_armed(new_rig: Any) -> None:
    rig = new_rig(LISTED).connect()
    assert rig.ask("start", AUTOMATION, program="warm").status is Status.INVITED
    assert rig.view.invitation.role is AUTOMATION
    rig.ask("stop")
    rig.run(1.0)
    rig.press()
    assert rig.ask("start", AUTOMATION, program="warm").status is Status.ACCEPTED


def test_automation_starts_nothing_above_40_degrees_and_no_massage(new_rig: Any) -> None:
    rig = new_rig(LISTED).connect()
    assert rig.ask("start", AUTOMATION, program="hot").reason.code == "automation_limit"
    assert rig.ask("start", AUTOMATION, program="rub").reason.code == "role"
    assert rig.view.phase is Phase.IDLE


@pytest.mark.parametrize(
    ("target_c", "code"), [(40.0, "adjusted"), (40.01, "automation_limit"), (42.0, "automation_limit")]
)
def test_automation_raises_to_40_degrees_at_most(rig: Any, target_c: float, code: str) -> None:
    rig.start("warm")
    rig.ask("skip")
    assert rig.ask("adjust", AUTOMATION, zone="lumbar", target=target_c).reason.code == code


def test_automation_may_lower_what_is_still_above_40(rig: Any) -> None:
    rig.start("warm")
    rig.ask("adjust", zone="lumbar", target=41.5)
    assert rig.ask("adjust", AUTOMATION, zone="lumbar", target=41.0).status is Status.ACCEPTED
    assert rig.ask("adjust", AUTOMATION, zone="lumbar", target=41.1).reason.code == "automation_limit"


def test_automation_massages_with_what_the_program_asks_at_most(rig: Any) -> None:
    rig.start("warm")
    rig.ask("skip")
    assert rig.ask("adjust", AUTOMATION, intensity=41).reason.code == "automation_limit"
    assert rig.ask("adjust", AUTOMATION, intensity=20).status is Status.ACCEPTED
    assert rig.ask("adjust", AUTOMATION, intensity=40).status is Status.ACCEPTED
    assert rig.ask("adjust", PHONE, intensity=41).status is Status.ACCEPTED


@pytest.mark.parametrize("verb", ["resume", "skip", "back"])
def test_automation_never_moves_a_program(rig: Any, verb: str) -> None:
    rig.start("warm")
    rig.ask("pause")
    assert rig.ask(verb, AUTOMATION).reason.code == "role"


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("program", ["warm", "hot", "rub", "warmth", None])
def test_a_selection_moves_nothing_and_names_only_what_that_role_may_start(
    new_rig: Any, role: Role, program: str | None
) -> None:
    rig = new_rig(LISTED).connect()
    reply = rig.ask("select", role, program=program)
    may = program in ({"warm", "hot", "rub"} if role is PHONE else {"warm"})
    assert (reply.status is Status.ACCEPTED) == may
    assert rig.view.selected == (program if may else None)
    assert rig.view.phase is Phase.IDLE
    assert rig.run(0.5).off


def test_a_recorded_selection_of_a_phone_is_stale(rig: Any) -> None:
    assert rig.ask("select", fresh=False, program="warm").status is Status.STALE
    assert rig.view.selected is None


# --- Arguments -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "args",
    [
        {},
        {"zone": "lumbar"},
        {"target": 39.0},
        {"zone": "lumbar", "target": "39"},
        {"zone": "lumbar", "target": True},
        {"zone": "lumbar", "target": float("nan")},
        {"zone": "lumbar", "target": float("inf")},
        {"zone": ["lumbar"], "target": 39.0},
        {"zone": "lumbar", "target": 39.0, "intensity": 20},
        {"zone": "lumbar", "target": 39.0, "extra": 1},
        {"intensity": 20.5},
        {"intensity": -1},
        {"intensity": 101},
        {"intensity": True},
        {"motors": ["lower_left"]},
        {"motors": "lower_left", "intensity": 20},
        {"motors": [1], "intensity": 20},
    ],
    ids=str,
)
def test_arguments_that_make_no_sense_change_nothing(rig: Any, args: dict[str, Any]) -> None:
    rig.start("warm")
    rig.ask("skip")
    before = rig.view
    assert rig.ask("adjust", **args).reason.code == "arguments"
    assert (rig.view.zones, rig.view.session) == (before.zones, before.session)


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ({"zone": "lumbar", "target": 42.01}, "out_of_range"),
        ({"zone": "lumbar", "target": 29.99}, "out_of_range"),
        ({"zone": "upper_back", "target": 38.0}, "adjusted"),
        ({"zone": "neck", "target": 38.0}, "not_heated"),
        ({"motors": ["upper_left"], "intensity": 30}, "not_massaged"),
        ({"intensity": 17}, "out_of_range"),
        ({"intensity": 18}, "adjusted"),
        ({"intensity": 0}, "adjusted"),
        ({"motors": ["lower_left"], "intensity": 100}, "adjusted"),
    ],
    ids=str,
)
def test_an_adjustment_is_refused_with_its_reason_or_done(rig: Any, args: dict[str, Any], code: str) -> None:
    rig.start("warm")
    rig.ask("skip")
    assert rig.ask("adjust", **args).reason.code == code


@pytest.mark.parametrize("program", [None, 7, "nothing", ["warm"], "../warm", "x" * 1000])
def test_an_unknown_program_is_refused_in_a_short_sentence(rig: Any, program: Any) -> None:
    reply = rig.ask("start", program=program)
    assert reply.reason.code == "unknown_program"
    assert len(reply.reason.text) < 100
