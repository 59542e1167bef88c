"""`state`: the whole truth of a pad."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from poultice.mqtt.messages.base import Message, Reason
from poultice.therapy.body import BodyRegion
from poultice.therapy.state import Phase


class ZoneState(Message):
    """A heat zone: asked beside actual. `target` is the temperature that the control follows now (ramped), `asked` the
    one that the step or a person wants; both null without heat. `temperature` null = no trusted sensor. `thermostat` is
    what the built-in program `warmth` would be asked for here."""

    asked: float | None = None
    target: float | None = None
    temperature: float | None = None
    duty: float = 0.0
    watts: float = 0.0
    limited_by: Reason | None = None
    thermostat: float | None = None


class MotorState(Message):
    """A massage motor, percent: `asked` at this moment of the pattern, `strength` as program and person mean it."""

    asked: int = 0
    actual: int = 0
    strength: int = 0


class QuestionState(Message):
    """A question that waits for `answer`, and for how long still; of `pain`: in which of the regions that the program
    treats."""

    question: Literal["comfort", "pain", "note", "awake"]
    remaining_s: float
    region: BodyRegion | None = None


class SessionState(Message):
    """The session that runs or is paused. `step` counts from 0 over the expanded steps; `card` is the id of one of the
    program's or of `info`; `wait` is whom the step waits for, with `step_remaining_s` as the cap. `ends_at` is null
    while nobody can know it, as in a pause; it moves only by more than a quarter of a minute."""

    id: str
    program: str
    title: dict[str, str]
    step: int
    steps: int
    step_id: str
    elapsed_s: float
    remaining_s: float
    step_remaining_s: float = 0.0
    card: str | None = None
    wait: Literal["person", "press"] | None = None
    question: QuestionState | None = None
    pattern: str | None = None
    ends_at: datetime | None = None


class Offer(Message):
    """The rest of a session that was cut off; `start` with `rest` begins it. It never begins by itself."""

    program: str
    title: dict[str, str]
    step: int
    steps: int
    remaining_s: float


class Invitation(Message):
    """A start that waits for the pad's button. It never changes: `content_hash` says exactly what a press starts;
    `heat` is what it would ask for at once, by zone."""

    program: str
    title: dict[str, str]
    role: str
    remaining_s: float
    content_hash: str = ""
    heat: dict[str, float] = {}


class FaultState(Message):
    """A fault that is present or latched, with what to do."""

    name: str
    lockout: Literal["A", "B", "C"]
    latched: bool
    sentence: str
    action: str


class PadState(Message):
    """`state`: the whole truth of a pad. At least every 1 s, at most 2 Hz, but phase, arming, faults and
    outputs-off at once. `outputs_off` is what the board reported, not what was asked; `selected` the program that a
    `start` of `@selected` means. `checklist_accepted`: somebody may use heat; `accepted_by`: who, as random ids."""

    seq: int
    epoch: str
    time: datetime
    phase: Phase
    armed: bool
    armed_remaining_s: float = 0.0
    outputs_off: bool
    zones: dict[str, ZoneState]
    motors: dict[str, MotorState]
    session: SessionState | None = None
    invitation: Invitation | None = None
    offer: Offer | None = None
    dose: dict[str, float] = {}
    faults: list[FaultState] = []
    checklist_accepted: bool = False
    selected: str | None = None
    accepted_by: list[str] = []
    reason: Reason
