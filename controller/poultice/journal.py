"""The append-only record of what happened: readings, requests, demands and reasons, one JSON object a line.

`journal.jsonl` is written; when it is full it becomes `journal.1.jsonl` and the oldest goes. A line that a power cut
tore is set aside in `journal.torn` at the next start. The loop never waits for the disk: a thread of its own writes.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

log = logging.getLogger(__name__)

SCHEMA = "poultice-journal/1"
NAME = "journal.jsonl"
TORN = "journal.torn"
FILE_BYTES = 8_000_000
FILES_KEPT = 8  # 64 MB: about two days of sessions
WAITING_LINES = 2000  # more than that the disk is stuck for minutes: lines are dropped and counted
RETRY_LINES = 100  # after a failed write, so many lines pass before the disk is tried again
TORN_BYTES = 100_000
CLOSE_S = 0.3


class Recorder(Protocol):
    """What the controller writes its record to."""

    def write(self, kind: str, t_s: float, **fields: Any) -> None:
        """Records that `kind` happened at the loop's instant `t_s`."""
        ...


class JournalFile:
    """The files: appends lines, rotates by size, survives a full disk. Used by one thread."""

    def __init__(
        self,
        directory: Path,
        tell: Callable[[str], None],
        file_bytes: int = FILE_BYTES,
        files_kept: int = FILES_KEPT,
    ) -> None:
        self._directory = directory
        self._tell = tell
        self._file_bytes = file_bytes
        self._files_kept = files_kept
        self._path = directory / NAME
        self._descriptor: int | None = None
        self._size = 0
        self._to_skip = 0
        self._lost = 0

    def append(self, lines: list[bytes]) -> None:
        """Writes whole lines; where the disk refuses, says so once and goes on without."""
        if self._to_skip > 0:
            self._to_skip -= len(lines)
            self._lost += len(lines)
            return
        try:
            self._append(lines)
        except OSError as error:
            self._fail(error, len(lines))

    def _append(self, lines: list[bytes]) -> None:
        if self._descriptor is None:
            self._open()
        if self._lost:
            self._write(_line({"kind": "lost", "lines": self._lost}))
            self._tell(f"The journal is written again; {self._lost} lines are missing.")
            self._lost = 0
        for line in lines:
            self._write(line)

    def _write(self, line: bytes) -> None:
        if self._size + len(line) > self._file_bytes and self._size > 0:
            self._rotate()
        assert self._descriptor is not None, "opened by _append"  # noqa: S101
        written = os.write(self._descriptor, line)
        self._size += written
        if written < len(line):  # the disk is full: half a line is none
            os.ftruncate(self._descriptor, self._size - written)
            raise OSError(28, "No space left on device")

    def _open(self) -> None:
        self._directory.mkdir(parents=True, exist_ok=True)
        _set_torn_aside(self._path)
        self._descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._size = os.fstat(self._descriptor).st_size

    def _rotate(self) -> None:
        self.close()
        for number in range(self._files_kept - 1, 0, -1):
            older = self._path if number == 1 else self._numbered(number - 1)
            if older.exists():
                older.replace(self._numbered(number))
        self._open()

    def _numbered(self, number: int) -> Path:
        return self._directory / f"journal.{number}.jsonl"

    def _fail(self, error: OSError, lines: int) -> None:
        if not self._lost:
            self._tell(
                f"The journal in {self._directory} cannot be written ({error.strerror}): free some space there; "
                "sessions go on without it."
            )
        self._lost += lines
        self._to_skip = RETRY_LINES
        self.close()

    def close(self) -> None:
        """Closes the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _set_torn_aside(path: Path) -> None:
    """Moves what stands behind the last line's end to a file of its own."""
    if not path.exists():
        return
    with path.open("r+b") as file:
        end = file.seek(0, os.SEEK_END)
        start = _last_line_end(file.read, file.seek, end)
        if start == end:
            return
        file.seek(start)
        torn = file.read()
        with (path.parent / TORN).open("ab") as aside:
            if aside.tell() + len(torn) < TORN_BYTES:
                aside.write(torn + b"\n")
        file.truncate(start)


def _last_line_end(read: Callable[[int], bytes], seek: Callable[[int], int], end: int) -> int:
    block = 4096
    while end > 0:
        begin = max(0, end - block)
        seek(begin)
        found = read(end - begin).rfind(b"\n")
        if found >= 0:
            return begin + found + 1
        end = begin
    return 0


def _line(record: dict[str, Any]) -> bytes:
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False, default=str).encode() + b"\n"


class Journal:
    """The record of a running controller. `write` never waits: it only hands the line to the writing thread."""

    def __init__(
        self, directory: Path, wall: Callable[[], datetime], tell: Callable[[str], None] = log.warning
    ) -> None:
        self._file = JournalFile(directory, tell)
        self._wall = wall
        self._lines: queue.Queue[bytes | None] = queue.Queue(WAITING_LINES)
        self._dropped = 0
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def write(self, kind: str, t_s: float, **fields: Any) -> None:
        """Records that `kind` happened at the loop's instant `t_s`, s."""
        record = {"t": round(t_s, 3), "time": self._wall().isoformat(timespec="milliseconds"), "kind": kind, **fields}
        if self._dropped:
            record["dropped_before"] = self._dropped
        try:
            self._lines.put_nowait(_line(record))
            self._dropped = 0
        except queue.Full:
            self._dropped += 1

    def close(self) -> None:
        """Lets what waits be written, within 0.3 s."""
        try:
            self._lines.put_nowait(None)
        except queue.Full:
            return
        self._thread.join(CLOSE_S)

    def _run(self) -> None:
        while True:
            lines: list[bytes] = []
            ended = self._take(lines)
            if lines:
                self._file.append(lines)
            if ended:
                self._file.close()
                return

    def _take(self, lines: list[bytes]) -> bool:
        """Waits for a line, takes all that wait behind it; True at the end."""
        item = self._lines.get()
        while item is not None:
            lines.append(item)
            try:
                item = self._lines.get_nowait()
            except queue.Empty:
                return False
        return True
