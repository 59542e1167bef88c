"""The schematic in hardware/kicad says what facts, decks and firmware say; each of them is heard alone."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from board import agreement, schematic, sheets, stock, write
from board.parts import POWER, nets_of
from board.sexpr import children, parse
from board.wires import draw

from .conftest import Change


@pytest.fixture(scope="module")
def parts() -> list[agreement.Drawn]:
    found = agreement.drawn_parts(write.KICAD)
    assert len({part.reference for part in found}) > 180
    return found


def test_the_files_are_those_that_the_tables_make() -> None:
    made = write.made()
    assert len(made) == len(sheets.ALL) + 5
    other = [name for name, text in made.items() if (write.KICAD / name).read_text(encoding="utf-8") != text]
    assert other == [], "make hardware ARGS=--write"


def test_every_value_is_that_of_the_facts(facts, parts: list[agreement.Drawn]) -> None:
    assert agreement.disagreements(facts, parts) == []


@pytest.mark.parametrize(
    ("path", "value", "heard"),
    [
        ("circuit.resistors.trip_reference_bottom.ohm", 4300.0, "trip: R502 is 4.32 kΩ, but .* says 4.3 kΩ"),
        ("circuit.resistors.trip_reference_bottom.part", "RT0603BRD074K30L", "trip: R502 is a RT0603BRD074K32L"),
        ("circuit.resistors.shunt.ohm", 0.04, "current: R101 is 20 mΩ, but .* says 40 mΩ"),
        ("circuit.capacitors.pump_store.nf", 470.0, "heaters: C202 is 1 µF, but .* says 470 nF"),
        ("circuit.mosfets.lower.part", "IRLR3410", "heaters: Q212 is a IRLR2905TRPBF, but .* says IRLR3410"),
        ("circuit.gate_zener.part", "BZX84C15", "heaters: D202 is a BZX84-C12,215"),
        ("circuit.comparator.part", "LM339", "trip: U501 is a TLV1704AIPWR"),
        ("circuit.fuse.rated_a", 5.0, "supply: F1 is T4A, but circuit.fuse says T5A"),
        ("ntc.pull_up_ohm", 4700, "thermistors: R411 is 10 kΩ, but ntc says 4.7 kΩ"),
        ("dividers.rail.top_ohm", 68_000, "heaters: R207 is 56 kΩ, but dividers.rail says 68 kΩ or 10 kΩ"),
    ],
)
def test_a_fact_changed_alone_is_heard(
    changed: Change, parts: list[agreement.Drawn], path: str, value: object, heard: str
) -> None:
    said = agreement.disagreements(changed(path, value), parts)
    assert said
    assert any(re.search(heard, sentence) for sentence in said), said


def test_each_part_that_the_facts_name_is_drawn(facts, parts: list[agreement.Drawn]) -> None:
    drawn = {part.fields.get("Fact") for part in parts}
    for table in ("resistors", "capacitors", "mosfets", "diodes"):
        wanted = {f"circuit.{table}.{name}" for name in getattr(facts.circuit, table)}
        assert wanted
        assert wanted - drawn == set()


def test_the_schematic_has_the_chain_that_is_computed() -> None:
    assert agreement.missing_of_the_chain(sheets.ALL) == []
    without_trip = tuple(sheet for sheet in sheets.ALL if sheet.name != "trip")
    said = agreement.missing_of_the_chain(without_trip)
    assert "the schematic has no trip_reference_bottom between TRIP_REF and GND, as chain.cir has" in said


def test_the_processors_pins_are_those_of_the_firmware(facts, changed: Change) -> None:
    assert agreement.wrong_pins(facts, sheets.ALL) == []
    swapped = facts.model_copy(update={"pins": facts.pins | {"led": facts.pins["buzzer"], "buzzer": facts.pins["led"]}})
    said = agreement.wrong_pins(swapped, sheets.ALL)
    assert "pin PB0 is on BUZZER, but hardware/facts.toml has LED there" in said
    assert len(said) == 2


def test_each_line_is_pulled_as_the_facts_say(facts) -> None:
    """By a resistor from the line, or from what its own series resistor leads to."""
    resistors = [set(part.nets) for sheet in sheets.ALL for part in sheet.placed() if part.symbol.name == "R"]
    for name, pin in facts.pins.items():
        if pin.pull is None:
            continue
        goal = {"up": "+5V", "down": "GND"}[pin.pull]
        first = {net for pair in resistors if name.upper() in pair for net in pair}
        second = {net for pair in resistors if pair & (first - POWER) for net in pair}
        assert goal in first | second, name


def test_each_part_can_be_bought(parts: list[agreement.Drawn]) -> None:
    for part in parts:
        if part.reference.startswith(("TP", "H")):
            continue
        for field in ("Manufacturer", "MPN", "Rating", "Source 1", "Source 2", "Alternative", "Footprint"):
            assert part.fields.get(field), f"{part.reference} has no {field}"
        assert part.fields["Source 1"] != part.fields["Source 2"]


def test_what_safety_rests_on_has_a_test_point() -> None:
    points = {part.nets[0] for sheet in sheets.ALL for part in sheet.placed() if part.symbol.name == "TP"}
    wanted = {
        "VIN", "+5V", "GND", "RAIL", "STORE", "UPPER_GATE", "LOW_LUMBAR_GATE", "LOW_UPPER_BACK_GATE", "SENSED",
        "CEILING", "NTC_TRIP_LUMBAR", "NTC_TRIP_UPPER_BACK", "TRIP_REF", "TRIP_TEST", "SET_N", "TRIPPED", "RESET_N",
        "EDGE",
        "BUTTON_LINE", "ENABLE", "HEATER_LUMBAR", "HEATER_UPPER_BACK", "TRIP_STATUS",
    }  # fmt: skip
    assert wanted - points == set()


def test_no_net_of_the_host_is_one_of_the_pad() -> None:
    """Only the isolator has both."""
    host = {"GND_USB", "VBUS", "+3V3_USB", "USB_DP", "USB_DM", "UART_UP", "UART_DOWN", "usb_dp", "usb_dm"}
    both = {
        part.reference
        for sheet in sheets.ALL
        for part in sheet.placed()
        if set(part.nets) & host and set(part.nets) - host - {"-"}
    }
    assert both == {"U702"}


def test_every_reference_is_one_part(facts) -> None:
    units = Counter((part.reference, part.unit) for sheet in sheets.ALL for part in sheet.placed())
    assert [each for each, count in units.items() if count > 1] == []
    kinds: dict[str, set[str]] = {}
    for sheet in sheets.ALL:
        for part in sheet.placed():
            kinds.setdefault(part.reference, set()).add(stock.item(facts, part.stock).mpn)
    assert [reference for reference, mpns in kinds.items() if len(mpns) > 1] == []


def test_no_two_nets_touch_on_a_sheet() -> None:
    """A wire of one net that passes a pin or a corner of another would join them."""
    exported = schematic.exported_nets(sheets.ALL)
    wires = 0
    for sheet in sheets.ALL:
        drawing = draw(sheet, exported)
        ends = {end for wire in drawing.wires for end in wire}
        pins = {(x, y) for part in sheet.placed() for _, x, y, _, _ in part.pins()}
        for (x1, y1), (x2, y2) in drawing.wires:
            wires += 1
            assert x1 == x2 or y1 == y2
            inner = {(x, y) for x in range(min(x1, x2), max(x1, x2) + 1) for y in range(min(y1, y2), max(y1, y2) + 1)}
            inner -= {(x1, y1), (x2, y2)}
            assert not inner & (ends | pins), sheet.name
    assert wires > 200


def test_the_board_joins_the_pads_that_the_schematic_joins() -> None:
    text = (write.KICAD / "poultice.kicad_pcb").read_text(encoding="utf-8")
    nets: dict[str, set[tuple[str, str]]] = {}
    for footprint in children(parse(text), "footprint"):
        reference = next(str(each[2]) for each in children(footprint, "property") if each[1] == "Reference")
        for pad in children(footprint, "pad"):
            for net in children(pad, "net"):
                nets.setdefault(str(net[2]), set()).add((reference, str(pad[1])))
    joined = {frozenset(pins) for pins in nets.values() if len(pins) > 1}
    wanted = {frozenset(pins) for pins in nets_of(list(sheets.ALL)).values() if len(pins) > 1}
    assert len(wanted) > 90
    assert joined == wanted
