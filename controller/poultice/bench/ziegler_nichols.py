"""simple-pid with the gains of Ziegler and Nichols (1942), found on each pad by a relay (Åström and Hägglund, 1984).

The relay makes the zone swing around the set-point: a swing of amplitude a (K) under a relay of ± d (duty) tells the
ultimate gain, 4 d / (π a), and its period the ultimate period."""

from __future__ import annotations

import math
from statistics import fmean

from poultice.bench.contenders import Tick, TuningError
from poultice.bench.pad import TICK_S
from poultice.bench.peers import SimplePid

TUNED_AT_C = 40.0
RELAY = 0.5  # it switches between 0 and 1
HYSTERESIS_K = 0.1  # above the noise of a reading
SWINGS = 4  # whole ones; the first, which comes from cold, does not count
GIVES_UP_S = 3600.0


class ZieglerNichols(SimplePid):
    """Tuned on the pad that it then controls."""

    def tune(self, tick: Tick, temperature_c: float) -> None:
        """The relay's experiment around TUNED_AT_C."""
        amplitude_k, period_s = _swing(tick, temperature_c)
        ultimate = 4.0 * RELAY / (math.pi * amplitude_k)
        self._gains = (0.6 * ultimate, 1.2 * ultimate / period_s, 0.075 * ultimate * period_s)


def _swing(tick: Tick, temperature_c: float) -> tuple[float, float]:
    heating, extreme_c = True, temperature_c
    peaks_c: list[float] = []
    valleys_c: list[float] = []
    began_ticks: list[int] = []
    for ticks in range(round(GIVES_UP_S / TICK_S)):
        extreme_c = max(extreme_c, temperature_c) if not heating else min(extreme_c, temperature_c)
        if heating and temperature_c > TUNED_AT_C + HYSTERESIS_K:
            valleys_c.append(extreme_c)
            heating, extreme_c = False, temperature_c
        elif not heating and temperature_c < TUNED_AT_C - HYSTERESIS_K:
            peaks_c.append(extreme_c)
            began_ticks.append(ticks)
            heating, extreme_c = True, temperature_c
        if len(began_ticks) > SWINGS:
            break
        temperature_c = tick(float(heating))
    else:
        raise TuningError(f"no {SWINGS} swings within {GIVES_UP_S / 60.0:.0f} min")
    amplitude_k = (fmean(peaks_c[1:]) - fmean(valleys_c[1:])) / 2.0
    return amplitude_k, (began_ticks[-1] - began_ticks[0]) * TICK_S / SWINGS
