"""Whether the thermistors of a zone are of one mind: those that contradict each other say nothing of how warm it is."""

from __future__ import annotations

from poultice.link import contract
from poultice.therapy.state import ZoneReading

EVEN_K = contract.PAIR_DIFFERENCE_K - 0.5  # as on the board: the noise of two readings is a sixth of the half kelvin


class Pair:
    """Of one zone. Apart by as much as no fold and no blanket makes, it is at once; by as much as half a zone that lies
    bare hardly makes, once that has lasted as long as the board lets it. A cold pad may be uneven: what touches a body
    is warm first."""

    def __init__(self) -> None:
        self.contradicts = False
        self._apart_s = 0.0

    def look(self, zone: ZoneReading, dt_s: float) -> None:
        """A reading, `dt_s` after the last one. Where a thermistor is not believed, there is nothing to compare."""
        warmest_c = zone.temperature_c
        if warmest_c is None:
            return
        apart_k = max(warmest_c - sensor.temperature_c for sensor in zone.sensors if sensor.temperature_c is not None)
        if self.contradicts:
            self.contradicts, self._apart_s = apart_k > EVEN_K, 0.0
        elif warmest_c > contract.PLAUSIBLE_ABOVE_C and apart_k > contract.PAIR_DIFFERENCE_K:
            self._apart_s += dt_s
            self.contradicts = self._apart_s >= contract.PAIR_TIME_S or apart_k > contract.PAIR_DIFFERENCE_LATCH_K
        else:
            self._apart_s = 0.0
