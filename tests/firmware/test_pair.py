"""Two thermistors of a zone: 4 K for 30 s above 30 °C is uneven, 8 K for 120 s and no answer to the heater is deaf."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from plausibility import CYCLE_MS, core, new


class Pair:
    """The warmer and the cooler of two."""

    def __init__(self) -> None:
        self.memory = new("pair")

    def see(
        self, hottest_c: float, coolest_c: float, cycles: int = 1, heated: bool = False, elapsed_ms: int = CYCLE_MS
    ) -> None:
        hottest, coolest = round(hottest_c * 100), round(coolest_c * 100)
        for _ in range(cycles):
            core().pair_step(self.memory, hottest, coolest, heated, elapsed_ms)

    @property
    def uneven(self) -> bool:
        return bool(core().probe_pair_uneven(self.memory))

    @property
    def deaf(self) -> bool:
        return bool(core().probe_pair_deaf(self.memory))


# ---- uneven ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("apart_k", "uneven"), [(3.99, False), (4.0, False), (4.01, True)])
def test_four_kelvin(apart_k: float, uneven: bool) -> None:
    pair = Pair()
    pair.see(38.0, 38.0 - apart_k, cycles=300)
    assert pair.uneven is uneven


@pytest.mark.parametrize(("hottest_c", "uneven"), [(29.99, False), (30.0, False), (30.01, True)])
def test_above_30(hottest_c: float, uneven: bool) -> None:
    pair = Pair()
    pair.see(hottest_c, 20.0, cycles=300)
    assert pair.uneven is uneven


def test_thirty_seconds_without_a_break() -> None:
    pair = Pair()
    pair.see(38.0, 33.0, cycles=299)
    assert not pair.uneven
    pair.see(38.0, 34.0)
    pair.see(38.0, 33.0, cycles=299)
    assert not pair.uneven
    pair.see(38.0, 33.0)
    assert pair.uneven


def uneven() -> Pair:
    pair = Pair()
    pair.see(38.0, 33.0, cycles=300)
    assert pair.uneven
    return pair


@pytest.mark.parametrize(("apart_k", "still"), [(3.49, False), (3.5, False), (3.51, True), (5.0, True)])
def test_even_again_below_three_and_a_half(apart_k: float, still: bool) -> None:
    pair = uneven()
    pair.see(38.0, 38.0 - apart_k, cycles=300)
    assert pair.uneven is still


def test_even_again_after_thirty_seconds_of_it() -> None:
    pair = uneven()
    pair.see(38.0, 37.0, cycles=299)
    assert pair.uneven
    pair.see(38.0, 34.0)
    pair.see(38.0, 37.0, cycles=299)
    assert pair.uneven
    pair.see(38.0, 37.0)
    assert not pair.uneven
    pair.see(38.0, 33.0, cycles=299)
    assert not pair.uneven


def test_an_uneven_pad_that_cools_stays_uneven() -> None:
    pair = uneven()
    pair.see(28.0, 24.0, cycles=1000)
    assert pair.uneven


@given(
    mean=st.floats(0.0, 43.0),
    gradient=st.floats(-1.5, 1.5),
    errors=st.tuples(st.floats(-0.7, 0.7), st.floats(-0.7, 0.7)),
)
@example(mean=42.0, gradient=1.5, errors=(0.7, -0.7))
def test_tolerance_and_gradient_are_never_uneven(mean: float, gradient: float, errors: tuple[float, float]) -> None:
    """1.5 K across the zone, 0.7 K of error each; 0.4 K of noise on top."""
    both = (mean + gradient + errors[0] + 0.4, mean + errors[1])
    pair = Pair()
    pair.see(max(both), min(both), cycles=400, heated=True)
    assert not pair.uneven
    assert not pair.deaf


# ---- deaf ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("apart_k", "deaf"), [(7.99, False), (8.0, False), (8.01, True)])
def test_eight_kelvin(apart_k: float, deaf: bool) -> None:
    pair = Pair()
    pair.see(40.0, 40.0 - apart_k, cycles=1200, heated=True)
    assert pair.deaf is deaf


@pytest.mark.parametrize(("hottest_c", "deaf"), [(30.0, False), (30.01, True)])
def test_deaf_above_30(hottest_c: float, deaf: bool) -> None:
    pair = Pair()
    pair.see(hottest_c, 20.0, cycles=1200, heated=True)
    assert pair.deaf is deaf


def test_two_minutes_without_a_break() -> None:
    pair = Pair()
    pair.see(40.0, 22.0, cycles=1199, heated=True)
    assert not pair.deaf
    pair.see(29.0, 22.0, heated=True)
    pair.see(40.0, 22.0, cycles=1199, heated=True)
    assert not pair.deaf
    pair.see(40.0, 22.0, heated=True)
    assert pair.deaf


def test_deaf_until_they_are_no_longer_apart() -> None:
    pair = Pair()
    pair.see(40.0, 22.0, cycles=1200, heated=True)
    pair.see(31.0, 22.0, cycles=50)
    assert pair.deaf
    pair.see(30.0, 22.0)
    assert not pair.deaf


def test_without_heat_nothing_can_be_heard() -> None:
    pair = Pair()
    pair.see(40.0, 22.0, cycles=5000)
    assert not pair.deaf
    pair.see(40.0, 22.0, cycles=1199, heated=True)
    assert not pair.deaf
    pair.see(40.0, 22.0, heated=True)
    assert pair.deaf


@pytest.mark.parametrize(("heated", "deaf"), [(199, False), (200, True), (201, True)])
def test_twenty_seconds_of_heat_are_enough_to_be_heard(heated: int, deaf: bool) -> None:
    pair = Pair()
    pair.see(40.0, 22.0, cycles=heated, heated=True)
    pair.see(40.0, 22.0, cycles=1200 - heated)
    assert pair.deaf is deaf


def test_the_last_millisecond_of_the_two_minutes_may_bring_the_last_of_the_heat() -> None:
    pair = Pair()
    pair.see(40.0, 22.0, heated=True, elapsed_ms=19_999)
    pair.see(40.0, 22.0, cycles=2, elapsed_ms=50_000)
    assert not pair.deaf
    pair.see(40.0, 22.0, heated=True, elapsed_ms=1)
    assert pair.deaf


def test_too_little_heat_asks_again_with_the_next() -> None:
    pair = Pair()
    pair.see(40.0, 22.0, cycles=199, heated=True)
    pair.see(40.0, 22.0, cycles=3000)
    pair.see(40.0, 22.0, cycles=1199, heated=True)
    assert not pair.deaf
    pair.see(40.0, 22.0, heated=True)
    assert pair.deaf


@pytest.mark.parametrize(("rise_k", "deaf"), [(0.49, True), (0.5, False), (0.51, False)])
@pytest.mark.parametrize("after", [300, 600, 1199])
def test_half_a_kelvin_up_is_movement(rise_k: float, deaf: bool, after: int) -> None:
    pair = Pair()
    pair.see(40.0, 22.0, cycles=after, heated=True)
    pair.see(40.0, 22.0 + rise_k, cycles=1200 - after, heated=True)
    assert pair.deaf is deaf
    pair.see(40.0, 22.0 + rise_k, cycles=2400, heated=True)
    assert pair.deaf is deaf  # what moved once is in the pad


def test_up_from_the_lowest() -> None:
    pair = Pair()
    pair.see(40.0, 22.4, cycles=300, heated=True)
    pair.see(40.0, 22.0, heated=True)
    pair.see(40.0, 22.5, heated=True)
    pair.see(40.0, 22.4, cycles=1200, heated=True)
    assert not pair.deaf


@pytest.mark.parametrize(("fall_k", "deaf"), [(0.49, True), (0.5, False), (0.51, False)])
def test_half_a_kelvin_down_is_movement(fall_k: float, deaf: bool) -> None:
    pair = Pair()
    pair.see(40.0, 24.0, cycles=300, heated=True)
    pair.see(40.0, 24.0 - fall_k, cycles=900, heated=True)
    assert pair.deaf is deaf


def test_down_in_the_first_half_minute_is_none() -> None:
    """What has come off falls to the room's 22 °C within seconds, and is still there."""
    pair = Pair()
    pair.see(40.0, 31.9, heated=True)
    pair.see(40.0, 24.0, cycles=298, heated=True)
    pair.see(40.0, 22.0, cycles=901, heated=True)
    assert pair.deaf


def test_movement_is_forgotten_when_even_again() -> None:
    pair = Pair()
    pair.see(40.0, 22.0, cycles=300, heated=True)
    pair.see(40.0, 23.0, cycles=1200, heated=True)
    assert not pair.deaf
    pair.see(40.0, 39.0, cycles=300, heated=True)
    pair.see(40.0, 22.0, cycles=1199, heated=True)
    assert not pair.deaf
    pair.see(40.0, 22.0, heated=True)
    assert pair.deaf


def test_not_deaf_before_uneven() -> None:
    pair = Pair()
    pair.see(40.0, 22.0, heated=True, elapsed_ms=29_999)
    assert (pair.uneven, pair.deaf) == (False, False)


@pytest.mark.slow
@given(share=st.floats(0.05, 0.98), room=st.floats(5.0, 25.0))
@example(share=0.07, room=5.0)
@example(share=0.98, room=5.0)
def test_a_bare_half_that_is_heated_is_not_deaf(share: float, room: float) -> None:
    """88 J/K that lose 0.39 W/K to the room, beside a half that a body holds at 38 °C."""
    assume(share * (38.0 - room) >= 2.0)
    watts = share * 0.39 * (38.0 - room)
    pair, half_c = Pair(), room
    for _ in range(6000):
        half_c += 0.1 * (watts - 0.39 * (half_c - room)) / 88
        pair.see(38.0, half_c, heated=True)
        assert not pair.deaf


@pytest.mark.slow
@given(room=st.floats(5.0, 25.0), share=st.floats(0.0, 1.0))
@example(room=22.0, share=0.4)
@example(room=22.0, share=0.49)
def test_a_half_whose_cover_slips_off_is_not_deaf(room: float, share: float) -> None:
    """It falls for minutes from 38 °C, and then stands still."""
    pair, half_c = Pair(), 38.0
    for _ in range(9000):
        half_c += 0.1 * 0.39 * (room + share * (38.0 - room) - half_c) / 88
        pair.see(38.0, half_c, heated=True)
        assert not pair.deaf


@given(elapsed=st.integers(0, 65535))
@example(elapsed=29999)
@example(elapsed=30000)
def test_time_passes_as_told(elapsed: int) -> None:
    pair = Pair()
    pair.see(38.0, 33.0, elapsed_ms=elapsed)
    assert pair.uneven is (elapsed >= 30000)


def test_a_break_leaves_nothing_over() -> None:
    pair = Pair()
    pair.see(38.0, 38.0)
    pair.see(38.0, 33.0, elapsed_ms=29_999)
    assert not pair.uneven
    pair.see(38.0, 33.0, elapsed_ms=1)
    assert pair.uneven
    pair.see(38.0, 38.0, elapsed_ms=29_999)
    assert pair.uneven
    pair.see(38.0, 38.0, elapsed_ms=1)
    assert not pair.uneven


def test_what_was_apart_leaves_nothing_over() -> None:
    pair = Pair()
    pair.see(40.0, 22.0, cycles=1190, heated=True)
    pair.see(29.0, 22.0)
    pair.see(40.0, 22.0, cycles=2, heated=True, elapsed_ms=59_999)
    assert not pair.deaf
    pair.see(40.0, 22.0, elapsed_ms=1)
    assert not pair.deaf
    pair.see(40.0, 22.0, elapsed_ms=1)
    assert pair.deaf


def test_the_heat_of_before_does_not_count() -> None:
    pair = Pair()
    pair.see(40.0, 22.0, cycles=300, heated=True)
    pair.see(29.0, 22.0)
    pair.see(40.0, 22.0, heated=True, elapsed_ms=19_999)
    pair.see(40.0, 22.0, cycles=1100)
    assert not pair.deaf


@pytest.mark.parametrize(("hottest_c", "deaf"), [(30.0, False), (30.01, True)])
def test_an_uneven_pad_is_deaf_above_30_too(hottest_c: float, deaf: bool) -> None:
    pair = Pair()
    pair.see(31.0, 20.0, cycles=300)
    pair.see(hottest_c, 20.0, cycles=1200, heated=True)
    assert pair.deaf is deaf
