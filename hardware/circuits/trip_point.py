"""The independent trip: at which temperature its comparator turns, and on an open or shorted thermistor."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from generator.facts_model import Facts

from circuits.check import Check, yes
from circuits.divider import AWAY_K, BATCH, by_chance
from circuits.ngspice import Table, deck, simulate
from circuits.values import drawn, extreme, nominal

SEED = 455
TRIPS = 300
BROKEN = 1e6  # times its resistance, or one divided by it
COLDEST_ARMING_C, HOTTEST_ARMING_C = 3.0, 43.0  # boot_window of firmware/contract.toml: outside nothing arms
TESTED_AT_C = 25.0
REFERENCES = ("trip_reference_top", "trip_reference_bottom", "trip_hysteresis", "trip_open_top", "trip_open_bottom")
OPEN_BELOW_MAX_C = -15.0  # the board's converter takes what is below -14 °C for broken, too
HYSTERESIS_K = (0.5, 2.0)


@dataclass(frozen=True, slots=True)
class Trip:
    """One zone's trip as it came from the shelf: what the subcircuit is told."""

    parts: dict[str, float] = field(default_factory=dict)

    def line(self, number: int) -> str:
        """Its line in the deck."""
        told = " ".join(f"{name}={value:.9g}" for name, value in self.parts.items())
        return f"X{number} t supply d{number} o{number} trip {told}"

    def but(self, **parts: float) -> Trip:
        """The same with something else."""
        return replace(self, parts=self.parts | parts)


def trip_by_chance(facts: Facts, chance: random.Random) -> Trip:
    """Each part anywhere within its tolerance."""
    circuit = facts.circuit
    channel = by_chance(facts, chance)
    top, bottom, hysteresis, open_top, open_bottom = (
        drawn(chance, circuit.resistors[name], AWAY_K) for name in REFERENCES
    )
    offset_v, bias_a = circuit.comparator.offset_mv / 1000, circuit.comparator.bias_na * 1e-9
    return Trip(
        {
            "pull_up": channel.pull_up_ohm, "off_k": channel.off_k, "dissipation": channel.dissipation_w_per_k,
            "leak": chance.uniform(0, _leak_a(facts)), "top": top, "bottom": bottom, "hysteresis": hysteresis,
            "open_top": open_top, "open_bottom": open_bottom,
            "offset": chance.uniform(-offset_v, offset_v), "bias": chance.uniform(-bias_a, bias_a),
        }
    )  # fmt: skip


def _leak_a(facts: Facts) -> float:
    """Out of the thermistor's node at most: two comparators, the buffer, and the open collector of the test."""
    circuit = facts.circuit
    nano = 2 * circuit.comparator.bias_na + circuit.witness_buffer.bias_na + circuit.comparator.leakage_na
    return nano * 1e-9


def trip_at_the_worst(facts: Facts, late: int) -> Trip:
    """All errors in one direction at once: `late` 1 trips too hot, -1 too cool."""
    circuit = facts.circuit
    resistors, part = circuit.resistors, circuit.thermistor
    own = part.dissipation_max_mw_per_k if late > 0 else part.dissipation_min_mw_per_k
    pull_up = resistors["trip_reference_top"].model_copy(
        update={"ohm": facts.ntc.pull_up_ohm, "tolerance_percent": facts.ntc.pull_up_tolerance_percent}
    )
    return Trip(
        {
            "pull_up": extreme(pull_up, AWAY_K, -late), "off_k": -late * facts.ntc.accuracy_k,
            "dissipation": own / 1000,
            "leak": 0.0 if late > 0 else _leak_a(facts),
            "top": extreme(resistors["trip_reference_top"], AWAY_K, late),
            "bottom": extreme(resistors["trip_reference_bottom"], AWAY_K, -late),
            "hysteresis": extreme(resistors["trip_hysteresis"], AWAY_K, -late),
            "open_top": resistors["trip_open_top"].ohm, "open_bottom": resistors["trip_open_bottom"].ohm,
            "offset": -late * circuit.comparator.offset_mv / 1000, "bias": late * circuit.comparator.bias_na * 1e-9,
        }
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sweep:
    """How far from turning each comparator is, V: a row per trip, a column per temperature of its place."""

    place_c: Table
    hot_v: Table
    open_v: Table

    def hot_c(self) -> Table:
        """Where each one's hot comparator turns, °C; not a number where it does not."""
        return np.array([_crossing(self.place_c, row) for row in self.hot_v])

    def open_c(self) -> Table:
        """Where it takes the thermistor for open."""
        return np.array([_crossing(self.place_c, row) for row in self.open_v])


def _crossing(place_c: Table, falling_v: Table) -> float:
    inside = falling_v[0] > 0 > falling_v[-1]
    return float(np.interp(0.0, falling_v[::-1], place_c[::-1])) if inside else float("nan")


def sweep(facts: Facts, trips: Sequence[Trip], from_c: float, to_c: float, logic_v: float | None = None) -> Sweep:
    """Moves the place of all thermistors from one temperature to another."""
    decks = [trips[at : at + BATCH] for at in range(0, len(trips), BATCH)]
    parts = [_sweep(facts, each, from_c, to_c, logic_v or facts.board.logic_mv / 1000) for each in decks]
    hot, opened = np.vstack([part.hot_v for part in parts]), np.vstack([part.open_v for part in parts])
    return Sweep(parts[0].place_c, hot, opened)


def _sweep(facts: Facts, trips: Sequence[Trip], from_c: float, to_c: float, logic_v: float) -> Sweep:
    values = nominal(facts) | {
        "trips": "\n".join(trip.line(number) for number, trip in enumerate(trips)),
        "logic_v": logic_v, "from_c": from_c, "to_c": to_c, "step_c": (to_c - from_c) / 20,
    }  # fmt: skip
    names = [[f"v({kind}{number})" for number in range(len(trips))] for kind in "do"]
    curves = simulate(deck("trip_point", values), names[0] + names[1])
    hot, opened = (np.array([curves[name] for name in kind]) for kind in names)
    return Sweep(curves["x"], hot, opened)


@dataclass(frozen=True, slots=True)
class Result:
    """All that is to be told of the trip's temperature. `trips_c`: by supply in V, of each trip."""

    facts: Facts
    trips_c: dict[float, Table]
    worst_c: tuple[float, float]
    released_k: Table
    open_c: Table
    trips_on_open: bool
    trips_on_short: bool
    provoked: bool
    looks_like_c: float

    def checks(self) -> list[Check]:
        """Beside their limits."""
        trip = self.facts.trip
        span = (trip.comparator_c - trip.comparator_tolerance_k, trip.comparator_c + trip.comparator_tolerance_k)
        every = np.concatenate(list(self.trips_c.values()))
        named = f"trip temperature, {TRIPS} by chance, {min(self.trips_c):g} to {max(self.trips_c):g} V"
        return [
            Check(f"{named}, coolest", float(every.min()), "°C", *span),
            Check(f"{named}, hottest", float(every.max()), "°C", *span),
            Check("trip temperature, all parts at their worst, coolest", self.worst_c[0], "°C", *span),
            Check("trip temperature, all parts at their worst, hottest", self.worst_c[1], "°C", *span),
            Check("hysteresis before the latch can be reset, least", float(self.released_k.min()), "K", *HYSTERESIS_K),
            Check("hysteresis before the latch can be reset, most", float(self.released_k.max()), "K", *HYSTERESIS_K),
            yes("trips on an open thermistor, every one by chance", self.trips_on_open),
            yes("trips on a shorted thermistor, every one by chance", self.trips_on_short),
            Check("taken for open below, hottest of all", float(self.open_c.max()), "°C", most=OPEN_BELOW_MAX_C),
            yes(f"provoked, each trips from {COLDEST_ARMING_C:g} to {HOTTEST_ARMING_C:g} °C", self.provoked),
            Check(f"what its test looks like on a pad of {TESTED_AT_C:g} °C", self.looks_like_c, "°C", most=60.0),
        ]


def run(facts: Facts) -> Result:
    """Computes it. Raises CircuitError."""
    chance = random.Random(SEED)
    trips = [trip_by_chance(facts, chance) for _ in range(TRIPS)]
    around = (facts.trip.comparator_c - 3, facts.trip.comparator_c + 3)
    supplies = (facts.circuit.logic_min_mv / 1000, facts.board.logic_mv / 1000, facts.circuit.logic_max_mv / 1000)
    trips_c = {supply: sweep(facts, trips, *around, supply).hot_c() for supply in supplies}
    few = trips[: TRIPS // 3]
    tripped = sweep(facts, [trip.but(q=1.0) for trip in few], *around).hot_c()
    return Result(
        facts,
        trips_c,
        worst(facts, around, supplies),
        trips_c[supplies[1]][: len(few)] - tripped,
        sweep(facts, few, -50.0, 0.0).open_c(),
        bool((sweep(facts, [trip.but(scale=BROKEN) for trip in few], 0.0, 50.0).open_v > 0).all()),
        bool((sweep(facts, [trip.but(scale=1 / BROKEN) for trip in few], 0.0, 50.0).hot_v < 0).all()),
        bool((_provoked(facts, few).hot_v < 0).all()),
        _looks_like_c(facts),
    )


def worst(facts: Facts, around: tuple[float, float], supplies: Sequence[float]) -> tuple[float, float]:
    """The coolest and the hottest trip that tolerances allow, °C."""
    ends = [trip_at_the_worst(facts, late) for late in (-1, 1)]
    found = np.array([sweep(facts, ends, *around, supply).hot_c() for supply in supplies])
    return float(found[:, 0].min()), float(found[:, 1].max())


def _provoked(facts: Facts, trips: Sequence[Trip]) -> Sweep:
    test = extreme(facts.circuit.resistors["trip_test"], AWAY_K, 1)
    return sweep(facts, [trip.but(test=test) for trip in trips], COLDEST_ARMING_C, HOTTEST_ARMING_C)


def _looks_like_c(facts: Facts) -> float:
    """The test is a resistor beside the thermistor: a reference that slipped beyond this is found out by it."""
    values = nominal(facts)
    as_is = Trip(
        {"pull_up": facts.ntc.pull_up_ohm, "dissipation": 1e3, "top": 10e3, "bottom": 1e-3, "hysteresis": 1e12}
    )
    test = float(values["r_trip_test"])
    wanted_v = float(np.interp(TESTED_AT_C, *_node(facts, as_is.but(test=test))))
    place_c, node_v = _node(facts, as_is)
    return float(np.interp(-wanted_v, -node_v, place_c))


def _node(facts: Facts, trip: Trip) -> tuple[Table, Table]:
    """The thermistor's voltage over its place: against a reference of nothing."""
    found = sweep(facts, [trip], 0.0, 100.0)
    return found.place_c, found.hot_v[0]
