"""The broker absent, killed, frozen; the controller killed: the panel serves on, says so and recovers by itself."""

from __future__ import annotations

import time

import pytest
from brokers import BrokerProcess, free_port
from poultice.mqtt.connection import BrokerAddress

from tests.panel.conftest import until

pytestmark = pytest.mark.broker


def test_without_a_broker_it_serves_says_so_and_finds_one_that_comes(panels, peers, streams, tmp_path):
    late = BrokerProcess("mosquitto", tmp_path)
    running = panels(late.address)
    assert running.http.get("/").status_code == 200
    assert running.http.get("/healthz").json() == {"status": "ok", "broker_connected": False, "pads": 0}
    stream = streams(running)
    assert stream.next().data["broker_connected"] is False
    with late:
        stream.wait_for(lambda e: e.name == "heartbeat" and e.data["broker_connected"], 5)
        peers(late.address, "late")
        running.until_there("late")


@pytest.mark.realtime
def test_without_a_broker_nothing_is_sent_and_stop_says_so_loudly(panels):
    running = panels(BrokerAddress("127.0.0.1", free_port()))
    began_s = time.monotonic()
    answer = running.post("/api/pads/p/requests/stop")
    assert (answer.status_code, answer.json()["confirmed_off"]) == (503, False)
    assert answer.json()["reason"]["text"].endswith("NOT confirmed: use the pad's button.")
    assert time.monotonic() - began_s < 0.5
    for path, body in (("requests/start", {"args": {"program": "x"}}), ("checklist", {"accepted": True})):
        assert running.post(f"/api/pads/p/{path}", body).status_code == 503


@pytest.mark.realtime
def test_a_killed_broker_is_shown_at_once_and_all_is_well_within_five_seconds(mortal_broker, panels, peers, streams):
    running = panels(mortal_broker.address)
    peer = peers(mortal_broker.address, "steady")
    running.until_there("steady")
    stream = streams(running)
    assert stream.next().data["broker_connected"] is True
    mortal_broker.kill()
    stream.wait_for(lambda e: e.name == "heartbeat" and not e.data["broker_connected"], 1)
    assert running.post("/api/pads/steady/requests/start", {"args": {"program": "warmth"}}).status_code == 503
    before = len(peer.requests)
    mortal_broker.start()
    back_s = time.monotonic()
    stream.wait_for(lambda e: e.name == "heartbeat" and e.data["broker_connected"], 5)
    running.until_there("steady")
    assert time.monotonic() - back_s < 5
    answer = running.post("/api/pads/steady/requests/start", {"args": {"program": "warmth"}})
    assert answer.json()["status"] == "accepted"
    assert len(peer.requests) == before + 1, "a request made without a broker must not be sent later"


@pytest.mark.slow
def test_a_frozen_broker_is_noticed_and_nothing_is_replayed(mortal_broker, panels, peers, streams):
    running = panels(mortal_broker.address)
    peer = peers(mortal_broker.address, "frozen")
    running.until_there("frozen")
    stream = streams(running)
    mortal_broker.freeze(True)
    answer = running.post("/api/pads/frozen/requests/stop")
    assert (answer.status_code, answer.json()["confirmed_off"]) == (504, False)
    stream.wait_for(lambda e: e.name == "heartbeat" and not e.data["broker_connected"], 15)
    mortal_broker.freeze(False)
    stream.wait_for(lambda e: e.name == "heartbeat" and e.data["broker_connected"], 5)
    running.until_there("frozen")
    until(lambda: running.post("/api/pads/frozen/requests/skip").json()["status"] == "accepted")
    assert peer.bridge.connected


def test_a_controller_that_dies_is_shown(broker, panel, peers, streams):
    peer = peers(broker.address, "orphan")
    panel.until_there("orphan")
    stream = streams(panel)
    assert stream.next().data["pads"]["orphan"]["controller_online"] is True
    peer.bridge.stop(1.0)
    stream.wait_for(lambda e: e.name == "pad" and e.data["id"] == "orphan" and not e.data["controller_online"], 2)
    peers(broker.address, "orphan")
    panel.until_there("orphan")
