"""Hazard 33: the broker is gone in the middle of a session. The session goes on locally, to its own end and no further;
nothing is raised or extended; what was asked while it was gone is never done; and the world is told the truth after.

Who watches from afar learns of a dead controller by its last will, and of sleep by the pad's own light and sound.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from brokered import BrokeredHouse, Stranger
from brokers import BrokerProcess
from harness import PAD
from hazard_figures import Reaction, end
from poultice.mqtt.messages import PadState
from poultice.mqtt.topics import ControllerTopics, PadTopics
from poultice.therapy.limits import HostLimits

pytestmark = pytest.mark.broker
TOPICS = PadTopics(PAD)
TOLD_WITHIN_S = 30.0  # that the controller is gone
SPOKEN = [("mosquitto", "5", True), ("mosquitto", "3.1.1", False), ("amqtt", "3.1.1", False)]


@pytest.fixture(params=SPOKEN, ids=["mosquitto-5-remembers", "mosquitto-3.1.1-forgets", "amqtt-3.1.1-forgets"])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[BrokeredHouse, BrokerProcess]]:
    """A house that heats, and its broker, which remembers what is retained or forgets it."""
    kind, protocol, remembers = request.param
    with (
        BrokerProcess(kind, tmp_path, remembers=remembers) as broker,
        BrokeredHouse(tmp_path, broker.address, protocol=protocol) as house,
    ):
        house.start()
        house.run(10.0)
        yield house, broker


def lose(house: BrokeredHouse, broker: BrokerProcess) -> None:
    broker.end()
    house.until(lambda: not house.connected)


def kept_state(stranger: Stranger) -> list[PadState]:
    """What a newcomer is told at once, because the broker keeps it."""
    stranger.look()
    kept = [payload for topic, payload, retained in stranger.heard if topic == TOPICS.state and retained]
    return [PadState.model_validate_json(payload) for payload in kept]


def test_the_session_goes_on_and_the_truth_is_told_after(both: tuple[BrokeredHouse, BrokerProcess]) -> None:
    house, broker = both
    before = house.state
    lose(house, broker)
    begun_s, joules = house.now_s, sum(house.board.observe().used_j)
    for _ in range(20):
        house.run(1.0)
        assert house.state.phase in ("warming", "running")
        assert {zone: each.asked for zone, each in house.state.zones.items()} == {"lumbar": 40.0, "upper_back": 39.0}
    assert sum(house.board.observe().used_j) > joules + 20.0 * 5.0, "it heats on"
    assert house.now_s - begun_s == pytest.approx(20.0, abs=1.0)
    assert before.session is not None
    assert house.state.session is not None
    assert house.state.session.remaining_s < before.session.remaining_s - 19.0, "nothing is extended"

    broker.start()
    house.until(lambda: house.connected)
    house.live(0.3)
    newcomer = Stranger(broker.address, house)
    (told,) = kept_state(newcomer)[-1:]
    assert told.session is not None
    assert (told.session.id, told.epoch) == (house.state.session.id, house.state.epoch)
    assert told.epoch != before.epoch
    assert told.seq > before.seq
    for topic in (TOPICS.availability, ControllerTopics("house").availability):
        assert [payload for heard, payload, _ in newcomer.heard if heard == topic][-1] == b"online"
    assert newcomer.ask("adjust", zone="lumbar", target=38.0)["status"] == "accepted", "and it hears again"
    assert newcomer.ask("stop")["status"] == "accepted"
    house.run(1.0)
    assert house.state.outputs_off
    newcomer.close()


SHORT = """
schema: poultice-program/1
id: short
title: {en: Short, de: Kurz}
evidence: convention
requires: {zones: [lumbar]}
max_total: 3 min
steps:
  - {id: warm, duration: 3 min, heat: {lumbar: {target: 40 °C}}}
"""
SOON = HostLimits(awake_every_s=60.0, awake_answer_s=20.0)  # half an hour, and two minutes


def test_without_a_broker_it_ends_in_time_and_asks_who_is_awake(tmp_path: Path) -> None:
    with (
        BrokerProcess("mosquitto", tmp_path) as broker,
        BrokeredHouse(tmp_path, broker.address, limits=SOON, programs=[SHORT]) as house,
    ):
        house.start("short")
        lose(house, broker)
        assert house.state.session is not None
        left_s, asked_s = house.state.session.remaining_s, 0
        begun_s, last = house.now_s, house.state
        while house.state.session is not None:
            house.run(1.0)
            asked_s += house.state.reason.code == "still_awake"
            last = house.state if house.state.session is not None else last
        assert house.now_s - begun_s == pytest.approx(left_s, abs=2.0)
        assert house.state.reason.code == "finished"
        assert asked_s == pytest.approx(20, abs=2), "the buzzer and the light ask; they need no broker"
        limited_by = last.zones["lumbar"].limited_by
        assert limited_by is not None
        assert limited_by.code == "asleep", "and without an answer it was lowered"
        house.run(1.0)
        assert house.state.outputs_off
        assert not house.state.armed


def test_what_was_asked_while_it_was_gone_is_never_done(tmp_path: Path) -> None:
    """Kept by the broker for a client that might have wanted it, sent again by a bridge: it comes too late."""
    with (
        BrokerProcess("mosquitto", tmp_path, remembers=True) as broker,
        BrokeredHouse(tmp_path, broker.address) as house,
    ):
        start = json.dumps({"id": "late", "epoch": house.state.epoch, "args": {"program": "warm"}}).encode()
        broker.end()
        house.until(lambda: not house.connected)
        house.press()
        house.until(lambda: house.state.armed)
        broker.start()
        stranger = Stranger(broker.address, house)
        stranger.publish(TOPICS.request("phone", "start"), start)
        house.until(lambda: house.connected)
        stranger.publish(TOPICS.request("phone", "start"), start)
        house.live(0.3)
        assert house.state.armed
        assert house.state.session is None
        assert sum(house.board.observe().used_j) == 0.0
        stranger.close()


MORTAL = """
import sys, time
from poultice.mqtt.bridge import Bridge, BrokerAddress
Bridge(BrokerAddress("127.0.0.1", int(sys.argv[1])), "house", print).start()
time.sleep(60)
"""


def test_the_last_will_tells_that_the_controller_is_dead(tmp_path: Path) -> None:
    topic = ControllerTopics("house").availability
    with BrokerProcess("mosquitto", tmp_path) as broker:
        watcher = Stranger(broker.address)
        child = subprocess.Popen([sys.executable, "-c", MORTAL, str(broker.port)], stdout=subprocess.DEVNULL)
        wait_for(watcher, topic, b"online")
        child.kill()
        child.wait(10)
        killed_s = time.monotonic()
        wait_for(watcher, topic, b"offline")
        end(33, "controller killed", Reaction(time.monotonic() - killed_s, 0.0, 0.0), TOLD_WITHIN_S, "last will")
        watcher.close()


def wait_for(watcher: Stranger, topic: str, payload: bytes) -> None:
    give_up_s = time.monotonic() + TOLD_WITHIN_S
    while not [one for one in watcher.look() if one[:2] == (topic, payload)]:
        assert time.monotonic() < give_up_s, f"{topic} never said {payload!r}"
        time.sleep(0.01)
