"""What a pad is made of, as far as therapy needs to know: its zones, its motors and how warmth flows through it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from poultice.link import facts


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
    """A nominal pad on a nominal person, by the facts. It is where a zone's own model begins."""

    heat_capacity_j_per_k: float = facts.PAD.heat_capacity_j_per_k  # of one zone of the pad
    contact_w_per_m2k: float = facts.PAD.contact_w_per_m2k
    to_room_w_per_m2k: float = facts.PAD.cover_w_per_m2k
    skin_j_per_k: float = facts.BODY.skin_heat_capacity_j_per_k
    tissue_j_per_k: float = facts.BODY.tissue_heat_capacity_j_per_k
    skin_to_tissue_w_per_m2k: float = facts.BODY.skin_to_tissue_w_per_m2k
    tissue_to_core_w_per_m2k: float = facts.BODY.tissue_to_core_w_per_m2k + facts.BODY.perfusion_w_per_m2k
    lag_s: float = facts.NTC.lag_s
    room_c: float = facts.ROOM.temperature_c
    skin_c: float = facts.BODY.skin_start_c
    core_c: float = facts.BODY.core_c

    @property
    def to_body_w_per_m2k(self) -> float:
        """From pad to core, all layers in a row, once they are warm through."""
        return 1 / (1 / self.contact_w_per_m2k + 1 / self.skin_to_tissue_w_per_m2k + 1 / self.tissue_to_core_w_per_m2k)


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
