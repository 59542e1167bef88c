"""What a contender costs: processor time of each update, on a pad that it has never seen."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from poultice.bench import course
from poultice.bench.contenders import Contender, new
from poultice.bench.pad import Pad
from poultice.bench.pads import BenchPad
from poultice.clock import processor_s

MEAN_GOAL_US = 50.0
P99_GOAL_US = 2000.0


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one update, µs."""

    mean_us: float
    p99_us: float
    worst_us: float

    @property
    def good(self) -> bool:
        """Whether a small computer has time for it."""
        return self.mean_us <= MEAN_GOAL_US and self.p99_us <= P99_GOAL_US


class _Timed:
    """A contender with a meter."""

    def __init__(self, contender: Contender) -> None:
        self._contender = contender
        self.setpoint_c = 0.0
        self.took_us = array("d")

    def reset(self) -> None:
        self._contender.reset()

    def update(self, temperature_c: float, now_s: float) -> float:
        self._contender.setpoint_c = self.setpoint_c
        begun_s = processor_s()
        duty = self._contender.update(temperature_c, now_s)
        self.took_us.append(1e6 * (processor_s() - begun_s))
        return duty


def cost(name: str, pads: Sequence[BenchPad]) -> Cost:
    """Over the steps of the set-point on these pads, by itself: nothing else of the bench may run meanwhile."""
    took_us: list[float] = []
    for pad in pads:
        timed = _Timed(new(name))
        for _ in course.run(timed, Pad(pad), course.steps(pad.settings.start_c)):
            pass
        took_us += timed.took_us
    return Cost(sum(took_us) / len(took_us), sorted(took_us)[int(0.99 * len(took_us))], max(took_us))
