"""The dose of heat in integers, beside the formula in floating point."""

from __future__ import annotations

import math
import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from keeping import core, new
from machines import CORE

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
LEAK_EVERY_MS = 144  # of powered time, a millisecond at 43 °C: 10 minutes in 24 hours
FULL_MS = 8 * MINUTE_MS
AGAIN_MS = FULL_MS - 30_000
DAY_MS = 10 * MINUTE_MS


def rate(centi_c: int) -> float:
    """Minutes at 43 °C that a minute is worth, written a second time."""
    if centi_c < 3900:
        return 0.0
    return float((0.25 if centi_c < 4300 else 0.5) ** (43 - centi_c / 100))


def dose(ms: int = 0, full: bool = False) -> Any:
    return new("struct dose *", ms=ms, full=full)


def test_the_table_is_the_formula() -> None:
    source = Path(CORE / "dose.c").read_text(encoding="utf-8")
    found = re.search(r"octave\[\] = \{([\d,\s]+)\}", source)
    assert found is not None
    table = [int(number) for number in re.findall(r"\d+", found[1])]
    assert len(table) == 11
    assert [entry - 16384 * 2 ** (n / 10) for n, entry in enumerate(table)] == pytest.approx([0.5] * 11, abs=0.5)


@pytest.mark.parametrize(("low", "high", "error"), [(3900, 4000, 0.006), (4000, 4300, 0.002), (4300, 5001, 0.001)])
def test_the_rate_follows_the_formula_and_errs_upwards(low: int, high: int, error: float) -> None:
    for centi_c in range(low, high):
        exact = rate(centi_c) * 65536
        assert 0.9999999 <= core().dose_rate(centi_c) / exact <= 1 + error, centi_c


@pytest.mark.parametrize(
    ("centi_c", "expected"),
    [
        (-32768, 0),
        (3899, 0),
        (3900, 256),
        (4000, 1024),
        (4200, 16384),
        (4300, 65536),
        (4400, 131072),
        (5000, 8388608),
        (5001, 8388608),
        (32767, 8388608),
    ],
)
def test_whole_degrees_and_ends(centi_c: int, expected: int) -> None:
    assert core().dose_rate(centi_c) == expected


def test_every_rate_is_the_line_between_two_entries_rounded_up() -> None:
    octave = [math.ceil(16384 * 2 ** (n / 10)) for n in range(11)]
    for centi_c in range(3900, 5001):
        octaves, beyond = divmod(800 + (centi_c - 4300) * (2 if centi_c < 4300 else 1), 100)
        below, rest = divmod(beyond, 10)
        line = octave[below] - (octave[below] - octave[below + 1]) * rest // 10
        assert core().dose_rate(centi_c) == -(-(line << octaves) // 64), centi_c


def profile(seed: int, low: int, high: int, steps: int) -> list[tuple[int, int]]:
    """Temperatures that wander, each with the milliseconds that it lasted."""
    chance = random.Random(seed)
    centi_c = chance.randint(low, high)
    walk = []
    for _ in range(steps):
        centi_c = min(max(centi_c + chance.randint(-30, 30), low), high)
        walk.append((centi_c, chance.choice((10, 100, 100, 100, 250))))
    return walk


@pytest.mark.parametrize("seed", range(6))
def test_a_long_profile_above_40_differs_by_at_most_0_4_percent(seed: int) -> None:
    """What came in, without the cap and the leak that both sums would share: poured out whenever it is half full."""
    bucket, poured_ms, exact_ms, leaked = dose(), 0, 0.0, 0
    for centi_c, elapsed_ms in profile(seed, 4000, 4399, 40_000):
        core().dose_step(bucket, centi_c, elapsed_ms)
        exact_ms += rate(centi_c) * elapsed_ms
        leaked += elapsed_ms
        if bucket.ms > FULL_MS // 2:
            poured_ms += FULL_MS // 4
            bucket.ms -= FULL_MS // 4
    came_ms = poured_ms + bucket.ms + leaked // LEAK_EVERY_MS
    assert exact_ms > FULL_MS
    assert -1 <= came_ms - exact_ms <= 0.004 * exact_ms


@pytest.mark.parametrize("seed", range(4))
def test_the_bucket_with_its_leak_follows_floats(seed: int) -> None:
    bucket, exact_ms = dose(), 0.0
    for centi_c, elapsed_ms in profile(seed, 3500, 4250, 40_000):
        core().dose_step(bucket, centi_c, elapsed_ms)
        exact_ms = max(exact_ms + rate(centi_c) * elapsed_ms - elapsed_ms / LEAK_EVERY_MS, 0.0)
        assert exact_ms < DAY_MS
        assert bucket.ms == pytest.approx(exact_ms, rel=0.01, abs=50)


@pytest.mark.parametrize(("minutes", "centi_c", "expected"), [(90, 4000, 78.1), (25, 4100, 138.9), (6, 4200, 145.8)])
def test_the_sessions_that_a_program_may_hold(minutes: int, centi_c: int, expected: float) -> None:
    """40 °C for 90 minutes is 1.41 CEM43 less 0.63 of leak, and so on: far from full."""
    bucket = dose()
    for _ in range(minutes * 600):
        core().dose_step(bucket, centi_c, 100)
    assert core().dose_centi_cem43(bucket) == pytest.approx(expected, abs=1)
    assert not bucket.full


@pytest.mark.parametrize(("before_ms", "full"), [(FULL_MS - 101, False), (FULL_MS - 100, True), (FULL_MS, True)])
def test_full_at_eight_minutes_at_43(before_ms: int, full: bool) -> None:
    bucket = dose(before_ms)
    core().dose_step(bucket, 4300, 100)
    assert bucket.ms == before_ms + 100
    assert bool(bucket.full) is full


@pytest.mark.parametrize(
    ("ms", "was_full", "full"),
    [
        (AGAIN_MS + 2, True, True),
        (AGAIN_MS + 1, True, False),  # leaks the last millisecond
        (AGAIN_MS + 2, False, False),
        (FULL_MS + 1, False, True),
        (FULL_MS, False, False),
        (FULL_MS, True, True),
    ],
)
def test_a_full_bucket_stays_full_for_half_a_minute_at_43(ms: int, was_full: bool, full: bool) -> None:
    bucket = dose(ms, was_full)
    core().dose_step(bucket, 2500, LEAK_EVERY_MS)
    assert bucket.ms == ms - 1
    assert bool(bucket.full) is full


def test_a_full_bucket_does_not_flicker_at_its_brim() -> None:
    bucket = dose(FULL_MS - 50)
    changes = 0
    for step in range(20_000):
        before = bucket.full
        core().dose_step(bucket, 2500 if bucket.full else 4200, 100)
        changes += before != bucket.full
        assert step < 20 or bucket.full
    assert changes == 1


def test_leaks_ten_minutes_in_a_day_of_powered_time() -> None:
    bucket = dose(DAY_MS, full=True)
    for _ in range(24 * 60):
        assert bucket.ms > 0
        core().dose_step(bucket, 2500, MINUTE_MS)
    assert bucket.ms == 0
    core().dose_step(bucket, 2500, MINUTE_MS)
    assert bucket.ms == 0


@pytest.mark.parametrize("elapsed_ms", [1, 7, 10, 100, 143, 144, 145, 1000])
def test_short_steps_leak_as_long_ones_do(elapsed_ms: int) -> None:
    bucket = dose(100_000)
    steps = HOUR_MS // 20 // elapsed_ms
    for _ in range(steps):
        core().dose_step(bucket, 2500, elapsed_ms)
    assert bucket.ms == 100_000 - steps * elapsed_ms // LEAK_EVERY_MS


def test_the_weakest_heat_is_not_lost_between_steps() -> None:
    bucket = dose()
    for _ in range(256 * 9):
        core().dose_step(bucket, 3900, 1)
    leaked = 256 * 9 // LEAK_EVERY_MS
    assert leaked == 16
    assert bucket.fraction == 0
    assert bucket.ms <= 1, "9 ms came in; the leak was faster"


def test_counts_on_past_full_but_no_further_than_a_day_gives_back() -> None:
    bucket = dose(FULL_MS)
    core().dose_step(bucket, 4300, 30_000)
    assert bucket.ms == FULL_MS + 30_000 - 30_000 // LEAK_EVERY_MS
    for _ in range(10):
        core().dose_step(bucket, 15_000, 2**32 - 1)
        assert bucket.ms == DAY_MS - 65_535 // LEAK_EVERY_MS - (bucket.unleaked_ms < 15)
    assert core().dose_centi_cem43(bucket) == 999


@pytest.mark.parametrize("ms", [0, DAY_MS - 2, DAY_MS - 1, DAY_MS])
def test_no_time_changes_nothing_up_to_the_brim(ms: int) -> None:
    bucket = dose(ms)
    core().dose_step(bucket, 2500, 0)
    assert bucket.ms == ms


@pytest.mark.parametrize(("ms", "centi"), [(0, 0), (599, 0), (600, 1), (479_999, 799), (480_000, 800), (DAY_MS, 1000)])
def test_what_status_says(ms: int, centi: int) -> None:
    assert core().dose_centi_cem43(dose(ms)) == centi


@given(ms=st.one_of(st.sampled_from([0, 1, 9, 10, 11, FULL_MS, DAY_MS - 1, DAY_MS]), st.integers(0, DAY_MS)))
def test_saved_and_restored_it_is_never_less(ms: int) -> None:
    bucket = dose()
    core().dose_restore(bucket, core().dose_save_cs(dose(ms)), False)
    assert 0 <= bucket.ms - ms < 10
    core().dose_restore(bucket, core().dose_save_cs(dose(ms)), True)
    assert bucket.ms == min(-(-ms // 10) * 10 + 30_000, DAY_MS)


@pytest.mark.parametrize(
    ("saved_cs", "unclean", "ms", "full"),
    [
        (0, False, 0, False),
        (0, True, 30_000, False),
        (45_000, False, 450_000, False),
        (45_001, False, 450_010, True),
        (42_000, True, 450_000, False),
        (42_001, True, 450_010, True),
        (60_000, True, 600_000, True),
        (65_535, True, 600_000, True),
    ],
)
def test_restored_near_full_it_is_full(saved_cs: int, unclean: bool, ms: int, full: bool) -> None:
    bucket = new("struct dose *", ms=3, fraction=4, unleaked_ms=5, full=True)
    core().dose_restore(bucket, saved_cs, unclean)
    assert (bucket.ms, bucket.fraction, bucket.unleaked_ms, bool(bucket.full)) == (ms, 0, 0, full)
