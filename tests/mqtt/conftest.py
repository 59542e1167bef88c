"""Brokers, a watcher of what is published, and values that many tests of MQTT need."""

from __future__ import annotations

import contextlib
import queue
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from brokers import KINDS, BrokerProcess
from poultice.mqtt.bridge import Bridge
from poultice.mqtt.connection import BrokerAddress, Connection
from poultice.mqtt.incoming import Connected, Incoming
from poultice.mqtt.messages import PadInfo, PadState, Reason
from poultice.therapy.state import Phase

WAIT_S = 15.0


class Inbox:
    """What a bridge delivered, in order; waits are bounded."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Incoming] = queue.SimpleQueue()

    def put(self, incoming: Incoming) -> None:
        self._queue.put(incoming)

    def wait_for(self, kind: type[Any], timeout_s: float = WAIT_S) -> Any:
        """The next of `kind`; what comes before it is forgotten."""
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                incoming = self._queue.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no {kind.__name__} within {timeout_s} s") from None
            if isinstance(incoming, kind):
                return incoming

    def drain(self) -> list[Incoming]:
        """Everything delivered by now."""
        found = []
        while not self._queue.empty():
            found.append(self._queue.get())
        return found


class Watcher:
    """Another client: sees everything below poultice/v1 and publishes whatever it is told."""

    def __init__(self, address: BrokerAddress, name: str = "watcher") -> None:
        self.seen: queue.SimpleQueue[tuple[str, bytes, bool]] = queue.SimpleQueue()
        self.connected: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.connection = Connection(address, name, self)
        self.connection.start()
        self.protocol = self.connected.get(timeout=WAIT_S)
        self._until_subscribed(f"poultice/v1/marker/{name}")

    def _until_subscribed(self, marker: str) -> None:
        """Asks again and again, because amqtt ends a connection where two clients come at the same moment."""
        earlier = []
        for _ in range(30):
            self.connection.publish(marker, b"?", 1)
            with contextlib.suppress(queue.Empty):
                while not earlier or earlier[-1][0] != marker:
                    earlier.append(self.seen.get(timeout=0.5))
                break
        else:
            raise AssertionError("the watcher never saw its own message")
        for seen in earlier:
            self.seen.put(seen)

    def on_connected(self, protocol: str) -> None:
        self.connection.subscribe(["poultice/v1/#"])
        self.connected.put(protocol)

    def on_disconnected(self, reason: str) -> None:
        pass

    def on_message(self, topic: str, payload: bytes, retained: bool) -> None:
        self.seen.put((topic, payload, retained))

    def wait_for(self, topic: str, payload: bytes | None = None, timeout_s: float = WAIT_S) -> tuple[bytes, bool]:
        """The next message on `topic` (with `payload`): its payload, and whether it was retained."""
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                seen_topic, seen, retained = self.seen.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"nothing on {topic} within {timeout_s} s") from None
            if seen_topic == topic and payload in (None, seen):
                return seen, retained

    def publish(self, topic: str, payload: bytes, retain: bool = False) -> None:
        assert self.connection.publish(topic, payload, 1, retain)


@pytest.fixture(scope="session", params=KINDS)
def broker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrokerProcess]:
    """A broker of each kind that nobody kills; tests use pads and controllers of their own."""
    with BrokerProcess(request.param, tmp_path_factory.mktemp("broker")) as process:
        yield process


@pytest.fixture(params=KINDS)
def mortal_broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BrokerProcess]:
    """A broker of each kind, of this test alone."""
    with BrokerProcess(request.param, tmp_path) as process:
        yield process


@pytest.fixture
def watch() -> Iterator[Callable[[BrokerProcess], Watcher]]:
    """Makes watchers that end with the test."""
    made: list[Watcher] = []

    def new(process: BrokerProcess) -> Watcher:
        made.append(Watcher(process.address, f"watcher-{len(made)}-{time.monotonic_ns()}"))
        return made[-1]

    yield new
    for watcher in made:
        watcher.connection.stop(1.0)


@pytest.fixture
def bridges() -> Iterator[Callable[[BrokerProcess, str], tuple[Bridge, Inbox]]]:
    """Makes started, connected bridges that end with the test."""
    made: list[Bridge] = []

    def new(process: BrokerProcess, controller: str) -> tuple[Bridge, Inbox]:
        inbox = Inbox()
        bridge = Bridge(process.address, controller, inbox.put)
        made.append(bridge)
        bridge.start()
        inbox.wait_for(Connected)
        return bridge, inbox

    yield new
    for bridge in made:
        bridge.stop(1.0)


@pytest.fixture
def pad_info() -> PadInfo:
    return PadInfo(
        name="Pad",
        controller="house",
        simulated=True,
        firmware_version="0.1.0",
        contract_hash="00000000",
        facts_hash="00000000",
        board_id="sim",
        zones=[],
        motors=[],
        limits={},
        programs=[],
    )


@pytest.fixture
def pad_state() -> PadState:
    return PadState(
        seq=1,
        epoch="aa",
        time=datetime(2026, 1, 1, tzinfo=UTC),
        phase=Phase.IDLE,
        armed=False,
        outputs_off=True,
        zones={},
        motors={},
        reason=Reason(code="idle", text="Off."),
    )
