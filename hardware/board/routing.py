"""Finds the tracks: pads and pours as what stands in the way, router.c as what finds the ways."""

from __future__ import annotations

import ctypes
import itertools
import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from circuits.values import ROOT, load
from numpy.typing import NDArray

from board import sheets
from board.footprints import Pad
from board.parts import turned
from board.places import (
    BARRIER_MM,
    HIGH_MM,
    HOLES_MM,
    USB_BOTTOM_MM,
    USB_LEFT_MM,
    WIDE_MM,
    Part,
    Place,
    parts_of,
    places,
)
from board.pours import BOTTOM, FAT_MM, FAT_NETS, GROUND_VIAS, POURS, THIN_MM, TOP, Bits, Polygon, beside, inside

FOUND = Path(__file__).with_name("tracks.json")
PITCH_MM, CLEAR_MM, EDGE_MM = 0.2, 0.2, 0.5
VIA_MM, DRILL_MM = 0.6, 0.3
COLUMNS, ROWS = int(WIDE_MM / PITCH_MM) + 1, int(HIGH_MM / PITCH_MM) + 1
CELLS = COLUMNS * ROWS
RADIUS = (THIN_MM / 2, FAT_MM / 2)
PLANES = frozenset({"GND", "GND_USB"})
ROUNDS = 120
Map = NDArray[np.int16]
XS, YS = np.meshgrid(np.arange(COLUMNS) * PITCH_MM, np.arange(ROWS) * PITCH_MM)


@dataclass(slots=True)
class Net:
    """A net's places to join: each a list of nodes (layer * CELLS + cell), and the way found."""

    number: int
    name: str
    fat: bool
    groups: list[list[int]] = field(default_factory=list)
    paths: list[list[int]] = field(default_factory=list)


def pad_places(part: Part, place: Place) -> list[tuple[Pad, float, float, float, float]]:
    """Each pad with its middle and half sizes on the board."""
    found = []
    for pad in part.footprint.pads:
        x, y = turned((pad.x, pad.y), place.turn)
        wide, high = (pad.wide, pad.high) if (pad.turn + place.turn) % 180 == 0 else (pad.high, pad.wide)
        found.append((pad, place.x + x, place.y + y, wide / 2, high / 2))
    return found


def _distance(x: float, y: float, half_wide: float, half_high: float) -> NDArray[np.float64]:
    dx = np.maximum(np.abs(XS - x) - half_wide, 0)
    dy = np.maximum(np.abs(YS - y) - half_high, 0)
    found: NDArray[np.float64] = np.hypot(dx, dy)
    return found


def _near(outline: Polygon, radius: float) -> Bits:
    return inside(outline, XS, YS) | beside(outline, radius, XS, YS)


class Field:
    """Who may pass where: own[fat][layer]."""

    def __init__(self, parts: dict[str, Part], where: dict[str, Place]) -> None:
        self.own = [[np.zeros((ROWS, COLUMNS), dtype=np.int16) for _ in range(2)] for _ in range(2)]
        self.nets: dict[str, Net] = {}
        self.pads: list[tuple[str, Pad, float, float, float, float]] = []
        for name, part in parts.items():
            for pad, x, y, half_wide, half_high in pad_places(part, where[name]):
                net = part.nets.get(pad.number, "")
                if not pad.number and not pad.through:
                    continue  # an opening for paste
                self.pads.append((net, pad, x, y, half_wide, half_high))
                self._pad(net, pad, (x, y, half_wide, half_high))
        self._edges()
        for pour in POURS:
            for fat in (0, 1):
                self._claim(
                    self.own[fat][pour.layer], _near(pour.outline, RADIUS[fat] + CLEAR_MM), self._net(pour.net).number
                )
        for x, y in GROUND_VIAS:
            for fat in (0, 1):
                for layer in (0, 1):
                    near = _distance(x, y, 0, 0) < VIA_MM / 2 + RADIUS[fat] + CLEAR_MM - 1e-6
                    self._claim(self.own[fat][layer], near, self._net("GND").number)
        self._groups()

    def _net(self, name: str) -> Net:
        if name not in self.nets:
            self.nets[name] = Net(len(self.nets) + 1, name, name in FAT_NETS)
        return self.nets[name]

    def _pad(self, net: str, pad: Pad, at: tuple[float, float, float, float]) -> None:
        x, y, half_wide, half_high = at
        number = self._net(net).number if net else -1
        distance = (
            _distance(x, y, 0, 0) - half_wide
            if pad.round_ and pad.wide == pad.high
            else _distance(x, y, half_wide, half_high)
        )
        clear = CLEAR_MM if pad.number else CLEAR_MM + 0.1
        for fat in (0, 1):
            near = distance < RADIUS[fat] + clear - 1e-6
            for layer in (TOP, BOTTOM) if pad.through else (TOP,):
                self._claim(self.own[fat][layer], near, number)

    @staticmethod
    def _claim(grid: Map, near: Bits, number: int) -> None:
        taken = near & (grid != 0) & (grid != number)
        grid[near & (grid == 0)] = number
        grid[taken] = -1

    def _edges(self) -> None:
        for fat in (0, 1):
            margin = EDGE_MM + RADIUS[fat] - 1e-6
            out = (margin > XS) | (margin > YS) | (WIDE_MM - margin < XS) | (HIGH_MM - margin < YS)
            for x, y in HOLES_MM:
                out |= _distance(x, y, 0, 0) < 3.3 + RADIUS[fat]
            low, left, half = USB_BOTTOM_MM, USB_LEFT_MM, BARRIER_MM + RADIUS[fat]
            band = (left - half < XS) & (low + half > YS) & ~((left + RADIUS[fat] <= XS) & (low - RADIUS[fat] >= YS))
            for grid in self.own[fat]:
                grid[out | band] = -1

    def through(self, net: str) -> set[int]:
        """Cells in which a pad of this net joins both layers."""
        found: set[int] = set()
        for name, pad, x, y, _, _ in self.pads:
            if name == net and pad.through:
                found.add(round(y / PITCH_MM) * COLUMNS + round(x / PITCH_MM))
        if net == "GND":
            found |= {round(y / PITCH_MM) * COLUMNS + round(x / PITCH_MM) for x, y in GROUND_VIAS}
        return found

    def _groups(self) -> None:
        """Where each net has to be joined: its pads, those in one pour together with it."""
        poured: dict[tuple[str, int], list[int]] = {}
        for index, pour in enumerate(POURS):
            net = self._net(pour.net)
            inner = (
                inside(pour.outline, XS, YS)
                & ~beside(pour.outline, 0.5, XS, YS)
                & (self.own[net.fat][pour.layer] == net.number)
            )
            poured[(pour.net, index)] = [pour.layer * CELLS + int(cell) for cell in np.flatnonzero(inner)]
        for net_name, pad, x, y, half_wide, half_high in self.pads:
            if not net_name or (net_name in PLANES and pad.through):
                continue
            net = self._net(net_name)
            if pad.round_:
                inner = np.hypot((XS - x) / half_wide, (YS - y) / half_high) < 0.8
            else:  # not in a corner, which may be round
                inset = 0.3 * min(half_wide, half_high)
                inner = _distance(x, y, half_wide - inset, half_high - inset) < 1e-9
            nodes: list[int] = []
            for layer in (TOP, BOTTOM) if pad.through else (TOP,):
                mine = inner & (self.own[net.fat][layer] == net.number)
                nodes += [layer * CELLS + int(cell) for cell in np.flatnonzero(mine)]
            if not nodes:
                print(f"no way out of a pad of {net_name} at {x:.1f}, {y:.1f}", file=sys.stderr)  # noqa: T201
                continue
            homes = [
                key
                for index, pour in enumerate(POURS)
                if pour.net == net_name
                for key in [(net_name, index)]
                if pour.layer == TOP and _point_in((x, y), pour.outline)
            ]
            if homes:
                poured[homes[0]] += nodes
            else:
                net.groups.append(nodes)
        for (name, index), nodes in poured.items():
            if POURS[index].layer == TOP:
                self._net(name).groups.append(nodes)


def _point_in(at: tuple[float, float], outline: Polygon) -> bool:
    column, row = round(at[0] / PITCH_MM), round(at[1] / PITCH_MM)
    return bool(inside(outline, XS, YS)[row, column])


def _offsets(radius: float) -> NDArray[np.int16]:
    reach = int(radius / PITCH_MM) + 1
    found = [
        (x, y)
        for y in range(-reach, reach + 1)
        for x in range(-reach, reach + 1)
        if np.hypot(x, y) * PITCH_MM < radius - 1e-6
    ]
    return np.array(found, dtype=np.int16)


class Router:
    """router.c with the maps of one board."""

    def __init__(self, maps: Field) -> None:
        self.maps, self.library = maps, ctypes.CDLL(str(_built()))
        self.library.board_new.restype = self.library.board_used.restype = ctypes.c_void_p
        self.flat = [np.ascontiguousarray(maps.own[fat][layer]).reshape(-1) for fat in (0, 1) for layer in (0, 1)]
        self.board = ctypes.c_void_p(self.library.board_new(COLUMNS, ROWS, *[_pointer(each) for each in self.flat]))
        self.offsets = {(a, b): _offsets(RADIUS[a] + RADIUS[b] + CLEAR_MM) for a in (0, 1) for b in (0, 1)}
        self.room = np.zeros(20000, dtype=np.int32)

    def run(self, say: bool = True) -> bool:
        """All nets until nothing conflicts; True where it ends so."""
        order = sorted((net for net in self.maps.nets.values() if net.groups), key=lambda net: (_size(net), net.name))
        bad = order
        for turn in range(ROUNDS):
            self.library.board_pressure(self.board, 0 if turn == 0 else min(20 + 12 * turn, 900))
            for net in bad:
                self._mark(net, -1)
                self._route(net)
                self._mark(net, 1)
            bad = [net for net in order if self._conflicts(net, 12 if turn else 4)]
            if say:
                print(f"round {turn}: {len(bad)} nets conflict", flush=True)  # noqa: T201
            if not bad:
                return True
        return False

    def join_planes(self) -> int:
        """Tracks cut the grounds' pours to pieces: joins each that has a pad to the largest. Returns the ways laid."""
        laid = 0
        for net in [each for each in self.maps.nets.values() if each.name in PLANES]:
            for _ in range(60):
                pieces = self._pieces(net)
                if len(pieces) < 2:
                    break
                path = self._way(net, pieces[-1], [node for piece in pieces[:-1] for node in piece], plane=False)
                if not path:
                    raise RuntimeError(f"a piece of {net.name} cannot be joined: move its parts")
                self._mark(net, -1)
                net.paths.append(path)
                self._mark(net, 1)
                laid += 1
        return laid

    def _pieces(self, net: Net) -> list[list[int]]:
        """The pour's pieces that have a pad or via of it, the largest first: nodes of both layers."""
        self._mark(net, -1)
        free = np.concatenate(
            [
                ((self.flat[layer] == 0) | (self.flat[layer] == net.number)) & (self._used(layer) == 0)
                for layer in (TOP, BOTTOM)
            ]
        )
        self._mark(net, 1)
        if net.name == "GND":
            free &= ~np.concatenate([self._host, self._host])
        else:
            free &= np.concatenate([self._host, self._host])
        tracks, vias = self._copper(net)
        free[tracks] = True
        joints = {int(each) % CELLS for each in vias} | self.maps.through(net.name)
        seeds = joints | {node % CELLS for group in net.groups for node in group}
        label = np.zeros(2 * CELLS, dtype=np.int32)
        found: list[list[int]] = []
        for seed in sorted(seeds):
            for start in (seed, CELLS + seed):
                if free[start] and not label[start]:
                    found.append(_flooded(start, free, label, len(found) + 1, joints))
        pads = {node for group in net.groups for node in group}
        return sorted(
            (piece for piece in found if pads & set(piece) or joints & {n % CELLS for n in piece}),
            key=len,
            reverse=True,
        )

    def _used(self, layer: int) -> NDArray[np.uint16]:
        address = self.library.board_used(self.board, 0, layer)
        return np.ctypeslib.as_array(ctypes.cast(address, ctypes.POINTER(ctypes.c_uint16)), (CELLS,))

    @property
    def _host(self) -> Bits:
        host: Bits = ((USB_LEFT_MM < XS) & (USB_BOTTOM_MM > YS)).reshape(-1)
        return host

    def _route(self, net: Net) -> None:
        net.paths = []
        plane = net.name in PLANES
        groups = list(net.groups)
        tree: list[int] = [] if plane else list(groups.pop(0))
        left = list(groups)
        while left:
            if plane:
                starts, goals = left.pop(0), tree
            else:
                starts, goals = tree, [node for group in left for node in group]
            path = self._way(net, starts, goals, plane=plane)
            if not path:
                raise RuntimeError(f"{net.name} cannot be joined: move its parts")
            net.paths.append(path)
            tree += path
            if not plane:
                met = next(group for group in left if path[0] in set(group))
                left.remove(met)
                tree += met

    def _way(self, net: Net, starts: list[int], goals: list[int], *, plane: bool) -> list[int]:
        first, last = np.array(starts, dtype=np.int32), np.array(goals or [], dtype=np.int32)
        count = self.library.board_way(
            self.board,
            net.number,
            int(net.fat),
            _pointer(first),
            len(first),
            _pointer(last),
            len(last),
            int(plane),
            _pointer(self.room),
            len(self.room),
        )
        return [int(each) for each in self.room[:count]]

    def _copper(self, net: Net) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Its cells as track, and those as via (on both layers)."""
        tracks = sorted({node for path in net.paths for node in path})
        vias = sorted(
            {
                layer * CELLS + node % CELLS
                for path in net.paths
                for a, node in itertools.pairwise(path)
                if a % CELLS == node % CELLS
                for layer in (0, 1)
            }
        )
        return np.array(tracks, dtype=np.int32), np.array(vias, dtype=np.int32)

    def _mark(self, net: Net, by: int) -> None:
        tracks, vias = self._copper(net)
        for nodes, fat in ((tracks, int(net.fat)), (vias, 1)):
            for other in (0, 1):
                offsets = self.offsets[(fat, other)]
                if len(nodes):
                    self.library.board_mark(
                        self.board, _pointer(nodes), len(nodes), _pointer(offsets), len(offsets), other, by
                    )

    def _conflicts(self, net: Net, remember: int) -> int:
        self._mark(net, -1)
        tracks, vias = self._copper(net)
        found = 0
        for nodes, fat in ((tracks, int(net.fat)), (vias, 1)):
            if len(nodes):
                found += self.library.board_conflicts(self.board, _pointer(nodes), len(nodes), fat, remember)
        self._mark(net, 1)
        return found


def _flooded(start: int, free: Bits, label: NDArray[np.int32], number: int, joints: set[int]) -> list[int]:
    """Everything that hangs together with a node, over both layers where a joint is."""
    label[start] = number
    stack, found = [start], []
    while stack:
        node = stack.pop()
        found.append(node)
        layer, cell = divmod(node, CELLS)
        near = [node - 1, node + 1, node - COLUMNS, node + COLUMNS] if 0 < cell % COLUMNS < COLUMNS - 1 else []
        if cell in joints:
            near.append((1 - layer) * CELLS + cell)
        for other in near:
            if 0 <= other < 2 * CELLS and free[other] and not label[other]:
                label[other] = number
                stack.append(other)
    return found


def _pointer(array: NDArray[np.int16] | NDArray[np.int32]) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


def _size(net: Net) -> int:
    cells = [node % CELLS for group in net.groups for node in group]
    xs, ys = [cell % COLUMNS for cell in cells], [cell // COLUMNS for cell in cells]
    return max(xs) - min(xs) + max(ys) - min(ys)


def _built() -> Path:
    """router.c as a library. Raises subprocess.CalledProcessError."""
    library = ROOT / "build" / "hardware" / "router.so"
    library.parent.mkdir(parents=True, exist_ok=True)
    source = Path(__file__).with_name("router.c")
    subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", str(library), str(source)], check=True)
    return library


def straightened(path: list[int]) -> tuple[list[tuple[int, float, float, float, float]], list[tuple[float, float]]]:
    """Tracks (layer, from, to) and vias of a way, mm."""
    tracks, vias = [], []
    start = 0
    for index in range(1, len(path)):
        if path[index] % CELLS == path[index - 1] % CELLS:
            vias.append(_at(path[index]))
            start = index
            continue
        ends = index + 1 == len(path) or path[index + 1] % CELLS == path[index] % CELLS
        if ends or _step(path, index) != _step(path, index + 1):
            tracks.append((path[index] // CELLS, *_at(path[start]), *_at(path[index])))
            start = index
    return tracks, vias


def _at(node: int) -> tuple[float, float]:
    cell = node % CELLS
    return round(cell % COLUMNS * PITCH_MM, 3), round(cell // COLUMNS * PITCH_MM, 3)


def _step(path: list[int], index: int) -> tuple[int, int]:
    before, here = path[index - 1] % CELLS, path[index] % CELLS
    return here % COLUMNS - before % COLUMNS, here // COLUMNS - before // COLUMNS


def main() -> int:
    """`python -m board.routing`: finds all tracks anew and keeps them."""
    maps = Field(parts_of(load(), sheets.ALL), places())
    router = Router(maps)
    done = router.run()
    print(f"{router.join_planes()} pieces of ground joined")  # noqa: T201
    kept = []
    for net in sorted(maps.nets.values(), key=lambda each: each.name):
        for path in net.paths:
            tracks, vias = straightened(path)
            kept.append({"net": net.name, "tracks": tracks, "vias": vias})
    lines = ",\n".join(json.dumps(each) for each in kept)
    FOUND.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    print("all joined" if done else "NOT GOOD: tracks conflict")  # noqa: T201
    return 0 if done else 1


if __name__ == "__main__":
    sys.exit(main())
