"""The command line: what it says, and that every mistake gets one sentence and the right exit code."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from poultice import cli, description
from poultice.simulator.faults import FaultName

from tests.brokers import BrokerProcess, free_port

GOOD, REFUSED, USAGE = 0, 1, 2


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The one sentence of a refusal."""
        assert self.code == REFUSED, self
        assert self.out == ""
        assert self.err.count("\n") == 1, self.err
        assert "Traceback" not in self.err
        return self.err.strip()


Command = Callable[..., Said]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a poultice.toml of its own ports and data."""
    for name in list(os.environ):
        if name.startswith("POULTICE_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    configure()
    return tmp_path


def configure(broker: str | None = None, panel_port: int | None = None, more: str = "") -> None:
    """Writes ./poultice.toml."""
    broker = broker or f"port = {free_port()}"
    Path("poultice.toml").write_text(
        f'[data]\ndirectory = "data"\n[panel]\nport = {panel_port or free_port()}\n[broker]\n{broker}\n{more}'
    )


@pytest.fixture
def poultice(house: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Runs a command line in this process."""

    def run(*arguments: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["poultice", *arguments])
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capfd.readouterr()
        return Said(int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def listener() -> Iterator[int]:
    """The port of a program that listens and says nothing."""
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        yield busy.getsockname()[1]


def test_version(poultice: Command) -> None:
    said = poultice("--version")
    assert said.code == GOOD
    assert said.out.startswith("poultice 0.")


@pytest.mark.parametrize("arguments", [["fly"], ["up", "--fast"], ["up", "--speed", "often"], ["programs", "burn"]])
def test_wrong_usage_is_two(poultice: Command, arguments: list[str]) -> None:
    said = poultice(*arguments)
    assert said.code == USAGE
    assert "Usage" in said.err


def test_as_a_module_of_its_own() -> None:
    command = [sys.executable, "-m", "poultice", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.startswith("poultice 0.")


class TestPrograms:
    def test_the_list_for_people(self, poultice: Command) -> None:
        said = poultice("programs", "list")
        assert said.code == GOOD
        assert "lower-back-ease" in said.out

    def test_the_list_for_scripts(self, poultice: Command) -> None:
        programs = json.loads(poultice("programs", "list", "--json").out)
        assert {"id", "title", "total_s", "heats", "steps"} <= set(programs[0])
        assert any(program["id"] == "lower-back-ease" for program in programs)

    def test_ones_own(self, poultice: Command, house: Path) -> None:
        own = house / "data" / "programs"
        own.mkdir(parents=True)
        (own / "mine.yaml").write_text(
            "schema: poultice-program/1\nid: mine\ntitle: {en: Mine, de: Meins}\nevidence: convention\n"
            "requires: {zones: [lumbar]}\nmax_total: 10 min\n"
            "steps:\n  - {id: warm, duration: 5 min, heat: {lumbar: {target: 38 °C}}}\n"
        )
        assert "mine" in poultice("programs", "list").out
        (own / "mine.yaml").write_text((own / "mine.yaml").read_text().replace("38 °C", "52 °C"))
        said = poultice("programs", "list")
        assert "mine.yaml:8: steps[0].heat.lumbar.target" in said.err
        assert said.code == REFUSED
        assert "lower-back-ease" in said.out, "the others are not touched by it"

    def test_an_id_twice(self, poultice: Command, house: Path) -> None:
        own = house / "data" / "programs"
        own.mkdir(parents=True)
        text = (
            "schema: poultice-program/1\nid: mine\ntitle: {en: Mine, de: Meins}\nevidence: convention\n"
            "requires: {zones: [lumbar]}\nmax_total: 10 min\n"
            "steps:\n  - {id: warm, duration: 5 min, heat: {lumbar: {target: 38 °C}}}\n"
        )
        (own / "a.yaml").write_text(text)
        (own / "b.yaml").write_text(text)
        assert "b.yaml: there is already a program with the id mine" in poultice("programs", "list").err

    def test_check_says_everything_like_a_compiler(self, poultice: Command, house: Path) -> None:
        good = Path(description.__file__).parent / "programs" / "lower-back-ease.yaml"
        said = poultice("programs", "check", str(good))
        assert (said.code, said.err) == (GOOD, "")
        assert "Lower back ease, 19 min, can be played" in said.out
        bad = house / "bad.yaml"
        bad.write_text(
            good.read_text()
            .replace("40 °C", "52 °C")
            .replace("lumbar]", "neck]")
            .replace("wave, motors", "rub, motors")
        )
        said = poultice("programs", "check", str(bad), str(good))
        assert said.code == REFUSED
        assert len(said.err.splitlines()) >= 2
        assert all(line.startswith(f"{bad}:") for line in said.err.splitlines())
        problems = json.loads(poultice("programs", "check", "--json", str(bad)).out)
        assert {"file", "line", "path", "message", "remedy"} <= set(problems[0])

    def test_check_of_what_is_not_there(self, poultice: Command) -> None:
        assert "nowhere.yaml cannot be read" in poultice("programs", "check", "nowhere.yaml").sentence


class TestBadInput:
    def test_our_own_broker_serves_this_computer_only(self, poultice: Command) -> None:
        Path("poultice.toml").write_text('[broker]\nhost = "0.0.0.0"')
        assert "broker setup" in poultice("up", "--lan").sentence

    def test_a_code_without_a_panel(self, poultice: Command) -> None:
        configure()
        assert "start it with `poultice up --lan`" in poultice("pair").sentence
        assert poultice("pair", "--role", "king").code == 2

    @pytest.mark.parametrize("command", ["up", "controller", "panel", "broker"])
    def test_configuration(self, poultice: Command, command: str) -> None:
        Path("poultice.toml").write_text("[panel]\nprot = 80")
        assert "poultice.toml, line 2: unknown key panel.prot; did you mean port?" in poultice(command).sentence

    def test_configuration_that_is_not_there(self, poultice: Command) -> None:
        assert "no configuration file other.toml" in poultice("up", "--config", "other.toml").sentence

    @pytest.mark.parametrize("command", ["up", "controller"])
    def test_serial_port(self, poultice: Command, command: str) -> None:
        sentence = poultice(command, "--port", "/dev/ttyNONE").sentence
        assert "/dev/ttyNONE" in sentence
        assert "--port simulated" in sentence

    @pytest.mark.parametrize("command", ["up", "controller"])
    def test_fault(self, poultice: Command, command: str) -> None:
        assert "tired-cat" in poultice(command, "--port", "simulated", "--fault", "tired-cat").sentence

    def test_faults_are_listed_on_request(self, poultice: Command) -> None:
        said = poultice("up", "--fault", "help")
        assert said.code == GOOD
        assert [line.partition(" ")[0].partition(",")[0] for line in said.out.splitlines()] == list(FaultName)

    def test_speed(self, poultice: Command) -> None:
        assert poultice("up", "--speed", "1e9").sentence.startswith("Command line: controller.speed")

    def test_speed_of_a_real_board(self, poultice: Command) -> None:
        assert "simulated pad" in poultice("up", "--port", "/dev/null", "--speed", "2").sentence

    @pytest.mark.parametrize("command", ["up", "panel"])
    def test_busy_page(self, poultice: Command, listener: int, command: str) -> None:
        configure(panel_port=listener)
        sentence = poultice(command).sentence
        assert f"127.0.0.1:{listener} is in use" in sentence
        assert "panel.port" in sentence

    @pytest.mark.slow
    @pytest.mark.parametrize("command", ["up", "broker"])
    def test_busy_broker_port(self, poultice: Command, listener: int, command: str) -> None:
        configure(f"port = {listener}")
        sentence = poultice(command).sentence
        assert f"127.0.0.1:{listener} is in use" in sentence
        assert "broker.port" in sentence

    @pytest.mark.broker
    @pytest.mark.parametrize("command", ["up", "broker"])
    def test_somebody_elses_broker(self, poultice: Command, house: Path, command: str) -> None:
        with BrokerProcess("mosquitto", house) as broker:
            configure(f"port = {broker.port}")
            assert f'broker.url = "mqtt://127.0.0.1:{broker.port}"' in poultice(command).sentence

    def test_broker_that_is_not_there(self, poultice: Command) -> None:
        port = free_port()
        configure(f'url = "mqtt://127.0.0.1:{port}"')
        sentence = poultice("up").sentence
        assert f"127.0.0.1:{port}" in sentence
        assert "broker.url" in sentence

    @pytest.mark.broker
    def test_broker_that_refuses(self, poultice: Command, house: Path) -> None:
        port = free_port()
        (house / "closed.conf").write_text(f"listener {port} 127.0.0.1\nallow_anonymous false\n")
        broker = subprocess.Popen(["mosquitto", "-c", str(house / "closed.conf")], stderr=subprocess.DEVNULL)
        try:
            wait_for(port)
            configure(f'url = "mqtt://me:secret@127.0.0.1:{port}"')
            sentence = poultice("up").sentence
        finally:
            broker.kill()
            broker.wait(5)
        assert "Not authorized" in sentence
        assert "broker.url" in sentence
        assert "secret" not in sentence

    def test_no_broker_of_ours_beside_an_existing_one(self, poultice: Command) -> None:
        configure('url = "mqtt://house"')
        assert "existing broker" in poultice("broker").sentence

    def test_mosquitto_that_is_not_installed(self, poultice: Command, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("poultice.broker.find_mosquitto", lambda: None)
        configure(f'port = {free_port()}\nmode = "mosquitto"')
        assert "not installed" in poultice("broker").sentence

    def test_data_directory_that_cannot_be(self, poultice: Command, house: Path) -> None:
        (house / "data").write_text("a file")
        assert str(house / "data") in poultice("controller", "--port", "simulated").sentence

    def test_damaged_settings(self, poultice: Command, house: Path) -> None:
        (house / "data").mkdir()
        (house / "data" / "settings.json").write_text("{")
        assert "settings.json is damaged" in poultice("controller", "--port", "simulated").sentence

    def test_a_defect_is_a_sentence_too(self, poultice: Command, house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("XDG_DATA_HOME", str(house))

        def stumble(*_: object) -> None:
            raise ZeroDivisionError("by cat")

        monkeypatch.setattr("poultice.broker.run", stumble)
        assert "ZeroDivisionError: by cat" in poultice("broker").sentence
        assert "Traceback" in (house / "poultice" / "defect.log").read_text()


def wait_for(port: int) -> None:
    """Until somebody listens there."""
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 0.05).close()
            return
        except OSError:
            time.sleep(0.02)
    raise AssertionError(f"nobody listens at {port}")
