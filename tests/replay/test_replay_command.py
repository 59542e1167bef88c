"""`poultice replay` as people use it: what it says of good journals, spoiled ones and what is none; its picture."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from poultice import cli
from poultice.journal.writing import NAME, PLAIN
from poultice.replay.files import files_of

from tests.journaled import GUIDED, House, plain


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with a session in several files."""
    house = House(tmp_path_factory.mktemp("data"), 22_500, programs=(GUIDED,))
    house.start("guided")
    house.run(45)
    house.request("pause")
    house.run(2)
    house.request("stop")
    house.run(1)
    house.close()
    assert len(house.paths) > 1
    return house.directory


@pytest.fixture
def journal(data: Path, tmp_path: Path) -> Path:
    """All of it in one file."""
    path = tmp_path / PLAIN
    path.write_bytes(b"".join(map(plain, files_of(data))))
    return path


@pytest.fixture
def replay(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Runs the command; its exit code, what it said and what it complained of."""

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["poultice", "replay", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capsys.readouterr()
        code = ended.value.code
        return (code if isinstance(code, int) else 0), out, err

    return run


Run = Callable[..., tuple[int, str, str]]


class TestGood:
    def test_a_file(self, journal: Path, replay: Run) -> None:
        code, out, err = replay(journal)
        assert (code, err) == (0, "")
        assert "1 run, 1 session," in out
        assert "Guided: stopped" in out
        assert out.splitlines()[-1] == "The re-run asked for the same at every tick, and said the same."

    def test_a_data_directory(self, data: Path, replay: Run) -> None:
        code, out, _ = replay(data)
        assert code == 0
        assert "1 run, 1 session," in out

    def test_a_packed_file_in_the_middle_of_a_run(self, data: Path, replay: Run) -> None:
        code, out, _ = replay(data / NAME)
        assert code == 0
        assert "It begins in the middle of a run" in out

    def test_a_session_that_was_cut_off(self, tmp_path: Path, replay: Run) -> None:
        house = House(tmp_path, programs=(GUIDED,))
        house.start("guided")
        house.run(2)
        house.begin_controller()
        house.run(2)
        house.close()
        code, out, _ = replay(tmp_path)
        assert code == 0
        assert "2 runs, 1 session," in out
        assert "Guided: cut off: the controller began anew" in out

    def test_as_json(self, journal: Path, replay: Run) -> None:
        code, out, _ = replay(journal, "--json")
        said = json.loads(out)
        assert code == 0
        assert (said["differing"], said["sessions"], said["played"][0]["title"]) == (0, 1, "Guided")

    def test_a_torn_last_line_is_set_aside_and_said(self, journal: Path, replay: Run) -> None:
        whole = journal.read_bytes()
        journal.write_bytes(whole[:-7])
        code, out, _ = replay(journal)
        assert code == 0
        assert "torn" in out

    def test_a_packed_file_without_its_end(self, data: Path, tmp_path: Path, replay: Run) -> None:
        """As a running controller's is, or what a power cut left."""
        (tmp_path / NAME).write_bytes((data / NAME).read_bytes()[:-30])
        code, out, _ = replay(tmp_path)
        assert code == 0
        assert "it is being written, or was when the power went" in out

    def test_a_packed_file_that_is_damaged_is_read_up_to_there(self, data: Path, tmp_path: Path, replay: Run) -> None:
        whole = bytearray((data / NAME).read_bytes())
        whole[-200:-100] = bytes(100)
        (tmp_path / NAME).write_bytes(whole)
        code, out, err = replay(tmp_path)
        assert (code, err) == (1, "")
        assert "is damaged; what follows in it is left out" in out

    def test_another_version_is_said(self, journal: Path, replay: Run) -> None:
        journal.write_text(journal.read_text().replace('"version":"', '"version":"9.'))
        code, out, _ = replay(journal)
        assert code == 0
        assert "It was written with version 9." in out


class TestSpoiled:
    def test_a_difference(self, journal: Path, replay: Run) -> None:
        journal.write_text(journal.read_text().replace('"paused: heat', '"resting: heat'))
        code, out, _ = replay(journal)
        assert code == 1
        assert "differences (" in out
        assert '"resting: heat and massage are off"' in out
        code, out, _ = replay(journal, "--json")
        said = json.loads(out)
        assert code == 1
        assert said["differing"] == len(said["differences"]) > 1
        assert said["differences"][0].keys() == {"at_s", "time", "field", "recorded", "replayed"}

    @pytest.mark.parametrize(
        "line", ["{", "nonsense", '["r"]', '["r",500,"AAAA"]', '["z",1]', "[]", '{"kind":"begun","t":1}']
    )
    def test_a_damaged_line(self, journal: Path, replay: Run, line: str) -> None:
        lines = journal.read_text().splitlines()
        lines.insert(60, line)
        journal.write_text("\n".join(lines) + "\n")
        code, out, err = replay(journal)
        assert (code, err) == (1, "")
        assert "could not be re-run" in out

    @pytest.mark.parametrize("key", ["programs", "limits", "budget"])
    def test_a_damaged_beginning_of_a_run(self, journal: Path, replay: Run, key: str) -> None:
        """The next beginning is taken then."""
        head, *lines = journal.read_text().splitlines()
        journal.write_text("\n".join([json.dumps({**json.loads(head), key: "?"}), *lines]) + "\n")
        code, out, err = replay(journal)
        assert (code, err) == (1, "")
        assert "it cannot be re-run further" in out
        assert "It begins in the middle of a run" in out

    @pytest.mark.parametrize("key", ["programs", "state"])
    def test_no_beginning_that_can_be_taken(self, data: Path, tmp_path: Path, replay: Run, key: str) -> None:
        head, *lines = plain(data / NAME).decode().splitlines()
        path = tmp_path / PLAIN
        path.write_text("\n".join([json.dumps({**json.loads(head), key: "?"}), *lines]) + "\n")
        code, out, err = replay(path)
        assert (code, out) == (1, "")
        assert "it cannot be re-run further" in err
        assert len(err.splitlines()) == 1


def old(path: Path) -> None:
    path.write_text('{"t":1.0,"time":"2026-01-01T00:00:00+00:00","kind":"begun","version":"0.1.0"}\n')


def other(path: Path) -> None:
    path.write_text('{"schema":"poultice-journal/9","t":1.0,"kind":"begun"}\n')


def damaged_gzip(path: Path) -> None:
    path.write_bytes(gzip.compress(b'{"schema":"poultice-journal/2"}\n' * 50)[:10] + b"\xff" * 40)


BAD: list[tuple[Callable[[Path], Any], str]] = [
    (lambda path: None, "There is no journal"),
    (lambda path: path.mkdir(), "There is no journal in the directory"),
    (lambda path: path.write_bytes(b""), "is empty"),
    (lambda path: path.write_bytes(bytes(range(256)) * 40), "is no journal of Poultice"),
    (lambda path: path.write_text("Dear diary,\n"), "is no journal of Poultice"),
    (lambda path: path.write_text("7\n"), "is no journal of Poultice"),
    (lambda path: path.write_text("[" * 100_000 + "\n"), "is no journal of Poultice"),
    (lambda path: path.write_bytes(b"\x1f\x8bnonsense"), "cannot be read"),
    (damaged_gzip, "cannot be read"),
    (old, "use the version that wrote it"),
    (other, "use the version that wrote it"),
]


class TestNone:
    @pytest.mark.parametrize(("make", "words"), BAD)
    def test_one_sentence(self, tmp_path: Path, replay: Run, make: Callable[[Path], Any], words: str) -> None:
        make(tmp_path / "j")
        code, out, err = replay(tmp_path / "j")
        assert (code, out) == (1, "")
        assert words in err
        assert str(tmp_path / "j") in err
        assert len(err.splitlines()) == 1

    @pytest.mark.parametrize("arguments", [(), ("a", "b"), ("a", "--session", "0"), ("a", "--loud")])
    def test_wrong_usage(self, replay: Run, arguments: tuple[str, ...]) -> None:
        assert replay(*arguments)[0] == 2


class TestPicture:
    def test_it_is_drawn(self, journal: Path, tmp_path: Path, replay: Run) -> None:
        picture = tmp_path / "a.png"
        code, out, _ = replay(journal, "--plot", picture)
        assert code == 0
        assert out.splitlines()[-1] == f"The picture is {picture}."
        assert picture.read_bytes().startswith(b"\x89PNG")
        assert picture.stat().st_size > 30_000

    @pytest.mark.parametrize(("arguments", "words"), [(("--session", "2"), "no session 2"), ((), "cannot be written")])
    def test_it_cannot_be(
        self, journal: Path, tmp_path: Path, replay: Run, arguments: tuple[str, ...], words: str
    ) -> None:
        code, _, err = replay(journal, "--plot", tmp_path / "no" / "a.png", *arguments)
        assert code == 1
        assert words in err
        assert len(err.splitlines()) == 1
