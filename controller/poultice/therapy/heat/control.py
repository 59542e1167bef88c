"""Control of one zone by its model: full power while it learns, a cut where the coast will peak at the reference, and from
then on just the power that the reference takes."""

from __future__ import annotations

import math

import numpy as np

from poultice.therapy.heat.aim import Coast, Hold
from poultice.therapy.heat.identify import Identification, StartDoubt
from poultice.therapy.heat.model import STATES, Body, start_state
from poultice.therapy.heat.observer import Observer
from poultice.therapy.heat.parameters import NAMES, Parameters
from poultice.therapy.heat.record import TICK_S, Record
from poultice.therapy.layout import ThermalModel, ZoneLayout

LAG, WINDING, DELAY, GRADIENT = map(
    NAMES.index, ("lag_s", "winding_s", "delay_s", "gradient_k_per_w")
)
HOLD_LAGS = 0.2
REACH = 1.0
NOISE_K = 0.0134
BRISK_S = 0.3
HOLD_S = 3.0
MARGIN_K = 0.03
FIT_EVERY = 20
HURRY = 5
LEARN_AFTER_CUT = 450


class ModelControl:
    def __init__(self, zone: ZoneLayout, thermal: ThermalModel, cap_w: float, known: Parameters | None = None) -> None:
        self._zone, self._thermal, self._cap_w = zone, thermal, cap_w
        self._body = Body.nominal(zone, thermal)
        self.parameters = known or Parameters.nominal(zone, thermal)
        self._prior = self.parameters
        self._observer: Observer | None = None
        self._record: Record | None = None
        self._noise2 = NOISE_K**2
        self._last: list[float] = []
        self._approaching = False
        self._since_cut = 0
        self._since_fit = 0
        self._wish_c = -math.inf
        self.misfit = 0.0
        self.log = []

    def rest(self) -> None:
        self._observer = None
        self._wish_c = -math.inf

    def _begin(self, temperature_c: float) -> None:
        skin_c = self._thermal.skin_c if temperature_c < self._thermal.skin_c else temperature_c - 0.5
        state = start_state(temperature_c, skin_c, self._thermal.core_c)
        self.parameters = self._prior
        self._observer = Observer(self.parameters, self._body, self._thermal.room_c, state, self._cap_w)
        self._learn(state, StartDoubt())
        self._look()

    def _learn(self, state, doubt) -> None:
        self._record = Record(self._observer.recent_w, float(state[0]))
        self._fit = Identification(self.parameters, self._body, self._thermal.room_c, state, doubt, self._cap_w)
        self._since_fit = 0

    def _look(self) -> None:
        mean = self.parameters.mean
        lags = float(mean[LAG] + mean[WINDING])
        self._brisk = Coast(self._observer.rate, BRISK_S, 3.0 * lags + 8.0)
        pulse = HOLD_S + HOLD_LAGS * (lags + float(mean[DELAY]))
        self._calm = Hold(self._observer.rate, float(mean[GRADIENT]), pulse, pulse + REACH * lags + 2.0)

    def step(self, wish_c: float, temperature_c: float, applied_w: float) -> float:
        """One tick."""
        if self._observer is None:
            self._begin(temperature_c)
        else:
            self._hear(temperature_c, applied_w)
        if wish_c > self._wish_c + 0.2 and wish_c > temperature_c + 0.2:
            self._approaching = True
            self._since_cut = 0
        self._wish_c = wish_c
        return self._power(wish_c)

    def _hear(self, temperature_c, applied_w):
        self._listen(temperature_c)
        noise = math.sqrt(self._noise2)
        self._observer.step(applied_w, temperature_c, noise)
        if self._record is not None:
            self._since_fit += 1
            if self._record.add(applied_w, temperature_c) and self._since_fit >= FIT_EVERY:
                fit = self._fit.improve(self._record, noise)
                self._since_fit = 0 if fit.settled else FIT_EVERY - HURRY
                self.misfit = fit.misfit
                self.parameters = fit.parameters
                self._observer.believe(fit.parameters, fit.state)
                self._look()
            if not self._approaching:
                self._since_cut += 1
                if self._since_cut > LEARN_AFTER_CUT or self._record.full:
                    self._record = None

    def _listen(self, t):
        self._last.append(t)
        if len(self._last) == 3:
            a, b, c = self._last
            e = a - 2 * b + c
            self._noise2 = max(0.004**2, self._noise2 + 0.02 * (min(e * e, 0.5) / 6 - self._noise2))
            self._last.pop(0)

    def _power(self, aim_c: float) -> float:
        full_w = self._observer.full_heat_w
        ahead = self._observer.ahead
        if self._approaching:
            if self._brisk.peak_c(ahead, full_w) <= aim_c + MARGIN_K:
                return self._cap_w
            self._approaching = False
        heat = self._calm.heat_w(ahead, aim_c)
        return min(self._cap_w, max(0.0, self._observer.power_w(heat)))


class Contender:
    def __init__(self) -> None:
        self.setpoint_c = 0.0
        self.reset()

    def reset(self):
        self.loop = ModelControl(ZoneLayout("zone", 0.06, 30.0), ThermalModel(), 30.0)
        self._w = 0.0

    def update(self, temperature_c, now_s):
        self._w = self.loop.step(self.setpoint_c, temperature_c, self._w)
        return self._w / 30.0
