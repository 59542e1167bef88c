"""A controller, a mosquitto and somebody who listens and speaks as Home Assistant does: found soon, and obeyed."""

from __future__ import annotations

import json
import queue
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Self

import pytest
from brokers import BrokerProcess
from household import PAD, Process, write_configuration
from jinja2.sandbox import ImmutableSandboxedEnvironment
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from poultice.mqtt.topics import ControllerTopics, PadTopics

pytestmark = [pytest.mark.slow, pytest.mark.broker, pytest.mark.realtime]

TOPICS, HOUSE = PadTopics(PAD), ControllerTopics("house")
HUB = "homeassistant/device/poultice-controller-house/config"
DEVICE = f"homeassistant/device/poultice-pad-{PAD}/config"
WHOLE = (HOUSE.availability, HUB, DEVICE, TOPICS.availability, TOPICS.info, TOPICS.state, TOPICS.health)
PROMISED_S = 1.0


class Home:
    """Listens to all, renders templates, sends commands: the little of Home Assistant that a broker sees."""

    def __init__(self, port: int) -> None:
        self._heard: queue.SimpleQueue[tuple[float, MQTTMessage]] = queue.SimpleQueue()
        self.last: dict[str, bytes] = {}
        self.order: list[str] = []
        self.fresh: list[str] = []  # what was said while we listened, not what the broker kept
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.on_message = lambda _c, _d, message: self._heard.put((time.monotonic(), message))
        self._client.on_connect = lambda client, *_: client.subscribe([("poultice/#", 1), ("homeassistant/#", 1)])
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def wait(self, condition: Callable[[], Any], timeout_s: float = 10.0) -> float:
        """Listens until it holds; when the last message came that made it so, s on the monotonic clock."""
        by_s, at_s = time.monotonic() + timeout_s, time.monotonic()
        while not condition():
            assert time.monotonic() < by_s, f"not within {timeout_s} s; heard on {sorted(self.last)}"
            try:
                at_s, message = self._heard.get(timeout=0.1)
            except queue.Empty:
                continue
            self.last[message.topic] = message.payload
            self.order.append(message.topic)
            if not message.retain:
                self.fresh.append(message.topic)
        return at_s

    @property
    def state(self) -> Mapping[str, Any]:
        """The pad's last state."""
        return dict(json.loads(self.last.get(TOPICS.state, b"{}")))

    def say(self, topic: str, payload: str) -> None:
        self._client.publish(topic, payload, 1)

    def command(self, key: str, what: str, value: Any) -> str:
        """A command of an entity as it is announced; what is answered."""
        config = json.loads(self.last[DEVICE])["cmps"][key]
        topic = config[f"{what}command_topic"]
        payload = config.get("payload_press") or RENDER.from_string(config[f"{what}command_template"]).render(
            value=value
        )
        reply = topic.replace("/request/", "/reply/")
        self.last.pop(reply, None)
        self.say(topic, payload)
        self.wait(lambda: reply in self.last, 5)
        return str(json.loads(self.last[reply])["status"])

    def shows(self, key: str, what: str) -> str:
        """What an entity shows of the last state."""
        config = json.loads(self.last[DEVICE])["cmps"][key]
        return str(RENDER.from_string(config[f"{what}template"]).render(value_json=self.state))

    def until_shown(self, key: str, what: str, value: str) -> None:
        """Waits for the state that says so: each answer is followed by one."""
        self.wait(lambda: self.shows(key, what) == value, 2)


RENDER = ImmutableSandboxedEnvironment()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[BrokerProcess]:
    with BrokerProcess("mosquitto", tmp_path) as running:
        yield running


def configuration(directory: Path, broker: BrokerProcess, more: str = "") -> str:
    file = write_configuration(directory, broker=f'url = "mqtt://127.0.0.1:{broker.port}"')
    (directory / "data").mkdir(exist_ok=True)
    (directory / "data" / "settings.json").write_text(json.dumps({"pads": {PAD: {"checklist_accepted": True}}}))
    file.write_text(file.read_text() + more)
    return str(file)


def found(home: Home) -> float:
    """From when the controller connected until all is there, s."""
    online_s = home.wait(lambda: home.last.get(HOUSE.availability) == b"online", 15)
    complete_s = home.wait(lambda: all(home.last.get(topic) for topic in WHOLE), 5)
    home.wait(lambda: home.last.get(TOPICS.availability) == b"online", 5)
    return complete_s - online_s


def test_a_pad_is_found_within_a_second_and_again_after_the_broker_and_home_assistant_began_anew(
    tmp_path: Path, broker: BrokerProcess, capsys: pytest.CaptureFixture[str]
) -> None:
    with Process(tmp_path, "controller", "--config", configuration(tmp_path, broker)):
        with Home(broker.port) as home:
            home.wait(lambda: home.last.get(TOPICS.availability) == b"online", 15)
        broker.kill()
        broker.start()  # it has forgotten everything
        with Home(broker.port) as home:
            took_s = found(home)
            announced = [topic for topic in home.order if topic.startswith("homeassistant/")]
            assert announced[:2] == [HUB, DEVICE], "the hub first"
            with capsys.disabled():
                sys.stdout.write(
                    f"\n  a pad is announced, and all that its entities show, {took_s * 1000:.0f} ms after connecting\n"
                )
            assert took_s <= PROMISED_S
            home.fresh.clear()
            begun_s = time.monotonic()
            home.say("homeassistant/status", "offline")
            home.say("homeassistant/status", "online")
            again_s = home.wait(lambda: set(WHOLE[1:]) <= set(home.fresh), 5)
            assert again_s - begun_s <= PROMISED_S
        with Home(broker.port) as late:
            late.wait(lambda: all(late.last.get(topic) for topic in WHOLE), 3)
            assert not set(late.fresh) & {HUB, DEVICE}, "they are kept"


def test_every_command_is_obeyed_or_refused_and_the_state_that_holds_is_shown(
    tmp_path: Path, broker: BrokerProcess
) -> None:
    with Process(tmp_path, "controller", "--config", configuration(tmp_path, broker)), Home(broker.port) as home:
        found(home)
        home.wait(lambda: home.state.get("phase") == "idle")
        assert home.command("lumbar", "temperature_", 39.0) == "accepted"
        home.until_shown("lumbar", "temperature_state_", "39.0")
        for too_warm in (60.0, 41.3):
            assert home.command("lumbar", "temperature_", too_warm) == "refused"
            home.until_shown("lumbar", "temperature_state_", "39.0")
        assert home.command("lumbar", "mode_", "heat") == "invited"
        home.until_shown("lumbar", "mode_state_", "heat")
        home.until_shown("lumbar", "action_", "idle")
        assert home.command("lumbar", "mode_", "off") == "accepted"
        home.until_shown("lumbar", "mode_state_", "off")
        option = json.loads(home.last[DEVICE])["cmps"]["program"]["options"][-1]
        assert home.command("program", "", option) == "accepted"
        home.until_shown("program", "value_", option)
        assert home.command("start", "", None) == "invited"
        home.wait(lambda: home.state["phase"] == "invited")
        assert home.command("massage_upper_back", "", "on") == "refused", "nobody allowed a nudge"
        home.until_shown("massage_upper_back", "state_value_", "off")
        assert home.command("stop", "", None) == "accepted"
        home.wait(lambda: home.state["phase"] == "idle")  # a start in the tick of a stop is refused: the lower wins
        assert home.command("start", "", None) == "invited"
        home.say(TOPICS.simulated_button, json.dumps({"press_s": 0.5}))
        home.wait(lambda: home.state["session"] is not None)
        row = "massage_upper_back"
        for level, status, shown in [(2, "refused", "0"), (0, "accepted", "0")]:
            assert home.command(row, "percentage_", level) == status, "this step does not massage"
            home.until_shown(row, "percentage_value_", shown)
        assert home.command(row, "preset_mode_", "wave") == "refused"
        home.until_shown(row, "preset_mode_value_", "None")
        assert home.command("stop", "", None) == "accepted"
        home.wait(lambda: home.state["session"] is None and home.state["outputs_off"], 2)
