"""Blocks for the board's 3D model: where the part lies, how high it is, and a file that KiCad reads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from board import bodies
from board.footprints import footprint, outline
from board.write import KICAD

BOX = (-1.0, -2.0, 3.0, 4.0)  # y downwards
POINT = re.compile(r"CARTESIAN_POINT\('',\(([-\d.]+),([-\d.]+),([-\d.]+)\)\)")


def test_a_block_stands_on_the_board_and_is_closed() -> None:
    text = bodies.block(BOX, 1.5, (0.1, 0.2, 0.3))
    points = {tuple(map(float, found)) for found in POINT.findall(text)} - {(0.0, 0.0, 0.0)}
    assert points == {(x, y, z) for x in (-1.0, 3.0) for y in (-4.0, 2.0) for z in (0.0, 1.5)}
    assert text.count("ADVANCED_FACE") == 6
    assert text.count("EDGE_CURVE") == 12
    assert text.count(",.T.);") - text.count("ADVANCED_FACE") - text.count("FACE_OUTER_BOUND") - 12 == 12, "each edge"
    assert text.count(",.F.);") == 12, "once one way and once the other"
    referred = {int(each) for each in re.findall(r"#(\d+)(?!=|\d)", text)}
    assert max(referred) <= text.count("=")


def test_it_has_the_parts_own_outline_not_its_courtyards() -> None:
    small = footprint("Resistor_SMD:R_0603_1608Metric")
    left, _, right, _ = outline(small)
    assert right - left == pytest.approx(1.6, abs=0.05)
    assert small.room[2] > right


def test_every_model_that_the_board_asks_for_is_made(tmp_path: Path) -> None:
    made = bodies.made(tmp_path)
    board = (KICAD / "poultice.kicad_pcb").read_text(encoding="utf-8")
    asked = {each.removeprefix(bodies.PLACE) for each in re.findall(r'\(model "([^"]+)"', board)}
    there = {str(file.relative_to(made)) for file in made.rglob("*.step")}
    assert len(asked) > 30
    assert asked == there
