"""Where the parts lie: what a maker touches is fixed here, the rest is found by annealing, kept in places.json."""

from __future__ import annotations

import json
import math
import random
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from circuits.values import load
from generator.facts_model import Facts

from board import sheets, stock
from board.footprints import Footprint, footprint
from board.parts import Sheet, nets_of, turned
from board.pours import POURS, TOP, beside, inside

FOUND = Path(__file__).with_name("places.json")
WIDE_MM, HIGH_MM = 100.0, 80.0
HOLES_MM = ((4.0, 4.0), (96.0, 4.0), (4.0, 76.0), (96.0, 76.0))
USB_LEFT_MM, USB_BOTTOM_MM, BARRIER_MM = 71.0, 29.0, 3.0
"""The host's side lies right of and above these; between it and the rest lies the barrier without copper."""
STEP_MM, EDGE_MM, AIR_MM = 0.5, 1.0, 0.2
CELLS_A_MM = 4


@dataclass(frozen=True, slots=True)
class Place:
    """Of a footprint's origin in mm from the board's upper left corner, y downwards; turn counter-clockwise."""

    x: float
    y: float
    turn: int


FIXED = {
    "H1": Place(*HOLES_MM[0], 0), "H2": Place(*HOLES_MM[1], 0), "H3": Place(*HOLES_MM[2], 0), "H4": Place(*HOLES_MM[3],
        0),
    "J1": Place(16, 12.5, 180), "F1": Place(4.5, 20.5, 0), "D1": Place(27, 29.5, 270), "Q1": Place(37, 20.5, 180),
    "C1": Place(46.5, 29, 0), "R101": Place(39, 36.5, 180), "Q203": Place(19.5, 37, 180),
    "J201": Place(11, 74.3, 0), "Q212": Place(16, 60, 270), "Q222": Place(27, 60, 270),
    "J301": Place(35, 75.3, 0), "J401": Place(61.5, 75.3, 0), "J801": Place(95.4, 62, 90),
    "J701": Place(80, 15.4, 90), "U702": Place(82, 30.5, 270), "SW801": Place(42, 4, 0), "D811": Place(53.5, 6, 0),
    "BZ821": Place(28.5, 7.5, 0), "U601": Place(58, 43, 0),
}  # fmt: skip
"""Plugs at the edges, what stands out of the lid, what carries amperes, and the processor in the middle."""
HOST_SIDE = frozenset({"J701", "D701", "R701", "R702", "C701", "C702", "C703", "C704", "U701"})
NEAR = (
    ("C3", "U1"), ("C4", "U1"), ("D3", "U1"), ("L1", "U1"), ("C5", "L1"), ("D4", "L1"), ("C6", "U2"), ("C7", "U2"),
        ("C8", "U2"),
    ("R2", "U1"), ("R3", "U1"), ("C2", "Q1"), ("U101", "R101"), ("C101", "U101"), ("C601", "U601"), ("C602", "U601"),
    ("C603", "U601"), ("C604", "U601"), ("Y601", "U601"), ("C605", "Y601"), ("C606", "Y601"), ("C501", "U501"),
    ("C502", "U102"), ("C503", "U502"), ("C504", "U503"), ("C702", "U701"), ("C703", "U701"), ("C704", "U702"),
    ("C705", "U702"), ("D411", "J401"), ("D421", "J401"), ("D431", "J401"), ("D441", "J401"), ("D511", "J401"),
    ("D521", "J401"), ("C301", "J301"), ("D701", "J701"), ("C701", "J701"), ("D801", "J801"), ("D821", "BZ821"),
    ("TP1", "C1"), ("TP202", "Q203"), ("F301", "J301"),
)  # fmt: skip
"""Pairs whose nearness no signal net tells of."""
LIGHT = {"GND": 0.0, "GND_USB": 0.0, "+5V": 0.05, "SUPPLY": 0.3, "VIN": 0.3, "RAIL": 0.3, "VBUS": 0.3, "+3V3_USB": 0.3}
HEAVY = {"switch": 3.0, "feedback": 2.0, "xtal_in": 3.0, "xtal_out": 3.0}
BLOCKED = (
    (10.0, 62.0, 30.0, 69.0),
    (41.0, 17.0, 48.0, 39.0),
    (11.5, 51.5, 16.5, 56.0),
    (22.5, 51.5, 27.5, 56.0),
    (23.0, 29.5, 25.0, 33.0),
)
"""Beside the pours, which are free of small parts anyway: left, top, right, bottom."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part with its footprint and the nets of its pads."""

    reference: str
    item: stock.Item
    footprint: Footprint
    nets: dict[str, str]

    def room(self, place: Place) -> tuple[float, float, float, float]:
        """What it takes of the board, with some air."""
        left, top, right, bottom = self.footprint.room
        air = AIR_MM + (0.5 if len(self.nets) > 7 else 0.0)
        corners = [turned(each, place.turn) for each in ((left - air, top - air), (right + air, bottom + air))]
        xs, ys = [place.x + x for x, _ in corners], [place.y + y for _, y in corners]
        return min(xs), min(ys), max(xs), max(ys)


def parts_of(facts: Facts, drawn: tuple[Sheet, ...]) -> dict[str, Part]:
    """Reference to part, over all sheets."""
    nets: dict[str, dict[str, str]] = {}
    for net, pins in nets_of(list(drawn)).items():
        for reference, number in pins:
            nets.setdefault(reference, {})[number] = net
    found = {}
    for sheet in drawn:
        for placed in sheet.placed():
            item = stock.item(facts, placed.stock)
            found[placed.reference] = Part(
                placed.reference, item, footprint(item.footprint), nets.get(placed.reference, {})
            )
    return found


def places() -> dict[str, Place]:
    """As found and kept."""
    kept = json.loads(FOUND.read_text(encoding="utf-8"))
    return {reference: Place(*each) for reference, each in kept.items()} | FIXED


class _Search:
    """Annealing: one part at a time is moved, turned or changed with another, where its room is free."""

    def __init__(self, parts: dict[str, Part], seed: int) -> None:
        self.parts, self.chance = parts, random.Random(seed)
        self.grid = np.zeros((int(HIGH_MM * CELLS_A_MM), int(WIDE_MM * CELLS_A_MM)), dtype=np.int16)
        self.free = [name for name in parts if name not in FIXED]
        self.places: dict[str, Place] = {}
        self.members: dict[str, list[tuple[str, float, float]]] = {}
        self.of: dict[str, list[str]] = {name: [] for name in parts}
        self._nets()
        self.pairs: dict[str, list[str]] = {name: [] for name in parts}
        for first, second in NEAR:
            self.pairs[first].append(second)
            self.pairs[second].append(first)
        self._walls()

    def _nets(self) -> None:
        for name, part in self.parts.items():
            for pad in part.footprint.pads:
                net = part.nets.get(pad.number)
                if net and LIGHT.get(net, 1.0) > 0:
                    self.members.setdefault(net, []).append((name, pad.x, pad.y))
                    if net not in self.of[name]:
                        self.of[name].append(net)

    def _walls(self) -> None:
        self.grid[:, :] = 1
        edge = int(EDGE_MM * CELLS_A_MM)
        self.grid[edge:-edge, edge:-edge] = 0
        ys, xs = (np.indices(self.grid.shape) + 0.5) / CELLS_A_MM
        for pour in POURS:
            if pour.layer == TOP:
                self.grid[inside(pour.outline, xs, ys) | beside(pour.outline, 0.4, xs, ys)] += 1
        for box in BLOCKED:
            self._mark(box, 1)
        for name, place in FIXED.items():
            self.places[name] = place
            self._mark(self.parts[name].room(place), 1)
        low, left = USB_BOTTOM_MM, USB_LEFT_MM
        self._mark((left - BARRIER_MM, low, WIDE_MM, low + BARRIER_MM), 1)
        self._mark((left - BARRIER_MM, 0, left, low + BARRIER_MM), 1)

    def _cells(self, box: tuple[float, float, float, float]) -> tuple[slice, slice]:
        left, top, right, bottom = (each * CELLS_A_MM for each in box)
        return slice(max(0, math.floor(top + 0.01)), math.ceil(bottom - 0.01)), slice(
            max(0, math.floor(left + 0.01)), math.ceil(right - 0.01)
        )

    def _mark(self, box: tuple[float, float, float, float], by: int) -> None:
        self.grid[self._cells(box)] += by

    def _fits(self, name: str, place: Place) -> bool:
        box = self.parts[name].room(place)
        if box[0] < EDGE_MM or box[1] < EDGE_MM or box[2] > WIDE_MM - EDGE_MM or box[3] > HIGH_MM - EDGE_MM:
            return False
        host = place.x > USB_LEFT_MM and place.y < USB_BOTTOM_MM
        return host == (name in HOST_SIDE) and not self.grid[self._cells(box)].any()

    def begin(self) -> None:
        """Large parts first, each where it fits nearest to what it is joined with."""
        order = sorted(self.free, key=lambda name: -_area(self.parts[name]))
        for name in order:
            best: tuple[float, Place] | None = None
            for _ in range(3000):
                place = self._somewhere(name)
                if self._fits(name, place):
                    self.places[name] = place
                    price = self._price(name)
                    if best is None or price < best[0]:
                        best = price, place
            if best is None:
                raise ValueError(f"no room for {name}")
            self.places[name] = best[1]
            self._mark(self.parts[name].room(best[1]), 1)

    def _somewhere(self, name: str) -> Place:
        chance, turn = self.chance, self.chance.choice((0, 90, 180, 270))
        if name in HOST_SIDE:
            x, y = chance.uniform(USB_LEFT_MM, WIDE_MM), chance.uniform(0, USB_BOTTOM_MM)
        else:
            x, y = chance.uniform(0, WIDE_MM), chance.uniform(0, HIGH_MM)
        return Place(round(x / STEP_MM) * STEP_MM, round(y / STEP_MM) * STEP_MM, turn)

    def _price(self, name: str) -> float:
        return sum(self._net(net) for net in self.of[name]) + sum(self._pair(name, other) for other in self.pairs[name])

    def _net(self, net: str) -> float:
        left = top = 1e9
        right = bottom = -1e9
        for name, x, y in self.members[net]:
            place = self.places.get(name)
            if place is None:
                continue
            turn = place.turn
            if turn == 0:
                px, py = place.x + x, place.y + y
            elif turn == 90:
                px, py = place.x + y, place.y - x
            elif turn == 180:
                px, py = place.x - x, place.y - y
            else:
                px, py = place.x - y, place.y + x
            left, right, top, bottom = min(left, px), max(right, px), min(top, py), max(bottom, py)
        if right < left:
            return 0.0
        return (right - left + bottom - top) * LIGHT.get(net, HEAVY.get(net, 1.0))

    def _pair(self, name: str, other: str) -> float:
        here, there = self.places.get(name), self.places.get(other)
        return 1.5 * (abs(here.x - there.x) + abs(here.y - there.y)) if here and there else 0.0

    def anneal(self, moves: int) -> float:
        """Returns the price that it ends at."""
        for step in range(moves):
            heat = 12.0 * (1 - step / moves) ** 2 + 0.01
            reach = 25.0 * (1 - step / moves) + 1.0
            name = self.chance.choice(self.free)
            if self.chance.random() < 0.15:
                self._exchange(name, self.chance.choice(self.free), heat)
            else:
                self._move(name, heat, reach)
        return sum(self._net(net) for net in self.members)

    def _move(self, name: str, heat: float, reach: float) -> None:
        old = self.places[name]
        if self.chance.random() < 0.2:
            new = replace(old, turn=self.chance.choice((0, 90, 180, 270)))
        else:
            x = old.x + self.chance.uniform(-reach, reach)
            y = old.y + self.chance.uniform(-reach, reach)
            new = Place(round(x / STEP_MM) * STEP_MM, round(y / STEP_MM) * STEP_MM, old.turn)
        room = self.parts[name].room(old)
        self._mark(room, -1)
        if self._fits(name, new):
            before = self._price(name)
            self.places[name] = new
            if not self._accepts(self._price(name) - before, heat):
                self.places[name] = old
        self._mark(self.parts[name].room(self.places[name]), 1)

    def _exchange(self, first: str, second: str, heat: float) -> None:
        if first == second or self.parts[first].footprint.room != self.parts[second].footprint.room:
            return
        if len(self.parts[first].nets) != len(self.parts[second].nets) or (first in HOST_SIDE) != (second in HOST_SIDE):
            return
        before = self._price(first) + self._price(second)
        self.places[first], self.places[second] = self.places[second], self.places[first]
        if not self._accepts(self._price(first) + self._price(second) - before, heat):
            self.places[first], self.places[second] = self.places[second], self.places[first]

    def _accepts(self, more: float, heat: float) -> bool:
        return more <= 0 or self.chance.random() < math.exp(-more / heat)


def _area(part: Part) -> float:
    left, top, right, bottom = part.footprint.room
    return (right - left) * (bottom - top)


def main(arguments: list[str]) -> int:
    """`python -m board.places [MOVES]`: finds the places anew and keeps them."""
    search = _Search(parts_of(load(), sheets.ALL), seed=1)
    search.begin()
    price = search.anneal(int(arguments[0]) if arguments else 600_000)
    kept = {name: [p.x, p.y, p.turn] for name, p in sorted(search.places.items()) if name not in FIXED}
    FOUND.write_text(
        "{\n" + ",\n".join(f'"{name}": {json.dumps(p)}' for name, p in kept.items()) + "\n}\n", encoding="utf-8"
    )
    print(f"{len(kept)} parts placed; wires of {price:.0f} mm at least")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
