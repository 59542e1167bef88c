"""The journal: whole lines only, bounded, cut-safe, and never in the way."""

from __future__ import annotations

import errno
import gzip
import itertools
import json
import os
import pkgutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from poultice.journal.writing import NAME, TORN, Journal, JournalFile


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def lines(*numbers: int) -> list[bytes]:
    return [json.dumps({"n": n}).encode() + b"\n" for n in numbers]


def files(directory: Path) -> list[Path]:
    """The journal's files, the newest first."""
    return sorted(directory.glob("journal*.jsonl*"), key=lambda path: (path.name != NAME, path.name))


def numbers(path: Path) -> list[int]:
    """What `lines` made, in a file packed or not."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line)["n"] for line in data.splitlines()]


def raises_enospc(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


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
        file = JournalFile(tmp_path, said.append, files_kept=3)
        for number in range(100):
            file.append(lines(number), begins=number % 10 == 0)
        names = sorted(path.name for path in tmp_path.iterdir())
        assert names == ["journal.1.jsonl.gz", "journal.2.jsonl.gz", NAME]
        assert [n for path in reversed(files(tmp_path)) for n in numbers(path)] == list(range(70, 100))
        assert all(path.stat().st_mode & 0o777 == 0o600 for path in tmp_path.iterdir())
        assert said == []

    def test_an_empty_file_is_not_rotated(self, tmp_path: Path, said: list[str]) -> None:
        JournalFile(tmp_path, said.append).append(lines(1), begins=True)
        assert len(list(tmp_path.iterdir())) == 1

    def test_without_room_to_pack_old_files_stay_as_they_are(self, tmp_path: Path, said: list[str]) -> None:
        file = JournalFile(tmp_path, said.append)
        file.append(lines(1))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("poultice.journal.writing._zip", raises_enospc)
            file.append(lines(2), begins=True)
        assert sorted(path.name for path in files(tmp_path)) == ["journal.1.jsonl", NAME]
        file.append(lines(3), begins=True)
        assert [path.name for path in files(tmp_path)] == [NAME, "journal.1.jsonl.gz", "journal.2.jsonl.gz"]
        assert [numbers(path) for path in files(tmp_path)] == [[3], [2], [1]]
        assert said == []

    def test_a_full_disk_is_said_once_and_the_rest_goes_on(self, tmp_path: Path, said: list[str]) -> None:
        file = JournalFile(tmp_path, said.append)
        file.append(lines(1))
        real, full = os.write, True

        def write(descriptor: int, data: bytes) -> int:
            if full:
                raise OSError(errno.ENOSPC, "No space left on device")
            return real(descriptor, data)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("poultice.journal.writing.os.write", write)
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
            patch.setattr("poultice.journal.writing.os.write", lambda descriptor, data: real(descriptor, data[:3]))
            file.append(lines(2))
        assert (tmp_path / NAME).read_bytes() == lines(1)[0]

    def test_a_directory_that_may_not_be_written(self, tmp_path: Path, said: list[str]) -> None:
        (tmp_path / "data").write_text("a file where the directory should be")
        JournalFile(tmp_path / "data", said.append).append(lines(1))
        assert len(said) == 1
        assert str(tmp_path / "data") in said[0]


class Cut(BaseException):
    """The power went."""


STEPS = (
    "pathlib.Path.replace",
    "pathlib.Path.unlink",
    "poultice.journal.writing.os.open",
    "poultice.journal.writing.os.write",
)


class TestCut:
    """Whenever the power goes: no line but the last is lost, and the next start goes on."""

    def test_at_every_byte_of_the_last_two_lines(self, tmp_path: Path, said: list[str]) -> None:
        whole = b"".join(lines(*range(20)))
        last_two = len(b"".join(lines(18, 19)))
        for cut in range(len(whole) - last_two, len(whole) + 1):
            directory = tmp_path / str(cut)
            directory.mkdir()
            (directory / NAME).write_bytes(whole[:cut])
            JournalFile(directory, said.append).append(lines(99))
            assert numbers(directory / NAME) == [*range(whole[:cut].count(b"\n")), 99]
            torn = whole[whole[:cut].rfind(b"\n") + 1 : cut]
            assert ((directory / TORN).read_bytes() if torn else b"\n") == torn + b"\n"

    def test_between_any_two_steps_of_rotations(self, tmp_path: Path, said: list[str]) -> None:
        """Three files kept, of two lines each: the rotations fill them, then let the oldest go."""
        cuts = 0
        for cut in range(400):
            directory = tmp_path / str(cut)
            if not self._rotate_until(directory, said, cut):
                break
            cuts += 1
            self._rotate_until(directory, said, None, first=50)
            kept = [n for path in reversed(files(directory)) for n in numbers(path)]
            assert kept == sorted(set(kept))
            assert kept[-6:] == list(range(54, 60))
        assert cuts > 20
        assert said == []

    def _rotate_until(self, directory: Path, said: list[str], cut: int | None, first: int = 0) -> bool:
        """Five files' lines, cut off before the step number `cut`; whether that came."""
        steps = itertools.count()
        written: list[int] = []

        def cutting(real: Callable[..., Any]) -> Callable[..., Any]:
            def step(*args: Any, **given: Any) -> Any:
                if next(steps) == cut:
                    raise Cut
                return real(*args, **given)

            return step

        file = JournalFile(directory, said.append, files_kept=3)
        with pytest.MonkeyPatch.context() as patch:
            for name in STEPS:
                patch.setattr(name, cutting(pkgutil.resolve_name(name.replace("poultice.journal.writing.os", "os"))))
            try:
                for number in range(first, first + 10):
                    file.append(lines(number), begins=number % 2 == 0)
                    written.append(number)
            except Cut:
                self._nothing_lost(directory, written)
                return True
            finally:
                file.close()
        return False

    def _nothing_lost(self, directory: Path, written: list[int]) -> None:
        """Of what was written the newest is there, of two whole old files at least."""
        there = {n for path in files(directory) for n in numbers(path)}
        assert there >= set(written[-4:])


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
