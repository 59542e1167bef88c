"""A real panel on a real port, a real broker, and a controller's end of MQTT that does what a test tells it."""

from __future__ import annotations

import contextlib
import itertools
import json
import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from brokers import KINDS, BrokerProcess
from poultice.mqtt.bridge import Bridge
from poultice.mqtt.connection import BrokerAddress
from poultice.mqtt.freshness import Freshness
from poultice.mqtt.incoming import Connected, Disconnected, Incoming, QueryIn, RequestIn, SimulatedButtonIn, as_request
from poultice.mqtt.messages import PadInfo, PadState, Reason, ReplyMessage, ResultMessage, ZoneState
from poultice.therapy.state import Phase, Request, Status, Verb
from poultice_panel.history.database import IN_MEMORY
from poultice_panel.people.door import Access
from poultice_panel.server import listen, make_server

WAIT_S = 15.0
JSON = {"Content-Type": "application/json"}


def info(controller: str, simulated: bool = True) -> PadInfo:
    return PadInfo(
        name="Pad",
        controller=controller,
        simulated=simulated,
        firmware_version="0.1.0",
        contract_hash="0",
        facts_hash="0",
        board_id="b",
        zones=[],
        motors=[],
        limits={},
        programs=[],
    )


def state(**changes: Any) -> PadState:
    values: dict[str, Any] = {
        "seq": 1,
        "epoch": "e",
        "time": datetime.now(UTC),
        "phase": Phase.IDLE,
        "armed": False,
        "outputs_off": True,
        "zones": {"lumbar": ZoneState(temperature=30.0)},
        "motors": {},
        "reason": Reason(code="idle", text="Off."),
    }
    return PadState(**{**values, **changes})


class Peer:
    """A controller with one pad, as far as MQTT can tell: it answers requests unless told to be silent, checks their
    freshness, and is off `off_after_s` after a STOP (None: never)."""

    def __init__(self, address: BrokerAddress, pad: str, simulated: bool = True) -> None:
        self.pad = pad
        self.off = True
        self.silent = False
        self.off_after_s: float | None = 0.0
        self.requests: list[Request] = []
        self.presses: list[float] = []
        self.queries: list[dict[str, Any]] = []
        self.stopped_at: list[float] = []
        self._inbox: queue.SimpleQueue[Incoming | None] = queue.SimpleQueue()
        self._fresh = Freshness(time.monotonic())
        self._numbers = itertools.count(1)
        self.heard = threading.Event()  # it is connected and hears what is asked
        self.bridge = Bridge(address, f"of-{pad}", self._inbox.put)
        self.bridge.announce(pad, info(f"of-{pad}", simulated))
        self.bridge.set_pad_online(pad, True)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self.bridge.start()

    def say(self, **changes: Any) -> PadState:
        """Publishes a state now."""
        epoch = self._fresh.epoch(time.monotonic())
        said = state(seq=next(self._numbers), epoch=epoch, outputs_off=self.off, **changes)
        self.bridge.publish_state(self.pad, said)
        return said

    def close(self) -> None:
        self.bridge.stop(0.5)
        self._inbox.put(None)

    def _run(self) -> None:
        while (item := self._inbox.get()) is not None:
            match item:
                case Connected():
                    self._fresh.connected(time.monotonic())
                    self.say()
                    self.heard.set()
                case Disconnected():
                    pass
                case RequestIn():
                    self._request(item)
                case QueryIn(what=what, role=role, message=message):
                    self.queries.append({"what": what, **message.args})
                    answer = ResultMessage(id=message.id, status="ok", reason=Reason(code="ok", text="Ok."), result={})
                    self.bridge.result(self.pad, role, what, answer)
                case SimulatedButtonIn(press_s=press_s):
                    self.presses.append(press_s)

    def _request(self, item: RequestIn) -> None:
        request = as_request(item)
        assert isinstance(request, Request)
        self.requests.append(request)
        fresh = self._fresh.judge(request, time.monotonic())
        status = Status.ACCEPTED if fresh else Status.STALE
        if item.verb is Verb.STOP:
            self.stopped_at.append(time.monotonic())
        if not self.silent:
            reply = ReplyMessage(id=request.id, status=status, reason=Reason(code="x", text="X."), applied=request.args)
            self.bridge.reply(self.pad, item.role, item.verb, reply)
        if item.verb is Verb.STOP and self.off_after_s is not None:
            threading.Timer(self.off_after_s, self._turn_off).start()

    def _turn_off(self) -> None:
        self.off = True
        self.say()


@dataclass
class Event:
    """One server-sent event."""

    name: str
    id: int
    data: dict[str, Any]
    at_s: float


class Stream:
    """Reads `/api/live` in a thread."""

    def __init__(self, url: str, cookies: dict[str, str] | None = None) -> None:
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._client = httpx.Client(base_url=url, timeout=WAIT_S, cookies=cookies)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        with contextlib.suppress(httpx.HTTPError), self._client.stream("GET", "/api/live") as response:
            fields: dict[str, str] = {}
            for line in response.iter_lines():
                if line:
                    name, _, value = line.partition(": ")
                    fields[name] = value
                else:
                    event = Event(fields["event"], int(fields["id"]), json.loads(fields["data"]), time.monotonic())
                    self.events.put(event)
                    fields = {}

    def next(self, timeout_s: float = WAIT_S) -> Event:
        return self.events.get(timeout=timeout_s)

    def wait_for(self, fits: Callable[[Event], bool], timeout_s: float = WAIT_S) -> Event:
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                event = self.events.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no such event within {timeout_s} s") from None
            if fits(event):
                return event

    def close(self) -> None:
        self._client.close()


class RunningPanel:
    """A panel that serves on a free port, in a thread."""

    def __init__(
        self, address: BrokerAddress, static: Path, access: Access | None = None, database_url: str = IN_MEMORY
    ) -> None:
        sock = listen(port=0)
        self.port = sock.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.server = make_server(address, static, database_url=database_url, access=access)
        self._thread = threading.Thread(target=self.server.run, args=([sock],), daemon=True)
        self._thread.start()
        self.http = httpx.Client(base_url=self.url, timeout=WAIT_S)
        until(lambda: self.server.started)

    def post(self, path: str, body: Any = None, **arguments: Any) -> httpx.Response:
        return self.http.post(path, json={} if body is None else body, **arguments)

    def entry(self, pad: str) -> dict[str, Any] | None:
        """A pad's entry, or None."""
        return next((entry for entry in self.http.get("/api/pads").json() if entry["id"] == pad), None)

    def until_there(self, pad: str) -> None:
        """Until the panel knows the pad's state and that it is there."""

        def there() -> bool:
            entry = self.entry(pad)
            return bool(entry and entry["controller_online"] and entry["online"] and entry["state"])

        until(there)

    def close(self) -> float:
        """Ends it; how long that took, s."""
        began_s = time.monotonic()
        self.http.close()
        self.server.should_exit = True
        self._thread.join(10)
        assert not self._thread.is_alive()
        return time.monotonic() - began_s


def until(holds: Callable[[], bool], timeout_s: float = WAIT_S) -> None:
    """Waits until something holds, looking every 10 ms."""
    deadline = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < deadline, "it never came to hold"
        time.sleep(0.01)


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrokerProcess]:
    """A mosquitto that nobody kills."""
    with BrokerProcess("mosquitto", tmp_path_factory.mktemp("broker")) as process:
        yield process


@pytest.fixture(params=KINDS)
def mortal_broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BrokerProcess]:
    """A broker of each kind, of this test alone."""
    with BrokerProcess(request.param, tmp_path) as process:
        yield process


@pytest.fixture(scope="session")
def static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built page, as small as one can be."""
    directory = tmp_path_factory.mktemp("static")
    (directory / "assets").mkdir()
    (directory / "index.html").write_text("<!doctype html><title>Poultice</title>", encoding="utf-8")
    (directory / "assets" / "index-abc.js").write_text("1;", encoding="utf-8")
    (directory / "manifest.webmanifest").write_text("{}", encoding="utf-8")
    return directory


@pytest.fixture(scope="session")
def panel(broker: BrokerProcess, static: Path) -> Iterator[RunningPanel]:
    """A panel that nobody ends."""
    running = RunningPanel(broker.address, static)
    yield running
    running.close()


@pytest.fixture
def panels(static: Path) -> Iterator[Callable[[BrokerAddress], RunningPanel]]:
    """Makes panels that end with the test."""
    with contextlib.ExitStack() as stack:

        def new(address: BrokerAddress) -> RunningPanel:
            running = RunningPanel(address, static)
            stack.callback(running.close)
            return running

        yield new


@pytest.fixture
def peers() -> Iterator[Callable[..., Peer]]:
    """Makes controllers' ends that end with the test."""
    with contextlib.ExitStack() as stack:

        def new(address: BrokerAddress, pad: str, simulated: bool = True) -> Peer:
            peer = Peer(address, pad, simulated)
            stack.callback(peer.close)
            peer.heard.wait(5)  # what an earlier one left with the broker looks as if it were there
            return peer

        yield new


@pytest.fixture
def streams() -> Iterator[Callable[[RunningPanel], Stream]]:
    """Makes readers of `/api/live` that end with the test."""
    with contextlib.ExitStack() as stack:

        def new(running: RunningPanel) -> Stream:
            stream = Stream(running.url)
            stack.callback(stream.close)
            return stream

        yield new
