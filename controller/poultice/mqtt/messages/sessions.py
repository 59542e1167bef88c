"""What is said of sessions that were: their outcomes and courses."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from poultice.mqtt.messages.base import Id, Message
from poultice.therapy.helped import matters

pain_matters = matters
PainScore = Annotated[int, Field(strict=True, ge=0, le=10)]


class PainScores(Message):
    """Scores of one region of the body, 0 to 10; null where that was not answered."""

    before: PainScore | None = None
    after: PainScore | None = None
    during: list[PainScore] = []


class SaidInSession(Message):
    """What was said besides, at its place on the program's timeline, s."""

    elapsed_s: float
    value: str


class SessionOutcome(Message):
    """What became of one session, as the query `sessions` lists it. `ending` is `finished`, `stopped`, `fault`,
    `link_lost`, `running` or `cut_off`; `until` is the newest time in its record, of which there are `lines`; doses
    are CEM43 minutes by zone."""

    session: Id
    person: Annotated[str, Field(max_length=64)] = ""
    pad: Annotated[str, Field(max_length=64)] = ""
    simulated: bool = False
    program: Annotated[str, Field(max_length=64)] = ""
    title: dict[str, str] = {}
    content_hash: Annotated[str, Field(max_length=300)] = ""
    at_step: int = 0
    began: datetime | None = None
    until: datetime | None = None
    ending: Annotated[str, Field(max_length=20)] = "cut_off"
    reason: Annotated[str, Field(max_length=300)] = ""
    text: Annotated[str, Field(max_length=300)] = ""
    ran_s: float | None = None
    dose: dict[str, float] = {}
    pain: dict[str, PainScores] = {}
    comfort: list[SaidInSession] = []
    notes: list[SaidInSession] = []
    left_out: int = 0
    skipped_lines: int = 0
    lines: int = 0


class SessionsResult(Message):
    """Result of the query `sessions` with `op: list`."""

    sessions: list[dict[str, Any]]
    more: bool
    from_oldest: bool


class CourseResult(Message):
    """Result of the query `sessions` with `op: course`: rows `[t_s, at_s, phase, [°C, asked °C, W, CEM43 minutes], …]`,
    of the zones named in `columns`; `next` is the row to go on with, null at the end."""

    columns: list[str]
    rows: list[list[Any]]
    next: int | None
