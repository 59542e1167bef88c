"""Taps through the real panel and a real broker: what is sent, what is answered, and STOP."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from poultice.mqtt.messages import CoachPlan, PromptMessage
from poultice.therapy.state import Role, Verb

from tests.panel.conftest import JSON, until

pytestmark = pytest.mark.broker


def test_a_request_carries_a_new_id_and_the_current_epoch_and_is_answered(broker, panel, peers):
    peer = peers(broker.address, "asked")
    panel.until_there("asked")
    answers = [panel.post("/api/pads/asked/requests/start", {"args": {"program": "warmth"}}) for _ in range(2)]
    assert [a.status_code for a in answers] == [200, 200]
    assert [a.json()["status"] for a in answers] == ["accepted", "accepted"]
    assert answers[0].json()["applied"] == {"program": "warmth", "person": "me"}
    first, second = peer.requests
    assert (first.role, first.verb) == (Role.PHONE, Verb.START)
    assert first.id != second.id


def test_a_refusal_is_an_answer(broker, panel, peers):
    peer = peers(broker.address, "refusing")
    panel.until_there("refusing")
    peer._fresh.connected(time.monotonic())  # all epochs of before are void
    answer = panel.post("/api/pads/refusing/requests/resume")
    assert (answer.status_code, answer.json()["status"]) == (200, "stale")


@pytest.mark.realtime
def test_nobody_answers(broker, panel, peers):
    peer = peers(broker.address, "silent")
    panel.until_there("silent")
    peer.silent = True
    began_s = time.monotonic()
    answer = panel.post("/api/pads/silent/requests/start", {"args": {"program": "warmth"}})
    assert 1.9 < time.monotonic() - began_s < 3.5
    assert answer.status_code == 504
    assert answer.json()["reason"]["text"] == "The controller did not answer within 2 s."


def test_settings_are_asked_of_the_controller(broker, panel, peers):
    peer = peers(broker.address, "settled")
    panel.until_there("settled")
    assert panel.http.get("/api/pads/settled/settings").json()["status"] == "ok"
    assert panel.post("/api/pads/settled/settings", {"checklist_accepted": True}).json()["status"] == "ok"
    assert peer.queries == [
        {"what": "settings", "op": "get"},
        {"what": "settings", "op": "set", "checklist_accepted": True},
    ]


def test_a_preview_is_asked_of_the_controller(broker, panel, peers):
    peer = peers(broker.address, "foreseen")
    panel.until_there("foreseen")
    assert panel.post("/api/pads/foreseen/preview", {"program": "warmth"}).json()["status"] == "ok"
    assert panel.post("/api/pads/foreseen/preview", {"program": "warmth", "room_c": 18}).json()["status"] == "ok"
    assert peer.queries == [
        {"what": "programs", "op": "preview", "program": "warmth"},
        {"what": "programs", "op": "preview", "program": "warmth", "room_c": 18.0},
    ]


def test_what_helped_and_forgetting_are_asked_of_the_controller(broker, panel, peers):
    peer = peers(broker.address, "listening")
    panel.until_there("listening")
    path = "/api/pads/listening/what-helped"
    assert panel.http.get(path).json()["status"] == "ok"
    assert panel.http.get(path, params={"person": "ada"}).json()["status"] == "ok"
    assert panel.post("/api/pads/listening/forget", {"person": "ada"}).json()["status"] == "ok"
    assert peer.queries == [
        {"what": "sessions", "op": "what_helped", "person": "me"},
        {"what": "sessions", "op": "what_helped", "person": "ada"},
        {"what": "persons", "op": "forget", "person": "ada"},
    ]
    assert panel.http.get(path, params={"person": ""}).status_code == 422
    assert panel.post("/api/pads/listening/forget", {"all": True}).status_code == 422


def test_the_coach_is_asked_of_the_controller(broker, panel, peers):
    peer = peers(broker.address, "coached")
    panel.until_there("coached")
    plan = CoachPlan(breaks={"on": True, "every_min": 20}).model_dump(mode="json")
    assert panel.http.get("/api/pads/coached/coach").json()["status"] == "ok"
    assert (
        panel.post("/api/pads/coached/coach", {"plan": {"breaks": {"on": True, "every_min": 20}}}).json()["status"]
        == "ok"
    )
    assert panel.post("/api/pads/coached/coach/answer", {"id": "a", "answer": "snooze"}).json()["status"] == "ok"
    assert panel.post("/api/pads/coached/coach/check", {"item": "desk", "fits": False}).json()["status"] == "ok"
    assert peer.queries == [
        {"what": "coach", "op": "get", "person": "me"},
        {"what": "settings", "op": "set", "person": "me", "coach": plan},
        {"what": "coach", "op": "answer", "person": "me", "id": "a", "answer": "snooze"},
        {"what": "coach", "op": "check", "person": "me", "item": "desk", "fits": False},
    ]


def test_a_prompt_is_in_the_pads_entry(broker, panel, peers):
    peer = peers(broker.address, "prompted")
    panel.until_there("prompted")
    until_time = datetime.now(UTC) + timedelta(minutes=5)
    prompt = PromptMessage(id="1", person="me", kind="breaks", text={"en": "Up.", "de": "Auf."}, until=until_time)
    peer.bridge.publish_prompt("prompted", prompt)
    until(lambda: [one["id"] for one in panel.entry("prompted")["prompts"]] == ["1"])


def test_a_press_reaches_a_simulated_pad(broker, panel, peers):
    peer = peers(broker.address, "pressed")
    panel.until_there("pressed")
    answer = panel.post("/api/pads/pressed/simulated/button", {"press_s": 0.5})
    assert (answer.status_code, answer.json()) == (202, {"status": "sent"})
    until(lambda: peer.presses == [0.5])


def test_a_press_never_reaches_a_real_one(broker, panel, peers):
    peer = peers(broker.address, "real", simulated=False)
    panel.until_there("real")
    answer = panel.post("/api/pads/real/simulated/button", {"press_s": 0.5})
    assert answer.status_code == 403
    assert "press the button on the pad itself" in answer.json()["reason"]["text"]
    assert panel.post("/api/pads/real/requests/pause").status_code == 200
    assert peer.presses == []


def test_a_pad_that_nobody_knows(panel):
    for path in ("requests/start", "settings"):
        body = {"args": {"program": "x"}} if path.endswith("start") else {"checklist_accepted": True}
        answer = panel.post(f"/api/pads/nobody/{path}", body)
        assert (answer.status_code, answer.json()["reason"]["text"]) == (404, "There is no pad nobody.")
    assert panel.post("/api/pads/nobody/simulated/button", {"press_s": 1}).status_code == 404


@pytest.mark.parametrize(
    ("path", "body", "word"),
    [
        ("requests/select", {"args": {}}, "args.program"),
        ("requests/start", {"args": {"program": "x" * 65}}, "args.program"),
        ("requests/start", {"args": {"program": "x", "heat": 1}}, "args.heat"),
        ("requests/start", {"arg": {}}, "arg"),
        ("requests/start", [], "body"),
        ("requests/adjust", {"args": {"zone": "lumbar", "target": 101}}, "args.target"),
        ("requests/adjust", {"args": {"motors": ["a"], "intensity": -1}}, "args.intensity"),
        ("requests/explode", {"args": {}}, "verb"),
        ("simulated/button", {"press_s": 0.01}, "press_s"),
        ("simulated/button", {"press_s": 21}, "press_s"),
        ("simulated/button", {}, "press_s"),
        ("settings", {"checklist_accepted": "perhaps"}, "checklist_accepted"),
        ("settings", {"quiet": 1}, "quiet"),
        ("requests/nudge", {"args": {"intensity": 100}}, "args.intensity"),
        ("coach", {"plan": {"breaks": {"on": True, "every_min": 5}}}, "plan.breaks.every_min"),
        ("coach", {"plan": {"hours": {"begin": "9"}}}, "plan.hours.begin"),
        ("coach/answer", {"id": "a", "answer": "never"}, "answer"),
        ("coach/check", {"item": "lamp", "fits": True}, "item"),
    ],
)
def test_what_is_wrong_is_named_in_one_sentence(panel, path, body, word):
    answer = panel.post(f"/api/pads/whoever/{path}", body)
    assert answer.status_code == 422
    text = answer.json()["reason"]["text"]
    assert word in text
    assert "\n" not in text


@pytest.mark.parametrize("pad", ["UPPER", "a b", "-a", "a" * 33, "ä", "+", "%23"])
def test_an_id_that_is_none_is_refused(panel, pad):
    assert panel.post(f"/api/pads/{pad}/requests/start", {"args": {"program": "x"}}).status_code == 422
    assert panel.post(f"/api/pads/{pad}/requests/stop").status_code == 422


@pytest.mark.parametrize(
    "body", [b"{", b'{"args": {"a": NaN}}', b'{"args": {"a": [1e999]}}', b"\xff", b"[" * 9000, b'{"args": ' * 1500]
)
def test_broken_json_is_refused_and_nothing_is_sent(broker, panel, peers, body):
    peer = peers(broker.address, "spared")
    panel.until_there("spared")
    answer = panel.http.post("/api/pads/spared/requests/skip", content=body, headers=JSON)
    assert answer.status_code in (400, 422)
    assert answer.json()["status"] == "error"
    assert peer.requests == []


# --- STOP


@pytest.mark.realtime
def test_stop_is_confirmed_by_the_boards_own_word(broker, panel, peers):
    peer = peers(broker.address, "stopped")
    peer.off, peer.off_after_s = False, 0.2
    panel.until_there("stopped")
    peer.say()
    began_s = time.monotonic()
    answer = panel.post("/api/pads/stopped/requests/stop")
    took_s = time.monotonic() - began_s
    assert (answer.status_code, answer.json()["status"], answer.json()["confirmed_off"]) == (200, "accepted", True)
    assert 0.2 <= took_s < 1.0
    assert peer.requests[0].verb is Verb.STOP


def test_a_state_of_before_the_stop_confirms_nothing(broker, panel, peers):
    """The pad was off, is asked to stop, obeys, and says nothing more: that is not confirmed."""
    peer = peers(broker.address, "mute")
    panel.until_there("mute")
    peer.off_after_s = None
    answer = panel.post("/api/pads/mute/requests/stop")
    assert (answer.status_code, answer.json()["confirmed_off"]) == (504, False)
    assert answer.json()["reason"]["text"].endswith("NOT confirmed: use the pad's button.")


@pytest.mark.realtime
def test_a_pad_that_stays_on_is_asked_again_and_not_confirmed(broker, panel, peers):
    peer = peers(broker.address, "stuck")
    peer.off, peer.off_after_s = False, None
    panel.until_there("stuck")
    began_s = time.monotonic()
    answer = panel.post("/api/pads/stuck/requests/stop")
    assert 1.9 < time.monotonic() - began_s < 2.6
    assert (answer.status_code, answer.json()["status"]) == (504, "unconfirmed")
    assert len(peer.requests) >= 4
    assert len({request.id for request in peer.requests}) == 1


def test_a_lost_reply_does_not_make_a_working_stop_unconfirmed(broker, panel, peers):
    peer = peers(broker.address, "replyless")
    peer.off, peer.silent, peer.off_after_s = False, True, 0.05
    panel.until_there("replyless")
    assert panel.post("/api/pads/replyless/requests/stop").json()["confirmed_off"] is True


@pytest.mark.parametrize(
    "arguments",
    [
        {"content": b""},
        {"content": b"\xff\x00{", "headers": {"Content-Type": "text/plain"}},
        {"content": b"x" * 16 * 1024},
        {"headers": {"Origin": "http://evil.example"}},
        {"headers": {"Host": "evil.example"}},
        {"json": {"args": {"anything": [1]}}},
    ],
    ids=["empty", "garbage", "largest", "origin", "host", "json"],
)
def test_stop_is_exempt_from_all_but_the_size_of_the_body(broker, panel, peers, arguments):
    peers(broker.address, "exempt")
    panel.until_there("exempt")
    answer = panel.http.post("/api/pads/exempt/requests/stop", **arguments)
    assert (answer.status_code, answer.json()["confirmed_off"]) == (200, True)


def test_even_stop_has_a_largest_body(panel):
    assert panel.http.post("/api/pads/exempt/requests/stop", content=b"x" * (16 * 1024 + 1)).status_code == 413


def test_stop_goes_out_for_a_pad_that_the_panel_never_heard_of(broker, panel, peers):
    answer = panel.post("/api/pads/unheard-of/requests/stop")
    assert (answer.status_code, answer.json()["confirmed_off"]) == (504, False)


def test_many_stops_at_once_are_all_answered(broker, panel, peers):
    peer = peers(broker.address, "crowded")
    peer.off, peer.off_after_s = False, 0.1
    panel.until_there("crowded")

    async def all_at_once() -> list[httpx.Response]:
        async with httpx.AsyncClient(base_url=panel.url, timeout=10) as client:
            return await asyncio.gather(*[client.post("/api/pads/crowded/requests/stop") for _ in range(20)])

    answers = asyncio.run(all_at_once())
    assert all(answer.json()["confirmed_off"] for answer in answers)


def test_the_published_schema_names_what_there_is(panel):
    paths = panel.http.get("/openapi.json").json()["paths"]
    assert {"/healthz", "/api/pads", "/api/live", "/api/pads/{pad}/requests/{verb}"} <= set(paths)
    json.dumps(paths)
