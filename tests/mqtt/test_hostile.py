"""A hundred thousand malformed and hostile messages through the real bridge, inbox and loop, onto an armed pad."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from harness import PAD, VirtualHouse
from poultice.controller import TICK_S
from poultice.mqtt.incoming import RequestIn
from poultice.mqtt.messages import RequestMessage
from poultice.therapy.state import Role, Verb

from tests.hostile import TEXTS, Message, hostile
from tests.siege import besiege

pytestmark = pytest.mark.slow

MANY = 100_000
GROWS_AT_MOST = 4_000_000  # of a flood of 50 MB


@pytest.fixture
def house(tmp_path: Path) -> VirtualHouse:
    house = VirtualHouse(tmp_path)
    house.accept_checklist()
    return house


def recorded(house: VirtualHouse) -> list[tuple[Verb, bytes]]:
    """What a phone asked over an earlier connection, as it stood on the wire."""
    epoch = house.state.epoch
    asked = [
        (Verb.START, RequestMessage(id="old-1", epoch=epoch, args={"program": "warm"})),
        (Verb.ADJUST, RequestMessage(id="old-2", epoch=epoch, args={"zone": "lumbar", "target": 41.5})),
        (Verb.RESUME, RequestMessage(id="old-3", epoch=epoch)),
        (Verb.ANSWER, RequestMessage(id="old-4", epoch=epoch, args={"question": "comfort", "value": "more"})),
    ]
    return [(verb, message.model_dump_json().encode()) for verb, message in asked]


def test_no_exception_no_heat_no_growth_and_no_stall(house: VirtualHouse, caplog: pytest.LogCaptureFixture) -> None:
    past = recorded(house)
    house.station.broker_connected()  # anew: what was recorded is of the past
    house.press()
    assert house.state.armed, "nothing but freshness stands between a message and heat"
    before_j = house.board.observe().used_j
    with caplog.at_level(logging.WARNING):
        siege = besiege(house, hostile(PAD, MANY, 1, past))
    assert siege.messages == MANY
    assert house.state.armed, "all the time"
    assert house.board.observe().used_j == before_j
    assert not any(house.board.observe().motor_pwm)
    assert house.state.session is None
    assert siege.grown_bytes < GROWS_AT_MOST, siege
    assert siege.longest_turn_s < TICK_S, siege
    assert siege.per_s > 5000, siege
    assert len(caplog.records) < 200, "a flood does not fill the disk with words"
    assert "Traceback" not in caplog.text

    house.run(20.0)
    assert house.request("start", program="warm").status == "accepted", "and then it serves as before"
    assert house.request("stop").status == "accepted"


def test_in_a_session_it_raises_nothing_and_a_stop_of_it_is_obeyed(house: VirtualHouse) -> None:
    house.start()
    house.run(5.0)
    past = recorded(house)
    house.station.broker_connected()
    house.run(0.1)
    asked = {zone: state.asked for zone, state in house.state.zones.items()}
    calm = [message for message in hostile(PAD, 3000, 2, past) if not message.topic.endswith("/pause")]
    besiege(house, calm)
    assert house.state.session is not None
    assert {zone: state.asked for zone, state in house.state.zones.items()} == asked
    besiege(house, hostile(PAD, 3000, 3, past, stops=True))
    assert house.state.session is None
    assert not house.board.observe().armed


@pytest.mark.parametrize("flood", [Verb.STOP, Verb.PAUSE, Verb.START])
def test_a_persons_stop_is_heard_through_any_flood(house: VirtualHouse, flood: Verb) -> None:
    """Behind ten thousand others, in one turn of the loop; a flood of stops is no less one."""
    house.start()
    house.run(2.0)
    for number in range(10_000):
        house.inbox.put(RequestIn(PAD, Role.AUTOMATION, flood, RequestMessage(id=f"f{number}")))
    house.inbox.put(RequestIn(PAD, Role.PHONE, Verb.STOP, RequestMessage()))
    house.turn()
    assert house.state.session is None
    house.run(0.1)
    assert not any(house.board.observe().duty_permille)


@pytest.mark.parametrize("payload", [text for text in TEXTS if text], ids=lambda text: repr(text[:12]))
def test_whatever_stands_on_stop_stops(house: VirtualHouse, payload: bytes) -> None:
    house.start()
    besiege(house, [Message(f"poultice/v1/pad/{PAD}/request/automation/stop", payload)])
    assert house.state.session is None
