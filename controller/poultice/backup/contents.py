"""What a backup holds of a data directory, by name, and what bringing it back does to what is there.

Not in it: `poultice.toml` and what logs in at the broker (passwords, certificates), the console's key, the journal, and
`budgets.json`: how warm somebody has been today is never replaced by how warm they had been some other day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HISTORY = "history.sqlite"
PEOPLE = "people.json"
SETTINGS = "settings.json"
REPLACED = re.compile(
    r"settings\.json|people\.json|models\.json|history\.sqlite|coach-[a-z0-9-]+\.json|programs/[^/.\x00][^/\x00]*\.yaml"
)
ADDED = re.compile(r"service\.json|sessions/[A-Za-z0-9_:-][A-Za-z0-9_.:-]*\.(jsonl|course)")
SIDECARS = ("-journal", "-wal", "-shm")  # of SQLite: those of one database would spoil another


@dataclass(frozen=True, slots=True)
class Places:
    """Where the files are: `history` is None where the database is no file."""

    directory: Path
    history: Path | None

    def of(self, name: str) -> Path:
        """Where a file of this name belongs."""
        if self.history is not None and name.startswith(HISTORY):
            return self.history.with_name(self.history.name + name.removeprefix(HISTORY))
        return self.directory / name


def belongs(name: str) -> bool:
    """Whether a backup may hold a file of this name: nothing else is ever written."""
    return bool(REPLACED.fullmatch(name) or ADDED.fullmatch(name))


def stays(name: str) -> bool:
    """Whether what is there already is kept: records only grow, and a pad's hours do."""
    return ADDED.fullmatch(name) is not None


def names(places: Places) -> Iterator[str]:
    """What there is to be saved, in order."""
    found = {
        path.relative_to(places.directory).as_posix()
        for pattern in ("*.json", "programs/*", "sessions/*")
        for path in places.directory.glob(pattern)
        if path.is_file()
    }
    if places.history is not None and places.history.is_file():
        found.add(HISTORY)
    return (name for name in sorted(found) if belongs(name))
