"""The thermal dose, against numbers worked out by hand and by whole sessions of the safety concept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from poultice.therapy.dose import Dose, rate


@pytest.mark.parametrize(
    ("temperature_c", "expected"),
    [(38.99, 0.0), (39.0, 1 / 256), (40.0, 1 / 64), (42.0, 0.25), (43.0, 1.0), (44.0, 2.0), (46.0, 8.0), (51.0, 256.0)],
)
def test_a_minute_counts_by_its_temperature(temperature_c: float, expected: float) -> None:
    assert rate(temperature_c) == pytest.approx(expected)


def hold(temperature_c: float, minutes: float) -> float:
    dose = Dose()
    for second in range(round(minutes * 60) + 1):
        dose.add(temperature_c, float(second))
    return dose.minutes


@pytest.mark.parametrize(
    ("temperature_c", "minutes", "expected"),
    [(40.0, 90, 1.41), (41.0, 25, 1.56), (42.0, 6, 1.5), (43.0, 480, 480.0), (48.0, 10, 320.0), (51.0, 1, 256.0)],
)
def test_known_exposures(temperature_c: float, minutes: float, expected: float) -> None:
    assert hold(temperature_c, minutes) == pytest.approx(expected, rel=0.005)


def test_the_hotter_of_two_readings_counts_for_the_time_between() -> None:
    up, down = Dose(), Dose()
    up.add(30.0, 0.0)
    up.add(43.0, 30.0)
    down.add(43.0, 0.0)
    down.add(30.0, 30.0)
    assert up.minutes == down.minutes == pytest.approx(0.5)


def test_a_reading_that_nobody_believes_counts_as_the_last_one() -> None:
    dose = Dose()
    dose.add(43.0, 0.0)
    dose.add(None, 30.0)
    dose.add(None, 60.0)
    assert dose.minutes == pytest.approx(1.0)


def test_the_first_reading_counts_nothing_and_a_long_silence_a_minute() -> None:
    dose = Dose()
    dose.add(43.0, 1e6)
    assert dose.minutes == 0.0
    dose.add(43.0, 1e6 + 60.0)
    assert dose.minutes == pytest.approx(1.0)
    dose.add(43.0, 2e6)
    assert dose.minutes == pytest.approx(2.0)


def test_a_new_session_begins_at_zero_but_knows_where_the_zone_is() -> None:
    dose = Dose()
    dose.add(43.0, 0.0)
    dose.add(43.0, 60.0)
    dose.reset()
    assert dose.minutes == 0.0
    dose.add(30.0, 120.0)
    assert dose.minutes == pytest.approx(1.0)


@given(st.lists(st.one_of(st.sampled_from([39.0, 43.0]), st.floats(20, 60)), min_size=2, max_size=30))
def test_it_never_falls_and_never_counts_less_than_the_coolest(temperatures: list[float]) -> None:
    dose, before = Dose(), 0.0
    for i, temperature_c in enumerate(temperatures):
        dose.add(temperature_c, float(i))
        assert dose.minutes >= before
        before = dose.minutes
    assert dose.minutes >= rate(min(temperatures)) * (len(temperatures) - 1) / 60.0 - 1e-9


def test_cooling_is_reckoned_with() -> None:
    dose = Dose()
    assert dose.of_cooling == 0.0
    dose.add(41.0, 0.0)
    assert dose.of_cooling == pytest.approx(1.5 / 16)
    dose.add(50.0, 0.1)
    assert dose.of_cooling == 1.5, "no pad is left to cool from there: the board has cut it"
