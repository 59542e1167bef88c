"""What a zone follows: a reference that climbs by the step's ramp to the wish, as fast as the pad can come along.

Nobody feels a pad colder than skin as heat, so up to there it may jump. It waits for a pad that cannot follow, so that
nothing is left to catch up on; a body that warms a cold pad faster than any ramp takes it along.
"""

from __future__ import annotations

from poultice.therapy.limits import HostLimits

LEAD_MAX_K = 1.5


class Reference:
    """`now_c` is what is followed, None at rest; `rate_c_per_s` how fast it climbs."""

    def __init__(self, limits: HostLimits) -> None:
        self._from_c = limits.ramp_from_c
        self.now_c: float | None = None
        self.rate_c_per_s = 0.0

    def rest(self) -> None:
        """Nothing is wished."""
        self.now_c = None
        self.rate_c_per_s = 0.0

    def hold(self, wish_c: float) -> None:
        """Stands still, but for a lower wish."""
        if self.now_c is not None:
            self.now_c = min(self.now_c, wish_c)

    def advance(self, wish_c: float, ramp_c_per_s: float, temperature_c: float, dt_s: float) -> float:
        """The reference after dt_s."""
        before_c = temperature_c if self.now_c is None else self.now_c
        from_c = max(before_c, temperature_c, self._from_c)
        waits_c = max(temperature_c + LEAD_MAX_K, self._from_c)
        if ramp_c_per_s * dt_s >= LEAD_MAX_K:  # no ramp at all: nothing waits
            waits_c = wish_c
        self.now_c = min(wish_c, from_c + ramp_c_per_s * dt_s, waits_c)
        self.rate_c_per_s = ramp_c_per_s if self.now_c < wish_c else 0.0
        return self.now_c
