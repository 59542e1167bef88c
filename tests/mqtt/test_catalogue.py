"""The catalogue of topics: complete, its examples fit, and the bridge delivers as it says."""

from __future__ import annotations

import inspect
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from brokered import BrokeredHouse, Stranger
from brokers import BrokerProcess
from harness import PAD, VirtualHouse
from poultice import queries
from poultice.editing import desk as editing
from poultice.mqtt import messages
from poultice.mqtt.bridge import Bridge
from poultice.mqtt.catalogue import CONTROLLER, WORD, Topic, covers, topics
from poultice.mqtt.catalogue import PAD as SOFA
from poultice.mqtt.connection import BrokerAddress
from poultice.mqtt.results import RESULTS
from poultice.mqtt.schemas import schemas
from poultice.mqtt.topics import PadTopics, parse
from poultice.sessions import desk
from poultice.therapy.state import Role, Verb

ALL = list(topics())
SCHEMAS = {
    name.removesuffix(".json"): jsonschema.Draft202012Validator(json.loads(text)) for name, text in schemas().items()
}
KINDS = {what.split("/")[0] for what in [*queries.ARGS, *desk.ARGS, *editing.ARGS, *RESULTS]}


def fits(name: str, value: Any) -> None:
    SCHEMAS[name].validate(value)


@pytest.mark.parametrize("topic", ALL, ids=lambda topic: topic.name)
def test_each_example_fits_its_schema_and_its_model(topic: Topic) -> None:
    if topic.schema == WORD:
        messages.Availability.model_validate(topic.example)
        return
    fits(topic.schema, topic.example)
    model = messages.PAYLOADS[topic.schema.replace("-", "/")]
    model.model_validate_json(json.dumps(topic.example))
    inner = topic.example.get("args", topic.example.get("result"))
    if topic.args:
        assert inner is not None
        fits(topic.args[0], inner)


def test_every_topic_verb_kind_and_schema_is_there() -> None:
    names = {topic.name for topic in ALL}
    assert len(names) == len(ALL)
    plain = {
        getattr(of, name)
        for of in (SOFA, CONTROLLER)
        for name in dir(of)
        if not name.startswith("_") and isinstance(inspect.getattr_static(of, name), property)
    }
    assert names >= plain - {SOFA.base, CONTROLLER.base}
    assert names >= {SOFA.request("phone", verb) for verb in Verb}
    assert names >= {SOFA.query("phone", what) for what in KINDS}
    assert names >= {SOFA.result("phone", what.split("/")[0]) for what in RESULTS}
    spoken_of = {name for topic in ALL for name in (topic.schema, *topic.args)} - {WORD}
    assert spoken_of == SCHEMAS.keys()


@pytest.mark.parametrize("topic", ALL, ids=lambda topic: topic.name)
def test_somebody_writes_each_and_somebody_reads_it(topic: Topic) -> None:
    assert topic.writers
    assert topic.readers
    assert topic.retained == (topic.name.rsplit("/", 1)[-1] in ("availability", "info", "state", "health"))


@pytest.mark.parametrize(
    ("wanted", "topic", "covered"),
    [("a/+/c", "a/b/c", True), ("a/+", "a/b/c", False), ("a/#", "a/b/c", True), ("a/b/#", "a/c/d", False),
     ("a/b", "a/b", True), ("+/b", "a/b", True), ("a/b/c/#", "a/b", False)],
)  # fmt: skip
def test_filters_are_mqtts(wanted: str, topic: str, covered: bool) -> None:
    assert covers(wanted, topic) == covered


def test_the_bridge_delivers_as_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it publishes, recorded at its connection."""
    said: dict[str, tuple[int, bool]] = {}
    bridge = Bridge(BrokerAddress(), "attic", lambda _item: None)
    monkeypatch.setattr(
        bridge._connection,
        "publish",
        lambda topic, payload, qos=0, retain=False, extras=None: bool(said.update({topic: (qos, retain)})),
    )
    house = VirtualHouse(tmp_path)
    reason = messages.Reason(code="x", text="X.")
    now = datetime(2026, 1, 1, tzinfo=UTC)
    house.run(6.0)
    bridge.announce("sofa", house.broker.infos[-1])
    bridge.set_pad_online("sofa", True)
    bridge.publish_controller_info(messages.ControllerInfo(version="1", host="h", pads=["sofa"]))
    health = messages.ControllerHealth(time=now, uptime_s=1.0, loop_jitter_p99_s=0.0, pads=1)
    bridge.publish_controller_health(health)
    bridge.publish_state("sofa", house.state)
    bridge.publish_health("sofa", house.broker.healths[-1])
    bridge.publish_event("sofa", messages.PadEvent(time=now, kind="button", reason=reason))
    text = {"en": "Up.", "de": "Auf."}
    bridge.publish_prompt("sofa", messages.PromptMessage(id="1", person="me", kind="breaks", text=text, until=now))
    bridge.reply("sofa", Role.PHONE, Verb.START, messages.ReplyMessage(id="1", status="accepted", reason=reason))
    bridge.result("sofa", Role.PHONE, "programs", messages.ResultMessage(id="1", status="ok", reason=reason))
    bridge.on_connected("5")
    promised = {topic.name: (topic.qos, topic.retained) for topic in ALL}
    assert {topic: promised[topic] for topic in said} == said
    assert set(said) >= {topic.name for topic in ALL if topic.writers == ["controller"] and topic.retained}


OWN = {
    "schema": "poultice-program/1",
    "id": "mine",
    "title": {"en": "Mine", "de": "Meins"},
    "evidence": "convention",
    "steps": [{"id": "warm", "duration": "10 min", "heat": {"lumbar": {"target": "38 °C"}}}],
}
QUERIES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("programs", {"op": "list"}),
    ("programs/preview", {"op": "preview", "program": "warm"}),
    ("programs/get", {"op": "get", "program": "lower-back-ease"}),
    ("programs/check", {"op": "check", "content": OWN}),
    ("programs/check", {"op": "check", "content": {**OWN, "steps": [{"id": 7}]}}),
    ("programs/check", {"op": "check", "text": "{"}),
    ("programs/save/refused", {"op": "save", "content": {**OWN, "steps": []}}),
    ("programs/save/refused", {"op": "save", "content": {**OWN, "id": "lower-back-ease"}}),
    ("programs/save", {"op": "save", "content": OWN}),
    ("programs/get", {"op": "get", "program": "mine"}),
    ("programs/delete", {"op": "delete", "program": "mine"}),
    ("settings", {"op": "get"}),
    ("settings", {"op": "set", "pad": {"name": "Sofa", "automation": ["warm"]}}),
    ("coach", {"op": "get"}),
    ("sessions", {"op": "list"}),
    ("sessions/course", {"op": "course"}),
    ("sessions/pain", {"op": "pain", "value": 2, "region": "lower_back"}),
    ("sessions/what_helped", {"op": "what_helped"}),
    ("sessions/acknowledge", {"op": "acknowledge"}),
    ("calibration", {}),
    ("logs", {}),
    ("persons", {"op": "forget", "person": "me"}),
    ("sessions/forget", {"op": "forget", "session": "s-0"}),
)
"""What is asked, in this order, after a session, with what it is answered with; `sessions` are asked of that one."""


def ask(house: VirtualHouse, name: str, args: dict[str, Any], session: str) -> messages.ResultMessage:
    """The answer, which fits its schema, and is refused only where that is its name."""
    named: dict[str, dict[str, Any]] = {
        "sessions/course": {"session": session},
        "sessions/pain": {"session": session},
        "sessions/acknowledge": {"taken": {session: 9}},
    }
    house.run(2.0)  # as slowly as one may
    result = house.query(name.split("/", maxsplit=1)[0], **args, **named.get(name, {}))
    assert result.status == ("refused" if name.endswith("/refused") else "ok"), (name, result.reason.text)
    fits(f"pad-result-{name.replace('/', '-')}", json.loads(result.model_dump_json())["result"])
    return result


def test_every_result_fits_its_schema(tmp_path: Path) -> None:
    house = VirtualHouse(tmp_path)
    house.start("calibration")
    house.run(5.0)
    session = house.state.session
    assert session is not None
    house.request("stop")
    house.run(1.0)
    answers = [(name, ask(house, name, args, session.id)) for name, args in QUERIES]
    assert {name for name, _ in answers} == RESULTS.keys()
    assert any(answer.result["problems"] for name, answer in answers if name == "programs/save/refused")
    found = {name: answer.result for name, answer in answers}
    assert found["programs/get"]["own"]
    assert found["sessions"]["sessions"][0]["session"] == session.id
    assert found["sessions/course"]["rows"]
    assert found["persons"]["erased"]["sessions"] == 1
    assert found["sessions/forget"]["erased"] == 0, "there is none of that name"


@pytest.mark.broker
@pytest.mark.parametrize("kind", ["mosquitto", "amqtt"])
def test_whatever_is_said_on_a_broker_fits_its_schema(tmp_path: Path, kind: str) -> None:
    """An evening with everything in it, as another client of the broker hears it."""
    with BrokerProcess(kind, tmp_path) as broker, BrokeredHouse(tmp_path, broker.address) as house:
        stranger = Stranger(broker.address, house)
        stranger.ask("start", program="short-massage")
        house.run(2.0)
        stranger.ask("answer", question="pain", value=3)
        stranger.ask("stop")
        stranger.ask("start", program="warm")
        house.press()
        for verb, args in [("adjust", {"zone": "lumbar", "target": 39.0}), ("pause", {}), ("resume", {}), ("skip", {})]:
            house.run(0.1)
            stranger.ask(verb, **args)
        house.run(6.0)
        heard = dict[str, int]()
        for name, args in QUERIES:
            if not name.startswith(("sessions/", "calibration")):
                ask(house, name, args, "")
        house.live(0.2)
        stranger.look()
        for topic, payload, _ in stranger.heard:
            parsed = parse(topic)
            if parsed is None or not payload or "/marker" in topic:
                continue
            name = parsed.path[0] if parsed.path[0] != "simulated" else "simulated-button"
            heard[name] = heard.get(name, 0) + 1
            if name == "availability":
                messages.Availability.model_validate(payload.decode())
            else:
                fits(f"{parsed.kind}-{name}", json.loads(payload))
        assert set(heard) >= {"availability", "info", "state", "health", "event", "request", "reply", "result"}
        assert PadTopics(PAD).state in {topic for topic, _, _ in stranger.heard}
        stranger.close()
