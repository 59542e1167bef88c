"""Lines outlive the process at once; what a person said outlives a power cut soon after."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from poultice.sessions import appending
from poultice.sessions.appending import Appender
from poultice.sessions.records import SessionRecords
from poultice.therapy.recording import Answered

SOON_S = 2.0
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


class Disk:
    """Which files were synced, with what they held then."""

    def __init__(self) -> None:
        self.synced: list[tuple[str, bytes]] = []
        self._bell = threading.Condition()

    def fdatasync(self, descriptor: int) -> None:
        path = Path(os.readlink(f"/proc/self/fd/{descriptor}"))
        with self._bell:
            self.synced.append((path.name, path.read_bytes()))
            self._bell.notify_all()

    def holds(self, name: str, content: bytes, within_s: float) -> bool:
        with self._bell:
            return self._bell.wait_for(lambda: any(n == name and content in c for n, c in self.synced), within_s)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    watched = Disk()
    monkeypatch.setattr(appending.os, "fdatasync", watched.fdatasync)
    return watched


@pytest.fixture
def appender() -> Iterator[Appender]:
    made = Appender()
    yield made
    made.close()


def test_an_answer_is_on_the_disk_soon(tmp_path: Path, disk: Disk, appender: Appender) -> None:
    records = SessionRecords(tmp_path, lambda: NOON, "sofa", sync=appender.sync)
    records.keep([Answered("one", "me", "ease", "before", 0.0, "pain", 6, "lower_back", "before")])
    assert disk.holds("one.jsonl", b'"value": 6', SOON_S)


def test_a_course_waits_for_company(tmp_path: Path, disk: Disk, appender: Appender) -> None:
    """A line a second is not worth a sync each; a file that is urgent takes the others along."""
    appender.append(tmp_path / "one.course", b"36.0\n")  # the first is synced at once: nothing was, so far
    assert disk.holds("one.course", b"36.0", SOON_S)
    appender.append(tmp_path / "one.course", b"36.1\n")
    assert not disk.holds("one.course", b"36.1", 0.1)
    (tmp_path / "one.jsonl").write_text("said\n")
    appender.sync(tmp_path / "one.jsonl")
    assert disk.holds("one.jsonl", b"said", SOON_S)
    assert disk.holds("one.course", b"36.1", SOON_S)


def test_a_file_that_is_gone_harms_nobody(tmp_path: Path, disk: Disk, appender: Appender) -> None:
    appender.sync(tmp_path / "nowhere")
    appender.append(tmp_path / "there", b"more\n")
    appender.close()
    assert disk.holds("there", b"more", 0)
