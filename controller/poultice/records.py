"""The record of each session: when it began and ended, and what the person answered.

Pain scores and notes stand here and nowhere else: one file a session in the data directory's folder `sessions`,
readable by its owner alone.

Each line is whole in itself, so that a cut loses at most the last one.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from poultice.therapy.asking import Answered
from poultice.therapy.view import PadHappening

log = logging.getLogger(__name__)

FOLDER = "sessions"
BEGINNING = "started"
ENDS = ("finished", "stopped", "fault", "link_lost")


class SessionRecords:
    """Appends to the sessions' files; a disk that refuses costs the record, never the session."""

    def __init__(self, directory: Path, wall: Callable[[], datetime]) -> None:
        self._directory = directory / FOLDER
        self._wall = wall

    def happened(self, happening: PadHappening) -> None:
        """Keeps beginnings and ends."""
        if happening.session is not None and happening.kind in (BEGINNING, *ENDS):
            reason = happening.reason
            self._append(happening.session, happening.kind, reason=reason.code, **reason.values)

    def answered(self, answers: Iterable[Answered]) -> None:
        """Keeps what was said."""
        for answer in answers:
            said = asdict(answer)
            self._append(said.pop("session"), "answer", **said)

    def _append(self, session: str, kind: str, **fields: Any) -> None:
        line = json.dumps({"time": self._wall().isoformat(), "kind": kind, **fields}, ensure_ascii=False) + "\n"
        try:
            self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            path = self._directory / f"{session}.jsonl"
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                os.write(descriptor, line.encode())
            finally:
                os.close(descriptor)
        except OSError as error:
            log.error("The record of session %s cannot be written (%s): free some space.", session, error.strerror)
