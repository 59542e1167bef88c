"""Hazard 31: captured traffic, byte by byte what a phone sent while somebody was on the pad, is sent again.

Over the same connection to the broker, after a reconnect, and after the controller's computer was switched off and on;
to a pad that is armed, for then nothing but freshness stands between the bytes and heat. On real brokers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from brokered import BrokeredHouse, Stranger
from brokers import BrokerProcess
from harness import PAD
from poultice.mqtt.freshness import EPOCH_S
from poultice.mqtt.topics import PadTopics
from poultice.therapy.limits import HostLimits

pytestmark = pytest.mark.broker
TOPICS = PadTopics(PAD)
SPOKEN = [("mosquitto", "5"), ("mosquitto", "3.1.1"), ("amqtt", "3.1.1")]
Captured = list[tuple[str, bytes]]


@pytest.fixture(params=SPOKEN, ids="-".join)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[BrokeredHouse, BrokerProcess]]:
    kind, protocol = request.param
    with (
        BrokerProcess(kind, tmp_path) as broker,
        BrokeredHouse(tmp_path, broker.address, protocol=protocol) as house,
    ):
        yield house, broker


def play_and_capture(house: BrokeredHouse, phone: Stranger) -> Captured:
    """A session as it is: started, turned up, paused, resumed, skipped in, answered; all that was sent for it."""
    phone.look()
    phone.heard.clear()
    assert phone.ask("start", program="warm")["status"] == "invited"
    house.press()
    for verb, args in [
        ("adjust", {"zone": "lumbar", "target": 41.0}),
        ("adjust", {"zone": "lumbar", "target": 40.0}),
        ("adjust", {"zone": "lumbar", "target": 41.5}),
        ("pause", {}),
        ("resume", {}),
        ("answer", {"question": "comfort", "value": "less"}),
        ("answer", {"question": "comfort", "value": "more"}),
    ]:
        house.run(0.1)
        assert phone.ask(verb, **args)["status"] == "accepted", verb
    phone.ask("stop")
    house.run(2.0)
    phone.look()
    captured = [(topic, payload) for topic, payload, _ in phone.heard if "/request/" in topic]
    assert len(captured) == 9
    return [(topic, payload) for topic, payload in captured if not topic.endswith("/stop")]


def replayed_in_vain(house: BrokeredHouse, captured: Captured) -> None:
    """Onto an armed pad: what starts or raises is stale, and not a joule flows."""
    house.press()
    assert house.state.armed
    before_j, said = house.board.observe().used_j, len(house.broker.replies)
    thief = Stranger(house.spoken.bridge._connection._address, house, "thief")
    for topic, payload in captured:
        thief.publish(topic, payload)
    house.until(lambda: len(house.broker.replies) >= said + len(captured))
    house.live(0.1)
    replies = house.broker.replies[said:]
    assert {reply.status for reply in replies} <= {"stale", "refused"}
    started = [json.loads(payload)["id"] for topic, payload in captured if topic.endswith("/start")]
    assert {reply.status for reply in replies if reply.id in started} == {"stale"}
    assert house.board.observe().used_j == before_j
    assert house.state.session is None
    assert house.state.invitation is None
    assert house.state.armed
    told = [event for event in house.broker.events if event.kind == "refused"]
    assert told[-1].reason.code in ("stale", "no_session")
    thief.close()
    house.request("stop")
    house.run(1.5)


def test_captured_traffic_played_again(house: tuple[BrokeredHouse, BrokerProcess]) -> None:
    it, broker = house
    phone = Stranger(broker.address, it, "phone")
    captured = play_and_capture(it, phone)

    replayed_in_vain(it, captured)  # over the same connection, within the life of its epochs
    it.run(EPOCH_S + 1.0)
    replayed_in_vain(it, captured)  # when its epoch is the previous one
    it.run(EPOCH_S + 1.0)
    replayed_in_vain(it, captured)  # and when it is none

    captured = play_and_capture(it, phone)
    broker.kill()
    it.until(lambda: not it.connected)
    broker.start()
    it.until(lambda: it.connected)
    it.live(0.2)
    replayed_in_vain(it, captured)  # a second after it was captured, but over another connection

    it.boot()
    replayed_in_vain(it, captured)  # a controller that remembers no id at all
    phone.close()


def test_what_was_captured_and_never_arrived_is_of_no_use_later(tmp_path: Path) -> None:
    """A thief who keeps back a fresh request holds something that nobody has used: it is stale after a minute at most,
    and after a reconnect at once."""
    with BrokerProcess("mosquitto", tmp_path) as broker, BrokeredHouse(tmp_path, broker.address) as it:
        kept_back = json.dumps({"id": "new", "epoch": it.state.epoch, "args": {"program": "warm"}}).encode()
        it.run(2 * EPOCH_S)
        replayed_in_vain(it, [(TOPICS.request("phone", "start"), kept_back)])
        kept_back = json.dumps({"id": "newer", "epoch": it.state.epoch, "args": {"program": "warm"}}).encode()
        broker.kill()
        it.until(lambda: not it.connected)
        broker.start()
        it.until(lambda: it.connected)
        it.live(0.2)
        replayed_in_vain(it, [(TOPICS.request("phone", "start"), kept_back)])


def test_automations_replay_is_the_stated_residual_risk_and_bounded(tmp_path: Path) -> None:
    """It knows no epoch: replayed to an armed pad it starts what a person allowed, up to 40 °C, and nothing else; with
    an id it is heard once."""
    limits = HostLimits(automation_programs=frozenset({"warm"}))
    with BrokerProcess("mosquitto", tmp_path) as broker, BrokeredHouse(tmp_path, broker.address, limits=limits) as it:
        thief = Stranger(broker.address, it)
        it.press()
        assert thief.ask("start", "automation", program="short-massage")["status"] == "refused"
        assert thief.ask("start", "automation", program="warm")["status"] == "accepted"
        it.run(1.0)
        assert thief.ask("adjust", "automation", zone="lumbar", target=40.1)["status"] == "refused"
        thief.ask("stop")
        it.run(1.5)
        it.press()
        start = [payload for topic, payload, _ in thief.heard if topic == TOPICS.request("automation", "start")][-1]
        thief.publish(TOPICS.request("automation", "start"), start)
        it.live(0.3)
        assert it.state.session is None, "its id was heard before"
        thief.close()
