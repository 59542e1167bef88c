"""The seam: what a controller of heat is to the bench. Whoever has these methods may take part."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

Tick = Callable[[float], float]


class Contender(Protocol):
    """A controller of one zone that knows neither the pad nor its full power. It is asked ten times a second."""

    setpoint_c: float

    def update(self, temperature_c: float, now_s: float) -> float:
        """The duty from this reading (°C) on, 0 to 1 of an unknown full power; `now_s` only ever grows."""
        ...

    def reset(self) -> None:
        """Forgets the pad; what tuning found stays."""
        ...


@runtime_checkable
class Tuned(Protocol):
    """A contender that wants to try the pad first. What it takes is counted."""

    def tune(self, tick: Tick, temperature_c: float) -> None:
        """Tries a cold pad that shows `temperature_c`; `tick(duty)` lets 0.1 s pass and gives the next reading. Raises
        TuningError where the pad would not be tuned."""
        ...


class TuningError(Exception):
    """A contender could not be tuned on this pad."""
