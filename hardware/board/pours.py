"""The copper that carries amperes, as polygons, and how wide copper must be for a current."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

COPPER_MM = 0.035
RISE_K = 20.0
TOP, BOTTOM = 0, 1
Polygon = tuple[tuple[float, float], ...]
Grid = NDArray[np.float64]
Bits = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Pour:
    """A net's polygon on a layer, mm; `neck_mm` is its narrowest place, `most_a` what flows there at most."""

    net: str
    layer: int
    outline: Polygon
    neck_mm: float
    most_a: float


LIMIT_A, ZONE_A, MOTORS_A = 4.0, 1.6, 0.75
"""The fuse's rating; a zone's 19.2 ohm - 5 % at 26.4 V, rounded up; what the motors' resettable fuse holds."""
POURS = (
    Pour("jack", TOP, ((2.2, 10.6), (18.6, 10.6), (18.6, 15.0), (9.0, 18.0), (9.0, 23.0), (2.2, 23.0)), 4.2, LIMIT_A),
    Pour("DC_IN", TOP, ((24.0, 17.4), (38.8, 17.4), (38.8, 23.6), (29.4, 23.6), (29.4, 28.9), (24.6, 28.9), (24.0,
        23.6)), 4.8,
         LIMIT_A),
    Pour("VIN", TOP, ((40.8, 16.6), (48.2, 16.6), (48.2, 39.0), (40.3, 39.0), (40.3, 26.0), (44.6, 26.0), (44.6, 20.3),
         (40.8, 20.3)), 3.4, LIMIT_A),
    Pour("SUPPLY", TOP, ((23.2, 33.3), (37.7, 33.3), (37.7, 38.9), (28.5, 38.9), (26.6, 36.6), (23.2, 36.6)), 3.3,
        LIMIT_A),
    Pour("RAIL", TOP, ((1.0, 31.2), (21.8, 31.2), (21.8, 43.2), (12.4, 43.2), (9.2, 46.4), (9.2, 68.2), (13.0, 71.6),
         (13.0, 78.8), (8.4, 78.8), (8.4, 72.0), (1.0, 70.0)), 3.2, LIMIT_A),
    Pour("RAIL", BOTTOM, ((8.8, 70.2), (23.6, 70.2), (23.6, 79.0), (8.8, 79.0)), 2.6, ZONE_A),
    Pour("LOW_LUMBAR", TOP, ((13.4, 58.2), (18.6, 58.2), (18.6, 77.0), (13.6, 77.0), (13.6, 71.2), (13.4, 71.0)), 4.0,
        ZONE_A),
    Pour("LOW_UPPER_BACK", TOP, ((24.3, 58.2), (29.7, 58.2), (29.7, 77.0), (24.3, 77.0)), 4.0, ZONE_A),
)  # fmt: skip
GROUND_VIAS = (
    (12.6, 52.6), (13.9, 52.6), (15.2, 52.6), (23.6, 52.6), (24.9, 52.6), (26.2, 52.6), (24.2, 31.6), (24.2, 30.4),
)  # fmt: skip
"""Beside the lower switches' sources and the surge diode: their current goes down at once."""
FAT_NETS = frozenset({"MOTOR", "SUPPLY", "LOW_UPPER_LEFT", "LOW_UPPER_RIGHT", "LOW_LOWER_LEFT", "LOW_LOWER_RIGHT"})
FAT_MM, THIN_MM = 0.6, 0.2


def least_width_mm(ampere: float, rise_k: float = RISE_K) -> float:
    """Of outer copper: I = 0.048 dT^0.44 A^0.725 with A in square mil (IPC-2221, section 6.2)."""
    square_mil = (ampere / (0.048 * rise_k**0.44)) ** (1 / 0.725)
    return float(square_mil * 0.0254**2 / COPPER_MM)


def inside(outline: Polygon, xs: Grid, ys: Grid) -> Bits:
    """Which of these places lie within a polygon."""
    found = np.zeros(xs.shape, dtype=bool)
    for (x1, y1), (x2, y2) in _sides(outline):
        if y1 != y2:
            crosses = (ys >= min(y1, y2)) & (ys < max(y1, y2))
            found ^= crosses & (x1 + (ys - y1) * (x2 - x1) / (y2 - y1) > xs)
    return found


def beside(outline: Polygon, radius: float, xs: Grid, ys: Grid) -> Bits:
    """Which lie nearer than this to its edge, within or without."""
    found = np.zeros(xs.shape, dtype=bool)
    for (x1, y1), (x2, y2) in _sides(outline):
        wide, high = x2 - x1, y2 - y1
        along = np.clip(((xs - x1) * wide + (ys - y1) * high) / (wide**2 + high**2), 0, 1)
        found |= np.hypot(xs - x1 - along * wide, ys - y1 - along * high) < radius
    return found


def _sides(outline: Polygon) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    return list(zip(outline, outline[1:] + outline[:1], strict=True))
