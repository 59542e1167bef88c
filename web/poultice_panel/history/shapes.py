"""What the panel answers about history, with examples; the page's types are made from these.

Temperatures °C, durations s, doses CEM43 minutes, pain 0 to 10, days as YYYY-MM-DD.
"""

from __future__ import annotations

from typing import Annotated

from poultice.mqtt.messages import Id, PainScore, Reason
from pydantic import BaseModel, ConfigDict, Field

Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Month = Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")]
NOTE_MAX = 2000


class Shape(BaseModel):
    """Base of all answers."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class PainOf(Shape):
    """Pain in one region of the body; null where that was not answered."""

    region: str
    before: int | None
    after: int | None


class HeatOf(Shape):
    """What one zone gave: its dose, and its hottest reading where there is a curve."""

    zone: str
    dose: float
    hottest_c: float | None


class SessionBrief(Shape):
    """One line of the list."""

    id: str
    pad: str
    simulated: bool
    program: str
    title: dict[str, str]
    began: str
    day: str
    ending: str
    ran_s: float | None
    pain: list[PainOf]
    has_note: bool

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "id": "9f2c5e1ab7d04c3e",
                    "pad": "sofa",
                    "simulated": False,
                    "program": "lower-back-ease",
                    "title": {"en": "Lower back ease", "de": "Unterer Rücken"},
                    "began": "2026-03-01T19:30:00+01:00",
                    "day": "2026-03-01",
                    "ending": "finished",
                    "ran_s": 1200.0,
                    "pain": [{"region": "lower_back", "before": 6, "after": 3}],
                    "has_note": True,
                }
            ]
        },
    )


class SessionPage(Shape):
    """Sessions, newest first; `next` is where to go on, null at the end; `total` fit the question. `trouble` says why
    the newest may be missing."""

    sessions: list[SessionBrief]
    next: str | None
    total: int
    trouble: Reason | None = None


class SaidAt(Shape):
    """Something said or something that happened, s since the session began."""

    t_s: float
    kind: str
    text: str = ""


class ZoneCourse(Shape):
    """One zone's curve: what it was and what was asked, °C."""

    temperature: list[float | None]
    target: list[float | None]


class CurveOf(Shape):
    """A session's curve, thinned so that its hottest moments stay; `t` are s since it began."""

    t: list[float]
    zones: dict[str, ZoneCourse]


class SessionDetail(SessionBrief):
    """One session with all that is known of it. `notes` were written while it played, `note` afterwards."""

    reason: str
    text: str
    heat: list[HeatOf]
    marks: list[SaidAt]
    notes: list[str]
    note: str
    curve: CurveOf | None
    skipped_lines: int


class DayOf(Shape):
    """One day of the calendar: how many sessions, and by how much pain changed in the median of them."""

    day: str
    sessions: int
    change: float | None


class TrendPoint(Shape):
    """The median of a week, or of a day, from its first day."""

    day: str
    before: float | None
    after: float | None
    sessions: int


class Trend(Shape):
    """How pain in one region went."""

    region: str
    points: list[TrendPoint]


class DoseOf(Shape):
    """The heat of one day in one zone of one pad."""

    day: str
    pad: str
    zone: str
    dose: float


class ProgramCount(Shape):
    """How often a program was played."""

    program: str
    title: dict[str, str]
    sessions: int


class Summary(Shape):
    """A stretch of time at a glance; `first_day` is the first of all that is known, `by` what a point of a trend sums
    up, `dose_max` what a zone may give in a day."""

    since: str
    until: str
    sessions: int
    first_day: str | None
    days: list[DayOf]
    by: str
    trends: list[Trend]
    doses: list[DoseOf]
    dose_max: float | None
    programs: list[ProgramCount]
    trouble: Reason | None = None


class RegionChange(Shape):
    """Pain in one region over a report's time: medians of the sessions that have both answers."""

    region: str
    sessions: int
    before: float
    after: float
    eased: int
    worsened: int


class ReportNote(Shape):
    """A note, of the day it was written on."""

    day: str
    text: str


class Report(Shape):
    """One page for a physiotherapist."""

    since: str
    until: str
    sessions: int
    simulated: int
    ran_s: float
    regions: list[RegionChange]
    trends: list[Trend]
    by: str
    programs: list[ProgramCount]
    endings: dict[str, int]
    hottest_c: float | None
    dose_most: DoseOf | None
    dose_max: float | None
    notes: list[ReportNote]


class AfterSession(Shape):
    """The session that just ended on a pad, and in which regions nobody said how it is now; null where there is none
    to ask about."""

    session: SessionBrief | None
    unanswered: list[str]


class NoteBody(Shape):
    """What a person writes about a session afterwards; empty takes it away."""

    note: Annotated[str, Field(max_length=NOTE_MAX)]

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"note": "Slept well after it."}]})


class PainBody(Shape):
    """How much it hurts after a session whose program did not ask."""

    region: Annotated[str, Field(max_length=30)]
    value: PainScore

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"region": "lower_back", "value": 3}]})


class Kept(Shape):
    """It is kept."""

    id: Id


class SetAside(Shape):
    """Where the damaged file lies now; null where it was not damaged."""

    aside: str | None
