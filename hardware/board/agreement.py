"""Does the schematic say what the facts say? Compared by the committed files, as somebody opens them in KiCad."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from circuits.ngspice import HERE as DECKS
from generator.facts_model import Facts

from board import stock
from board.parts import Sheet, nets_of
from board.sexpr import Node, child, children, parse


@dataclass(frozen=True, slots=True)
class Drawn:
    """A part as the schematic has it: reference, value and all its fields."""

    sheet: str
    reference: str
    fields: dict[str, str]


def drawn_parts(folder: Path) -> list[Drawn]:
    """All parts of all sheets in a folder; the pieces of one chip come each."""
    found = []
    for file in sorted(folder.glob("*.kicad_sch")):
        for symbol in children(parse(file.read_text(encoding="utf-8")), "symbol"):
            fields = {str(each[1]): str(each[2]) for each in children(symbol, "property")}
            if not fields["Reference"].startswith("#"):
                found.append(Drawn(file.stem, fields["Reference"], fields))
    return found


def disagreements(facts: Facts, parts: list[Drawn]) -> list[str]:
    """A sentence for each value or part number of the schematic that is not what facts.toml says."""
    return [sentence for part in parts if part.fields.get("Fact") for sentence in _of(facts, part)]


def _of(facts: Facts, part: Drawn) -> list[str]:
    path = part.fields["Fact"]
    try:
        value, number = expected(facts, path, part.fields["Value"])
    except (AttributeError, KeyError):
        return [f"{part.sheet}: {part.reference} names {path}, which hardware/facts.toml does not have."]
    sentences = []
    if value is not None and part.fields["Value"] != value:
        sentences.append(f"{part.sheet}: {part.reference} is {part.fields['Value']}, but {path} says {value}.")
    if number is not None and not _same_part(part.fields["MPN"], number) and part.fields["Value"] != number:
        sentences.append(f"{part.sheet}: {part.reference} is a {part.fields['MPN']}, but {path} says {number}.")
    return sentences


def expected(facts: Facts, path: str, value: str) -> tuple[str | None, str | None]:
    """Value and part number that a fact asks for; None where it says nothing. Raises AttributeError, KeyError."""
    if path == "ntc":
        return stock.ohms(facts.ntc.pull_up_ohm), None
    if path == "dividers.rail":
        both = [stock.ohms(facts.dividers.rail.top_ohm), stock.ohms(facts.dividers.rail.bottom_ohm)]
        return (value if value in both else " or ".join(both)), None
    _, table, *name = path.split(".")
    fact = getattr(facts.circuit, table)
    fact = fact[name[0]] if name else fact
    if table == "resistors":
        return stock.ohms(fact.ohm), fact.part
    if table == "capacitors":
        return stock.farads(fact.nf), fact.part
    return (f"T{fact.rated_a:g}A", None) if table == "fuse" else (None, fact.part)


def _same_part(number: str, fact: str) -> bool:
    """Makers write BZX84-C12 and append the reel."""
    return _plain(number).startswith(_plain(fact)) or _plain(fact).startswith(_plain(number))


def _plain(number: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", number.upper())


# --- the decks --------------------------------------------------------------------------------------------------------
NODES = {
    "0": "GND", "logic": "+5V", "high": "VIN", "supply": "SUPPLY", "rail": "RAIL", "sensed": "SENSED",
        "filtered": "FILTERED",
    "ceiling": "CEILING", "n1": "NTC_TRIP_LUMBAR", "n2": "NTC_TRIP_UPPER_BACK", "ref": "TRIP_REF", "open": "OPEN_REF",
    "q": "TRIPPED", "qn": "free", "set": "SET_N", "test5": "TRIP_TEST", "upper34": "three_quarters",
        "lower14": "quarter",
    "pull1": "TEST_LUMBAR", "pull2": "TEST_UPPER_BACK", "line": "BUTTON_LINE", "contact": "contact", "edge": "EDGE",
    "chipbutton": "BUTTON", "between": "between", "reset": "RESET_N", "status": "TRIP_STATUS", "a": "ENABLE",
        "p": "pumped",
    "s": "STORE", "b": "base", "c": "drive", "g": "UPPER_GATE", "k1": "upper_clamp", "divided": "RAIL_SENSE",
    "hp": "HEATER_LUMBAR", "lg": "LOW_LUMBAR_GATE", "k2": "low_lumbar_clamp", "low": "LOW_LUMBAR",
}  # fmt: skip
"""The nodes of chain.cir and the nets of the schematic that they are."""
PASSIVE = re.compile(r"^[RC]\w+ (\S+) (\S+) \$\{[rc]_(\w+)\}", re.MULTILINE)
SPECIAL = {"pull_up": "pull_up", "rail_top": "rail_top", "rail_bottom": "rail_bottom"}
NOT_ON_THE_BOARD = frozenset({"pin", "element"})  # the chip's own resistance; the pad's


def missing_of_the_chain(sheets: tuple[Sheet, ...]) -> list[str]:
    """A sentence for each resistor and capacitor of the computed chain that the schematic does not have at its nets."""
    rows = {
        (part.stock.partition(":")[2] or part.stock, frozenset(part.nets))
        for sheet in sheets
        for part in sheet.placed()
    }
    found = PASSIVE.findall((DECKS / "chain.cir").read_text(encoding="utf-8"))
    if len(found) < 30:
        raise ValueError("chain.cir reads otherwise than expected")
    return [
        f"the schematic has no {name} between {NODES[first]} and {NODES[second]}, as chain.cir has"
        for first, second, name in found
        if name not in NOT_ON_THE_BOARD and (name, frozenset({NODES[first], NODES[second]})) not in rows
    ]


# --- the processor's pins ---------------------------------------------------------------------------------------------
SAYS_OTHERWISE = {"rail": "RAIL_SENSE"}
ADC_PINS = ("PC0", "PC1", "PC2", "PC3", "PC4", "PC5", "ADC6", "ADC7")


def wrong_pins(facts: Facts, sheets: tuple[Sheet, ...]) -> list[str]:
    """A sentence for each pin of the processor that is on another net than the facts (and so the firmware) say."""
    wanted = {f"P{pin.port}": name.upper() for name, pin in facts.pins.items()}
    wanted |= {
        ADC_PINS[n]: SAYS_OTHERWISE.get(name, name.upper())
        for name, n in facts.adc.channels.items()
        if n < len(ADC_PINS)
    }
    mcu = next(part for sheet in sheets for part in sheet.placed() if part.stock == "mcu")
    drawn = {pin.name: net for pin, _, _, _, net in mcu.pins()}
    return [
        f"pin {pin} is on {drawn[pin]}, but hardware/facts.toml has {net} there"
        for pin, net in wanted.items()
        if drawn[pin] != net
    ]


# --- what KiCad itself makes of the files -----------------------------------------------------------------------------
def netlist_differences(sheets: tuple[Sheet, ...], text: str) -> list[str]:
    """Where the netlist that KiCad exports from the files joins other pins than the data does."""
    ours = {frozenset(pins) for pins in nets_of(list(sheets)).values()}
    theirs = {frozenset(pins) for pins in kicad_nets(text).values()}
    return [f"KiCad does not join {_told(pins)}" for pins in ours - theirs] + [
        f"KiCad joins {_told(pins)}" for pins in theirs - ours if len(pins) > 1
    ]


def kicad_nets(text: str) -> dict[str, set[tuple[str, str]]]:
    """Net to (reference, pin) of a netlist in KiCad's own format."""
    nets = {}
    for net in children(child(parse(text), "nets"), "net"):
        nodes = children(net, "node")
        nets[_word(net, "name")] = {(_word(node, "ref"), _word(node, "pin")) for node in nodes}
    return nets


def _word(node: list[Node], name: str) -> str:
    return str(cast("str", child(node, name)[1]))


def _told(pins: frozenset[tuple[str, str]]) -> str:
    return ", ".join(f"{reference}.{pin}" for reference, pin in sorted(pins))
