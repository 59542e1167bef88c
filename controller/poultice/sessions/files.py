"""The folder of the sessions' records, read and tidied. Whoever calls may wait for a disk: not the loop.

Records are kept until somebody has taken them (`remove`), else for 400 days; one of a running session always.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from poultice.errors import SetupError
from poultice.sessions.courses import SUFFIX as COURSE
from poultice.sessions.records import FOLDER
from poultice.therapy.outcome import RUNNING, Outcome, read

log = logging.getLogger(__name__)

KEPT = timedelta(days=400)
RECORD = ".jsonl"
SUFFIXES = (RECORD, COURSE)  # all that is kept of a session: its record, and how warm it was once a second
_NAME = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_Print = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read of a file, and by what it shows that it has changed since."""

    fingerprint: _Print
    outcome: Outcome


class SessionFiles:
    """The records of all sessions of this data directory; may be called from any thread."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory / FOLDER
        self._known: dict[str, _Known] = {}
        self._lock = threading.Lock()

    def outcomes(self, running: Collection[str] = ()) -> list[Outcome]:
        """What became of each session, oldest first; the `running` ones are marked as such. Files that cannot be read
        are said and left out. Raises SetupError where the folder cannot be."""
        with self._lock:
            found = [outcome for path in self._paths() if (outcome := self._read(path))]
        marked = [replace(each, ending=RUNNING) if each.session in running else each for each in found]
        return sorted(marked, key=lambda each: each.order)

    def remove(self, sessions: Collection[str]) -> list[str]:
        """Removes the records of these sessions; those of them that were there. Raises SetupError where the disk
        refuses, with the first that is still there."""
        gone = []
        for session in sessions:
            if _NAME.fullmatch(session) and (self._directory / f"{session}{RECORD}").exists():
                self._remove(session)
                gone.append(session)
        return gone

    def _remove(self, session: str) -> None:
        """The record last: as long as it is there, the rest can be found."""
        for suffix in reversed(SUFFIXES):
            path = self._directory / f"{session}{suffix}"
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise SetupError(f"{path} cannot be removed ({error.strerror}): correct its rights.") from None
        with self._lock:
            self._known.pop(session, None)

    def tidy(self, now: datetime, running: Collection[str] = ()) -> list[str]:
        """Removes what is older than it is kept; `now` must be a clock's that something keeps right."""
        old = [each.session for each in self.outcomes(running) if _is_old(each, now)]
        return self.remove(old)

    def _paths(self) -> list[Path]:
        try:
            paths = list(self._directory.iterdir())
        except FileNotFoundError:
            return []
        except OSError as error:
            raise SetupError(f"{self._directory} cannot be read ({error.strerror}): correct its rights.") from None
        return [path for path in paths if path.suffix == RECORD and _NAME.fullmatch(path.stem)]

    def _read(self, path: Path) -> Outcome | None:
        try:
            stat = path.stat()
            known, fingerprint = self._known.get(path.stem), (stat.st_mtime_ns, stat.st_size)
            if known is None or known.fingerprint != fingerprint:
                known = _Known(fingerprint, read(path.stem, path.read_bytes()))
                self._known[path.stem] = known
        except FileNotFoundError:
            return None
        except OSError as error:
            log.warning("The record %s cannot be read (%s): it is left out.", path, error.strerror)
            return None
        return known.outcome


def _is_old(outcome: Outcome, now: datetime) -> bool:
    return outcome.ending != RUNNING and outcome.until is not None and now - outcome.until > KEPT


def skipped(outcomes: Collection[Outcome]) -> Iterator[str]:
    """What could not be read, in words."""
    for each in outcomes:
        if each.skipped_lines:
            lines = "1 line" if each.skipped_lines == 1 else f"{each.skipped_lines} lines"
            yield f"In the record of session {each.session} {lines} cannot be read: the rest of it counts."
