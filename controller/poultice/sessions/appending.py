"""Lines for small files that may not get lost: a thread writes them, so that the loop never waits for the disk.

What was written survives the end of the process at once, and a power cut after `SYNC_EVERY_S`. A sync a line would make
16 kB on the card of each 70 bytes (measured on ext4): 90 MB a session, which wears a small card for a loss of seconds.
One in 10 s were 360 of them an hour; the kernel itself writes what is dirty after 30 s.
"""

from __future__ import annotations

import logging
import os
import queue
import threading
from pathlib import Path

from poultice.clock import RealClock

log = logging.getLogger(__name__)

CLOCK = RealClock()
SYNC_EVERY_S = 30.0
WAITING_LINES = 2000  # more than that the disk is stuck for long: lines are left out
CLOSE_S = 1.0


_Item = tuple[Path, bytes | None]  # a line to append; None where the file is to be synced at once


class Appender:
    """Appends lines to files that belong to their owner alone."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[_Item | None] = queue.Queue(WAITING_LINES)
        self._unsynced: set[Path] = set()
        self._synced_s = 0.0
        self._failing = False
        self._thread = threading.Thread(target=self._run, name="appender", daemon=True)
        self._thread.start()

    def append(self, path: Path, line: bytes) -> None:
        """Soon `line` is in `path`; a disk that refuses costs the line, and is said once."""
        try:
            self._waiting.put_nowait((path, line))
        except queue.Full:
            self._fail(path, "the disk does not answer")

    def sync(self, path: Path) -> None:
        """Soon what stands in `path`, whoever wrote it, survives a power cut, too: for what a person said, a few
        lines a session."""
        try:
            self._waiting.put_nowait((path, None))
        except queue.Full:
            self._fail(path, "the disk does not answer")

    def close(self) -> None:
        """Waits a moment until what was given is on the disk."""
        try:
            self._waiting.put(None, timeout=CLOSE_S)
        except queue.Full:
            return
        self._thread.join(CLOSE_S)

    def _run(self) -> None:
        ending = False
        while not ending:
            item = self._next()
            ending = item is None
            urgent = item is not None and self._take(*item)
            if ending or urgent or CLOCK.real_s() - self._synced_s >= SYNC_EVERY_S:
                self._sync()

    def _take(self, path: Path, line: bytes | None) -> bool:
        """Whether a sync must not wait."""
        if line is None:
            self._unsynced.add(path)
        elif line:
            self._append(path, line)
        return line is None

    def _next(self) -> _Item | None:
        try:
            return self._waiting.get(timeout=SYNC_EVERY_S if self._unsynced else None)
        except queue.Empty:
            return Path(), b""

    def _append(self, path: Path, line: bytes) -> None:
        try:
            append_now(path, line)
            self._failing = False
        except OSError as error:
            self._fail(path, error.strerror or str(error))
        else:
            self._unsynced.add(path)

    def _sync(self) -> None:
        paths, self._unsynced = self._unsynced, set()
        self._synced_s = CLOCK.real_s()
        for path in paths:
            try:
                with path.open("rb") as file:
                    os.fdatasync(file.fileno())
            except OSError as error:
                log.debug("%s could not be synced (%s)", path, error.strerror)

    def _fail(self, path: Path, why: str) -> None:
        if not self._failing:
            log.error("%s cannot be written (%s): free some space; sessions go on without it.", path, why)
        self._failing = True


def append_now(path: Path, line: bytes) -> None:
    """Appends one line with one write. Raises OSError."""
    try:
        descriptor = _open(path)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = _open(path)
    try:
        os.write(descriptor, line)
    finally:
        os.close(descriptor)


def _open(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
