"""Still awake? Whoever sleeps on a warm pad does not feel it become too much: after half an hour of heat it asks.

Durations are s. What was heard counts from the press that armed the pad, or from the last tap on a paired phone.
"""

from __future__ import annotations

from poultice.therapy.limits import HostLimits


class Awake:
    """Counts heat since somebody was last known to be awake."""

    def __init__(self, limits: HostLimits) -> None:
        self._limits = limits
        self.begin()

    def begin(self) -> None:
        """A new session: whoever began it is awake."""
        self.asleep = False
        self.tapped()

    def tapped(self) -> None:
        """Somebody is awake. What was lowered because nobody was stays lowered."""
        self._heat_s = 0.0
        self._asked_s: float | None = None

    @property
    def asks(self) -> bool:
        """Whether the question waits for a tap."""
        return self._asked_s is not None and not self.asleep

    @property
    def remaining_s(self) -> float:
        """How long it still waits."""
        return max(0.0, self._limits.awake_answer_s - (self._asked_s or 0.0))

    def pass_time(self, dt_s: float, heating: bool) -> None:
        """Time passes; `heating` says whether heat is asked for meanwhile. Sets `asleep` where nobody tapped."""
        if self._asked_s is not None:
            self._asked_s += dt_s
            self.asleep = self.asleep or self._asked_s >= self._limits.awake_answer_s
        elif heating:
            self._heat_s += dt_s
            if self._heat_s >= self._limits.awake_every_s:
                self._asked_s = 0.0
