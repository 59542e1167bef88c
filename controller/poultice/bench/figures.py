"""From a course as it went to the figures of the table. All of them are of the zone without noise, not of readings."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from poultice.bench.bound import BAND_K
from poultice.bench.course import Seen
from poultice.bench.pad import TICK_S
from poultice.therapy import dose

STEADY_S = 120.0  # the end of each hold: by then a pad that settles has settled
RECOVERED_K = 0.2
STEPS = ("→40", "→42", "→38")


@dataclass(slots=True)
class StepFigures:
    """Of one step of the set-point: times in s, None where it never settled; `over_k` beyond the set-point, in the
    step's direction; `rms_k` of the last STEADY_S."""

    bound_s: float | None
    careful_s: float | None
    settled_s: float | None
    over_k: float
    rms_k: float

    @property
    def ratio(self) -> float | None:
        """Settling as a multiple of the bound; None where it never settled or was there to begin with."""
        return self.settled_s / self.bound_s if self.settled_s is not None and self.bound_s else None


@dataclass(slots=True)
class DisturbanceFigures:
    """The farthest from the set-point, the same less what nobody could have avoided, K; and when it was back within
    RECOVERED_K for good, s (None: not while it was watched)."""

    deviation_k: float
    floor_k: float
    recovery_s: float | None


@dataclass(slots=True)
class Figures:
    """Of one contender on one pad."""

    steps: dict[str, StepFigures] = field(default_factory=dict)
    disturbances: dict[str, DisturbanceFigures] = field(default_factory=dict)
    over_k: float = 0.0  # beyond the set-point after any step upwards
    hottest_over_k: float = 0.0  # above the set-point at any time but after a step downwards
    dose_cem43: float = 0.0
    tuning_s: float = 0.0
    failed: str = ""


def settled_s(zone_c: Sequence[float], setpoint_c: float, band_k: float) -> float | None:
    """From when on the zone was within the band, s; None where it was outside of it within the last STEADY_S."""
    outside = (tick for tick in range(len(zone_c), 0, -1) if abs(zone_c[tick - 1] - setpoint_c) > band_k)
    last = next(outside, 0)
    if last > len(zone_c) - round(STEADY_S / TICK_S):
        return None
    return (last + 1) * TICK_S if last else 0.0


def _rms(values: Iterable[float]) -> float:
    squares = [value * value for value in values]
    return math.sqrt(sum(squares) / len(squares))


def step_figures(seen: Seen) -> StepFigures:
    """Of a step upwards or downwards; downwards, what counts as over begins once the set-point was reached."""
    sign = 1.0 if seen.start_c < seen.setpoint_c else -1.0
    beyond = (sign * (zone_c - seen.setpoint_c) for zone_c in seen.zone_c)
    steady = seen.zone_c[-round(STEADY_S / TICK_S) :]
    return StepFigures(
        bound_s=seen.bound.settled_s if seen.bound else None,
        careful_s=seen.careful.settled_s if seen.careful else None,
        settled_s=settled_s(seen.zone_c, seen.setpoint_c, BAND_K),
        over_k=max(0.0, *beyond),
        rms_k=_rms(zone_c - seen.setpoint_c for zone_c in steady),
    )


def disturbance_figures(seen: Seen) -> DisturbanceFigures:
    """Of something that happened while the set-point stayed."""
    deviation_k = max(abs(zone_c - seen.setpoint_c) for zone_c in seen.zone_c)
    outside = [tick for tick, zone_c in enumerate(seen.zone_c, 1) if abs(zone_c - seen.setpoint_c) > RECOVERED_K]
    last = outside[-1] if outside else 0
    return DisturbanceFigures(deviation_k, seen.floor_k, None if last == len(seen.zone_c) else last * TICK_S)


def figures(course: Iterable[Seen]) -> Figures:
    """Of a whole course."""
    found = Figures()
    for seen in course:
        if seen.bound is not None or seen.name.endswith(STEPS):
            step = step_figures(seen)
            found.steps[seen.name] = step
            if seen.start_c < seen.setpoint_c:
                found.over_k = max(found.over_k, step.over_k)
        else:
            found.disturbances[seen.name] = disturbance_figures(seen)
        if seen.start_c < seen.setpoint_c + BAND_K:
            found.hottest_over_k = max(found.hottest_over_k, max(seen.zone_c) - seen.setpoint_c)
        found.dose_cem43 += sum(dose.rate(zone_c) for zone_c in seen.zone_c) * TICK_S / 60.0
    return found
