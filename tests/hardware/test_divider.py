from __future__ import annotations

import random

import numpy as np
import pytest
from circuits import divider, values

pytestmark = pytest.mark.slow

FEW = 60


def measured(facts, count: int = FEW) -> divider.Errors:
    chance = random.Random(divider.SEED)
    return divider.measure(facts, [divider.by_chance(facts, chance) for _ in range(count)])


def test_the_real_curve_is_that_of_its_maker(facts) -> None:
    """Of the maker's table for the curve 10K3, ohm."""
    for celsius, ohm in ((0, 32_650), (25, 10_000), (40, 5325), (50, 3601)):
        assert values.ntc_ohm(facts, celsius) == pytest.approx(ohm, rel=1e-3)


def test_a_perfect_input_shows_what_is(facts) -> None:
    """But for the curve, which the beta equation misses by 0.1 K, and half a step of truncation."""
    perfect = divider.Channel(facts.ntc.pull_up_ohm, 0.0, 0.0, 1e3, 0.5)
    errors = divider.measure(facts, [perfect])
    at_43 = errors.error_k[0][list(errors.place_c).index(43.0)]
    assert at_43 == pytest.approx(-0.11, abs=0.03)


def test_the_error_where_it_matters(facts) -> None:
    assert 0.3 < measured(facts).worst_k(*divider.WHERE_IT_MATTERS_C) <= divider.ERROR_MAX_K


def test_no_chance_is_worse_than_the_worst(facts) -> None:
    worst = divider.measure(facts, [divider.at_the_worst(facts, hot) for hot in (1, -1)])
    chance = measured(facts)
    assert (chance.error_k.max(axis=0) <= worst.error_k[0] + 0.02).all()
    assert (chance.error_k.min(axis=0) >= worst.error_k[1] - 0.02).all()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("ntc.accuracy_k", 0.6),
        ("circuit.thermistor.steinhart_a", 1.133e-3),
        ("circuit.mcu.adc_error_lsb", 6.0),
    ],
)
def test_a_worse_part_alone_is_noticed(changed, path: str, value: float) -> None:
    """A wider thermistor, one of another curve, a poorer converter: none of them keeps the limit."""
    assert measured(changed(path, value)).worst_k(*divider.WHERE_IT_MATTERS_C) > divider.ERROR_MAX_K


@pytest.mark.parametrize(
    ("path", "value"),
    [("ntc.pull_up_tolerance_percent", 1.0), ("circuit.mcu.leakage_na", 5000.0)],
)
def test_pull_ups_of_one_percent_or_a_leaky_pin_cost_much(facts, changed, path: str, value: float) -> None:
    def worst_k(of) -> float:
        ends = [divider.at_the_worst(of, hot) for hot in (1, -1)]
        return divider.measure(of, ends).worst_k(*divider.WHERE_IT_MATTERS_C)

    assert worst_k(changed(path, value)) > worst_k(facts) + 0.15


def test_the_same_seed_gives_the_same_boards(facts) -> None:
    assert np.array_equal(measured(facts, 3).error_k, measured(facts, 3).error_k)
