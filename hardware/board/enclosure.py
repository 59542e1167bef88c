"""The box: its dimensions from the board's places, what OpenSCAD makes of them, and whether the board fits."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from circuits.check import Check, yes
from circuits.values import ROOT, load

from board import sheets
from board.footprints import LIBRARY
from board.places import HIGH_MM, HOLES_MM, WIDE_MM, Part, parts_of, places

ROOM = ROOT / "hardware" / "enclosure"
PLAY_MM, WALL_MM, FLOOR_MM, LID_MM, CORNER_MM = 1.0, 2.4, 2.4, 2.4, 3.0
STANDOFF_MM, ABOVE_MM, BOARD_MM, PILOT_MM, CAP_MM = 5.0, 16.5, 1.6, 2.6, 7.4
"""Below the board the clipped leads, above it the tallest part; M3 screws cut their thread into the standoffs."""
SMALL_MM = 3.0
HEIGHTS_MM = {
    "jack": 11.0, "fuse": 11.5, "c:bulk": 12.0, "heaters": 13.2, "sensors": 10.0, "motors": 10.0, "button_plug": 10.0,
    "usb": 11.2, "button": 13.0, "led": 8.6, "buzzer": 9.7, "isp": 9.0, "jumper": 12.0, "c:pump_transfer": 8.7,
    "c:pump_store": 8.7, "crystal": 4.0, "inductor": 3.1, "upper": 2.5, "lower": 2.5,
}  # fmt: skip
"""Above the board, plugs and jumper put on; the rest is lower than SMALL_MM."""
OPENINGS = {"J1": "north", "J701": "north", "J201": "south", "J301": "south", "J401": "south", "J801": "east"}
LONGEST_S = 300.0
EMPTY = "Current top level object is empty"
"""What OpenSCAD says of a body without volume."""
Box = tuple[float, float, float, float]


def _box(part: Part) -> Box:
    """Left, bottom, right, top of what it takes, y upwards, without the air of placing."""
    place = places()[part.reference]
    left, top, right, bottom = part.footprint.room
    corners = [_turned(x, y, place.turn) for x, y in ((left, top), (right, bottom))]
    xs, ys = [place.x + x for x, _ in corners], [HIGH_MM - place.y - y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _turned(x: float, y: float, turn: int) -> tuple[float, float]:
    for _ in range(turn // 90):
        x, y = y, -x
    return x, y


def dimensions() -> str:
    """dimensions.scad: what the box has to know of the board."""
    parts = parts_of(load(), sheets.ALL)
    stocks = {placed.reference: placed.stock for sheet in sheets.ALL for placed in sheet.placed()}
    boxes = {name: _box(part) for name, part in parts.items() if part.item.fitted}
    tall = {name: HEIGHTS_MM.get(stocks[name], SMALL_MM) for name in boxes}
    middle = {name: _middle(boxes[name]) for name in ("SW801", "D811", "BZ821", "Q203")}
    openings = [[*_span(boxes[name], side), tall[name], side] for name, side in OPENINGS.items()]
    solid = [[*_inside(boxes[name]), tall[name]] for name in sorted(boxes) if tall[name] > SMALL_MM]
    lines = {
        "board": [WIDE_MM, HIGH_MM], "board_thick": BOARD_MM, "holes": [[x, HIGH_MM - y] for x, y in HOLES_MM],
        "play": PLAY_MM, "wall": WALL_MM, "floor_high": FLOOR_MM, "lid_high": LID_MM, "corner": CORNER_MM,
        "standoff": STANDOFF_MM, "room_above": ABOVE_MM, "pilot": PILOT_MM, "cap_wide": CAP_MM,
        "button": [*middle["SW801"], tall["SW801"]], "light": middle["D811"], "sounder": middle["BZ821"],
        "vents": [middle["Q203"][0] - 12, middle["Q203"][1] - 14], "shelf": [30.0, 94.0], "openings": openings,
        "parts": solid,
    }  # fmt: skip
    head = "// Made by `make hardware ARGS=--write` from the board's places; do not edit. Millimetres, y upwards.\n"
    return head + "".join(f"{name} = {_scad(value)};\n" for name, value in lines.items())


def _middle(box: Box) -> list[float]:
    return [round((box[0] + box[2]) / 2, 2), round((box[1] + box[3]) / 2, 2)]


def _span(box: Box, side: str) -> list[float]:
    return [box[1], box[3]] if side == "east" else [box[0], box[2]]


def _inside(box: Box) -> list[float]:
    """The part over the board alone: what stands out of its edge is the openings' matter."""
    return [max(box[0], 0.0), max(box[1], 0.0), min(box[2], WIDE_MM), min(box[3], HIGH_MM)]


def _scad(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_scad(each) for each in value) + "]"
    return f'"{value}"' if isinstance(value, str) else f"{round(float(str(value)), 3):g}"


def tallest_mm() -> float:
    """Of the parts, above the board."""
    return max(HEIGHTS_MM.values())


def checks(out: Path) -> list[Check]:
    """STL files and a picture, and that nothing clashes; says so where OpenSCAD is missing."""
    made = [
        Check("box: room above the tallest part", ABOVE_MM - tallest_mm(), "mm", least=1.0),
    ]
    if LIBRARY.is_dir():
        same = (ROOM / "dimensions.scad").read_text(encoding="utf-8") == dimensions()
        made.append(yes("box: dimensions are the board's", same))
    if shutil.which("openscad") is None:
        return [*made, Check("not run, OpenSCAD is missing: the box", 0.0, "")]
    for part in ("shell", "lid", "cap"):
        made.append(yes(f"box: {part}.stl made", _scad_made(part, out / f"{part}.stl")))
    made.append(yes("box: board and parts touch neither shell nor lid", not clashes(out / "clash.stl")))
    if shutil.which("xvfb-run"):
        for part in ("all", "closed"):
            _scad_made(part, out / f"box-{part}.png", "--imgsize=1400,1000", "--viewall", "--autocenter")
    return made


def _scad_made(part: str, file: Path, *more: str) -> bool:
    """Whether OpenSCAD made a file of it."""
    file.unlink(missing_ok=True)
    _scad_says(part, file, *more)
    return file.is_file() and file.stat().st_size > 0


def _scad_says(part: str, file: Path, *more: str) -> str:
    picture = ["xvfb-run", "-a"] if file.suffix == ".png" else []
    command = [*picture, "openscad", "-o", str(file), "-D", f'part="{part}"', *more, str(ROOM / "enclosure.scad")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONGEST_S)
    return done.stdout + done.stderr


def clashes(file: Path, *more: str) -> bool:
    """Whether anything of board and parts touches the box; True as well where OpenSCAD cannot say."""
    return EMPTY not in _scad_says("clash", file, *more)
