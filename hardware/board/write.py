"""`python -m board.write`: the KiCad files of hardware/kicad, made anew from parts and facts."""

from __future__ import annotations

import sys
from pathlib import Path

from circuits.values import ROOT, load

from board import kicad, layout, schematic, sheets
from board.project import RULES, SYMBOLS, project

KICAD = ROOT / "hardware" / "kicad"


def made() -> dict[str, str]:
    """File name to text of all that is generated. Raises generator.source.SourceError."""
    return schematic.files(load(), sheets.ALL) | {
        "sym-lib-table": SYMBOLS,
        "poultice.kicad_pro": project(),
        "poultice.kicad_dru": RULES,
    }


def main() -> int:
    """Writes them, and the board with its pours filled where places and tracks are found."""
    write(KICAD)
    board = layout.board(load(), sheets.ALL, kicad.netlist(KICAD))
    (KICAD / f"{schematic.NAME}.kicad_pcb").write_text(kicad.filled(board), encoding="utf-8")
    return 0


def write(folder: Path) -> None:
    """Writes them into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in made().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
