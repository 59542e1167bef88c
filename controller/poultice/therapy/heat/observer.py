"""What is not measured, from what is: a Kalman filter on the model, with heat of unknown origin as one of its states.

The delay is outside of the filter: `state` is the pad as the bead shows it now, `ahead` the same pad as it will be when
the power of this moment arrives. States have shape (9,), as in model.py.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from poultice.therapy.heat.model import (
    BEAD,
    EXTRA,
    FACTOR,
    HEAT,
    PAD,
    RESERVE,
    SKIN,
    STATES,
    TISSUE,
    Body,
    rates,
    transition,
)
from poultice.therapy.heat.parameters import NAMES, Matrix, Parameters, Vector
from poultice.therapy.heat.record import TICK_S

# How far a state may wander off the model within a second, standard deviations: K, and W of the unknown heat. The last
# is what answers a blanket or a sagging supply; more of it answers sooner and holds less steadily.
PAD_WANDERS_K = 0.002
SKIN_WANDERS_K = 0.002
EXTRA_WANDERS_W = 0.8
DELAY_TICKS_MAX = 80
FRESH_TICKS = 50  # after other parameters the gain is worked out at each tick, later now and then
GAIN_EVERY = 10
FEAR = 0.7  # standard deviations of the element's reserve
MODEL_K = 0.016  # what a small model gets wrong of a reading is no surprise
SURPRISE_TICKS = 100.0  # over which surprises are averaged
DELAY = NAMES.index("delay_s")


class Observer:
    """Begins at `state`, sure of it but for what wanders. Powers and heats in W."""

    def __init__(self, parameters: Parameters, body: Body, room_c: float, state: Vector, cap_w: float) -> None:
        self._body, self._room_c, self._cap_w = body, room_c, cap_w
        self._recent_w: deque[float] = deque([0.0] * (DELAY_TICKS_MAX + 1), maxlen=DELAY_TICKS_MAX + 1)
        self._wander = np.zeros((9, 9))
        self._wander[PAD, PAD] = PAD_WANDERS_K**2 * TICK_S
        self._wander[SKIN, SKIN] = SKIN_WANDERS_K**2 * TICK_S
        self._wander[EXTRA, EXTRA] = EXTRA_WANDERS_W**2 * TICK_S
        self._covariance = 10.0 * self._wander
        self._age = 0
        self.surprise = 1.0  # mean square of innovations by what the filter expects of them: 1 where the model is right
        self.believe(parameters, state)

    @property
    def recent_w(self) -> list[float]:
        """The powers of the last ticks, newest last."""
        return list(self._recent_w)

    def believe(self, parameters: Parameters, state: Vector) -> None:
        """Other parameters, and the state that goes with them."""
        self.rate = rates(parameters.mean, self._body, self._room_c)
        self._factor, self._reserve = float(parameters.mean[FACTOR]), float(parameters.mean[RESERVE])
        self._feared_reserve = self._reserve + FEAR * parameters.sigma("reserve")
        self.delay_ticks = min(DELAY_TICKS_MAX, round(float(parameters.mean[DELAY]) / TICK_S))
        self._move = transition(self.rate, TICK_S)
        unheated = self._move.copy()
        unheated[HEAT] = unheated[:, HEAT] = 0.0
        self._across: Matrix = np.linalg.matrix_power(unheated, self.delay_ticks)
        self._unheated = unheated
        self.state = np.zeros(9)
        self.state[:STATES] = state[:STATES]
        self._age = 0
        self._look_ahead()

    def _look_ahead(self) -> None:
        self.ahead = self.state.copy()
        for power_w in list(self._recent_w)[len(self._recent_w) - self.delay_ticks :]:
            self.ahead[HEAT] = self._heat_w(power_w)
            self.ahead = self._move @ self.ahead

    def _heat_w(self, power_w: float) -> float:
        return self._factor * min(self._reserve * power_w, self._cap_w)

    def step(self, power_w: float, reading_c: float, noise_k: float) -> None:
        """A tick under this power, and the reading at its end."""
        self._recent_w.append(power_w)
        if self._age < FRESH_TICKS or self._age % GAIN_EVERY == 0:
            self._work_out_gain(noise_k**2)
        self._age += 1
        state, ahead = self.state, self.ahead
        state[HEAT] = self._heat_w(self._recent_w[-1 - self.delay_ticks])
        ahead[HEAT] = self._heat_w(power_w)
        state = self._move @ state
        innovation_k = reading_c - float(state[BEAD])
        self.surprise += (innovation_k * innovation_k * self._certainty - self.surprise) / SURPRISE_TICKS
        self.state = state + self._gain * innovation_k
        self.ahead = self._move @ ahead + self._gain_ahead * innovation_k

    def _work_out_gain(self, noise2_k2: float) -> None:
        covariance = self._unheated @ self._covariance @ self._unheated.T + self._wander
        column = covariance[:, BEAD]
        self._gain = column / float(column[BEAD] + noise2_k2)
        self._certainty = 1.0 / float(column[BEAD] + max(noise2_k2, MODEL_K**2))
        self._gain_ahead = self._across @ self._gain
        self._covariance = covariance - self._gain[:, None] * column

    def power_w(self, heat_w: float) -> float:
        """What to ask for to get this heat, and rather less where it is not known how strong the element is."""
        return self._cap_w if heat_w >= self.full_heat_w else heat_w / (self._factor * self._feared_reserve)

    @property
    def full_heat_w(self) -> float:
        """The heat of full power."""
        return self._factor * self._cap_w

    @property
    def extra_w(self) -> float:
        """Heat of unknown origin."""
        return float(self.state[EXTRA])

    @property
    def skin_c(self) -> float:
        """The skin under the zone, as far as it can be told."""
        return float(self.state[SKIN])

    @property
    def tissue_c(self) -> float:
        """The tissue below it."""
        return float(self.state[TISSUE])
