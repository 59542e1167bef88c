"""The values that go in and out of the coach: a moment, and a prompt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from poultice.therapy.coach.plan import Kind
from poultice.therapy.coach.words import Words


@dataclass(frozen=True, slots=True)
class Moment:
    """Now: seconds since `boot` of the computer, those it slept included; the local time on the wall, without zone; and
    whether something keeps that right."""

    s: float
    boot: str
    local: datetime
    sure: bool

    @property
    def day(self) -> date:
        """Today."""
        return self.local.date()


@dataclass(frozen=True, slots=True)
class Prompt:
    """What to say. `left_s` is how long it waits for an answer; 0 says that it is over: answered, or put off. `nudge`
    asks for one; whether the pad gives it is the pad's to say."""

    id: str
    kind: Kind
    words: Words
    left_s: float
    program: str | None
    nudge: bool = False
    may_snooze: bool = True
