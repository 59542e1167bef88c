"""Two controllers on one broker, as processes: each has its hub and its pads, and what becomes of one is nothing to the
other; a pad's name that is taken starts nothing at either until one of them is gone.
"""

from __future__ import annotations

import contextlib
import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from brokers import BrokerProcess
from household import Process, Talker
from poultice.mqtt.topics import ControllerTopics, PadTopics

pytestmark = [pytest.mark.realtime, pytest.mark.broker]

BEGINS_S = 40.0  # two processes on a computer that does much else
DEVICE = "homeassistant/device/poultice-pad-sofa/config"
MASSAGE = "short-massage"  # begins by a phone's word alone


class House:
    """One broker, and whoever listens to it at a pad."""

    def __init__(self, directory: Path, port: int, stack: contextlib.ExitStack) -> None:
        self._directory = directory
        self._port = port
        self._stack = stack

    def controller(self, name: str, *pads: str) -> Process:
        """One that has begun."""
        directory = self._directory / name
        directory.mkdir()
        places = "".join(f'[[pads]]\nid = "{pad}"\nport = "simulated"\n' for pad in pads)
        file = directory / "poultice.toml"
        file.write_text(
            f'[controller]\nid = "{name}"\n[data]\ndirectory = "{directory}/data"\n'
            f'[broker]\nurl = "mqtt://127.0.0.1:{self._port}"\n{places}'
        )
        return self._stack.enter_context(Process(directory, "controller", "--config", str(file)))

    def at(self, pad: str) -> Talker:
        """A phone beside a pad that is there."""
        phone = self._stack.enter_context(Talker(self._port, pad))
        phone.wait(lambda: phone.last.get(phone.topics.availability) == b"online", BEGINS_S)
        phone.wait(lambda: phone.state.get("phase") == "idle")
        return phone


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with BrokerProcess("mosquitto", tmp_path) as broker, contextlib.ExitStack() as stack:
        yield House(tmp_path, broker.port, stack)


def begin(phone: Talker) -> str:
    """A session; its id."""
    assert phone.query("settings", op="set", checklist_accepted=True)["status"] == "ok"
    assert phone.request("start", program=MASSAGE)["status"] == "accepted"
    phone.wait(lambda: phone.state["session"])
    return str(phone.state["session"]["id"])


def goes_on(phone: Talker, session: str) -> None:
    """The session plays, and newer states say so."""
    before = phone.state["seq"]
    phone.wait(lambda: phone.state["seq"] >= before + 2, 5)
    assert phone.state["session"] is not None, phone.state["reason"]
    assert (phone.state["session"]["id"], phone.state["phase"]) == (session, "running")
    assert phone.last[phone.topics.availability] == b"online"


def unique_ids(phone: Talker) -> dict[str, list[str]]:
    """By device, what names its entities for ever."""
    found: dict[str, list[str]] = {}
    for topic, payload in phone.last.items():
        if topic.startswith("homeassistant/device/"):
            parts: dict[str, Any] = json.loads(payload)["cmps"]
            found[topic.split("/")[2]] = [part["unique_id"] for part in parts.values() if "unique_id" in part]
    return found


def test_what_becomes_of_one_is_nothing_to_the_other(house: House) -> None:
    house.controller("attic", "sofa", "bed")
    cellar = house.controller("cellar", "desk")
    sofa, bed, desk = house.at("sofa"), house.at("bed"), house.at("desk")
    sofa.wait(lambda: PadTopics("desk").info in sofa.last)
    assert json.loads(sofa.last[PadTopics("desk").info])["controller"] == "cellar"

    sofa.wait(lambda: len(unique_ids(sofa)) == 5)
    devices = unique_ids(sofa)
    hubs = {"poultice-controller-attic", "poultice-controller-cellar"}
    assert devices.keys() == hubs | {"poultice-pad-sofa", "poultice-pad-bed", "poultice-pad-desk"}
    every = [name for names in devices.values() for name in names]
    assert len(every) == len(set(every)) > 60

    at_sofa, at_desk = begin(sofa), begin(desk)
    assert bed.state["session"] is None
    assert desk.request("stop")["status"] == "accepted"
    desk.wait(lambda: desk.state["outputs_off"] and desk.state["session"] is None)
    goes_on(sofa, at_sofa)

    at_desk = begin(desk)
    assert sofa.request("stop")["status"] == "accepted"
    sofa.wait(lambda: sofa.state["session"] is None)
    goes_on(desk, at_desk)

    desk.request("stop")
    at_sofa = begin(sofa)
    cellar.send(signal.SIGKILL)
    sofa.wait(lambda: sofa.last.get(ControllerTopics("cellar").availability) == b"offline", 5)
    goes_on(sofa, at_sofa)
    assert sofa.last[ControllerTopics("attic").availability] == b"online"


def test_a_name_that_is_taken_starts_nothing_until_one_of_them_is_gone(house: House) -> None:
    house.controller("attic", "sofa")
    sofa = house.at("sofa")
    session = begin(sofa)
    twin = house.controller("cellar", "sofa", "desk")
    house.at("desk")
    sofa.wait(lambda: "sofa" in _boards(sofa, "cellar"))
    assert sofa.request("start", program=MASSAGE)["reason"]["code"] == "disputed", "whichever answers last"
    assert sofa.request("stop")["status"] == "accepted"
    twin.end()
    sofa.wait(lambda: sofa.last[sofa.topics.availability] == b"online", 5)
    sofa.wait(lambda: json.loads(sofa.last[sofa.topics.info])["controller"] == "attic", 5)
    sofa.wait(lambda: "attic" in str(json.loads(sofa.last[DEVICE])["dev"]["via_device"]), 5)
    sofa.wait(lambda: sofa.state["outputs_off"])
    assert begin(sofa) != session


def _boards(phone: Talker, controller: str) -> dict[str, str]:
    info = json.loads(phone.last.get(ControllerTopics(controller).info, b"{}"))
    return dict(info.get("boards", {}))
