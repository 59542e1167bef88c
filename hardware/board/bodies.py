"""A block for each part that KiCad has no 3D model of here: where it lies and how high it is, as STEP (ISO 10303-214).

KiCad's own models are a package of 4.7 GB (kicad-packages3d); where they are installed, they are taken. A block has the
outline of its footprint's fabrication layer: pictures and the board's model show what is where, and what might collide.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from circuits.values import load

from board import sheets
from board.enclosure import HEIGHTS_MM
from board.footprints import Box, Footprint, outline
from board.places import parts_of
from board.sexpr import children

MODELS = Path("/usr/share/kicad/3dmodels")
PLACE = "${KICAD9_3DMODEL_DIR}/"
LOW_MM = {  # by how the footprint's name begins; what is taller stands in enclosure.py
    "R_0603": 0.5, "C_0603": 0.8, "C_1206": 1.6, "R_2512": 0.6, "D_SMA": 2.3, "D_SMB": 2.4, "D_SOD": 1.1, "SOT-23": 1.1,
    "SOT-223": 1.7, "TO-252": 2.4, "Fuse_1812": 1.0,
}  # fmt: skip
CHIP_MM = 1.6
Colour = tuple[float, float, float]
DARK: Colour = (0.16, 0.16, 0.18)
COLOURS: dict[str, Colour] = {
    "C_": (0.72, 0.60, 0.42), "CP_": (0.15, 0.17, 0.35), "JST": (0.92, 0.90, 0.82), "TerminalBlock": (0.15, 0.45, 0.22),
    "USB": (0.75, 0.76, 0.78), "Crystal": (0.75, 0.76, 0.78), "LED": (0.25, 0.75, 0.30), "Fuse": (0.80, 0.78, 0.70),
}  # fmt: skip


def folder_of_models(out: Path) -> Path:
    """KiCad's own models, or blocks that are made for this board in a folder of their own."""
    return MODELS if MODELS.is_dir() else made(out / "blocks")


def made(out: Path) -> Path:
    """A block for each footprint in use, under the name of the model that it asks for."""
    stocks = {placed.reference: placed.stock for sheet in sheets.ALL for placed in sheet.placed()}
    for reference, part in parts_of(load(), sheets.ALL).items():
        for name in _models(part.footprint):
            file = out / name
            if part.item.fitted and not file.is_file():
                file.parent.mkdir(parents=True, exist_ok=True)
                entry = part.footprint.name.partition(":")[2]
                file.write_text(block(outline(part.footprint), _high_mm(entry, stocks[reference]), _colour(entry)))
    return out


def _models(footprint: Footprint) -> list[str]:
    return [str(each[1]).removeprefix(PLACE) for each in children(list(footprint.source), "model")]


def _high_mm(entry: str, stock: str) -> float:
    low = next((high for begin, high in LOW_MM.items() if entry.startswith(begin)), CHIP_MM)
    return HEIGHTS_MM.get(stock, low)


def _colour(entry: str) -> Colour:
    return next((colour for begin, colour in COLOURS.items() if entry.startswith(begin)), DARK)


# -- STEP --------------------------------------------------------------------------------------------------------------
HEAD = """ISO-10303-21;
HEADER;
FILE_DESCRIPTION(('a block'),'2;1');
FILE_NAME('block','2026-01-01T00:00:00',(''),(''),'','','');
FILE_SCHEMA(('AUTOMOTIVE_DESIGN { 1 0 10303 214 1 1 1 1 }'));
ENDSEC;
DATA;
"""
FACES = ((0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5))
"""Corners, seen from outside against the clock; a corner's bits: right, back, top."""


STYLES = (
    "FILL_AREA_STYLE_COLOUR('',{})",
    "FILL_AREA_STYLE('',({}))",
    "SURFACE_STYLE_FILL_AREA({})",
    "SURFACE_SIDE_STYLE('',({}))",
    "SURFACE_STYLE_USAGE(.BOTH.,{})",
    "PRESENTATION_STYLE_ASSIGNMENT(({}))",
)
"""From a colour to what a body is styled with, each around the one before."""


class _Step:
    """Numbered lines."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, text: str) -> str:
        self.lines.append(text)
        return f"#{len(self.lines)}"

    def point(self, at: Iterable[float]) -> str:
        return self.add(f"CARTESIAN_POINT('',({','.join(f'{each:.4f}' for each in at)}))")

    def direction(self, towards: Iterable[float]) -> str:
        return self.add(f"DIRECTION('',({','.join(f'{each:.6f}' for each in towards)}))")

    def frame(self, at: Iterable[float], z: Iterable[float], x: Iterable[float]) -> str:
        return self.add(f"AXIS2_PLACEMENT_3D('',{self.point(at)},{self.direction(z)},{self.direction(x)})")


def block(box: Box, high_mm: float, colour: Colour) -> str:
    """One block from the board's surface upwards; `box` left, top, right, bottom of the footprint, y downwards."""
    left, top, right, bottom = box
    low, far = (left, -bottom, 0.0), (right, -top, high_mm)
    corners = [tuple((low, far)[n >> axis & 1][axis] for axis in range(3)) for n in range(8)]
    step = _Step()
    solid = _solid(step, corners)
    context = _context(step)
    shape = step.add(f"ADVANCED_BREP_SHAPE_REPRESENTATION('',({solid},{_origin(step)}),{context})")
    _product(step, shape)
    _paint(step, solid, context, colour)
    return HEAD + "".join(f"#{n}={line};\n" for n, line in enumerate(step.lines, 1)) + "ENDSEC;\nEND-ISO-10303-21;\n"


def _solid(step: _Step, corners: list[tuple[float, ...]]) -> str:
    tips = [step.add(f"VERTEX_POINT('',{step.point(corner)})") for corner in corners]
    edges: dict[tuple[int, int], str] = {}
    faces = [_face(step, corners, tips, edges, face) for face in FACES]
    shell = step.add(f"CLOSED_SHELL('',({','.join(faces)}))")
    return step.add(f"MANIFOLD_SOLID_BREP('',{shell})")


def _face(
    step: _Step, corners: list[tuple[float, ...]], tips: list[str], edges: dict[tuple[int, int], str],
    face: tuple[int, ...],
) -> str:  # fmt: skip
    turns = []
    for start, end in zip(face, (*face[1:], face[0]), strict=True):
        key = (min(start, end), max(start, end))
        if key not in edges:
            edges[key] = _edge(step, corners, tips, key)
        turns.append(step.add(f"ORIENTED_EDGE('',*,*,{edges[key]},{'.T.' if start < end else '.F.'})"))
    loop = step.add(f"EDGE_LOOP('',({','.join(turns)}))")
    bound = step.add(f"FACE_OUTER_BOUND('',{loop},.T.)")
    along, across = _unit(corners[face[0]], corners[face[1]]), _unit(corners[face[1]], corners[face[2]])
    plane = step.add(f"PLANE('',{step.frame(corners[face[0]], _cross(along, across), along)})")
    return step.add(f"ADVANCED_FACE('',({bound}),{plane},.T.)")


def _edge(step: _Step, corners: list[tuple[float, ...]], tips: list[str], key: tuple[int, int]) -> str:
    start, end = key
    vector = step.add(f"VECTOR('',{step.direction(_unit(corners[start], corners[end]))},1.)")
    line = step.add(f"LINE('',{step.point(corners[start])},{vector})")
    return step.add(f"EDGE_CURVE('',{tips[start]},{tips[end]},{line},.T.)")


def _unit(start: tuple[float, ...], end: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(float((b > a) - (b < a)) for a, b in zip(start, end, strict=True))


def _cross(a: tuple[float, ...], b: tuple[float, ...]) -> tuple[float, ...]:
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def _origin(step: _Step) -> str:
    return step.frame((0, 0, 0), (0, 0, 1), (1, 0, 0))


def _context(step: _Step) -> str:
    length = step.add("(LENGTH_UNIT()NAMED_UNIT(*)SI_UNIT(.MILLI.,.METRE.))")
    angle = step.add("(NAMED_UNIT(*)PLANE_ANGLE_UNIT()SI_UNIT($,.RADIAN.))")
    solid = step.add("(NAMED_UNIT(*)SI_UNIT($,.STERADIAN.)SOLID_ANGLE_UNIT())")
    near = step.add(f"UNCERTAINTY_MEASURE_WITH_UNIT(LENGTH_MEASURE(1.E-05),{length},'distance_accuracy_value','')")
    return step.add(
        f"(GEOMETRIC_REPRESENTATION_CONTEXT(3)GLOBAL_UNCERTAINTY_ASSIGNED_CONTEXT(({near}))"
        f"GLOBAL_UNIT_ASSIGNED_CONTEXT(({length},{angle},{solid}))REPRESENTATION_CONTEXT('',''))"
    )


def _product(step: _Step, shape: str) -> None:
    about = step.add("APPLICATION_CONTEXT('automotive design')")
    step.add(f"APPLICATION_PROTOCOL_DEFINITION('international standard','automotive_design',2000,{about})")
    kind = step.add(f"PRODUCT_CONTEXT('',{about},'mechanical')")
    product = step.add(f"PRODUCT('block','block','',({kind}))")
    formed = step.add(f"PRODUCT_DEFINITION_FORMATION('','',{product})")
    design = step.add(f"PRODUCT_DEFINITION_CONTEXT('part definition',{about},'design')")
    defined = step.add(f"PRODUCT_DEFINITION('design','',{formed},{design})")
    of = step.add(f"PRODUCT_DEFINITION_SHAPE('','',{defined})")
    step.add(f"SHAPE_DEFINITION_REPRESENTATION({of},{shape})")


def _paint(step: _Step, solid: str, context: str, colour: Colour) -> None:
    paint = step.add(f"COLOUR_RGB('',{','.join(f'{each:.3f}' for each in colour)})")
    for name in STYLES:
        paint = step.add(name.format(paint))
    styled = step.add(f"STYLED_ITEM('',({paint}),{solid})")
    step.add(f"MECHANICAL_DESIGN_GEOMETRIC_PRESENTATION_REPRESENTATION('',({styled}),{context})")
