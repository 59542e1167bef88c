"""Draws a sheet's nets: a wire where a short one finds a way, a label where not.

The way is searched on the sheet's grid by Lee's method with costs (A*): a bend, a crossing and text in the way cost
extra, bodies and other nets' pins are walls.
"""

from __future__ import annotations

import heapq
import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache

from board.parts import NOT_CONNECTED, POWER, Placed, Sheet

Point = tuple[int, int]
STEPS = {"l": (-1, 0), "r": (1, 0), "u": (0, -1), "d": (0, 1)}
BEND, CROSSING, TEXT, LONGEST, SHORT = 2.0, 4.0, 3.0, 34.0, 12.0
LABEL_STEPS_A_CHARACTER = 0.48


Stub = tuple[str, int, str, int]
STUBS: tuple[Stub, ...] = tuple(
    (first, along, second, aside)
    for first in STEPS
    for along in range(9)
    for second, aside in [
        (first, 0),
        *((side, n) for side in STEPS if (side in "lr") != (first in "lr") for n in (1, 2, 3)),
    ]
    if along or not aside
)
"""Straight for some steps, then perhaps aside for some."""


@dataclass(slots=True)
class Drawing:
    """What is drawn beside the symbols: wires (from, to), junctions, labels (net, at, side), powers (net, at, side)."""

    wires: list[tuple[Point, Point]] = field(default_factory=list)
    junctions: list[Point] = field(default_factory=list)
    labels: list[tuple[str, Point, str]] = field(default_factory=list)
    powers: list[tuple[str, Point, str]] = field(default_factory=list)
    open_pins: list[Point] = field(default_factory=list)


@cache
def draw(sheet: Sheet, exported: frozenset[str]) -> Drawing:
    """Every net of a sheet; `exported` are those that other sheets have, too: they get a label in any case."""
    return _Pen(sheet, exported).run()


class _Pen:
    def __init__(self, sheet: Sheet, exported: frozenset[str]) -> None:
        self.exported, self.drawing, self.by_label = exported, Drawing(), sheet.by_label
        self.labelled: set[tuple[str, Point]] = set()
        parts = sheet.placed()
        self.walls: set[Point] = set()
        self.soft: set[Point] = set()
        self.pins: dict[Point, str] = {}
        self.sides: dict[Point, str] = {}
        self.edges: dict[str, set[tuple[Point, Point]]] = defaultdict(set)
        self.passes: dict[Point, tuple[str, str]] = {}  # net and how it passes: h, v, or x for bends and ends
        for part in parts:
            self._mark(part)
        for part in parts:
            self._end_pins(part)

    def _mark(self, part: Placed) -> None:
        left, top, right, bottom = part.box()
        for x in range(int(left) - 1, int(right) + 2):
            for y in range(int(top) - 1, int(bottom) + 2):
                if left <= x <= right and top <= y <= bottom:
                    self.walls.add((x, y))
        words = range(1, 5)
        if len(part.symbol.pins) == 2 and part.turn in {90, 270}:  # above and below
            self.soft |= {(part.x - 2 + n, part.y + off) for n in words for off in (-1, 1)}
        elif part.symbol.prefix in "UJ":
            self.soft |= {(int(left) + n - 1, int(off)) for n in words for off in (top - 1, bottom + 1)}
        else:  # beside
            self.soft |= {(round(right) + n, part.y + off) for n in words for off in (-1, 0, 1)}

    def _end_pins(self, part: Placed) -> None:
        for pin, x, y, side, net in part.pins():
            self.pins[(x, y)], self.sides[(x, y)] = net, side
            self.walls.discard((x, y))
            dx, dy = STEPS[side]
            if net == NOT_CONNECTED:
                self.drawing.open_pins.append((x, y))
                self.walls.add((x, y))
            elif net in POWER and pin.number:
                self.drawing.powers.append((net, (x, y), side))
                self.walls |= {(x, y), (x + dx, y + dy)}

    def run(self) -> Drawing:
        nets: dict[str, list[Point]] = defaultdict(list)
        for at, net in self.pins.items():
            if net not in POWER and net != NOT_CONNECTED:
                nets[net].append(at)
        groups = {net: [{at} for at in points] for net, points in nets.items()}
        for net in sorted(nets):  # lonely pins first, while there is room
            for at in nets[net]:
                if all(_spread([at, other]) > self._longest(net) for other in nets[net] if other != at):
                    self._label(net, {at}, must=len(nets[net]) > 1 or net in self.exported)
        for net in sorted(nets, key=lambda each: (_spread(nets[each]), each)):
            self._join(net, groups[net])
        for net in sorted(nets):
            self._finish(net, groups[net])
        return self.drawing

    def _longest(self, net: str) -> float:
        return SHORT if net in self.by_label else LONGEST

    # --- wires ------------------------------------------------------------------------------------------------------
    def _join(self, net: str, groups: list[set[Point]]) -> None:
        """Joins the nearest of a net's groups as long as a way is short enough."""
        tries = {frozenset(group) for group in groups}
        while len(groups) > 1 and tries:
            group = min((g for g in groups if frozenset(g) in tries), key=len, default=None)
            if group is None:
                return
            tries.discard(frozenset(group))
            goals = {at for other in groups if other is not group for at in other}
            path = self._way(net, group, goals)
            if path is None:
                continue
            other = next(each for each in groups if path[-1] in each)
            groups.remove(other)
            group |= other | set(path)
            self._lay(net, path)
            tries.add(frozenset(group))

    def _way(self, net: str, starts: set[Point], goals: set[Point]) -> list[Point] | None:
        heap: list[tuple[float, int, Point, str]] = []
        cost: dict[tuple[Point, str], float] = {}
        back: dict[tuple[Point, str], tuple[Point, str]] = {}
        count = 0
        for at in sorted(starts):
            for side in self._leaves(at):
                heapq.heappush(heap, (0.0, count, at, side))
                cost[(at, side)] = 0.0
                count += 1
        while heap:
            spent, _, at, side = heapq.heappop(heap)
            if spent > self._longest(net) + BEND:
                return None
            if at in goals and at not in starts:
                return _unwound(back, (at, side))
            if spent > cost[(at, side)]:
                continue
            for turn in STEPS if at not in starts else (side,):
                if turn == _opposite(side) and at not in starts:
                    continue
                more = self._step(net, at, side, turn, goals)
                if more is None:
                    continue
                there = (at[0] + STEPS[turn][0], at[1] + STEPS[turn][1])
                total = spent + more
                if total < cost.get((there, turn), 1e9):
                    cost[(there, turn)], back[(there, turn)] = total, (at, side)
                    heapq.heappush(heap, (total, count, there, turn))
                    count += 1
        return None

    def _leaves(self, at: Point) -> str:
        """A pin that has no wire yet is left to its own side; a wire to any."""
        return self.sides[at] if at in self.sides and at not in self.passes else "lrud"

    def _step(self, net: str, at: Point, side: str, turn: str, goals: set[Point]) -> float | None:
        """What a step costs; None where there is a wall."""
        there = (at[0] + STEPS[turn][0], at[1] + STEPS[turn][1])
        flat = "h" if turn in "lr" else "v"
        here = self.passes.get(at)
        if here and here[0] != net and turn != side:
            return None  # no bend on another net's wire
        if there in self.walls or (there in self.pins and self.pins[there] != net):
            return None
        if there in self.sides and there in goals and there not in self.passes and turn != _opposite(self.sides[there]):
            return None  # a pin is met from its own side
        price = 1.0 + (BEND if turn != side else 0.0) + (TEXT if there in self.soft else 0.0)
        other = self.passes.get(there)
        if other and other[0] == net and there not in goals:
            return None
        if other and other[0] != net:
            if other[1] == "x" or other[1] == flat:
                return None
            price += CROSSING
        return price

    def _lay(self, net: str, path: list[Point]) -> None:
        for first, second in itertools.pairwise(path):
            self.edges[net].add((min(first, second), max(first, second)))
        for at in path:
            self._see(net, at)

    def _see(self, net: str, at: Point) -> None:
        around = {
            (b[0] - a[0], b[1] - a[1]) if a == at else (a[0] - b[0], a[1] - b[1])
            for a, b in self.edges[net]
            if at in (a, b)
        }
        if at in self.passes and self.passes[at][0] != net:
            self.passes[at] = (net, "x")  # two nets cross here already
        elif around == {(1, 0), (-1, 0)} and at not in self.pins:
            self.passes[at] = (net, "h")
        elif around == {(0, 1), (0, -1)} and at not in self.pins:
            self.passes[at] = (net, "v")
        else:
            self.passes[at] = (net, "x")

    # --- labels -----------------------------------------------------------------------------------------------------
    def _finish(self, net: str, groups: list[set[Point]]) -> None:
        must = len(groups) > 1 or net in self.exported
        for group in groups if must or net.isupper() else ():
            if not self.labelled & {(net, each) for each in group}:
                self._label(net, group, must=must)
        self._polish(net)

    def _label(self, net: str, group: set[Point], *, must: bool) -> None:
        """At the end of a stub that is straight or bent once. Raises ValueError where a needed one has no place."""
        length = int(len(net) * LABEL_STEPS_A_CHARACTER) + 2
        points = sorted(group & set(self.pins)) + sorted(group)[::4]  # enough of them
        tries = [self._stub(net, at, stub, length) for at in points for stub in STUBS]
        found = min((each for each in tries if each), default=None, key=lambda each: each[0])
        if found is None:
            if must:
                raise ValueError(f"no place for the label of {net} at {sorted(group)[:3]}")
            return
        _, path, side = found
        self.labelled |= {(net, each) for each in group}
        self._lay(net, path)
        self.drawing.labels.append((net, path[-1], side))
        dx, dy = STEPS[side]
        self.walls |= {(path[-1][0] + dx * n, path[-1][1] + dy * n) for n in range(1, length)}

    def _stub(self, net: str, at: Point, stub: Stub, length: int) -> tuple[float, list[Point], str] | None:
        """Its price, the way and the side that the label points to; None where something is in the way."""
        first, along, second, aside = stub
        bare_pin = at in self.sides and at not in self.passes
        if (bare_pin and first != self.sides[at]) or (not bare_pin and along + aside == 0):
            return None
        path = [at]
        for side, steps in ((first, along), (second, aside)):
            path += [(path[-1][0] + STEPS[side][0] * n, path[-1][1] + STEPS[side][1] * n) for n in range(1, steps + 1)]
        side = second if aside else first
        text = [(path[-1][0] + STEPS[side][0] * n, path[-1][1] + STEPS[side][1] * n) for n in range(1, length)]
        other = self.passes.get(at)
        if (other and other[0] != net) or not all(self._free(each) for each in path[1:] + text):
            return None
        price = along + aside + (3.0 if aside else 0.0) + (8.0 if side in "ud" else 0.0)
        price += TEXT * sum(each in self.soft for each in path[1:]) + 6 * TEXT * sum(each in self.soft for each in text)
        return price, path, side

    def _free(self, at: Point) -> bool:
        return at not in self.walls and at not in self.pins and at not in self.passes

    def _polish(self, net: str) -> None:
        """Edges of one step to wires from corner to corner, with the junctions."""
        edges = self.edges[net]
        around: dict[Point, list[Point]] = defaultdict(list)
        for first, second in edges:
            around[first].append(second)
            around[second].append(first)
        stops = {
            at for at, others in around.items() if len(others) != 2 or not _straight(at, *others) or at in self.pins
        }
        for at in sorted(stops):
            if len(around[at]) + (at in self.pins) >= 3:
                self.drawing.junctions.append(at)
            for other in around[at]:
                before, here = at, other
                while here not in stops:
                    before, here = here, next(each for each in around[here] if each != before)
                if at < here:
                    self.drawing.wires.append((at, here))


def _spread(points: list[Point]) -> int:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return max(xs) - min(xs) + max(ys) - min(ys)


def _straight(at: Point, first: Point, second: Point) -> bool:
    return first[0] + second[0] == 2 * at[0] and first[1] + second[1] == 2 * at[1]


def _opposite(side: str) -> str:
    return {"l": "r", "r": "l", "u": "d", "d": "u"}[side]


def _unwound(back: dict[tuple[Point, str], tuple[Point, str]], last: tuple[Point, str]) -> list[Point]:
    path = [last[0]]
    while last in back:
        last = back[last]
        path.append(last[0])
    return path[::-1]
