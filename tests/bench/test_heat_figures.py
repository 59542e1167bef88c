"""The figures say what a course was like; the rows say whether that is good."""

from __future__ import annotations

import math
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st
from poultice.bench.bound import Bound
from poultice.bench.course import Seen
from poultice.bench.figures import DisturbanceFigures, Figures, StepFigures, figures, settled_s
from poultice.bench.goals import ROWS, Row, Spread
from poultice.bench.heat import Result
from poultice.bench.pads import VARIED, BenchPad, PadSettings

ROW = {row.key: row for row in ROWS}


def seen(name: str, setpoint_c: float, start_c: float, zone_c: list[float], bound_s: float | None) -> Seen:
    bound = None if bound_s is None else Bound(bound_s, bound_s)
    return Seen(name, setpoint_c, start_c, bound, bound, 0.0, array("d", zone_c), array("d", [0.0] * len(zone_c)))


def result(family: str = VARIED, **of: object) -> Result:
    return Result("ours", BenchPad("a pad", family, 1, PadSettings()), Figures(**of))  # type: ignore[arg-type]


def test_a_step_as_it_was_drawn() -> None:
    rises = [25.0 + 0.1 * tick for tick in range(148)]  # 39.5 is reached after 14.6 s
    zone_c = rises + [40.3] * 100 + [40.0] * 1200
    found = figures([seen("25→40", 40.0, 25.0, zone_c, 10.0)])
    step = found.steps["25→40"]
    assert step.settled_s == pytest.approx(14.6, abs=0.11)
    assert step.ratio == pytest.approx(1.46, abs=0.02)
    assert step.over_k == pytest.approx(0.3)
    assert step.rms_k == 0.0
    assert found.over_k == found.hottest_over_k == pytest.approx(0.3)


def test_a_step_down_counts_what_is_below_and_not_how_warm_it_began() -> None:
    zone_c = [42.0] * 100 + [37.9] * 100 + [38.05] * 1200
    found = figures([seen("42→38", 38.0, 42.0, zone_c, 5.0)])
    assert found.steps["42→38"].over_k == pytest.approx(0.1)
    assert found.steps["42→38"].rms_k == pytest.approx(0.05)
    assert found.over_k == found.hottest_over_k == 0.0


def test_a_disturbance_as_it_was_drawn() -> None:
    zone_c = [40.0] * 10 + [39.4] * 20 + [39.85] * 300
    found = figures([seen("sag", 40.0, 40.0, zone_c, None)]).disturbances["sag"]
    assert found.deviation_k == pytest.approx(0.6)
    assert found.recovery_s == pytest.approx(3.0)


def test_the_dose_of_an_hour_at_40_is_what_its_definition_says() -> None:
    found = figures([seen("25→40", 40.0, 25.0, [40.0] * 36_000, 10.0)])
    assert found.dose_cem43 == pytest.approx(60.0 * 0.25**3)


@pytest.mark.parametrize(("last_outside", "settles_s"), [(0, 0.0), (1, 0.2), (1800, 180.1), (1801, None), (3000, None)])
def test_who_leaves_the_band_in_the_last_two_minutes_has_not_settled(
    last_outside: int, settles_s: float | None
) -> None:
    zone_c = [40.0] * 3000
    if last_outside:
        zone_c[last_outside - 1] = 40.51
    assert settled_s(zone_c, 40.0, 0.5) == (settles_s and pytest.approx(settles_s))


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=60))
def test_a_spread_is_in_order_and_made_of_what_was_seen(values: list[float]) -> None:
    spread = Spread.of(values)
    assert spread is not None
    assert spread.median <= spread.p95 <= spread.worst == max(values)
    assert {spread.median, spread.p95} <= set(values)
    assert spread.count == len(values)
    assert sum(value <= spread.p95 for value in values) >= 0.95 * len(values)


@pytest.mark.parametrize(("value", "reached"), [(0.3, True), (0.3001, False)])
def test_a_goal_holds_up_to_itself(value: float, reached: bool) -> None:
    row = Row("x", "x", lambda figures: figures.over_k, (None, None, 0.3))
    assert row.reached(row.spread([result(over_k=value)])) is reached


def test_nothing_to_judge_is_no_success() -> None:
    assert ROW["overshoot_k"].reached(ROW["overshoot_k"].spread([])) is False
    assert ROW["dose_cem43"].reached(None) is None


def test_never_settled_and_never_tuned_are_never() -> None:
    never = StepFigures(bound_s=100.0, careful_s=100.0, settled_s=None, over_k=0.0, rms_k=0.0)
    for lost in (result(steps={"25→40": never}), result(failed="it would not")):
        assert ROW["warm_up_ratio"].spread([lost]) == Spread(math.inf, math.inf, math.inf, math.inf, 1)
        assert ROW["unsettled"].reached(ROW["unsettled"].spread([lost])) is False


def test_a_sag_that_nobody_could_hold_is_not_judged() -> None:
    weak = result(disturbances={"sag": DisturbanceFigures(0.9, floor_k=0.5, recovery_s=None)})
    strong = result(disturbances={"sag": DisturbanceFigures(0.1, floor_k=0.0, recovery_s=0.0)})
    spread = ROW["sag_k"].spread([weak, strong])
    assert spread is not None
    assert (spread.worst, spread.count) == (0.1, 1)


def test_families_have_rows_of_their_own() -> None:
    good = StepFigures(bound_s=100.0, careful_s=100.0, settled_s=101.0, over_k=0.0, rms_k=0.0)
    slow = StepFigures(bound_s=100.0, careful_s=100.0, settled_s=120.0, over_k=0.0, rms_k=0.0)
    both = [result(steps={"a": good, "b": good}), result("off body", steps={"a": slow, "b": good})]
    seen_ratios = {key: ROW[key].spread(both) for key in ("warm_up_ratio", "off_body_ratio", "families_ratio")}
    assert seen_ratios["warm_up_ratio"] is not None
    assert seen_ratios["off_body_ratio"] is not None
    assert seen_ratios["warm_up_ratio"].worst == 1.01
    assert seen_ratios["off_body_ratio"].worst == 1.2
    assert seen_ratios["families_ratio"] is None


def test_every_row_reads_an_empty_course_without_a_crash() -> None:
    failed = result(failed="it would not")
    assert [row.key for row in ROWS] == list(ROW)  # no key twice
    for row in ROWS:
        row.spread([failed])
