"""From hardware/facts.toml to the values in the decks: nominal, by chance, or broken."""

from __future__ import annotations

import math
import random
from pathlib import Path

import generate
import numpy as np
from generator.circuit_model import Diode, Resistor
from generator.facts_model import Facts

ROOT = Path(__file__).resolve().parents[2]
COOL_C, HOT_C = -40.0, 120.0
KELVIN = 273.15
THERMAL_V = 0.025852  # kT/q at 300 K
DIODE_IDEALITY = 1.05


def load(root: Path = ROOT) -> Facts:
    """The facts of this checkout. Raises generator.source.SourceError."""
    return generate.load(root)[1]


def nominal(facts: Facts) -> dict[str, float | str]:
    """Every part as written: r_NAME in ohm, c_NAME in F, and what else the decks ask for."""
    circuit = facts.circuit
    values: dict[str, float | str] = {f"r_{name}": part.ohm for name, part in circuit.resistors.items()}
    values |= {f"c_{name}": part.nf * 1e-9 for name, part in circuit.capacitors.items()}
    values |= {f"esr_{name}": part.ohm for name, part in circuit.capacitors.items()}
    values |= dict(zip(("ntc_0", "ntc_1", "ntc_2", "ntc_3"), curve(facts), strict=True))
    return values | {
        "r_pull_up": facts.ntc.pull_up_ohm,
        "r_element": facts.zone_resistance_ohm(facts.zones[0]),
        "r_rail_top": facts.dividers.rail.top_ohm,
        "r_rail_bottom": facts.dividers.rail.bottom_ohm,
        "r_pin": circuit.mcu.pin_ohm,
        "zener_v": circuit.gate_zener.volt,
        "gain": facts.shunt.gain,
        "logic_v": facts.board.logic_mv / 1000,
        "rail_v": facts.board.rail_nominal_mv / 1000,
        "dissipation": mean_dissipation_w_per_k(facts),
    }


def mean_dissipation_w_per_k(facts: Facts) -> float:
    """Of a bead glued to the element's sheet, W/K: the middle of its range."""
    thermistor = facts.circuit.thermistor
    return (thermistor.dissipation_min_mw_per_k + thermistor.dissipation_max_mw_per_k) / 2000


def curve(facts: Facts) -> list[float]:
    """ln(R/ohm) of the real thermistor as a polynomial in 1000 K / T, constant first.

    The maker gives 1/T as a polynomial in ln R (Steinhart and Hart 1968); ngspice needs the inverse. The fit of four
    terms over -40 to 120 °C differs by less than 0.01 K.
    """
    part = facts.circuit.thermistor
    logs = np.linspace(math.log(300.0), math.log(340_000.0), 400)
    inverse = part.steinhart_a + part.steinhart_b * logs + part.steinhart_c * logs**3
    fitted = np.polynomial.Polynomial.fit(1000 * inverse, logs, 3).convert()
    return [float(each) for each in fitted.coef]


def ntc_ohm(facts: Facts, celsius: float) -> float:
    """Of the real part."""
    x = 1000 / (celsius + KELVIN)
    return math.exp(sum(each * x**power for power, each in enumerate(curve(facts))))


def drawn(chance: random.Random, part: Resistor, away_k: float) -> float:
    """A resistor by chance, anywhere within its tolerance, `away_k` from 25 °C at most. ohm."""
    spread = part.tolerance_percent / 100 + part.ppm_per_k * 1e-6 * away_k
    return part.ohm * (1 + chance.uniform(-spread, spread))


def extreme(part: Resistor, away_k: float, sign: int) -> float:
    """A resistor at an end of its tolerance, ohm."""
    return part.ohm * (1 + sign * (part.tolerance_percent / 100 + part.ppm_per_k * 1e-6 * away_k))


def saturation_a(diode: Diode, series_ohm: float) -> float:
    """Of Shockley's equation, A: such that the forward voltage is right at the current it is told for."""
    at_a = diode.at_ma / 1000
    return at_a / math.exp((diode.forward_v - series_ohm * at_a) / (DIODE_IDEALITY * THERMAL_V))
