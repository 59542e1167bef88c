"""The trip turns at 45.5 ± 0.7 °C whatever the parts are within their tolerances, on open and on short."""

from __future__ import annotations

import random

import numpy as np
import pytest
from circuits import trip_point
from circuits.trip_point import Trip, sweep, trip_at_the_worst, trip_by_chance

pytestmark = pytest.mark.slow

LOW_C, HIGH_C = 44.8, 46.2
AROUND_C = (42.0, 49.0)
SUPPLIES_V = (4.5, 5.0, 5.5)


def by_chance(facts, count: int) -> list[Trip]:
    chance = random.Random(trip_point.SEED)
    return [trip_by_chance(facts, chance) for _ in range(count)]


def ends_c(facts) -> tuple[float, float]:
    return trip_point.worst(facts, AROUND_C, SUPPLIES_V)


def test_the_worst_of_all_tolerances_is_within(facts) -> None:
    low_c, high_c = ends_c(facts)
    assert LOW_C <= low_c < 45.2
    assert 45.8 < high_c <= HIGH_C


def test_no_chance_is_worse_than_the_worst(facts) -> None:
    low_c, high_c = ends_c(facts)
    for supply_v in SUPPLIES_V:
        turns_c = sweep(facts, by_chance(facts, 40), *AROUND_C, supply_v).hot_c()
        assert low_c <= turns_c.min() < turns_c.max() <= high_c


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("ntc.pull_up_tolerance_percent", 1.0),
        ("ntc.pull_up_ohm", 9760),
        ("circuit.resistors.trip_reference_top.tolerance_percent", 1.0),
        ("circuit.resistors.trip_reference_bottom.ohm", 4220.0),
        ("circuit.resistors.trip_hysteresis.ohm", 100_000.0),
        ("ntc.accuracy_k", 0.5),
        ("circuit.comparator.offset_mv", 15.0),
        ("circuit.thermistor.steinhart_b", 2.36e-4),
    ],
)
def test_a_worse_part_alone_is_noticed(changed, path: str, value: float) -> None:
    low_c, high_c = ends_c(changed(path, value))
    assert not (low_c >= LOW_C and high_c <= HIGH_C)


def test_it_turns_on_open_and_on_short(facts) -> None:
    trips = [trip_at_the_worst(facts, late) for late in (-1, 1)] + by_chance(facts, 10)
    opened = sweep(facts, [trip.but(scale=trip_point.BROKEN) for trip in trips], 0.0, 50.0)
    shorted = sweep(facts, [trip.but(scale=1 / trip_point.BROKEN) for trip in trips], 0.0, 50.0)
    whole = sweep(facts, trips, 0.0, 40.0)
    assert (opened.open_v > 0).all()
    assert (shorted.hot_v < 0).all()
    assert (whole.open_v < 0).all()
    assert (whole.hot_v > 0).all()


def test_the_latch_gives_back_a_kelvin(facts) -> None:
    trips = by_chance(facts, 10)
    first_c = sweep(facts, trips, *AROUND_C).hot_c()
    again_c = sweep(facts, [trip.but(q=1.0) for trip in trips], *AROUND_C).hot_c()
    assert np.all((first_c - again_c > 0.9) & (first_c - again_c < 1.2))


def test_what_never_turns_has_no_temperature(facts) -> None:
    assert np.isnan(sweep(facts, by_chance(facts, 1), 20.0, 30.0).hot_c()).all()
