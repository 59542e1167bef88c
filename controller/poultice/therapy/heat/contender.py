"""The same control without board or broker, for whoever compares controllers: a temperature in, a duty out."""

from __future__ import annotations

from poultice.therapy.heat.loop import Applied, HeatLoop
from poultice.therapy.heat.record import TICK_S
from poultice.therapy.layout import PadLayout
from poultice.therapy.limits import HostLimits

AT_ONCE_C_PER_S = 1000.0  # no ramp


class Contender:
    """Of one zone of a pad whose full power nobody knows: duty 1 is taken for the nominal watts. `plain` is the PID."""

    def __init__(self, layout: PadLayout, *, plain: bool = False) -> None:
        self.setpoint_c = 0.0
        self._layout, self._plain = layout, plain
        self.reset()

    def reset(self) -> None:
        """A pad that nobody has seen before."""
        zone = self._layout.zones[0]
        self._nominal_w = zone.nominal_w
        self.loop = HeatLoop(zone, self._layout.thermal, HostLimits(), plain=self._plain, metered=False)
        self._last_s: float | None = None

    def update(self, temperature_c: float, now_s: float) -> float:
        """The duty from this reading (°C) on, 0 to 1 of an unknown full power."""
        dt_s = TICK_S if self._last_s is None else now_s - self._last_s
        self._last_s = now_s
        return self.loop.step(self.setpoint_c, AT_ONCE_C_PER_S, temperature_c, dt_s, Applied()) / self._nominal_w
