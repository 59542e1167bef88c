"""The circuits know the facts and, in one file, the simulator's pad; nothing on a board or a Pi knows them."""

from __future__ import annotations

import re
from pathlib import Path

IMPORT = re.compile(r"^\s*(?:from|import) (\w+)", re.MULTILINE)
KNOWS_THE_PAD = {"pad.py"}


def imported(file: Path) -> set[str]:
    return set(IMPORT.findall(file.read_text(encoding="utf-8")))


def test_the_circuits_know_the_project_in_one_file(root: Path) -> None:
    files = sorted((root / "hardware" / "circuits").glob("*.py"))
    assert len(files) > 10
    assert {file.name for file in files if imported(file) & {"poultice", "poultice_panel"}} == KNOWS_THE_PAD


def test_nobody_else_knows_the_circuits(root: Path) -> None:
    files = [file for room in ("controller", "web", "firmware") for file in (root / room).rglob("*.py")]
    files = [file for file in files if "node_modules" not in file.parts]
    assert len(files) > 100
    assert [str(file.relative_to(root)) for file in files if "circuits" in imported(file)] == []
