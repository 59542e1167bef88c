"""Every part that the facts name is in a circuit, and the real thermistor's curve is that of its maker."""

from __future__ import annotations

import math
import random
import re

import pytest
from circuits import values
from circuits.ngspice import HERE


@pytest.fixture(scope="module")
def decks() -> str:
    texts = [file.read_text(encoding="utf-8") for file in sorted(HERE.glob("*.cir"))]
    texts += [file.read_text(encoding="utf-8") for file in sorted(HERE.glob("*.py"))]
    assert len(texts) > 15
    return "\n".join(texts)


def test_every_resistor_and_capacitor_is_in_a_circuit(facts, decks: str) -> None:
    for name in facts.circuit.resistors:
        assert f"${{r_{name}}}" in decks or f'"{name}"' in decks, name
    for name in facts.circuit.capacitors:
        assert f"${{c_{name}}}" in decks or f'"{name}"' in decks, name


def test_every_transistor_and_diode_is_in_a_circuit(facts, decks: str) -> None:
    assert [name for name in facts.circuit.mosfets if f'mosfets["{name}"]' not in decks] == []
    assert [name for name in facts.circuit.diodes if f'diodes["{name}"]' not in decks] == []


PART = re.compile(r"^([RCL]\w+) \S+ \S+ (\S+)", re.MULTILINE)
OF_THE_MODELS = {
    "Cout",
    "Rgate",
    "Cgate",
    "Rleak1",
    "Rleak2",
}  # of a comparator, a gate of the latch, an insulated gate


def test_no_part_of_a_deck_has_a_value_of_its_own() -> None:
    found = {
        (file.name, part): value
        for file in HERE.glob("*.cir")
        for part, value in PART.findall(file.read_text(encoding="utf-8"))
    }
    assert len(found) > 80
    own = {part for (_, part), value in found.items() if "{" not in value}
    assert own == OF_THE_MODELS


def test_capacitors_bear_their_voltage(facts) -> None:
    """Twice the logic supply, or a quarter more than the highest rail."""
    for name, part in facts.circuit.capacitors.items():
        most_v = facts.board.rail_max_mv / 1000 * 1.25 if name == "bulk" else 2 * facts.board.logic_mv / 1000
        assert part.volt >= most_v, name


def test_a_part_by_chance_stays_within_its_tolerance(facts) -> None:
    part, chance = facts.circuit.resistors["trip_reference_top"], random.Random(1)
    spread = 0.001 + 25e-6 * 35
    found = [values.drawn(chance, part, 35.0) / part.ohm - 1 for _ in range(500)]
    assert -spread <= min(found) < -0.9 * spread
    assert 0.9 * spread < max(found) <= spread
    ends = [values.extreme(part, 35.0, sign) / part.ohm - 1 for sign in (-1, 1)]
    assert ends == pytest.approx([-spread, spread])


@pytest.mark.parametrize("celsius", [-10.0, 25.0, 43.0, 80.0])
def test_the_inverse_curve_is_that_of_steinhart_and_hart(facts, celsius: float) -> None:
    part, log = facts.circuit.thermistor, math.log(values.ntc_ohm(facts, celsius))
    inverse = part.steinhart_a + part.steinhart_b * log + part.steinhart_c * log**3
    assert 1 / inverse - values.KELVIN == pytest.approx(celsius, abs=0.01)
