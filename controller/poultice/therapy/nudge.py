"""A nudge: one soft pulse of the massage motors, and how often the pad gives one by itself. Instants are monotonic."""

from __future__ import annotations

from collections.abc import Iterable

from poultice.therapy.layout import PadLayout
from poultice.therapy.limits import HostLimits
from poultice.therapy.massage import percents, softness

HOUR_S = 3600.0


class Nudges:
    """The nudge that runs, if any, and those of the last hour that no person tapped for."""

    def __init__(self, layout: PadLayout, limits: HostLimits) -> None:
        self._layout = layout
        self._limits = limits
        top_m = max((motor.y_m for motor in layout.motors), default=0.0)
        upper = [motor.name for motor in layout.motors if motor.y_m == top_m]  # between the shoulders: felt at once
        self._upper = upper
        self._intensity = dict.fromkeys(upper, limits.nudge_percent_max)
        self._begun_s: float | None = None
        self._unattended_s: list[float] = []

    def begin(self, now_s: float, *, unattended: bool, percent_max: int) -> None:
        """One begins, no stronger than asked; `unattended`: nobody tapped for it, so it counts."""
        self._intensity = dict.fromkeys(self._upper, min(percent_max, self._limits.nudge_percent_max))
        self._begun_s = now_s
        if unattended:
            self._unattended_s = [*self._lately(now_s), now_s]

    def end(self) -> None:
        """Whatever runs is over."""
        self._begun_s = None

    def motors(self, now_s: float) -> tuple[int, ...] | None:
        """Percent per motor of the nudge that runs, soft at both ends; None where none does."""
        if self._begun_s is None:
            return None
        since_s, left_s = now_s - self._begun_s, self._begun_s + self._limits.nudge_s - now_s
        if since_s < 0.0 or left_s <= 0.0:
            self.end()
            return None
        soft = dict.fromkeys(self._intensity, softness(since_s, left_s))
        return percents("steady", since_s, 1.0, self._intensity, self._layout, soft=soft)

    def strengths(self, now_s: float) -> dict[str, int]:
        """How strong each motor is meant to be, percent, while one runs."""
        return {} if self.motors(now_s) is None else dict(self._intensity)

    def used_up(self, now_s: float) -> bool:
        """Whether there were as many within the last hour as there may be by themselves."""
        return len(self._lately(now_s)) >= self._limits.nudges_an_hour

    def remember(self, ages_s: Iterable[float], now_s: float) -> None:
        """How long ago the last ones were, before this controller began, s."""
        self._unattended_s = [now_s - max(0.0, age_s) for age_s in ages_s]

    def ages_s(self, now_s: float) -> list[float]:
        """How long ago those of the last hour were, s."""
        return [now_s - at_s for at_s in self._lately(now_s)]

    def _lately(self, now_s: float) -> list[float]:
        return [at_s for at_s in self._unattended_s if now_s - at_s < HOUR_S]
