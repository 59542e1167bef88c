"""What is announced no more is taken back from the broker: a zone, a pad, a form, all of it; by an earlier run, too."""

from __future__ import annotations

import itertools
import json
import queue
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from brokers import BrokerProcess
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from poultice.config import HomeAssistantSection
from poultice.discovery import NAME, Discovery
from poultice.mqtt.bridge import Bridge
from poultice.mqtt.home_assistant.forms import announcement
from poultice.mqtt.home_assistant.hub import hub
from poultice.mqtt.home_assistant.pad import pad as make_pad
from poultice.mqtt.incoming import Born, Connected
from poultice.mqtt.messages import PadInfo
from poultice.therapy.limits import HostLimits

from tests.harness import VirtualHouse
from tests.mqtt.conftest import Inbox
from tests.mqtt.home_assistant.samples import LIMITS, info

HUB = "homeassistant/device/poultice-controller-attic/config"
SOFA = "homeassistant/device/poultice-pad-sofa/config"
MARKER = itertools.count()


def discovery(directory: Path, pad: str = "sofa", **settings: Any) -> Discovery:
    return Discovery(HomeAssistantSection(**settings), "attic", [pad], LIMITS, directory)


def said(discover: Discovery, pad: str = "sofa", of: PadInfo | None = None) -> dict[str, Any]:
    return {topic: json.loads(payload) if payload else None for topic, payload in discover(pad, of or info())}


def test_the_same_is_said_again_and_nothing_is_taken_back(tmp_path: Path) -> None:
    first = said(discovery(tmp_path))
    again = discovery(tmp_path)
    assert list(first) == list(said(again)) == list(said(again)) == [HUB, SOFA]
    assert said(again) == first


def test_a_zone_that_goes_leaves_its_entities_platforms_for_good(tmp_path: Path) -> None:
    said(discovery(tmp_path))
    one_zone = info(zones=info().zones[:1])
    for _ in range(3):  # runs; the first may have lost its broker
        parts = said(discovery(tmp_path), of=one_zone)[SOFA]["cmps"]
        gone = {key for key, part in parts.items() if set(part) == {"p"}}
        assert gone == {"upper_back", "dose_upper_back", "duty_upper_back", "witness_upper_back"}
    parts = said(discovery(tmp_path))[SOFA]["cmps"]
    assert not any(set(part) == {"p"} for part in parts.values()), "it came back"


def test_a_zone_that_goes_takes_its_topics_along_in_the_other_form(tmp_path: Path) -> None:
    said(discovery(tmp_path, form="component"))
    now = said(discovery(tmp_path, form="component"), of=info(zones=info().zones[:1]))
    gone = [topic for topic, payload in now.items() if payload is None]
    assert [topic.split("/")[3] for topic in gone] == [
        "upper_back",
        "dose_upper_back",
        "duty_upper_back",
        "witness_upper_back",
    ]
    assert list(now)[: len(gone)] == gone, "first"


def options(payloads: dict[str, Any]) -> list[str] | None:
    """The programs to choose from; None where there is no choice to be made."""
    select = payloads[SOFA]["cmps"]["program"]
    return select.get("options")


def test_what_may_be_started_follows_what_the_pad_says(tmp_path: Path) -> None:
    discover = discovery(tmp_path)
    assert options(said(discover, of=info(automation=["gentle", "unlisted"]))) == ['Gentle "first" use', "Unlisted"]
    assert options(said(discover, of=info(automation=["unlisted", "hot", "rub"]))) == ["Unlisted"]
    nothing = said(discover, of=info(automation=[]))
    assert options(nothing) is None
    assert [nothing[SOFA]["cmps"][key] for key in ("program", "start")] == [{"p": "select"}, {"p": "button"}]
    assert options(said(discover, of=info(automation=["gentle"]))) == ['Gentle "first" use']


def test_what_people_allow_on_the_page_is_offered_at_once_and_taken_back_when_they_take_it_back(tmp_path: Path) -> None:
    house = VirtualHouse(tmp_path, limits=HostLimits(automation_programs=frozenset({"gentle-first-use"})))
    house.accept_checklist()
    discover = discovery(tmp_path)
    of_the_file = options(said(discover, of=house.broker.infos[-1]))
    for allowed in (["warm"], [], ["warm"]):
        before = len(house.broker.infos)
        assert house.query("settings", op="set", pad={"automation": allowed}).status == "ok"
        assert len(house.broker.infos) == before + 1, "said anew"
        offered = options(said(discover, of=house.broker.infos[-1]))
        assert offered == [*(of_the_file or []), *(["Warm"] if allowed else [])]
        house.run(0.1)
        answer = house.request("start", "automation", program="warm")
        assert answer.status == ("invited" if allowed else "refused"), "what is offered is what is obeyed"
        house.request("stop")


@pytest.mark.parametrize(
    ("pad", "settings", "stays"),
    [
        ("bed", {}, {HUB}),
        ("sofa", {"form": "component"}, set()),
        ("sofa", {"prefix": "ha/discovery"}, set()),
        ("sofa", {"enabled": False}, set()),
    ],
)
def test_what_an_earlier_run_announced_is_taken_back_again_after_one_that_was_killed(
    tmp_path: Path, pad: str, settings: dict[str, Any], stays: set[str]
) -> None:
    said(discovery(tmp_path))
    for run in range(3):
        discover = discovery(tmp_path, pad, **settings)
        now = said(discover, pad)
        gone = {topic for topic, payload in now.items() if payload is None}
        assert gone == ({HUB, SOFA} - stays if run < 2 else set())
        later = said(discover, pad)  # when its board says hello
        assert later == {topic: payload for topic, payload in now.items() if payload}
    assert bool(now) == settings.get("enabled", True)


def test_a_run_that_ended_in_good_order_has_taken_it_back_once_and_for_all(tmp_path: Path) -> None:
    said(discovery(tmp_path))
    second = discovery(tmp_path, enabled=False)
    assert set(said(second)) == {HUB, SOFA}
    second.settle()
    assert said(discovery(tmp_path, enabled=False)) == {}


def test_what_was_taken_back_may_be_announced_again(tmp_path: Path) -> None:
    said(discovery(tmp_path))
    said(discovery(tmp_path, enabled=False))
    assert all(said(discovery(tmp_path)).values())
    assert all(said(discovery(tmp_path)).values())


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"devices": 1}', b"\xff", b'{"more": 1}'])
def test_a_damaged_file_costs_only_what_it_knew(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / NAME).write_bytes(content)
    assert list(said(discovery(tmp_path))) == [HUB, SOFA]
    assert "stays announced" in caplog.text
    assert json.loads((tmp_path / NAME).read_bytes())["devices"].keys() == {
        "poultice-controller-attic",
        "poultice-pad-sofa",
    }


def test_a_disk_that_refuses_costs_only_the_memory(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("")
    assert list(said(discovery(tmp_path / "file" / "data"))) == [HUB, SOFA]
    assert "cannot be written" in caplog.text


# --- On a broker ----------------------------------------------------------------------------------------------------


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[BrokerProcess]:
    with BrokerProcess("mosquitto", tmp_path) as running:
        yield running


def kept(port: int) -> set[str]:
    """The topics below homeassistant/ on which the broker keeps something."""
    heard: queue.SimpleQueue[MQTTMessage] = queue.SimpleQueue()
    client = Client(CallbackAPIVersion.VERSION2)
    client.on_message = lambda _c, _d, message: heard.put(message)
    client.on_connect = lambda client, *_: client.subscribe("homeassistant/#", 1)
    marker = f"homeassistant/marker-{next(MARKER)}"
    client.on_subscribe = lambda client, *_: client.publish(marker, b"?", 1)
    client.connect("127.0.0.1", port)
    client.loop_start()
    found = set()
    while (message := heard.get(timeout=10)).topic != marker:
        found.add(message.topic)
    client.disconnect()
    client.loop_stop()
    return found


def singles(pad: str, zones: int) -> set[str]:
    """The topics of the other form, of a pad with so many zones."""
    devices = [hub("attic", "1", "en"), make_pad(pad, info(zones=info().zones[:zones]), 40.0, "en")]
    return {topic for device in devices for topic in announcement(device, "component", "homeassistant", "1", {})}


@pytest.mark.broker
def test_the_broker_keeps_what_is_and_nothing_of_what_was(mosquitto: BrokerProcess, tmp_path: Path) -> None:
    one_zone = info(zones=info().zones[:1])
    runs: list[tuple[str, PadInfo, dict[str, Any], set[str]]] = [
        ("sofa", info(), {}, {HUB, SOFA}),
        ("bed", info(), {}, {HUB, SOFA.replace("sofa", "bed")}),
        ("bed", info(), {"form": "component"}, singles("bed", 2)),
        ("bed", one_zone, {"form": "component"}, singles("bed", 1)),
        ("bed", one_zone, {"enabled": False}, set()),
    ]
    assert len(singles("bed", 2)) == len(singles("bed", 1)) + 4
    for pad, of, settings, expected in runs:
        inbox = Inbox()
        bridge = Bridge(mosquitto.address, "attic", inbox.put, discover=discovery(tmp_path, pad, **settings))
        bridge.announce(pad, of)
        bridge.start()
        try:
            inbox.wait_for(Connected)
            by_s = time.monotonic() + 5
            while (found := kept(mosquitto.port)) != expected and time.monotonic() < by_s:
                time.sleep(0.02)
            assert found == expected
        finally:
            bridge.stop(1.0)


@pytest.mark.broker
def test_home_assistants_beginning_is_heard_and_nothing_else_on_its_topic(
    mosquitto: BrokerProcess, tmp_path: Path
) -> None:
    inbox = Inbox()
    bridge = Bridge(mosquitto.address, "attic", inbox.put, discover=discovery(tmp_path), birth="homeassistant/status")
    bridge.start()
    inbox.wait_for(Connected)
    try:
        speaker = Client(CallbackAPIVersion.VERSION2)
        speaker.connect("127.0.0.1", mosquitto.port)
        speaker.loop_start()
        for payload in (b"", b"offline", b"\xff", b"ONLINE", b"online"):
            speaker.publish("homeassistant/status", payload, 1)
        assert isinstance(inbox.wait_for(Born), Born)
        assert [each for each in inbox.drain() if isinstance(each, Born)] == []
        speaker.disconnect()
        speaker.loop_stop()
    finally:
        bridge.stop(1.0)
