"""Messages as people read them: each kind in a line, states only where they are news, and any bytes survived."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from poultice.mqtt.catalogue import Topic, topics
from poultice.watch.lines import LONGEST, Reader, as_json

from tests.hostile import hostile

ALL = {topic.name: topic for topic in topics()}
BASE = "poultice/v1/pad/sofa"


def payload(topic: Topic) -> bytes:
    return (topic.example if isinstance(topic.example, str) else json.dumps(topic.example)).encode()


@pytest.mark.parametrize("topic", [each for each in ALL.values() if "/answer/" not in each.name], ids=lambda t: t.name)
def test_each_topic_is_readable(topic: Topic) -> None:
    line = Reader().read(topic.name, payload(topic), False)
    silent = topic.name.endswith("/health") or "controller/attic/info" in topic.name
    assert (line is None) == silent
    if line is not None:
        assert "cannot be read" not in line.text
        assert line.whose in ("sofa", "controller attic")
        assert line.text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("request/phone/start", 'phone start program="lower-back-ease"'),
        ("request/phone/stop", "phone stop"),
        ("request/phone/answer", 'phone answer question="pain" value=…'),
        ("reply/phone/start", "phone start invited: press the pad's button to start Lower back ease"),
        ("query/phone/sessions", "phone sessions list"),
        ("result/phone/sessions", "phone sessions ok: done"),
        ("event", "step: next: wave"),
        ("state", "running: holding 40 °C · lumbar 39.9 °C of 40, 12 W · armed · lower-back-ease, 16 min left"),
    ],
)
def test_what_it_says(name: str, text: str) -> None:
    line = Reader().read(f"{BASE}/{name}", payload(ALL[f"{BASE}/{name}"]), False)
    assert line is not None
    assert line.text == text


def test_a_state_is_a_line_only_where_it_is_news() -> None:
    reader, state = Reader(), ALL[f"{BASE}/state"].example

    def shown(**changes: object) -> bool:
        return reader.read(f"{BASE}/state", json.dumps({**state, **changes}).encode(), False) is not None

    zone = state["zones"]["lumbar"]
    assert shown()
    assert not shown(seq=1813, time="2026-03-01T12:00:01+00:00")
    assert not shown(zones={"lumbar": {**zone, "temperature": 39.9}})
    assert shown(zones={"lumbar": {**zone, "temperature": 39.2}})
    assert shown(phase="paused")
    assert shown(phase="paused", armed=False)
    assert not shown(phase="paused", armed=False, seq=9)


def test_what_is_kept_and_what_is_cleared_is_said() -> None:
    reader = Reader()
    kept = reader.read(f"{BASE}/request/phone/start", b'{"id": "1"}', True)
    assert kept is not None
    assert kept.text.endswith("(kept by the broker)")
    cleared = reader.read(f"{BASE}/request/phone/stop", b"", False)
    assert cleared is not None
    assert cleared.text == "phone stop cleared"


def test_who_is_there_is_said_once() -> None:
    reader = Reader()
    words = [b"online", b"online", b"offline", b"online"]
    said = [reader.read(f"{BASE}/availability", word, True) is not None for word in words]
    assert said == [True, False, True, True]


def test_nothing_hostile_moves_the_terminal() -> None:
    reader = Reader()
    for message in hostile("sofa", 3000, 5, stops=True):
        line = reader.read(message.topic, message.payload, message.retained)
        assert line is None or (line.text.isprintable() and len(line.text) <= LONGEST + 30)
    line = reader.read(f"{BASE}/event", b'{"kind": "\x1b[2J\x1b]0;owned\x07"}', False)
    assert line is not None
    assert "\x1b" not in line.text


@given(st.binary(max_size=100))
def test_every_message_is_a_line_of_json(payload: bytes) -> None:
    line = as_json("now", "a/b", payload, True)
    assert "\n" not in line
    assert json.loads(line).keys() == {"time", "topic", "retained", "payload"}
