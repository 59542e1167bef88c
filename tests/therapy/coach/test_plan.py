"""What a person asked for: careful by default, exact at the ends of its hours, strict about what it is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from poultice.therapy.coach.plan import KINDS, Hours, NudgeHours, Plan
from pydantic import ValidationError


def at(time: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-02T{time}")


def test_nothing_is_on_until_it_is_asked_for() -> None:
    plan = Plan()
    assert not plan.on
    assert not any(plan.wants(kind) for kind in KINDS)
    assert not any(
        plan.nudges(at(f"{hour:02}:30")) or plan.automation_nudges(at(f"{hour:02}:30")) for hour in range(24)
    )
    assert (plan.posture.every_min, plan.breaks.every_min, plan.active.every_min) == (30, 25, 60)


@pytest.mark.parametrize(
    ("begin", "end", "time", "held"),
    [
        ("09:00", "17:00", "08:59:59", False),
        ("09:00", "17:00", "09:00:00", True),
        ("09:00", "17:00", "16:59:59", True),
        ("09:00", "17:00", "17:00:00", False),
        ("21:00", "07:00", "20:59:59", False),
        ("21:00", "07:00", "21:00:00", True),
        ("21:00", "07:00", "00:00:00", True),
        ("21:00", "07:00", "06:59:59", True),
        ("21:00", "07:00", "07:00:00", False),
        ("12:00", "12:00", "12:00:00", False),
        ("00:00", "00:00", "00:00:00", False),
    ],
)
def test_hours_hold_from_their_beginning_to_just_before_their_end(begin: str, end: str, time: str, held: bool) -> None:
    assert Hours(begin=begin, end=end).hold(at(time)) == held


def test_quiet_hours_win_over_all_others() -> None:
    everything = NudgeHours(on=True, automation=True, begin="00:00", end="23:59")
    plan = Plan(hours=Hours(begin="00:00", end="23:59"), quiet=Hours(begin="12:00", end="13:00"), nudge=everything)
    for time, quiet in (("11:59:59", False), ("12:00:00", True), ("12:59:59", True), ("13:00:00", False)):
        assert plan.open(at(time)) != quiet
        assert plan.nudges(at(time)) != quiet
        assert plan.automation_nudges(at(time)) != quiet


def test_home_automation_nudges_only_where_a_person_switched_that_on() -> None:
    plan = Plan(nudge=NudgeHours(on=True, begin="08:00", end="18:00"))
    assert plan.nudges(at("10:00"))
    assert not plan.automation_nudges(at("10:00"))


def test_only_the_days_that_were_chosen() -> None:
    assert Plan().open(at("10:00"))
    assert not Plan(days=("tue",)).open(at("10:00"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"breaks": {"on": True}},
        {"breaks": {"on": True, "every_min": 9}},
        {"breaks": {"on": True, "every_min": 181}},
        {"breaks": {"on": 1, "every_min": 30}},
        {"breaks": {"on": True, "every_min": 30.5}},
        {"hours": {"begin": "9:00"}},
        {"hours": {"begin": "24:00"}},
        {"hours": {"begin": "09:60"}},
        {"days": ["monday"]},
        {"strength": {"days": {"mon": ""}}},
        {"strength": {"days": {"mon": "x" * 65}}},
        {"nudge": {"on": True, "percent": 100}},
        {"heat": True},
    ],
)
def test_what_does_not_fit_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Plan.model_validate(wrong)


def test_the_bounds_of_a_rhythm_are_its_own() -> None:
    for every_min in (10, 180):
        assert Plan.model_validate({"breaks": {"on": True, "every_min": every_min}}).on
