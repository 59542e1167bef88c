"""Thermal dose of the skin: cumulative equivalent minutes at 43 °C (CEM43), Σ Δt · R^(43 − T).

Sapareto and Dewey (1984): each degree below 43 °C quarters the effect, each degree above doubles it. Below 39 °C no
harm is known at any duration, so nothing is counted. T is that of a zone's hottest sensor.
"""

from __future__ import annotations

COUNTS_FROM_C = 39.0
REFERENCE_C = 43.0
R_BELOW = 0.25
R_ABOVE = 0.5
COOLING_MIN = 1.5  # of its last rate is what a pad's cooling still brings: 0.4 to 1.25 min on pads of arithmetic
GAP_MAX_S = 60.0  # a longer silence tells nothing of what happened in it


def rate(temperature_c: float) -> float:
    """CEM43 minutes that a minute at this temperature counts."""
    if temperature_c < COUNTS_FROM_C:
        return 0.0
    r = R_BELOW if temperature_c < REFERENCE_C else R_ABOVE
    return float(r ** (REFERENCE_C - temperature_c))


def of_cooling(temperature_c: float) -> float:
    """CEM43 minutes that a zone still has of its own warmth when its heat ends now."""
    return rate(min(temperature_c, REFERENCE_C)) * COOLING_MIN


class Dose:
    """The dose of one zone, CEM43 minutes. Between two readings the hotter of them counts. `of_cooling` is what would
    still come if the heat ended now."""

    __slots__ = ("_last_c", "_last_s", "minutes", "of_cooling")

    def __init__(self) -> None:
        self.minutes = 0.0
        self.of_cooling = 0.0
        self._last_s: float | None = None
        self._last_c = 0.0

    def add(self, temperature_c: float | None, now_s: float) -> float:
        """Counts up to this reading, and says how much that was; None is a reading that nobody may believe: the last
        one then stands in for it."""
        hottest_c = self._last_c if temperature_c is None else max(self._last_c, temperature_c)
        more = 0.0 if self._last_s is None else rate(hottest_c) * min(now_s - self._last_s, GAP_MAX_S) / 60.0
        self.minutes += more
        self._last_s = now_s
        if temperature_c is not None:
            self._last_c = temperature_c
            self.of_cooling = of_cooling(temperature_c)
        return more

    def reset(self) -> None:
        """Begins a new session; what the zone was last seen at is still known."""
        self.minutes = 0.0
