"""Two masters: of what is asked within one tick the lower wins, and what a person lowered home automation leaves alone.

Instants are s, monotonic; values are °C of zones and percent of motors, each by its name.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from poultice.therapy.limits import HostLimits
from poultice.therapy.state import Verb

REVIVING = frozenset({Verb.START, Verb.RESUME, Verb.SKIP, Verb.BACK, Verb.NUDGE})


class Contest:
    """What was accepted since the last tick, and when a person last wanted less."""

    def __init__(self, limits: HostLimits) -> None:
        self._limits = limits
        self._ended: frozenset[Verb] = frozenset()  # what a stop or a pause of this tick leaves no room for
        self._lowest: dict[str, float] = {}
        self._person_s = -math.inf
        self.less = False  # somebody turned something down

    def next_tick(self) -> None:
        """What is asked from now on comes later than all that was accepted: it holds, be it lower or not."""
        self._ended = frozenset()
        self._lowest.clear()
        self.less = False

    def stopped(self) -> None:
        """Within this tick nothing brings it back."""
        self._ended = REVIVING

    def paused(self) -> None:
        """Within this tick nobody resumes it."""
        self._ended |= {Verb.RESUME}

    def settled(self, before: Mapping[str, float], after: Mapping[str, float]) -> bool:
        """Something was accepted: what was asked before it, and is now; whether any of it was turned down."""
        changed = {name: value for name, value in after.items() if before.get(name) != value}
        self.claim(changed)
        return any(value < before.get(name, -math.inf) for name, value in changed.items())

    def forbids(self, verb: Verb) -> bool:
        """Whether a stop or a pause of the same tick stands against it."""
        return verb in self._ended

    def beats(self, name: str, value: float) -> bool:
        """Whether somebody asked for less of it within the same tick."""
        return value > self._lowest.get(name, math.inf)

    def claim(self, values: Mapping[str, float]) -> None:
        """Somebody asked for these and got them, even where they held already."""
        for name, value in values.items():
            self._lowest[name] = min(value, self._lowest.get(name, math.inf))

    def turned_down(self, by_person_s: float | None) -> None:
        """Something was turned down, paused or stopped; when, where a person did it."""
        self.less = True
        self._person_s = self._person_s if by_person_s is None else by_person_s

    def automation_waits_s(self, now_s: float) -> float:
        """How long automation may raise nothing yet, s; 0 where it may."""
        return max(0.0, self._person_s + self._limits.automation_waits_s - now_s)
