"""What outlives the controller: "less" for next time and the rest of what was cut off; and what must not be kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from harness import PAD, VirtualHouse
from poultice.sessions.unfinished import UnfinishedStore
from poultice.settings import SettingsStore
from poultice.therapy.offer import Unfinished

GUIDED = """
schema: poultice-program/1
id: guided
title: {en: Guided, de: Geführt}
evidence: convention
requires: {zones: [lumbar]}
max_total: 30 min
steps:
  - {id: before, duration: 60 s, heat: {lumbar: {target: 39 °C}}, ask: pain, wait: person}
  - {id: warm, duration: 5 min, heat: {lumbar: {target: 40 °C}}, ask: comfort}
  - {id: bridge, duration: 60 s, card: bridge, wait: person}
"""


@pytest.fixture
def house(tmp_path: Path) -> VirtualHouse:
    house = VirtualHouse(tmp_path, programs=[GUIDED])
    house.start("guided")
    return house


def restarted(house: VirtualHouse, tmp_path: Path) -> VirtualHouse:
    """The controller dies and begins anew; the board loses its lease meanwhile."""
    house.run_without_controller(3.0)
    house.settings = SettingsStore(tmp_path)
    house.begin_controller()
    house.run(2.0)
    return house


def test_the_state_shows_question_card_and_what_it_waits_for(house: VirtualHouse) -> None:
    session = house.state.session
    assert session is not None
    assert (session.wait, session.question and session.question.question) == ("person", "pain")
    assert house.request("answer", question="pain", value=6).status == "accepted"
    assert house.request("skip").status == "accepted"
    session = house.state.session
    assert session is not None
    assert (session.card, session.wait, session.question) == ("bridge", "person", None)
    assert house.broker.infos[-1].cards["bridge"].repetitions == 10


def test_less_is_remembered_over_a_restart(house: VirtualHouse, tmp_path: Path) -> None:
    house.request("answer", question="comfort", value="less")
    assert house.state.zones["lumbar"].asked == 38.5
    restarted(house, tmp_path).start("guided")
    assert house.state.zones["lumbar"].asked == 38.5


def test_a_restart_ends_the_session_and_offers_the_rest(house: VirtualHouse, tmp_path: Path) -> None:
    house.request("answer", question="pain", value=6)
    house.run(30.0)
    restarted(house, tmp_path)
    state = house.state
    assert (state.session, state.phase, state.reason.code) == (None, "idle", "offered")
    assert state.offer is not None
    assert (state.offer.program, state.offer.step, state.offer.steps) == ("guided", 1, 3)
    house.run(30.0)
    assert house.state.outputs_off, "never by itself"
    assert house.request("start", program="guided", rest=True).status == "invited"
    house.press()
    house.run(1.0)
    assert house.state.session is not None
    assert house.state.session.step_id == "warm"
    assert house.state.offer is None


def test_the_rest_can_be_put_away(house: VirtualHouse, tmp_path: Path) -> None:
    assert house.request("answer", question="rest", value="no").reason.code == "no_rest", "it still runs"
    restarted(house, tmp_path)
    assert house.state.offer is not None
    assert house.request("answer", question="rest", value="yes").reason.code == "bad_answer"
    assert house.request("answer", "automation", question="rest", value="no").reason.code == "role"
    reply = house.request("answer", question="rest", value="no")
    assert (reply.status, reply.reason.code) == ("accepted", "rest_away")
    house.run(1.0)
    assert (house.state.offer, house.state.reason.text) == (None, "the rest is put away: choose a program")
    assert house.request("start", program="guided", rest=True).reason.code == "no_rest"
    assert house.request("answer", question="rest", value="no").reason.code == "no_rest"
    assert restarted(house, tmp_path).state.offer is None


def test_what_ended_is_not_offered(house: VirtualHouse, tmp_path: Path) -> None:
    house.request("stop")
    house.run(1.0)
    assert not list(tmp_path.glob("unfinished-*"))
    assert restarted(house, tmp_path).state.offer is None


def test_pain_and_notes_are_not_in_the_journal(house: VirtualHouse) -> None:
    house.request("answer", question="pain", value=6)
    house.request("answer", question="note", value="a secret")
    house.request("answer", question="comfort", value="less")
    asked = [record["args"] for record in house.journal.records if record["kind"] == "request"][-3:]
    assert asked == [{"question": "pain"}, {"question": "note"}, {"question": "comfort", "value": "less"}]
    assert "secret" not in json.dumps(house.journal.records, default=str)
    assert "secret" not in "".join(event.model_dump_json() for event in house.broker.events)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"program": 1}', b"\xff", b'{"program": "a", "step": "x"}'])
def test_a_damaged_note_offers_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / f"unfinished-{PAD}.json").write_bytes(content)
    assert UnfinishedStore(tmp_path, PAD).read() is None
    assert VirtualHouse(tmp_path).state.offer is None


def test_it_is_read_once(tmp_path: Path) -> None:
    left = Unfinished("a", "hash", 3, "me")
    UnfinishedStore(tmp_path, PAD).note(left)
    assert UnfinishedStore(tmp_path, PAD).read() == left
    assert UnfinishedStore(tmp_path, PAD).read() is None


def test_a_disk_that_refuses_is_no_reason_to_stop(tmp_path: Path) -> None:
    (tmp_path / f"unfinished-{PAD}.new").mkdir()
    store = UnfinishedStore(tmp_path, PAD)
    store.note(Unfinished("a", "hash", 0, "me"))
    store.note(None)


def test_a_session_has_a_record_of_what_was_said_for_its_owner_alone(house: VirtualHouse, tmp_path: Path) -> None:
    house.request("answer", question="pain", value=6)
    house.request("answer", question="note", value="a secret")
    house.request("stop")
    house.run(1.0)
    (file,) = (tmp_path / "sessions").glob("*.jsonl")
    assert file.stat().st_mode & 0o777 == 0o600
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["kind"] for line in lines if line["kind"] != "answer"] == ["started", "stopped"]
    said = [(line["question"], line["value"], line["person"]) for line in lines if line["kind"] == "answer"]
    assert said == [("pain", 6, "me"), ("note", "a secret", "me")]


def test_a_full_disk_costs_the_record_and_not_the_session(house: VirtualHouse, tmp_path: Path) -> None:
    for file in (tmp_path / "sessions").glob("*.jsonl"):
        file.unlink()
        file.mkdir()
    assert house.request("answer", question="pain", value=6).status == "accepted"
    house.run(5.0)
    assert house.state.session is not None
