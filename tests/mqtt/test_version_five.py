"""What MQTT 5 says around a request: on mosquitto and on the embedded broker. A convenience, no right."""

from __future__ import annotations

import json
import queue
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from brokered import BrokeredHouse, Stranger
from brokers import BrokerProcess
from harness import PAD
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from poultice.mqtt.incoming import RequestIn
from poultice.mqtt.topics import PadTopics, may_be_answered
from poultice.therapy.limits import HostLimits

pytestmark = pytest.mark.broker
TOPICS = PadTopics(PAD)
ALLOWING = HostLimits(automation_programs=frozenset({"warm"}))
HERE = "poultice/v1/answer/automation/flow-7"
EVERYWHERE = ["poultice/v1/#", "elsewhere/#", "homeassistant/#"]


class Asker:
    """A client that speaks MQTT 5."""

    def __init__(self, port: int) -> None:
        self.heard: queue.SimpleQueue[MQTTMessage] = queue.SimpleQueue()
        self._subscribed: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self.client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv5)
        self.client.on_message = lambda _client, _data, message: self.heard.put(message)
        self.client.on_subscribe = lambda *_: self._subscribed.put(True)
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        self.client.subscribe([(topic, 1) for topic in EVERYWHERE])
        self._subscribed.get(timeout=5)

    def ask(self, topic: str, body: dict[str, Any], **properties: Any) -> None:
        around = Properties(PacketTypes.PUBLISH)
        for name, value in properties.items():
            setattr(around, name, value)
        self.client.publish(topic, json.dumps(body).encode(), 1, properties=around).wait_for_publish(5)

    def answers(self, house: BrokeredHouse, asked: str) -> list[MQTTMessage]:
        """All that answers it, wherever, within a moment of the first."""
        found: list[MQTTMessage] = []
        house.until(lambda: any(reply.id == asked for reply in (*house.broker.replies, *house.broker.results)))
        house.live(0.2)
        while not self.heard.empty():
            message = self.heard.get()
            if b'"status"' in message.payload and json.loads(message.payload)["id"] == asked:
                found.append(message)
        return found

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[BrokeredHouse]:
    with (
        BrokerProcess("mosquitto", tmp_path) as broker,
        BrokeredHouse(tmp_path, broker.address, limits=ALLOWING) as house,
    ):
        yield house


@pytest.fixture
def asker(house: BrokeredHouse) -> Iterator[Asker]:
    asker = Asker(house._made[0].port)
    yield asker
    asker.close()


def test_an_answer_goes_to_its_topic_and_to_the_response_topic_with_the_correlation(
    house: BrokeredHouse, asker: Asker
) -> None:
    body = {"id": "a1", "args": {"program": "warm"}}
    asker.ask(TOPICS.request("automation", "select"), body, ResponseTopic=HERE, CorrelationData=b"\x00\xff7")
    answers = asker.answers(house, "a1")
    assert sorted(answer.topic for answer in answers) == sorted([TOPICS.reply("automation", "select"), HERE])
    assert len({answer.payload for answer in answers}) == 1
    for answer in answers:
        around = answer.properties
        assert around.CorrelationData == b"\x00\xff7"
        assert around.ContentType == "application/json"
        assert 0 < around.MessageExpiryInterval <= 60
        words = dict(around.UserProperty)
        assert (words["status"], words["code"]) == ("accepted", "adjusted")
        assert words["reason"].startswith("selected: Warm")
        assert not answer.retain


def test_a_query_too(house: BrokeredHouse, asker: Asker) -> None:
    asker.ask(TOPICS.query("automation", "programs"), {"id": "q1"}, ResponseTopic=HERE, CorrelationData=b"1")
    assert HERE in [answer.topic for answer in asker.answers(house, "q1")]


@pytest.mark.parametrize(
    "elsewhere",
    [
        TOPICS.state,
        TOPICS.request("phone", "stop"),
        TOPICS.request("phone", "start"),
        "homeassistant/status",
        "elsewhere/light",
        "poultice/v1/answer/phone/x",
        "poultice/v1/answer/automation",
        "poultice/v1/answer/automation/" + "x" * 200,
    ],
)
def test_nobody_writes_elsewhere_with_the_controllers_rights(
    house: BrokeredHouse, asker: Asker, elsewhere: str
) -> None:
    asker.ask(
        TOPICS.request("automation", "select"), {"id": "a2", "args": {"program": "warm"}}, ResponseTopic=elsewhere
    )
    assert [answer.topic for answer in asker.answers(house, "a2")] == [TOPICS.reply("automation", "select")]


@pytest.mark.parametrize("topic", ["+", "#", "a/+/b", "a/#", "\0"])
def test_a_response_topic_is_no_filter(topic: str) -> None:
    assert may_be_answered("poultice/v1/answer/phone/a", "phone")
    assert not may_be_answered(f"poultice/v1/answer/phone/{topic}", "phone")


def test_the_expiry_is_known_to_the_loop(house: BrokeredHouse, asker: Asker) -> None:
    heard: list[Any] = []
    house.spoken.bridge._deliver = heard.append
    asker.ask(TOPICS.request("automation", "start"), {"id": "e1"}, MessageExpiryInterval=7)
    asker.ask(TOPICS.request("automation", "start"), {"id": "e2"})
    house.until(lambda: len([one for one in heard if isinstance(one, RequestIn)]) == 2)
    first, second = (one.envelope for one in heard if isinstance(one, RequestIn))
    assert time.monotonic() + 4 < first.expires_s <= time.monotonic() + 7
    assert (second.expires_s, second.response_topic, second.correlation) == (None, None, None)


def test_a_recording_is_stale_whatever_is_written_around_it(house: BrokeredHouse, asker: Asker) -> None:
    house.press()
    body = {"id": "old", "epoch": "0" * 16, "args": {"program": "warm"}}
    words = [("epoch", house.state.epoch), ("role", "phone"), ("fresh", "true"), ("status", "accepted")]
    asker.ask(
        TOPICS.request("phone", "start"), body, UserProperty=words, MessageExpiryInterval=1000, ResponseTopic=HERE
    )
    answers = asker.answers(house, "old")
    assert {json.loads(answer.payload)["status"] for answer in answers} == {"stale"}
    assert house.state.session is None


@pytest.mark.parametrize(("kind", "protocol"), [("mosquitto", "3.1.1"), ("amqtt", "3.1.1")])
def test_without_it_everything_is_answered_on_its_own_topic(tmp_path: Path, kind: str, protocol: str) -> None:
    with (
        BrokerProcess(kind, tmp_path) as broker,
        BrokeredHouse(tmp_path, broker.address, protocol=protocol) as house,
    ):
        stranger = Stranger(broker.address, house)
        assert stranger.ask("select", program="warm")["status"] == "accepted"
        assert stranger.ask("start", program="@selected", epoch="0" * 16)["status"] == "stale"
        assert stranger.ask("start", program="@selected")["status"] == "invited"
        stranger.close()
