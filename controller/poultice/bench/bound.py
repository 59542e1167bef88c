"""How soon a pad can be settled at all: the time-optimal bound of a step.

**Definition.** The pad is in a given state, the set-point becomes r, and any duty may be given from then on, at each
tick anew, under the board's cap. The bound is the infimum, over all such inputs, of the time from which the zone's true
temperature y stays within r ± BAND_K.

**Computed** on a copy of the pad, which has no noise in y: full duty for n ticks, then none. More of n makes y higher
at every later time, so the largest n whose peak still is at most r + BAND_K is found by bisection; the bound is when y
enters the band under it. Downwards n is 0: the heater is off, and the bound is when y comes down to r + BAND_K. (What
keeps it in the band afterwards is not part of the bound: there is power to spare, which can_hold() has seen to.)

**Why nothing is faster.** Heat added at one time makes every later y higher, never lower. Downwards no input is below
"none", so none comes down sooner. Upwards, where the peak does not bind, no input is above "full", so none enters the
band sooner. Where it binds: the difference between this input and another that is feasible changes its sign at most
once, from + to -. A chain of first-order lags and a delay has a totally positive kernel, which makes no new changes of
sign (Karlin, Total Positivity, 1968), so if the other had entered the band first, y would already be below the other's
for good, also at its own peak: the other would exceed r + BAND_K there. The plant's kernel is such a chain but for
small terms (skin and blood behind the pad, perfusion that grows with warmth, the winding's gradient); random inputs in
tests/bench try to be faster.

With a margin of 0 in place of BAND_K for the peak, the same computation says how soon a pad that never passes its
set-point can be there: what somebody who knows everything would do on skin.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from poultice.bench.pad import TICK_S, Pad

BAND_K = 0.5
FORESIGHT_S = 1800.0
COAST_S = 240.0  # later than this after the cut nothing rises any more
HOLD_MARGIN_K = 1.0


@dataclass(frozen=True, slots=True)
class Bound:
    """`settled_s` after the step, with full duty for `full_s`."""

    settled_s: float
    full_s: float


def _ticks(seconds: float) -> int:
    return round(seconds / TICK_S)


def can_hold(pad: Pad, temperature_c: float) -> bool:
    """Whether full duty brings this pad HOLD_MARGIN_K above the temperature within an hour."""
    return pad.copy().run(1.0, _ticks(3600.0))[-1] >= temperature_c + HOLD_MARGIN_K


def _peak_c(pad: Pad, full_ticks: int) -> float:
    tried = pad.copy()
    heating = tried.run(1.0, full_ticks)[-1:] if full_ticks else []
    return max([pad.zone_c, *heating, *tried.run(0.0, _ticks(COAST_S))])


def _longest_full(pad: Pad, peak_c: float, enough: int) -> int:
    """The most ticks of full duty, up to `enough`, after which the zone coasts to at most `peak_c`."""
    if _peak_c(pad, enough) <= peak_c:
        return enough
    low, high = 0, enough - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _peak_c(pad, middle) <= peak_c else (low, middle - 1)
    return low


def bound_up(pad: Pad, setpoint_c: float, margin_k: float = BAND_K) -> Bound | None:
    """Upwards, passing the set-point by at most `margin_k`. None where the zone never gets there."""
    enter_c = setpoint_c - BAND_K
    if pad.zone_c >= enter_c:
        return Bound(0.0, 0.0)
    heating = pad.copy().run(1.0, _ticks(FORESIGHT_S))
    enters = next((tick for tick, zone_c in enumerate(heating, 1) if zone_c >= enter_c), None)
    if enters is None:
        return None
    full = _longest_full(pad, setpoint_c + margin_k, enters)
    if full == enters:
        return Bound(enters * TICK_S, full * TICK_S)
    tried = pad.copy()
    course = tried.run(1.0, full) + tried.run(0.0, _ticks(COAST_S))
    reached = next((tick for tick, zone_c in enumerate(course, 1) if zone_c >= enter_c), None)
    return None if reached is None else Bound(reached * TICK_S, full * TICK_S)


def bound_down(pad: Pad, setpoint_c: float) -> Bound | None:
    """Downwards: off until the zone has come down into the band. None where it never does."""
    cooling = accumulate(pad.copy().run(0.0, _ticks(FORESIGHT_S)), min)
    falls = next((tick for tick, zone_c in enumerate(cooling, 1) if zone_c <= setpoint_c + BAND_K), None)
    return None if falls is None else Bound(falls * TICK_S, 0.0)


def bound(pad: Pad, setpoint_c: float) -> Bound | None:
    """The bound of a step from the pad's state to a set-point, whichever way that lies."""
    return bound_up(pad, setpoint_c) if setpoint_c >= pad.zone_c else bound_down(pad, setpoint_c)
