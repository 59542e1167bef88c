"""`poultice up`: everything is there soon, what dies comes back, and nothing is left behind."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.brokers import BrokerProcess, free_port
from tests.household import Process, Talker, write_configuration

pytestmark = [pytest.mark.slow, pytest.mark.broker, pytest.mark.realtime]


@dataclass
class Up:
    """A household that is up."""

    process: Process
    facts: Mapping[str, Any]
    took_s: float
    broker_port: int

    @property
    def url(self) -> str:
        return str(self.facts["panel"]["url"])

    def children(self) -> list[psutil.Process]:
        """All processes below the parent."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def pads(self) -> Any:
        """What the panel knows."""
        return httpx.get(f"{self.url}/api/pads", timeout=2).json()


Bring = Callable[..., Up]


@pytest.fixture
def bring(tmp_path: Path) -> Iterator[Bring]:
    """Brings a household up; `broker` is the content of that section."""
    running: list[Process] = []

    def up(broker: str | None = None, *arguments: str) -> Up:
        port = free_port()
        begun_s = time.monotonic()
        file = write_configuration(
            tmp_path, broker=f"port = {port}" if broker is None else broker, panel_port=free_port()
        )
        process = Process(tmp_path, "up", "--json", "--config", str(file), *arguments)
        running.append(process)
        line = process.line()
        assert line, process.complaints()
        return Up(process, json.loads(line), time.monotonic() - begun_s, port)

    yield up
    for process in running:
        below = psutil.Process(process.pid).children(recursive=True) if process.running else []
        process.__exit__(None, None, None)
        for child in below:
            if child.is_running():
                child.kill()


def until(condition: Callable[[], bool], timeout_s: float) -> float:
    """Waits until `condition` holds; how long that took, s."""
    begun_s = time.monotonic()
    while not condition():
        assert time.monotonic() - begun_s < timeout_s, f"not within {timeout_s} s"
        time.sleep(0.05)
    return time.monotonic() - begun_s


def answers(up: Up) -> bool:
    try:
        return bool(up.pads())
    except httpx.HTTPError:
        return False


@pytest.mark.parametrize("mode", ["mosquitto", "embedded"])
def test_it_is_there_soon_and_gone_at_once(bring: Bring, mode: str) -> None:
    port = free_port()
    up = bring(f'mode = "{mode}"\nport = {port}')
    assert up.took_s <= 6.0, "the page is promised within 5 s; this computer may be busy"
    assert up.facts["broker"] == {"kind": mode, "address": f"127.0.0.1:{port}", "pid": up.facts["broker"]["pid"]}
    assert up.facts["pad"]["simulated"] is True
    assert httpx.get(up.url, timeout=2).status_code == 200
    until(lambda: any(pad["id"] == "sofa" and pad["online"] for pad in up.pads()), 5)
    children = up.children()
    assert len(children) >= 3
    with httpx.stream("GET", f"{up.url}/api/live", timeout=5) as live:  # a page that stays open
        assert "snapshot" in next(live.iter_lines())
        code, took_s = up.process.end(signal.SIGINT)
    assert code == 0, up.process.complaints()
    assert took_s <= 2.0
    assert not [child for child in children if child.is_running()], "nothing is left behind"


def test_a_broker_of_the_system_is_no_obstacle(bring: Bring) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):  # somebody uses it already: as good
            other.bind(("127.0.0.1", 1883))
            other.listen()
        up = bring("")
        assert up.facts["broker"]["address"] != "127.0.0.1:1883"
        until(lambda: any(pad["id"] == "sofa" and pad["online"] for pad in up.pads()), 5)


def test_the_controller_is_ended_first(bring: Bring) -> None:
    up = bring()
    with Talker(up.broker_port) as talker:
        talker.wait(lambda: talker.last.get(talker.topics.availability) == b"online")
        up.process.send(signal.SIGTERM)
        talker.wait(lambda: talker.last.get(talker.topics.availability) == b"offline", 2)


@pytest.mark.parametrize("name", ["broker", "controller", "panel"])
def test_what_dies_comes_back(bring: Bring, name: str) -> None:
    up = bring()
    until(lambda: any(pad["online"] for pad in up.pads()), 5)
    victim = psutil.Process(up.facts[name]["pid"])
    before = {child.pid for child in up.children()}
    victim.kill()
    until(lambda: not victim.is_running() or victim.status() == psutil.STATUS_ZOMBIE, 2)
    until(lambda: any(child.pid not in before for child in up.children()), 2)

    def recovered() -> bool:
        return answers(up) and any(pad["online"] and pad["controller_online"] for pad in up.pads())

    until(recovered, 8)
    assert f"The {name} has ended; it is started again." in up.process.complaints()
    assert up.process.end()[0] == 0


def test_a_parent_that_is_killed_leaves_nobody_behind(bring: Bring) -> None:
    up = bring()
    children = up.children()
    up.process.send(signal.SIGKILL)
    _, alive = psutil.wait_procs(children, timeout=4)
    assert alive == []


def test_lan_serves_the_house_to_whoever_has_the_code(bring: Bring) -> None:
    up = bring(None, "--lan")
    code, url = up.facts["pairing"]["code"], up.facts["pairing"]["url"]
    assert len(code) == 8
    assert up.facts["panel"]["lan"] is True
    assert httpx.get(f"{up.url}/api/me", timeout=2).json()["here"] is True
    if url is None:
        pytest.skip("this computer has no network but its own")
    house = url.split("/#")[0]
    assert url == f"{house}/#/pair/{code}"
    with httpx.Client(base_url=house, timeout=5) as phone:
        assert phone.get("/api/me").json() is None
        assert phone.post("/api/pads/sofa/requests/pause", json={}).status_code == 401
        assert phone.post("/api/pairing/claim", json={"code": code, "name": "Ada"}).status_code == 200
        assert phone.get("/api/me").json()["role"] == "admin", "who reads the console owns the house"
        until(lambda: any(pad["id"] == "sofa" and pad["online"] for pad in phone.get("/api/pads").json()), 5)
        assert phone.post("/api/pads/sofa/requests/pause", json={}).status_code == 200


def test_an_existing_broker_is_used_and_left_alone(bring: Bring, tmp_path: Path) -> None:
    with BrokerProcess("mosquitto", tmp_path) as broker:
        up = bring(f'url = "mqtt://127.0.0.1:{broker.port}"')
        assert up.facts["broker"] == {"kind": "existing broker", "address": f"127.0.0.1:{broker.port}", "pid": None}
        until(lambda: any(pad["online"] for pad in up.pads()), 5)
        assert up.process.end()[0] == 0
        with Talker(broker.port) as talker:
            talker.wait(lambda: talker.last.get(talker.topics.availability) == b"offline", 2)


def test_a_child_that_cannot_start_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "settings.json").write_text("{")
    file = write_configuration(tmp_path, broker=f"port = {free_port()}", panel_port=free_port())
    with Process(tmp_path, "up", "--config", str(file)) as process:
        assert process.end(signal.SIGCONT, 20)[0] == 1
        said = process.complaints()
    assert "settings.json is damaged" in said
    assert "Traceback" not in said
