"""Writes the board as a KiCad 9 file: footprints at their places, tracks, pours, names on the silkscreen."""

from __future__ import annotations

import json

from generator.facts_model import Facts

from board import schematic
from board.agreement import kicad_nets
from board.mounted import ORIGIN_MM, Nets, mounted, on_sheet, w
from board.parts import Sheet, nets_of
from board.places import BARRIER_MM, HIGH_MM, USB_BOTTOM_MM, USB_LEFT_MM, WIDE_MM, parts_of, places
from board.pours import FAT_MM, FAT_NETS, GROUND_VIAS, POURS, THIN_MM, Polygon
from board.routing import DRILL_MM, EDGE_MM, FOUND, VIA_MM
from board.sexpr import Node, dump, identifier

FORMAT = 20241229
LAYER = ("F.Cu", "B.Cu")
LAYERS = (
    (0, "F.Cu", "signal"), (2, "B.Cu", "signal"), (9, "F.Adhes", "user"), (11, "B.Adhes", "user"), (13, "F.Paste",
        "user"),
    (15, "B.Paste", "user"), (5, "F.SilkS", "user"), (7, "B.SilkS", "user"), (1, "F.Mask", "user"), (3, "B.Mask",
        "user"),
    (17, "Dwgs.User", "user"), (19, "Cmts.User", "user"), (25, "Edge.Cuts", "user"), (27, "Margin", "user"),
    (31, "F.CrtYd", "user"), (29, "B.CrtYd", "user"), (35, "F.Fab", "user"), (33, "B.Fab", "user"),
)  # fmt: skip
CORNER_MM = 3.0
Words = tuple[str, float, float, float, int, str]
SILK: tuple[Words, ...] = (
    ("POULTICE rev A", 3.4, 57.0, 1.4, 90, "F"), ("12-24 V= SELV, 4 A, ≤ 100 VA", 5.8, 57.0, 1.0, 90, "F"),
    ("T4A", 9.5, 27.3, 1.0, 0, "F"), ("HEAT L+ L- U+ U-", 18.5, 67.4, 1.0, 0, "F"), ("MOTORS", 30.7, 75.5, 1.0, 90,
        "F"),
    ("SENSORS", 57.0, 75.5, 1.0, 90, "F"), ("BUTTON", 95.4, 55.4, 0.9, 0, "F"), ("USB", 93.0, 10.0, 1.0, 0, "F"),
    ("isolated", 94.0, 30.5, 0.9, 0, "F"),
    ("POULTICE rev A", 22.0, 45.5, 1.6, 0, "B"), ("heat pad and massage controller", 22.0, 48.0, 1.0, 0, "B"),
    ("12 to 24 V= SELV, limited source, 100 VA", 22.0, 49.8, 1.0, 0, "B"),
    ("heaters 24 V 1.6 A, motors 24 V 0.12 A each", 22.0, 51.6, 1.0, 0, "B"),
    ("thermistors 10 k, fuse T4A", 22.0, 53.4, 1.0, 0, "B"),
    ("NOT BUILT, NOT MEASURED: nobody lies on it", 22.0, 55.2, 1.0, 0, "B"), ("CERN-OHL-P-2.0", 22.0, 57.0, 1.0, 0,
        "B"),
)  # fmt: skip


def board(facts: Facts, sheets: tuple[Sheet, ...], netlist: str) -> str:
    """The board's file without its pours filled; `netlist` is KiCad's own, for the names of nets."""
    names = net_names(sheets, netlist)
    numbers = {name: index for index, name in enumerate(sorted(set(names.values())), 1)}
    parts, where = parts_of(facts, sheets), places()
    open_pins = _open_names(netlist, set(names.values()))
    numbers |= {name: len(numbers) + index for index, name in enumerate(sorted(set(open_pins.values())), 1)}
    node = _head()
    node.append([w("net"), 0, ""])
    node += [[w("net"), number, name] for name, number in numbers.items()]
    identities = _identities(sheets)
    nets = Nets(names, numbers, open_pins)
    node += [mounted(part, where[name], identities[name], nets) for name, part in parts.items()]
    node += _outline() + [_words(words) for words in SILK]
    node += _copper(nets) + _pours(nets)
    node.append([w("embedded_fonts"), w("no")])
    return dump(node) + "\n"


def net_names(sheets: tuple[Sheet, ...], netlist: str) -> dict[str, str]:
    """Our net's name to KiCad's, by the pins that both join. Raises KeyError where they differ."""
    theirs = {frozenset(pins): name for name, pins in kicad_nets(netlist).items()}
    return {net: theirs[frozenset(pins)] for net, pins in nets_of(list(sheets)).items()}


def _open_names(netlist: str, joined: set[str]) -> dict[tuple[str, str], str]:
    """Pins that nothing is joined to have a net of their own in KiCad."""
    return {
        next(iter(pins)): name for name, pins in kicad_nets(netlist).items() if name not in joined and len(pins) == 1
    }


def _identities(sheets: tuple[Sheet, ...]) -> dict[str, tuple[Sheet, str]]:
    """Reference to its sheet and the identifier of its first piece there, as schematic.py gives it."""
    found: dict[str, tuple[Sheet, str]] = {}
    for sheet in sheets:
        for part in sorted(sheet.placed(), key=lambda each: each.unit):
            path = f"/{identifier(sheet.name, 'sheet')}/{identifier(sheet.name, part.reference, part.unit)}"
            if part.reference not in found:
                found[part.reference] = sheet, path
    return found


def _head() -> list[Node]:
    layers: list[Node] = [[w(str(number)), name, w(kind)] for number, name, kind in LAYERS]
    return [
        w("kicad_pcb"),
        [w("version"), w(str(FORMAT))],
        [w("generator"), "pcbnew"],
        [w("generator_version"), "9.0"],
        [w("general"), [w("thickness"), 1.6], [w("legacy_teardrops"), w("no")]],
        [w("paper"), "A4"],
        [
            w("title_block"),
            [w("title"), "Poultice: heat pad and massage controller"],
            [w("rev"), schematic.REVISION],
            [w("comment"), 1, "CERN-OHL-P-2.0"],
        ],
        [w("layers"), *layers],
        [
            w("setup"),
            [w("pad_to_mask_clearance"), 0],
            [w("allow_soldermask_bridges_in_footprints"), w("yes")],
            [w("aux_axis_origin"), ORIGIN_MM[0], ORIGIN_MM[1] + HIGH_MM],
        ],
    ]


def _outline() -> list[Node]:
    """A rectangle with round corners."""
    left, top = ORIGIN_MM
    right, bottom, r = left + WIDE_MM, top + HIGH_MM, CORNER_MM
    off = r * (1 - 0.5**0.5)
    lines = (
        ((left + r, top), (right - r, top)),
        ((right, top + r), (right, bottom - r)),
        ((right - r, bottom), (left + r, bottom)),
        ((left, bottom - r), (left, top + r)),
    )
    arcs = (
        ((right - r, top), (right - off, top + off), (right, top + r)),
        ((right, bottom - r), (right - off, bottom - off), (right - r, bottom)),
        ((left + r, bottom), (left + off, bottom - off), (left, bottom - r)),
        ((left, top + r), (left + off, top + off), (left + r, top)),
    )
    tail: list[Node] = [[w("stroke"), [w("width"), 0.1], [w("type"), w("default")]], [w("layer"), "Edge.Cuts"]]
    nodes: list[Node] = [
        [w("gr_line"), [w("start"), *a], [w("end"), *b], *tail, [w("uuid"), identifier("edge", a)]] for a, b in lines
    ]
    return nodes + [
        [w("gr_arc"), [w("start"), *a], [w("mid"), *m], [w("end"), *b], *tail, [w("uuid"), identifier("arc", a)]]
        for a, m, b in arcs
    ]


def _words(words: Words) -> list[Node]:
    """Text, place, size in mm, angle and side of the board."""
    text, x, y, size, angle, side = words
    effects: list[Node] = [w("effects"), [w("font"), [w("size"), size, size], [w("thickness"), size * 0.15]]]
    if side == "B":
        effects.append([w("justify"), w("mirror")])
    return [
        w("gr_text"),
        text,
        [w("at"), *on_sheet(x, y), angle],
        [w("layer"), f"{side}.SilkS"],
        [w("uuid"), identifier("silk", text)],
        effects,
    ]


def _copper(nets: Nets) -> list[Node]:
    nodes: list[Node] = []
    for index, way in enumerate(json.loads(FOUND.read_text(encoding="utf-8"))):
        number, width = nets.of(way["net"])[0], FAT_MM if way["net"] in FAT_NETS else THIN_MM
        for n, (layer, x1, y1, x2, y2) in enumerate(way["tracks"]):
            nodes.append(
                [
                    w("segment"),
                    [w("start"), *on_sheet(x1, y1)],
                    [w("end"), *on_sheet(x2, y2)],
                    [w("width"), width],
                    [w("layer"), LAYER[layer]],
                    [w("net"), number],
                    [w("uuid"), identifier("track", index, n)],
                ]
            )
        nodes += [_via(x, y, number, index, n) for n, (x, y) in enumerate(way["vias"])]
    ground = nets.of("GND")[0]
    return nodes + [_via(x, y, ground, "ground", n) for n, (x, y) in enumerate(GROUND_VIAS)]


def _via(x: float, y: float, number: int, *which: object) -> list[Node]:
    return [
        w("via"),
        [w("at"), *on_sheet(x, y)],
        [w("size"), VIA_MM],
        [w("drill"), DRILL_MM],
        [w("layers"), "F.Cu", "B.Cu"],
        [w("net"), number],
        [w("uuid"), identifier("via", *which)],
    ]


def _pours(nets: Nets) -> list[Node]:
    nodes: list[Node] = []
    for n, pour in enumerate(POURS):
        nodes.append(_zone(nets.of(pour.net), LAYER[pour.layer], pour.outline, 10 + n, full=True))
    low, left, edge, gap = USB_BOTTOM_MM, USB_LEFT_MM, EDGE_MM, BARRIER_MM
    right, bottom = WIDE_MM - edge, HIGH_MM - edge
    main = (
        (edge, edge),
        (left - gap, edge),
        (left - gap, low + gap),
        (right, low + gap),
        (right, bottom),
        (edge, bottom),
    )
    host = ((left, edge), (right, edge), (right, low), (left, low))
    for layer in LAYER:
        nodes.append(_zone(nets.of("GND"), layer, main, 0, full=False))
        nodes.append(_zone(nets.of("GND_USB"), layer, host, 0, full=False))
    return nodes


def _zone(net: tuple[int, str], layer: str, outline: Polygon, priority: int, *, full: bool) -> list[Node]:
    number, name = net
    corners: list[Node] = [[w("xy"), *on_sheet(x, y)] for x, y in outline]
    connect: list[Node] = (
        [w("connect_pads"), w("yes"), [w("clearance"), 0.2]] if full else [w("connect_pads"), [w("clearance"), 0.2]]
    )
    return [
        w("zone"),
        [w("net"), number],
        [w("net_name"), name],
        [w("layer"), layer],
        [w("uuid"), identifier("zone", name, layer)],
        [w("hatch"), w("edge"), 0.5],
        [w("priority"), priority],
        connect,
        [w("min_thickness"), 0.2],
        [w("filled_areas_thickness"), w("no")],
        [
            w("fill"),
            w("yes"),
            [w("thermal_gap"), 0.25],
            [w("thermal_bridge_width"), 0.4],
            [w("island_removal_mode"), 0],
        ],
        [w("polygon"), [w("pts"), *corners]],
    ]
