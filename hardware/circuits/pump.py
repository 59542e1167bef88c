"""The enable line: how long the heaters' rail outlives its toggling, and that it lives at the slowest toggling."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from generator.facts_model import Facts

from circuits.check import Check
from circuits.ngspice import Curves, Table, deck, simulate
from circuits.values import THERMAL_V, drawn, extreme, nominal, saturation_a

SEED = 100
ENABLES = 8
STOP_S, END_S = 0.4, 0.6
SETTLED_S = 0.2
OFF, ON = 0.05, 0.9  # of the supply
RISES_MS = 50.0  # firmware/core/supply.c counts on it
HIGH, LOW = 1, 0
AWAY_K = 35.0
PUMP_DIODE_OHM = 1.0
TURN_ON_A = 2e-3  # at which base_v is told


@dataclass(frozen=True, slots=True)
class Enable:
    """The parts of one board's enable."""

    transfer_f: float
    store_f: float
    base_top_ohm: float
    base_bottom_ohm: float
    threshold_v: float

    def line(self, number: int) -> str:
        """Its line in the deck."""
        return (
            f"X{number} pin supply rail{number} enable transfer={self.transfer_f:.9g} store={self.store_f:.9g}"
            f" base_top={self.base_top_ohm:.9g} base_bottom={self.base_bottom_ohm:.9g} vto={-self.threshold_v:.9g}"
        )


def by_chance(facts: Facts, chance: random.Random) -> Enable:
    """Each part anywhere within its tolerance."""
    resistors, upper = facts.circuit.resistors, facts.circuit.mosfets["upper"]
    return Enable(
        _farad(facts, "pump_transfer", chance.uniform(-1, 1)),
        _farad(facts, "pump_store", chance.uniform(-1, 1)),
        drawn(chance, resistors["pump_base_top"], AWAY_K),
        drawn(chance, resistors["pump_base_bottom"], AWAY_K),
        chance.uniform(upper.threshold_min_v, upper.threshold_max_v),
    )


def at_the_worst(facts: Facts, long: int) -> Enable:
    """All parts such that the rail lives long, 1, or short, -1."""
    resistors, upper = facts.circuit.resistors, facts.circuit.mosfets["upper"]
    return Enable(
        _farad(facts, "pump_transfer", long),
        _farad(facts, "pump_store", long),
        extreme(resistors["pump_base_top"], AWAY_K, long),
        extreme(resistors["pump_base_bottom"], AWAY_K, long),
        upper.threshold_min_v if long > 0 else upper.threshold_max_v,
    )


def _farad(facts: Facts, name: str, where: float) -> float:
    """`where` from -1 to 1 within the tolerance; by temperature it only loses."""
    part = facts.circuit.capacitors[name]
    low, high = -part.tolerance_percent - part.temperature_percent, part.tolerance_percent
    return part.nf * 1e-9 * (1 + (low + (high - low) * (where + 1) / 2) / 100)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What all enables of a run have in common."""

    logic_v: float
    rail_v: float
    ambient_c: float
    toggle_ms: float
    stuck: int


def measure(facts: Facts, enables: Sequence[Enable], at: Conditions) -> Curves:
    """Toggles for STOP_S, then leaves the line where `at.stuck` says. Rails in V as "v(rail0)" and so on."""
    circuit = facts.circuit
    diode, upper = circuit.diodes["pump"], circuit.mosfets["upper"]
    overdrive_v = upper.at_gate_v - upper.threshold_max_v
    values = nominal(facts) | {
        "enables": "\n".join(enable.line(number) for number, enable in enumerate(enables)),
        "pump_is": TURN_ON_A / math.exp(circuit.pump_transistor.base_v / THERMAL_V),
        "pump_gain": circuit.pump_transistor.gain_min,
        "diode_is": saturation_a(diode, PUMP_DIODE_OHM),
        "upper_kp": 1000 / (upper.milliohm * overdrive_v), "gate_f": upper.input_pf * 1e-12,
        "toggle_s": at.toggle_ms / 1000, "period_s": 2 * at.toggle_ms / 1000, "stop_s": STOP_S, "end_s": END_S,
        "stuck": at.stuck, "logic_v": at.logic_v, "rail_v": at.rail_v, "ambient_c": at.ambient_c,
    }  # fmt: skip
    return simulate(deck("pump", values), [*(f"v(rail{number})" for number in range(len(enables))), "v(pin)"])


def off_after_ms(curves: Curves, rail: str) -> float:
    """From the last edge of the line until the rail is gone, ms; infinite where it stays."""
    edges = curves["x"][1:][np.abs(np.diff(curves["v(pin)"])) > 1.0]
    on = curves["x"][curves[rail] > OFF * curves[rail].max()]
    return 1000 * float(on[-1] - edges[-1]) if on[-1] < curves["x"][-1] - 1e-3 else math.inf


def rises_ms(curves: Curves, rail: str, rail_v: float) -> float:
    """From the first edge until the rail is up to stay, ms; infinite where it does not come."""
    time_s, up = curves["x"], curves[rail] > ON * rail_v
    toggling = time_s < STOP_S
    down = time_s[toggling & ~up]
    return 1000 * float(down[-1] - 1e-3) if down[-1] < SETTLED_S else math.inf


def least_on(curves: Curves, rail: str) -> float:
    """The lowest the rail gets while the line toggles, once settled, V."""
    settled: Table = curves[rail][(curves["x"] > SETTLED_S) & (curves["x"] < STOP_S)]
    return float(settled.min())


@dataclass(frozen=True, slots=True)
class Result:
    """All that is to be told of the enable line."""

    facts: Facts
    off_high_ms: float
    off_low_ms: float
    rises_ms: float
    least_share: float
    pictures: dict[str, Curves]

    def checks(self) -> list[Check]:
        """Beside their limits."""
        holds, slowest = float(self.facts.enable.holds_ms), self.facts.circuit.slowest_toggle_ms
        return [
            Check("rail off after toggling stops, line stuck high, slowest", self.off_high_ms, "ms", most=holds),
            Check("rail off after toggling stops, line stuck low, slowest", self.off_low_ms, "ms", most=holds),
            Check("rail up after toggling begins, slowest", self.rises_ms, "ms", most=RISES_MS),
            Check(
                f"rail while an edge comes each {slowest:g} ms only, least", 100 * self.least_share, "%",
                least=100 * ON,
            ),
        ]  # fmt: skip


def corners(facts: Facts) -> Iterator[tuple[float, float, float]]:
    """Logic supply, rail and ambient, at their ends."""
    board, circuit = facts.board, facts.circuit
    spread = circuit.logic_tolerance_percent / 100
    logics = [board.logic_mv / 1000 * (1 + sign * spread) for sign in (-1, 1)]
    rails = [board.rail_min_mv / 1000, board.rail_max_mv / 1000]
    return product(logics, rails, (circuit.ambient_min_c, circuit.ambient_max_c))


def run(facts: Facts, enables: int = ENABLES) -> Result:
    """Computes it. Raises CircuitError."""
    chance = random.Random(SEED)
    boards = [by_chance(facts, chance) for _ in range(enables)]
    boards += [at_the_worst(facts, long) for long in (-1, 1)]
    rails = [f"v(rail{number})" for number in range(len(boards))]
    off: dict[int, list[float]] = {HIGH: [], LOW: []}
    rise, least = [], []
    for logic_v, rail_v, ambient_c in corners(facts):
        for stuck in (HIGH, LOW):
            quick = measure(facts, boards, Conditions(logic_v, rail_v, ambient_c, facts.enable.toggle_ms, stuck))
            off[stuck] += [off_after_ms(quick, rail) for rail in rails]
            rise += [rises_ms(quick, rail, rail_v) for rail in rails]
        slow = measure(facts, boards, Conditions(logic_v, rail_v, ambient_c, facts.circuit.slowest_toggle_ms, LOW))
        least += [least_on(slow, rail) / rail_v for rail in rails]
    return Result(facts, max(off[HIGH]), max(off[LOW]), max(rise), min(least), _pictures(facts))


def _pictures(facts: Facts) -> dict[str, Curves]:
    """The longest and the shortest life, for the eye."""
    board, spread = facts.board, facts.circuit.logic_tolerance_percent / 100
    cases = {"longest": (1, facts.circuit.ambient_max_c), "shortest": (-1, facts.circuit.ambient_min_c)}
    return {
        name: measure(
            facts,
            [at_the_worst(facts, long)],
            Conditions(
                board.logic_mv / 1000 * (1 + long * spread), board.rail_nominal_mv / 1000, ambient_c,
                board.step_ms, HIGH,
            ),
        )
        for name, (long, ambient_c) in cases.items()
    }  # fmt: skip
