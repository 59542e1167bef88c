"""How long the pad has been warm, and when it must rest."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from keeping import core, new

MINUTE_MS = 60_000
MAX_MS = 90 * MINUTE_MS


def counter(so_far_ms: int = 0, rest_due: bool = False) -> Any:
    return new("struct heat_time *", so_far_ms=so_far_ms, rest_due=rest_due)


def step(heat_time: Any, heating: bool, elapsed_ms: int) -> tuple[int, bool]:
    core().heat_time_step(heat_time, heating, elapsed_ms)
    return heat_time.so_far_ms, bool(heat_time.rest_due)


@pytest.mark.parametrize(
    ("so_far_ms", "elapsed_ms", "after_ms", "rest_due"),
    [
        (0, 10, 10, False),
        (MAX_MS - 11, 10, MAX_MS - 1, False),
        (MAX_MS - 10, 10, MAX_MS, True),
        (MAX_MS - 9, 10, MAX_MS, True),
        (0, MAX_MS - 1, MAX_MS - 1, False),
        (0, MAX_MS, MAX_MS, True),
        (0, 2**32 - 1, MAX_MS, True),
        (MAX_MS, 2**32 - 1, MAX_MS, True),
    ],
)
def test_rises_while_heating_until_rest_is_due(so_far_ms: int, elapsed_ms: int, after_ms: int, rest_due: bool) -> None:
    assert step(counter(so_far_ms), True, elapsed_ms) == (after_ms, rest_due)


@pytest.mark.parametrize(
    ("so_far_ms", "elapsed_ms", "after_ms"),
    [
        (MAX_MS, 10, MAX_MS - 30),
        (31, 10, 1),
        (30, 10, 0),
        (29, 10, 0),
        (0, 10, 0),
        (MAX_MS, 30 * MINUTE_MS - 1, 3),
        (MAX_MS, 30 * MINUTE_MS, 0),
        (MAX_MS, 2**32 - 1, 0),
        (MAX_MS, 2**31, 0),
        (MAX_MS, 1_431_655_766, 0),  # three times that is 2 in 32 bits
    ],
)
def test_a_minute_of_rest_gives_back_three(so_far_ms: int, elapsed_ms: int, after_ms: int) -> None:
    assert step(counter(so_far_ms), False, elapsed_ms) == (after_ms, False)


def test_rest_once_due_lasts_until_all_is_paid_back() -> None:
    heat_time = counter()
    for _ in range(89):
        assert step(heat_time, True, MINUTE_MS)[1] is False
    assert step(heat_time, True, MINUTE_MS) == (MAX_MS, True)
    for _ in range(29):
        assert step(heat_time, False, MINUTE_MS)[1] is True
    assert step(heat_time, False, MINUTE_MS - 1) == (3, True)
    assert step(heat_time, False, 1) == (0, False)


@pytest.mark.parametrize("left_ms", [1, 2, 3])
def test_the_last_millisecond_counts(left_ms: int) -> None:
    heat_time = counter(left_ms + 3, rest_due=True)
    assert step(heat_time, False, 1) == (left_ms, True)
    assert step(heat_time, False, 1) == (0, False)


def test_pauses_do_not_make_rest_due() -> None:
    heat_time = counter()
    for _ in range(600):
        step(heat_time, True, 3 * MINUTE_MS)
        assert step(heat_time, False, MINUTE_MS) == (0, False)


@pytest.mark.parametrize(
    ("ms", "seconds"), [(0, 0), (1, 1), (1000, 1), (1001, 2), (MAX_MS - 999, 5400), (MAX_MS, 5400)]
)
def test_seconds_are_rounded_up(ms: int, seconds: int) -> None:
    assert core().heat_time_s(counter(ms)) == seconds


@pytest.mark.parametrize(
    ("saved_s", "rest_due", "unclean", "ms", "due"),
    [
        (0, False, False, 0, False),
        (0, True, False, 0, False),
        (0, False, True, 300_000, False),
        (0, True, True, 300_000, True),
        (1, True, False, 1000, True),
        (5099, False, True, 5_399_000, False),
        (5100, False, True, MAX_MS, True),
        (5399, False, False, 5_399_000, False),
        (5400, False, False, MAX_MS, True),
        (5400, False, True, MAX_MS, True),
        (65_535, False, True, MAX_MS, True),
    ],
)
def test_an_unclean_end_costs_five_minutes(saved_s: int, rest_due: bool, unclean: bool, ms: int, due: bool) -> None:
    heat_time = counter(7, rest_due=True)
    core().heat_time_restore(heat_time, saved_s, rest_due, unclean)
    assert (heat_time.so_far_ms, bool(heat_time.rest_due)) == (ms, due)


@given(ms=st.integers(0, MAX_MS), due=st.booleans())
def test_saved_and_restored_it_is_never_less(ms: int, due: bool) -> None:
    heat_time = counter()
    core().heat_time_restore(heat_time, core().heat_time_s(counter(ms)), due, False)
    assert 0 <= heat_time.so_far_ms - ms < 1000
