"""Whatever is killed: without the controller no heat; with it the session goes on, and the page finds back to it."""

from __future__ import annotations

import itertools
import json
import queue
import re
import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from boards import BoardProcess
from browsing import Visit
from household import PAD, Talker
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion
from playwright.sync_api import Browser, expect
from running import SimulatedBoard, Up, board_seconds, gone, heating, off, wait_until

pytestmark = [pytest.mark.realtime, pytest.mark.broker]

LEASE_S = 1.6  # the board's lease of 1.5 s, and a tenth for the way
RECOVERY_S = 5.0
END_S = 2.0
PROGRAM = "lower-back-ease"
STATE = f"poultice/v1/pad/{PAD}/state"


@dataclass
class House:
    """Everything that `poultice up` brings up, and a board that is none of its children."""

    up: Up
    board: BoardProcess

    def begin_session(self) -> Mapping[str, Any]:
        """From a cool pad, so that full power is asked for throughout, into a session that heats; the state."""
        self.board.warm(26)
        with Talker(self.up.broker_port) as phone:
            phone.wait(lambda: phone.sees_warmth(25))
            phone.start(PROGRAM, self.board.press)
            self.board.wait_for(heating, 5)
            return phone.state

    def asked(self, path: str) -> Any:
        """What the panel answers now; None while it is not there."""
        try:
            return httpx.get(f"{self.up.url}{path}", timeout=1).json()
        except httpx.HTTPError:
            return None

    def shows(self, session: str | None) -> bool:
        """Whether the panel shows the truth of now: this session, in a fresh state of a controller that is there."""
        health, pads = self.asked("/healthz"), self.asked("/api/pads")
        return bool(health and health["broker_connected"] and pads) and _is_fresh(pads[0], session)

    def snapshot(self) -> Mapping[str, Any]:
        """What a page is told first when it opens the panel's stream."""
        with httpx.stream("GET", f"{self.up.url}/api/live", timeout=5) as response:
            lines = itertools.islice(response.iter_lines(), 3)
            event, _, data = lines
        assert event == "event: snapshot"
        return json.loads(data.removeprefix("data: "))

    def kept_state(self) -> Mapping[str, Any]:
        """The state that the broker gives a newcomer at once, because it keeps it."""
        kept: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        client = Client(CallbackAPIVersion.VERSION2)
        client.on_connect = lambda client, *_: client.subscribe(STATE, 1)
        client.on_message = lambda _c, _d, said: kept.put(said.payload) if said.retain and said.topic == STATE else None
        client.connect("127.0.0.1", self.up.broker_port)
        client.loop_start()
        try:
            return json.loads(kept.get(timeout=3))
        finally:
            client.disconnect()
            client.loop_stop()


def _is_fresh(pad: Mapping[str, Any], session: str | None) -> bool:
    found = pad["state"] and (pad["state"]["session"] or {}).get("id")
    return pad["controller_online"] and pad["online"] and pad["state_age_s"] < 2 and found == session


@pytest.fixture(params=["mosquitto"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    with SimulatedBoard() as board, Up(tmp_path, board.port, request.param) as up:
        house = House(up, board)
        wait_until(lambda: house.shows(None), 10, "the pad on the panel")
        yield house


def heats_throughout(board: BoardProcess, since_s: float, seconds: float) -> None:
    """Never without a duty for longer than a tick: the demands keep coming, and nobody stops anything."""
    board.wait_for(lambda seen: seen.time_monotonic_s >= since_s + seconds, seconds + 5, since_s=since_s)
    seen = board.history(since_s, since_s + seconds)
    assert len(seen) >= 10 * seconds - 5
    assert all(map(heating, seen))


def test_without_the_controller_there_is_no_heat(house: House) -> None:
    house.begin_session()
    old = house.up.children()["controller"].pid
    killed_s = house.up.kill("controller")
    assert heating(house.board.history(until_s=killed_s)[-1])
    ended = house.board.wait_for(off, 5, since_s=killed_s)
    assert board_seconds(house.board, killed_s, ended) <= LEASE_S

    house.up.wait_for_another("controller", old)
    wait_until(lambda: house.shows(None), RECOVERY_S, "the idle pad on the panel")
    state = house.kept_state()
    assert (state["phase"], state["armed"], state["outputs_off"]) == ("idle", False, True)
    assert state["checklist_accepted"], "what was settled stays settled"
    time.sleep(0.5)
    assert all(map(off, house.board.history(ended.time_monotonic_s))), "no heat resumes by itself"
    assert house.board.observe().armed is False


@pytest.mark.parametrize("house", ["mosquitto", "embedded"], indirect=True)
def test_without_the_broker_the_session_goes_on(house: House) -> None:
    session = house.begin_session()["session"]["id"]
    assert house.shows(session)
    old = house.up.children()["broker"].pid
    killed_s = house.up.kill("broker")
    wait_until(lambda: not house.snapshot()["broker_connected"], 3, "the panel knows that the broker is gone")

    house.up.wait_for_another("broker", old)
    wait_until(lambda: _listens(house.up.broker_port), 10, "the broker is back")
    back_s = time.monotonic()
    wait_until(lambda: house.shows(session), RECOVERY_S, "the same session on the panel")
    kept = house.kept_state()
    assert kept["session"]["id"] == session
    assert house.snapshot()["pads"][PAD]["state"]["session"]["id"] == session
    assert house.snapshot()["broker_connected"]
    heats_throughout(house.board, killed_s, max(2.5, back_s - killed_s))
    _stop(house)


def test_without_the_panel_the_session_goes_on(house: House) -> None:
    session = house.begin_session()["session"]["id"]
    old = house.up.children()["panel"].pid
    killed_s = house.up.kill("panel")
    assert house.asked("/healthz") is None
    house.up.wait_for_another("panel", old)
    wait_until(lambda: _listens(house.up.panel_port), 10, "the panel is back")
    wait_until(lambda: house.shows(session), RECOVERY_S, "the same session on the panel")
    assert house.snapshot()["pads"][PAD]["state"]["session"]["id"] == session
    heats_throughout(house.board, killed_s, 2.5)
    _stop(house)


@pytest.fixture
def visit(house: House, chromium: Browser) -> Iterator[Visit]:
    """The page on a phone."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="en", reduced_motion="reduce")
    yield Visit(context, house.up.url)
    context.close()


@pytest.mark.browser
def test_the_page_finds_back_by_itself(house: House, visit: Visit) -> None:
    """Without being loaded again; time left counts on only with new states."""
    session = house.begin_session()["session"]["id"]
    page = visit.page
    phase, left = page.locator("#phase"), page.locator(".now .time")
    expect(phase).to_have_text(re.compile("Warming|Running"))
    page.evaluate("window.sameAsEver = true")
    for name in ("broker", "panel"):
        old = house.up.children()[name].pid
        killed_s = house.up.kill(name)
        if name == "broker":
            expect(page.get_by_text("The panel has lost the broker")).to_be_visible()
        house.up.wait_for_another(name, old)
        wait_until(lambda: house.shows(session), 10, "the same session on the panel")
        expect(left).not_to_have_text(left.inner_text(), timeout=RECOVERY_S * 1000)
        expect(page.locator(".live")).to_have_text("live", timeout=RECOVERY_S * 1000)
        expect(phase).to_have_text(re.compile("Warming|Running"))
        expect(page.locator(".banner")).to_have_count(0)
        assert all(map(heating, house.board.history(killed_s))), "meanwhile the session went on"

    killed_s = house.up.kill("controller")
    expect(page.get_by_text("The controller is gone")).to_be_visible()
    expect(phase).to_have_text("Ready", timeout=10_000)
    expect(page.locator(".live")).to_have_text("live", timeout=RECOVERY_S * 1000)
    house.board.wait_for(off, 3, since_s=killed_s)
    assert page.evaluate("window.sameAsEver"), "nobody loaded the page again"


def _listens(port: int) -> bool:
    return any(one.laddr.port == port and one.status == "LISTEN" for one in psutil.net_connections("tcp"))


def _stop(house: House) -> None:
    """STOP from the page works as before."""
    asked_s = time.monotonic()
    answer = httpx.post(f"{house.up.url}/api/pads/{PAD}/requests/stop", timeout=5)
    assert answer.json()["confirmed_off"]
    house.board.wait_for(off, 1, since_s=asked_s)


def test_ctrl_c_ends_everything_heat_first(house: House) -> None:
    house.begin_session()
    family = house.up.children()
    assert set(family) == {"broker", "controller", "panel"}
    gone_s: dict[str, float] = {}

    def ended() -> bool:
        for name, child in family.items():
            if name not in gone_s and gone(child):
                gone_s[name] = time.monotonic()
        return len(gone_s) == len(family) and not house.up.running

    asked_s = time.monotonic()
    house.up.send(signal.SIGINT)
    assert wait_until(ended, 5, "the end of everything") <= END_S
    heat_off = house.board.wait_for(off, 1, since_s=asked_s)
    assert heat_off.time_monotonic_s < min(gone_s["broker"], gone_s["panel"]), "the pad is told before anything else"
    assert heat_off.time_monotonic_s - asked_s < 0.5, "it was told, and not merely left alone"
    assert house.up.end()[0] == 0


def test_a_killed_parent_leaves_no_orphan(house: House) -> None:
    house.begin_session()
    family = house.up.children()
    assert set(family) == {"broker", "controller", "panel"}
    killed_s = time.monotonic()
    house.up.send(signal.SIGKILL)
    wait_until(lambda: all(map(gone, family.values())), END_S, "the end of the children")
    ended = house.board.wait_for(off, 3, since_s=killed_s)
    assert board_seconds(house.board, killed_s, ended) <= LEASE_S
