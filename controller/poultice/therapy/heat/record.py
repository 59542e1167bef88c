"""What was given and what was read since a zone's temperature began to move: the data that a fit explains."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from poultice.therapy.heat.parameters import Vector

TICK_S = 0.1  # STATUS comes ten times a second
TICKS_MAX = 9000  # 15 minutes
FINE, MIDDLE, COARSE, SPARSE = 5, 10, 20, 40  # ticks a bin spans: half a second where much happens, up to four
SPANS = ((150, FINE), (600, MIDDLE), (1000, COARSE))  # up to so many ticks after the power changed
BINS_MAX = 240  # what a fit costs grows with them
CHANGE_W = 10.0


class Record:
    """Readings by bins, powers by ticks. `before_w` are the powers of the ticks before, newest last."""

    def __init__(self, before_w: Sequence[float]) -> None:
        self._before = len(before_w)
        self._power_w = np.zeros(self._before + TICKS_MAX)
        self._power_w[: self._before] = before_w
        self.ticks = 0
        self._edges = np.zeros(TICKS_MAX // FINE + 1)
        self._means = np.zeros(TICKS_MAX // FINE)
        self.bins = 0  # that are full
        self._sum_c = 0.0
        self._counted = 0
        self._span = FINE
        self._changed = 0
        self._last_w = before_w[-1] if before_w else 0.0

    @property
    def full(self) -> bool:
        """Whether it holds as much as it can."""
        return self.ticks >= TICKS_MAX or self.bins >= BINS_MAX

    def add(self, power_w: float, reading_c: float) -> bool:
        """The power of a tick and the reading after it; whether a bin is full now."""
        self._power_w[self._before + self.ticks] = power_w
        self.ticks += 1
        if abs(power_w - self._last_w) > CHANGE_W:
            self._changed = self.ticks
        self._last_w = power_w
        self._sum_c += reading_c
        self._counted += 1
        if self._counted < self._span:
            return False
        self._means[self.bins] = self._sum_c / self._counted
        self.bins += 1
        self._edges[self.bins] = self.ticks
        self._sum_c, self._counted = 0.0, 0
        since = self.ticks - self._changed
        self._span = next((span for until, span in SPANS if since <= until), SPARSE)
        return True

    @property
    def means_c(self) -> Vector:
        """Mean reading of each bin, shape (n,)."""
        return self._means[: self.bins]

    @property
    def spans(self) -> Vector:
        """Ticks of each bin, shape (n,)."""
        return np.diff(self._edges[: self.bins + 1])

    def powers_w(self, delay_s: float, reserve: float, cap_w: float) -> Vector:
        """Mean power of each bin, `delay_s` earlier, of an element with this reserve; shape (n,)."""
        edges = self._edges[: self.bins + 1]
        at = edges + (self._before - delay_s / TICK_S)
        sums = np.zeros(self._before + self.ticks + 1)
        np.cumsum(np.minimum(reserve * self._power_w[: self._before + self.ticks], cap_w), out=sums[1:])
        means: Vector = np.diff(np.interp(at, np.arange(len(sums)), sums)) / np.diff(edges)
        return means
