"""What is not measured, from what is: a Kalman filter on the model, with heat of unknown origin as one of its states.

The delay is outside of the filter: `state` is the pad as the bead will show it, `ahead` the same pad as it will be
when the power of this moment arrives.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from poultice.therapy.heat.model import BEAD, EXTRA, FACTOR, HEAT, PAD, RESERVE, SKIN, STATES, TISSUE, Body, rates, transition
from poultice.therapy.heat.parameters import NAMES, Matrix, Parameters, Vector
from poultice.therapy.heat.record import TICK_S

# How far a state may wander off the model in a second, standard deviations; K, and W of the unknown heat.
PAD_WANDERS_K = 0.002
SKIN_WANDERS_K = 0.002
EXTRA_WANDERS_W = 0.4
DELAY_TICKS_MAX = 80
DELAY = NAMES.index("delay_s")


class Observer:
    """Shapes: states (8,), heats in W. Begins at `state`, sure of it but for what wanders."""

    def __init__(self, parameters: Parameters, body: Body, room_c: float, state: Vector, cap_w: float) -> None:
        self._body, self._room_c, self._cap_w = body, room_c, cap_w
        self._recent_w: deque[float] = deque([0.0] * (DELAY_TICKS_MAX + 1), maxlen=DELAY_TICKS_MAX + 1)
        self._wander = np.zeros((STATES, STATES))
        self._wander[PAD, PAD] = PAD_WANDERS_K**2 * TICK_S
        self._wander[SKIN, SKIN] = SKIN_WANDERS_K**2 * TICK_S
        self._wander[EXTRA, EXTRA] = EXTRA_WANDERS_W**2 * TICK_S
        self.covariance = 10.0 * self._wander
        self.innovation_k = 0.0
        self.believe(parameters, state)

    @property
    def recent_w(self) -> list[float]:
        """The powers of the last ticks, newest last."""
        return list(self._recent_w)

    def believe(self, parameters: Parameters, state: Vector) -> None:
        """Other parameters and the state that goes with them."""
        self.parameters = parameters
        self.rate = rates(parameters.mean, self._body, self._room_c)
        self._factor, self._reserve = float(parameters.mean[FACTOR]), float(parameters.mean[RESERVE])
        self.delay_ticks = min(DELAY_TICKS_MAX, round(float(parameters.mean[DELAY]) / TICK_S))
        step = transition(self.rate, TICK_S)
        self._move, self._heated = step[:STATES, :STATES], step[:STATES, HEAT]
        self._across: Matrix = np.linalg.matrix_power(self._move, self.delay_ticks)
        self.state = state
        self._look_ahead()

    def _look_ahead(self) -> None:
        self.ahead = self.state
        pending = list(self._recent_w)[len(self._recent_w) - self.delay_ticks :]
        for power_w in pending:
            self.ahead = self._move @ self.ahead + self._heated * self._heat(power_w)

    def _heat(self, power_w: float) -> float:
        return self._factor * min(self._reserve * power_w, self._cap_w)

    def step(self, power_w: float, reading_c: float, noise_k: float) -> None:
        """A tick under this power, and the reading at its end."""
        self._recent_w.append(power_w)
        arriving_w = self._recent_w[-1 - self.delay_ticks]
        state = self._move @ self.state + self._heated * self._heat(arriving_w)
        covariance = self._move @ self.covariance @ self._move.T + self._wander
        column = covariance[:, BEAD]
        gain = column / (column[BEAD] + noise_k**2)
        self.innovation_k = reading_c - float(state[BEAD])
        self.covariance = covariance - gain[:, None] * column
        correction = gain * self.innovation_k
        self.state = state + correction
        self.ahead = self._move @ self.ahead + self._heated * self._heat(power_w) + self._across @ correction

    def power_w(self, heat_w: float) -> float:
        """What to ask for to get this heat, W, whatever the cap."""
        full_w = self._factor * self._cap_w
        return self._cap_w if heat_w >= full_w else heat_w / (self._factor * self._reserve)

    @property
    def full_heat_w(self) -> float:
        """The heat of full power, W."""
        return self._factor * self._cap_w

    @property
    def extra_w(self) -> float:
        """Heat of unknown origin, W."""
        return float(self.state[EXTRA])

    @property
    def skin_c(self) -> float:
        """The skin under the zone, as estimated."""
        return float(self.state[SKIN])

    @property
    def tissue_c(self) -> float:
        """The tissue below, as estimated."""
        return float(self.state[TISSUE])
