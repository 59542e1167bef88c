"""Patterns: who moves when, and never stronger than asked."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from poultice.therapy.layout import MotorLayout, PadLayout
from poultice.therapy.massage import PATTERNS, percents, softness
from poultice.therapy.program_file import PatternName

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


def test_down_and_sideways_the_wave_runs_the_other_way_and_across(layout: PadLayout) -> None:
    assert percents("wave", 0.0, 0.25, ALL, layout, direction="down") == (60, 60, 0, 0)
    assert percents("wave", 0.0, 0.25, ALL, layout, direction="right") == (60, 0, 60, 0)
    assert percents("wave", 0.0, 0.25, ALL, layout, direction="left") == (0, 60, 0, 60)
    lower = {"lower_left": 60, "lower_right": 60}
    assert percents("wave", 0.0, 0.25, lower, layout, direction="down") == (0, 0, 0, 60)


def test_a_phase_is_a_part_of_a_period(layout: PadLayout) -> None:
    for pattern in PATTERNS:
        at = percents(pattern, 1.3, 0.5, ALL, layout, phase_turns=0.25)
        assert at == percents(pattern, 1.8, 0.5, ALL, layout)


def test_the_roll_goes_round_clockwise_and_back(layout: PadLayout) -> None:
    def strongest(turn: float, direction: str) -> int:
        asked = percents("roll", turn, 1.0, ALL, layout, direction=direction)
        return asked.index(max(asked))

    upper_left, upper_right, lower_left, lower_right = range(4)
    assert [strongest(turn, "up") for turn in (0.1, 0.4, 0.6, 0.9)] == [
        upper_right,
        lower_right,
        lower_left,
        upper_left,
    ]
    assert [strongest(turn, "left") for turn in (0.1, 0.4, 0.6, 0.9)] == [
        upper_left,
        lower_left,
        lower_right,
        upper_right,
    ]


def test_kneading_hands_press_in_turn(layout: PadLayout) -> None:
    left_up, right_up, left_low, right_low = percents("knead", 0.0, 1.0, ALL, layout)
    assert left_low == 60
    assert right_low == 0
    assert left_up > right_up
    assert percents("knead", 0.5, 1.0, ALL, layout) == (right_up, left_up, right_low, left_low)


def test_taps_come_one_by_one(layout: PadLayout) -> None:
    seen = [percents("tap", i / 100, 1.0, ALL, layout) for i in range(100)]
    assert all(sum(percent > 0 for percent in asked) == 1 for asked in seen)
    order = list(dict.fromkeys(asked.index(60) for asked in seen))
    assert order == [2, 3, 0, 1], "the lower ones first, each row from left to right"
    pair = [percents("tap", i / 100, 1.0, {"lower_left": 60, "lower_right": 60}, layout) for i in range(100)]
    assert sum(asked == (0, 0, 0, 0) for asked in pair) == 30, "a rest after each tap"


def test_a_breath_is_in_for_two_fifths(layout: PadLayout) -> None:
    asked = [percents("breathe", i / 100, 1.0, ALL, layout)[0] for i in range(100)]
    assert asked.index(max(asked)) in range(36, 44)
    assert asked[0] == 0
    assert asked == [percents("breathe", i / 100, 1.0, ALL, layout)[3] for i in range(100)]


@pytest.mark.parametrize(
    ("since_s", "left_s", "soft"), [(0, 9, 0), (0.5, 9, 0.5), (1, 1, 1), (9, 0.25, 0.25), (9, -1, 0)]
)
def test_it_begins_and_ends_within_a_second(since_s: float, left_s: float, soft: float) -> None:
    assert softness(since_s, left_s) == soft


def test_a_soft_motor_is_weaker_and_the_others_are_not(layout: PadLayout) -> None:
    asked = percents("steady", 0.0, 1.0, ALL, layout, soft={"upper_left": 0.5, "upper_right": 0.0})
    assert asked == (39, 0, 60, 60)


def test_half_of_what_is_felt_is_more_than_half_of_the_duty(layout: PadLayout) -> None:
    """feel = ((duty - start) / (full - start)) ** exponent"""
    motor = MotorLayout("m", 0.0, 0.0, 18, 1.9)
    pad = replace(layout, motors=(motor,))
    (percent,) = percents("steady", 0.0, 1.0, {"m": 100}, pad, soft={"m": 0.5})
    assert ((percent - 18) / 82) ** 1.9 == pytest.approx(0.5, abs=0.01)
    assert percent > 18 + 41


def test_every_pattern_of_the_format_is_one(layout: PadLayout) -> None:
    assert set(get_args(PatternName)) == set(PATTERNS)


@given(
    phase=st.floats(0.0, 1.0),
    direction=st.sampled_from(["up", "down", "left", "right"]),
    soft=st.dictionaries(st.sampled_from(sorted(ALL)), st.sampled_from([0.0, 0.01, 0.5, 1.0])),
    pattern=st.sampled_from(sorted(PATTERNS)),
    time_s=st.one_of(st.sampled_from([0.0, 0.5, 1.0, 5400.0]), st.floats(0, 5400)),
    tempo_hz=st.one_of(st.sampled_from([0.05, 0.5, 2.0]), st.floats(0.05, 2.0)),
    strengths=st.dictionaries(
        st.sampled_from(sorted(ALL)), st.one_of(st.sampled_from([0, 1, 17, 18, 19, 100]), st.integers(0, 100))
    ),
)
def test_no_motor_moves_unasked_or_stronger_than_asked(  # noqa: PLR0917 - hypothesis names them
    layout: PadLayout,
    pattern: str,
    time_s: float,
    tempo_hz: float,
    strengths: dict[str, int],
    phase: float,
    direction: str,
    soft: dict[str, float],
) -> None:
    asked_now = percents(
        pattern, time_s, tempo_hz, strengths, layout, phase_turns=phase, direction=direction, soft=soft
    )
    for motor, percent in zip(layout.motors, asked_now, strict=True):
        asked = strengths.get(motor.name, 0)
        assert 0 <= percent <= asked
        assert percent == 0 or percent >= min(asked, motor.start_percent)


@pytest.mark.parametrize(("intensity", "expected"), [(0, 0), (18, 18), (100, 100)])
def test_a_full_share_is_the_intensity_itself(layout: PadLayout, intensity: int, expected: int) -> None:
    pad = replace(layout, motors=(MotorLayout("m", 0.0, 0.0, 18),))
    assert percents("steady", 0.0, 1.0, {"m": intensity}, pad) == (expected,)
