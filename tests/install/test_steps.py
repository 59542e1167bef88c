"""Each step on real files: done, undone, and a row of them where one fails."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from poultice.errors import SetupError
from poultice.install.steps import Call, Directory, Link, Step, WriteFile, carry_out


def quiet(_what: str, _step: Step) -> None:
    """Nobody looks."""


class Fails(Step):
    """A full disk, say."""

    words = "write what has no room"

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def done(self) -> bool:
        return False

    def do(self) -> None:
        raise self._error

    def undo(self) -> None:
        """Nothing was done."""


def tree(root: Path) -> dict[str, str]:
    """Every entry with its mode and what it holds."""
    found = {}
    for path in sorted(root.rglob("*")):
        mode = stat.filemode(path.lstat().st_mode)
        content = str(path.readlink()) if path.is_symlink() else path.read_text() if path.is_file() else ""
        found[str(path.relative_to(root))] = f"{mode} {content}"
    return found


def steps_below(root: Path) -> list[Step]:
    return [
        Directory(root / "etc" / "poultice"),
        WriteFile(root / "etc" / "poultice" / "new", "fresh"),
        WriteFile(root / "etc" / "old", "changed", 0o600),
        WriteFile(root / "etc" / "own", "ours", keep=True),
        Link(root / "current", root / "versions" / "2"),
        Call("make passwords", root / "broker", (root / "broker").exists, (root / "broker").mkdir),
    ]


def prepare(root: Path) -> None:
    (root / "etc").mkdir(parents=True)
    (root / "etc" / "old").write_text("as it was\n")
    (root / "etc" / "own").write_text("edited by its owner\n")
    (root / "current").symlink_to(root / "versions" / "1")


def test_all_of_them_then_nothing_more(tmp_path: Path) -> None:
    prepare(tmp_path)
    told: list[str] = []
    carry_out(steps_below(tmp_path), lambda what, _step: told.append(what))
    assert told.count("done") == 5
    assert (tmp_path / "etc" / "own").read_text() == "edited by its owner\n"
    assert (tmp_path / "etc" / "old").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "current").readlink().name == "2"
    told.clear()
    carry_out(steps_below(tmp_path), lambda what, _step: told.append(what))
    assert told == ["skip"] * 6


@given(
    st.integers(0, 6), st.sampled_from([OSError(28, "No space left on device"), SetupError("no"), KeyboardInterrupt()])
)
def test_a_failure_anywhere_leaves_all_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, at: int, why: BaseException
) -> None:
    root = tmp_path_factory.mktemp("root")
    prepare(root)
    before = tree(root)
    steps = steps_below(root)
    with pytest.raises(SetupError, match=r"did not succeed .* All is as it was before\."):
        carry_out([*steps[:at], Fails(why), *steps[at:]], quiet)
    assert tree(root) == before


def test_what_cannot_be_undone_is_told(tmp_path: Path) -> None:
    class Sticks(WriteFile):
        def undo(self) -> None:
            raise OSError(30, "Read-only file system", str(tmp_path))

    steps = [WriteFile(tmp_path / "one", "1"), Sticks(tmp_path / "two", "2"), Fails(SetupError("no"))]
    with pytest.raises(SetupError, match=r"could not be undone: write .*two .*Read-only file system"):
        carry_out(steps, quiet)
    assert not (tmp_path / "one").exists()
