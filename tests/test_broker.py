"""Our own broker: whichever is installed, it is there at once, keeps retained messages, and goes when told."""

from __future__ import annotations

import os
import queue
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from poultice import broker, config
from poultice.errors import SetupError
from poultice.mqtt.connection import BrokerAddress

from tests.brokers import free_port

MODES = ["mosquitto", "embedded"]
Run = Callable[[str], tuple[subprocess.Popen[str], int]]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Starts `poultice broker`; its process and port once it lets us in."""
    started = []

    def start(mode: str) -> tuple[subprocess.Popen[str], int]:
        port = free_port()
        file = tmp_path / "poultice.toml"
        file.write_text(f'[broker]\nmode = "{mode}"\nport = {port}\n[data]\ndirectory = "{tmp_path}"\n')
        process = subprocess.Popen(
            [sys.executable, "-m", "poultice", "broker", "--config", str(file)], stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == f"MQTT broker ({mode}) at 127.0.0.1:{port}. Ctrl-C ends it.\n"
        until_let_in(port)
        return process, port

    yield start
    for process in started:
        process.kill()
        process.wait(5)


@pytest.mark.broker
@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
class TestRunning:
    def test_it_says_what_it_is_and_ends_when_told(self, run: Run, mode: str) -> None:
        process, port = run(mode)
        begun_s = time.monotonic()
        process.terminate()
        process.wait(5)
        assert time.monotonic() - begun_s < 1.0
        assert broker.why_port_busy("127.0.0.1", port) is None

    def test_only_this_computer_reaches_it(self, run: Run, mode: str) -> None:
        process, port = run(mode)
        listening = [c for c in psutil.Process(process.pid).net_connections() if c.status == psutil.CONN_LISTEN]
        assert [c.laddr.ip for c in listening] == ["127.0.0.1"]
        assert [c.laddr.port for c in listening] == [port]

    def test_retained_messages_and_a_burst_arrive(self, run: Run, mode: str) -> None:
        _, port = run(mode)
        got: queue.SimpleQueue[MQTTMessage] = queue.SimpleQueue()
        talker = client(port)
        talker.publish("poultice/v1/pad/sofa/state", b"warm", qos=1, retain=True).wait_for_publish(5)
        hearer = client(port)
        hearer.on_message = lambda _c, _d, message: got.put(message)
        hearer.subscribe("poultice/#", qos=1)
        first = got.get(timeout=5)
        assert (first.payload, first.retain) == (b"warm", True)
        for number in range(500):
            talker.publish("poultice/v1/pad/sofa/event", str(number).encode(), qos=1)
        assert [int(got.get(timeout=5).payload) for _ in range(500)] == list(range(500))
        for one in (talker, hearer):
            one.disconnect()
            one.loop_stop()

    def test_it_ends_with_its_parent(self, tmp_path: Path, mode: str) -> None:
        port = free_port()
        (tmp_path / "poultice.toml").write_text(
            f'[broker]\nmode = "{mode}"\nport = {port}\n[data]\ndirectory = "{tmp_path}"\n'
        )
        code = (
            "import os, subprocess, sys, time\n"
            "environment = {**os.environ, 'POULTICE_PARENT': str(os.getpid())}\n"
            "child = subprocess.Popen([sys.executable, '-m', 'poultice', 'broker'], env=environment)\n"
            "print(child.pid, flush=True)\n"
            "time.sleep(60)\n"
        )
        parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=tmp_path)
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        until_let_in(port)
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait(5)
        gone, _ = psutil.wait_procs([child], timeout=3)
        assert gone == [child]


def until_let_in(port: int) -> None:
    """Waits until a broker lets us in. Not too often: on a port that nobody listens on, a client may meet itself."""
    deadline_s = time.monotonic() + 15
    while broker.why_not_let_in(BrokerAddress("127.0.0.1", port), 1.0) is not None:
        assert time.monotonic() < deadline_s
        time.sleep(0.1)


def client(port: int) -> Client:
    """A connected MQTT client."""
    made = Client(CallbackAPIVersion.VERSION2)
    made.connect("127.0.0.1", port)
    made.loop_start()
    deadline_s = time.monotonic() + 5
    while not made.is_connected():
        assert time.monotonic() < deadline_s
        time.sleep(0.01)
    return made


class TestChoice:
    @pytest.mark.parametrize(
        ("mode", "installed", "expected"),
        [
            ("auto", True, "mosquitto"),
            ("auto", False, "embedded"),
            ("embedded", True, "embedded"),
            ("embedded", False, "embedded"),
            ("mosquitto", True, "mosquitto"),
        ],
    )
    def test_kind(self, monkeypatch: pytest.MonkeyPatch, mode: str, installed: bool, expected: str) -> None:
        monkeypatch.setattr(broker, "find_mosquitto", lambda: "/usr/sbin/mosquitto" if installed else None)
        assert broker.kind(config.BrokerSection.model_validate({"mode": mode})) == expected

    def test_mosquitto_wanted_and_not_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(broker, "find_mosquitto", lambda: None)
        with pytest.raises(SetupError, match="not installed"):
            broker.kind(config.BrokerSection(mode="mosquitto"))

    def test_mosquitto_is_found_where_a_normal_user_does_not_look(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        (tmp_path / "mosquitto").write_text("#!/bin/sh\n")
        (tmp_path / "mosquitto").chmod(0o755)
        monkeypatch.setenv("PATH", "/nowhere")
        monkeypatch.setattr(broker, "SYSTEM_FOLDERS", (str(tmp_path),))
        assert broker.find_mosquitto() == str(tmp_path / "mosquitto")


class TestPort:
    def test_free_and_busy(self) -> None:
        port = free_port()
        assert broker.why_port_busy("127.0.0.1", port) is None
        with socket.socket() as busy:
            busy.bind(("127.0.0.1", port))
            busy.listen()
            assert broker.why_port_busy("127.0.0.1", port) == "is in use by another program"

    def test_whoever_listens_but_is_no_broker_is_not_taken_for_one(self) -> None:
        with socket.socket() as mute:
            mute.bind(("127.0.0.1", 0))
            mute.listen()
            why = broker.why_not_let_in(BrokerAddress("127.0.0.1", mute.getsockname()[1]), 0.2)
        assert why is not None
        assert "does not answer" in why
