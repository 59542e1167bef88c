"""The heat of one zone: from a wished temperature and a reading to power in W.

From skin temperature on, a reference climbs by the step's ramp to the wish; a model of pad and body says what power
that should take, and a PI loop corrects what the model gets wrong. A pad cannot cool itself: above the reference it is
left to coast.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from simple_pid import PID

from poultice.therapy.layout import ThermalModel, ZoneLayout
from poultice.therapy.limits import HostLimits

STEP_MAX_S = 1.0  # a longer gap between readings is no time in which anything was controlled
STARVED_W = 0.5  # the board rounds duty and power; less than this is not a limit


@dataclass(frozen=True, slots=True)
class Gains:
    """Of the PI loop; the same for every zone, since zones are built alike."""

    w_per_k: float = 20.0
    w_per_k_s: float = 0.25
    lead_max_k: float = 1.5  # the reference waits for a pad that cannot follow, so nothing is left to catch up on


@dataclass(frozen=True, slots=True)
class Applied:
    """What the board did with the last wish: power asked and applied, and what full duty would give now, W."""

    asked_w: float = 0.0
    applied_w: float = 0.0
    full_power_w: float = 0.0

    @property
    def starved(self) -> bool:
        """Whether the board gave less than it was asked for."""
        return self.applied_w < self.asked_w - STARVED_W


class HeatLoop:
    """Control of one zone. `reference_c` is what it follows now (None at rest), `power_w` what it asks for."""

    def __init__(self, zone: ZoneLayout, thermal: ThermalModel, limits: HostLimits, gains: Gains | None = None) -> None:
        self._gains = gains or Gains()
        self._limits = limits
        self._cap_w = min(limits.zone_power_max_w, zone.nominal_w)
        self._thermal = thermal
        self._room_w_per_k = thermal.to_room_w_per_m2k * zone.area_m2
        self._body_w_per_k = thermal.to_body_w_per_m2k * zone.area_m2
        self._pid = PID(
            self._gains.w_per_k,
            self._gains.w_per_k_s,
            0.0,
            sample_time=None,
            output_limits=(-self._cap_w, self._cap_w),
            time_fn=lambda: 0.0,  # time is told, never read
        )
        self._rate_c_per_s = 0.0
        self.hot = False
        self.power_w = 0.0
        self.reference_c: float | None = None

    def rest(self) -> None:
        """No heat is wished: forgets all but whether the zone was too hot."""
        if self.reference_c is not None:
            self._pid.reset()
            self.power_w = 0.0
            self.reference_c = None

    def step(self, wish_c: float, ramp_c_per_s: float, temperature_c: float, dt_s: float, applied: Applied) -> float:
        """One reading `dt_s` after the last: the power to ask for, 0 to the zone's cap. A temperature that is no
        number is refused: it would poison the integral for ever."""
        if not (math.isfinite(temperature_c) and math.isfinite(dt_s)) or dt_s <= 0.0:
            raise ValueError(f"a reading of {temperature_c} °C after {dt_s} s cannot be controlled by")
        dt_s = min(dt_s, STEP_MAX_S)
        self._watch_heat(temperature_c)
        self._advance(wish_c, ramp_c_per_s, temperature_c, dt_s)
        cap_w = min(self._cap_w, applied.full_power_w) if applied.full_power_w > 0.0 else self._cap_w
        power_w = self._power(temperature_c, dt_s, applied, cap_w)
        self.power_w = 0.0 if self.hot else power_w
        return self.power_w

    def _watch_heat(self, temperature_c: float) -> None:
        if temperature_c >= self._limits.hot_pause_c:
            self.hot = True
        elif temperature_c < self._limits.hot_resume_c:
            self.hot = False

    def _advance(self, wish_c: float, ramp_c_per_s: float, temperature_c: float, dt_s: float) -> None:
        before_c = temperature_c if self.reference_c is None else self.reference_c
        # A body warms a cold pad faster than any ramp: the reference goes along, or it would hold the heat back.
        from_c = max(before_c, temperature_c, self._limits.ramp_from_c)
        self.reference_c = min(wish_c, from_c + ramp_c_per_s * dt_s, temperature_c + self._gains.lead_max_k)
        self._rate_c_per_s = ramp_c_per_s if self.reference_c < wish_c else 0.0

    def _power(self, temperature_c: float, dt_s: float, applied: Applied, cap_w: float) -> float:
        assert self.reference_c is not None  # noqa: S101 - set by _advance
        error_k = self.reference_c - temperature_c
        full = self.power_w >= cap_w or applied.starved
        winding_up = (full and error_k > 0.0) or (self.power_w <= 0.0 and error_k < 0.0)
        self._pid.Ki = 0.0 if winding_up else self._gains.w_per_k_s
        self._pid.setpoint = self.reference_c
        correction_w = self._pid(temperature_c, dt=dt_s) or 0.0  # None only where it is switched off
        return min(cap_w, max(0.0, self._nominal_w(self.reference_c) + correction_w))

    def _nominal_w(self, reference_c: float) -> float:
        """What a nominal pad on a nominal person takes to be at the reference and to climb with it. A body's warmth is
        not counted on: perhaps nobody is there yet."""
        to_room_w = self._room_w_per_k * (reference_c - self._thermal.room_c)
        to_body_w = self._body_w_per_k * max(0.0, reference_c - self._thermal.core_c)
        return to_room_w + to_body_w + self._thermal.heat_capacity_j_per_k * self._rate_c_per_s
