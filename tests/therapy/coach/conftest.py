"""A person's coach in told time: seconds that pass, and a wall clock that may be turned."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from poultice.therapy.coach.coach import Coach
from poultice.therapy.coach.memory import Memory
from poultice.therapy.coach.plan import Hours, NudgeHours, Plan, Rhythm
from poultice.therapy.coach.prompt import Moment, Prompt

ALWAYS = Hours(begin="00:00", end="23:59")
NEVER = Hours(begin="00:00", end="00:00")
MONDAY = datetime.fromisoformat("2026-03-02T09:00")


@dataclass
class Day:
    """A coach and its time; what was said is kept with when, in s since the beginning."""

    plan: Plan
    memory: Memory = field(default_factory=Memory)
    s: float = 1000.0
    local: datetime = MONDAY
    boot: str = "boot"
    sure: bool = True
    playing: str | None = None
    said: list[tuple[float, Prompt]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """A controller begins, with what was kept."""
        ids = itertools.count(1)
        kept = Memory.model_validate_json(self.memory.model_dump_json())
        self.memory = kept
        self.coach = Coach(self.plan, kept, lambda: f"{self.s:.0f}-{next(ids)}")

    @property
    def moment(self) -> Moment:
        return Moment(self.s, self.boot, self.local, self.sure)

    def look(self) -> list[Prompt]:
        said = self.coach.look(self.moment, self.playing)
        self.said += [(self.s, prompt) for prompt in said]
        return said

    def run(self, seconds: float, step_s: float = 1.0) -> list[Prompt]:
        """Lets time pass, looking each `step_s`; what was said meanwhile."""
        before = len(self.said)
        for _ in range(round(seconds / step_s)):
            self.s += step_s
            self.local += timedelta(seconds=step_s)
            self.look()
        return [prompt for _, prompt in self.said[before:]]

    def sleep(self, seconds: float) -> None:
        """The computer sleeps, or its controller does not run."""
        self.s += seconds
        self.local += timedelta(seconds=seconds)

    def answer(self, answer: Any, prompt_id: str | None = None) -> str:
        """Answers the open prompt; the reason's code."""
        open_one = self.coach.open(self.moment)
        wanted = prompt_id or (open_one.id if open_one else "none")
        reason, over = self.coach.answer(wanted, answer, self.moment)
        assert (over is None) == reason.text.startswith("refused")
        assert over is None or over.left_s == 0
        return reason.code

    def counts(self, kind: Any) -> tuple[int, int, int]:
        """Done, put off, skipped within the last seven days."""
        tally = self.memory.week(self.local.date()).get(kind)
        return (0, 0, 0) if tally is None else (tally.done, tally.snoozed, tally.skipped)


def breaks(every_min: int = 25, **more: Any) -> Plan:
    """Breaks alone, at any hour."""
    values = {"hours": ALWAYS, "quiet": NEVER, "breaks": Rhythm(on=True, every_min=every_min)}
    return Plan(**(values | more))


@pytest.fixture
def new_day() -> Callable[..., Day]:
    return Day


@pytest.fixture(name="breaks")
def breaks_fixture() -> Callable[..., Plan]:
    return breaks


@pytest.fixture
def always_nudges() -> NudgeHours:
    return NudgeHours(on=True, begin="00:00", end="23:59")
