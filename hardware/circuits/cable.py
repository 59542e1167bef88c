"""A chafed cable: what flows where two wires touch, and what ends it (row 36 of SAFETY.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from generator.facts_model import Facts

from circuits.chain import ALWAYS, Story, tell
from circuits.check import Check
from circuits.divider import AWAY_K
from circuits.latch import tripped
from circuits.switches import limit_a

CHAFES_S = 0.2
END_S = 0.3
SPOTS_OHM = (0.2, 0.5, 1.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 15.0, 20.0, 30.0, 60.0)
HARD_OHM = 4.0
ENDS_WITHIN_MS = 10.0
LIMITED_POWER_W = 100.0  # IEC 62368-1, limited power source: what may go on at a fault without being a source of fire
PLACES = {"beside the element": "chafe_ohm", "from the rail to ground": "chafe_to_ground_ohm"}


@dataclass(frozen=True, slots=True)
class Spot:
    """One chafe: its place, its resistance, and what became of it."""

    place: str
    ohm: float
    ended_ms: float  # infinite where it goes on
    before_w: float  # in the spot at first
    goes_on_w: float


def chafe(facts: Facts, place: str, ohm: float) -> Spot:
    """Heats, then two wires touch. Raises CircuitError."""
    story = Story(end_s=END_S, enable=ALWAYS, heater=ALWAYS, chafed=((CHAFES_S, 99.0),), parts={PLACES[place]: ohm})
    curves = tell(facts, story)
    total_a = -curves["i(vrail)"]
    spot_w = curves["v(rail)"] * np.clip(total_a - curves["i(vheater)"], 0, None)
    after = curves["x"] > CHAFES_S
    flows = curves["x"][after & (spot_w > 0.1)]
    ended = tripped(curves, END_S - 1e-3)
    last_w = float(spot_w[-1])
    return Spot(
        place, ohm, 1000 * float(flows[-1] - CHAFES_S) if ended else float("inf"),
        float(spot_w[after].max()), 0.0 if ended else last_w,
    )  # fmt: skip


def limits_a(facts: Facts) -> tuple[float, float]:
    """The lowest and the highest current at which the limit acts, all tolerances added up."""
    circuit, nominal_a = facts.circuit, limit_a(facts)
    shunt, top = circuit.resistors["shunt"], circuit.resistors["limit_top"]
    bottom_share = top.ohm / (top.ohm + circuit.resistors["limit_bottom"].ohm)
    share = (
        circuit.logic_tolerance_percent / 100
        + circuit.current_amplifier.gain_percent / 100
        + shunt.tolerance_percent / 100 + shunt.ppm_per_k * 1e-6 * AWAY_K
        + 2 * bottom_share * (top.tolerance_percent / 100 + top.ppm_per_k * 1e-6 * AWAY_K)
    )  # fmt: skip
    volts = circuit.comparator.offset_mv / 1000 + facts.shunt.gain * circuit.current_amplifier.offset_uv * 1e-6
    own_a = volts / (facts.shunt.gain * shunt.ohm)
    return nominal_a * (1 - share) - own_a, nominal_a * (1 + share) + own_a


def healthy_a(facts: Facts) -> float:
    """The most that a sound board draws: all heaters and motors at the highest rail."""
    rail_v = facts.board.rail_max_mv / 1000
    heaters_a = sum(rail_v / facts.zone_resistance_ohm(zone) for zone in facts.zones)
    return heaters_a + sum(motor.current_ma for motor in facts.motors) / 1000


@dataclass(frozen=True, slots=True)
class Result:
    """All spots, and where the limit lies."""

    facts: Facts
    spots: list[Spot]
    limits_a: tuple[float, float]

    def checks(self) -> list[Check]:
        """Beside their limits."""
        facts, (least_a, most_a) = self.facts, self.limits_a
        hard_ms = max(spot.ended_ms for spot in self.spots if spot.ohm <= HARD_OHM)
        goes_on = max(self.spots, key=lambda spot: spot.goes_on_w)
        worst_w = most_a * facts.board.rail_max_mv / 1000
        fuse = facts.circuit.fuse
        fuse_w = fuse.blows_at_factor * fuse.rated_a * facts.board.rail_nominal_mv / 1000
        return [
            Check(f"chafed cable up to {HARD_OHM:g} ohm: ended within", hard_ms, "ms", most=ENDS_WITHIN_MS),
            Check("chafed cable: most that goes on in the spot", goes_on.goes_on_w, "W", most=LIMITED_POWER_W),
            Check("the same, limit at its highest, highest rail", worst_w, "W", most=LIMITED_POWER_W),
            Check("current limit, lowest of all tolerances", least_a, "A", least=healthy_a(facts)),
            Check("residual: upper switch welded too: what the main fuse bears for half an hour", fuse_w, "W"),
        ]


def run(facts: Facts, spots_ohm: Sequence[float] = SPOTS_OHM) -> Result:
    """Computes it. Raises CircuitError."""
    return Result(facts, [chafe(facts, place, ohm) for place in PLACES for ohm in spots_ohm], limits_a(facts))
