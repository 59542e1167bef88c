"""The append-only record of what happened: readings, requests, demands and reasons, one line of JSON each.

`journal.jsonl.gz` is written, packed as it comes; when it is full it becomes `journal.1.jsonl.gz` and the oldest goes.
What a power cut tore is set aside in `journal.torn` at the next start. The loop never waits for the disk: a thread of
its own writes. What the lines mean is in lines.py, how they are packed in packing.py.
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
from typing import Any, NamedTuple, Protocol

from poultice.journal.lines import SCHEMA, Item, Writer
from poultice.journal.packing import Packer, mended

log = logging.getLogger(__name__)

NAME = "journal.jsonl.gz"
PLAIN = "journal.jsonl"  # what was written before journals were packed as they come
TORN = "journal.torn"
FILE_BYTES = 2_000_000  # an hour of a session
FILES_KEPT = 40
WAITING_BATCHES = 2000  # more than that the disk is stuck for minutes: lines are dropped and counted
GATHERED = 12  # so many items wait for one write, a third of a second; what is rare is written at once
RETRY_LINES = 100  # after a failed write, so many lines pass before the disk is tried again
TORN_BYTES = 100_000
CLOSE_S = 0.3


class Recorder(Protocol):
    """What the controller writes its record to."""

    def write(self, kind: str, t_s: float, **fields: Any) -> None:
        """Records that `kind` happened at the loop's instant `t_s`."""
        ...

    def item(self, item: Item) -> None:
        """Records what happens many times a second; see lines.Writer."""
        ...

    def begin(self, kind: str, t_s: float, **fields: Any) -> None:
        """Records a line before which nothing need be known; a file that is full ends before it."""
        ...

    @property
    def full(self) -> bool:
        """Whether such a line is wanted now."""
        ...


class JournalFile:
    """The files: appends lines, begins new ones, lets old ones go, survives a full disk. Used by one thread."""

    def __init__(self, directory: Path, tell: Callable[[str], None], files_kept: int = FILES_KEPT) -> None:
        self._directory = directory
        self._tell = tell
        self._files_kept = files_kept
        self._path = directory / NAME
        self._descriptor: int | None = None
        self._packer = Packer()
        self.size = 0
        self._to_skip = 0
        self._lost = 0
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
            self._write(self._packer.pack(_line({"kind": "lost", "lines": self._lost}).encode()))
            self._tell(f"The journal is written again; {self._lost} lines are missing.")
            self._lost = 0
            self.resumed = True
        if begins and self.size > 0:
            self._end()
            self._rotate(self._path)
            self._open()
        self._write(self._packer.pack(data))

    def _write(self, data: bytes) -> None:
        assert self._descriptor is not None, "opened by _append"  # noqa: S101
        written = os.write(self._descriptor, data)
        self.size += written
        if written < len(data):  # the disk is full: half a batch is none
            self.size -= written
            os.ftruncate(self._descriptor, self.size)
            raise OSError(28, "No space left on device")

    def _open(self) -> None:
        self._directory.mkdir(parents=True, exist_ok=True)
        self._make_way()
        self._descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self.size = os.fstat(self._descriptor).st_size
        self._packer = Packer()

    def _make_way(self) -> None:
        """What is there ends whole, or lies among the old ones: a plain file of before, and one too damaged to mend."""
        plain = self._directory / PLAIN
        if self._path.exists() and (plain.exists() or not self._mend()):
            self._rotate(self._path)
        if plain.exists():
            self._rotate(plain)

    def _mend(self) -> bool:
        """Whether the file can be gone on with; what a cut tore off it is told."""
        torn = _set_torn_aside(self._path)
        if torn >= TORN_BYTES:
            self._tell(f"The journal in {self._directory} was damaged: it lies among the old ones now, as it is.")
        elif torn:
            self._tell(
                f"The end of the journal in {self._directory} was torn, as a power cut leaves it: {torn} bytes are set "
                f"aside in {TORN}."
            )
        return torn < TORN_BYTES

    def _rotate(self, path: Path) -> None:
        """Each older file moves up by one, the oldest first: whatever of this is cut off, no file lies on another."""
        last = self._files_kept - 1
        free = next((number for number in range(1, last + 1) if not any(self._numbered(number))), last)
        for old in self._numbered(free):
            old.unlink()
        for number in range(free - 1, 0, -1):
            for old in self._numbered(number):
                old.replace(self._directory / old.name.replace(f".{number}.", f".{number + 1}.", 1))
        path.replace(self._directory / path.name.replace("journal.", "journal.1.", 1))

    def _numbered(self, number: int) -> list[Path]:
        paths = (self._directory / f"journal.{number}.jsonl", self._directory / f"journal.{number}.jsonl.gz")
        return [path for path in paths if path.exists()]

    def _fail(self, error: OSError, lines: int) -> None:
        if not self._lost:
            self._tell(
                f"The journal in {self._directory} cannot be written ({error.strerror}): free some space there, or "
                "correct its rights; sessions go on without it."
            )
        self._lost += lines
        self._to_skip = RETRY_LINES
        self._close()

    def close(self) -> None:
        """Ends the file whole; where the disk refuses, the next start does."""
        try:
            self._end()
        except OSError as error:
            log.debug("%s could not be ended (%s)", self._path, error.strerror)
            self._close()

    def _end(self) -> None:
        if self._descriptor is not None:
            self._write(self._packer.end())
            self._close()

    def _close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _set_torn_aside(path: Path) -> int:
    """Moves what a cut left behind the last whole batch to a file of its own, and ends the rest whole; how many bytes
    that were. More than a cut leaves stays where it is. Raises OSError."""
    with path.open("r+b") as file:
        data = file.read()
        stays, tail = mended(data)
        torn = data[stays:]
        if len(torn) >= TORN_BYTES:
            return len(torn)
        if torn:
            with (path.parent / TORN).open("ab") as aside:
                if aside.tell() + len(torn) < TORN_BYTES:
                    aside.write(torn)
        if torn or tail:
            file.truncate(stays)
            file.seek(stays)
            file.write(tail)
    return len(torn)


def _line(record: dict[str, Any]) -> str:
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False, default=str) + "\n"


class _Batch(NamedTuple):
    """What is written at once. `begins` is a line before which nothing need be known, from `now_s` on; `rotates`: in a
    file of its own."""

    items: list[Item]
    begins: str = ""
    now_s: float = 0.0
    rotates: bool = False


class Journal:
    """The record of a running controller. Nothing of it ever waits: a thread makes lines of what it is handed and
    writes them."""

    def __init__(
        self,
        directory: Path,
        wall: Callable[[], datetime],
        tell: Callable[[str], None] = log.warning,
        file_bytes: int = FILE_BYTES,
        files_kept: int = FILES_KEPT,
    ) -> None:
        self._file = JournalFile(directory, tell, files_kept)
        self._file_bytes = file_bytes
        self._wall = wall
        self._writer = Writer()
        self._gathered: list[Item] = []
        self._waiting: queue.Queue[_Batch | None] = queue.Queue(WAITING_BATCHES)
        self._dropped = 0
        self._gap = False  # items are missing: what follows means nothing until the next beginning
        self._beginning = False  # one is on its way
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    @property
    def full(self) -> bool:
        """Whether a new file should begin, or what is missing be made up for."""
        wanted = self._file.size >= self._file_bytes or self._gap or self._file.resumed
        return wanted and not self._beginning and self._waiting.qsize() < WAITING_BATCHES // 2

    def write(self, kind: str, t_s: float, **fields: Any) -> None:
        """Records that `kind` happened at the loop's instant `t_s`, s."""
        self._gathered.append(self._line(kind, t_s, fields))
        if self._push(_Batch(self._gathered)):
            self._dropped = 0

    def item(self, item: Item) -> None:
        """Records it soon."""
        self._gathered.append(item)
        if len(self._gathered) >= GATHERED:
            self._push(_Batch(self._gathered))

    def begin(self, kind: str, t_s: float, **fields: Any) -> None:
        """Records a line before which nothing need be known, in a new file where this one is full."""
        line = self._line(kind, t_s, {"schema": SCHEMA, **fields})
        if self._push(_Batch(self._gathered, line, t_s, self._file.size >= self._file_bytes)):
            self._beginning, self._gap, self._dropped = True, False, 0

    def _line(self, kind: str, t_s: float, fields: dict[str, Any]) -> str:
        missing = {"dropped_before": self._dropped} if self._dropped else {}
        time = self._wall().isoformat(timespec="milliseconds")
        return _line({"t": round(t_s, 4), "time": time, "kind": kind, **fields, **missing})

    def _push(self, batch: _Batch) -> bool:
        """Hands on what was gathered; behind a gap only lines that are whole in themselves."""
        self._gathered = []
        if self._gap:
            whole: list[Item] = [item for item in batch.items if isinstance(item, str)]
            self._dropped += len(batch.items) - len(whole)
            batch = batch._replace(items=whole)
        try:
            self._waiting.put_nowait(batch)
        except queue.Full:
            self._gap = True
            self._dropped += len(batch.items)
            return False
        return True

    def close(self) -> None:
        """Lets what waits be written, within 0.3 s."""
        self._push(_Batch(self._gathered))
        try:
            self._waiting.put_nowait(None)
        except queue.Full:
            return
        self._thread.join(CLOSE_S)

    def _run(self) -> None:
        while (batch := self._waiting.get()) is not None:
            self._append("".join(self._writer.lines(batch.items)))
            if batch.begins:
                self._append("".join(self._writer.flushed()))
                self._writer.begin(batch.now_s)
                self._file.resumed = False
                self._append(batch.begins, batch.rotates)
                self._beginning = False
        self._append("".join(self._writer.flushed()))
        self._file.close()

    def _append(self, lines: str, rotates: bool = False) -> None:
        if lines:
            self._file.append([lines.encode()], rotates)
