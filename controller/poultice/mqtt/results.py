"""What queries come back with: the models of `result` in `result/<role>/<what>`, by what was asked. Pure.

Temperatures °C, powers W, durations s, doses CEM43 minutes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from poultice.mqtt.messages import (
    CoachPlan,
    CoachReport,
    HelpedResult,
    Message,
    PadSettings,
    PersonCeiling,
    ProgramOutline,
)


class ProgramsResult(Message):
    """`programs` with `list`: all that may be started."""

    programs: list[ProgramOutline]


class ZoneForecast(Message):
    """What a zone would be like at the instants `t_s`: most likely, and the band that 90 % of pads stay in."""

    temperature_c: list[float]
    low_c: list[float]
    high_c: list[float]
    power_w: list[float]
    dose: list[float]
    dose_end: float
    dose_high_end: float


class PreviewEnds(Message):
    """Where the dose would end it."""

    at_s: float
    zone: str


class PreviewResult(Message):
    """`programs` with `preview`: a program played on paper."""

    program: str
    t_s: list[float]
    zones: dict[str, ZoneForecast]
    ends: PreviewEnds | None


class SettingsResult(Message):
    """`settings`: what holds for this pad, and what a person asked the coach for."""

    checklist_accepted: bool
    coach: CoachPlan
    pad: PadSettings
    ceiling: PersonCeiling = PersonCeiling()


class MeasuredZone(Message):
    """A zone of the last calibration, from step to step."""

    temperature_c: list[float]
    power_w: list[float]
    pair_k: float
    element_w: float


class CalibrationResult(Message):
    """`calibration`: the last measured warm-up."""

    step_s: float
    zones: dict[str, MeasuredZone]


class PainScores(Message):
    """Of one region, 0 to 10."""

    before: int | None
    after: int | None
    during: list[int]


class SaidThen(Message):
    """What was said, and where on the program's timeline."""

    elapsed_s: float
    value: str


class SessionOutcome(Message):
    """One session; `ending` is finished, stopped, fault, link_lost, or cut_off where nothing says how it ended."""

    session: str
    person: str
    pad: str
    simulated: bool
    program: str
    title: dict[str, str]
    content_hash: str
    at_step: int
    began: datetime | None
    until: datetime | None
    ending: str
    reason: str
    text: str
    ran_s: float | None
    dose: dict[str, float]
    pain: dict[str, PainScores]
    comfort: list[SaidThen]
    notes: list[SaidThen]
    left_out: int
    skipped_lines: int
    lines: int


class SessionsResult(Message):
    """`sessions` with `list`, oldest first; `more` follow after the last of them."""

    sessions: list[SessionOutcome]
    more: bool
    from_oldest: bool


class AcknowledgedResult(Message):
    """`sessions` with `acknowledge`: which are marked as taken over, and which still run."""

    taken: list[str]
    running: list[str]


class CourseResult(Message):
    """`sessions` with `course`: rows of a session, once a second, and where to go on; null at its end."""

    columns: list[str]
    rows: list[list[Any]]
    next: int | None


class SaidResult(Message):
    """`sessions` with `pain`: to whose record it was added."""

    session: str


class ForgottenSessionResult(Message):
    """`sessions` with `forget`: whether there was one, of that person."""

    session: str
    erased: int


class ForgottenResult(Message):
    """`persons` with `forget`: how many of what were erased."""

    person: str
    erased: dict[str, int]


RESULTS: dict[str, type[Message]] = {
    "programs": ProgramsResult,
    "programs/preview": PreviewResult,
    "settings": SettingsResult,
    "calibration": CalibrationResult,
    "coach": CoachReport,
    "sessions": SessionsResult,
    "sessions/what_helped": HelpedResult,
    "sessions/acknowledge": AcknowledgedResult,
    "sessions/course": CourseResult,
    "sessions/pain": SaidResult,
    "sessions/forget": ForgottenSessionResult,
    "persons": ForgottenResult,
}
