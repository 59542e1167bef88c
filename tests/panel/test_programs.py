"""The way of a program from the page to the controller and back; nothing is judged on it."""

from __future__ import annotations

import pytest
from poultice_panel.guard import LARGEST_BODY_BYTES, LARGEST_PROGRAM_BYTES, largest_bytes

from tests.panel.conftest import JSON

pytestmark = pytest.mark.broker
PAD = "writing"
WAY = f"/api/pads/{PAD}/programs"


@pytest.fixture
def peer(broker, panel, peers):
    """A controller whose programs are written here."""
    made = peers(broker.address, PAD)
    panel.until_there(PAD)
    return made


@pytest.mark.parametrize(
    ("op", "body"),
    [
        ("get", {"program": "mine"}),
        ("check", {"content": {"id": "mine", "steps": []}}),
        ("check", {"text": "id: mine", "room_c": 18.0}),
        ("save", {"content": {"id": "mine"}, "base": "abc"}),
        ("save", {"content": {"id": "mine"}}),
        ("delete", {"program": "mine"}),
    ],
)
def test_it_is_asked_of_the_controller_as_it_was_sent(panel, peer, op, body):
    answer = panel.post(f"{WAY}/{op}", body)
    assert answer.json()["status"] == "ok", answer.text
    assert peer.queries[-1] == {"what": "programs", "op": op, **body}


@pytest.mark.parametrize(
    ("op", "body"),
    [("get", {}), ("check", {}), ("check", {"content": {}, "text": ""}), ("check", {"content": 3}), ("save", {}),
     ("save", {"text": "id: mine"}), ("delete", {"program": ""}), ("delete", {"program": "x" * 65})],
)  # fmt: skip
def test_what_cannot_be_meant_is_not_asked(panel, peer, op, body):
    asked = len(peer.queries)
    assert panel.post(f"{WAY}/{op}", body).status_code == 422
    assert len(peer.queries) == asked


def test_a_pad_that_is_not_there(panel):
    assert panel.post("/api/pads/none/programs/get", {"program": "mine"}).status_code == 404


def test_only_a_program_may_be_large(panel, peer):
    text = "x" * (LARGEST_BODY_BYTES + 1)
    assert panel.http.post(f"{WAY}/check", json={"text": text}).status_code == 200
    assert panel.http.post(f"{WAY}/delete", json={"program": text}).status_code == 413
    too_large = b'{"text": "' + b"x" * LARGEST_PROGRAM_BYTES + b'"}'
    assert panel.http.post(f"{WAY}/check", content=too_large, headers=JSON).status_code == 413
    assert largest_bytes("/api/pads/p/programs/save") == LARGEST_PROGRAM_BYTES
    assert largest_bytes("/api/pads/p/programs/save/x") == LARGEST_BODY_BYTES


@pytest.mark.parametrize("depth", [33, 400, 900, 5000])
def test_what_is_nested_beyond_reason_is_no_error_of_ours(panel, peer, depth):
    """FastAPI takes such a body apart before anything of ours sees it."""
    nested = b'{"content": {"a": ' + b"[" * depth + b"]" * depth + b"}}"
    answer = panel.http.post(f"/api/pads/{PAD}/programs/check", content=nested, headers=JSON)
    assert answer.status_code in (400, 422), answer.text
    body = b'{"args": {"a": ' + b"[" * depth + b"]" * depth + b"}}"
    answer = panel.http.post(f"/api/pads/{PAD}/requests/pause", content=body, headers=JSON)
    assert answer.status_code in (400, 422), answer.text
