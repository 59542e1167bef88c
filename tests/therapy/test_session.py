"""A session's steps, time and adjustments, at the edges of each."""

from __future__ import annotations

from typing import Any

import pytest
from poultice.therapy.limits import HostLimits
from poultice.therapy.programs import Program
from poultice.therapy.session import Session

TICK_S = 0.05


def play(session: Session, seconds: float) -> Session:
    for _ in range(round(seconds / TICK_S)):
        if not session.over:
            session.advance(TICK_S)
    return session


@pytest.fixture
def warm(programs: dict[str, Program]) -> Session:
    return Session("s", programs["warm"], HostLimits())


@pytest.fixture
def hot(programs: dict[str, Program]) -> Session:
    return Session("s", programs["hot"], HostLimits())


def test_each_step_lasts_exactly_as_long_as_it_says(warm: Session) -> None:
    seen = []
    while not warm.over:
        seen.append(warm.step.id)
        warm.advance(TICK_S)
    assert [seen.count(step) for step in ("first", "second", "third")] == [1200, 1200, 600]
    assert warm.at_end
    assert (warm.ran_s, warm.elapsed_s, warm.remaining_s) == (pytest.approx(150), pytest.approx(150), pytest.approx(0))


def test_a_long_gap_passes_through_steps_and_never_beyond_the_end(warm: Session) -> None:
    warm.advance(130.0)
    assert (warm.step.id, warm.in_step_s) == ("third", pytest.approx(10.0))
    warm.advance(1e6)
    assert warm.over
    assert warm.elapsed_s == pytest.approx(150.0)


def test_what_is_elapsed_and_what_remains_make_the_whole(warm: Session) -> None:
    play(warm, 75)
    assert (warm.elapsed_s, warm.remaining_s) == (pytest.approx(75), pytest.approx(75))
    warm.skip()
    assert (warm.elapsed_s, warm.remaining_s, warm.ran_s) == (120.0, 30.0, pytest.approx(75))


def test_skipping_the_last_step_ends_it_and_back_from_the_first_begins_it_anew(warm: Session) -> None:
    play(warm, 30)
    warm.back()
    assert (warm.index, warm.in_step_s) == (0, 0.0)
    warm.skip()
    warm.skip()
    assert not warm.over
    warm.skip()
    assert warm.over
    assert warm.at_end


def test_going_back_again_and_again_cannot_outlast_the_program(program: Any) -> None:
    steps = "  - {id: a, duration: 40 s}\n  - {id: b, duration: 40 s}\n"
    session = Session("s", program(steps, max_total="2 min"), HostLimits())
    for _ in range(10):
        play(session, 41)
        if session.over:
            break
        session.back()
    assert session.over
    assert not session.at_end
    assert session.ran_s == pytest.approx(120.0)


def test_the_limit_of_a_session_ends_any_program(programs: dict[str, Program]) -> None:
    session = Session("s", programs["warm"], HostLimits(session_max_s=100.0))
    assert session.remaining_s == pytest.approx(100.0)
    play(session, 99.9)
    assert not session.over
    play(session, 0.2)
    assert session.over
    assert not session.at_end
    assert session.ran_s == pytest.approx(100.0)


def test_only_the_zones_of_the_step_are_wished_warm(warm: Session) -> None:
    assert (warm.wish_c("lumbar"), warm.wish_c("upper_back")) == (40.0, None)
    warm.skip()
    assert (warm.wish_c("lumbar"), warm.wish_c("upper_back")) == (39.0, 38.0)
    assert warm.intensities == {"lower_left": 40, "lower_right": 40}
    warm.skip()
    assert warm.intensities == {}


def test_what_is_lowered_stays_lowered_and_what_is_raised_lasts_for_the_step(warm: Session) -> None:
    warm.set_target("lumbar", 38.5)
    warm.skip()
    assert warm.wish_c("lumbar") == 38.5
    warm.skip()
    assert warm.wish_c("lumbar") == 38.0  # the program's own is lower still
    warm.back()
    warm.set_target("lumbar", 41.0)
    assert warm.wish_c("lumbar") == 41.0
    warm.skip()
    assert warm.wish_c("lumbar") == 38.0
    warm.back()
    assert warm.wish_c("lumbar") == 39.0


def test_motors_are_adjusted_in_the_same_way(warm: Session) -> None:
    warm.skip()
    warm.set_intensity("lower_left", 20)
    warm.set_intensity("lower_right", 60)
    assert warm.intensities == {"lower_left": 20, "lower_right": 60}
    warm.skip()
    warm.back()
    assert warm.intensities == {"lower_left": 20, "lower_right": 40}


@pytest.mark.parametrize(
    ("zone", "target_c", "code"),
    [
        ("lumbar", 30.0, None),
        ("lumbar", 42.0, None),
        ("lumbar", 29.99, "out_of_range"),
        ("lumbar", 42.01, "out_of_range"),
        ("lumbar", float("nan"), "out_of_range"),
        ("upper_back", 38.0, "not_heated"),
        ("nowhere", 38.0, "not_heated"),
    ],
)
def test_targets_are_refused_and_never_bent(warm: Session, zone: str, target_c: float, code: str | None) -> None:
    why = warm.why_no_target(zone, target_c)
    assert (why and why.code) == code


def test_six_minutes_above_41_are_the_most(hot: Session) -> None:
    play(hot, 340)
    hot.back()
    assert hot.wish_c("lumbar") == 42.0
    play(hot, 19.9)
    assert (hot.wish_c("lumbar"), hot.wishes["lumbar"].lowered_by) == (42.0, None)
    play(hot, 0.2)
    wish = hot.wishes["lumbar"]
    assert (wish.asked_c, wish.wish_c) == (42.0, 41.0)
    assert wish.lowered_by is not None
    assert wish.lowered_by.text == "6 min above 41 °C are used up: lowered from 42 °C"
    refused = hot.why_no_target("lumbar", 41.1)
    assert refused is not None
    assert refused.text == "refused: no more time above 41 °C in this session"
    assert hot.why_no_target("lumbar", 41.0) is None


def test_twenty_five_minutes_above_40_are_the_most(hot: Session) -> None:
    for _ in range(4):
        play(hot, 340)
        hot.back()
    play(hot, 139.9)
    assert hot.wish_c("lumbar") == 41.0
    play(hot, 0.2)
    assert hot.wish_c("lumbar") == 40.0
    assert hot.why_no_target("lumbar", 40.1) is not None


def test_exactly_41_and_exactly_40_use_up_nothing_hotter(hot: Session, programs: dict[str, Program]) -> None:
    hot.skip()
    play(hot, 390)
    assert (hot.wish_c("lumbar"), hot.why_no_target("lumbar", 42.0)) == (41.0, None)
    long = Session("s", programs["long"], HostLimits())
    long.advance(1600.0)
    assert (long.wish_c("lumbar"), long.why_no_target("lumbar", 41.0)) == (40.0, None)


def test_what_is_set_to_the_programs_own_value_lowers_nothing_later(program: Any) -> None:
    steps = """
  - {id: mild, duration: 40 s, heat: {lumbar: {target: 38 °C}}}
  - {id: warm, duration: 40 s, heat: {lumbar: {target: 40 °C}}}
"""
    session = Session("s", program(steps), HostLimits())
    session.set_target("lumbar", 38.0)
    session.skip()
    assert session.wish_c("lumbar") == 40.0


def test_it_knows_whether_heat_is_still_to_come(programs: dict[str, Program]) -> None:
    session = Session("s", programs["warm-then-rub"], HostLimits())
    assert (session.heats_from_here, session.heats_from_before) == (True, True)
    session.skip()
    assert (session.heats_from_here, session.heats_from_before) == (False, True)
