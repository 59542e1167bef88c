"""Parameters from a record: the most probable ones, given how pads are spread and how well each explains the readings.

One step of a regularised Gauss-Newton method at each call, from where the last one ended. What is varied are the
pad's parameters and three things about the start: pad, skin, and heat of unknown origin.
"""

from __future__ import annotations

from dataclasses import dataclass

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
from poultice.therapy.heat.parameters import (
    HIGH,
    LOW,
    NAMES,
    Matrix,
    Parameters,
    Vector,
    from_coordinates,
    to_coordinates,
)
from poultice.therapy.heat.record import COARSE, FINE, MIDDLE, SPARSE, TICK_S, Record

OWN = len(NAMES)
DIRECTIONS = OWN + 3
DELAY = NAMES.index("delay_s")
STEP = 0.05  # of a finite difference, and
STEP_MAX = 1.5  # the farthest that one call moves anything, in prior standard deviations
SETTLED = 0.9
FAR = 3.0  # times a step, where it crawls along a valley
DAMPINGS = (0.0, 0.1, 3.0, 100.0)
# What a small model gets wrong of a bin. Where too little is allowed for, skin and blood are explained by the pad: by
# lags that no pad has and a bead that heat cools, and such a model controls badly.
MODEL_SIGMA_K = 0.03


@dataclass(frozen=True, slots=True)
class StartDoubt:
    """Standard deviations of how a record begins: K of pad and skin, W of heat of unknown origin."""

    pad_k: float = 0.3
    skin_k: float = 1.5
    extra_w: float = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """The parameters as fitted, the state at the record's end, shape (8,), and the residuals' size, in their sigmas."""

    parameters: Parameters
    state: Vector
    misfit: float
    settled: bool  # whether another step would find little
    strangeness: float  # how far from the prior, squared, in its standard deviations: of a pad like it about 12


class Identification:
    """The fit of one record. `prior` says what is thought before it, `state` how it begins, shape (8,)."""

    def __init__(  # noqa: PLR0917 - the setting that every fit needs
        self, prior: Parameters, body: Body, room_c: float, state: Vector, doubt: StartDoubt, cap_w: float
    ) -> None:
        self._body, self._room_c, self._state, self._cap_w = body, room_c, state, cap_w
        self._centre = to_coordinates(prior.mean)
        covariance = np.zeros((DIRECTIONS, DIRECTIONS))
        covariance[:OWN, :OWN] = prior.covariance
        covariance[OWN:, OWN:] = np.diag(np.array([doubt.pad_k, doubt.skin_k, doubt.extra_w]) ** 2)
        self._scale = np.sqrt(np.diag(covariance))
        self._precision = np.linalg.inv(covariance / np.outer(self._scale, self._scale))
        self._low = np.concatenate([(to_coordinates(LOW) - self._centre) / self._scale[:OWN], [-4.0] * 3])
        self._high = np.concatenate([(to_coordinates(HIGH) - self._centre) / self._scale[:OWN], [4.0] * 3])
        self._found = np.zeros(DIRECTIONS)  # in prior standard deviations from the prior's mean
        self._curvature = self._precision

    def improve(self, record: Record, noise_k: float) -> Fit:
        """One step towards the most probable parameters; `noise_k` is the standard deviation of one reading. Of steps
        that trust the slopes more and less, the best is taken; none, where all make it worse."""
        weights = 1.0 / (MODEL_SIGMA_K**2 + noise_k**2 / record.spans)
        middles, _ = self._play(np.vstack([self._found, self._found + STEP * np.eye(DIRECTIONS)]), record)
        slopes = (middles[:, 1:] - middles[:, :1]) / STEP
        self._curvature = slopes.T @ (slopes * weights[:, None]) + self._precision
        pull = slopes.T @ ((record.means_c - middles[:, 0]) * weights) - self._precision @ self._found
        steps = [self._next(pull, damping) for damping in DAMPINGS]
        far = np.clip(self._found + FAR * (steps[1] - self._found), self._low, self._high)
        candidates = np.vstack([self._found, *steps, far])
        middles, ends = self._play(candidates, record)
        squares = ((record.means_c[:, None] - middles) ** 2 * weights[:, None]).sum(axis=0)
        strange = np.einsum("vi,ij,vj->v", candidates, self._precision, candidates)
        costs = squares + strange
        best = int(np.argmin(costs))
        self._found = candidates[best]
        settled = costs[best] >= SETTLED * costs[0]
        misfit = float(np.sqrt(squares[best] / record.bins))
        return Fit(self._parameters(), ends[best], misfit, bool(settled), float(strange[best]))

    def _next(self, pull: Vector, damping: float) -> Vector:
        """After Levenberg's and Marquardt's step; what would leave the bounds stops there, and the rest moves on."""
        damped = self._curvature + damping * np.diag(np.diag(self._curvature))
        aim = self._found + np.linalg.solve(damped, pull)
        stop = np.clip(aim, self._low, self._high) - self._found
        out = stop != aim - self._found
        move = np.where(out, stop, 0.0)
        rest = np.where(out, 0.0, pull - damped @ move)
        damped[out] = damped[:, out] = 0.0
        damped[out, out] = 1.0
        move = move + np.linalg.solve(damped, rest)
        move = move * min(1.0, STEP_MAX / max(1e-9, float(np.abs(move).max())))
        aim = np.clip(self._found + move, self._low, self._high)
        return np.asarray(aim)

    def _parameters(self) -> Parameters:
        scale = self._scale[:OWN]
        covariance = np.linalg.inv(self._curvature)[:OWN, :OWN] * np.outer(scale, scale)
        return Parameters(from_coordinates(self._centre + self._found[:OWN] * scale), covariance)

    def _play(self, tried: Matrix, record: Record) -> tuple[Matrix, Matrix]:
        """The bead in the middle of each bin, shape (bins, variants), and the states at the end, (variants, 8)."""
        parameters = from_coordinates(self._centre + tried[:, :OWN] * self._scale[:OWN])
        starts = tried[:, OWN:] * self._scale[OWN:]
        rate = rates(parameters, self._body, self._room_c)
        fine = transition(rate, FINE * TICK_S)
        middle = fine @ fine
        coarse = middle @ middle
        moves = {FINE: fine, MIDDLE: middle, COARSE: coarse, SPARSE: coarse @ coarse}
        heats = self._heats(parameters, record)
        states = np.zeros((len(parameters), 9, 1))
        states[:, :STATES, 0] = self._state
        states[:, PAD, 0] += starts[:, 0]  # the bead is where it was read
        states[:, SKIN, 0] += starts[:, 1]
        states[:, TISSUE, 0] += 0.5 * starts[:, 1]
        states[:, EXTRA, 0] += starts[:, 2]
        beads = np.empty((record.bins + 1, len(parameters)))
        beads[0] = states[:, BEAD, 0]
        for place, span in enumerate(record.spans.astype(int).tolist()):
            states[:, HEAT, 0] = heats[place]
            states = moves[span] @ states
            beads[place + 1] = states[:, BEAD, 0]
        return 0.5 * (beads[1:] + beads[:-1]), states[:, :STATES, 0]

    def _heats(self, parameters: Vector, record: Record) -> Matrix:
        """Heat by bin and variant; only few differ in when and how much power comes."""
        kinds = list(zip(parameters[:, DELAY].tolist(), parameters[:, RESERVE].tolist(), strict=True))
        powers = {kind: record.powers_w(*kind, self._cap_w) for kind in set(kinds)}
        heats: Matrix = parameters[:, FACTOR] * np.array([powers[kind] for kind in kinds]).T
        return heats
