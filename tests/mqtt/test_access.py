"""Each user of a shared broker against each topic, on a running mosquitto that `poultice broker setup` prepared."""

from __future__ import annotations

import json
import queue
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from brokers import free_port
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from poultice.broker_setup import PASSWORDS, Listener, set_up
from poultice.mqtt.access import USERS, acl
from poultice.mqtt.topics import ControllerTopics, PadTopics, answers

pytestmark = [pytest.mark.broker, pytest.mark.slow]

PAD, CONTROLLER = PadTopics("sofa"), ControllerTopics("attic")
NAMES = tuple(user.name for user in USERS)

# Topic: who may read it, who may write it. Stated a second time, by hand.
MATRIX: dict[str, tuple[str, str]] = {
    CONTROLLER.availability: ("controller panel automation viewer", "controller"),
    CONTROLLER.info: ("controller panel automation", "controller"),
    CONTROLLER.health: ("controller panel automation", "controller"),
    PAD.availability: ("controller panel automation viewer", "controller"),
    PAD.info: ("controller panel automation viewer", "controller"),
    PAD.state: ("controller panel automation viewer", "controller"),
    PAD.event: ("panel automation viewer", "controller"),
    PAD.health: ("controller panel automation", "controller"),
    f"{PAD.base}/prompt": ("panel automation", "controller"),
    PAD.request("phone", "start"): ("controller", "panel"),
    PAD.request("phone", "stop"): ("controller", "panel controller"),
    PAD.request("automation", "start"): ("controller", "automation"),
    PAD.request("automation", "adjust"): ("controller", "automation"),
    PAD.request("automation", "stop"): ("controller", "automation viewer controller"),
    PAD.query("phone", "sessions"): ("controller", "panel"),
    PAD.query("phone", "programs"): ("controller", "panel"),
    PAD.query("automation", "programs"): ("controller", "automation"),
    PAD.query("automation", "sessions"): ("controller", ""),
    PAD.reply("phone", "start"): ("panel", "controller"),
    PAD.reply("automation", "start"): ("automation", "controller"),
    PAD.result("phone", "sessions"): ("panel", "controller"),  # pain scores and notes
    PAD.result("automation", "programs"): ("automation", "controller"),
    f"{answers('phone')}a/b": ("panel", "controller"),
    f"{answers('automation')}flow": ("automation", "controller"),
    PAD.simulated_button: ("controller", "panel"),
    "homeassistant/device/sofa/config": ("controller automation", "controller"),
    "homeassistant/status": ("controller automation", "automation controller"),
    "$SYS/broker/version": ("", ""),
    "elsewhere/light": ("", ""),
}


class Guest:
    """A client that logged in, or was refused."""

    def __init__(self, port: int, user: str | None, password: str | None) -> None:
        self.heard: queue.SimpleQueue[MQTTMessage] = queue.SimpleQueue()
        self._let_in = threading.Event()
        self.refused = ""
        self._through = threading.Event()
        self.client = Client(CallbackAPIVersion.VERSION2, reconnect_on_failure=False)
        if user:
            self.client.username_pw_set(user, password)
        self.client.on_connect = self._on_connect
        self.client.on_message = lambda _client, _data, message: self.heard.put(message)
        self.client.on_publish = lambda *_: self._through.set()
        self.client.on_disconnect = lambda *_: self._through.set()
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        assert self._let_in.wait(5)

    def _on_connect(self, _client: Client, _data: Any, _flags: Any, code: Any, _properties: Any) -> None:
        self.refused = str(code) if code.is_failure else ""
        self._let_in.set()

    def write(self, topic: str, payload: bytes) -> None:
        """Returns when it was taken, or when that cost the connection: this mosquitto hangs up on whoever may not."""
        self.client.publish(topic, payload, 1)
        assert self._through.wait(5)

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """One that the user mosquitto can reach where root runs the tests; pytest's own cannot be entered by others."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def house(open_folder: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The port of a running broker, and its passwords."""
    directory, port = open_folder / "broker", free_port()
    lines = list(set_up(directory, Listener("127.0.0.1", port)))
    command = lines[0].removeprefix("Run it with: ").split()
    broker = subprocess.Popen(command, stderr=subprocess.PIPE)
    try:
        yield port, json.loads((directory / PASSWORDS).read_text())
    finally:
        broker.terminate()
        broker.wait(5)


@pytest.fixture(scope="module")
def guests(house: tuple[int, dict[str, str]]) -> Iterator[dict[str, Guest]]:
    port, passwords = house
    wait_for_port(port)
    guests = {name: Guest(port, name, passwords[name]) for name in NAMES}
    yield guests
    for guest in guests.values():
        guest.close()


def wait_for_port(port: int) -> None:
    give_up_s = time.monotonic() + 10
    while time.monotonic() < give_up_s:
        try:
            Guest(port, None, None).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the broker does not listen")


def drain(guest: Guest, within_s: float) -> list[tuple[str, bytes]]:
    """All that was heard until nothing came for so long."""
    heard = []
    while True:
        try:
            message = guest.heard.get(timeout=within_s)
        except queue.Empty:
            return heard
        heard.append((message.topic, message.payload))


@pytest.fixture(scope="module")
def passed(house: tuple[int, dict[str, str]], guests: dict[str, Guest]) -> dict[tuple[str, str], set[str]]:
    """By topic and writer: who heard what was written. Everybody listens to everything and writes everything."""
    port, passwords = house
    for guest in guests.values():
        guest.client.subscribe([("#", 1), ("$SYS/#", 1)])
    time.sleep(0.3)  # a subscription is acknowledged even where nothing will come
    for name in NAMES:
        for topic in MATRIX:
            writer = Guest(port, name, passwords[name])
            writer.write(topic, name.encode())
            writer.close()
    found: dict[tuple[str, str], set[str]] = {}
    for listener, guest in guests.items():
        for topic, payload in drain(guest, 0.5):
            found.setdefault((topic, payload.decode()), set()).add(listener)
    return found


@pytest.mark.parametrize("topic", MATRIX)
def test_only_who_may_writes_and_only_who_may_reads(passed: dict[tuple[str, str], set[str]], topic: str) -> None:
    readers, writers = (set(names.split()) for names in MATRIX[topic])
    for writer in NAMES:
        expected = readers if writer in writers else set()
        assert passed.get((topic, writer), set()) == expected, writer


def test_the_broker_says_nothing_of_itself(passed: dict[tuple[str, str], set[str]]) -> None:
    assert not [topic for topic, _ in passed if topic.startswith("$SYS")]


@pytest.mark.parametrize("login", [(None, None), ("panel", None), ("panel", "guess"), ("nobody", "guess")], ids=str)
def test_nobody_comes_in_without_a_password(
    house: tuple[int, dict[str, str]], guests: dict[str, Guest], login: tuple[str | None, str | None]
) -> None:
    assert guests["panel"].refused == ""
    guest = Guest(house[0], *login)
    guest.close()
    assert guest.refused == "Not authorized"


def test_every_topic_of_ours_is_in_the_matrix() -> None:
    def methods(topics: Any) -> set[str]:
        return {name for name in dir(topics) if not name.startswith("_")} - {"base", "pad", "controller"}

    shown = " ".join(MATRIX)
    for name in methods(PAD) | methods(CONTROLLER):
        assert f"/{name.replace('_', '/')}" in shown, name


def test_no_user_is_given_everything() -> None:
    for line in acl().splitlines():
        assert not line.startswith("topic") or "poultice/v1/#" not in line


def test_again_keeps_the_passwords(open_folder: Path) -> None:
    def prepare(renew: Sequence[str] = ()) -> list[str]:
        return list(set_up(open_folder / "again", Listener("127.0.0.1", 1883), renew))

    lines = prepare()
    file = open_folder / "again" / PASSWORDS
    before = json.loads(file.read_text())
    assert set(before) == set(NAMES)
    assert file.stat().st_mode & 0o077 == 0
    assert not any(word in line for word in before.values() for line in lines), "a terminal is no place for passwords"
    prepare()
    assert json.loads(file.read_text()) == before
    prepare(renew=["viewer"])
    after = json.loads(file.read_text())
    assert {name for name in before if after[name] != before[name]} == {"viewer"}
