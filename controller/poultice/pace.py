"""How well the loop keeps its time: how late its rounds are, and what of that is its own work. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection

ROUNDS = 1200  # a minute of them


class Pace:
    """Of the last minute. A round is as good as its worst turn; figures are those of 99 rounds of 100."""

    def __init__(self) -> None:
        self._late_s: deque[float] = deque(maxlen=ROUNDS)
        self._busy_s: deque[float] = deque(maxlen=ROUNDS)
        self._latest_s = self._busiest_s = 0.0

    def ticked(self, late_s: float) -> None:
        """A pad had its tick by so much too late, s."""
        self._latest_s = max(self._latest_s, late_s)

    def worked(self, busy_s: float) -> None:
        """A turn took so much of the processor, s: that is the loop's own, whatever else this computer does."""
        self._busiest_s = max(self._busiest_s, busy_s)

    def round_ends(self) -> None:
        """All pads had their tick."""
        self._late_s.append(self._latest_s)
        self._busy_s.append(self._busiest_s)
        self._latest_s = self._busiest_s = 0.0

    @property
    def jitter_s(self) -> float:
        """By how much ticks are late, each that of a round's latest pad, s."""
        return _of_99(self._late_s)

    @property
    def busy_s(self) -> float:
        """What a round's longest turn takes of the processor, s."""
        return _of_99(self._busy_s)


def _of_99(samples: Collection[float]) -> float:
    ordered = sorted(samples)
    return ordered[int(0.99 * (len(ordered) - 1))] if ordered else 0.0
