"""Control of one zone by its model, in ticks: full power while it learns, a cut where the coast will peak at the aim,
and from then on just the power that the reference takes."""

from __future__ import annotations

import math

from poultice.therapy.heat.aim import Coast, Hold
from poultice.therapy.heat.identify import Fit, StartDoubt
from poultice.therapy.heat.learning import Learning
from poultice.therapy.heat.model import Body, start_state
from poultice.therapy.heat.noise import Noise
from poultice.therapy.heat.observer import Observer
from poultice.therapy.heat.parameters import NAMES, Parameters, Vector
from poultice.therapy.layout import ThermalModel, ZoneLayout

LAG, WINDING, DELAY, GRADIENT = map(NAMES.index, ("lag_s", "winding_s", "delay_s", "gradient_k_per_w"))
JUMP_K = 0.2  # an aim that rises by more at once is approached with full power
BRISK_S = 0.3  # of full power, between one decision about the cut and the next
COAST_LAGS, COAST_S = 3.0, 8.0  # how far a coast is foreseen: by then it has peaked
MARGIN_K = 0.03  # less than anybody feels, and sooner there
PULSE_S, PULSE_LAGS = 2.0, 0.2  # the longer, the calmer: slow pads, whose delay is known less well, get more
REACH_S = 2.0
WARM_SKIN_K = 0.5  # by which skin is cooler than a pad that is warm already
SURPRISE_MAX = 12.0  # of a filter that is right, 1: then the pad or who lies on it is not what was learned


class ModelControl:
    """Of one zone; `cap_w` is the most that is ever asked for. `known` is what was learned of this pad before."""

    def __init__(self, zone: ZoneLayout, thermal: ThermalModel, cap_w: float, known: Parameters | None, metered: bool):
        self._thermal, self._cap_w = thermal, cap_w
        self._body = Body.nominal(zone, thermal)
        self._nominal = Parameters.nominal(zone, thermal, metered=metered)
        self._known = known
        self._noise = Noise()
        self._observer: Observer | None = None
        self._learning: Learning | None = None
        self._approaching = self._climbing = False
        self._aim_c = -math.inf
        self.parameters = known or self._nominal
        self.learned: Parameters | None = known  # what a whole warm-up has taught, for the next one
        self.relearning = False  # what was known did not fit any more
        self.trusted = True  # whether the model explains this pad

    @property
    def learning(self) -> bool:
        """Whether it learns now."""
        return self._learning is not None

    @property
    def observer(self) -> Observer | None:
        """What is estimated, while the zone is controlled."""
        return self._observer

    def rest(self) -> None:
        """The zone is left alone: what it does then is not followed."""
        self._observer = self._learning = None
        self._aim_c = -math.inf
        self._approaching = False

    def begin(self, reading_c: float) -> None:
        """The first reading: each warm-up begins with what is known, and learns anew what a body may change."""
        cold = reading_c < self._thermal.skin_c
        skin_c = self._thermal.skin_c if cold else reading_c - WARM_SKIN_K
        start = start_state(reading_c, skin_c, self._thermal.core_c)
        expected = None if self._known is None else self._known.another_day()
        self.parameters = expected or self._nominal
        self.trusted = True
        room_c = self._thermal.room_c
        self._observer = Observer(self.parameters, self._body, room_c, start, self._cap_w)
        self._learning = Learning(
            expected, self._nominal, self._body, room_c, start, StartDoubt(), self._cap_w, self._observer.recent_w
        )
        self._work_out_aims()

    def hear(self, power_w: float, reading_c: float) -> None:
        """A tick's power, and the reading at its end."""
        if self._observer is None:
            self.begin(reading_c)
            return
        self._noise.hear(reading_c)
        sigma_k = self._noise.sigma_k
        self._observer.step(power_w, reading_c, sigma_k)
        if self._learning is None:
            self._doubt_what_is_known(self._observer.surprise)
        elif fit := self._learning.add(power_w, reading_c, sigma_k, self._approaching or self._climbing):
            self._take(fit, self._learning)
        elif self._learning.done:
            self._keep()

    def _take(self, fit: Fit, learning: Learning) -> None:
        assert self._observer is not None  # noqa: S101 - it hears
        self.trusted = learning.explains
        self.relearning = self.relearning or learning.forgot
        self.parameters = fit.parameters
        self._observer.believe(fit.parameters, fit.state)
        self._work_out_aims()

    def _keep(self) -> None:
        """A warm-up has been learned whole, or it is not to be learned."""
        self.trusted = self._learning is not None and self._learning.good
        self._learning = None
        if self.trusted:
            self.learned = self._known = self.parameters
            self.relearning = False

    def _doubt_what_is_known(self, surprise: float) -> None:
        """Another pad or body than the one that was learned: the next warm-up begins with what any pad is."""
        if surprise > SURPRISE_MAX and self._known is not None:
            self._known = self.learned = None
            self.relearning = True

    def _work_out_aims(self) -> None:
        assert self._observer is not None  # noqa: S101 - it has begun
        mean: Vector = self.parameters.mean
        lags_s = float(mean[LAG] + mean[WINDING])
        pulse_s = PULSE_S + PULSE_LAGS * (lags_s + float(mean[DELAY]))
        self._coast = Coast(self._observer.rate, BRISK_S, COAST_LAGS * lags_s + COAST_S)
        self._hold = Hold(self._observer.rate, float(mean[GRADIENT]), pulse_s, pulse_s + lags_s + REACH_S, lags_s)

    def power_w(self, reference_c: float, rate_c_per_s: float, wish_c: float, cap_w: float) -> float:
        """What to ask for now, 0 to `cap_w`."""
        assert self._observer is not None  # noqa: S101 - it has heard
        observer, ahead = self._observer, self._observer.ahead
        self._approaching = self._approaching or reference_c > self._aim_c + JUMP_K
        self._aim_c = reference_c
        self._climbing = rate_c_per_s > 0.0
        if self._approaching:
            full_w = min(observer.full_heat_w, observer.full_heat_w * cap_w / self._cap_w)
            self._approaching = self._coast.peak_c(ahead, full_w) <= reference_c + MARGIN_K
            if self._approaching:
                return cap_w
        rate_c_per_s = min(rate_c_per_s, (wish_c - reference_c) / self._hold.mean_look_s)
        heat_w = self._hold.heat_w(ahead, reference_c, rate_c_per_s)
        return min(cap_w, max(0.0, observer.power_w(heat_w)))
