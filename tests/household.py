"""Real processes of Poultice in tests: a command line of its own ports and data, and somebody who talks MQTT to it."""

from __future__ import annotations

import itertools
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from poultice.mqtt.topics import PadTopics

PAD = "sofa"
AT_REST = ("idle", "cooling", "ended")  # nothing plays, and anything may be started


def clean_environment(**more: str) -> dict[str, str]:
    """This process's environment without any setting of Poultice, and with `more`."""
    return {**{k: v for k, v in os.environ.items() if not k.startswith("POULTICE_")}, **more}


def write_configuration(
    directory: Path, *, broker: str, panel_port: int = 1, port: str = "simulated", panel: str = ""
) -> Path:
    """A poultice.toml with its own data; `broker` is the content of its section, `panel` more of the other. The pad is
    called `sofa`."""
    file = directory / "poultice.toml"
    file.write_text(
        f'[controller]\nid = "house"\nport = "{port}"\n[pad]\nid = "{PAD}"\n[data]\ndirectory = "{directory}/data"\n'
        f"[panel]\nport = {panel_port}\n{panel}\n[broker]\n{broker}\n"
    )
    return file


def wait_until_listening(port: int) -> None:
    """Until somebody takes connections at a port of this computer."""
    for _ in range(500):
        with socket.socket() as probe:
            probe.settimeout(0.1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError(f"nobody listens at {port}")


class Process:
    """One `poultice …` process, with `environment` over this one's."""

    def __init__(self, directory: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        self._log = (directory / "process.log").open("w+")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "poultice", *arguments],
            cwd=directory,
            env=clean_environment(**(environment or {})),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.send(signal.SIGKILL)
        self._process.wait(5)
        self._log.close()
        if self._process.stdout is not None:
            self._process.stdout.close()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def line(self) -> str:
        """The next line that it prints; empty once it has ended."""
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def complaints(self) -> str:
        """What it has said on stderr so far."""
        self._log.flush()
        return Path(self._log.name).read_text()

    def send(self, number: signal.Signals) -> None:
        """Sends it a signal, where it still runs."""
        if self.running:
            os.kill(self.pid, number)

    def end(self, number: signal.Signals = signal.SIGTERM, timeout_s: float = 5.0) -> tuple[int, float]:
        """Ends it; its exit code and how long that took, s."""
        begun_s = time.monotonic()
        self.send(number)
        return self._process.wait(timeout_s), time.monotonic() - begun_s


class Talker:
    """Talks to a pad by MQTT as the panel does, and remembers the last word on each topic, home automation's among
    them."""

    def __init__(self, port: int, pad: str = PAD) -> None:
        self._heard: queue.SimpleQueue[MQTTMessage] = queue.SimpleQueue()
        self._ids = itertools.count(1)
        self.topics = PadTopics(pad)
        self.last: dict[str, bytes] = {}
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.on_message = lambda _c, _d, message: self._heard.put(message)
        self._client.on_connect = lambda client, *_: client.subscribe([("poultice/#", 1), ("homeassistant/#", 1)])
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    @property
    def state(self) -> Mapping[str, Any]:
        """The pad's last state; empty before the first."""
        return dict(json.loads(self.last.get(self.topics.state, b"{}")))

    def wait(self, condition: Callable[[], Any], timeout_s: float = 10.0) -> float:
        """Listens until `condition` holds; how long that took, s."""
        begun_s = time.monotonic()
        while not condition():
            left_s = begun_s + timeout_s - time.monotonic()
            assert left_s > 0, f"not within {timeout_s} s; last state: {self.state}"
            try:
                message = self._heard.get(timeout=min(left_s, 0.1))
            except queue.Empty:
                continue
            self.last[message.topic] = message.payload
        return time.monotonic() - begun_s

    def send(self, topic: str, payload: Mapping[str, Any]) -> None:
        """Publishes one message."""
        self._client.publish(topic, json.dumps(payload).encode(), qos=1)

    def request(self, verb: str, **args: Any) -> Mapping[str, Any]:
        """Asks with the current epoch; the answer."""
        message = {"id": f"r{next(self._ids)}", "epoch": self.state.get("epoch"), "args": args}
        return self._ask(self.topics.request("phone", verb), self.topics.reply("phone", verb), message)

    def query(self, what: str, **args: Any) -> Mapping[str, Any]:
        """Asks what moves no output; the result."""
        message = {"id": f"q{next(self._ids)}", "args": args}
        return self._ask(self.topics.query("phone", what), self.topics.result("phone", what), message)

    def _ask(self, topic: str, answer: str, message: Mapping[str, Any]) -> Mapping[str, Any]:
        self.send(topic, message)
        self.wait(lambda: json.loads(self.last.get(answer, b"{}")).get("id") == message["id"], 5)
        return dict(json.loads(self.last[answer]))

    def sees_warmth(self, temperature_c: float) -> bool:
        """Whether every zone is known to be at least so warm. What jumps is not believed for 2 s."""
        known = [zone["temperature"] for zone in self.state.get("zones", {}).values()]
        return bool(known) and all(each is not None and each >= temperature_c for each in known)

    def start(self, program: str, press: Callable[[float], None]) -> None:
        """The whole way into a session: checklist, start, and `press` on the pad's button."""
        self.wait(lambda: self.state.get("phase") in AT_REST)
        assert self.query("settings", op="set", checklist_accepted=True)["status"] == "ok"
        reply = self.request("start", program=program)
        assert reply["status"] == "invited", reply
        press(0.5)
        self.wait(lambda: self.state["session"] is not None)
