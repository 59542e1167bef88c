"""Hazard 30: a request that the broker keeps. Somebody published a start retained, months ago; the broker restarts.

On real brokers, with a pad that is armed: nothing but the rule stands between the request and heat.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from brokered import BrokeredHouse, Stranger
from brokers import BrokerProcess
from harness import PAD
from poultice.mqtt.topics import PadTopics
from poultice.therapy.limits import HostLimits
from poultice.therapy.state import Role, Verb

pytestmark = pytest.mark.broker
TOPICS = PadTopics(PAD)
SPOKEN = [("mosquitto", "5"), ("mosquitto", "3.1.1"), ("amqtt", "3.1.1")]
ALLOWING = HostLimits(automation_programs=frozenset({"warm"}))
ARGS = {
    Verb.START: {"program": "warm"},
    Verb.ADJUST: {"zone": "lumbar", "target": 42.0},
    Verb.ANSWER: {"question": "comfort", "value": "more"},
    Verb.SELECT: {"program": "warm"},
}


@pytest.fixture(params=SPOKEN, ids="-".join)
def spoken(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[BrokerProcess, str]]:
    """A broker, and the protocol to speak with it."""
    kind, protocol = request.param
    with BrokerProcess(kind, tmp_path, remembers=kind == "mosquitto") as broker:
        yield broker, protocol


def keep_all(stranger: Stranger, epoch: str | None = None) -> None:
    """Every verb but stop, by both roles, retained; automation's needs no epoch at all."""
    for role in Role:
        for verb in set(Verb) - {Verb.STOP}:
            body = {"id": f"kept-{role}-{verb}", "epoch": epoch, "args": ARGS.get(verb, {})}
            stranger.publish(TOPICS.request(role, verb), json.dumps(body).encode(), retain=True)
    stranger._see_own()


def nothing_happened(house: BrokeredHouse) -> bool:
    seen = house.board.observe()
    still = not any((*seen.used_j, *seen.duty_permille, *seen.motor_pwm))
    return still and house.state.session is None and house.state.invitation is None and house.state.selected is None


def test_what_was_kept_before_the_controller_came_moves_nothing(
    spoken: tuple[BrokerProcess, str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broker, protocol = spoken
    stranger = Stranger(broker.address)
    keep_all(stranger)
    with (
        caplog.at_level(logging.WARNING),
        BrokeredHouse(tmp_path, broker.address, protocol=protocol, limits=ALLOWING) as house,
    ):
        house.press()
        assert house.state.armed
        house.live(0.3)
        assert house.state.armed
        assert nothing_happened(house)
        assert house.broker.replies == [], "they were not even looked at"
    assert caplog.text.count("a retained request is never obeyed") >= 2 * (len(Verb) - 1)
    stranger.close()


def test_a_broker_that_restarts_hands_them_out_again_in_vain(
    spoken: tuple[BrokerProcess, str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What mosquitto kept comes once more after each restart, to whoever subscribes anew. The embedded one forgets."""
    broker, protocol = spoken
    with BrokeredHouse(tmp_path, broker.address, protocol=protocol, limits=ALLOWING) as house:
        stranger = Stranger(broker.address, house)
        keep_all(stranger, epoch="0" * 16)
        house.live(0.2)
        stranger.ask("stop")
        house.run(1.5)
        assert nothing_happened(house)
        broker.end()
        house.until(lambda: not house.connected)
        house.press()
        assert house.state.armed
        caplog.clear()
        broker.start()
        house.until(lambda: house.connected)
        house.live(0.5)
        assert house.state.armed
        assert nothing_happened(house)
        if broker.kind == "mosquitto":
            assert caplog.text.count("a retained request is never obeyed") >= 2
        stranger.close()


def test_a_kept_stop_is_obeyed_once_and_cleared(spoken: tuple[BrokerProcess, str], tmp_path: Path) -> None:
    broker, protocol = spoken
    stranger = Stranger(broker.address)
    stranger.publish(TOPICS.request("phone", "stop"), b"whatever", retain=True)
    stranger._see_own()
    with BrokeredHouse(tmp_path, broker.address, protocol=protocol) as house:
        house.until(lambda: house.broker.replies)
        assert {reply.status for reply in house.broker.replies} == {"accepted"}
        cleared = (TOPICS.request("phone", "stop"), b"")
        house.until(lambda: [one for one in stranger.look() if one[:2] == cleared])
        house.run(1.5)
        house.start()
        house.live(0.2)
        assert house.state.session is not None, "it is not obeyed a second time"
        latecomer = Stranger(broker.address)
        assert not [one for one in latecomer.heard if one[0] == cleared[0] and one[1]]
        latecomer.close()
    stranger.close()
