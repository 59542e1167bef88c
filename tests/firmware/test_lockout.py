"""Locks that come again, hangs that come again, and what the service jumper gives free."""

from __future__ import annotations

from typing import Any

import pytest
from keeping import core, new
from poultice.link.contract import FAULTS, Fault, ResetCause

SECOND_MS = 1000
HOUR_MS = 3600 * SECOND_MS
DAY_MS = 24 * HOUR_MS


def bits(*faults: Fault) -> int:
    return sum(1 << fault - 1 for fault in faults)


OPEN, WITNESS = bits(Fault.SENSOR_OPEN), bits(Fault.WITNESS_DISAGREES)
STUCK, FLASH = bits(Fault.HEATER_STUCK_ON), bits(Fault.FLASH_CHANGED)
LOCKS_AGAIN, HANGS_AGAIN = bits(Fault.LOCKS_AGAIN), bits(Fault.HANGS_AGAIN)
OF_B = [fault for fault, info in FAULTS.items() if info.lockout == "B"]
OF_C = [fault for fault, info in FAULTS.items() if info.lockout == "C"]


class Board:
    """A lockout with its record, over any number of resets."""

    def __init__(self) -> None:
        self.record = new("struct record *")
        self.latched = 0
        self.reset()

    def reset(self, cause: ResetCause = ResetCause.POWER_ON, jumper: bool = False) -> int:
        self.lockout = new("struct lockout *")
        self.latched = core().lockout_start(self.lockout, self.record, cause, jumper)
        return self.save()

    def save(self) -> int:
        self.record.latched = self.latched
        core().lockout_save(self.lockout, self.record)
        return self.latched

    def latch(self, faults: int) -> int:
        self.latched = core().lockout_latch(self.lockout, self.latched, self.latched | faults)
        return self.save()

    def clear(self) -> int:
        self.latched = core().lockout_clear(self.lockout, self.latched)
        return self.save()

    def wait(self, elapsed_ms: int) -> None:
        core().lockout_pass_time(self.lockout, elapsed_ms)
        self.save()

    @property
    def clearable(self) -> bool:
        return bool(core().lockout_clearable(self.lockout, self.latched))


def test_there_are_faults_of_both_classes() -> None:
    assert len(OF_B) >= 10
    assert len(OF_C) >= 6


@pytest.mark.parametrize("fault", OF_B)
def test_every_latched_fault_survives_a_reset_and_is_cleared_by_the_press(fault: Fault) -> None:
    board = Board()
    board.latch(bits(fault))
    assert board.reset() == bits(fault)
    assert board.clearable
    assert board.clear() == 0
    assert board.reset() == 0


def test_nothing_latched_is_nothing_to_clear() -> None:
    board = Board()
    assert not board.clearable
    assert board.clear() == 0


# ---- the third lock -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("between_ms", "hard"), [(DAY_MS - 1, True), (DAY_MS, False), (DAY_MS + 1, False), (2**32 - 1, False), (0, True)]
)
def test_the_third_lock_within_a_day_is_hard(between_ms: int, hard: bool) -> None:
    board = Board()
    assert board.latch(OPEN) == OPEN
    board.clear()
    board.wait(between_ms // 2)
    assert board.latch(WITNESS) == WITNESS
    board.clear()
    board.wait(between_ms - between_ms // 2)
    assert board.latch(OPEN) == (OPEN | LOCKS_AGAIN if hard else OPEN)


def test_the_window_moves_on() -> None:
    """Two locks a day, for ever, are two locks a day."""
    board = Board()
    for _ in range(10):
        assert board.latch(OPEN) == OPEN
        board.clear()
        board.wait(DAY_MS // 2)
    assert board.latch(OPEN) == OPEN
    board.clear()
    board.wait(DAY_MS - 1)
    assert board.latch(OPEN) == OPEN
    board.clear()
    assert board.latch(OPEN) == OPEN | LOCKS_AGAIN


def test_faults_that_join_a_lock_are_the_same_lock() -> None:
    board = Board()
    for fault in OF_B:
        board.latch(bits(fault))
    assert board.latched == bits(*OF_B)
    board.reset()
    assert board.latch(OPEN) == bits(*OF_B), "held over a reset it is still the same"


def test_hard_faults_are_no_such_locks() -> None:
    board = Board()
    for fault in OF_C:
        board.latch(bits(fault))
    assert list(board.lockout.lock_left_ms) == [0, 0]


def test_powered_time_alone_makes_a_lock_forgotten() -> None:
    """A reset forgets less than a minute of it."""
    board = Board()
    for _ in range(2):
        board.latch(OPEN)
        board.clear()
    board.wait(1)
    for _ in range(5):
        board.reset()
    assert list(board.lockout.lock_left_ms) == [DAY_MS, DAY_MS]
    board.wait(60_000)
    board.reset()
    assert list(board.lockout.lock_left_ms) == [DAY_MS - 60_000] * 2
    assert board.latch(OPEN) == OPEN | LOCKS_AGAIN


# ---- hangs ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first_ms", "second_ms", "hard"), [(0, 0, True), (1, HOUR_MS - 1001, True), (0, HOUR_MS, False)]
)
def test_the_third_hang_within_an_hour_is_hard(first_ms: int, second_ms: int, hard: bool) -> None:
    board = Board()
    assert board.reset(ResetCause.WATCHDOG) == 0
    board.wait(first_ms)
    assert board.reset(ResetCause.WATCHDOG) == 0
    board.wait(second_ms)
    assert board.reset(ResetCause.WATCHDOG) == (HANGS_AGAIN if hard else 0)


@pytest.mark.parametrize("cause", [cause for cause in ResetCause if cause is not ResetCause.WATCHDOG])
def test_other_resets_are_no_hangs(cause: ResetCause) -> None:
    board = Board()
    for _ in range(10):
        assert board.reset(cause) == 0
    assert list(board.lockout.hang_left_ms) == [0, 0]


def test_a_hang_adds_to_what_was_latched() -> None:
    board = Board()
    board.latch(OPEN)
    for _ in range(3):
        board.reset(ResetCause.WATCHDOG)
    assert board.latched == OPEN | HANGS_AGAIN


# ---- service --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", OF_C)
@pytest.mark.parametrize("cause", ResetCause)
def test_no_press_and_no_reset_clears_a_hard_fault(fault: Fault, cause: ResetCause) -> None:
    board = Board()
    board.latch(bits(fault))
    assert not board.clearable
    assert board.clear() == bits(fault)
    assert board.reset(cause) == bits(fault)
    assert board.clear() == bits(fault)


@pytest.mark.parametrize("fault", OF_C)
def test_with_the_jumper_at_reset_the_press_clears_it(fault: Fault) -> None:
    board = Board()
    board.latch(bits(fault) | OPEN)
    assert board.reset(jumper=True) == bits(fault) | OPEN, "the jumper alone clears nothing"
    assert board.clearable
    assert board.clear() == 0
    assert board.reset() == 0


def test_without_the_press_the_jumper_leaves_no_trace() -> None:
    board = Board()
    board.latch(STUCK)
    board.reset(jumper=True)
    assert board.reset() == STUCK
    assert not board.clearable


def test_the_jumper_gives_free_only_what_was_held_when_it_was_read() -> None:
    board = Board()
    board.latch(STUCK)
    board.reset(jumper=True)
    board.latch(FLASH | OPEN)
    assert not board.clearable
    assert board.clear() == STUCK | FLASH | OPEN


def test_it_gives_free_once() -> None:
    board = Board()
    board.latch(STUCK)
    board.reset(jumper=True)
    assert board.clear() == 0
    assert board.latch(STUCK) == STUCK
    assert board.clear() == STUCK


def test_not_the_hang_that_this_very_reset_counts() -> None:
    board = Board()
    board.reset(ResetCause.WATCHDOG)
    board.reset(ResetCause.WATCHDOG)
    board.reset(ResetCause.WATCHDOG, jumper=True)
    assert board.clear() == HANGS_AGAIN
    board.reset(jumper=True)
    assert board.clear() == 0


def test_after_service_the_past_counts_no_more() -> None:
    board = Board()
    for _ in range(3):
        board.latch(OPEN)
        board.clear()
    board.reset(ResetCause.WATCHDOG)
    board.reset(ResetCause.WATCHDOG)
    board.reset(jumper=True)
    assert board.latched == OPEN | LOCKS_AGAIN
    assert board.clear() == 0
    assert [*board.lockout.lock_left_ms, *board.lockout.hang_left_ms] == [0] * 4
    assert board.latch(OPEN) == OPEN


def test_a_press_on_an_ordinary_lock_forgets_nothing() -> None:
    board = Board()
    board.reset(ResetCause.WATCHDOG)
    board.latch(OPEN)
    board.clear()
    assert [*board.lockout.lock_left_ms, *board.lockout.hang_left_ms] == [DAY_MS, 0, HOUR_MS, 0]


def test_a_fault_that_only_a_newer_firmware_knows_is_hard() -> None:
    board = Board()
    board.record.latched = 1 << 31
    board.reset()
    assert board.clear() == 1 << 31
    board.reset(jumper=True)
    assert board.clear() == 0


# ---- the record -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ms", "minutes"), [(0, 0), (1, 1), (60_000, 1), (60_001, 2), (DAY_MS, 1440)])
def test_minutes_are_rounded_up(ms: int, minutes: int) -> None:
    record: Any = new("struct record *")
    core().lockout_save(new("struct lockout *", lock_left_ms=[0, ms]), record)
    assert list(record.lock_left_min) == [0, minutes]


@pytest.mark.parametrize(("ms", "seconds"), [(0, 0), (1, 1), (1000, 1), (1001, 2), (HOUR_MS, 3600)])
def test_seconds_are_rounded_up(ms: int, seconds: int) -> None:
    record: Any = new("struct record *")
    core().lockout_save(new("struct lockout *", hang_left_ms=[0, ms]), record)
    assert list(record.hang_left_s) == [0, seconds]


def test_only_the_jumper_gives_hard_faults_free_and_only_until_they_are_cleared() -> None:
    board = Board()
    board.latch(OPEN | STUCK)
    board.reset()
    assert board.lockout.serviced == 0
    board.reset(jumper=True)
    assert board.lockout.serviced == STUCK
    assert board.clear() == 0
    assert board.lockout.serviced == 0
