"""The journal: whole lines only, bounded, cut-safe, and never in the way."""

from __future__ import annotations

import contextlib
import errno
import gzip
import io
import itertools
import json
import os
import pkgutil
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from poultice.journal.packing import FLUSH, LAST_BLOCK, Packer, TornError, mended, unpack
from poultice.journal.writing import NAME, PLAIN, TORN, Journal, JournalFile


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text(path).splitlines()]


def text(path: Path) -> bytes:
    """What stands in a file, packed or not, ended or not."""
    if path.suffix != ".gz":
        return path.read_bytes()
    return b"".join(unpacked(path.read_bytes()))


def unpacked(data: bytes) -> Iterator[bytes]:
    with contextlib.suppress(TornError):
        yield from unpack(io.BytesIO(data))


def lines(*numbers: int) -> list[bytes]:
    return [json.dumps({"n": n}).encode() + b"\n" for n in numbers]


def files(directory: Path) -> list[Path]:
    """The journal's files, the newest first."""
    return sorted(directory.glob("journal*.jsonl*"), key=lambda path: (path.name != NAME, path.name))


def numbers(path: Path) -> list[int]:
    """What `lines` made, in a file packed or not."""
    return [record["n"] for record in records(path)]


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

    @pytest.mark.parametrize("torn", [b"x", bytes(5000), b"\xff" * 9000, Packer().pack(b'{"n": 2'), FLUSH])
    def test_what_is_torn_is_set_aside(self, tmp_path: Path, said: list[str], torn: bytes) -> None:
        """As a power cut leaves it: the beginning of a batch, or a block of nothing."""
        file = JournalFile(tmp_path, said.append)
        file.append(lines(1))
        with (tmp_path / NAME).open("ab") as beside:
            beside.write(torn)
        JournalFile(tmp_path, said.append).append(lines(3))
        assert records(tmp_path / NAME) == [{"n": 1}, {"n": 3}]
        assert (tmp_path / TORN).read_bytes() == torn
        assert said == [
            f"The end of the journal in {tmp_path} was torn, as a power cut leaves it: {len(torn)} bytes are set aside "
            "in journal.torn."
        ]

    def test_a_file_of_nothing_whole(self, tmp_path: Path, said: list[str]) -> None:
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

    def test_more_than_a_cut_leaves_is_kept_as_it_is(self, tmp_path: Path, said: list[str]) -> None:
        """A card that lost a piece in the middle: what is whole behind it may be wanted yet."""
        spoiled = gzip.compress(lines(1)[0]) + b"\xff" * 200_000
        (tmp_path / NAME).write_bytes(spoiled)
        JournalFile(tmp_path, said.append).append(lines(2))
        assert records(tmp_path / NAME) == [{"n": 2}]
        assert (tmp_path / "journal.1.jsonl.gz").read_bytes() == spoiled
        assert said == [f"The journal in {tmp_path} was damaged: it lies among the old ones now, as it is."]

    def test_a_plain_file_of_an_older_version_lies_among_the_old_ones(self, tmp_path: Path, said: list[str]) -> None:
        (tmp_path / PLAIN).write_bytes(lines(1)[0])
        (tmp_path / "journal.1.jsonl.gz").write_bytes(gzip.compress(lines(0)[0]))
        file = JournalFile(tmp_path, said.append)
        file.append(lines(2))
        file.append(lines(3), begins=True)
        assert {path.name: numbers(path) for path in files(tmp_path)} == {
            NAME: [3],
            "journal.1.jsonl.gz": [2],
            "journal.2.jsonl": [1],
            "journal.3.jsonl.gz": [0],
        }

    def test_any_tool_reads_what_is_ended(self, tmp_path: Path, said: list[str]) -> None:
        for number in (1, 2):
            file = JournalFile(tmp_path, said.append)
            file.append(lines(number))
        file.close()
        assert gzip.decompress((tmp_path / NAME).read_bytes()) == b"".join(lines(1, 2))

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
            file.append(lines(*range(200)))  # not tried again so soon
        assert records(tmp_path / NAME) == [{"n": 1}]
        file.append(lines(3))
        assert [r.get("n") for r in records(tmp_path / NAME)] == [1, None, 3]
        assert not (tmp_path / TORN).exists()

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

    def test_at_every_byte(self, tmp_path: Path, said: list[str]) -> None:
        """Two starts of three batches each; all batches before the cut come back, and a later one follows."""
        ends: list[int] = []
        for first in (0, 3):
            file = JournalFile(tmp_path, said.append)
            for number in range(first, first + 3):
                file.append(lines(number))
                ends.append((tmp_path / NAME).stat().st_size)
            file.close()
        whole = (tmp_path / NAME).read_bytes()
        for cut in range(len(whole) + 1):
            directory = tmp_path / str(cut)
            directory.mkdir()
            (directory / NAME).write_bytes(whole[:cut])
            JournalFile(directory, said.append).append(lines(99))
            assert numbers(directory / NAME) == [*range(sum(end <= cut for end in ends)), 99]
        assert 0 < len(said) < len(whole)

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
        assert cuts > 15
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
                file._close()
        return False

    def _nothing_lost(self, directory: Path, written: list[int]) -> None:
        """Of what was written the newest is there, of two whole old files at least."""
        there = {n for path in files(directory) for n in numbers(path)}
        assert there >= set(written[-4:])


class TestPacking:
    @given(st.lists(st.binary(max_size=300).map(lambda raw: raw.hex().encode() + b"\n"), max_size=12), st.data())
    def test_a_cut_at_any_byte_loses_no_flushed_line(self, batches: list[bytes], data: st.DataObject) -> None:
        packer = Packer()
        packed = [packer.pack(batch) for batch in batches]
        whole = b"".join(packed) + packer.end()
        cut = data.draw(st.integers(0, len(whole)))
        left = whole[:cut] + data.draw(st.sampled_from([b"", b"\0", bytes(50), FLUSH, b"\xff" * 9, whole[:20]]))
        count = sum(end <= cut for end in itertools.accumulate(map(len, packed)))
        stays, tail = mended(left)
        came_back = gzip.decompress(left[:stays] + tail)
        assert came_back in itertools.accumulate([b"".join(batches[:count]), *batches[count:]])
        assert b"".join(self.readable(left)).startswith(came_back)

    def readable(self, data: bytes) -> Iterator[bytes]:
        with contextlib.suppress(zlib.error, TornError):
            yield from unpack(io.BytesIO(data))

    def test_four_bytes_that_look_like_a_flush_are_none(self) -> None:
        """A stored block holds what it is given: here the very bytes, and then the power goes."""
        packer = zlib.compressobj(0, zlib.DEFLATED, 31)
        data = packer.compress(b"a\n") + packer.flush(zlib.Z_SYNC_FLUSH)
        cut = data + packer.compress(b"b\n" + FLUSH + b"c\n") + packer.flush(zlib.Z_SYNC_FLUSH)
        cut = cut[: cut.index(b"b\n" + FLUSH) + 6]
        stays, tail = mended(cut)
        assert (stays, tail[:2]) == (len(data), LAST_BLOCK)


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
