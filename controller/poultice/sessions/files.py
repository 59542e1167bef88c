"""The folder of the sessions' records, read and tidied. Whoever calls may wait for a disk: not the loop.

Records are kept for 400 days, whether somebody has taken them or not: what helped is told of them. The course of a
session that was taken goes after a month, for it is a thousand times as large. One of a running session is kept always.
Which version of a record was taken stands beside it, `ID.taken`: a record only grows, so its lines say which.
"""

from __future__ import annotations

import logging
import os
import re
import threading
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from poultice.errors import SetupError
from poultice.files import sync_directory
from poultice.sessions.courses import SUFFIX as COURSE
from poultice.sessions.records import FOLDER
from poultice.therapy.outcome import RUNNING, Outcome, read

log = logging.getLogger(__name__)

KEPT = timedelta(days=400)
FIRST_POSSIBLE = datetime(2026, 1, 1, tzinfo=UTC)  # there was no Poultice before: a clock that says so was never set
TAKEN_COURSE_KEPT = timedelta(days=30)  # so long a panel that lost its database gets the curves again
RECORD = ".jsonl"
TAKEN = ".taken"
SUFFIXES = (RECORD, TAKEN, COURSE)  # all that is kept of a session: its record, how much was taken, how warm it was
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
        self._taken: dict[str, int] = {}
        self._lock = threading.Lock()

    def outcomes(self, running: Collection[str] = ()) -> list[Outcome]:
        """What became of each session, oldest first; the `running` ones are marked as such. Files that cannot be read
        are said and left out. Raises SetupError where the folder cannot be."""
        with self._lock:
            found = [outcome for path in self._paths() if (outcome := self._read(path))]
        marked = [replace(each, ending=RUNNING) if each.session in running else each for each in found]
        return sorted(marked, key=lambda each: each.order)

    def pending(self, outcomes: Collection[Outcome]) -> list[Outcome]:
        """Those of which nobody has taken all lines."""
        return [each for each in outcomes if self._lines_taken(each.session) < each.lines]

    def take(self, sessions: Mapping[str, int]) -> list[str]:
        """Notes of each session how many lines of its record somebody has; those of them that are there. Raises
        SetupError where the disk refuses: then they are handed over again."""
        there = [session for session in sessions if self._path(session, RECORD).exists()]
        for session in there:
            self._write(session, TAKEN, f"{sessions[session]}\n".encode(), os.O_TRUNC)
            self._taken[session] = sessions[session]
        return there

    def append(self, session: str, line: bytes) -> None:
        """Appends a line to a session's record, after one that a power cut tore, too; it is on the disk then. Raises
        SetupError where the disk refuses."""
        try:
            torn = not self._path(session, RECORD).read_bytes().endswith(b"\n")
        except OSError:
            torn = False
        self._write(session, RECORD, b"\n" + line if torn else line, os.O_APPEND)

    def course(self, session: str) -> list[bytes]:
        """The lines of a session's course; none where there is no course. Raises SetupError."""
        try:
            return self._path(session, COURSE).read_bytes().splitlines()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise SetupError(f"The course of session {session} cannot be read ({error.strerror}).") from None

    def _lines_taken(self, session: str) -> int:
        if session not in self._taken:
            try:
                self._taken[session] = int(self._path(session, TAKEN).read_bytes())
            except (OSError, ValueError):  # torn or missing: it is handed over once more
                self._taken[session] = 0
        return self._taken[session]

    def _path(self, session: str, suffix: str) -> Path:
        return self._directory / f"{session}{suffix}"

    def _write(self, session: str, suffix: str, content: bytes, how: int) -> None:
        path = self._path(session, suffix)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | how, 0o600)
            try:
                os.write(descriptor, content)
                if suffix == RECORD:  # what is lost of the others is made anew
                    os.fdatasync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise SetupError(f"{path} cannot be written ({error.strerror}): free some space.") from None

    def remove(self, sessions: Collection[str]) -> list[str]:
        """Removes the records of these sessions; those of them that were there. Raises SetupError where the disk
        refuses, with the first that is still there."""
        gone = []
        for session in sessions:
            if _NAME.fullmatch(session) and (self._directory / f"{session}{RECORD}").exists():
                self._remove(session)
                gone.append(session)
        if gone:
            self._sync_names()
        return gone

    def _sync_names(self) -> None:
        """Who was forgotten is not back after a power cut."""
        try:
            sync_directory(self._directory)
        except OSError as error:
            raise SetupError(f"{self._directory} cannot be written ({error.strerror}): look after the disk.") from None

    def _remove(self, session: str) -> None:
        """The record last: as long as it is there, the rest can be found."""
        for suffix in reversed(SUFFIXES):
            self._unlink(session, suffix)
        with self._lock:
            self._known.pop(session, None)
            self._taken.pop(session, None)

    def _unlink(self, session: str, suffix: str) -> None:
        path = self._path(session, suffix)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise SetupError(f"{path} cannot be removed ({error.strerror}): correct its rights.") from None

    def tidy(self, now: datetime, running: Collection[str] = ()) -> list[str]:
        """Removes what is older than it is kept; `now` must be a clock's that something keeps right. The sessions of
        which nothing is left."""
        outcomes = self.outcomes(running)
        waiting = {each.session for each in self.pending(outcomes)}
        for each in outcomes:
            if each.session not in waiting and _is_older(each, now, TAKEN_COURSE_KEPT):
                self._unlink(each.session, COURSE)
        return self.remove([each.session for each in outcomes if _is_older(each, now, KEPT)])

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


def _is_older(outcome: Outcome, now: datetime, age: timedelta) -> bool:
    """Never where nobody had set the clock that dated it: it may be of yesterday."""
    if outcome.ending == RUNNING or outcome.until is None or outcome.until < FIRST_POSSIBLE:
        return False
    return now - outcome.until > age


def skipped(outcomes: Collection[Outcome]) -> Iterator[str]:
    """What could not be read, in words."""
    for each in outcomes:
        if each.skipped_lines:
            lines = "1 line" if each.skipped_lines == 1 else f"{each.skipped_lines} lines"
            yield f"In the record of session {each.session} {lines} cannot be read: the rest of it counts."
