"""Where the temperature is going: 5 s of readings, 10 s ahead, 45.00 °C; the cut ends below 42.50 °C."""

from __future__ import annotations

from statistics import linear_regression
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from plausibility import core, new

SECOND = 10  # readings


def read(slope: Any, *centi_c: int, times: int = 1) -> None:
    for value in centi_c:
        for _ in range(times):
            core().slope_read(slope, value)


def rise(slope: Any) -> int:
    return int(core().slope_rise_centi_k(slope))


def stairs(*centi_c: int) -> Any:
    """A slope whose last five seconds had these means."""
    slope = new("slope")
    read(slope, *centi_c, times=SECOND)
    return slope


def test_the_first_reading_counts_as_if_it_had_always_been_so() -> None:
    slope = new("slope")
    read(slope, 3700)
    assert (list(slope.mean_centi_c), rise(slope), bool(slope.begun)) == ([3700] * 5, 0, True)


def test_a_mean_is_of_ten_readings_and_the_oldest_goes() -> None:
    slope = new("slope")
    read(slope, *range(3700, 3709))
    assert list(slope.mean_centi_c) == [3700] * 5
    read(slope, 3719)
    assert list(slope.mean_centi_c) == [3700] * 4 + [3705]  # 3705.5, towards zero
    read(slope, 3800, 3810, 3820, 3830, times=SECOND)
    assert list(slope.mean_centi_c) == [3705, 3800, 3810, 3820, 3830]
    assert core().probe_slope_mean_centi_c(slope) == 3830


@given(means=st.lists(st.integers(-1400, 7900), min_size=5, max_size=5))
@example(means=[-1400, -1400, 0, 7900, 7900])
@example(means=[7900, 7900, 0, -1400, -1400])
def test_it_is_the_line_of_least_squares(means: list[int]) -> None:
    assert rise(stairs(*means)) == pytest.approx(10 * linear_regression(range(5), means).slope, abs=1e-6)


@given(start=st.integers(2000, 3000), per_reading=st.integers(-10, 10))
def test_a_steady_rise_is_seen_whole_after_five_seconds(start: int, per_reading: int) -> None:
    slope = new("slope")
    for i in range(60):
        read(slope, start + per_reading * i)
    assert rise(slope) == pytest.approx(per_reading * 100, abs=3)


@pytest.mark.parametrize(("now", "cut"), [(4399, False), (4400, True), (4401, True)])
def test_it_cuts_where_ten_seconds_lead_to_45(now: int, cut: bool) -> None:
    slope = stairs(3000, 3010, 3020, 3030, 3040)
    assert rise(slope) == 100
    read(slope, now)
    assert bool(slope.cut) is cut


@pytest.mark.parametrize(("last", "cut"), [(4189, False), (4190, True), (4191, True)])
def test_the_slope_decides_too(last: int, cut: bool) -> None:
    slope = stairs(4070, 4070, 4070, 4130, last)
    slope.cut = False
    read(slope, 4200)
    assert (rise(slope) + 4200 >= 4500, bool(slope.cut)) == (cut, cut)


@given(level=st.integers(1000, 4249), slow=st.integers(0, 2))
@example(level=4249, slow=2)
def test_what_warms_as_fast_as_a_covered_pad_can_is_not_cut_below_42(level: int, slow: int) -> None:
    """30 W on 177 J/K: 0.17 K a second."""
    slope = stairs(*(level + 17 * i // (slow + 1) for i in range(-5, 0)))
    read(slope, min(level, 4249))
    assert not slope.cut


def hot() -> Any:
    slope = stairs(4100, 4150, 4200, 4250, 4290)
    assert slope.cut
    return slope


@pytest.mark.parametrize(("now", "cut"), [(4249, False), (4250, True), (4251, True)])
def test_a_cut_ends_below_42_5(now: int, cut: bool) -> None:
    slope = hot()
    slope.mean_centi_c = [4250] * 5
    read(slope, now)
    assert bool(slope.cut) is cut


def test_a_cut_stays_while_it_still_rises_too_fast() -> None:
    slope = hot()
    slope.mean_centi_c = [4000, 4060, 4120, 4180, 4240]
    read(slope, 4240)
    assert slope.cut


def test_to_forget_begins_anew_and_keeps_the_cut() -> None:
    slope = hot()
    read(slope, 4300, 4300)
    core().slope_forget(slope)
    assert slope.cut
    read(slope, 4260)
    assert (rise(slope), bool(slope.cut), slope.readings) == (0, True, 1)
    read(slope, 4249)
    assert not slope.cut
    read(slope, *[4249] * 8)
    assert core().probe_slope_mean_centi_c(slope) == 4250  # of 4260 and nine of 4249: nothing of before
