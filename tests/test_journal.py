"""The journal: whole lines only, bounded, cut-safe, and never in the way."""

from __future__ import annotations

import errno
import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from poultice.journal import NAME, TORN, Journal, JournalFile


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def lines(*numbers: int) -> list[bytes]:
    return [json.dumps({"n": n}).encode() + b"\n" for n in numbers]


@pytest.fixture
def said() -> list[str]:
    return []


class TestJournalFile:
    def test_appends_over_restarts(self, tmp_path: Path, said: list[str]) -> None:
        for number in (1, 2):
            file = JournalFile(tmp_path, said.append)
            file.append(lines(number))
            file.close()
        assert records(tmp_path / NAME) == [{"n": 1}, {"n": 2}]
        assert said == []

    def test_only_its_owner_reads_it(self, tmp_path: Path, said: list[str]) -> None:
        JournalFile(tmp_path, said.append).append(lines(1))
        assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o600

    @pytest.mark.parametrize("torn", [b'{"n": 2', b"{", b'{"n": 2}', b"\xff\xfe\x00", b"x" * 9000])
    def test_a_torn_last_line_is_set_aside(self, tmp_path: Path, said: list[str], torn: bytes) -> None:
        (tmp_path / NAME).write_bytes(lines(1)[0] + torn)
        JournalFile(tmp_path, said.append).append(lines(3))
        assert records(tmp_path / NAME) == [{"n": 1}, {"n": 3}]
        assert (tmp_path / TORN).read_bytes() == torn + b"\n"

    def test_a_file_of_one_torn_line(self, tmp_path: Path, said: list[str]) -> None:
        (tmp_path / NAME).write_bytes(b"half")
        JournalFile(tmp_path, said.append).append(lines(3))
        assert records(tmp_path / NAME) == [{"n": 3}]

    def test_what_is_torn_does_not_grow_for_ever(self, tmp_path: Path, said: list[str]) -> None:
        for _ in range(30):
            with (tmp_path / NAME).open("ab") as file:
                file.write(b"x" * 9000)
            JournalFile(tmp_path, said.append).append(lines(1))
        assert (tmp_path / TORN).stat().st_size <= 100_000
        assert len(records(tmp_path / NAME)) == 30

    def test_rotation_keeps_the_newest_within_bounds(self, tmp_path: Path, said: list[str]) -> None:
        file = JournalFile(tmp_path, said.append, file_bytes=100, files_kept=3)
        for number in range(100):
            file.append(lines(number))
        names = sorted(path.name for path in tmp_path.iterdir())
        assert names == ["journal.1.jsonl", "journal.2.jsonl", NAME]
        assert all(path.stat().st_size <= 100 for path in tmp_path.iterdir())
        kept = [r["n"] for name in ("journal.2.jsonl", "journal.1.jsonl", NAME) for r in records(tmp_path / name)]
        assert kept == list(range(kept[0], 100))
        assert len(kept) > 20

    @pytest.mark.parametrize(("size", "files"), [(20, 1), (21, 2)])
    def test_rotation_at_the_boundary(self, tmp_path: Path, said: list[str], size: int, files: int) -> None:
        file = JournalFile(tmp_path, said.append, file_bytes=20, files_kept=3)
        file.append([b"x" * 9 + b"\n", b"y" * (size - 11) + b"\n"])
        assert len(list(tmp_path.iterdir())) == files

    def test_a_full_disk_is_said_once_and_the_rest_goes_on(self, tmp_path: Path, said: list[str]) -> None:
        file = JournalFile(tmp_path, said.append)
        file.append(lines(1))
        real, full = os.write, True

        def write(descriptor: int, data: bytes) -> int:
            if full:
                raise OSError(errno.ENOSPC, "No space left on device")
            return real(descriptor, data)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("poultice.journal.os.write", write)
            for number in range(2, 300):
                file.append(lines(number))
            assert len(said) == 1
            assert "No space left" in said[0]
            assert "free some space" in said[0]
            full = False
            for number in range(300, 500):
                file.append(lines(number))
        assert len(said) == 2
        written = records(tmp_path / NAME)
        lost = next(r for r in written if r.get("kind") == "lost")
        assert len([r for r in written if "n" in r]) + lost["lines"] == 499
        assert written[-1] == {"n": 499}

    def test_half_a_line_on_a_full_disk_is_taken_back(self, tmp_path: Path, said: list[str]) -> None:
        file = JournalFile(tmp_path, said.append)
        file.append(lines(1))
        real = os.write
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("poultice.journal.os.write", lambda descriptor, data: real(descriptor, data[:3]))
            file.append(lines(2))
        assert (tmp_path / NAME).read_bytes() == lines(1)[0]

    def test_a_directory_that_may_not_be_written(self, tmp_path: Path, said: list[str]) -> None:
        (tmp_path / "data").write_text("a file where the directory should be")
        JournalFile(tmp_path / "data", said.append).append(lines(1))
        assert len(said) == 1
        assert str(tmp_path / "data") in said[0]


class TestJournal:
    def wall(self) -> datetime:
        return datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)

    def test_what_is_written_is_there_after_close(self, tmp_path: Path, said: list[str]) -> None:
        journal = Journal(tmp_path, self.wall, said.append)
        for number in range(500):
            journal.write("demand", number / 20, reason="holding 40 °C", n=number)
        journal.close()
        written = records(tmp_path / NAME)
        assert [r["n"] for r in written] == list(range(500))
        assert written[1] == {
            "t": 0.05, "time": "2026-01-02T03:04:05.678+00:00", "kind": "demand", "reason": "holding 40 °C", "n": 1,
        }  # fmt: skip

    def test_a_disk_that_hangs_does_not_hold_up_the_loop(self, tmp_path: Path, said: list[str]) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(JournalFile, "append", lambda *_: time.sleep(30))
            journal = Journal(tmp_path, self.wall, said.append)
            begun_s = time.monotonic()
            for number in range(5000):
                journal.write("demand", number)
            journal.close()
            assert time.monotonic() - begun_s < 2.0

    def test_dropped_lines_are_counted_in_the_next(self, tmp_path: Path, said: list[str]) -> None:
        journal = Journal(tmp_path, self.wall, said.append)
        journal._dropped = 7
        journal.write("demand", 1.0)
        journal.write("demand", 2.0)
        journal.close()
        assert [r.get("dropped_before") for r in records(tmp_path / NAME)] == [7, None]
