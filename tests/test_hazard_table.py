"""What `make hazards` says of the figures that the rehearsals wrote down."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from tests.false_trips import Figures
from tests.hazard_figures import Judgement, Number
from tests.hazard_table.__main__ import Outcome
from tests.hazard_table.lines import NATIVE, ON_CHIP, lines_of, numbers_of, read_written, without_figure
from tests.hazard_table.plot import draw


def judged(row: int = 5, core: str = "native", **changes: Any) -> dict[str, Any]:
    sound = Judgement(row, "lumbar left", core, 0.2, 0.4, 40.0, 44.7, 0.1, 3.4, "sensor_open", "B")
    return dataclasses.asdict(dataclasses.replace(sound, **changes))


EVERY_ROW = [judged(row) for row in NATIVE] + [judged(row, "avr") for row in ON_CHIP]


def outcome(written: list[dict[str, Any]], failed: list[str] | None = None, locked: int = 0) -> Outcome:
    lines = lines_of(written)
    figures = Figures(sessions=10, locked=locked)
    return Outcome(lines, numbers_of(written), without_figure(lines, emulator=True), failed or [], figures)


def test_all_good_is_no_complaint() -> None:
    assert outcome(EVERY_ROW).complaints() == []


def test_cases_of_one_row_are_one_line_with_the_worst_of_each_measure() -> None:
    slow, hot = judged(case="slow", seconds=0.39), judged(case="hot", peak_c=44.0, added_cem43=2.0)
    (line,) = lines_of([slow, hot])
    assert (line.cases, line.worst, line.seconds, line.peak_c, line.added_cem43) == (2, "slow", 0.39, 44.0, 2.0)
    assert line.good


def test_cores_faults_and_limits_have_lines_of_their_own() -> None:
    written = [judged(), judged(core="avr"), judged(fault="sensor_jump"), judged(limit_s=0.3)]
    assert len(lines_of(written)) == len(written)


@pytest.mark.parametrize("changes", [{"seconds": 0.401}, {"peak_c": 44.71}, {"added_cem43": 3.41}])
def test_one_case_beyond_any_limit_is_a_complaint_that_names_it(changes: dict[str, float]) -> None:
    bad = judged(case="the bad one", **changes)
    assert outcome([*EVERY_ROW, bad]).complaints() == ["row 5 misses its limit: sensor open, the bad one"]


def test_at_the_limit_is_good_and_a_stated_residual_has_no_limit_of_dose() -> None:
    at = judged(seconds=0.4, peak_c=44.7, added_cem43=3.4)
    residual = judged(4, added_cem43=500.0, added_limit_cem43=None)
    assert outcome([*EVERY_ROW, at, residual]).complaints() == []


@pytest.mark.parametrize(("row", "core", "told"), [(14, "native", "native"), (22, "avr", "chip")])
def test_a_row_without_a_figure_is_a_complaint(row: int, core: str, told: str) -> None:
    written = [each for each in EVERY_ROW if (each["row"], each["core"]) != (row, core)]
    assert outcome(written).complaints() == [f"row {row} has no figure, {told}"]


def test_without_the_emulator_nobody_asks_for_the_chip() -> None:
    assert without_figure(lines_of([judged(row) for row in NATIVE]), emulator=False) == []


def test_a_number_counts_by_its_worst() -> None:
    flash = [dataclasses.asdict(Number("flash", value, 28_672, "bytes")) for value in (27_000, 28_673)]
    assert outcome([*EVERY_ROW, *flash]).complaints() == ["flash is 28673 bytes"]


def test_a_failed_test_and_a_locked_session_are_complaints() -> None:
    complaints = outcome(EVERY_ROW, failed=["chip"], locked=1).complaints()
    assert complaints == ["a test failed, chip", "1 healthy sessions locked"]


def test_nothing_written_is_every_row_missing(tmp_path: Path) -> None:
    assert len(outcome(read_written(tmp_path / "never")).complaints()) == len(NATIVE) + len(ON_CHIP)


@pytest.mark.slow
def test_the_picture_shows_also_what_missed_and_what_took_no_time(tmp_path: Path) -> None:
    written = [*EVERY_ROW, judged(seconds=9.0), judged(29, seconds=0.0, limit_s=0.0)]
    draw(lines_of(written), tmp_path / "hazards.png")
    assert (tmp_path / "hazards.png").read_bytes().startswith(b"\x89PNG")
