"""The page speaks of what the controller speaks of: its types are the messages', its German knows every reason."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
from poultice.link.contract import FAULTS

WORDS = Path("web/ui/src/words")


def german(root: Path, name: str) -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = json.loads((root / WORDS / name).read_text(encoding="utf-8"))
    return words


def first_words(node: ast.expr) -> str:
    """How a text begins, as far as it is written out."""
    if isinstance(node, ast.JoinedStr) and node.values:
        return first_words(node.values[0])
    return str(node.value) if isinstance(node, ast.Constant) else ""


def reasons_in(source: str) -> set[tuple[str, bool]]:
    """Every reason's code written in a file, and whether it is a refusal."""
    found: set[tuple[str, bool]] = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or len(node.args) < 2:
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        code = node.args[0]
        if name in ("Reason", "refused") and isinstance(code, ast.Constant):
            refused = name == "refused" or first_words(node.args[1]).startswith("refused")
            found.add((str(code.value), refused))
    return found


def missing(root: Path, reasons: set[tuple[str, bool]]) -> list[str]:
    words = german(root, "reasons.de.json")
    known = words["reasons"] | words["refusals"]
    return sorted(
        f"{code} ({'refusals' if refused else 'reasons'})"
        for code, refused in reasons
        if code not in (words["refusals"] if refused else known)
    )


def test_types_are_the_messages(root: Path) -> None:
    command = [sys.executable, "web/ui/generate_messages.py", "--check"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_every_reason_has_german(root: Path) -> None:
    reasons: set[tuple[str, bool]] = set()
    for file in (root / "controller" / "poultice").rglob("*.py"):
        reasons |= reasons_in(file.read_text(encoding="utf-8"))
    assert len(reasons) > 30
    assert missing(root, reasons) == []


def test_every_fault_has_german(root: Path) -> None:
    faults = german(root, "faults.de.json")
    assert sorted(info.name for info in FAULTS.values()) == sorted(faults)
    assert all(words["sentence"] and words["action"] for words in faults.values())


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('Reason("warming", f"to {x}")', ("warming", False)),
        ('Reason("stale", "refused: look again")', ("stale", True)),
        ('reasons.refused("busy", text, zone=zone)', ("busy", True)),
        ('Reason("limit", f"refused: at most {x}")', ("limit", True)),
    ],
)
def test_a_reason_without_german_is_found(root: Path, source: str, found: tuple[str, bool]) -> None:
    assert reasons_in(source) == {found}
    assert missing(root, {("never_heard_of", found[1])}) != []
