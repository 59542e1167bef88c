"""Clocks tell time; only the real one lets it pass by itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from poultice import clock as clock_module
from poultice.clock import Clock, PacedClock, RealClock, VirtualClock


@pytest.mark.parametrize("make", [RealClock, PacedClock, VirtualClock])
def test_sleeping_ends_at_the_instant_and_never_goes_back(make: Callable[[], Clock]) -> None:
    clock = make()
    begin_s = clock.now_s()
    clock.sleep_until(begin_s + 0.02)
    slept_s = clock.now_s()
    assert slept_s >= begin_s + 0.02 - 1e-9  # instants are whole tenths of a millisecond; their sum need not be
    clock.sleep_until(begin_s)
    assert clock.now_s() >= slept_s


@pytest.mark.parametrize("make", [RealClock, PacedClock, VirtualClock])
def test_waiting_is_foretold_and_wall_time_has_a_zone(make: Callable[[], Clock]) -> None:
    clock = make()
    now_s = clock.now_s()
    assert clock.real_s_until(now_s) <= 0
    assert clock.real_s_until(now_s + 10) == pytest.approx(0 if isinstance(clock, VirtualClock) else 10, abs=1)
    assert clock.wall().utcoffset() is not None


def test_real_time_passes_by_itself_and_a_paced_second_only_when_it_was_slept() -> None:
    real, paced = RealClock(), PacedClock(1.0)
    begin_s, paced_s = real.now_s(), paced.now_s()
    time.sleep(0.02)
    assert real.now_s() > begin_s
    assert paced.now_s() == paced_s


def test_a_paced_clock_keeps_its_speed() -> None:
    clock = PacedClock(speed=100.0)
    begin_s = time.monotonic()
    for tick in range(1, 201):
        clock.sleep_until(tick * 0.05)
    assert clock.now_s() == 10.0
    assert 0.095 <= time.monotonic() - begin_s < 1.0


def test_a_stalled_machine_makes_paced_time_late_and_not_jump() -> None:
    clock = PacedClock(speed=1.0)
    time.sleep(0.3)
    begin_s = time.monotonic()
    for tick in range(1, 31):
        clock.sleep_until(tick * 0.01)
    assert clock.now_s() == 0.3
    assert time.monotonic() - begin_s >= 0.15  # of the 0.3 s that it was late it makes up for 0.1 s at most


def test_virtual_time_passes_only_when_told() -> None:
    clock = VirtualClock(now_s=5.0, wall=datetime(2026, 3, 1, tzinfo=UTC))
    assert clock.real_s_until(1e6) == 0
    clock.advance(2.5)
    clock.sleep_until(10.0)
    assert clock.now_s() == 10.0
    assert clock.wall() == datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=5)


def test_the_kernel_is_asked_whether_its_clock_is_kept_right(monkeypatch: pytest.MonkeyPatch) -> None:
    class Kernel:
        status, state = 0, 0

        def adjtimex(self, timex: Any) -> int:
            timex._obj.status = self.status
            return self.state

    kernel = Kernel()
    monkeypatch.setattr(clock_module.ctypes, "CDLL", lambda _name: kernel)
    for status, state, right in [(0, 0, True), (0x2001, 0, True), (0x40, 5, False), (0x40, 0, False), (0, 5, False)]:
        kernel.status, kernel.state = status, state
        assert RealClock().calendar()[1] is right
    kernel.state = -1
    assert not clock_module.synchronised()


def test_where_the_kernel_cannot_be_asked_nothing_is_promised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock_module.ctypes, "CDLL", lambda _name: object())
    assert not clock_module.synchronised()


def test_the_kernel_of_this_computer_answers() -> None:
    assert clock_module.synchronised() in (True, False)
    assert abs(RealClock().calendar()[0] - time.time()) < 1
    assert RealClock().calendar()[2] == RealClock().calendar()[2] == clock_module.boot_id()


def test_a_simulated_pads_days_are_as_fast_as_its_seconds() -> None:
    clock = PacedClock(speed=1000.0)
    (before_s, right, boot, _), _ = clock.calendar(), clock.sleep_until(60.0)
    assert clock.calendar() == (pytest.approx(before_s + 60.0), True, boot, 60.0)
    assert right
    assert PacedClock().calendar()[2] != boot


def test_a_clock_on_the_wall_can_be_set() -> None:
    clock = VirtualClock()
    clock.advance(5)
    clock.set_wall(datetime(2030, 1, 1, tzinfo=UTC))
    clock.synchronised = False
    assert clock.calendar() == (datetime(2030, 1, 1, tzinfo=UTC).timestamp(), False, "virtual", 5)
    assert clock.now_s() == 5
