"""`python -m circuits`: the table, the exit code, and what it says where something is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import circuits.__main__ as command
import pytest
from circuits.check import Check, yes
from circuits.ngspice import CircuitError

GOOD = [
    Check("trip temperature", 45.5, "°C", 44.8, 46.2),
    yes("freed by a release", True),
    Check("residual", 860.0, "min"),
]
BAD = [*GOOD, Check("rail off", 120.0, "ms", most=100.0)]


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(command, "FOLDER", tmp_path / "build")
    monkeypatch.setattr(command, "README", tmp_path / "README.md")
    monkeypatch.setattr(command.examined, "write", lambda facts, room: None)  # test_schematic.py has it
    (tmp_path / "README.md").write_text(f"before\n{command.BEGIN}\nold\n{command.END}\nafter\n")
    return tmp_path


def computes(monkeypatch: pytest.MonkeyPatch, checks: list[Check]) -> None:
    monkeypatch.setattr(command, "CIRCUITS", (lambda facts: checks,))


def test_good_figures_end_with_0(folder: Path, monkeypatch, capsys) -> None:
    computes(monkeypatch, GOOD)
    assert command.main([]) == 0
    assert "Good: all 2 limits kept." in capsys.readouterr().out
    assert [each["name"] for each in json.loads((folder / "build/checks.json").read_text())] == [c.name for c in GOOD]
    assert "old" in (folder / "README.md").read_text()


def test_a_missed_limit_ends_with_1_and_is_named(folder: Path, monkeypatch, capsys) -> None:
    computes(monkeypatch, BAD)
    assert command.main([]) == 1
    said = " ".join(capsys.readouterr().out.split())
    assert "NOT GOOD: rail off is 120 ms, not ≤ 100 ms. Change the part in hardware/facts.toml or the circuit." in said
    assert "Good" not in said


def test_the_table_of_the_readme_is_written_on_request(folder: Path, monkeypatch) -> None:
    computes(monkeypatch, GOOD)
    assert command.main(["--write"]) == 0
    assert command.main(["--write"]) == 0
    text = (folder / "README.md").read_text()
    assert "| trip temperature | 45.5 °C | 44.8 to 46.2 °C |\n| freed by a release | yes | yes |\n| residual |" in text
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "old" not in text
    assert text.count("residual") == 1


def test_what_cannot_be_computed_ends_with_1_and_a_sentence(folder: Path, monkeypatch, capsys) -> None:
    def broken(facts: object) -> list[Check]:
        raise CircuitError("ngspice is not on the PATH: run `make hardware`, which installs it.")

    monkeypatch.setattr(command, "CIRCUITS", (broken,))
    assert command.main([]) == 1
    said = capsys.readouterr()
    assert said.err == "ngspice is not on the PATH: run `make hardware`, which installs it.\n"
    assert said.out == ""
