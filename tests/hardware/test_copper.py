"""Copper that carries amperes is wide enough, and stays apart from the rest."""

from __future__ import annotations

import json

import numpy as np
import pytest
from board import pours, routing
from board.pours import POURS, beside, inside, least_width_mm

STEP_MM = 0.1
XS, YS = np.meshgrid(np.arange(0, 100, STEP_MM), np.arange(0, 80, STEP_MM))


@pytest.mark.parametrize(("ampere", "millimetres"), [(0.75, 0.134), (1.6, 0.38), (4.0, 1.35), (10.0, 4.78)])
def test_width_by_ipc_2221(ampere: float, millimetres: float) -> None:
    """I = 0.048 · ΔT^0.44 · A^0.725, worked out by hand for 20 K and 35 µm."""
    assert least_width_mm(ampere) == pytest.approx(millimetres, rel=0.02)


@pytest.mark.parametrize("pour", POURS, ids=lambda pour: f"{pour.net}-{pour.layer}")
def test_a_pour_is_nowhere_narrower_than_it_says(pour: pours.Pour) -> None:
    """Made smaller by half its neck all round it is still of one piece."""
    assert pour.neck_mm >= 1.5 * least_width_mm(pour.most_a)
    left = inside(pour.outline, XS, YS) & ~beside(pour.outline, 0.5 * pour.neck_mm, XS, YS)
    assert left.any()
    seen, stack = np.zeros_like(left), [tuple(np.argwhere(left)[0])]
    while stack:
        row, column = stack.pop()
        if left[row, column] and not seen[row, column]:
            seen[row, column] = True
            stack += [(row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)]
    assert (seen == left).all()


def test_pours_of_one_layer_do_not_overlap() -> None:
    for index, pour in enumerate(POURS):
        near = inside(pour.outline, XS, YS) | beside(pour.outline, 0.2, XS, YS)
        for other in POURS[index + 1 :]:
            if pour.layer == other.layer:
                assert not (near & inside(other.outline, XS, YS)).any(), (pour.net, other.net)


def test_a_way_becomes_straight_tracks_and_vias() -> None:
    columns, cells = routing.COLUMNS, routing.CELLS
    here = 10 * columns + 10
    path = [here, here + 1, here + 2, here + 2 + cells, here + 2 + cells + columns + 1]
    tracks, vias = routing.straightened(path)
    assert tracks == [(0, 2.0, 2.0, 2.4, 2.0), (1, 2.4, 2.0, 2.6, 2.2)]
    assert vias == [(2.4, 2.0)]


def test_tracks_keep_within_the_board_and_their_side() -> None:
    """Nothing of the host's side leaves it, nothing else enters it or the barrier."""
    ways = json.loads(routing.FOUND.read_text(encoding="utf-8"))
    assert len(ways) > 250
    host = {"GND_USB", "VBUS", "+3V3_USB", "USB_DP", "USB_DM", "UART_UP", "UART_DOWN", "usb_dp", "usb_dm"}
    sides = set()
    for way in ways:
        points = [(x, y) for _, x1, y1, x2, y2 in way["tracks"] for x, y in ((x1, y1), (x2, y2))]
        points += [tuple(via) for via in way["vias"]]
        for x, y in points:
            assert 0.5 < x < 99.5
            assert 0.5 < y < 79.5
            inner = x > routing.USB_LEFT_MM and y < routing.USB_BOTTOM_MM
            outer = x < routing.USB_LEFT_MM - routing.BARRIER_MM or y > routing.USB_BOTTOM_MM + routing.BARRIER_MM
            assert inner if way["net"] in host else outer, way["net"]
            sides.add(inner)
    assert sides == {True, False}
