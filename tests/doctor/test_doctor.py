"""The doctor on a household that is well, and on one broken installation after the other: the right line, a remedy."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from brokers import BrokerProcess, free_port
from household import PAD, Process, clean_environment, wait_until_listening, write_configuration
from poultice.broker_setup import PASSWORDS, Listener, set_up
from poultice.clock import RealClock
from poultice.config import load
from poultice.doctor import broker_certificate, computer, home_assistant, house
from poultice.doctor.finding import Finding, Verdict
from poultice.mqtt.messages import ControllerHealth, Reason
from poultice.mqtt.topics import PadTopics

TOPICS = PadTopics(PAD)


def of(findings: Any, subject: str, verdict: Verdict) -> str:
    """The sentence of the one finding on a subject that is so good or bad."""
    found = [finding for finding in findings if finding.subject == subject]
    texts = [finding.text for finding in found if finding.verdict is verdict]
    assert len(texts) == 1, found
    return texts[0]


def ask(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "poultice", "doctor", *arguments],
        capture_output=True,
        text=True,
        cwd=directory,
        env=clean_environment(XDG_DATA_HOME=str(directory)),
        timeout=60,
        check=False,
    )


# -- This computer


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def test_a_data_directory_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    assert "set data.directory" in of(computer.data(tmp_path / "data"), "data", Verdict.BAD)


def test_one_that_is_not_there_yet_will_be_made(tmp_path: Path) -> None:
    assert "will be made" in of(computer.data(tmp_path / "new" / "data"), "data", Verdict.GOOD)
    assert not (tmp_path / "new").exists(), "looking changes nothing"


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("settings.json", Verdict.BAD),
        ("people.json", Verdict.BAD),
        ("budgets.json", Verdict.WARNING),
        ("models.json", Verdict.WARNING),
    ],
)
def test_a_damaged_file_is_named(data: Path, name: str, verdict: Verdict) -> None:
    (data / name).write_text('{"pads": ')
    text = of(computer.data(data), "data", verdict)
    assert f"{data / name} is damaged" in text
    assert ("delete" in text) is (name in ("settings.json", "people.json")), (
        "a deleted budget would allow a new day's heat"
    )
    assert (data / name).read_text() == '{"pads": '


@pytest.mark.parametrize(
    ("free_bytes", "verdict"),
    [
        (computer.FREE_BAD_BYTES - 1, Verdict.BAD),
        (computer.FREE_BAD_BYTES, Verdict.WARNING),
        (computer.FREE_WARNING_BYTES - 1, Verdict.WARNING),
        (computer.FREE_WARNING_BYTES, Verdict.GOOD),
    ],
)
def test_a_full_disk(data: Path, free_bytes: int, verdict: Verdict) -> None:
    assert computer.disk(data, free_bytes).verdict is verdict


def test_a_program_that_is_no_good(data: Path, tmp_path: Path) -> None:
    (data / "programs").mkdir()
    (data / "programs" / "mine.yaml").write_text("schema: poultice-program/1\nid: mine\n")
    config = load(write_configuration(tmp_path, broker="port = 1"))
    text = of([computer.programs(config)], "programs", Verdict.WARNING)
    assert "mine.yaml" in text
    assert "poultice programs check" in text


def test_a_port_that_is_not_there() -> None:
    assert "correct controller.port" in of([computer.port("/dev/ttyNOPE7")], "port", Verdict.BAD)


def test_no_board_where_one_is_demanded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(computer, "discover", lambda: None)
    assert "plug the pad's cable in" in of([computer.port("board")], "port", Verdict.BAD)
    assert "no board is connected" in of([computer.port("auto")], "port", Verdict.GOOD)


def test_no_compiler_for_the_simulated_pad(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CC", raising=False)
    monkeypatch.setenv("PATH", "/nonexistent")
    assert "apt install gcc" in of([computer.port("simulated")], "port", Verdict.BAD)


def test_a_clock_that_nobody_keeps_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(computer, "synchronised", lambda: False)
    assert "timedatectl set-ntp true" in of([computer.clock()], "clock", Verdict.WARNING)
    monkeypatch.setattr(computer, "synchronised", lambda: True)
    assert computer.clock().verdict is Verdict.GOOD


# -- What a pad says


def said(**changes: Any) -> dict[str, bytes]:
    state = {
        "seq": 1, "epoch": "e", "time": "2026-01-01T00:00:00Z", "phase": "offline", "armed": False,
        "outputs_off": True, "zones": {}, "motors": {},
        "reason": {"code": "offline", "text": "the board speaks another contract: flash its firmware"},
    }  # fmt: skip
    health = {
        "uptime_s": 1, "reading_age_s": 0.1, "loop_jitter_p99_s": 0.001, "link_errors": 0, "frames_bad": 0,
        "demands_refused": 0, "board_uptime_s": 1,
    }  # fmt: skip
    given = {TOPICS.availability: b"offline", TOPICS.state: state, TOPICS.health: health}
    given |= {getattr(TOPICS, name): body for name, body in changes.items()}
    return {topic: body if isinstance(body, bytes) else json.dumps(body).encode() for topic, body in given.items()}


def test_a_board_that_is_offline_says_why() -> None:
    assert "flash its firmware" in of(house.pad_findings(PAD, said()), "board", Verdict.BAD)
    assert "nothing was heard of it" in of(house.pad_findings(PAD, {}), "board", Verdict.BAD)
    assert "nothing was heard of it" in of(house.pad_findings(PAD, said(state=b"{")), "board", Verdict.BAD)


def test_a_fault_is_told_with_what_to_do() -> None:
    fault = {"name": "ntc_open", "lockout": "B", "latched": True, "sentence": "A sensor is torn.", "action": "Look."}
    state = json.loads(said()[TOPICS.state]) | {"faults": [fault]}
    heard = said(state=state, availability=b"online")
    assert of(house.pad_findings(PAD, heard), "board", Verdict.BAD) == "A sensor is torn: Look."


def test_a_bad_cable() -> None:
    torn = json.loads(said()[TOPICS.health]) | {"link_errors": 7}
    assert "7 frames" in of(house.pad_findings(PAD, said(health=torn)), "link", Verdict.WARNING)


def test_a_late_loop_and_a_place_without_a_board() -> None:
    healthy = ControllerHealth(time=datetime.now(UTC), uptime_s=1.0, loop_jitter_p99_s=0.02, pads=1)
    assert of(house.controller_findings(healthy), "loop", Verdict.GOOD)
    problem = Reason(code="place", text="There is no serial port /dev/x: plug the pad's cable in.")
    ill = healthy.model_copy(update={"loop_jitter_p99_s": 0.3, "problems": [problem]})
    assert "300 ms late" in of(house.controller_findings(ill), "loop", Verdict.WARNING)
    assert of(house.controller_findings(ill), "place", Verdict.BAD) == problem.text
    assert list(house.controller_findings(None)) == []


@pytest.mark.parametrize(("left", "verdict"), [(29.99, Verdict.WARNING), (30.0, Verdict.GOOD), (-1.0, Verdict.WARNING)])
def test_a_certificate_that_will_expire(left: float, verdict: Verdict) -> None:
    now_s = 1_700_000_000.0
    finding = broker_certificate.days(now_s + left * broker_certificate.DAY_S, now_s)
    assert finding.verdict is verdict
    assert verdict is Verdict.GOOD or "make a new one" in finding.text


def test_a_password_that_can_be_read_and_a_ca_that_is_none(tmp_path: Path) -> None:
    def found(broker: str) -> list[Finding]:
        section = load(write_configuration(tmp_path, broker=broker)).broker
        return list(broker_certificate.look(section, RealClock()))

    assert "use mqtts://" in of(found('url = "mqtt://u:p@192.0.2.1"'), "certificate", Verdict.WARNING)
    none = f'url = "mqtts://127.0.0.1"\nca = "{tmp_path}/ca.crt"'
    assert "name the file ca.crt" in of(found(none), "certificate", Verdict.BAD)
    assert found('url = "mqtt://127.0.0.1"') == []


# -- The panel


class Stranger(BaseHTTPRequestHandler):
    status, body = 404, b""

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@pytest.mark.parametrize(
    ("status", "body", "verdict", "words"),
    [
        (404, b"", Verdict.BAD, "set another panel.port"),
        (200, b"<html>", Verdict.WARNING, "Nobody serves the page"),
        (200, b"[]", Verdict.BAD, "does not hear the broker"),
        (200, b'{"broker_connected": false, "pads": 0}', Verdict.BAD, "does not hear the broker"),
        (200, b'{"broker_connected": true, "pads": 1}', Verdict.GOOD, "The page is at"),
    ],
)
def test_who_answers_on_the_panels_port(tmp_path: Path, status: int, body: bytes, verdict: Verdict, words: str) -> None:
    handler = type("Handler", (Stranger,), {"status": status, "body": body})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        config = load(write_configuration(tmp_path, broker="port = 1", panel_port=server.server_port))
        assert words in of([house.panel(config)], "panel", verdict)


# -- The broker

Look = Callable[[str], list[Finding]]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    return lambda broker: list(house.look(load(write_configuration(tmp_path, broker=broker))))


def test_no_broker(look: Look) -> None:
    port = free_port()
    assert "`poultice up` starts it" in of(look(f"port = {port}"), "broker", Verdict.BAD)
    assert "correct broker.url" in of(look(f'url = "mqtt://127.0.0.1:{port}"'), "broker", Verdict.BAD)


@pytest.mark.broker
@pytest.mark.slow
def test_a_broker_and_nobody_else(look: Look, tmp_path: Path) -> None:
    with BrokerProcess("mosquitto", tmp_path) as broker:
        findings = look(f"port = {broker.port}")
    assert "lets us in" in of(findings, "broker", Verdict.GOOD)
    assert "house does not run" in of(findings, "controller", Verdict.WARNING)
    assert "Nobody serves the page" in of(findings, "panel", Verdict.WARNING)


@pytest.mark.broker
@pytest.mark.slow
def test_a_broker_that_keeps_nothing(look: Look, tmp_path: Path) -> None:
    port = free_port()
    file = tmp_path / "forgetful.conf"
    file.write_text(f"user root\nlistener {port} 127.0.0.1\nallow_anonymous true\nretain_available false\n")
    with subprocess.Popen(["mosquitto", "-c", str(file)], stderr=subprocess.DEVNULL) as broker:
        try:
            wait_until_listening(port)
            findings = look(f"port = {port}")
        finally:
            broker.terminate()
    assert "keeps nothing that is retained: set retain_available true" in of(findings, "broker", Verdict.BAD)


@pytest.mark.broker
@pytest.mark.slow
def test_a_broker_with_tls(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        port, broker = free_port(), Path(name) / "broker"
        line = next(iter(set_up(broker, Listener("127.0.0.1", port, ("localhost",)))))
        word = json.loads((broker / PASSWORDS).read_text())["controller"]
        url = f'url = "mqtts://controller:{word}@localhost:{port}"'
        with subprocess.Popen(line.removeprefix("Run it with: ").split(), stderr=subprocess.DEVNULL) as process:
            try:
                wait_until_listening(port)
                config = load(write_configuration(tmp_path, broker=f'{url}\nca = "{broker}/ca.crt"'))
                well, strange = (
                    list(house.look(config)),
                    list(house.look(load(write_configuration(tmp_path, broker=url)))),
                )
            finally:
                process.terminate()
    assert "82" in of(well, "certificate", Verdict.GOOD), "825 days, less the moment that has passed"
    assert "lets us in" in of(well, "broker", Verdict.GOOD)
    assert "set broker.ca to its ca.crt" in of(strange, "broker", Verdict.BAD)


@pytest.mark.broker
@pytest.mark.slow
def test_a_wrong_password_and_too_few_rights(look: Look) -> None:
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        port = free_port()
        line = next(iter(set_up(Path(name) / "broker", Listener("127.0.0.1", port))))
        word = json.loads((Path(name) / "broker" / PASSWORDS).read_text())["viewer"]
        broker = subprocess.Popen(line.removeprefix("Run it with: ").split(), stderr=subprocess.DEVNULL)
        try:
            wait_until_listening(port)
            wrong = look(f'url = "mqtt://controller:guess@127.0.0.1:{port}"')
            poor = look(f'url = "mqtt://viewer:{word}@127.0.0.1:{port}"')
        finally:
            broker.terminate()
            broker.wait(5)
    assert "Not authorized" in of(wrong, "broker", Verdict.BAD)
    assert "the rights of a controller" in of(poor, "broker", Verdict.BAD)


@pytest.mark.parametrize(
    ("settings", "topic"),
    [
        ("", f"homeassistant/device/poultice-pad-{PAD}/config"),
        ('form = "component"\nprefix = "ha"', f"ha/button/poultice-pad-{PAD}/stop/config"),
    ],
)
def test_a_pad_that_home_assistant_cannot_find(tmp_path: Path, settings: str, topic: str) -> None:
    file = write_configuration(tmp_path, broker="port = 1")
    file.write_text(f"{file.read_text()}[home_assistant]\n{settings}\n")
    config = load(file)
    assert home_assistant.finding(config, PAD, {topic: b"{}"}).verdict is Verdict.GOOD
    for heard in ({}, {topic: b""}, {f"{topic}s": b"{}"}):
        finding = home_assistant.finding(config, PAD, heard)
        assert (finding.verdict, topic in finding.text) == (Verdict.WARNING, True)
    assert "restart the controller" in finding.text


def test_a_pad_that_home_assistant_shall_not_find(tmp_path: Path) -> None:
    file = write_configuration(tmp_path, broker="port = 1")
    file.write_text(f"{file.read_text()}[home_assistant]\nenabled = false\n")
    assert home_assistant.finding(load(file), PAD, {}).verdict is Verdict.GOOD


# -- As a person asks


@pytest.fixture
def healthy(tmp_path: Path) -> Iterator[Path]:
    """A household that is up; its configuration."""
    file = write_configuration(tmp_path, broker=f"port = {free_port()}", panel_port=free_port())
    with Process(tmp_path, "up", "--config", str(file), "--json") as up:
        assert up.line().startswith("{"), up.complaints()
        yield file


@pytest.mark.slow
@pytest.mark.broker
@pytest.mark.realtime
def test_a_household_that_is_well(healthy: Path) -> None:
    said = ask(healthy.parent, "--config", str(healthy))
    assert (said.returncode, said.stderr) == (0, "")
    assert "bad " not in said.stdout
    findings = json.loads(ask(healthy.parent, "--config", str(healthy), "--json").stdout)
    verdicts = {finding["subject"]: finding["verdict"] for finding in findings}
    for subject in (
        "configuration",
        "data",
        "disk",
        "programs",
        "port",
        "page",
        "broker",
        "controller",
        "board",
        "home assistant",
        "panel",
    ):
        assert verdicts[subject] == "good", findings


@pytest.mark.slow
def test_a_configuration_that_is_no_good(tmp_path: Path) -> None:
    (tmp_path / "poultice.toml").write_text("[brocker]\nport = 1\n")
    said = ask(tmp_path)
    assert (said.returncode, said.stderr) == (1, "")
    assert said.stdout.startswith("bad      configuration")
    assert "brocker" in said.stdout
