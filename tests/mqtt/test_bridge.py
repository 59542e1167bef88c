"""The bridge against real brokers: what it says, what it hears, and what it survives."""

from __future__ import annotations

import logging
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from brokers import free_port
from poultice.mqtt.bridge import Bridge
from poultice.mqtt.connection import BrokerAddress
from poultice.mqtt.incoming import (
    Connected,
    ControllerSaid,
    Disconnected,
    PadName,
    PadSaid,
    QueryIn,
    RequestIn,
    SimulatedButtonIn,
)
from poultice.mqtt.messages import ControllerInfo, PadEvent, PadHealth, PromptMessage, Reason, ReplyMessage
from poultice.therapy.state import Role, Status, Verb

from tests.mqtt.conftest import Inbox

pytestmark = pytest.mark.broker
POISON = [
    b"",
    b"\x00",
    b"\xff\xfe\xfd",
    b"{",
    b"null",
    b"[]",
    b'"stop"',
    b'{"id": "a", "unknown": 1}',
    b'{"id": "' + b"a" * 65 + b'"}',
    b'{"id": "a b"}',
    b'{"args": {"target": NaN}}',
    b'{"args": {"target": 1e999}}',
    b'{"args": ' + b"[" * 5000 + b"]" * 5000 + b"}",
    b'{"args": ' + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"}",
    b'{"args": {"a": "' + b"x" * 9000 + b'"}}',
    b" " * 300_000,
]


def test_protocol_5_where_the_broker_has_it_else_3_1_1(broker, bridges):
    inbox = Inbox()
    bridge = Bridge(broker.address, "proto", inbox.put)
    bridge.start()
    try:
        assert inbox.wait_for(Connected).protocol == {"mosquitto": "5", "amqtt": "3.1.1"}[broker.kind]
        assert bridge.connected
    finally:
        bridge.stop(1.0)


def test_announces_itself_and_its_pads_retained(broker, bridges, watch, pad_info, pad_state):
    bridge, _ = bridges(broker, "announce")
    bridge.announce("announced", pad_info)
    bridge.set_pad_online("announced", True)
    bridge.publish_state("announced", pad_state)
    first = watch(broker)
    first.wait_for("poultice/v1/pad/announced/state")
    late = watch(broker)
    assert late.wait_for("poultice/v1/controller/announce/availability") == (b"online", True)
    late = watch(broker)
    assert late.wait_for("poultice/v1/pad/announced/availability") == (b"online", True)
    late = watch(broker)
    assert late.wait_for("poultice/v1/pad/announced/info") == (pad_info.model_dump_json().encode(), True)


def test_a_pad_is_offline_until_it_is_said_to_be_online(broker, bridges, watch, pad_info):
    bridge, _ = bridges(broker, "quiet")
    bridge.announce("quiet-pad", pad_info)
    assert watch(broker).wait_for("poultice/v1/pad/quiet-pad/availability")[0] == b"offline"


def test_stop_says_offline_for_controller_and_pads(broker, watch, pad_info):
    inbox = Inbox()
    bridge = Bridge(broker.address, "leaving", inbox.put)
    bridge.start()
    inbox.wait_for(Connected)
    bridge.announce("left-pad", pad_info)
    bridge.set_pad_online("left-pad", True)
    watcher = watch(broker)
    watcher.wait_for("poultice/v1/controller/leaving/availability", b"online")
    bridge.stop(1.0)
    watcher.wait_for("poultice/v1/pad/left-pad/availability", b"offline")
    watcher.wait_for("poultice/v1/controller/leaving/availability", b"offline")
    assert watch(broker).wait_for("poultice/v1/controller/leaving/availability") == (b"offline", True)


def test_hears_requests_queries_and_presses(broker, bridges, watch, pad_info):
    bridge, inbox = bridges(broker, "hears")
    bridge.announce("ear", pad_info)
    watcher = watch(broker)
    base = "poultice/v1/pad/ear"
    _until_heard(watcher, inbox, base)
    watcher.publish(f"{base}/request/phone/start", b'{"id": "1", "epoch": "e", "args": {"program": "warmth"}}')
    heard = inbox.wait_for(RequestIn)
    assert (heard.pad, heard.role, heard.verb) == ("ear", Role.PHONE, Verb.START)
    assert (heard.message.id, heard.message.epoch, heard.message.args) == ("1", "e", {"program": "warmth"})
    watcher.publish(f"{base}/query/phone/settings", b'{"id": "2", "args": {"op": "get"}}')
    assert inbox.wait_for(QueryIn).what == "settings"
    watcher.publish(f"{base}/simulated/button", b'{"press_s": 0.5}')
    assert inbox.wait_for(SimulatedButtonIn) == SimulatedButtonIn("ear", 0.5)


def test_answers_and_tells(broker, bridges, watch, pad_info, pad_state):
    bridge, _ = bridges(broker, "answers")
    watcher = watch(broker)
    reply = ReplyMessage(id="1", status=Status.ACCEPTED, reason=pad_state.reason)
    bridge.reply("mouth", Role.PHONE, Verb.START, reply)
    assert watcher.wait_for("poultice/v1/pad/mouth/reply/phone/start") == (reply.model_dump_json().encode(), False)
    event = PadEvent(time=pad_state.time, kind="started", reason=pad_state.reason)
    bridge.publish_event("mouth", event)
    assert watcher.wait_for("poultice/v1/pad/mouth/event") == (event.model_dump_json().encode(), False)


def test_a_prompt_is_said_and_never_retained(broker, bridges, watch):
    bridge, _ = bridges(broker, "speaks")
    watcher = watch(broker)
    until = datetime(2026, 1, 1, tzinfo=UTC)
    prompt = PromptMessage(id="1", person="me", kind="breaks", text={"en": "Up.", "de": "Auf."}, until=until)
    bridge.publish_prompt("coach", prompt)
    assert watcher.wait_for("poultice/v1/pad/coach/prompt") == (prompt.model_dump_json().encode(), False)


def test_stop_is_any_non_empty_payload(broker, bridges, watch, pad_info):
    bridge, inbox = bridges(broker, "stops")
    bridge.announce("stoppable", pad_info)
    watcher = watch(broker)
    _until_heard(watcher, inbox, "poultice/v1/pad/stoppable")
    for payload in filter(None, POISON):
        watcher.publish("poultice/v1/pad/stoppable/request/automation/stop", payload)
        heard = inbox.wait_for(RequestIn)
        assert (heard.verb, heard.role) == (Verb.STOP, Role.AUTOMATION)


def test_foreign_retained_messages_are_nothing(broker, bridges, watch, pad_info):
    """amqtt sends every new client whatever anybody subscribed to."""
    watcher = watch(broker)
    stop = "poultice/v1/pad/somebody-elses/request/phone/stop"
    watcher.publish(stop, b"1", retain=True)
    watcher.wait_for(stop)
    bridge, inbox = bridges(broker, "minds-its-own")
    bridge.announce("its-own", pad_info)
    _until_heard(watcher, inbox, "poultice/v1/pad/its-own")
    assert [i for i in inbox.drain() if isinstance(i, RequestIn)] == []
    assert watch(broker).wait_for(stop) == (b"1", True)
    watcher.publish(stop, b"", retain=True)


def test_poison_is_dropped_and_logged_and_the_bridge_lives(broker, bridges, watch, pad_info, caplog):
    bridge, inbox = bridges(broker, "poisoned")
    bridge.announce("sick", pad_info)
    watcher = watch(broker)
    base = "poultice/v1/pad/sick"
    _until_heard(watcher, inbox, base)
    inbox.drain()
    with caplog.at_level(logging.WARNING):
        for topic in ("request/phone/start", "request/automation/adjust", "query/phone/programs", "simulated/button"):
            for payload in POISON:
                watcher.publish(f"{base}/{topic}", payload)
        for topic in ("request/phone/explode", "request/nobody/stop", "request/phone/start/more", "query/nobody/logs"):
            watcher.publish(f"{base}/{topic}", b'{"id": "1"}')
        watcher.publish(f"{base}/request/phone/stop", b"now")
        assert inbox.wait_for(RequestIn).verb == Verb.STOP
    assert "dropped" in caplog.text
    assert bridge.connected


def test_retained_requests_are_dropped_and_a_retained_stop_is_obeyed_once(broker, bridges, watch, pad_info, caplog):
    watcher = watch(broker)
    base = "poultice/v1/pad/retains"
    for verb in Verb:
        watcher.publish(f"{base}/request/phone/{verb}", b'{"id": "old", "epoch": "old"}', retain=True)
    watch(broker).wait_for(f"{base}/request/phone/{verb}")
    bridge, inbox = bridges(broker, "retaining")
    bridge.announce("retains", pad_info)
    heard = inbox.wait_for(RequestIn)
    assert (heard.verb, heard.retained) == (Verb.STOP, True)
    watcher.wait_for(f"{base}/request/phone/stop", b"")
    _until_heard(watcher, inbox, base)
    assert [i for i in inbox.drain() if isinstance(i, RequestIn)] == []
    assert "a retained request is never obeyed" in caplog.text
    again, inbox = bridges(broker, "retaining-too")
    again.announce("retains", pad_info)
    _until_heard(watcher, inbox, base)
    for verb in Verb:
        watcher.publish(f"{base}/request/phone/{verb}", b"", retain=True)


def test_an_empty_stop_is_nothing(broker, bridges, watch, pad_info):
    bridge, inbox = bridges(broker, "empty")
    bridge.announce("empty-pad", pad_info)
    watcher = watch(broker)
    _until_heard(watcher, inbox, "poultice/v1/pad/empty-pad")
    watcher.publish("poultice/v1/pad/empty-pad/request/phone/stop", b"")
    watcher.publish("poultice/v1/pad/empty-pad/request/phone/pause", b"{}")
    assert inbox.wait_for(RequestIn).verb == Verb.PAUSE


@pytest.mark.slow
def test_a_killed_broker_is_found_again_with_everything_announced_anew(mortal_broker, bridges, watch, pad_info):
    bridge, inbox = bridges(mortal_broker, "survivor")
    bridge.announce("survivor-pad", pad_info)
    bridge.set_pad_online("survivor-pad", True)
    mortal_broker.kill()
    assert str(mortal_broker.port) in inbox.wait_for(Disconnected).reason
    bridge.publish_event("survivor-pad", _event())
    mortal_broker.start()
    inbox.wait_for(Connected, timeout_s=5)
    watcher = watch(mortal_broker)
    assert watcher.wait_for("poultice/v1/controller/survivor/availability")[0] == b"online"
    assert watcher.wait_for("poultice/v1/pad/survivor-pad/availability")[0] == b"online"
    _until_heard(watcher, inbox, "poultice/v1/pad/survivor-pad")


@pytest.mark.slow
def test_a_frozen_broker_is_noticed(mortal_broker, bridges):
    bridge, inbox = bridges(mortal_broker, "patient")
    mortal_broker.freeze(True)
    inbox.wait_for(Disconnected, timeout_s=20)
    mortal_broker.freeze(False)
    inbox.wait_for(Connected, timeout_s=5)
    assert bridge.connected


def test_no_broker_is_a_sentence_not_an_exception():
    inbox = Inbox()
    port = free_port()
    bridge = Bridge(BrokerAddress("127.0.0.1", port), "alone", inbox.put)
    bridge.start()
    assert inbox.wait_for(Disconnected).reason == (
        f"The broker at 127.0.0.1:{port} cannot be reached: Connection refused."
    )
    bridge.set_pad_online("nobody", True)
    bridge.stop(0.5)


def test_the_last_will_tells_when_the_controller_dies(mortal_broker, watch, tmp_path):
    program = (
        "import sys, time\nfrom poultice.mqtt.bridge import Bridge, BrokerAddress\n"
        "Bridge(BrokerAddress('127.0.0.1', int(sys.argv[1])), 'mortal', print).start()\ntime.sleep(60)"
    )
    watcher = watch(mortal_broker)
    child = subprocess.Popen([sys.executable, "-c", program, str(mortal_broker.port)])
    try:
        watcher.wait_for("poultice/v1/controller/mortal/availability", b"online")
    finally:
        child.kill()
        child.wait(10)
    watcher.wait_for("poultice/v1/controller/mortal/availability", b"offline")


def test_a_late_last_will_is_contradicted(broker, bridges, watch):
    bridges(broker, "haunted")
    watcher = watch(broker)
    watcher.wait_for("poultice/v1/controller/haunted/availability", b"online")
    watcher.publish("poultice/v1/controller/haunted/availability", b"offline", retain=True)
    watcher.wait_for("poultice/v1/controller/haunted/availability", b"offline")
    watcher.wait_for("poultice/v1/controller/haunted/availability", b"online")


def _until_heard(watcher, inbox: Inbox, base: str) -> None:
    """Until the bridge's subscription stands: presses until one arrives."""
    for _ in range(50):
        watcher.publish(f"{base}/simulated/button", b'{"press_s": 0.1}')
        try:
            inbox.wait_for(SimulatedButtonIn, timeout_s=0.2)
        except AssertionError:
            continue
        return
    raise AssertionError("the bridge never heard anything")


def _event() -> PadEvent:
    return PadEvent(time=datetime.now(UTC), kind="button", reason=Reason(code="x", text="x"))


def test_two_controllers_on_one_broker_hear_of_each_other_and_of_a_pad_that_moves(broker, bridges, watch, pad_info):
    first, heard_by_first = bridges(broker, "house-m1")
    second, heard_by_second = bridges(broker, "house-m2")
    first.announce("moving", pad_info.model_copy(update={"name": "Grandmother", "controller": "house-m1"}))
    first.publish_health("moving", health("house-m1"))
    seen = watch(broker)
    seen.wait_for("poultice/v1/pad/moving/health")
    second.listen("moving")
    said = [heard_by_second.wait_for(PadSaid) for _ in range(2)]
    assert {type(each.said) for each in said} == {PadName, PadHealth}, "before it says anything itself"
    assert {each.said.controller for each in said} == {"house-m1"}
    second.publish_controller_info(ControllerInfo(version="0", host="h", pads=["moving"], boards={"moving": "1"}))
    while not isinstance((told := heard_by_first.wait_for(ControllerSaid)).said, ControllerInfo):
        pass
    assert (told.controller, told.said.boards) == ("house-m2", {"moving": "1"})
    first.leave("moving")
    second.announce("moving", pad_info.model_copy(update={"controller": "house-m2"}))
    second.set_pad_online("moving", True)
    seen.wait_for("poultice/v1/pad/moving/availability", b"online")
    first.stop(1.0)
    seen.wait_for("poultice/v1/controller/house-m1/availability", b"offline")
    assert "poultice/v1/pad/moving/availability" not in [topic for topic, *_ in drained(seen)], "it is not its own"


def health(controller):
    return PadHealth(
        uptime_s=1.0, reading_age_s=0.1, loop_jitter_p99_s=0.0, link_errors=0, frames_bad=0, demands_refused=0,
        board_uptime_s=1.0, controller=controller,
    )  # fmt: skip


def drained(seen):
    found = []
    while not seen.seen.empty():
        found.append(seen.seen.get())
    return found
