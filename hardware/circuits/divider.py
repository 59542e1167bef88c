"""Thermistor inputs: what the board makes of a temperature, with parts by chance and at their worst."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
from generator import thermistor
from generator.facts_model import Facts

from circuits.check import Check
from circuits.ngspice import Table, deck, simulate
from circuits.values import drawn, nominal

SEED = 20260
CHANNELS = 400
BATCH = 50  # in one deck: ngspice's time grows faster than their number
COLDEST_C, HOTTEST_C, STEP_C = -10.0, 80.0, 1.0
WHERE_IT_MATTERS_C = (40.0, 46.0)
ERROR_MAX_K = 0.7
AWAY_K = 35.0  # of the board from 25 °C


@dataclass(frozen=True, slots=True)
class Channel:
    """One thermistor input as it came from the shelf."""

    pull_up_ohm: float
    off_k: float
    leak_a: float
    dissipation_w_per_k: float
    converter_lsb: float

    def line(self, number: int) -> str:
        """Its line in the deck."""
        return (
            f"X{number} t supply p{number} channel pull_up={self.pull_up_ohm:.9g} off_k={self.off_k:.9g}"
            f" leak={self.leak_a:.9g} dissipation={self.dissipation_w_per_k:.9g}"
        )


@dataclass(frozen=True, slots=True)
class Errors:
    """Shown less true temperature in K: a row per channel, a column per temperature."""

    place_c: Table
    error_k: Table

    def worst_k(self, low_c: float, high_c: float) -> float:
        """The largest error between two temperatures."""
        within = (self.place_c >= low_c) & (self.place_c <= high_c)
        return float(np.abs(self.error_k[:, within]).max())


def by_chance(facts: Facts, chance: random.Random) -> Channel:
    """Each part anywhere within its tolerance, even: harsher than a shelf is."""
    circuit = facts.circuit
    part, leak_a = circuit.thermistor, circuit.mcu.leakage_na * 1e-9
    return Channel(
        _pull_up_ohm(facts, chance),
        chance.uniform(-facts.ntc.accuracy_k, facts.ntc.accuracy_k),
        chance.uniform(-leak_a, leak_a),
        chance.uniform(part.dissipation_min_mw_per_k, part.dissipation_max_mw_per_k) / 1000,
        chance.uniform(-circuit.mcu.adc_error_lsb, circuit.mcu.adc_error_lsb),
    )


def _pull_up_ohm(facts: Facts, chance: random.Random) -> float:
    like = facts.circuit.resistors["trip_reference_top"]
    tolerance = facts.ntc.pull_up_tolerance_percent
    return drawn(chance, like.model_copy(update={"ohm": facts.ntc.pull_up_ohm, "tolerance_percent": tolerance}), AWAY_K)


def at_the_worst(facts: Facts, hot: int) -> Channel:
    """All errors in one direction at once: `hot` 1 shows too much, -1 too little."""
    circuit = facts.circuit
    part = circuit.thermistor
    ppm = circuit.resistors["trip_reference_top"].ppm_per_k
    spread = facts.ntc.pull_up_tolerance_percent / 100 + ppm * 1e-6 * AWAY_K
    own = part.dissipation_min_mw_per_k if hot > 0 else part.dissipation_max_mw_per_k
    return Channel(
        facts.ntc.pull_up_ohm * (1 + hot * spread),
        hot * facts.ntc.accuracy_k,
        hot * circuit.mcu.leakage_na * 1e-9,
        own / 1000,
        -hot * circuit.mcu.adc_error_lsb,
    )


def measure(facts: Facts, channels: list[Channel], logic_v: float | None = None) -> Errors:
    """Sweeps the place of all thermistors and converts each pin as the board does."""
    parts = [_measure(facts, channels[at : at + BATCH], logic_v) for at in range(0, len(channels), BATCH)]
    return Errors(parts[0].place_c, np.vstack([part.error_k for part in parts]))


def _measure(facts: Facts, channels: list[Channel], logic_v: float | None) -> Errors:
    supply_v = logic_v or facts.board.logic_mv / 1000
    values = nominal(facts) | {
        "channels": "\n".join(each.line(number) for number, each in enumerate(channels)),
        "logic_v": supply_v, "from_c": COLDEST_C, "to_c": HOTTEST_C, "step_c": STEP_C,
    }  # fmt: skip
    pins = [f"v(p{number})" for number in range(len(channels))]
    curves = simulate(deck("divider", values), pins)
    shown = [
        _shown_c(facts, curves[pin] / supply_v, channel.converter_lsb)
        for pin, channel in zip(pins, channels, strict=True)
    ]
    return Errors(curves["x"], np.array(shown) - curves["x"])


def _shown_c(facts: Facts, ratio: Table, converter_lsb: float) -> list[float]:
    """By the firmware's own table. Conversions truncate; with a step of noise that is half a step on average."""
    full = 2**facts.adc.bits
    codes = np.clip(ratio * full - 0.5 + converter_lsb, 0, full - 1)
    table = thermistor.table(facts)
    return [thermistor.interpolated(table, int(code * facts.adc.oversampling)) / 100 for code in codes]


@dataclass(frozen=True, slots=True)
class Result:
    """All that is to be told of the thermistor inputs."""

    chance: Errors
    worst: Errors
    supplies_k: float

    def checks(self) -> list[Check]:
        """Beside their limits."""
        low, high = WHERE_IT_MATTERS_C
        span = f"{low:g} to {high:g} °C"
        return [
            Check(
                f"thermistor error, {len(self.chance.error_k)} by chance, {span}",
                self.chance.worst_k(low, high), "K", most=ERROR_MAX_K,
            ),
            Check(f"thermistor error, all parts at their worst, {span}", self.worst.worst_k(low, high), "K"),
            Check(
                f"thermistor error by chance, {COLDEST_C:g} to {HOTTEST_C:g} °C",
                self.chance.worst_k(COLDEST_C, HOTTEST_C), "K",
            ),
            Check("what 4.5 to 5.5 V change of a reading (ratiometric)", self.supplies_k, "K", most=0.1),
        ]  # fmt: skip


def run(facts: Facts) -> Result:
    """Computes it. Raises CircuitError."""
    chance = random.Random(SEED)
    channels = [by_chance(facts, chance) for _ in range(CHANNELS)]
    few = channels[:40]
    low, high = (measure(facts, few, mv / 1000) for mv in (facts.circuit.logic_min_mv, facts.circuit.logic_max_mv))
    matters = (low.place_c >= WHERE_IT_MATTERS_C[0]) & (low.place_c <= WHERE_IT_MATTERS_C[1])
    return Result(
        measure(facts, channels),
        measure(facts, [at_the_worst(facts, 1), at_the_worst(facts, -1)]),
        float(np.abs(low.error_k - high.error_k)[:, matters].max()),
    )
