"""The plain loop: what a nominal pad on a nominal person takes, and a PID that corrects what that gets wrong.

It serves where it is chosen, and where the model does not explain the pad.
"""

from __future__ import annotations

from dataclasses import dataclass

from simple_pid import PID

from poultice.therapy.layout import ThermalModel, ZoneLayout


@dataclass(frozen=True, slots=True)
class Gains:
    """Of the PI loop; the same for every zone, since zones are built alike."""

    w_per_k: float = 20.0
    w_per_k_s: float = 0.25


def _never_read() -> float:
    """The library's clock: time is told to it. A lambda could not be kept in a journal."""
    return 0.0


class PidControl:
    """Of one zone; `cap_w` is the most that is ever asked for. A body's warmth is not counted on: perhaps nobody is
    there yet."""

    def __init__(self, zone: ZoneLayout, thermal: ThermalModel, cap_w: float, gains: Gains | None = None) -> None:
        self._gains = gains or Gains()
        self._thermal = thermal
        self._room_w_per_k = thermal.to_room_w_per_m2k * zone.area_m2
        self._body_w_per_k = thermal.to_body_w_per_m2k * zone.area_m2
        self._pid = PID(
            self._gains.w_per_k,
            self._gains.w_per_k_s,
            0.0,
            sample_time=None,
            output_limits=(-cap_w, cap_w),
            time_fn=_never_read,
        )
        self._last_w = 0.0

    def rest(self) -> None:
        """Forgets the integral."""
        self._pid.reset()
        self._last_w = 0.0

    def take_over(self, power_w: float, reference_c: float, rate_c_per_s: float, temperature_c: float) -> None:
        """Goes on from another control's power without a bump."""
        error_w = self._gains.w_per_k * (reference_c - temperature_c)
        self._pid.reset()
        self._pid.set_auto_mode(False)
        self._pid.set_auto_mode(True, power_w - self._nominal_w(reference_c, rate_c_per_s) - error_w)
        self._last_w = power_w

    def power_w(  # noqa: PLR0917 - what the board and the reference say
        self, reference_c: float, rate_c_per_s: float, temperature_c: float, dt_s: float, cap_w: float, starved: bool
    ) -> float:
        """What to ask for now, 0 to `cap_w`. The integral stands still while the board gives less than it was asked
        for, and while nothing more can be asked for or left out."""
        error_k = reference_c - temperature_c
        full = self._last_w >= cap_w or starved
        winding_up = (full and error_k > 0.0) or (self._last_w <= 0.0 and error_k < 0.0)
        self._pid.Ki = 0.0 if winding_up else self._gains.w_per_k_s
        self._pid.setpoint = reference_c
        correction_w = self._pid(temperature_c, dt=dt_s) or 0.0  # None only where it is switched off
        self._last_w = min(cap_w, max(0.0, self._nominal_w(reference_c, rate_c_per_s) + correction_w))
        return self._last_w

    def _nominal_w(self, reference_c: float, rate_c_per_s: float) -> float:
        to_room_w = self._room_w_per_k * (reference_c - self._thermal.room_c)
        to_body_w = self._body_w_per_k * max(0.0, reference_c - self._thermal.core_c)
        return to_room_w + to_body_w + self._thermal.heat_capacity_j_per_k * rate_c_per_s
