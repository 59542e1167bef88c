"""What a zone will do: its model played forward under a power or under set-points, with a band for what is not known.

The band is that of a linear model with Gaussian parameters: each direction of the covariance is played once, one
standard deviation off, and the differences add up as squares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from poultice.link import contract
from poultice.therapy.heat.model import (
    BEAD,
    FACTOR,
    HEAT,
    RESERVE,
    STATES,
    Body,
    heat_w,
    rates,
    start_state,
    transition,
)
from poultice.therapy.heat.parameters import NAMES, Matrix, Parameters, Vector, from_coordinates, to_coordinates
from poultice.therapy.heat.reference import LEAD_MAX_K

CAP_W = contract.ZONE_POWER_MAX_W
SIGMAS = 1.645  # of a normal distribution, 90 % lie within
STRUCTURE_K = 0.1  # what a model of five lumps gets wrong however well it is fitted, one standard deviation
SKIN_SIGMA_K = 1.0
ROOM_SIGMA_K = 1.5
LEAD_S = 4.0  # beyond the bead's lag: how far ahead the power aims
LEAD_STEPS = 2.5  # and never nearer than that: power that aims just one long step ahead overshoots and swings


@dataclass(frozen=True, slots=True)
class Start:
    """How a zone begins, °C; a room or skin that was measured has a small sigma."""

    pad_c: float
    room_c: float
    skin_c: float
    room_sigma_k: float = ROOM_SIGMA_K
    skin_sigma_k: float = SKIN_SIGMA_K


@dataclass(frozen=True, slots=True)
class Hold:
    """A stretch of a program: a target in °C, or None for no heat, reached by a ramp from `ramp_from_c` on."""

    duration_s: float
    target_c: float | None
    ramp_c_per_s: float = float("inf")


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """By instants from the beginning: the bead's temperature, its 90 % band, and the power; shapes (n,)."""

    t_s: Vector
    temperature_c: Vector
    low_c: Vector
    high_c: Vector
    power_w: Vector


def predict_power(
    parameters: Parameters, body: Body, start: Start, power_w: Sequence[float], step_s: float = 1.0
) -> Prediction:
    """Under a power, W, held for `step_s` each; n + 1 instants."""
    variants = _Variants(parameters, body, start, step_s)
    powers = np.asarray(power_w, dtype=np.float64)
    beads = np.empty((len(powers) + 1, variants.count))
    beads[0] = variants.bead_c
    for place, watts in enumerate(powers):
        beads[place + 1] = variants.step(np.full(variants.count, watts))
    return variants.prediction(beads, np.append(powers, powers[-1:]), step_s)


def predict_holds(
    parameters: Parameters,
    body: Body,
    start: Start,
    holds: Sequence[Hold],
    *,
    cap_w: float,
    ramp_from_c: float = 33.0,
    step_s: float = 1.0,
) -> Prediction:
    """Under set-points, as the control would follow them with at most `cap_w`; n + 1 instants."""
    variants = _Variants(parameters, body, start, step_s)
    aim = _Aim(variants, cap_w, step_s)
    beads, powers = [variants.bead_c], []
    watts = np.zeros(variants.count)
    for hold in holds:
        reference_c = np.full(variants.count, -np.inf)
        for _ in range(max(1, round(hold.duration_s / step_s))):
            # A bead that power takes ahead of its reference would hurry the reference; only a body's warmth may.
            free_c = np.where((watts > 0.0) & np.isfinite(reference_c), reference_c, variants.bead_c)
            watts = np.zeros(variants.count)
            if hold.target_c is not None:
                from_c = np.maximum(np.maximum(reference_c, free_c), ramp_from_c)
                waits_c = np.maximum(variants.bead_c + LEAD_MAX_K, ramp_from_c)
                climbed_c = from_c + hold.ramp_c_per_s * step_s
                if hold.ramp_c_per_s * step_s < LEAD_MAX_K:
                    climbed_c = np.minimum(climbed_c, waits_c)
                reference_c = np.minimum(hold.target_c, climbed_c)
                ahead_c = np.minimum(hold.target_c, reference_c + hold.ramp_c_per_s * aim.horizon_s)
                watts = aim.power_w(ahead_c)
            beads.append(variants.step(watts))
            powers.append(float(watts[0]))
    return variants.prediction(np.array(beads), np.array([*powers, powers[-1]]), step_s)


class _Variants:
    """The believed pad and, for each direction of doubt, one that is a standard deviation off."""

    def __init__(self, parameters: Parameters, body: Body, start: Start, step_s: float) -> None:
        doubts = _root(parameters.covariance)
        self.count = 1 + len(NAMES) + 2
        coordinates = np.tile(to_coordinates(parameters.mean), (self.count, 1))
        coordinates[1 : 1 + len(NAMES)] += doubts.T
        self.parameters = from_coordinates(coordinates)
        rate = rates(self.parameters, body, start.room_c)
        rate[-2] = rates(self.parameters[-2], body, start.room_c + start.room_sigma_k)
        self.rate = rate
        self.state = np.zeros((self.count, 9))
        self.state[:, :STATES] = start_state(start.pad_c, start.skin_c, body.core_c)
        self.state[-1, :STATES] = start_state(start.pad_c, start.skin_c + start.skin_sigma_k, body.core_c)
        self._move = transition(rate, step_s)

    @property
    def bead_c(self) -> Vector:
        """The beads now, without the delay."""
        return self.state[:, BEAD].copy()

    def step(self, power_w: Vector) -> Vector:
        """A step on, under one power each."""
        self.state[:, HEAT] = heat_w(self.parameters, power_w, CAP_W)
        self.state = (self._move @ self.state[:, :, None])[:, :, 0]
        return self.bead_c

    def prediction(self, beads: Matrix, power_w: Vector, step_s: float) -> Prediction:
        """The band of the beads' ways, shape (n, variants), each shifted by its own delay."""
        t_s = np.arange(len(beads), dtype=np.float64) * step_s
        delays_s = self.parameters[:, NAMES.index("delay_s")]
        ways = np.array([np.interp(t_s - delay_s, t_s, way) for delay_s, way in zip(delays_s, beads.T, strict=True)])
        off_k = SIGMAS * np.sqrt(((ways[1:] - ways[0]) ** 2).sum(axis=0) + STRUCTURE_K**2)
        return Prediction(t_s, ways[0], ways[0] - off_k, ways[0] + off_k, power_w)


class _Aim:
    """The power that, held, brings each variant's bead to a temperature after `horizon_s`."""

    def __init__(self, variants: _Variants, cap_w: float, step_s: float) -> None:
        self._variants = variants
        self._cap_w = cap_w
        self.horizon_s = max(float(variants.parameters[0, NAMES.index("lag_s")]) + LEAD_S, LEAD_STEPS * step_s)
        ahead = transition(variants.rate, self.horizon_s)[:, BEAD, :]
        self._free, self._gain = ahead[:, :STATES], ahead[:, HEAT]

    def power_w(self, aim_c: Vector) -> Vector:
        """Within 0 and the cap."""
        free_c = (self._free * self._variants.state[:, :STATES]).sum(axis=1)
        heat = (aim_c - free_c) / self._gain
        parameters = self._variants.parameters
        power_w: Vector = np.clip(heat / (parameters[:, FACTOR] * parameters[:, RESERVE]), 0.0, self._cap_w)
        return power_w


def _root(covariance: Matrix) -> Matrix:
    """Columns whose squares add up to the covariance."""
    values, vectors = np.linalg.eigh(0.5 * (covariance + covariance.T))
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))
