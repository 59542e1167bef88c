"""Poultice's own control, behind the seam: watts by the nominal power in facts.toml, whatever the element has."""

from __future__ import annotations

from poultice.bench.pad import TICK_S
from poultice.description import layout
from poultice.link import facts
from poultice.therapy.heat import Applied, HeatLoop
from poultice.therapy.limits import HostLimits

NOMINAL_W = facts.ZONES[0].nominal_w
AT_ONCE_C_PER_S = 100.0  # no ramp: the bench asks how fast a pad can be


class PlainPid:
    """The loop with its nominal model: what serves while nothing better is known of the pad."""

    def __init__(self) -> None:
        self.setpoint_c = 0.0
        self.reset()

    def reset(self) -> None:
        """A new loop."""
        pad = layout()
        self._loop = HeatLoop(pad.zones[0], pad.thermal, HostLimits())
        self._last_s: float | None = None

    def update(self, temperature_c: float, now_s: float) -> float:
        """Duty for this reading."""
        dt_s = TICK_S if self._last_s is None else now_s - self._last_s
        self._last_s = now_s
        watts = self._loop.step(self.setpoint_c, AT_ONCE_C_PER_S, temperature_c, dt_s, Applied())
        return min(1.0, watts / NOMINAL_W)
