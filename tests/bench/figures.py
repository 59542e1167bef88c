"""A figure, its limit and its verdict; and how several samples become one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure. Without a limit it is only told."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    note: str = ""

    @property
    def good(self) -> bool:
        """Whether it keeps its limit."""
        return self.limit is None or self.value <= self.limit

    def as_json(self) -> dict[str, Any]:
        """For scripts."""
        return {**asdict(self), "good": self.good}


def percentile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that at least `share` of all do not exceed: of 100, the 99th for 0.99."""
    return sorted(samples)[math.ceil(share * len(samples)) - 1]
