"""What queries come back with: the models of `result` in `result/<role>/<what>`, by what was asked. Pure.

Temperatures °C, powers W, durations s, doses CEM43 minutes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from poultice.mqtt.messages import (
    CoachPlan,
    CoachReport,
    CourseResult,
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


class ProgramProblem(Message):
    """What is wrong with a program: where (`path` in its content, `line` of its text), and what to write instead."""

    path: str
    line: int
    message: str
    remedy: str


class JudgedResult(Message):
    """`programs` with `check`: a program that is being written, as far as it was understood. `content` is null where
    the text is none of ours, `outline` where its shape is wrong; it may be saved where there are no problems."""

    text: str
    content: dict[str, Any] | None
    problems: list[ProgramProblem]
    outline: ProgramOutline | None
    preview: PreviewResult | None


class ProgramResult(JudgedResult):
    """`programs` with `get`: one as it can be changed; `base` is to be said again when it is saved, so that nobody's
    change is lost; null for a preset, which is not one's `own`."""

    own: bool
    base: str | None


class SavedResult(Message):
    """`programs` with `save`: it can be started now; `base` is what it is called from now on."""

    program: str
    base: str


class NotSavedResult(Message):
    """`programs` with `save`, refused: the problems, where it was judged."""

    problems: list[ProgramProblem] = Field(default_factory=list)


class DeletedResult(Message):
    """`programs` with `delete`: its content, with which it can be brought back."""

    program: str
    content: dict[str, Any]


class LogsResult(Message):
    """`logs`: the last lines of the controller's log, the oldest first."""

    lines: list[str]


class SettingsResult(Message):
    """`settings`: what holds for this pad, what a person asked the coach for, and their own ceiling."""

    checklist_accepted: bool
    coach: CoachPlan
    ceiling: PersonCeiling
    pad: PadSettings


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
    "programs/check": JudgedResult,
    "programs/get": ProgramResult,
    "programs/save": SavedResult,
    "programs/save/refused": NotSavedResult,
    "programs/delete": DeletedResult,
    "logs": LogsResult,
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
