"""A pad on a person as a few lumps: winding, pad, skin, tissue, the warmer place at the winding, the thermistor's bead.

    power > winding > pad -- skin -- tissue -- core     place = pad + gradient · power of late     bead follows place
                   |
                  room

Linear, so that a step of time is a product with a matrix that is exact for any power held during it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from poultice.therapy.heat.parameters import NAMES, Matrix, Vector
from poultice.therapy.layout import ThermalModel, ZoneLayout

# States in °C; but WINDING (what it hands on), LATE (the same of late) and EXTRA (heat of unknown origin) are in W.
PAD, SKIN, TISSUE, WINDING, LATE, BEAD, ONE, EXTRA, HEAT = range(9)
STATES = 8  # all but HEAT, which is the input
FACTOR, RESERVE = NAMES.index("power_factor"), NAMES.index("reserve")
GRADIENT_S = 15.0  # in which a difference between winding and mean builds up: millimetres of felt
TAYLOR_ORDER = 6


@dataclass(frozen=True, slots=True)
class Body:
    """What lies under a zone, as known beforehand: J/K, W/K and °C."""

    skin_j_per_k: float
    tissue_j_per_k: float
    skin_to_tissue_w_per_k: float
    tissue_to_core_w_per_k: float
    core_c: float

    @classmethod
    def nominal(cls, zone: ZoneLayout, thermal: ThermalModel) -> Body:
        """A person by the facts."""
        return cls(
            thermal.skin_j_per_k,
            thermal.tissue_j_per_k,
            thermal.skin_to_tissue_w_per_m2k * zone.area_m2,
            thermal.tissue_to_core_w_per_m2k * zone.area_m2,
            thermal.core_c,
        )


def rates(parameters: Vector, body: Body, room_c: float) -> Matrix:
    """The matrix F of dx/dt = F x for parameters of shape (…, 9); shape (…, 9, 9), 1/s. ONE, EXTRA and HEAT stay as
    they are."""
    _, _, pad_j, contact, room, lag_s, winding_s, _, gradient = np.moveaxis(parameters, -1, 0)
    f = np.zeros((*parameters.shape[:-1], 9, 9))
    f[..., PAD, PAD] = -(contact + room) / pad_j
    f[..., PAD, SKIN] = contact / pad_j
    f[..., PAD, ONE] = room * room_c / pad_j
    f[..., PAD, EXTRA] = 1.0 / pad_j
    f[..., PAD, WINDING] = 1.0 / pad_j
    f[..., WINDING, WINDING] = -1.0 / winding_s
    f[..., WINDING, HEAT] = 1.0 / winding_s
    f[..., SKIN, PAD] = contact / body.skin_j_per_k
    f[..., SKIN, SKIN] = -(contact + body.skin_to_tissue_w_per_k) / body.skin_j_per_k
    f[..., SKIN, TISSUE] = body.skin_to_tissue_w_per_k / body.skin_j_per_k
    f[..., TISSUE, SKIN] = body.skin_to_tissue_w_per_k / body.tissue_j_per_k
    f[..., TISSUE, TISSUE] = -(body.skin_to_tissue_w_per_k + body.tissue_to_core_w_per_k) / body.tissue_j_per_k
    f[..., TISSUE, ONE] = body.tissue_to_core_w_per_k * body.core_c / body.tissue_j_per_k
    f[..., LATE, LATE] = -1.0 / GRADIENT_S
    f[..., LATE, WINDING] = 1.0 / GRADIENT_S
    f[..., BEAD, PAD] = 1.0 / lag_s
    f[..., BEAD, LATE] = gradient / lag_s
    f[..., BEAD, BEAD] = -1.0 / lag_s
    return f


def transition(rate: Matrix, step_s: float) -> Matrix:
    """exp(F · step_s): scaled until small, a Taylor polynomial, squared back (Moler and Van Loan, 2003)."""
    largest = float(np.abs(rate).sum(axis=-1).max()) * step_s
    halvings = max(0, math.ceil(math.log2(max(largest, 1e-9) / 0.25)))
    small = rate * (step_s / 2.0**halvings)
    term = result = np.eye(9) + small
    term = small
    for order in range(2, TAYLOR_ORDER + 1):
        term = term @ small / order
        result = result + term
    for _ in range(halvings):
        result = result @ result
    return result


def heat_w(parameters: Vector, power_w: Vector, cap_w: float) -> Vector:
    """The heat that a power brings, W, for parameters of shape (n, 9) and powers of shape (…, n): an element with
    reserve gives more of it below the cap, but no more than at the cap."""
    heat: Vector = parameters[:, FACTOR] * np.minimum(parameters[:, RESERVE] * power_w, cap_w)
    return heat


def start_state(pad_c: float, skin_c: float, core_c: float) -> Vector:
    """A zone that has not been heated: bead and pad alike, tissue between skin and core; shape (8,)."""
    return np.array([pad_c, skin_c, 0.5 * (skin_c + core_c), 0.0, 0.0, pad_c, 1.0, 0.0])
