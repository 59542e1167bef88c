"""The words of the therapy core: readings, demands, requests, replies and the view of a pad.

Temperatures are °C, powers W, intensities percent (0 to 100), durations and instants s (monotonic, from wherever the
caller's clock starts). Everything here is a value; nothing reads a clock.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Phase(StrEnum):
    """What the pad does for a person; exactly one at a time."""

    OFFLINE = "offline"
    IDLE = "idle"
    INVITED = "invited"
    WARMING = "warming"
    RUNNING = "running"
    WAITING = "waiting"  # for a person: "next", an answer, or a press on the pad's button
    PAUSED = "paused"
    COOLING = "cooling"  # a session is over and all is off, but a zone is notably warm still
    ENDED = "ended"  # and its result is shown for a while
    FAULTED = "faulted"


class Role(StrEnum):
    """Who asks, by the topic that the request came in on."""

    PHONE = "phone"
    AUTOMATION = "automation"


class Verb(StrEnum):
    """What can be asked of a pad."""

    START = "start"
    STOP = "stop"
    PAUSE = "pause"
    RESUME = "resume"
    ADJUST = "adjust"
    SKIP = "skip"
    BACK = "back"
    ANSWER = "answer"
    NUDGE = "nudge"
    SELECT = "select"


class Status(StrEnum):
    """The answer to a request."""

    ACCEPTED = "accepted"
    INVITED = "invited"
    REFUSED = "refused"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, in words. `code` and `values` let a page say it in another language; `text` is English."""

    code: str
    text: str
    values: dict[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SensorReading:
    """One thermistor. `temperature_c` is None where it may not be believed; `trust` then says why."""

    temperature_c: float | None
    trust: str = "trusted"


@dataclass(frozen=True, slots=True)
class ZoneReading:
    """What the board said of one heat zone."""

    name: str
    sensors: tuple[SensorReading, ...]
    witness: SensorReading
    asked_w: float
    target_c: float | None
    applied_w: float
    duty: float
    full_power_w: float
    limited_by: str

    @property
    def temperature_c(self) -> float | None:
        """The hottest sensor; None as soon as one is untrusted or says no number: then nothing is known and nothing may
        be heated."""
        hottest_c = -math.inf
        for sensor in self.sensors:
            if sensor.temperature_c is None or not math.isfinite(sensor.temperature_c):
                return None
            hottest_c = max(hottest_c, sensor.temperature_c)
        return hottest_c


@dataclass(frozen=True, slots=True)
class Reading:
    """One STATUS of the board, in units; `at_s` is when it arrived on the host's monotonic clock, `raw` its bytes as
    they came (for the journal; empty where it came over no cable)."""

    at_s: float
    zones: tuple[ZoneReading, ...]
    motors_percent: tuple[int, ...]
    device_state: str
    armed_remaining_s: float
    lease_remaining_s: float
    rail_v: float
    supply_current_a: float
    faults: tuple[str, ...]
    latched_faults: tuple[str, ...]
    uptime_s: float
    raw: bytes = field(default=b"", compare=False, repr=False)

    @property
    def armed(self) -> bool:
        """Whether heat is permitted at the moment, by a press on the pad's own button."""
        return self.armed_remaining_s > 0


@dataclass(frozen=True, slots=True)
class ZoneDemand:
    """Wish for one zone; a target of None is no heat."""

    power_w: float = 0.0
    target_c: float | None = None


@dataclass(frozen=True, slots=True)
class Demand:
    """The whole wish, every time."""

    zones: tuple[ZoneDemand, ...]
    motors_percent: tuple[int, ...]
    cue: str = "none"
    reason: Reason = Reason("idle", "off")

    @property
    def off(self) -> bool:
        """True where nothing at all is asked for."""
        return not any(self.motors_percent) and all(z.power_w == 0 and z.target_c is None for z in self.zones)


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody asks. Role and verb come from the topic, the rest from the payload."""

    role: Role
    verb: Verb
    id: str = ""
    epoch: str | None = None
    args: dict[str, Any] = field(default_factory=dict)
    retained: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer: what was done with a request, why, and the value that holds now."""

    id: str
    status: Status
    reason: Reason
    applied: dict[str, Any] = field(default_factory=dict)
