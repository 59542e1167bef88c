"""Which power brings the bead to a temperature and not beyond; the state is that of the moment when the power arrives.

Far away, power is all or nothing: full as long as the coast after it would not pass the set-point (`Coast`). Near by,
it is what holds the set-point, and as much more or less as closes the gap that is foreseen (`Hold`).
"""

from __future__ import annotations

import numpy as np

from poultice.therapy.heat.model import BEAD, EXTRA, HEAT, ONE, PAD, SKIN, transition
from poultice.therapy.heat.parameters import Matrix, Vector

LOOKS = 24  # instants ahead that are looked at


def _looks(rate: Matrix, held_s: float, reach_s: float, *, zero_after: bool) -> Matrix:
    """How the bead at each look depends on the state and on a heat held for `held_s`; shape (LOOKS, 9)."""
    later = transition(rate, reach_s / LOOKS)
    if zero_after:
        later[:, HEAT] = 0.0
    rows = np.zeros((LOOKS, 9))
    rows[0, BEAD] = 1.0
    known = 1
    while known < LOOKS:  # from the looks known so far twice as many
        more = min(known, LOOKS - known)
        rows[known : known + more] = rows[:more] @ later
        known, later = known + more, later @ later
    return np.asarray(rows @ transition(rate, held_s))


class Coast:
    """Looks `reach_s` ahead on a coast without heat, after `held_s` with it."""

    def __init__(self, rate: Matrix, held_s: float, reach_s: float) -> None:
        self._free = _looks(rate, held_s, reach_s, zero_after=True)
        self._gain = self._free[:, HEAT].copy()
        self._free[:, HEAT] = 0.0

    def peak_c(self, state: Vector, heat_w: float) -> float:
        """The highest that the bead gets after this heat."""
        return float((self._free @ state + self._gain * heat_w).max())


class Hold:
    """Heat as a linear function of state and reference: what holds it, and a pulse of `pulse_s` that in the sense of
    least squares closes the gap foreseen within `reach_s`. Behind a reference that climbs, the bead may lag by
    `lags_s`."""

    def __init__(self, rate: Matrix, gradient_k_per_w: float, pulse_s: float, reach_s: float, lags_s: float) -> None:
        forever = _looks(rate, pulse_s, reach_s, zero_after=False)
        pulse = _looks(rate, pulse_s, reach_s, zero_after=True)[:, HEAT]
        weights = pulse / (pulse @ pulse)
        lift = 1.0 - float(weights @ forever[:, HEAT])
        holding, by_aim = _holding(rate, gradient_k_per_w)
        forever[:, HEAT] = 0.0
        self._by_state: Vector = lift * holding - weights @ forever
        self._by_aim = lift * by_aim + float(weights.sum())
        looks_s = pulse_s + np.arange(LOOKS) * (reach_s / LOOKS)
        self._by_rate = lift / float(rate[PAD, EXTRA]) + float(weights @ (looks_s - lags_s))
        self.mean_look_s = float(weights @ looks_s) / float(weights.sum())

    def heat_w(self, state: Vector, aim_c: float, rate_c_per_s: float = 0.0) -> float:
        """The heat, W; below zero where it is too warm even without any."""
        return float(self._by_state @ state) + self._by_aim * aim_c + self._by_rate * rate_c_per_s


def _holding(rate: Matrix, gradient_k_per_w: float) -> tuple[Vector, float]:
    """The heat at which the pad stays as warm as the aim says: by the state, shape (9,), and by the aim."""
    pad = rate[PAD] / rate[PAD, EXTRA]
    share = 1.0 / (1.0 - gradient_k_per_w * float(pad[PAD]))
    by_state = np.zeros(9)
    for place in (SKIN, ONE, EXTRA):
        by_state[place] = -pad[place] * share
    return by_state, -float(pad[PAD]) * share
