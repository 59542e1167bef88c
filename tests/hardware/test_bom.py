"""The bill of materials: complete, as committed, within its cost; the pad's parts as the facts have them."""

from __future__ import annotations

import csv
import io
import tomllib
from collections import Counter

from board import bom, drawings, examined, sheets, write


def test_it_is_as_it_stands_in_the_folder(facts) -> None:
    made = bom.to_markdown(bom.lines(facts, sheets.ALL))
    assert (write.KICAD.parent / "BOM.md").read_text(encoding="utf-8") == made, "make hardware ARGS=--write"


def test_the_guides_drawings_are_those_that_the_sheets_make(facts) -> None:
    folder = write.KICAD.parent / "guide"
    assert (folder / "layup.svg").read_text(encoding="utf-8") == drawings.layup(facts), "make hardware ARGS=--write"
    assert (folder / "wiring.svg").read_text(encoding="utf-8") == drawings.wiring(facts), "make hardware ARGS=--write"
    assert all(
        f"thermistor {sensor}".replace("_", " ") in drawings.wiring(facts) for z in facts.zones for sensor in z.sensors
    )


def test_each_fitted_part_is_bought_once(facts) -> None:
    lines = bom.lines(facts, sheets.ALL)
    bought = Counter(reference for line in lines for reference in line.references)
    drawn = {part.reference for sheet in sheets.ALL for part in sheet.placed()}
    assert set(bought) == {each for each in drawn if not each.startswith(("TP", "H"))}
    assert max(bought.values()) == 1
    assert len({(line.item.mpn, line.item.value) for line in lines}) == len(lines)


def test_a_board_costs_at_most_what_was_set(facts) -> None:
    one, ten, hundred = bom.board_costs(bom.lines(facts, sheets.ALL))
    assert hundred < ten < one
    assert 20 < ten <= examined.DEAREST_AT_TEN_EUR
    for line in bom.lines(facts, sheets.ALL):
        assert 0 < line.item.price_eur[2] <= line.item.price_eur[1] <= line.item.price_eur[0], line.references


def test_the_csv_has_a_row_for_each_line(facts) -> None:
    lines = bom.lines(facts, sheets.ALL)
    rows = list(csv.DictReader(io.StringIO(bom.to_csv(lines))))
    assert len(rows) == len(lines)
    assert sum(int(row["Count"]) for row in rows) == sum(line.count for line in lines) > 170
    assert all(row["MPN"] and row["Source 1"] and row["Source 2"] for row in rows)


def test_the_pads_parts_are_those_of_the_facts(facts) -> None:
    parts = tomllib.loads(bom.PAD.read_text(encoding="utf-8"))["parts"]
    needs = {part["what"].split()[0]: part for part in parts}
    element = facts.zone_resistance_ohm(facts.zones[0])
    assert f"{element:g} Ω" in needs["heating"]["need"]
    assert needs["heating"]["count"] == len(facts.zones)
    assert facts.circuit.thermistor.part in needs["thermistor"]["what"]
    assert needs["thermistor"]["count"] == sum(len(zone.sensors) + 1 for zone in facts.zones)
    assert f"{facts.trip.bimetal_c:g} ± {facts.trip.bimetal_tolerance_k:g} °C" in needs["bimetal"]["need"]
    assert f"{facts.trip.fuse_c:g} °C" in needs["thermal"]["need"]
    assert needs["eccentric"]["count"] == len(facts.motors)
    assert all(part["alternative"] and part["eur"] > 0 for part in parts)
