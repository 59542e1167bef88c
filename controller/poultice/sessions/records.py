"""The record of each session: when it began and ended, and what the person answered.

Pain scores and notes stand here and nowhere else: one file a session in the data directory's folder `sessions`,
readable by its owner alone.

Each line is whole in itself, so that a cut loses at most the last one. `files.py` reads them.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from poultice.therapy.recording import ANSWER, BEGINNING, Answered, Began, Ended, Entry

log = logging.getLogger(__name__)

FOLDER = "sessions"


class SessionRecords:
    """Appends to the sessions' files; a disk that refuses costs the record, never the session. `sync` is told each file
    that was written, and sees that it outlives a power cut; it must not wait."""

    def __init__(
        self,
        directory: Path,
        wall: Callable[[], datetime],
        pad: str = "",
        simulated: bool = False,
        sync: Callable[[Path], None] = lambda _path: None,
    ) -> None:
        self._sync = sync
        self._directory = directory / FOLDER
        self._wall = wall
        self._pad = pad
        self._simulated = simulated

    def keep(self, entries: Iterable[Entry]) -> None:
        """Keeps how sessions began and ended, and what was said."""
        for entry in entries:
            match entry:
                case Began():
                    self._line(BEGINNING, asdict(replace(entry, pad=self._pad, simulated=self._simulated)))
                case Answered():
                    self._line(ANSWER, asdict(entry))
                case Ended():
                    fields = asdict(entry)
                    self._line(fields.pop("how"), fields)

    def _line(self, kind: str, fields: dict[str, Any]) -> None:
        self._append(fields.pop("session"), kind, **fields)

    def _append(self, session: str, kind: str, **fields: Any) -> None:
        line = line_of(self._wall(), kind, fields)
        try:
            self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            path = self._directory / f"{session}.jsonl"
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                os.write(descriptor, line)
            finally:
                os.close(descriptor)
        except OSError as error:
            log.error("The record of session %s cannot be written (%s): free some space.", session, error.strerror)
        else:
            self._sync(path)


def line_of(at: datetime, kind: str, fields: Mapping[str, Any]) -> bytes:
    """One line of a record."""
    return (json.dumps({"time": at.isoformat(), "kind": kind, **fields}, ensure_ascii=False) + "\n").encode()
