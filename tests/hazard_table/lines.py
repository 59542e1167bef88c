"""The lines of the table: cases of one row on one core with one fault and limit, the worst of each measure."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any


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


def read_lines(file: Path) -> list[Line]:
    """From what the tests wrote down; none where they wrote nothing."""
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    written = [json.loads(line) for line in text.splitlines()]
    groups = groupby(sorted(written, key=_place), key=_place)
    return [_line(list(group)) for _, group in groups]


def _place(written: dict[str, Any]) -> tuple[int, str, str, float]:
    return written["row"], written["core"], written["fault"], written["limit_s"]


def _line(cases: list[dict[str, Any]]) -> Line:
    slowest = max(cases, key=lambda case: case["seconds"])
    return Line(
        row=slowest["row"],
        fault=slowest["fault"],
        core=slowest["core"],
        cases=len(cases),
        worst=slowest["case"],
        seconds=slowest["seconds"],
        limit_s=slowest["limit_s"],
        peak_c=max(case["peak_c"] for case in cases),
        added_cem43=max(case["added_cem43"] for case in cases),
        lockout=slowest["lockout"],
        good=all(_good(case) for case in cases),
    )


def _good(case: dict[str, Any]) -> bool:
    measures = [("seconds", "limit_s"), ("peak_c", "peak_limit_c"), ("added_cem43", "added_limit_cem43")]
    return all(case[measure] <= case[limit] + 1e-6 for measure, limit in measures)
