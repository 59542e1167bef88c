"""Courses: packed and unpacked, thinned without losing what is hottest, marked."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_history import course
from poultice_panel.history.curves import POINTS, Course, Mark, Zone, marks, of_rows, pack, thinned, unpack

COLUMNS = ("t_s", "at_s", "phase", "lumbar")
TEMPERATURES = st.lists(st.one_of(st.none(), st.floats(0, 60)), min_size=1, max_size=3000)


def of(temperatures: list[float | None], phases: list[str] | None = None) -> Course:
    phases = phases or ["running"] * len(temperatures)
    return of_rows(COLUMNS, [[i, i, phases[i], [each, 40.0, 1.0, 0.0]] for i, each in enumerate(temperatures)])


def test_what_is_packed_is_unpacked_and_small():
    whole = course(1800)
    packed = pack(whole)
    assert unpack(packed) == whole
    assert len(packed) < 1800 * 2 * 20


SPOILT = [lambda b: b[:-20], lambda b: b"\0" + b, lambda _: b"", lambda b: b[:10] + b[11:]]


@pytest.mark.parametrize("spoil", SPOILT)
def test_a_damaged_course_is_said(spoil):
    with pytest.raises(ValueError, match=r".+"):
        unpack(spoil(pack(course(60))))


@given(TEMPERATURES)
def test_thinned_keeps_both_ends_and_the_extremes_and_the_order(temperatures):
    thin = thinned(of(temperatures))
    assert (thin.t_s[0], thin.t_s[-1]) == (0, len(temperatures) - 1)
    assert thin.t_s == sorted(set(thin.t_s))
    known = [each for each in temperatures if each is not None]
    kept = [each for each in thin.zones["lumbar"].temperature_c if each is not None]
    assert (min(kept, default=None), max(kept, default=None)) == (min(known, default=None), max(known, default=None))
    assert len(thin) <= POINTS + 4


@pytest.mark.parametrize("length", [POINTS - 1, POINTS, POINTS + 1])
def test_only_what_is_longer_is_thinned(length):
    whole = of([30.0] * length)
    assert (thinned(whole) == whole) == (length <= POINTS)


def test_one_hot_second_in_two_hours_is_drawn():
    temperatures: list[float | None] = [38.0] * 7200
    temperatures[4711] = 42.9
    thin = thinned(of(temperatures))
    assert thin.t_s[thin.zones["lumbar"].temperature_c.index(42.9)] == 4711
    assert len(thin) <= POINTS + 4


def test_a_turn_of_phase_or_asking_is_kept_exactly():
    phases = ["running"] * 1000 + ["paused"] * 7 + ["running"] * 1000
    thin = thinned(of([38.0] * 2007, phases))
    assert {999.0, 1000.0, 1006.0, 1007.0} <= set(thin.t_s)


@pytest.mark.parametrize(
    "row",
    [
        [], [1, 1, "running"], [1, 1, "running", [1, 2, 3]], [1, 1, "running", [1, 2, 3, "hot"]],
        ["1", 1, "x", [1] * 4],
        [1, None, "running", [1, 2, 3, 4]], [1, 1, "running", [float("inf"), 2, 3, 4]], [True, 1, "running", [1] * 4],
        [1, 1, "running", [1] * 4, [1] * 4], [-1, 1, "running", [1] * 4],
    ],
)  # fmt: skip
def test_a_row_of_another_shape_is_left_out(row):
    good = [0, 0, "running", [30.0, None, 1.0, 0.1]]
    assert len(of_rows(COLUMNS, [good, row])) == 1


def test_hottest_and_last_dose():
    zone = Zone([None, 30.0, 41.5, 40.0], [None] * 4, [0.0] * 4, [0.0, 0.1, 0.2, None])
    assert (zone.hottest_c(), zone.last_dose()) == (41.5, 0.2)
    assert (Zone().hottest_c(), Zone().last_dose()) == (None, 0.0)


def test_marks_are_pauses_and_what_was_said_at_its_place_in_order():
    zone = [30.0, 40.0, 1.0, 0.0]
    rows = [[t, t if t < 10 else t - 5, "paused" if 10 <= t < 15 else "running", zone] for t in range(30)]
    found = marks(of_rows(COLUMNS, rows), {"note": [(20.0, "better")], "comfort": [(4.0, "less")]})
    assert found == [
        Mark(4.0, "comfort", "less"), Mark(10.0, "paused"), Mark(15.0, "resumed"), Mark(25.0, "note", "better"),
    ]  # fmt: skip
    assert marks(Course(), {"note": [(20.0, "x")]}) == [Mark(20.0, "note", "x")]


def test_waiting_for_a_person_is_no_pause():
    assert marks(of([30.0] * 4, ["warming", "running", "waiting", "running"]), {}) == []


def test_what_is_packed_is_plain_json():
    import zlib  # noqa: PLC0415 - to show that nothing of ours is needed

    assert json.loads(zlib.decompress(pack(of([30.5]))))["zones"]["lumbar"]["temperature_c"] == [30.5]
