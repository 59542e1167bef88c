"""What every contender goes through on every pad: steps of the set-point, then disturbances."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from poultice.bench.bound import Bound, bound, bound_up
from poultice.bench.contenders import Contender
from poultice.bench.pad import TICK_S, TICKS_PER_WINDOW, Pad
from poultice.link import contract

HOTTEST_C = contract.TARGET_MAX_C
BLANKET_FACTOR = 4.0  # 15 mm of fibre, 0.04 W/(m K): 2.7 W/(m² K) in series with the cover's 5
SAG_FACTOR = 0.8


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of the course: a set-point, what happens at its beginning, and how long it is watched: `seconds` and
    `bounds` times its bound."""

    name: str
    setpoint_c: float
    seconds: float
    bounds: float = 0.0
    happens: Callable[[Pad], None] | None = None


def steps(from_c: float) -> tuple[Phase, ...]:
    """The steps of the set-point, the first from a pad that is `from_c` warm."""
    return (
        Phase(f"{from_c:g}→40", 40.0, 420.0, 2.0),
        Phase("40→42", HOTTEST_C, 300.0, 2.0),
        Phase("42→38", 38.0, 300.0, 2.0),
        Phase("38→40", 40.0, 240.0, 2.0),
    )


DISTURBANCES = (
    Phase("blanket on", 40.0, 240.0, happens=lambda pad: pad.cover(BLANKET_FACTOR)),
    Phase("blanket off", 40.0, 240.0, happens=lambda pad: pad.cover(1.0)),
    Phase("sag", 40.0, 180.0, happens=lambda pad: pad.supply(SAG_FACTOR)),
    Phase("sag over", 40.0, 120.0, happens=lambda pad: pad.supply(1.0)),
    Phase("lift-off", 40.0, 60.0, happens=lambda pad: pad.lie(False)),
    Phase("return", 40.0, 300.0, happens=lambda pad: pad.lie(True)),
)


@dataclass(slots=True)
class Seen:
    """One phase as it went, ten values a second: true temperature (°C) and duty asked. `floor_k` is how far the zone
    falls under a disturbance even under full duty."""

    name: str
    setpoint_c: float
    start_c: float
    bound: Bound | None
    careful: Bound | None
    floor_k: float
    zone_c: array[float] = field(default_factory=lambda: array("d"))
    duty: array[float] = field(default_factory=lambda: array("d"))


def _floor_k(pad: Pad, phase: Phase) -> float:
    lowest_c = min(pad.copy().run(1.0, round(phase.seconds / TICK_S)))
    return max(0.0, min(phase.setpoint_c, pad.zone_c) - lowest_c)


def _bounds(pad: Pad, phase: Phase) -> tuple[Bound | None, Bound | None]:
    if not phase.bounds:
        return None, None
    best = bound(pad, phase.setpoint_c)
    upwards = phase.setpoint_c > pad.zone_c
    return best, bound_up(pad, phase.setpoint_c, margin_k=0.0) if upwards else best


def _ticks(phase: Phase, best: Bound | None) -> int:
    """Whole windows, so that every step meets a window's beginning, as its bound does."""
    seconds = phase.seconds + phase.bounds * (best.settled_s if best else 0.0)
    return math.ceil(seconds / TICK_S / TICKS_PER_WINDOW) * TICKS_PER_WINDOW


def begin(pad: Pad, phase: Phase) -> Seen:
    """What happens at a phase's beginning, and what the best could do from there."""
    if phase.happens:
        phase.happens(pad)
    best, careful = _bounds(pad, phase)
    floor_k = 0.0 if phase.bounds else _floor_k(pad, phase)
    return Seen(phase.name, phase.setpoint_c, pad.zone_c, best, careful, floor_k)


def run(contender: Contender, pad: Pad, phases: tuple[Phase, ...]) -> Iterator[Seen]:
    """Takes a fresh contender through the phases on this pad."""
    now_s = 0.0
    reading_c = pad.reading_c()
    for phase in phases:
        seen = begin(pad, phase)
        contender.setpoint_c = phase.setpoint_c
        for _ in range(_ticks(phase, seen.bound)):
            duty = contender.update(reading_c, now_s)
            reading_c = pad.tick(duty)
            now_s += TICK_S
            seen.zone_c.append(pad.zone_c)
            seen.duty.append(duty)
        yield seen
