"""What a pad shows to the world: the values behind the public state, and what happened to it.

Temperatures are °C, powers W, duty 0 to 1, intensities percent, durations s, doses CEM43 minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from poultice.therapy.asking import Asked
from poultice.therapy.state import Phase, Reason, Role


@dataclass(frozen=True, slots=True)
class ZoneView:
    """A heat zone, asked beside actual. `asked_c` is what the step or a person wants, `target_c` what the control
    follows at the moment (ramped); both None without heat. `temperature_c` is None where nothing trusted is known."""

    asked_c: float | None = None
    target_c: float | None = None
    temperature_c: float | None = None
    duty: float = 0.0
    watts: float = 0.0
    limited_by: Reason | None = None


@dataclass(frozen=True, slots=True)
class MotorView:
    """A massage motor, percent: what is asked at this moment of the pattern, what the board reports, and how strong it
    is meant to be by program and person."""

    asked_percent: int = 0
    actual_percent: int = 0
    strength_percent: int = 0


@dataclass(frozen=True, slots=True)
class SessionView:
    """The session that runs or is paused. `step` counts from 0 over `steps` expanded steps; `elapsed_s` is the place
    on the program's own timeline, `remaining_s` how long it will still run; `card` is shown, `wait` is whom the step
    waits for (`person`, `press`), `asked` the question that waits for an answer, `pattern` that of the massage."""

    id: str
    program: str
    title: Mapping[str, str]
    step: int
    steps: int
    step_id: str
    elapsed_s: float
    remaining_s: float
    step_remaining_s: float
    card: str | None
    wait: str | None
    asked: Asked | None
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class OfferView:
    """The rest of a session that was cut off: what is left of it."""

    program: str
    title: Mapping[str, str]
    step: int
    steps: int
    remaining_s: float


@dataclass(frozen=True, slots=True)
class InvitationView:
    """A start that waits for the pad's button, and what it would ask of each zone at once, °C."""

    program: str
    title: Mapping[str, str]
    role: Role
    remaining_s: float
    content_hash: str
    heat: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FaultView:
    """A fault that the board reports; its class, sentence and action stand in the contract under its name."""

    name: str
    latched: bool


class Urgent(NamedTuple):
    """What nobody may wait for: the part of a view whose every change is told at once."""

    phase: Phase
    armed: bool
    faults: tuple[FaultView, ...]
    outputs_off: bool


class Moment(NamedTuple):
    """What a session is at: by zone its temperature (None: unknown), what is asked for it (None: no heat), what it is
    given, W, and its dose in this session."""

    session: str
    program: str
    phase: Phase
    elapsed_s: float
    zones: Mapping[str, tuple[float | None, float | None, float, float]]


@dataclass(frozen=True, slots=True)
class PadView:
    """The whole truth of a pad. `outputs_off` is what the board reported within the last second, not what was asked;
    zones and motors are keyed by name in the order of the layout; `selected` is the program that a start of `@selected`
    means, `thermostats` what the program `warmth` is asked for in each zone, °C."""

    phase: Phase
    armed: bool
    armed_remaining_s: float
    outputs_off: bool
    zones: Mapping[str, ZoneView]
    motors: Mapping[str, MotorView]
    session: SessionView | None
    invitation: InvitationView | None
    offer: OfferView | None
    dose: Mapping[str, float]
    faults: tuple[FaultView, ...]
    checklist_accepted: bool
    reason: Reason
    reading_age_s: float | None = None
    selected: str | None = None
    thermostats: Mapping[str, float] = field(default_factory=dict)

    @property
    def urgent(self) -> Urgent:
        """What of it nobody may wait for."""
        return Urgent(self.phase, self.armed, self.faults, self.outputs_off)


@dataclass(frozen=True, slots=True)
class PadHappening:
    """Something happened; `kind` is one of the public event kinds (`started`, `step`, `finished`, `stopped`, `fault`,
    `refused`, `invited`, `button`, `link_lost`, `link_up`, `paused`, `resumed`, `adjusted`, `armed`, `disarmed`,
    `asked`, `answered`, `asleep`)."""

    kind: str
    reason: Reason
    session: str | None = None
    details: Mapping[str, float | str] = field(default_factory=dict)
