"""The wheel holds all that a Raspberry Pi needs: no Node, no compiler and no checkout are asked for."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

import pytest
from brokers import free_port
from household import Process, clean_environment, write_configuration

pytestmark = pytest.mark.slow
NOTHING = "/nonexistent"  # a PATH with neither compiler nor broker


def run(unpacked: Path, *arguments: str, path: str = NOTHING) -> subprocess.CompletedProcess[str]:
    environment = clean_environment(PYTHONPATH=str(unpacked), PATH=path, HOME=NOTHING, XDG_CACHE_HOME=NOTHING)
    environment.pop("CC", None)
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=unpacked, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_what_it_holds(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    for needed in (
        "poultice_panel/static/index.html",
        "poultice_panel/static/cards/cat-cow.svg",
        "poultice/simulator/simulated-board.so",
        "poultice/simulator/firmware/supervisor.c",
        "poultice/programs/lower-back-ease.yaml",
        "poultice/mqtt/schemas/pad-state.json",
        "poultice/mqtt/mosquitto-shared.conf",
    ):
        assert needed in names
    assert wheel.name.split("-")[2:4] == ["py3", "none"]
    assert not [name for name in names if name.startswith(("tests", "firmware", "circuits", "web/ui"))]


def test_it_tells_program_contract_and_facts(unpacked: Path) -> None:
    said = run(unpacked, "-m", "poultice", "--version")
    assert said.stderr == ""
    program, contract, facts = said.stdout.strip().split(", ")
    assert program.startswith("poultice 0.")
    assert len(contract.removeprefix("contract ")) == len(facts.removeprefix("facts ")) == 8


def test_its_board_needs_no_compiler(unpacked: Path) -> None:
    said = run(unpacked, "-c", "from poultice.simulator import native; print(native.build()); native.library()")
    assert (said.returncode, said.stderr) == (0, "")
    assert Path(said.stdout.strip()) == unpacked / "poultice" / "simulator" / "simulated-board.so"


def test_a_board_of_another_machine_is_compiled_anew(unpacked: Path, tmp_path: Path) -> None:
    """Or, without a compiler, one sentence says what is missing."""
    board = unpacked / "poultice" / "simulator" / "simulated-board.so"
    kept = board.read_bytes()
    board.write_bytes(b"\x7fELF of a stranger")
    try:
        said = run(unpacked, "-m", "poultice", "controller", "--port", "simulated")
        assert said.returncode == 1
        assert "apt install gcc" in said.stderr
        assert "Traceback" not in said.stderr
        compiled = (
            f"import os; os.environ['XDG_CACHE_HOME'] = {str(tmp_path)!r}\n"
            "from poultice.simulator import native; print(native.build()); native.library()"
        )
        said = run(unpacked, "-c", compiled, path="/usr/bin:/bin")
        assert (said.returncode, said.stderr) == (0, "")
        assert Path(said.stdout.strip()).parent == tmp_path / "poultice"
    finally:
        board.write_bytes(kept)


@pytest.mark.realtime
def test_it_serves_the_page_and_a_pad(unpacked: Path, tmp_path: Path) -> None:
    """Everything up from the wheel alone, on the embedded broker."""
    panel_port = free_port()
    file = write_configuration(tmp_path, broker=f'port = {free_port()}\nmode = "embedded"', panel_port=panel_port)
    alone = {"PYTHONPATH": str(unpacked), "PATH": NOTHING}
    with Process(tmp_path, "up", "--config", str(file), "--json", environment=alone) as up:
        line = up.line()
        assert line.startswith("{"), up.complaints()
        assert json.loads(line)["pad"]["simulated"]
        with urllib.request.urlopen(f"http://127.0.0.1:{panel_port}/", timeout=5) as answer:
            assert b"<title>" in answer.read()
        with urllib.request.urlopen(f"http://127.0.0.1:{panel_port}/healthz", timeout=5) as answer:
            assert json.load(answer)["broker_connected"]
        assert up.end()[0] == 0
