"""The pad's bimetals, in series with each element: slow, late as their tolerance allows, and held open by a resistor.

The resistor lies across the contact. While that is closed nothing falls on it; once it is open nearly the whole rail
does, and its warmth, glued to the case of the bimetal, keeps it above the temperature at which it would close. That
of a closed contact would open it sooner: left out where late is worse, counted where early is (`early_c`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from generator.circuit_model import Bimetal
from generator.facts_model import Facts


@dataclass(slots=True)
class Bimetals:
    """One a zone, each at `start_c` to begin with. Temperatures in °C."""

    part: Bimetal
    opens_c: float
    start_c: float
    zones: int = 2
    here_c: list[float] = field(default_factory=list)
    is_open: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.here_c = [self.start_c] * self.zones
        self.is_open = [False] * self.zones

    def step(self, place_c: list[float], rail_v: float, seconds: float) -> None:
        """Lets time pass; `rail_v`: what lies across an open one."""
        hold_k = rail_v**2 / self.part.hold_ohm / (self.part.to_pad_max_mw_per_k / 1000)
        for zone, place in enumerate(place_c):
            towards_c = place + (hold_k if self.is_open[zone] else 0.0)
            self.here_c[zone] += seconds / self.part.lag_s * (towards_c - self.here_c[zone])
            limit_c = self.part.closes_max_c if self.is_open[zone] else self.opens_c
            self.is_open[zone] = self.here_c[zone] >= limit_c


def early_c(facts: Facts, place_c: float) -> float:
    """What a bimetal feels at most where its place has `place_c` and its element its full current, °C."""
    part = facts.circuit.bimetal
    amperes = max(facts.board.rail_nominal_mv / 1000 / facts.zone_resistance_ohm(zone) for zone in facts.zones)
    return place_c + amperes**2 * part.contact_milliohm / part.to_pad_min_mw_per_k


def latest_c(facts: Facts) -> float:
    """The hottest at which one of its tolerance opens, slowly warmed, °C."""
    return facts.trip.bimetal_c + facts.trip.bimetal_tolerance_k


def earliest_c(facts: Facts) -> float:
    """The coolest, °C."""
    return facts.trip.bimetal_c - facts.trip.bimetal_tolerance_k
