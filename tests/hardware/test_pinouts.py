"""Which pin is what: the table, the schematic that uses it, and KiCad's own library as somebody else's opinion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from board import pinouts, sheets
from board.parts import Placed
from board.stock import STOCK

GROUND = {"GND", "GND1", "GND2", "V-"}
SUPPLIED = {"V+", "VCC", "AVCC", "VS", "VCC1", "VCC2", "VCCIO"}


def placed() -> Iterator[tuple[Placed, dict[str, str]]]:
    """Each drawn piece of a part in the table, with its functions by net's pin."""
    table = pinouts.pinouts()
    for sheet in sheets.ALL:
        for part in sheet.placed():
            if part.stock in table:
                yield part, {table[part.stock].pins[pin.number]: net for pin, _, _, _, net in part.pins()}


def test_every_part_that_can_be_mixed_up_is_in_the_table() -> None:
    assert len(pinouts.to_be_told()) >= 16
    assert pinouts.to_be_told() <= set(pinouts.pinouts()) <= set(STOCK)


def test_the_schematic_uses_the_table() -> None:
    assert pinouts.differences() == []


@pytest.mark.parametrize(("stock", "pin"), [("lower", "2"), ("small", "3"), ("comparator", "12"), ("latch", "7")])
def test_a_pin_that_is_changed_alone_is_told(stock: str, pin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    table = pinouts.pinouts()
    changed = replace(table[stock], pins=table[stock].pins | {pin: "X"})
    monkeypatch.setattr(pinouts, "pinouts", lambda: table | {stock: changed})
    (sentence,) = pinouts.differences()
    assert sentence.startswith(f"{stock}: pin {pin} is drawn as")


def test_supplies_and_grounds_are_on_supplies_and_grounds() -> None:
    seen = 0
    for part, functions in placed():
        for function, net in functions.items():
            if function in GROUND:
                assert net in {"GND", "GND_USB"}, (part.reference, function, net)
                seen += 1
            elif function in SUPPLIED and part.stock != "isp":
                assert net in {"+5V", "VBUS", "+3V3_USB"}, (part.reference, function, net)
                seen += 1
    assert seen > 20


def test_sources_and_emitters_are_where_they_conduct() -> None:
    seen, upper = 0, {}
    for part, functions in placed():
        if part.stock in ("lower", "small", "motor"):
            assert functions["S"] == "GND", part.reference
            seen += 1
        elif part.stock == "npn":
            assert functions["E"] == "GND", part.reference
        elif part.stock == "upper":
            upper[part.reference] = (functions["S"], functions["D"])
    assert seen >= 11
    assert upper == {"Q203": ("SUPPLY", "RAIL"), "Q1": ("VIN", "DC_IN")}, "its diode blocks the rail, and wrong poles"


@pytest.mark.skipif(not pinouts.there(), reason="KiCad's own symbols are not installed")
def test_kicads_own_library_says_the_same() -> None:
    assert pinouts.library_differences() == []


@pytest.mark.skipif(not pinouts.there(), reason="KiCad's own symbols are not installed")
def test_and_would_say_where_it_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    table = pinouts.pinouts()
    swapped = replace(table["small"], pins={"1": "G", "2": "D", "3": "S"})
    missing = replace(table["npn"], like="Transistor_BJT:BC9999")
    monkeypatch.setattr(pinouts, "pinouts", lambda: {"small": swapped, "npn": missing})
    assert len(pinouts.library_differences()) == 3


def test_no_table_is_left_of_what_nobody_buys() -> None:
    used = {part.stock for part, _ in placed()}
    assert used == set(pinouts.pinouts())
    assert Path(pinouts.TABLE).is_file()
