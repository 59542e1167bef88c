"""The lines of the table: cases of one row on one core with one fault and limit, the worst of each measure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

# Of the hazards in SAFETY.md: what has a time, and what must be rehearsed on the chip. Rows 22, 23: it alone.
NATIVE = {*range(1, 15), 19, 20, 21, *range(24, 30), 33, 35, 38}
ON_CHIP = {1, 2, 3, 5, 6, 11, 19, 20, 22, 23, 26, 35}
CORES = {"native": "native", "avr": "chip"}  # as they are written down, as they are told


@dataclass(frozen=True, slots=True)
class Line:
    """What one row came to. s, °C, minutes at 43 °C."""

    row: int
    fault: str
    core: str
    cases: int
    worst: str  # the slowest case
    seconds: float
    limit_s: float
    peak_c: float
    added_cem43: float
    lockout: str
    good: bool

    def as_json(self) -> dict[str, Any]:
        """For scripts."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class NumberLine:
    """A figure of the whole board, the worst that was measured, beside its limit."""

    number: str
    value: float
    limit: float
    unit: str

    @property
    def good(self) -> bool:
        """Within its limit."""
        return self.value <= self.limit


def read_written(file: Path) -> list[dict[str, Any]]:
    """What the tests wrote down; nothing where they did not come so far."""
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    return [json.loads(line) for line in text.splitlines()]


def lines_of(written: Iterable[dict[str, Any]]) -> list[Line]:
    """In the order of the rows."""
    judged = sorted((each for each in written if "row" in each), key=_place)
    return [_line(list(group)) for _, group in groupby(judged, key=_place)]


def numbers_of(written: Iterable[dict[str, Any]]) -> list[NumberLine]:
    """The worst of each."""
    lines = sorted((NumberLine(**each) for each in written if "number" in each), key=lambda line: line.number)
    groups = groupby(lines, key=lambda line: line.number)
    return [max(group, key=lambda line: line.value) for _, group in groups]


def without_figure(lines: Iterable[Line], emulator: bool) -> list[tuple[int, str]]:
    """Rows, each with its core, that nobody measured although they have to be."""
    wanted = {(row, "native") for row in NATIVE} | {(row, "avr") for row in ON_CHIP if emulator}
    return sorted(wanted - {(line.row, line.core) for line in lines})


def _place(written: dict[str, Any]) -> tuple[int, str, str, float]:
    return written["row"], written["fault"], written["core"], written["limit_s"]


def _line(cases: list[dict[str, Any]]) -> Line:
    bad = [case for case in cases if not _good(case)]
    slowest = max(bad or cases, key=lambda case: case["seconds"] / max(case["limit_s"], 1e-9))
    return Line(
        row=slowest["row"],
        fault=slowest["fault"].replace("_", " "),
        core=slowest["core"],
        cases=len(cases),
        worst=slowest["case"],
        seconds=max(case["seconds"] for case in cases),
        limit_s=slowest["limit_s"],
        peak_c=max(case["peak_c"] for case in cases),
        added_cem43=max(case["added_cem43"] for case in cases),
        lockout=slowest["lockout"],
        good=not bad,
    )


def _good(case: dict[str, Any]) -> bool:
    measures = [("seconds", "limit_s"), ("peak_c", "peak_limit_c"), ("added_cem43", "added_limit_cem43")]
    return all(case[limit] is None or case[measure] <= case[limit] + 1e-6 for measure, limit in measures)
