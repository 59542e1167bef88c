"""Which sessions are asked for. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sessions; None: any."""

    person: str
    program: str | None = None
    since: str | None = None  # days, both included
    until: str | None = None


def days_of(month: str) -> tuple[str, str]:
    """The first and the last day of a month. Raises ValueError."""
    first = date.fromisoformat(f"{month}-01")
    return first.isoformat(), ((first + timedelta(days=32)).replace(day=1) - timedelta(days=1)).isoformat()
