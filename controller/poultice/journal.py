"""The append-only record of what happened: readings, requests, demands and reasons, one line of JSON each.

`journal.jsonl` is written; when it is full it becomes `journal.1.jsonl.gz` and the oldest goes. A line that a power cut
tore is set aside in `journal.torn` at the next start. The loop never waits for the disk: a thread of its own writes.
What the lines mean is in journal_lines.py.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import logging
import os
import queue
import shutil
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from poultice.journal_lines import SCHEMA

log = logging.getLogger(__name__)

NAME = "journal.jsonl"
TORN = "journal.torn"
FILE_BYTES = 8_000_000  # an hour of a session
FILES_KEPT = 40  # the old ones packed
WAITING_BATCHES = 2000  # more than that the disk is stuck for minutes: lines are dropped and counted
GATHERED_LINES = 12  # so many wait for one write, a third of a second; what is rare is written at once
RETRY_LINES = 100  # after a failed write, so many lines pass before the disk is tried again
TORN_BYTES = 100_000
CLOSE_S = 0.3


class Recorder(Protocol):
    """What the controller writes its record to."""

    def write(self, kind: str, t_s: float, **fields: Any) -> None:
        """Records that `kind` happened at the loop's instant `t_s`."""
        ...

    def line(self, text: str) -> None:
        """Records a whole line as it is, its end included."""
        ...

    def begin(self, kind: str, t_s: float, **fields: Any) -> None:
        """Records a line before which nothing need be known; a file that is full ends before it."""
        ...

    @property
    def full(self) -> bool:
        """Whether such a line is wanted now."""
        ...


class JournalFile:
    """The files: appends lines, begins new ones, packs old ones, survives a full disk. Used by one thread."""

    def __init__(self, directory: Path, tell: Callable[[str], None], files_kept: int = FILES_KEPT) -> None:
        self._directory = directory
        self._tell = tell
        self._files_kept = files_kept
        self._path = directory / NAME
        self._descriptor: int | None = None
        self._size = 0
        self._to_skip = 0
        self._lost = 0
        self._unpacked = False  # an old file may be
        self.resumed = False  # lines are missing, and the next ones are written again

    def append(self, lines: list[bytes], begins: bool = False) -> None:
        """Writes whole lines, at the beginning of a file where they `begins` one; where the disk refuses, says so once
        and goes on without."""
        count = sum(line.count(b"\n") for line in lines)
        if self._to_skip > 0:
            self._to_skip -= count
            self._lost += count
            return
        try:
            self._append(b"".join(lines), begins)
        except OSError as error:
            self._fail(error, count)

    def _append(self, data: bytes, begins: bool) -> None:
        if self._descriptor is None:
            self._open()
        if self._lost:
            self._write(_line({"kind": "lost", "lines": self._lost}))
            self._tell(f"The journal is written again; {self._lost} lines are missing.")
            self._lost = 0
            self.resumed = True
        if begins and self._size > 0:
            self._rotate()
        self._write(data)
        if self._unpacked:
            self._pack()

    def _write(self, data: bytes) -> None:
        assert self._descriptor is not None, "opened by _append"  # noqa: S101
        written = os.write(self._descriptor, data)
        self._size += written
        if written < len(data):  # the disk is full: half a line is none
            self._size -= written
            os.ftruncate(self._descriptor, self._size)
            raise OSError(28, "No space left on device")

    def _open(self) -> None:
        self._directory.mkdir(parents=True, exist_ok=True)
        _set_torn_aside(self._path)
        self._descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._size = os.fstat(self._descriptor).st_size
        self._unpacked = True

    def _rotate(self) -> None:
        """Each older file moves up by one, the oldest first: whatever of this is cut off, no file lies on another."""
        self.close()
        last = self._files_kept - 1
        free = next((number for number in range(1, last + 1) if not any(self._numbered(number))), last)
        for path in self._numbered(free):
            path.unlink()
        for number in range(free - 1, 0, -1):
            for path in self._numbered(number):
                path.replace(self._directory / path.name.replace(f".{number}.", f".{number + 1}.", 1))
        self._path.replace(self._directory / "journal.1.jsonl")
        self._open()

    def _numbered(self, number: int) -> list[Path]:
        paths = (self._directory / f"journal.{number}.jsonl", self._directory / f"journal.{number}.jsonl.gz")
        return [path for path in paths if path.exists()]

    def _pack(self) -> None:
        """Old files take a tenth of the room. Each is there as a whole all the time; where there is no room for the
        packed one beside it, it stays as it is until the next time."""
        self._unpacked = False
        for path in self._directory.glob("journal.*.jsonl"):
            with contextlib.suppress(OSError):
                new = self._directory / "journal.gz.new"
                _zip(path, new)
                new.replace(path.with_suffix(".jsonl.gz"))
                path.unlink()

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


def _zip(path: Path, to: Path) -> None:
    with path.open("rb") as plain, to.open("wb") as file:
        os.fchmod(file.fileno(), 0o600)
        with gzip.GzipFile("", "wb", 6, file) as zipped:
            shutil.copyfileobj(plain, zipped, 64 * 1024)
        file.flush()
        os.fsync(file.fileno())


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


class _Batch(NamedTuple):
    """Lines that are written at once; `begins`: in a file of their own."""

    data: bytes
    begins: bool = False


class Journal:
    """The record of a running controller. Nothing of it ever waits: a thread writes what it is handed."""

    def __init__(
        self,
        directory: Path,
        wall: Callable[[], datetime],
        tell: Callable[[str], None] = log.warning,
        file_bytes: int = FILE_BYTES,
    ) -> None:
        self._file = JournalFile(directory, tell)
        self._file_bytes = file_bytes
        self._size = _size(directory / NAME)
        self._wall = wall
        self._gathered: list[str] = []
        self._waiting: queue.Queue[_Batch | None] = queue.Queue(WAITING_BATCHES)
        self._dropped = 0
        self._gap = False  # lines are missing: compact ones mean nothing until the next beginning
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    @property
    def full(self) -> bool:
        """Whether a new file should begin, or what is missing be made up for."""
        wanted = self._size >= self._file_bytes or self._gap or self._file.resumed
        return wanted and self._waiting.qsize() < WAITING_BATCHES // 2

    def write(self, kind: str, t_s: float, **fields: Any) -> None:
        """Records that `kind` happened at the loop's instant `t_s`, s."""
        self._push_gathered()
        if self._push(_Batch(_line(self._record(kind, t_s, fields)))):
            self._dropped = 0

    def begin(self, kind: str, t_s: float, **fields: Any) -> None:
        """Records a line before which nothing need be known, in a new file where this one is full."""
        self._push_gathered()
        begins = self._size >= self._file_bytes
        if self._push(_Batch(_line({"schema": SCHEMA, **self._record(kind, t_s, fields)}), begins)):
            self._gap = self._file.resumed = False
            self._dropped = 0
            self._size = 0 if begins else self._size

    def line(self, text: str) -> None:
        """Records a line as it is, soon."""
        self._gathered.append(text)
        if len(self._gathered) >= GATHERED_LINES:
            self._push_gathered()

    def _record(self, kind: str, t_s: float, fields: dict[str, Any]) -> dict[str, Any]:
        missing = {"dropped_before": self._dropped} if self._dropped else {}
        time = self._wall().isoformat(timespec="milliseconds")
        return {"t": round(t_s, 4), "time": time, "kind": kind, **fields, **missing}

    def _push_gathered(self) -> None:
        lines, self._gathered = self._gathered, []
        if self._gap:
            self._dropped += len(lines)
        elif lines:
            self._push(_Batch("".join(lines).encode()), len(lines))

    def _push(self, batch: _Batch, lines: int = 1) -> bool:
        try:
            self._waiting.put_nowait(batch)
        except queue.Full:
            self._gap = True
            self._dropped += lines
            return False
        self._size += len(batch.data)
        return True

    def close(self) -> None:
        """Lets what waits be written, within 0.3 s."""
        self._push_gathered()
        try:
            self._waiting.put_nowait(None)
        except queue.Full:
            return
        self._thread.join(CLOSE_S)

    def _run(self) -> None:
        while (batch := self._waiting.get()) is not None:
            self._file.append([batch.data], batch.begins)
        self._file.close()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
