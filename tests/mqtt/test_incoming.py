"""Any message read: the right ones as values, all others as a reason, nothing as an exception."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from poultice.mqtt.incoming import (
    MAX_BUTTON_BYTES,
    MAX_QUERY_BYTES,
    MAX_REQUEST_BYTES,
    ControllerSaid,
    Dropped,
    PadName,
    PadSaid,
    QueryIn,
    RequestIn,
    SimulatedButtonIn,
    as_request,
    read,
)
from poultice.mqtt.messages import ControllerInfo, RequestMessage
from poultice.therapy.state import Reply, Request, Role, Status, Verb

BASE = "poultice/v1/pad/p"
words = st.sampled_from(
    ["request", "query", "simulated", "button", "phone", "automation", "stop", "start", "info", "health", "p", "", "+"]
)
topics = st.lists(words, max_size=7).map(lambda parts: "/".join(["poultice/v1/pad", *parts])) | st.text(max_size=60)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "epoch", "args"]), inner),
    max_leaves=8,
)
payloads = st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode())


@given(topics, payloads, st.booleans())
@example(f"{BASE}/request/phone/start", b'{"args": {"a": 1e999}}', False)
@example(f"{BASE}/request/phone/start", b'{"args": {"a": [{"b": NaN}]}}', False)
def test_whatever_comes_is_read_or_dropped(topic, payload, retained):
    result = read(topic, payload, retained)
    assert isinstance(result, RequestIn | QueryIn | SimulatedButtonIn | PadSaid | ControllerSaid | Dropped)
    if not payload:
        assert isinstance(result, Dropped)
    if isinstance(result, RequestIn):
        assert all(math.isfinite(number) for number in numbers(result.message.args))
        assert not retained or result.verb is Verb.STOP
    if isinstance(result, QueryIn | SimulatedButtonIn):
        assert not retained


def numbers(value):
    if isinstance(value, dict):
        return [n for item in value.values() for n in numbers(item)]
    if isinstance(value, list):
        return [n for item in value for n in numbers(item)]
    return [value] if isinstance(value, int | float) else []


@given(st.binary(min_size=1, max_size=300), st.booleans(), st.sampled_from(list(Role)))
def test_stop_is_any_non_empty_payload_retained_or_not(payload, retained, role):
    result = read(f"{BASE}/request/{role}/stop", payload, retained)
    assert isinstance(result, RequestIn)
    assert (result.verb, result.role, result.retained) == (Verb.STOP, role, retained)


def test_a_giant_stop_stops():
    assert isinstance(read(f"{BASE}/request/phone/stop", b"x" * 1_000_000, False), RequestIn)


def test_a_stop_with_an_id_keeps_it_for_the_reply():
    result = read(f"{BASE}/request/phone/stop", b'{"id": "7"}', False)
    assert isinstance(result, RequestIn)
    assert result.message.id == "7"


@pytest.mark.parametrize(
    ("topic", "limit", "head", "tail"),
    [
        ("request/phone/start", MAX_REQUEST_BYTES, b'{"args": {"a": "', b'"}}'),
        ("query/phone/programs", MAX_QUERY_BYTES, b'{"id": "1", "args": {"a": "', b'"}}'),
        ("simulated/button", MAX_BUTTON_BYTES, b'{"press_s": 0.5', b"}"),
    ],
)
def test_sizes_are_bounded_to_the_byte(topic, limit, head, tail):
    filler = b" " if topic.endswith("button") else b"x"
    fits = head + filler * (limit - len(head) - len(tail)) + tail
    assert len(fits) == limit
    assert not isinstance(read(f"{BASE}/{topic}", fits, False), Dropped)
    assert isinstance(read(f"{BASE}/{topic}", fits + b" ", False), Dropped)


@pytest.mark.parametrize("press_s", [0.02, 20])
def test_presses_within_the_range_are_heard(press_s):
    payload = json.dumps({"press_s": press_s}).encode()
    assert read(f"{BASE}/simulated/button", payload, False) == SimulatedButtonIn("p", press_s)


@pytest.mark.parametrize("press_s", [0.0199, 20.001, -1, "NaN", None, [], 1e300])
def test_presses_outside_of_it_are_not(press_s):
    payload = json.dumps({"press_s": press_s}).encode()
    assert isinstance(read(f"{BASE}/simulated/button", payload, False), Dropped)


@pytest.mark.parametrize("verb", sorted(set(Verb) - {Verb.STOP}))
def test_no_other_verb_is_heard_when_retained(verb):
    assert isinstance(read(f"{BASE}/request/phone/{verb}", b'{"id": "1"}', True), Dropped)
    assert isinstance(read(f"{BASE}/request/phone/{verb}", b'{"id": "1"}', False), RequestIn)


def asked(verb: Verb, args: dict) -> Request | Reply:
    return as_request(RequestIn("p", Role.PHONE, verb, RequestMessage(id="1", epoch="e", args=args)))


def test_a_start_becomes_a_request_with_its_person():
    expected = Request(Role.PHONE, Verb.START, "1", "e", {"program": "warmth", "person": "me"})
    assert asked(Verb.START, {"program": "warmth"}) == expected


@pytest.mark.parametrize(
    "args", [{"question": "next"}, {"question": "pain", "value": 10}, {"question": "comfort", "value": "less"}]
)
def test_an_answer_comes_as_it_was_given(args):
    assert asked(Verb.ANSWER, args) == Request(Role.PHONE, Verb.ANSWER, "1", "e", args)


@pytest.mark.parametrize(
    ("verb", "args", "word"),
    [
        (Verb.SELECT, {}, "program"),
        (Verb.SKIP, {"to": 3}, "to"),
        (Verb.START, {"program": ""}, "program"),
        (Verb.START, {"program": "x" * 65}, "program"),
        (Verb.START, {"program": "x", "heat": 60}, "heat"),
        (Verb.ADJUST, {"zone": "lumbar", "target": 100.01}, "target"),
        (Verb.ADJUST, {"zone": "lumbar", "target": -0.01}, "target"),
        (Verb.ADJUST, {"zone": "lumbar", "target": "warm"}, "target"),
        (Verb.ADJUST, {"motors": ["a"], "intensity": 101}, "intensity"),
        (Verb.ADJUST, {"motors": "a", "intensity": 10}, "motors"),
        (Verb.ANSWER, {}, "question"),
        (Verb.ANSWER, {"question": "weight"}, "question"),
        (Verb.ANSWER, {"question": "pain", "value": 11}, "value"),
        (Verb.ANSWER, {"question": "pain", "value": -1}, "value"),
        (Verb.ANSWER, {"question": "pain", "value": True}, "value"),
        (Verb.ANSWER, {"question": "pain", "value": 4.5}, "value"),
        (Verb.ANSWER, {"question": "note", "value": ""}, "value"),
        (Verb.ANSWER, {"question": "note", "value": "x" * 501}, "value"),
        (Verb.ANSWER, {"question": "next", "step": 3}, "step"),
    ],
)
def test_arguments_that_do_not_fit_are_refused_in_a_sentence_that_names_them(verb, args, word):
    reply = asked(verb, args)
    assert isinstance(reply, Reply)
    assert (reply.id, reply.status, reply.reason.code) == ("1", Status.REFUSED, "arguments")
    assert word in reply.reason.text
    assert "\n" not in reply.reason.text


def test_arguments_at_the_edge_fit():
    assert isinstance(asked(Verb.ADJUST, {"zone": "lumbar", "target": 100}), Request)
    assert isinstance(asked(Verb.ADJUST, {"motors": ["a"], "intensity": 0}), Request)
    assert isinstance(asked(Verb.START, {"program": "x" * 64}), Request)


@pytest.mark.parametrize(
    ("topic", "payload", "said"),
    [
        ("controller/a/availability", b"online", True),
        ("controller/a/availability", b"offline", False),
        ("controller/a/availability", b"perhaps", False),
        (
            "controller/a/info",
            b'{"version": "1", "host": "h", "pads": ["p"], "boards": {"p": "01"}}',
            ControllerInfo(version="1", host="h", pads=["p"], boards={"p": "01"}),
        ),
    ],
)
def test_what_a_controller_says(topic, payload, said):
    assert read(f"poultice/v1/{topic}", payload, True) == ControllerSaid("a", said)


def test_of_another_controllers_pad_the_name_is_read_whatever_else_is_in_it():
    payload = b'{"name": "Sofa", "controller": "a", "of_a_later_version": [1, 2, 3]}'
    assert read(f"{BASE}/info", payload, True) == PadSaid("p", PadName(name="Sofa", controller="a"))


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("controller/a/info", b"{"),
        ("controller/a/health", b"{}"),
        ("controller/a/info/more", b"{}"),
        ("pad/p/info", b'{"name": "", "controller": "a"}'),
        ("pad/p/info", b'{"name": "x"}'),
        ("pad/p/health", b'{"spent": {"warm_s": -1}}'),
        ("pad/p/health", b"[]"),
        ("pad/p/state", b"{}"),
    ],
)
def test_what_others_say_wrongly_is_dropped(topic, payload):
    assert isinstance(read(f"poultice/v1/{topic}", payload, True), Dropped)
