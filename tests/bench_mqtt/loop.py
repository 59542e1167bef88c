"""One controller with ten pads, idle and with a session on each: how late its 20 Hz loop is, and what it costs.

The pads are simulated, in the same process: their arithmetic is part of the cost, which real boards would bear. While
sessions run a page asks for a preview each second. How late a turn is comes of its own work and of waiting for the
computer: beside the lateness stands what the longest turn of each round takes of the processor, which is the loop's
own, and how late a process is that only sleeps, which is not.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
from brokers import BrokerProcess
from household import Process
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from poultice.mqtt.topics import ControllerTopics, PadTopics
from running import wait_until

from tests.bench.figures import Figure, percentile

PADS = 10
SETTLE_S = 5.0
WATCH_S = 66.0  # the loop's own figure is of its last minute
JITTER_LIMIT_MS = 10.0
CPU_LIMIT_PERCENT = 40.0
PROGRAM = "lower-back-ease"
LOOK = "look"
CONTROLLER = ControllerTopics("house")


def measure(progress: Callable[[str], None]) -> Iterator[Figure]:
    """With nobody on them, then with heat and massage on all."""
    with tempfile.TemporaryDirectory() as name, BrokerProcess("mosquitto", Path(name)) as broker:
        file = Path(name) / "poultice.toml"
        file.write_text(
            f'[controller]\nid = "house"\nport = "simulated"\npads = {PADS}\n[pad]\nid = "sofa"\n'
            f'[data]\ndirectory = "{name}/data"\n[broker]\nurl = "mqtt://127.0.0.1:{broker.port}"\n'
        )
        with Process(Path(name), "controller", "--config", str(file)) as controller, _Visitor(broker.port) as visitor:
            process = psutil.Process(controller.pid)
            wait_until(lambda: len(visitor.idle()) == PADS, 20, f"{PADS} pads: {visitor.pads}")
            yield from _watch("idle", process, visitor, progress)
            for pad in sorted(visitor.pads):
                visitor.start(pad)
            wait_until(lambda: len(visitor.running()) == PADS, 20, "a session on each pad")
            with _each_second(visitor.look_ahead):
                yield from _watch("sessions", process, visitor, progress)
            assert len(visitor.running()) == PADS, visitor.pads
            assert visitor.previews > WATCH_S / 2


def _watch(what: str, process: psutil.Process, visitor: _Visitor, progress: Callable[[str], None]) -> Iterator[Figure]:
    progress(f"{PADS} pads, {what}: settling")
    time.sleep(SETTLE_S)
    progress(f"{PADS} pads, {what}: watching for {WATCH_S:.0f} s")
    used_s, waited_s, begun_s = sum(process.cpu_times()[:2]), _waited_s(process.pid), time.monotonic()
    alone_ms = 1000 * percentile(sleeper_late_s(WATCH_S), 0.99)
    percent = 100 * (sum(process.cpu_times()[:2]) - used_s) / (time.monotonic() - begun_s)
    note = f"one that only sleeps: {alone_ms:.1f}; load {os.getloadavg()[0]:.1f}"
    yield Figure(f"loop of {PADS} pads, {what}, jitter p99", 1000 * visitor.jitter_s, "ms", JITTER_LIMIT_MS, note)
    waits_ms = 1000 * (_waited_s(process.pid) - waited_s) / (time.monotonic() - begun_s)
    note = f"a round's longest turn; besides, it waited {waits_ms:.0f} ms of each second for a core"
    yield Figure(f"of it its own work, {what}, p99", 1000 * visitor.busy_s, "ms", None, note)
    memory = f"{process.memory_info().rss / 1e6:.0f} MB"
    yield Figure(f"controller of {PADS} pads, {what}", percent, "% of a core", CPU_LIMIT_PERCENT, memory)


def _waited_s(pid: int) -> float:
    """How long the loop's thread was ready to run and had no core, s."""
    return int(Path(f"/proc/{pid}/task/{pid}/schedstat").read_text().split()[1]) / 1e9


@contextlib.contextmanager
def _each_second(do: Callable[[], None]) -> Iterator[None]:
    over = threading.Event()

    def repeat() -> None:
        while not over.wait(1.0):
            do()

    thread = threading.Thread(target=repeat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(2.0)


def sleeper_late_s(seconds: float) -> list[float]:
    """Of rounds of 50 ms, by how much the latest of five sleeps was late, s."""
    rounds, due_s = [], time.monotonic()
    for _ in range(round(seconds / 0.05)):
        latest_s = 0.0
        for _ in range(5):
            due_s += 0.01
            time.sleep(max(0.0, due_s - time.monotonic()))
            latest_s = max(latest_s, time.monotonic() - due_s)
        rounds.append(latest_s)
    return rounds


class _Visitor:
    """Talks to all pads."""

    def __init__(self, port: int) -> None:
        self.pads: dict[str, dict[str, Any]] = {}
        self.jitter_s = self.busy_s = float("nan")
        self.previews = 0
        self._replies: dict[str, dict[str, Any]] = {}
        self._replied = threading.Event()
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.on_message = self._hear
        self._client.on_connect = lambda client, *_: client.subscribe([("poultice/v1/#", 1)])
        self._client.connect("127.0.0.1", port)

    def __enter__(self) -> _Visitor:
        self._client.loop_start()
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _hear(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        parts = message.topic.split("/")
        if parts[2:] == ["controller", "house", "health"]:
            health = json.loads(message.payload)
            self.jitter_s, self.busy_s = health["loop_jitter_p99_s"], health["loop_busy_p99_s"]
        elif parts[2] == "pad" and parts[4] == "state":
            self.pads[parts[3]] = json.loads(message.payload)
        elif parts[2] == "pad" and parts[4] in ("reply", "result"):
            answer = json.loads(message.payload)
            self._replies[answer["id"]] = answer
            self.previews += answer["id"] == LOOK and answer["status"] == "ok"
            self._replied.set()

    def idle(self) -> list[str]:
        """The pads that wait for somebody."""
        return [pad for pad, state in self.pads.items() if state["phase"] == "idle"]

    def running(self) -> list[str]:
        """The pads with a session."""
        return [pad for pad, state in self.pads.items() if state["session"] is not None]

    def start(self, pad: str) -> None:
        """The whole way into a session."""
        topics = PadTopics(pad)
        self._ask(topics.query("phone", "settings"), {"args": {"op": "set", "checklist_accepted": True}}, "ok")
        wanted = {"epoch": self.pads[pad]["epoch"], "args": {"program": PROGRAM}}
        self._ask(topics.request("phone", "start"), wanted, "invited")
        self._client.publish(topics.simulated_button, b'{"press_s": 0.5}', 1)

    def look_ahead(self) -> None:
        """What a program would be like on the first pad; nobody waits for it."""
        body = {"id": LOOK, "args": {"op": "preview", "program": PROGRAM}}
        self._client.publish(PadTopics(min(self.pads)).query("phone", "programs"), json.dumps(body), 1)

    def _ask(self, topic: str, message: dict[str, Any], answer: str) -> None:
        name = f"{topic}".replace("/", ".")[-60:]
        self._client.publish(topic, json.dumps({"id": name, **message}), 1)
        wait_until(lambda: name in self._replies, 5, topic)
        assert self._replies[name]["status"] == answer, self._replies[name]
