"""What a pad is made of, as far as therapy needs to know: its zones, its motors and how warmth flows through it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True)
class ZoneLayout:
    """A heat zone: its area in m² and its power in W at the nominal supply."""

    name: str
    area_m2: float
    nominal_w: float


@dataclass(frozen=True, slots=True)
class MotorLayout:
    """A massage motor: where it sits in m from the pad's centre (y up), the percent below which it stands still, and
    the exponent by which what is felt grows with the duty above that."""

    name: str
    x_m: float
    y_m: float
    start_percent: int
    feel_exponent: float = 1.0


@dataclass(frozen=True, slots=True)
class ThermalModel:
    """A nominal pad on a nominal person. It only feeds forward: what it gets wrong, feedback corrects."""

    heat_capacity_j_per_k: float  # of one zone of the pad
    to_room_w_per_m2k: float
    to_body_w_per_m2k: float  # from pad to core, all layers in a row, once they are warm through
    room_c: float
    core_c: float


@dataclass(frozen=True)
class PadLayout:
    """Zones and motors in the order in which the board counts them."""

    zones: tuple[ZoneLayout, ...]
    motors: tuple[MotorLayout, ...]
    thermal: ThermalModel

    @cached_property
    def zone_names(self) -> tuple[str, ...]:
        """The zones' names, in order."""
        return tuple(zone.name for zone in self.zones)

    @cached_property
    def motor_names(self) -> tuple[str, ...]:
        """The motors' names, in order."""
        return tuple(motor.name for motor in self.motors)
