"""When the thermistors of a zone contradict each other, to the tenth of a second and the hundredth of a kelvin."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from poultice.link import contract
from poultice.therapy.pair import Pair
from poultice.therapy.state import SensorReading, ZoneReading

TICK_S = 0.1


def zone(*sensors_c: float | None) -> ZoneReading:
    sensors = tuple(SensorReading(at_c) for at_c in sensors_c)
    return ZoneReading("zone", sensors, SensorReading(None), 0.0, None, 0.0, 0.0, 29.4, "none")


def after(seconds: float, *sensors_c: float | None) -> Pair:
    pair = Pair()
    for _ in range(round(seconds / TICK_S)):
        pair.look(zone(*sensors_c), TICK_S)
    return pair


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize(
    ("warm_c", "cool_c", "seconds", "contradicts"),
    [
        (36.0, 32.0, 300.0, False),  # 4 K
        (36.0, 31.99, 29.8, False),
        (36.0, 31.99, 30.1, True),
        (36.0, 28.0, 29.8, False),  # 8 K
        (36.0, 27.99, 0.1, True),
        (30.0, 10.0, 300.0, False),  # cold
        (30.01, 10.0, 0.1, True),
    ],
)
def test_the_contract_s_limits(warm_c: float, cool_c: float, seconds: float, contradicts: bool, swapped: bool) -> None:
    sensors_c = (cool_c, warm_c) if swapped else (warm_c, cool_c)
    assert after(seconds, *sensors_c).contradicts is contradicts


@pytest.mark.parametrize(("apart_k", "still"), [(3.51, True), (3.5, False)])
@pytest.mark.parametrize("warm_c", [36.0, 25.0])
def test_it_ends_half_a_kelvin_below_where_it_began(apart_k: float, still: bool, warm_c: float) -> None:
    pair = after(0.1, 40.0, 20.0)
    pair.look(zone(warm_c, warm_c - apart_k), TICK_S)
    assert pair.contradicts is still


def test_time_apart_must_be_at_a_stretch() -> None:
    pair = after(20.0, 36.0, 31.0)
    pair.look(zone(36.0, 32.5), TICK_S)
    for _ in range(200):
        pair.look(zone(36.0, 31.0), TICK_S)
    assert not pair.contradicts


@pytest.mark.parametrize("before_c", [(40.0, 20.0), (36.0, 36.0)])
def test_what_is_not_believed_changes_nothing(before_c: tuple[float, float]) -> None:
    pair = after(1.0, *before_c)
    contradicted = pair.contradicts
    pair.look(zone(None, 36.0), TICK_S)
    pair.look(zone(36.0, float("nan")), TICK_S)
    assert pair.contradicts is contradicted


@given(st.lists(st.tuples(st.floats(-10.0, 60.0), st.floats(-10.0, 60.0)), max_size=40))
def test_whatever_is_read_even_thermistors_never_contradict_and_odd_ones_always(
    readings_c: list[tuple[float, float]],
) -> None:
    pair = Pair()
    for sensors_c in readings_c:
        pair.look(zone(*sensors_c), TICK_S)
        apart_k = max(sensors_c) - min(sensors_c)
        if apart_k <= contract.PAIR_DIFFERENCE_K - 0.5:
            assert not pair.contradicts
        if apart_k > contract.PAIR_DIFFERENCE_LATCH_K and max(sensors_c) > contract.PLAUSIBLE_ABOVE_C:
            assert pair.contradicts
