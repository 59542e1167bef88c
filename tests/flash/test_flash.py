"""A board is flashed: a chip in a file at the programmer's end, the simulated board at the cable's."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from poultice.flash import image
from poultice.link.contract import CONTRACT_HASH
from running import SimulatedBoard

pytestmark = pytest.mark.realtime
AVRDUDE = Path(__file__).with_name("pretended_avrdude.py")
FUSES = {"lfuse": "0xF7", "hfuse": "0xD7", "efuse": "0xFC"}
NEW_CHIP = {"lfuse": "0x62", "hfuse": "0xD9", "efuse": "0xFF"}  # as delivered


class Bench:
    """A programmer with a chip, and the command line."""

    def __init__(self, folder: Path) -> None:
        self.chip = folder / "chip.json"
        self._path = folder / "bin"
        self._path.mkdir()
        command = self._path / "avrdude"
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{AVRDUDE}" "$@"\n')
        command.chmod(0o755)
        self.put(**FUSES)

    def put(self, trouble: str = "", **fuses: str) -> None:
        """Another chip."""
        self.chip.write_text(json.dumps({"flash": "", "calls": [], "trouble": trouble, **fuses}))

    @property
    def now(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.chip.read_text())
        return found

    def flash(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": f"{self._path}:/usr/bin:/bin", "CHIP": str(self.chip), "HOME": "/nonexistent"}
        command = [sys.executable, "-m", "poultice", "flash", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=environment)


@pytest.fixture(scope="module", autouse=True)
def firmware() -> Path:
    """The board's true program."""
    return image.find().hex_file


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture(scope="module")
def board() -> Iterator[SimulatedBoard]:
    """A board on its cable."""
    with SimulatedBoard() as running:
        yield running


def test_a_board_is_flashed_and_asked_who_it_is(bench: Bench, board: SimulatedBoard, firmware: Path) -> None:
    said = bench.flash("--port", board.port)
    assert (said.returncode, said.stderr) == (0, "")
    assert f"contract {CONTRACT_HASH:08x}" in said.stdout
    assert bench.now["flash"] == firmware.read_text()


def test_an_armed_board_is_not_touched(bench: Bench, board: SimulatedBoard) -> None:
    board.press(0.6)
    board.wait_for(lambda seen: seen.armed, timeout_s=5)
    said = bench.flash("--port", board.port)
    assert said.returncode == 1
    assert "The board is armed" in said.stderr
    assert bench.now["calls"] == []
    board.press(0.6)
    board.wait_for(lambda seen: not seen.armed, timeout_s=5)


def test_a_new_chip_gets_its_fuses_and_only_when_told(bench: Bench, board: SimulatedBoard) -> None:
    bench.put(**NEW_CHIP)
    said = bench.flash("--port", board.port)
    assert said.returncode == 1
    assert "--new-chip" in said.stderr
    assert bench.now["flash"] == ""
    said = bench.flash("--port", board.port, "--new-chip")
    assert said.returncode == 0
    assert {name: bench.now[name] for name in FUSES} == FUSES


def test_without_a_board_on_the_cable_only_a_new_chip(bench: Bench, tmp_path: Path) -> None:
    nowhere = str(tmp_path / "no-port")
    said = bench.flash("--port", nowhere)
    assert said.returncode == 1
    assert "There is no serial port" in said.stderr
    assert bench.now["calls"] == []


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        ("no-programmer", "No programmer is at USB"),
        ("no-chip", "check the ISP cable"),
        ("other-chip", "needs an ATmega328P"),
        ("power-cut", "flash it again"),
    ],
)
def test_trouble_is_one_sentence_with_its_remedy(bench: Bench, board: SimulatedBoard, trouble: str, words: str) -> None:
    bench.put(trouble, **FUSES)
    said = bench.flash("--port", board.port)
    assert said.returncode == 1
    assert words in said.stderr
    assert len(said.stderr.strip().splitlines()) == 1


def test_dry_run_prints_what_would_be_typed(bench: Bench) -> None:
    said = bench.flash("--dry-run", "--programmer", "linuxspi")
    lines = said.stdout.splitlines()
    assert [line.split()[0] for line in lines[:-1]] == ["avrdude"] * 4
    assert all("-P /dev/spidev0.0:/dev/gpiochip0:25" in line for line in lines[:-1])
    assert "lfuse:v:0xF7:m" in lines[1]
    assert bench.now["calls"] == []


def test_without_avrdude_a_sentence(tmp_path: Path) -> None:
    environment = {"PATH": str(tmp_path), "HOME": "/nonexistent"}
    command = [sys.executable, "-m", "poultice", "flash"]
    said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=environment)
    assert said.returncode == 1
    assert "apt install" in said.stderr
