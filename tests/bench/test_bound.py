"""The time-optimal bound is reached by its own input, and by nothing sooner."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from poultice.bench.bound import BAND_K, COAST_S, Bound, bound, bound_down, bound_up
from poultice.bench.pad import TICK_S, Pad
from poultice.bench.pads import VARIED, BenchPad, PadSettings, vary

# Little to warm, far from everything, and a bead that is late: whoever cuts at the band's edge overshoots by far.
LATE = PadSettings(
    element_w=39.0, heat_j_per_k=106.0, contact_w_per_m2k=5.0, lag_s=10.0, winding_s=10.0, delay_s=5.0, room_c=30.0
)


def pad_of(settings: PadSettings) -> Pad:
    return Pad(BenchPad("of a test", VARIED, 1, settings))


def found(pad: Pad, setpoint_c: float) -> Bound:
    best = bound(pad, setpoint_c)
    assert best is not None
    return best


def settles(pad: Pad, setpoint_c: float, cuts: list[int]) -> float:
    """When a pad settles whose heater is on, off, on … for so many ticks, and is then held by somebody who sees the
    truth: as early as it can be told, s; infinite where it leaves the band again, be it by the warmth of the body."""
    course: list[float] = []
    for number, ticks in enumerate(cuts):
        course += pad.run(float(number % 2 == 0), ticks)
    for _ in range(round(COAST_S / TICK_S)):
        course += pad.run(float(course[-1] < setpoint_c) if course else 0.0, 1)
    outside = [tick for tick, zone_c in enumerate(course, 1) if abs(zone_c - setpoint_c) > BAND_K]
    last = outside[-1] if outside else 0
    return float("inf") if last == len(course) else (last + 1) * TICK_S if last else 0.0


@pytest.mark.parametrize("settings_", [LATE, PadSettings(), *(vary("", seed).settings for seed in range(5))])
@pytest.mark.parametrize("margin_k", [0.0, BAND_K])
def test_its_own_input_enters_the_band_then_and_keeps_its_peak(settings_: PadSettings, margin_k: float) -> None:
    pad = pad_of(settings_)
    best = bound_up(pad, 40.0, margin_k)
    assert best is not None
    course = pad.run(1.0, round(best.full_s / TICK_S)) + pad.run(0.0, 1200)
    enters = next(tick for tick, zone_c in enumerate(course, 1) if zone_c >= 40.0 - BAND_K)
    assert enters * TICK_S == pytest.approx(best.settled_s)
    assert max(course) <= 40.0 + margin_k


def test_who_holds_the_pad_after_its_input_settles_then() -> None:
    pad = pad_of(PadSettings())
    best = found(pad, 40.0)
    assert settles(pad.copy(), 40.0, [round(best.full_s / TICK_S)]) == pytest.approx(best.settled_s)
    assert settles(pad.copy(), 40.0, [round(best.full_s / TICK_S) - 50, 50]) > best.settled_s + 1.0


def test_where_the_peak_binds_the_cut_comes_before_the_band() -> None:
    best = found(pad_of(LATE), 40.0)
    assert best.full_s < best.settled_s - 1.0
    longer = pad_of(LATE)
    course = longer.run(1.0, round(best.full_s / TICK_S) + 1) + longer.run(0.0, 1200)
    assert max(course) > 40.0 + BAND_K  # one tick more would be too much
    careful = bound_up(pad_of(LATE), 40.0, margin_k=0.0)
    assert careful is not None
    assert careful.settled_s > best.settled_s


@pytest.mark.slow
@settings(max_examples=120, deadline=None)
@given(
    seed=st.one_of(st.just(-1), st.integers(0, 300)),
    early=st.integers(-80, 80),
    chatter=st.lists(st.integers(1, 60), max_size=6),
    target_c=st.sampled_from([34.0, 40.0, 42.0]),
)
@example(seed=-1, early=0, chatter=[20, 5], target_c=40.0)
@example(seed=-1, early=10, chatter=[40, 20], target_c=40.0)
@example(seed=102, early=0, chatter=[], target_c=34.0)  # the body alone warms it out of the band after three minutes
def test_no_way_of_switching_settles_sooner(seed: int, early: int, chatter: list[int], target_c: float) -> None:
    pad = pad_of(LATE if seed < 0 else vary("", seed).settings)
    best = bound(pad, target_c)
    if best is None:
        return
    full = max(0, round(best.full_s / TICK_S) - early)
    assert settles(pad.copy(), target_c, [full, *chatter]) >= best.settled_s - 1e-9


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 300), cuts=st.lists(st.integers(0, 100), min_size=1, max_size=5))
def test_nor_downwards(seed: int, cuts: list[int]) -> None:
    pad = pad_of(replace(vary("", seed).settings, start_c=42.0, skin_start_c=36.0))
    pad.run(0.5, 600)
    if pad.zone_c <= 38.0 + BAND_K:
        return
    best = bound_down(pad, 38.0)
    if best is not None:
        assert settles(pad.copy(), 38.0, [0, *cuts]) >= best.settled_s - 1e-9


def test_downwards_it_is_the_pad_left_alone() -> None:
    pad = pad_of(PadSettings())
    pad.run(1.0, 3000)
    best = found(pad, 38.0)
    cooling = pad.copy().run(0.0, round(best.settled_s / TICK_S))
    assert cooling[-1] <= 38.0 + BAND_K < cooling[-2]


def test_there_is_none_where_full_duty_never_gets_there_or_no_cold_is_to_be_had() -> None:
    assert bound_up(pad_of(PadSettings(element_w=5.0)), 42.0) is None
    assert bound_down(pad_of(PadSettings(room_c=30.0)), 20.0) is None


def test_who_is_there_is_there() -> None:
    assert bound(pad_of(PadSettings(start_c=39.8)), 40.0) == Bound(0.0, 0.0)
