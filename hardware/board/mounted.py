"""A footprint at its place on the board, with its part's words and nets, as KiCad's board file has it."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TypeGuard, cast

from board.parts import Sheet
from board.places import Part, Place
from board.sexpr import Node, Word, children, identifier

ORIGIN_MM = (60.0, 50.0)
"""Of the board's upper left corner on KiCad's sheet."""


@dataclass(frozen=True, slots=True)
class Nets:
    """`names`: our net to KiCad's; `numbers`: KiCad's name to its number; `open_pins`: pins that have a net alone."""

    names: dict[str, str]
    numbers: dict[str, int]
    open_pins: dict[tuple[str, str], str]

    def of(self, net: str) -> tuple[int, str]:
        """Number and KiCad's name of one of our nets. Raises KeyError."""
        name = self.names[net]
        return self.numbers[name], name


def w(text: str) -> Word:
    """An atom without quotes."""
    return Word(text)


def on_sheet(x: float, y: float) -> tuple[float, float]:
    """A place on the board as one on KiCad's sheet, mm."""
    return x + ORIGIN_MM[0], y + ORIGIN_MM[1]


SKIPPED = frozenset({"descr", "tags", "property", "version", "generator", "generator_version", "layer", "uuid", "path"})


def mounted(part: Part, place: Place, identity: tuple[Sheet, str], nets: Nets) -> list[Node]:
    """The whole footprint; `identity` is its sheet and the path of its symbol."""
    sheet, path = identity
    source = copy.deepcopy(list(part.footprint.source))
    node: list[Node] = [
        w("footprint"),
        part.item.footprint,
        [w("layer"), "F.Cu"],
        [w("uuid"), identifier("pcb", part.reference)],
        [w("at"), *on_sheet(place.x, place.y), place.turn],
    ]
    node += [each for each in source if isinstance(each, list) and each[0] in {"descr", "tags"}]
    node += _properties(part, place, source)
    node += [[w("path"), path], [w("sheetname"), f"/{sheet.name}/"], [w("sheetfile"), f"{sheet.name}.kicad_sch"]]
    for index, each in enumerate(source[2:]):
        if isinstance(each, list) and str(each[0]) not in SKIPPED:
            bare = [one for one in each if not (isinstance(one, list) and one[0] in {"uuid", "net"})]
            node.append(_element(part, place, bare, index, nets))
    if not part.item.fitted and not children(source, "attr"):
        node.append([w("attr"), w("exclude_from_bom")])
    return node


def _element(part: Part, place: Place, node: list[Node], index: int, nets: Nets) -> list[Node]:
    unique: list[Node] = [w("uuid"), identifier("pcb", part.reference, index)]
    kind = str(node[0])
    if kind == "pad":
        return [*_pad(part, place, node, nets), unique]
    if kind == "attr" and not part.item.fitted:
        return [w("attr"), *[one for one in node[1:] if one != "exclude_from_bom"], w("exclude_from_bom")]
    if kind == "fp_text":
        return [*_turned_text(node, place), unique]
    return [*node, unique] if kind.startswith("fp_") else node


def _properties(part: Part, place: Place, source: list[Node]) -> list[Node]:
    """Reference on the silkscreen where the library has it, the rest hidden; the same words as the schematic's."""
    hidden = _hidden_fields(part)
    nodes: list[Node] = []
    for each in children(source, "property"):
        name = str(each[1])
        if name in {"Reference", "Value"}:
            node = [one for one in each if not (isinstance(one, list) and one[0] == "uuid")]
            node[2] = part.reference if name == "Reference" else _value(part)
            node = _turned_text(node, place)
            if name == "Reference":
                node = _small(node)
            nodes.append([*node, [w("uuid"), identifier("pcb", part.reference, name)]])
    for name, value in hidden.items():
        nodes.append(
            [
                w("property"),
                name,
                value,
                [w("at"), 0, 0, 0],
                [w("unlocked"), w("yes")],
                [w("layer"), "F.Fab"],
                [w("hide"), w("yes")],
                [w("uuid"), identifier("pcb", part.reference, name)],
                [w("effects"), [w("font"), [w("size"), 1, 1], [w("thickness"), 0.15]]],
            ]
        )
    return nodes


def _value(part: Part) -> str:
    return part.item.value or next(iter(part.nets.values()), "")


def _hidden_fields(part: Part) -> dict[str, str]:
    item = part.item
    fields = {"Datasheet": "", "Description": item.rating}
    if item.fitted:
        fields |= {
            "Manufacturer": item.maker,
            "MPN": item.mpn,
            "Rating": item.rating,
            "Source 1": item.sources[0],
            "Source 2": item.sources[1],
            "Alternative": item.alternative,
        }
    return fields | ({"Fact": item.fact} if item.fact else {})


def _small(node: list[Node]) -> list[Node]:
    """References would cover each other on the silkscreen: they stand on the fabrication layer, for the plan."""
    effects: list[Node] = [w("effects"), [w("font"), [w("size"), 0.6, 0.6], [w("thickness"), 0.1]]]
    kept = [one for one in node if not (isinstance(one, list) and one[0] in {"effects", "layer", "at"})]
    return [*kept, [w("at"), 0, 0, 0], [w("layer"), "F.Fab"], effects]


def _turned_text(node: list[Node], place: Place) -> list[Node]:
    return [[*each[:3], (_angle(each) + place.turn) % 180] if _is_at(each) else each for each in node]


def _is_at(node: Node) -> TypeGuard[list[Node]]:
    return isinstance(node, list) and bool(node) and node[0] == "at"


def _angle(at: list[Node]) -> float:
    return float(cast("str", at[3])) if len(at) > 3 else 0.0


def _pad(part: Part, place: Place, node: list[Node], nets: Nets) -> list[Node]:
    """In the board's file a pad's angle is that on the board."""
    made: list[Node] = [
        [w("at"), each[1], each[2], (_angle(each) + place.turn) % 360] if _is_at(each) else each for each in node
    ]
    number = str(node[1])
    name = nets.names.get(part.nets.get(number, "")) or nets.open_pins.get((part.reference, number))
    return [*made, [w("net"), nets.numbers[name], name]] if name else made
