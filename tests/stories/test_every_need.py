"""What people need, row by row: each has a preset, or the coach, behind it, and a person plays it through."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from harness import VirtualHouse
from poultice import description
from poultice.mqtt.messages import PadState
from poultice.therapy.limits import HostLimits
from poultice.therapy.programs import Program

PRESETS = description.load_library(Path("nowhere"), HostLimits()).programs
CARDS = description.cards()
DOES_S = 8.0  # so long a person takes for a card
DAY = {"begin": "00:00", "end": "23:59"}
AWAKE = {
    "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
    "hours": DAY,
    "quiet": {"begin": "00:00", "end": "00:00"},
}


def cards(program: Program) -> set[str]:
    return {CARDS[step.card].kind for step in program.steps if step.card}


FITS: dict[str, Callable[[Program], bool]] = {
    "heat therapy": lambda program: program.heats,
    "massage therapy": lambda program: any(step.massage for step in program.steps) and not program.heats,
    "stretching": lambda program: "stretch" in cards(program) and program.heats,
    "strength training": lambda program: "strength" in cards(program),
    "posture": lambda program: "posture" in cards(program),
    "staying active": lambda program: program.id == "desk-break",
    "listening to your body": lambda program: {"pain"} <= {step.ask for step in program.steps if step.ask},
}
PLAYED = {
    "heat therapy": "gentle-first-use",
    "massage therapy": "short-massage",
    "stretching": "stretch-upper-back",
    "strength training": "two-minute-neck",
    "posture": "posture-minute",
    "staying active": "desk-break",
    "listening to your body": "stretch-lower-back",
}


@pytest.fixture
def house(tmp_path: Path) -> VirtualHouse:
    return VirtualHouse(tmp_path, slice_s=0.05)


def follow(house: VirtualHouse, program: str) -> list[PadState]:
    """Starts a preset and does what it says, to its own end; all that it showed meanwhile."""
    begun = len(house.broker.states)
    house.start(program)
    asked = 0
    while (session := house.state.session) is not None:
        house.run(DOES_S if session.wait or session.question else 1.0)
        question = None if house.state.session is None else house.state.session.question
        if question is not None:
            value: Any = {"comfort": "fine", "pain": 6 - asked, "note": "better"}[question.question]
            assert house.request("answer", question=question.question, value=value).status == "accepted"
            asked += question.question == "pain"
        elif session.wait == "person" and house.state.session is not None:
            house.request("answer", question="next")
    assert house.state.reason.code == "finished", house.state.reason.text
    return house.broker.states[begun:]


def coach(house: VirtualHouse, **plan: Any) -> None:
    assert house.query("settings", op="set", coach={**AWAKE, **plan}).status == "ok"


def answer(house: VirtualHouse, what: str) -> str:
    result = house.query("coach", op="answer", id=house.broker.prompts[-1].id, answer=what)
    return result.reason.code


def week(house: VirtualHouse) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = house.query("coach").result["week"]
    return counts


@pytest.mark.parametrize("need", FITS)
def test_a_preset_serves_it(house: VirtualHouse, need: str) -> None:
    program = PRESETS[PLAYED[need]]
    assert FITS[need](program), "and is what it says"
    states = follow(house, program.id)
    shown = {state.session.card for state in states if state.session is not None} - {None}
    assert shown == {step.card for step in program.steps if step.card}
    rubbed = any(motor.actual for state in states for motor in state.motors.values())
    warmed = any(zone.watts > 1.0 for state in states for zone in state.zones.values())
    assert warmed == program.heats
    assert rubbed == any(step.massage for step in program.steps)


def test_listening_keeps_what_the_body_said_before_and_after(house: VirtualHouse, tmp_path: Path) -> None:
    follow(house, "strength-neck-shoulders")
    (record,) = (tmp_path / "sessions").glob("*.jsonl")
    lines = [json.loads(line) for line in record.read_text().splitlines()]
    pains = [line["value"] for line in lines if line.get("question") == "pain"]
    assert pains == [6, 5]


def test_posture_is_coached(house: VirtualHouse) -> None:
    """A prompt with a card, a nudge with it, and a program that may be started for it."""
    house.accept_checklist()
    coach(house, posture={"on": True, "every_min": 10}, nudge={"on": True, **DAY})
    house.run_until(lambda: bool(house.broker.prompts), 601)
    prompt = house.broker.prompts[-1]
    assert (prompt.kind, prompt.program) == ("posture", "posture-minute")
    assert CARDS[prompt.card or ""].title["de"]
    house.run(1.5)
    assert any(motor.actual for motor in house.state.motors.values())
    house.run(3.0)
    follow(house, "posture-minute")
    house.run(1.0)
    assert house.broker.prompts[-1].over
    assert week(house)["posture"]["done"] == 1, "who plays it has done it"


def test_staying_active_is_coached(house: VirtualHouse) -> None:
    """Breaks and the hour on one's feet: put off once, skipped and done, all of it counted."""
    coach(house, breaks={"on": True, "every_min": 10})
    house.run_until(lambda: bool(house.broker.prompts), 601)
    assert answer(house, "snooze") == "ok"
    house.run_until(lambda: not house.broker.prompts[-1].over, 301)
    assert answer(house, "snooze") == "snoozed_once"
    assert answer(house, "done") == "ok"
    assert week(house) == {"breaks": {"done": 1, "snoozed": 1, "skipped": 0}}


def test_ergonomics_are_asked_about_and_kept(house: VirtualHouse) -> None:
    """Chair, screen, desk, lifting: each with its card; the answers are kept, and it asks again in a month."""
    coach(house, ergonomics=True)
    house.run_until(lambda: bool(house.broker.prompts), 5)
    assert house.broker.prompts[-1].kind == "ergonomics"
    for item in ("chair", "screen", "desk", "lifting"):
        assert CARDS[item].kind == "ergonomics"
        result = house.query("coach", op="check", item=item, fits=item != "desk")
        assert result.status == "ok"
    assert house.broker.prompts[-1].over
    house.begin_controller()
    house.run(1.0)
    checks = house.query("coach").result["checks"]
    assert {item: check["fits"] for item, check in checks.items()} == {
        "chair": True, "screen": True, "desk": False, "lifting": True,
    }  # fmt: skip
    spoken = len(house.broker.prompts)
    house.clock.set_wall(house.clock.wall() + timedelta(days=29))
    house.run(3.0)
    assert len(house.broker.prompts) == spoken
    house.clock.set_wall(house.clock.wall() + timedelta(days=1))
    house.run(3.0)
    assert house.broker.prompts[-1].kind == "ergonomics"


def test_strength_has_a_plan_of_the_week(house: VirtualHouse) -> None:
    now = house.clock.wall()
    days = dict.fromkeys(AWAKE["days"], "two-minute-neck")
    house.accept_checklist()
    coach(house, strength={"on": True, "at": f"{now:%H:%M}", "days": days})
    house.run_until(lambda: bool(house.broker.prompts), 5)
    assert (house.broker.prompts[-1].kind, house.broker.prompts[-1].program) == ("strength", "two-minute-neck")
    follow(house, "two-minute-neck")
    house.run(1.0)
    assert week(house)["strength"] == {"done": 1, "snoozed": 0, "skipped": 0}
