"""Writes the schematic as KiCad 9 files: the library of its symbols, one file a sheet, the root that joins them."""

from __future__ import annotations

import math
from collections import Counter

from generator.facts_model import Facts

from board import stock, symbols
from board.parts import NOT_CONNECTED, POWER, UNITS, Placed, Sheet, symbol_of
from board.sexpr import Node, Word, dump, identifier
from board.symbols import BY_NAME, GRID_MM, Pin, Symbol
from board.wires import Drawing, Point, draw

NAME = "poultice"
FORMAT = 20250114  # of KiCad 9
REVISION = "A"
TEXT_MM, SMALL_MM = 1.27, 1.0
ROOT = identifier("root")
SIDE_ANGLE = {"r": 0, "u": 90, "l": 180, "d": 270}
OPEN = tuple[tuple[int, int], ...]


def w(text: str) -> Word:
    """An atom without quotes."""
    return Word(text)


def files(facts: Facts, sheets: tuple[Sheet, ...]) -> dict[str, str]:
    """File name to text of the whole schematic."""
    exported = exported_nets(sheets)
    made = {f"{NAME}.kicad_sym": library(), f"{NAME}.kicad_sch": _root(sheets, exported)}
    for number, sheet in enumerate(sheets, 2):
        made[f"{sheet.name}.kicad_sch"] = _sheet(facts, sheet, number, exported, len(sheets) + 1)
    return made


def exported_nets(sheets: tuple[Sheet, ...]) -> frozenset[str]:
    """Nets that more than one sheet has; supplies are everywhere by their own symbols."""
    counts: Counter[str] = Counter()
    for sheet in sheets:
        counts.update({net for part in sheet.placed() for net in part.nets} - POWER - {NOT_CONNECTED})
    return frozenset(net for net, count in counts.items() if count > 1)


# --- the library ------------------------------------------------------------------------------------------------------
def library() -> str:
    """All symbols as a library of its own."""
    head: list[Node] = [w("kicad_symbol_lib"), [w("version"), w("20241209")], [w("generator"), "poultice"]]
    return dump(head + [_library_symbol(name, name) for name in library_names()]) + "\n"


def library_names() -> list[str]:
    """Chips in several pieces are one symbol."""
    pieces = {piece for units in UNITS.values() for piece in units}
    return sorted([symbol.name for symbol in symbols.ALL if symbol.name not in pieces] + list(UNITS))


def _library_symbol(name: str, shown: str) -> list[Node]:
    units = [BY_NAME[piece] for piece in UNITS.get(name, (name,))]
    first = units[0]
    node: list[Node] = [w("symbol"), shown]
    if first.power:
        node.append([w("power")])
    node += [
        [w("pin_numbers"), [w("hide"), w("no" if first.names_shown or name in UNITS else "yes")]],
        [w("pin_names"), [w("offset"), 0.5], [w("hide"), w("no" if first.names_shown else "yes")]],
        [w("exclude_from_sim"), w("no")],
        [w("in_bom"), w("no" if first.prefix in {"TP", "H"} or first.power else "yes")],
        [w("on_board"), w("yes")],
        _property("Reference", first.prefix, 0, 0, hide=first.power),
        _property("Value", name, 0, 0, hide=False),
        _property("Footprint", "", 0, 0),
        _property("Datasheet", "", 0, 0),
        _property("Description", "", 0, 0),
    ]
    for number, unit in enumerate(units, 1):
        node.append(_strokes(name, number, unit))
        pins: list[Node] = [w("symbol"), f"{name}_{number}_1"]
        node.append(pins + [_pin(pin) for pin in unit.pins])
    node.append([w("embedded_fonts"), w("no")])
    return node


def _strokes(name: str, number: int, unit: Symbol) -> list[Node]:
    node: list[Node] = [w("symbol"), f"{name}_{number}_0"]
    for points in unit.strokes:
        corners: list[Node] = [[w("xy"), x * GRID_MM, -y * GRID_MM] for x, y in points]
        at: list[Node] = [w("pts"), *corners]
        node.append([w("polyline"), at, _stroke(0.2), [w("fill"), [w("type"), w("none")]]])
    for x, y, radius in unit.circles:
        node.append(
            [
                w("circle"),
                [w("center"), x * GRID_MM, -y * GRID_MM],
                [w("radius"), radius * GRID_MM],
                _stroke(0.2),
                [w("fill"), [w("type"), w("none")]],
            ]
        )
    for text, x, y in unit.words:
        node.append([w("text"), text, [w("at"), x * GRID_MM, -y * GRID_MM, 0], _effects(TEXT_MM)])
    return node


def _stroke(width: float) -> list[Node]:
    return [w("stroke"), [w("width"), width], [w("type"), w("default")]]


def _pin(pin: Pin) -> list[Node]:
    inward = {"l": 0, "d": 90, "r": 180, "u": 270}[pin.side]
    return [
        w("pin"),
        w(pin.kind),
        w("line"),
        [w("at"), pin.at[0] * GRID_MM, -pin.at[1] * GRID_MM, inward],
        [w("length"), pin.length * GRID_MM],
        [w("name"), pin.name, _effects(SMALL_MM)],
        [w("number"), pin.number, _effects(SMALL_MM)],
    ]


def _effects(size: float, *justify: str, hide: bool = False, bold: bool = False) -> list[Node]:
    font: list[Node] = [w("font"), [w("size"), size, size]]
    if bold:
        font.append([w("bold"), w("yes")])
    node: list[Node] = [w("effects"), font]
    if justify:
        node.append([w("justify"), *map(w, justify)])
    if hide:
        node.append([w("hide"), w("yes")])
    return node


def _property(
    name: str, value: str, x: float, y: float, *justify: str, hide: bool = True, angle: int = 0
) -> list[Node]:
    return [
        w("property"),
        name,
        value,
        [w("at"), x * GRID_MM, y * GRID_MM, angle],
        _effects(TEXT_MM, *justify, hide=hide),
    ]


# --- a sheet ----------------------------------------------------------------------------------------------------------
def _head(title: str, paper: str, number: int, of: int, unique: str) -> list[Node]:
    return [
        w("kicad_sch"),
        [w("version"), w(str(FORMAT))],
        [w("generator"), "eeschema"],
        [w("generator_version"), "9.0"],
        [w("uuid"), unique],
        [w("paper"), paper],
        [
            w("title_block"),
            [w("title"), f"Poultice: {title}"],
            [w("rev"), REVISION],
            [w("company"), "Poultice"],
            [w("comment"), 1, "CERN-OHL-P-2.0"],
            [w("comment"), 2, "Made from hardware/facts.toml and hardware/board"],
            [w("comment"), 3, "Not built, not measured: nobody lies on it"],
            [w("comment"), 4, f"{number} of {of}"],
        ],
    ]


def _sheet(facts: Facts, sheet: Sheet, number: int, exported: frozenset[str], of: int) -> str:
    parts, drawing = sheet.placed(), draw(sheet, exported)
    node = _head(sheet.title, sheet.paper, number, of, identifier(sheet.name, "file"))
    used = (
        {symbol_of(part.stock) for part in parts} | {net for net, _, _ in drawing.powers} | {"PWR_FLAG", *sheet.flags}
    )
    node.append(
        [w("lib_symbols"), *[_library_symbol(each, f"{NAME}:{each}") for each in sorted(used & set(library_names()))]]
    )
    node += [_text(sheet, x, y, text) for x, y, text in sheet.notes]
    node += _lines(sheet, drawing, exported)
    node += [_symbol(facts, sheet, part) for part in parts]
    node += [_power(sheet, index, *power) for index, power in enumerate(drawing.powers)]
    node += _flags(sheet, len(drawing.powers))
    node.append([w("embedded_fonts"), w("no")])
    return dump(node) + "\n"


def _text(sheet: Sheet, x: int, y: int, text: str) -> list[Node]:
    return [
        w("text"),
        text,
        [w("exclude_from_sim"), w("no")],
        _at(x, y, 0),
        _effects(1.4, "left", "bottom"),
        [w("uuid"), identifier(sheet.name, "text", x, y)],
    ]


def _lines(sheet: Sheet, drawing: Drawing, exported: frozenset[str]) -> list[Node]:
    nodes: list[Node] = []
    for at in drawing.junctions:
        nodes.append(
            [w("junction"), _at(*at)[:3], [w("diameter"), 0], [w("color"), 0, 0, 0, 0], _uuid(sheet, "junction", at)]
        )
    for at in drawing.open_pins:
        nodes.append([w("no_connect"), _at(*at)[:3], _uuid(sheet, "open", at)])
    for first, second in drawing.wires:
        nodes.append([w("wire"), [w("pts"), _xy(first), _xy(second)], _stroke(0), _uuid(sheet, "wire", first, second)])
    for net, at, side in drawing.labels:
        justify = ("left",) if side in "ru" else ("right",)
        if net in exported:
            nodes.append(
                [
                    w("hierarchical_label"),
                    net,
                    [w("shape"), w("passive")],
                    _at(*at, SIDE_ANGLE[side]),
                    _effects(TEXT_MM, *justify),
                    _uuid(sheet, "label", at),
                ]
            )
        else:
            nodes.append(
                [
                    w("label"),
                    net,
                    _at(*at, SIDE_ANGLE[side]),
                    _effects(TEXT_MM, *justify, "bottom"),
                    _uuid(sheet, "label", at),
                ]
            )
    return nodes


def _at(x: float, y: float, angle: int = 0) -> list[Node]:
    return [w("at"), x * GRID_MM, y * GRID_MM, angle]


def _xy(at: Point) -> list[Node]:
    return [w("xy"), at[0] * GRID_MM, at[1] * GRID_MM]


def _uuid(sheet: Sheet, *names: object) -> list[Node]:
    return [w("uuid"), identifier(sheet.name, *names)]


def _symbol(facts: Facts, sheet: Sheet, part: Placed) -> list[Node]:
    item = stock.item(facts, part.stock)
    node = _instance_head(
        symbol_of(part.stock),
        (part.x, part.y, part.turn),
        part.unit,
        identifier(sheet.name, part.reference, part.unit),
        bought=item.fitted,
    )
    node += _words(part, item)
    hidden = {"Footprint": item.footprint, "Datasheet": "", "Description": item.rating}
    if item.fitted:
        hidden |= {
            "Manufacturer": item.maker,
            "MPN": item.mpn,
            "Rating": item.rating,
            "Source 1": item.sources[0],
            "Source 2": item.sources[1],
            "Alternative": item.alternative,
        }
    if item.fact:
        hidden["Fact"] = item.fact
    node += [_property(name, value, part.x, part.y) for name, value in hidden.items()]
    node += [[w("pin"), pin.number, _uuid(sheet, part.reference, part.unit, pin.number)] for pin in part.symbol.pins]
    node.append(_instances(sheet, part.reference, part.unit))
    return node


def _instance_head(name: str, at: tuple[int, int, int], unit: int, unique: str, *, bought: bool) -> list[Node]:
    yes = w("yes")
    return [
        w("symbol"),
        [w("lib_id"), f"{NAME}:{name}"],
        _at(*at),
        [w("unit"), unit],
        [w("exclude_from_sim"), w("no")],
        [w("in_bom"), yes if bought else w("no")],
        [w("on_board"), yes],
        [w("dnp"), w("no")],
        [w("uuid"), unique],
    ]


def _words(part: Placed, item: stock.Item) -> list[Node]:
    """Reference and value, where the part leaves room for them; the angle is told as the symbol turns it."""
    left, top, right, bottom = part.box()
    angle, flip = (90 if part.turn in {90, 270} else 0), part.turn in {90, 180}
    wide = len(part.symbol.pins) > 3 or part.symbol.prefix in "UJ"
    if wide:
        places = (left, top - 0.5), (left, bottom + 0.6)
        if part.reference.startswith("U") and part.unit > 1 and part.symbol.name.startswith("SUPPLY"):
            places = (right + 0.2, part.y - 0.4), (right + 0.2, part.y + 0.4)
    elif angle and len(part.symbol.pins) == 2:
        places = (part.x - 0.9, top - 0.4), (part.x - 0.9, bottom + 0.5)
    else:
        places = (right + 0.25, part.y - 0.4), (right + 0.25, part.y + 0.45)
    justify = "right" if flip else "left"
    value = item.value if item.value else part.nets[0]
    return [
        _property("Reference", part.reference, *places[0], justify, hide=False, angle=angle),
        _property("Value", value, *places[1], justify, hide=part.symbol.name in {"TP", "HOLE"}, angle=angle),
    ]


def _instances(sheet: Sheet, reference: str, unit: int) -> list[Node]:
    path = f"/{ROOT}/{identifier(sheet.name, 'sheet')}"
    return [w("instances"), [w("project"), NAME, [w("path"), path, [w("reference"), reference], [w("unit"), unit]]]]


def _power(sheet: Sheet, index: int, net: str, at: Point, side: str) -> list[Node]:
    """The symbol of a supply at a pin, turned away from it."""
    ground = net in symbols.GROUNDS
    turn = {"d": 0, "r": 90, "u": 180, "l": 270}[side] if ground else {"u": 0, "l": 90, "d": 180, "r": 270}[side]
    return _supply_symbol(sheet, net, (*at, turn), f"#PWR{_number(sheet)}{index:02}", side)


def _supply_symbol(sheet: Sheet, name: str, place: tuple[int, int, int], reference: str, side: str) -> list[Node]:
    at, turn = place[:2], place[2]
    dx, dy = {"l": (-1.1, 0), "r": (1.1, 0), "u": (0, -0.95), "d": (0, 1.25)}[side]
    angle = 90 if turn in {90, 270} else 0
    justify: tuple[str, ...] = {"l": ("right",), "r": ("left",)}.get(side, ())
    if turn in {90, 180} and justify:
        justify = ("left",) if justify == ("right",) else ("right",)
    node = _instance_head(name, place, 1, identifier(sheet.name, reference), bought=True)
    node += [
        _property("Reference", reference, *at),
        _property("Value", name, at[0] + dx, at[1] + dy, *justify, hide=name == "PWR_FLAG", angle=angle),
    ]
    node += [_property(each, "", *at) for each in ("Footprint", "Datasheet", "Description")]
    node.append([w("pin"), "1", _uuid(sheet, reference, "pin")])
    node.append(_instances(sheet, reference, 1))
    return node


def _number(sheet: Sheet) -> int:
    return sum(map(ord, sheet.name)) % 90 + 10


def _flags(sheet: Sheet, taken: int) -> list[Node]:
    """Where a supply begins: KiCad's check wants to be told that something feeds it."""
    nodes: list[Node] = []
    bottom = 70 if sheet.paper == "A4" else 104
    for index, net in enumerate(flag for flag in sheet.flags if flag in POWER):
        at, ground = (8 + 8 * index, bottom), net in symbols.GROUNDS
        nodes.append(
            _supply_symbol(sheet, net, (*at, 0 if ground else 180), f"#PWR{_number(sheet)}{taken + index:02}", "d")
        )
        nodes.append(_supply_symbol(sheet, "PWR_FLAG", (*at, 0), f"#FLG{_number(sheet)}{index:02}", "u"))
    return nodes


# --- the root ---------------------------------------------------------------------------------------------------------
COLUMNS, STEP_X, WIDE = 3, 52, 22
LEFT, TOP, GAP = 18, 16, 4


def _root(sheets: tuple[Sheet, ...], exported: frozenset[str]) -> str:
    node = _head("heat pad and massage controller", "A3", 1, len(sheets) + 1, ROOT)
    node.append([w("lib_symbols")])
    bottoms = [TOP] * COLUMNS
    for number, sheet in enumerate(sheets, 2):
        column = bottoms.index(min(bottoms))
        nets = sorted({net for part in sheet.placed() for net in part.nets} & exported)
        high = max(4, math.ceil(len(nets) / 2) + 1)
        node += _block(sheet, nets, (LEFT + column * STEP_X, bottoms[column]), high, number)
        bottoms[column] += high + GAP
    node.append([w("sheet_instances"), [w("path"), "/", [w("page"), "1"]]])
    node.append([w("embedded_fonts"), w("no")])
    return dump(node) + "\n"


def _block(sheet: Sheet, nets: list[str], at: Point, high: int, number: int) -> list[Node]:
    x, y = at
    block: list[Node] = [
        w("sheet"),
        _at(x, y)[:3],
        [w("size"), WIDE * GRID_MM, high * GRID_MM],
        [w("exclude_from_sim"), w("no")],
        [w("in_bom"), w("yes")],
        [w("on_board"), w("yes")],
        [w("dnp"), w("no")],
        _stroke(0.15),
        [w("fill"), [w("color"), 0, 0, 0, w("0.0000")]],
        [w("uuid"), identifier(sheet.name, "sheet")],
        _property("Sheetname", sheet.name, x, y - 0.3, "left", "bottom", hide=False),
        _property("Sheetfile", f"{sheet.name}.kicad_sch", x, y + high + 0.3, "left", "top", hide=False),
    ]
    labels: list[Node] = []
    half = math.ceil(len(nets) / 2)
    for index, net in enumerate(nets):
        side, row = ("l", index) if index < half else ("r", index - half)
        pin_at = (x if side == "l" else x + WIDE, y + 1 + row)
        block.append(
            [
                w("pin"),
                net,
                w("passive"),
                _at(*pin_at, SIDE_ANGLE[side]),
                _uuid(sheet, "pin", net),
                _effects(TEXT_MM, "left" if side == "l" else "right"),
            ]
        )
        end = (pin_at[0] + (-1 if side == "l" else 1), pin_at[1])
        labels.append([w("wire"), [w("pts"), _xy(pin_at), _xy(end)], _stroke(0), _uuid(sheet, "stub", net)])
        labels.append(
            [
                w("label"),
                net,
                _at(*end, SIDE_ANGLE[side]),
                _effects(TEXT_MM, "right" if side == "l" else "left", "bottom"),
                _uuid(sheet, "tag", net),
            ]
        )
    block.append([w("instances"), [w("project"), NAME, [w("path"), f"/{ROOT}", [w("page"), str(number)]]]])
    return [block, *labels]
