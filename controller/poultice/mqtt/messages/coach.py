"""`prompt`, and what the coach reports."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from poultice.mqtt.messages.base import Id, Message
from poultice.therapy.coach.memory import Item
from poultice.therapy.coach.plan import Kind, Plan

CoachPlan = Plan
CoachItem = Item
PromptAnswer = Literal["done", "snooze", "skip"]


class PromptMessage(Message):
    """`prompt`: what the coach says to a person, who may answer until `until`. Said again with `over` once it is:
    answered, put off or missed. `card` shows it, `program` may be started for it."""

    id: Id
    person: str
    kind: Kind
    text: dict[str, str]
    until: datetime
    card: str | None = None
    program: str | None = None
    may_snooze: bool = True
    over: bool = False


class CoachTally(Message):
    """What came of the prompts of one kind."""

    done: int = 0
    snoozed: int = 0
    skipped: int = 0


class CoachCheck(Message):
    """What a person said of one item of the ergonomic checklist, and on which day."""

    fits: bool
    on: date


class CoachReport(Message):
    """Result of the query `coach`: what was set, whether it would prompt now or why not, the prompt that waits, the
    sums of the last seven days by kind, and the checklist."""

    plan: CoachPlan
    standing: Literal["off", "clock", "session", "quiet", "closed", "on"]
    prompt: PromptMessage | None
    week: dict[Kind, CoachTally]
    checks: dict[CoachItem, CoachCheck]
