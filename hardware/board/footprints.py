"""Footprints of KiCad's library: their pads and what room they take. Millimetres, y downwards."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from board.sexpr import Node, children, parse

LIBRARY = Path(os.environ.get("KICAD9_FOOTPRINT_DIR", "/usr/share/kicad/footprints"))
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Pad:
    """`turn` in degrees counter-clockwise; `through`: on all layers; `number` "" is a hole without copper."""

    number: str
    x: float
    y: float
    turn: float
    wide: float
    high: float
    round_: bool
    through: bool


@dataclass(frozen=True, slots=True)
class Footprint:
    """As the library has it, with its source for the board's file."""

    name: str
    pads: tuple[Pad, ...]
    room: Box
    source: tuple[Node, ...]


class LibraryError(Exception):
    """A footprint cannot be read; the message says what to do."""


@cache
def footprint(name: str) -> Footprint:
    """By "Library:Name". Raises LibraryError."""
    library, _, entry = name.partition(":")
    file = LIBRARY / f"{library}.pretty" / f"{entry}.kicad_mod"
    if not file.is_file():
        raise LibraryError(f"KiCad's library has no footprint {name}: install kicad-footprints of KiCad 9.")
    source = parse(file.read_text(encoding="utf-8"))
    pads = tuple(_pad(node) for node in children(source, "pad"))
    return Footprint(name, pads, _room(source, pads), tuple(source))


def _pad(node: list[Node]) -> Pad:
    at = [float(cast("str", each)) for each in _values(node, "at")]
    wide, high = (float(cast("str", each)) for each in _values(node, "size"))
    turn = at[2] if len(at) > 2 else 0.0
    return Pad(str(node[1]), at[0], at[1], turn, wide, high, node[3] in {"circle", "oval"}, node[2] != "smd")


def _values(node: list[Node], name: str) -> list[Node]:
    return children(node, name)[0][1:]


def outline(footprint: Footprint) -> Box:
    """Of the part itself: what its fabrication layer shows, or its room where that shows nothing."""
    return _around(_drawn(list(footprint.source), "F.Fab")) or footprint.room


def _drawn(source: list[Node], layer: str) -> list[tuple[float, float]]:
    """Points of all lines of a layer."""
    points: list[tuple[float, float]] = []
    for kind in ("fp_line", "fp_rect", "fp_poly", "fp_circle", "fp_arc"):
        for node in children(source, kind):
            if _values(node, "layer")[0] == layer:
                points += _points(node, kind)
    return points


def _around(points: list[tuple[float, float]]) -> Box | None:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (min(xs), min(ys), max(xs), max(ys)) if points else None


def _room(source: list[Node], pads: tuple[Pad, ...]) -> Box:
    """The courtyard's box, or that of the pads where there is none."""
    points = _drawn(source, "F.CrtYd")
    for pad in pads:
        half = math.hypot(pad.wide, pad.high) / 2 if pad.turn % 90 else max(pad.wide, pad.high) / 2
        points += [(pad.x - half, pad.y - half), (pad.x + half, pad.y + half)] if not points else []
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _points(node: list[Node], kind: str) -> list[tuple[float, float]]:
    def xy(values: list[Node]) -> tuple[float, float]:
        return float(cast("str", values[0])), float(cast("str", values[1]))

    if kind == "fp_poly":
        return [xy(cast("list[Node]", each)[1:]) for each in _values(node, "pts")]
    if kind == "fp_circle":
        center, end = xy(_values(node, "center")), xy(_values(node, "end"))
        radius = math.dist(center, end)
        return [(center[0] - radius, center[1] - radius), (center[0] + radius, center[1] + radius)]
    return [xy(_values(node, name)) for name in ("start", "mid", "end") if children(node, name)]
