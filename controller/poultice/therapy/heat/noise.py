"""How much readings differ by chance alone, judged by second differences: warmth itself has hardly any."""

from __future__ import annotations

import math

EXPECTED_K = 0.0134  # one step of a 10-bit converter, 64 times oversampled, at 40 °C
LEAST_K = 0.004  # the wire's hundredths of a degree
MOST_K = 0.7
WEIGHT = 0.02


class Noise:
    """Takes readings one by one."""

    def __init__(self) -> None:
        self._last_c = self._before_c = math.nan
        self._variance = EXPECTED_K**2

    def hear(self, reading_c: float) -> None:
        """The next reading. Of white noise, a second difference has six times the variance."""
        bend_k = abs(reading_c - 2.0 * self._last_c + self._before_c)
        if bend_k < MOST_K:  # neither the first ones nor a step
            self._variance += WEIGHT * (bend_k * bend_k / 6.0 - self._variance)
        self._last_c, self._before_c = reading_c, self._last_c

    @property
    def sigma_k(self) -> float:
        """Standard deviation of one reading, K."""
        return max(LEAST_K, math.sqrt(self._variance))
