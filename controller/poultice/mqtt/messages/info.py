"""`info` of a pad: what it is, and what can be played on it."""

from __future__ import annotations

from poultice.mqtt.messages.base import Message


class StepOutline(Message):
    """One expanded step of a program, for the timeline and the preview before the start."""

    id: str
    duration_s: float
    heat: dict[str, float] = {}
    massage: dict[str, int] = {}
    pattern: str | None = None
    card: str | None = None
    ask: str | None = None
    wait: str | None = None


class CardInfo(Message):
    """A card: an exercise or a hint, with a drawing at `/cards/<id>.svg` where it is a shipped one, or at
    `/cards/<drawing>.svg` where it borrows one."""

    title: dict[str, str]
    text: dict[str, str]
    caution: dict[str, str]
    kind: str
    hold_s: float | None = None
    repetitions: int | None = None
    sets: int = 1
    sides: int = 1
    drawing: str | None = None


class ProgramOutline(Message):
    """A program as lists show it; `evidence` is how strong it is, `grounds` what it rests on, `cards` its own ones;
    `own`: it is a person's own and can be changed."""

    id: str
    own: bool = False
    title: dict[str, str]
    description: dict[str, str] = {}
    evidence: str
    grounds: dict[str, str] = {}
    total_s: float
    zones: list[str]
    motors: list[str]
    heats: bool
    steps: list[StepOutline]
    cards: dict[str, CardInfo] = {}


class ZoneInfo(Message):
    """What a zone is."""

    name: str
    area_m2: float
    nominal_w: float


class MotorInfo(Message):
    """What a motor is, and where: metres from the pad's centre, y up."""

    name: str
    x_m: float
    y_m: float


class PadInfo(Message):
    """`info`: what the pad is; changes with another board or configuration only."""

    name: str
    controller: str
    simulated: bool
    firmware_version: str
    contract_hash: str
    facts_hash: str
    board_id: str
    zones: list[ZoneInfo]
    motors: list[MotorInfo]
    limits: dict[str, float]
    programs: list[ProgramOutline]
    cards: dict[str, CardInfo] = {}
    zone_names: dict[str, str] = {}
    """What people call its zones, where they named them."""
    automation: list[str] = []
    """The programs that home automation may start, by id: as the configuration and people on the page allow it now."""
