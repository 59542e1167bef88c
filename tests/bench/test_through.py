"""The whole way through session, cable and firmware gives the figures of the seam, from the same pad."""

from __future__ import annotations

import math

import pytest
from poultice.bench import firmware, through
from poultice.bench.figures import Figures
from poultice.bench.goals import ROWS, Spread
from poultice.bench.heat import Result, pads
from poultice.bench.pad import Pad
from poultice.bench.pads import VARIED, BenchPad, PadSettings
from poultice.simulator.board import SimulatedBoard

PAD = BenchPad("of a test", VARIED, 3, PadSettings(element_w=24.0, supply_factor=1.1, delay_s=2.0))
ROW = {row.key: row for row in ROWS}


def spread(worst: float) -> Spread:
    return Spread(0.0, 0.0, worst, worst, 1)


def test_a_board_on_a_pad_of_the_bench_is_that_pad() -> None:
    alone, seen, board = Pad(PAD), Pad(PAD), SimulatedBoard()
    alone.lay_on(board)
    board.advance(20.0)
    seen.look_at(board)
    assert alone.run(0.0, 200)[-1] == pytest.approx(seen.zone_c, abs=1e-9)
    assert board.observe().rail_v == pytest.approx(24.0 * 1.1)
    after_board = seen.run(1.0, 100)
    assert after_board == pytest.approx(alone.run(1.0, 100), abs=1e-9)
    assert seen.full_w == alone.full_w


def test_what_is_seen_of_a_board_is_seen_once() -> None:
    pad, board = Pad(PAD), SimulatedBoard()
    pad.lay_on(board)
    pad.look_at(board)
    pad.run(1.0, 300)
    board.advance(1.0)
    assert board.observe().sensor_c[0] == pytest.approx(25.0, abs=1.0)  # what is foreseen on the copy does not happen
    assert pad.zone_c > 27.0


@pytest.mark.slow
def test_a_session_through_the_firmware_gives_the_same_figures() -> None:
    found = [through.both(pad) for pad in pads(2, seed=1, families=False)]
    for each in found:
        assert each.firmware.figures.failed == ""
        assert list(each.firmware.figures.steps) == ["25→40", "40→42", "42→38"]
        assert all(step.settled_s for step in each.firmware.figures.steps.values())
    assert through.good(found)
    told = through.as_json(found)
    assert set(told["rows"]) == set(through.KEYS)
    assert all(row["same"] for row in told["rows"].values())


def test_a_session_that_does_not_begin_says_why_and_is_no_success() -> None:
    with pytest.raises(firmware.SessionError, match="Bench cannot be played here"):
        next(firmware.run(PAD, through.PHASES, [600.0, 400.0, 300.0]))  # 42 °C for more than 6 minutes
    lost = Result(through.FIRMWARE, PAD, Figures(failed="it would not"))
    row = through.Compared(ROW["warm_up_ratio"], spread(1.0), ROW["warm_up_ratio"].spread([lost]))
    assert not row.same
    assert "of a test: it would not" in str(through.table([through.Both(lost, lost)]).caption)


@pytest.mark.parametrize(
    ("key", "bench", "board", "same"),
    [
        ("warm_up_ratio", 1.0, 1.0999, True),
        ("warm_up_ratio", 1.0, 1.1001, False),
        ("warm_up_ratio", 1.2, 1.079, False),
        ("warm_up_ratio", math.inf, math.inf, True),
        ("overshoot_k", 0.1, 0.1499, True),
        ("overshoot_k", 0.1, 0.1501, False),
        ("overshoot_k", 1.0, 1.0999, True),
        ("overshoot_k", 1.0, 0.8999, False),
        ("unsettled", 0.0, 0.0, True),
        ("unsettled", 0.0, 1.0, False),
    ],
)
def test_alike_is_within_a_tenth_or_half_a_step_of_the_converter(
    key: str, bench: float, board: float, same: bool
) -> None:
    assert through.Compared(ROW[key], spread(bench), spread(board)).same is same


def test_nothing_to_compare_is_not_alike() -> None:
    assert not through.Compared(ROW["rms_k"], spread(0.01), None).same
    assert not through.Compared(ROW["rms_k"], None, spread(0.01)).same
