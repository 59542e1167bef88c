"""Patterns: who moves when, and never stronger than asked."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from poultice.therapy.layout import MotorLayout, PadLayout
from poultice.therapy.massage import PATTERNS, percents

ALL = {"upper_left": 60, "upper_right": 60, "lower_left": 60, "lower_right": 60}


def test_steady_never_changes(layout: PadLayout) -> None:
    assert {percents("steady", t / 7, 0.5, ALL, layout) for t in range(100)} == {(60, 60, 60, 60)}


def test_pulse_is_on_for_the_first_half_of_each_period(layout: PadLayout) -> None:
    at = {t: percents("pulse", t, 0.5, ALL, layout)[0] for t in (0.0, 0.99, 1.0, 1.99, 2.0, 2.99, 3.0)}
    assert at == {0.0: 60, 0.99: 60, 1.0: 0, 1.99: 0, 2.0: 60, 2.99: 60, 3.0: 0}


def test_the_wave_runs_from_the_lower_to_the_upper_motors(layout: PadLayout) -> None:
    upper_left, upper_right, lower_left, lower_right = percents("wave", 0.0, 0.25, ALL, layout)
    assert (upper_left, upper_right, lower_left, lower_right) == (0, 0, 60, 60)
    assert percents("wave", 2.0, 0.25, ALL, layout) == (60, 60, 0, 0)
    assert percents("wave", 1.0, 0.25, ALL, layout) == (39, 39, 39, 39)
    assert percents("wave", 4.0, 0.25, ALL, layout) == percents("wave", 0.0, 0.25, ALL, layout)


def test_where_all_sit_level_the_wave_runs_from_left_to_right(layout: PadLayout) -> None:
    lower = {"lower_left": 60, "lower_right": 60}
    assert percents("wave", 0.0, 0.5, lower, layout) == (0, 0, 60, 0)
    assert percents("wave", 1.0, 0.5, lower, layout) == (0, 0, 0, 60)
    assert percents("wave", 0.0, 0.5, {"lower_left": 60}, layout) == (0, 0, 60, 0)


@given(
    pattern=st.sampled_from(sorted(PATTERNS)),
    time_s=st.one_of(st.sampled_from([0.0, 0.5, 1.0, 5400.0]), st.floats(0, 5400)),
    tempo_hz=st.one_of(st.sampled_from([0.05, 0.5, 2.0]), st.floats(0.05, 2.0)),
    strengths=st.dictionaries(
        st.sampled_from(sorted(ALL)), st.one_of(st.sampled_from([0, 1, 17, 18, 19, 100]), st.integers(0, 100))
    ),
)
def test_no_motor_moves_unasked_or_stronger_than_asked(
    layout: PadLayout, pattern: str, time_s: float, tempo_hz: float, strengths: dict[str, int]
) -> None:
    for motor, percent in zip(layout.motors, percents(pattern, time_s, tempo_hz, strengths, layout), strict=True):
        asked = strengths.get(motor.name, 0)
        assert 0 <= percent <= asked
        assert percent == 0 or percent >= min(asked, motor.start_percent)


@pytest.mark.parametrize(("intensity", "expected"), [(0, 0), (18, 18), (100, 100)])
def test_a_full_share_is_the_intensity_itself(layout: PadLayout, intensity: int, expected: int) -> None:
    pad = replace(layout, motors=(MotorLayout("m", 0.0, 0.0, 18),))
    assert percents("steady", 0.0, 1.0, {"m": intensity}, pad) == (expected,)
