"""The core's sources: where they are, and where a function begins and ends in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
CORE = ROOT / "firmware" / "core"
PROOFS = ROOT / "firmware" / "proofs"

# The core's one style: type, name and parameters from the first column, the body's braces alone in it.
_FUNCTION = re.compile(r"^(?:static |inline )*[a-z]\w*(?: \w+)*[ *]+(\w+)\(([^;{}]*?)\)\n\{\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Function:
    """One function's body, as offsets into its file."""

    name: str
    start: int
    end: int


def functions(text: str) -> Iterator[Function]:
    """Every function that the text defines."""
    for found in _FUNCTION.finditer(text):
        end = text.index("\n}\n", found.end() - 1) + 1
        yield Function(found.group(1), found.end(), end)


def line_of(text: str, offset: int) -> int:
    """The line, from 1, in which an offset lies."""
    return text.count("\n", 0, offset) + 1


def without_comments(text: str) -> str:
    """The same text with comments and strings made blank, so that every offset stays right."""

    def blank(found: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", found.group(0))

    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"', blank, text, flags=re.DOTALL)
