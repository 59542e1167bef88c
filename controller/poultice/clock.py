"""The only reader of real time. Instants are s, monotonic, from wherever the clock starts; wall time is for people.

`now_s` is told in whole tenths of a millisecond: nothing here is more exact than that, and the journal can say it to
the letter with few digits.
"""

from __future__ import annotations

import ctypes
import math
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

INSTANTS_PER_S = 10_000


def processor_s() -> float:
    """What this thread has had of the processor so far, s: what a piece of code costs, whatever else runs."""
    return time.thread_time()


class Clock(Protocol):
    """Where the controller's loop has its time from."""

    def now_s(self) -> float:
        """The instant now, s."""
        ...

    def real_s(self) -> float:
        """The instant now in the seconds of the people who watch; apart from `now_s` where time is paced, s."""
        ...

    def real_s_until(self, t_s: float) -> float:
        """Real seconds to wait before `t_s`, negative where that has passed; 0 where waiting passes no time."""
        ...

    def sleep_until(self, t_s: float) -> None:
        """Returns at `t_s` or, where that has passed, at once."""
        ...

    def wall(self) -> datetime:
        """The time of day, with zone."""
        ...

    def calendar(self) -> tuple[float, bool, str, float]:
        """What counts days: s since 1970 in UTC and whether something keeps that right; which boot this is, and the s
        since then, those of a sleeping computer included."""
        ...


class _Timex(ctypes.Structure):
    """The beginning of `struct timex` of adjtimex(2), and room for the rest."""

    _fields_ = (
        ("modes", ctypes.c_uint),  # 0: only look
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 512),
    )


_STA_UNSYNC = 0x40
_TIME_ERROR = 5


def synchronised() -> bool:
    """Whether the kernel says that a time service (timesyncd, chrony, ntpd) keeps its clock right. Setting the clock by
    hand ends that; where the kernel cannot be asked, nothing is promised."""
    try:
        timex = _Timex()
        state = ctypes.CDLL(None).adjtimex(ctypes.byref(timex))
    except (OSError, AttributeError):
        return False
    return 0 <= state != _TIME_ERROR and not timex.status & _STA_UNSYNC


def boot_id() -> str:
    """Names the time since this computer was switched on, as the kernel does; empty where it does not."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


class RealClock:
    """Time as it passes."""

    def now_s(self) -> float:
        return math.floor(time.monotonic() * INSTANTS_PER_S) / INSTANTS_PER_S

    def real_s(self) -> float:
        return time.monotonic()

    def real_s_until(self, t_s: float) -> float:
        return t_s - time.monotonic()

    def sleep_until(self, t_s: float) -> None:
        time.sleep(max(0.0, self.real_s_until(t_s)))

    def wall(self) -> datetime:
        return datetime.now(UTC).astimezone()

    def calendar(self) -> tuple[float, bool, str, float]:
        return time.time(), synchronised(), boot_id(), time.clock_gettime(time.CLOCK_BOOTTIME)


class PacedClock:
    """Virtual time at `speed` times the pace of real time. It advances in `sleep_until` alone, so a machine that stalls
    slows it down and nothing jumps."""

    def __init__(self, speed: float = 1.0) -> None:
        self.speed = speed
        self._now_s = 0.0
        self._real_s = time.monotonic()  # when `_now_s` was due in real time
        self._begun_wall_s = time.time()

    def now_s(self) -> float:
        return round(self._now_s * INSTANTS_PER_S) / INSTANTS_PER_S

    def real_s(self) -> float:
        return time.monotonic()

    def real_s_until(self, t_s: float) -> float:
        return self._real_s + (t_s - self._now_s) / self.speed - time.monotonic()

    def sleep_until(self, t_s: float) -> None:
        if t_s <= self._now_s:
            return
        time.sleep(max(0.0, self.real_s_until(t_s)))
        self._real_s = max(self._real_s + (t_s - self._now_s) / self.speed, time.monotonic() - 0.1)
        self._now_s = t_s

    def wall(self) -> datetime:
        return datetime.now(UTC).astimezone()

    def calendar(self) -> tuple[float, bool, str, float]:
        """The pad's own days, as fast as its seconds; they are always right."""
        return self._begun_wall_s + self._now_s, True, f"paced {self._begun_wall_s}", self._now_s


class VirtualClock:
    """Time that passes only when told: for tests. Sleeping is free."""

    def __init__(self, now_s: float = 0.0, wall: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self._now_s = now_s
        self._start_s = now_s
        self._wall = wall
        self.synchronised = True
        self.boot = "virtual"

    def now_s(self) -> float:
        return round(self._now_s * INSTANTS_PER_S) / INSTANTS_PER_S

    def real_s(self) -> float:
        return self._now_s

    def real_s_until(self, t_s: float) -> float:  # noqa: ARG002
        return 0.0

    def sleep_until(self, t_s: float) -> None:
        self._now_s = max(self._now_s, t_s)

    def advance(self, seconds: float) -> None:
        """Lets `seconds` pass."""
        self._now_s += seconds

    def wall(self) -> datetime:
        return self._wall + timedelta(seconds=self._now_s - self._start_s)

    def set_wall(self, wall: datetime) -> None:
        """Somebody sets the clock on the wall; time itself goes on as before."""
        self._wall = wall - timedelta(seconds=self._now_s - self._start_s)

    def calendar(self) -> tuple[float, bool, str, float]:
        return self.wall().timestamp(), self.synchronised, self.boot, self._now_s
