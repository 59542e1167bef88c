"""What `make hardware` asks of the board: facts, decks, KiCad's rules, copper, cost, box; and its drawings."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from circuits.check import Check, yes
from generator.facts_model import Facts

from board import agreement, bom, drawings, enclosure, kicad, pinouts, pours, schematic, sheets
from board.places import HIGH_MM, WIDE_MM
from board.write import KICAD

LARGEST_MM = (100.0, 80.0)
DEAREST_AT_TEN_EUR = 45.0
KINDS_OF_BODIES = 30  # the board itself, and a kind of part each


def checks(facts: Facts, out: Path) -> list[Check]:
    """All of it, drawn and listed into a folder. Raises kicad.KicadError."""
    made = [*_agreement(facts), *_copper(), *_cost(facts, out)]
    if kicad.there():
        made += _kicad(out)
    else:
        made.append(Check("not run, KiCad 9 is missing: its checks, drawings and the factory's files", 0.0, ""))
    return made + enclosure.checks(out)


def _none(name: str, findings: list[str]) -> Check:
    """A check that nothing was found; what was is printed."""
    for finding in findings:
        print(f"{name}: {finding}", file=sys.stderr)  # noqa: T201
    return Check(name, float(len(findings)), "found", most=0.0)


def _agreement(facts: Facts) -> list[Check]:
    return [
        _none("schematic against hardware/facts.toml", agreement.disagreements(facts, agreement.drawn_parts(KICAD))),
        _none("schematic against the computed chain", agreement.missing_of_the_chain(sheets.ALL)),
        _none("processor's pins against the firmware's", agreement.wrong_pins(facts, sheets.ALL)),
        _none("pins of the parts against pinouts.toml", pinouts.differences()),
    ]


def _copper() -> list[Check]:
    made = [
        Check(f"board, {name}", size, "mm", most=most)
        for name, size, most in zip(("width", "depth"), (WIDE_MM, HIGH_MM), LARGEST_MM, strict=True)
    ]
    for ampere in sorted({pour.most_a for pour in pours.POURS}):
        neck = min(pour.neck_mm for pour in pours.POURS if pour.most_a == ampere)
        least = round(pours.least_width_mm(ampere), 2)
        made.append(Check(f"copper for {ampere:g} A at its narrowest, 20 K warmer (IPC-2221)", neck, "mm", least=least))
    least = round(pours.least_width_mm(pours.MOTORS_A), 2)
    return [*made, Check(f"tracks of the motors, {pours.MOTORS_A:g} A", pours.FAT_MM, "mm", least=least)]


def _cost(facts: Facts, out: Path) -> list[Check]:
    made = bom.lines(facts, sheets.ALL)
    (out / "bom.csv").write_text(bom.to_csv(made), encoding="utf-8")
    one, ten, hundred = bom.board_costs(made)
    return [
        Check("board with its parts, one, prices estimated", one, "EUR"),
        Check("the same, each of ten", ten, "EUR", most=DEAREST_AT_TEN_EUR),
        Check("the same, each of a hundred", hundred, "EUR"),
    ]


def _kicad(out: Path) -> list[Check]:
    netlist = agreement.netlist_differences(sheets.ALL, kicad.netlist(KICAD))
    found = kicad.drc(KICAD)
    kicad.draw_schematic(KICAD, out)
    kicad.draw_board(KICAD, out)
    return [
        _none("KiCad's electrical rules: errors and warnings", kicad.erc(KICAD)),
        _none("KiCad's netlist against the tables", netlist),
        _none("KiCad's design rules: errors and warnings", found["violations"]),
        _none("pads not joined", found["unconnected_items"]),
        _none("board against schematic", found["schematic_parity"]),
        *(
            [_none("pinouts.toml against KiCad's own library", pinouts.library_differences())]
            if pinouts.there()
            else []
        ),
        yes("gerbers, drill files, positions and model made", len(kicad.for_the_factory(KICAD, out)) >= 11),
        Check(
            "bodies in the model, of each kind one", kicad.bodies_in(out / "board.step"), "kinds", least=KINDS_OF_BODIES
        ),
    ]


WRITTEN: dict[str, Callable[[Facts], str]] = {
    "BOM.md": lambda facts: bom.to_markdown(bom.lines(facts, sheets.ALL)),
    "guide/layup.svg": drawings.layup,
    "guide/wiring.svg": drawings.wiring,
    "enclosure/dimensions.scad": lambda _: enclosure.dimensions(),
}
"""What stands in hardware/ and is made anew by --write, beside the schematic."""


def write(facts: Facts, folder: Path) -> None:
    """All that, and the schematic."""
    for name, text_of in WRITTEN.items():
        (folder / name).write_text(text_of(facts), encoding="utf-8")
    for name, text in schematic.files(facts, sheets.ALL).items():
        (folder / "kicad" / name).write_text(text, encoding="utf-8")
