"""What is believed of one zone's pad: its thermal parameters, how sure that is, and the form in which it is kept."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from poultice.therapy.layout import ThermalModel, ZoneLayout

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

# The pad's own parameters, in the order of every vector here.
NAMES = (
    "power_factor",  # heat that comes at the cap, by the watts that are said to be applied
    "reserve",  # how much more than that comes of a watt below the cap, where the element could do more than the cap
    "pad_j_per_k",
    "contact_w_per_k",  # pad to skin
    "room_w_per_k",  # pad to room, through cover and whatever of the front is bare
    "lag_s",  # of the thermistor's bead
    "winding_s",  # in which the winding hands its heat on
    "delay_s",  # from a demand to the first warmth at the bead, beyond lag
    "gradient_k_per_w",  # by how much the bead's place is hotter than the pad's mean
)
# What cannot be negative, nor is spread evenly, is fitted as its logarithm.
LOGARITHMIC = np.array([True, True, True, False, False, False, False, False, False])
RELATIVE = np.array([False, False, False, True, True, False, False, False, False])  # spread by its own size
# Standard deviations before anything is known; of logarithmic and relative ones a share. An even spread of ± x has
# x / sqrt(3).
SPREAD = {
    "power_factor": 0.20,  # ± 30 %, and a weak or strong element
    "reserve": 0.25,
    "pad_j_per_k": 0.28,  # ± 40 %, and a thick pad
    "contact_w_per_k": 0.40,  # ± 50 %, and nobody lying on it
    "room_w_per_k": 0.80,  # the bare front, and a room that is not the one of the facts
    "lag_s": 3.0,  # by where in the felt the bead lies
    "winding_s": 3.0,
    "delay_s": 1.2,
    "gradient_k_per_w": 0.008,  # about a quarter of a degree at full power
}
METERED = {"power_factor": 0.08, "reserve": 0.005}  # the board's shunt and rail are good to 5 %
ANOTHER_DAY = {
    "power_factor": 0.02,
    "reserve": 0.02,
    "pad_j_per_k": 0.05,
    "contact_w_per_k": 0.25,
    "room_w_per_k": 0.25,
    "lag_s": 0.5,
    "winding_s": 0.5,
    "delay_s": 0.3,
    "gradient_k_per_w": 0.002,
}
POWER_FACTOR, RESERVE = 0.95, 1.10  # of watts that nobody measures: the cap takes away the better half of the spread
LAG_S, WINDING_S, DELAY_S = 4.0, 4.0, 1.5  # the middle of what felt, sleeve and the board's window of 1 s may add up to
GRADIENT_K_PER_W = 0.005
LOW = np.array([0.2, 1.0, 20.0, 0.05, 0.02, 0.3, 0.2, 0.0, -0.03])
HIGH = np.array([2.0, 3.0, 2000.0, 20.0, 5.0, 30.0, 30.0, 8.0, 0.06])


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """A mean, in units by name, and the covariance of its coordinates: of logarithmic parameters the logarithm's."""

    mean: Vector
    covariance: Matrix

    @classmethod
    def nominal(cls, zone: ZoneLayout, thermal: ThermalModel, *, metered: bool = True) -> Parameters:
        """A pad by the facts, with the spread that pads and people have. Where watts are `metered`, little is left in
        doubt of the power."""
        factor, reserve = (1.0, 1.0) if metered else (POWER_FACTOR, RESERVE)
        pad_j, contact = thermal.heat_capacity_j_per_k, thermal.contact_w_per_m2k * zone.area_m2
        room = thermal.to_room_w_per_m2k * zone.area_m2
        mean = np.array([factor, reserve, pad_j, contact, room, LAG_S, WINDING_S, DELAY_S, GRADIENT_K_PER_W])
        return cls(mean, np.diag(_sigma(SPREAD | METERED if metered else SPREAD, mean) ** 2))

    def another_day(self) -> Parameters:
        """The same pad, when somebody lies on it again: what was learned of it, and what may differ by then."""
        return Parameters(self.mean, self.covariance + np.diag(_sigma(ANOTHER_DAY, self.mean) ** 2))

    def value(self, name: str) -> float:
        """A parameter, in its unit."""
        return float(self.mean[NAMES.index(name)])

    def sigma(self, name: str) -> float:
        """Its standard deviation, in its unit."""
        place = NAMES.index(name)
        scale = float(self.mean[place]) if LOGARITHMIC[place] else 1.0
        return math.sqrt(max(0.0, float(self.covariance[place, place]))) * scale

    def to_plain(self) -> dict[str, Any]:
        """As JSON keeps it: values and sigmas for people, the covariance for predictions."""
        return {
            "parameters": {name: {"value": self.value(name), "sigma": self.sigma(name)} for name in NAMES},
            "covariance": self.covariance.tolist(),
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Parameters:
        """From `to_plain`. Raises ValueError where it is not the parameters of a possible pad."""
        try:
            mean = np.array([plain["parameters"][name]["value"] for name in NAMES], dtype=np.float64)
            covariance = np.array(plain["covariance"], dtype=np.float64)
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"it lacks {error}") from None
        if covariance.shape != (len(NAMES), len(NAMES)) or not np.isfinite(covariance).all():
            raise ValueError("its covariance is no square of numbers")
        if not (np.isfinite(mean).all() and (mean >= LOW).all() and (mean <= HIGH).all()):
            raise ValueError("no pad has such parameters")
        if np.linalg.eigvalsh(0.5 * (covariance + covariance.T)).min() < -1e-9:
            raise ValueError("its covariance is negative")
        return cls(mean, covariance)


def to_coordinates(mean: Vector) -> Vector:
    """Parameters as the fit moves them; shape (…, 9)."""
    return np.where(LOGARITHMIC, np.log(np.where(LOGARITHMIC, mean, 1.0)), mean)


def from_coordinates(coordinates: Vector) -> Vector:
    """The inverse, within the bounds of what can be."""
    return np.clip(np.where(LOGARITHMIC, np.exp(np.clip(coordinates, -9.0, 9.0)), coordinates), LOW, HIGH)


def _sigma(spread: Mapping[str, float], mean: Vector) -> Vector:
    sigma: Vector = np.array([spread[name] for name in NAMES]) * np.where(RELATIVE, mean, 1.0)
    return sigma
