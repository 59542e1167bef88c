"""The heat of one zone: from a wished temperature and a reading to power in W.

By the model where that is trusted, else by the plain PID. A pad cannot cool itself: above its reference it coasts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from poultice.therapy.heat.control import ModelControl
from poultice.therapy.heat.parameters import Parameters
from poultice.therapy.heat.pid import PidControl
from poultice.therapy.heat.record import TICK_S
from poultice.therapy.heat.reference import Reference
from poultice.therapy.layout import ThermalModel, ZoneLayout
from poultice.therapy.limits import HostLimits

STEP_MAX_S = 1.0  # a longer gap between readings is no time in which anything was controlled
STARVED_W = 0.5  # the board rounds duty and power; less than this is not a limit
JUMP_K = 2.0  # no pad does this between two readings; the board's own limit for a thermistor
STEADY_S = 2.0  # so long a jump is not believed, as on the board


class Knowledge(StrEnum):
    """What the zone is controlled by."""

    PLAIN = "plain"  # the PID, because it was chosen
    NOMINAL = "nominal"  # a pad that nobody has warmed yet
    LEARNING = "learning"
    LEARNED = "learned"
    RELEARNING = "relearning"  # what was known does not fit any more
    MISTRUSTED = "mistrusted"  # the PID, because the model does not explain the pad


@dataclass(frozen=True, slots=True)
class Applied:
    """What the board did with the last wish: power asked and applied, and what full duty would give now, W. All zero
    where nobody said."""

    asked_w: float = 0.0
    applied_w: float = 0.0
    full_power_w: float = 0.0

    @property
    def starved(self) -> bool:
        """Whether the board gave less than it was asked for."""
        return self.applied_w < self.asked_w - STARVED_W

    @property
    def told(self) -> bool:
        """Whether anything was said."""
        return self.asked_w > 0.0 or self.full_power_w > 0.0


class HeatLoop:
    """Control of one zone. `reference_c` is what it follows now (None at rest), `power_w` what it asks for. `metered`
    says that watts are measured, as the board does, and not a share of an unknown full power."""

    def __init__(
        self,
        zone: ZoneLayout,
        thermal: ThermalModel,
        limits: HostLimits,
        *,
        known: Parameters | None = None,
        plain: bool = False,
        metered: bool = True,
    ) -> None:
        self._limits = limits
        self._cap_w = min(limits.zone_power_max_w, zone.nominal_w)
        self._plain = plain
        self._zone, self._thermal, self._metered = zone, thermal, metered
        self._reference = Reference(limits)
        self._pid = PidControl(zone, thermal, self._cap_w)
        self._by_pid = plain
        self._last_c: float | None = None
        self._unsteady_s = 0.0
        self._untold_s = 0.0  # of ticks, less than one
        self.model = ModelControl(zone, thermal, self._cap_w, known, metered)
        self.hot = False
        self.stepping = False  # the last reading jumped, and is not believed yet
        self.power_w = 0.0

    @property
    def reference_c(self) -> float | None:
        """What is followed now; None at rest."""
        return self._reference.now_c

    @property
    def knowledge(self) -> Knowledge:
        """What it is controlled by."""
        if self._plain:
            return Knowledge.PLAIN
        if not self.model.trusted:
            return Knowledge.MISTRUSTED
        if self.model.relearning:
            return Knowledge.RELEARNING
        if self.model.learning:
            return Knowledge.LEARNING
        return Knowledge.NOMINAL if self.model.learned is None else Knowledge.LEARNED

    @property
    def learned(self) -> Parameters | None:
        """What a whole warm-up has taught of this pad."""
        return self.model.learned

    def know(self, known: Parameters | None) -> None:
        """Another pad, and what was learned of it before; at rest only."""
        self.model = ModelControl(self._zone, self._thermal, self._cap_w, known, self._metered)

    def rest(self) -> None:
        """No heat is wished: forgets all but what was learned of the pad, and whether the zone was too hot."""
        if self._reference.now_c is not None:
            self._pid.rest()
            self.model.rest()
            self._reference.rest()
            self._by_pid = self._plain
            self._last_c = None
            self.stepping = False
            self.power_w = 0.0

    def step(self, wish_c: float, ramp_c_per_s: float, temperature_c: float, dt_s: float, applied: Applied) -> float:
        """One reading `dt_s` after the last: the power to ask for, 0 to the zone's cap. A temperature that is no
        number is refused: it would poison the integral for ever. One that jumps gets no heat and teaches nothing."""
        if not (math.isfinite(temperature_c) and math.isfinite(dt_s)) or dt_s <= 0.0:
            raise ValueError(f"a reading of {temperature_c} °C after {dt_s} s cannot be controlled by")
        self._watch_heat(temperature_c)
        if self._jumps(temperature_c, dt_s):
            self._reference.hold(wish_c)
            self.power_w = 0.0
            return 0.0
        dt_s = min(dt_s, STEP_MAX_S)
        if not self._plain:
            self._hear(temperature_c, dt_s, applied.applied_w if applied.told else self.power_w)
        reference_c = self._reference.advance(wish_c, ramp_c_per_s, temperature_c, dt_s)
        cap_w = min(self._cap_w, applied.full_power_w) if applied.full_power_w > 0.0 else self._cap_w
        if self._plain or not self.model.trusted:
            power_w = self._pid_w(reference_c, temperature_c, dt_s, cap_w, applied.starved)
        else:
            self._by_pid = False
            power_w = self.model.power_w(reference_c, self._reference.rate_c_per_s, wish_c, cap_w)
        self.power_w = 0.0 if self.hot else power_w
        return self.power_w

    def _watch_heat(self, temperature_c: float) -> None:
        if temperature_c >= self._limits.hot_pause_c:
            self.hot = True
        elif temperature_c < self._limits.hot_resume_c:
            self.hot = False

    def _jumps(self, temperature_c: float, dt_s: float) -> bool:
        """A jump is believed once what it jumped to has lasted; then everything begins anew."""
        last_c, self._last_c = self._last_c, temperature_c
        if last_c is not None and abs(temperature_c - last_c) > JUMP_K * max(1.0, dt_s / TICK_S):
            self.stepping, self._unsteady_s = True, 0.0
        elif self.stepping:
            self._unsteady_s += dt_s
            if self._unsteady_s >= STEADY_S:
                self.stepping = False
                self.model.rest()
                self._pid.rest()
        return self.stepping

    def _hear(self, temperature_c: float, dt_s: float, given_w: float) -> None:
        if self.model.observer is None:
            self.model.begin(temperature_c)
            return
        self._untold_s += dt_s
        while self._untold_s >= 0.5 * TICK_S:
            self._untold_s -= TICK_S
            self.model.hear(given_w, temperature_c)

    def _pid_w(self, reference_c: float, temperature_c: float, dt_s: float, cap_w: float, starved: bool) -> float:
        rate_c_per_s = self._reference.rate_c_per_s
        if not self._by_pid:
            self._pid.take_over(self.power_w, reference_c, rate_c_per_s, temperature_c)
            self._by_pid = True
        return self._pid.power_w(reference_c, rate_c_per_s, temperature_c, dt_s, cap_w, starved)
