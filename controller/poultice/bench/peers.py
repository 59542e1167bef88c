"""Peers that need no tuning: a thermostat, and simple-pid as it comes."""

from __future__ import annotations

from simple_pid import PID

from poultice.bench.pad import TICK_S

HYSTERESIS_K = 0.5


class Thermostat:
    """Full power below the set-point by HYSTERESIS_K, none above it by as much."""

    def __init__(self) -> None:
        self.setpoint_c = 0.0
        self._on = False

    def reset(self) -> None:
        """Off."""
        self._on = False

    def update(self, temperature_c: float, now_s: float) -> float:  # noqa: ARG002  (the seam)
        """0 or 1."""
        if abs(temperature_c - self.setpoint_c) >= HYSTERESIS_K:
            self._on = temperature_c < self.setpoint_c
        return float(self._on)


class SimplePid:
    """simple-pid with the gains that it has by itself (1, 0, 0), its output limited to 0 … 1."""

    def __init__(self, gains: tuple[float, float, float] | None = None) -> None:
        self.setpoint_c = 0.0
        self._gains = gains
        self.reset()

    def reset(self) -> None:
        """A new PID."""
        self._pid = PID(sample_time=None, output_limits=(0.0, 1.0), time_fn=lambda: 0.0)
        if self._gains is not None:
            self._pid.tunings = self._gains
        self._last_s: float | None = None

    def update(self, temperature_c: float, now_s: float) -> float:
        """Duty for this reading."""
        dt_s = TICK_S if self._last_s is None else now_s - self._last_s
        self._last_s = now_s
        self._pid.setpoint = self.setpoint_c
        return float(self._pid(temperature_c, dt=dt_s) or 0.0)
