"""What runs: the broker and what it keeps, the controller, its pad and board, the panel."""

from __future__ import annotations

import json
import queue
import secrets
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from typing import TypeVar

from pydantic import ValidationError

from poultice.broker import address, with_remedy
from poultice.clock import Clock, RealClock
from poultice.config import Config
from poultice.doctor import broker_certificate, home_assistant
from poultice.doctor.finding import Finding, bad, good, warning
from poultice.mqtt.connection import Connection
from poultice.mqtt.messages import ControllerHealth, ControllerInfo, Message, PadHealth, PadInfo, PadState
from poultice.mqtt.topics import ControllerTopics, PadTopics

CONNECT_S = 5.0
RETAINED_WITHIN_S = 2.0
LISTEN_S = 2.5  # a controller that is there says its pad's state once a second
SLOW_S = 0.2
SOON_S = 0.3  # what is retained comes at once
JITTER_S = 0.02
PANEL_WITHIN_S = 3.0
PROBE = ControllerTopics("doctor").availability  # the one kind of topic that a controller's user may write and read
SPOKEN = b"offline"

Kind = TypeVar("Kind", bound=Message)


class _Ear:
    """One connection to the broker, and all that it heard."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self.where = address(config.broker)
        self.heard: dict[str, bytes] = {}
        self._clock = clock
        self._bell = threading.Condition()
        self._news: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._connection = Connection(self.where, f"poultice-doctor-{secrets.token_hex(4)}", self)

    def on_connected(self, protocol: str) -> None:  # noqa: ARG002
        self._news.put(None)

    def on_disconnected(self, reason: str) -> None:
        self._news.put(reason)

    def on_message(self, topic: str, payload: bytes, retained: bool) -> None:  # noqa: ARG002
        with self._bell:
            self.heard[topic] = payload
            self._bell.notify_all()

    def open(self) -> str | None:
        """None once the broker has let us in, else why not."""
        self._connection.start()
        try:
            return self._news.get(timeout=CONNECT_S)
        except queue.Empty:
            return f"The broker at {self.where} takes the connection but does not answer."

    def close(self) -> None:
        self._connection.stop(0.5)

    @property
    def retains(self) -> bool:
        return self._connection.retains

    def says_again(self, topic: str) -> bool:
        """Whether the broker has kept what was said there: it is told to whoever subscribes anew."""
        with self._bell:
            self.heard.pop(topic, None)
        self.listen([topic])
        return self.wait_for(topic, RETAINED_WITHIN_S) is not None

    def say(self, topic: str, payload: bytes) -> None:
        self._connection.publish(topic, payload, 1, True)

    def listen(self, topics: list[str]) -> None:
        self._connection.subscribe(topics)

    def wait_for(self, topic: str, within_s: float) -> float | None:
        """After how many seconds something was heard there; None where nothing was."""
        begun_s = self._clock.real_s()
        with self._bell:
            heard = self._bell.wait_for(lambda: topic in self.heard, within_s)
        return self._clock.real_s() - begun_s if heard else None


def look(config: Config, clock: Clock | None = None) -> Iterator[Finding]:
    """Asks each in turn; takes a few seconds at most."""
    clock = clock or RealClock()
    yield from broker_certificate.look(config.broker, clock)
    ear = _Ear(config, clock)
    try:
        why = ear.open()
        if why is None:
            yield from _broker(ear)
            yield from _pads(ear, config)
        else:
            yield _no_broker(why, config)
    finally:
        ear.close()
    yield panel(config)


def _no_broker(why: str, config: Config) -> Finding:
    remedy = "correct broker.url or start that broker" if config.broker.external else "`poultice up` starts it"
    return bad("broker", with_remedy(why, remedy))


def _broker(ear: _Ear) -> Iterator[Finding]:
    """Whether it lets us in, takes what we say, keeps it, and how fast."""
    ear.listen([PROBE])
    if not ear.retains:
        yield bad("broker", f"{ear.where} keeps nothing that is retained: set retain_available true in mosquitto.conf.")
        return
    ear.say(PROBE, SPOKEN)
    took_s = ear.wait_for(PROBE, RETAINED_WITHIN_S)
    kept = took_s is not None and ear.says_again(PROBE)
    ear.say(PROBE, b"")
    if took_s is not None and not kept:
        yield bad("broker", f"{ear.where} passes on, but keeps nothing that is retained: see its configuration.")
    elif took_s is None:
        yield bad(
            "broker",
            f"{ear.where} lets us in but passes nothing on: give this user the rights of a controller "
            "(poultice broker setup).",
        )
    else:
        words = f"{ear.where} lets us in and answers within {took_s * 1000:.0f} ms"
        yield good("broker", f"{words}.") if took_s < SLOW_S else warning("broker", f"{words}: look at its load.")


def _pads(ear: _Ear, config: Config) -> Iterator[Finding]:
    controller = ControllerTopics(config.controller.id)
    ear.listen([controller.availability, controller.info, controller.health])
    running = ear.wait_for(controller.availability, LISTEN_S) is not None
    if not running or ear.heard[controller.availability] != b"online":
        yield warning("controller", f"{config.controller.id} does not run: `poultice up` starts it.")
        return
    yield good("controller", f"{config.controller.id} runs.")
    ear.wait_for(controller.health, LISTEN_S)
    ear.wait_for(controller.info, SOON_S)
    info = _read(ControllerInfo, ear.heard.get(controller.info))
    named = [place.id for place in config.places if place.id is not None]
    pads = [PadTopics(name) for name in dict.fromkeys([*named, *(info.pads if info else ())])]
    announced = [home_assistant.topic(config, pad.pad) for pad in pads] if config.home_assistant.enabled else []
    ear.listen([topic for pad in pads for topic in (pad.availability, pad.info, pad.state, pad.health)] + announced)
    left_s = LISTEN_S
    for topic in [*announced, *(topic for pad in pads for topic in (pad.state, pad.health))]:
        took_s = ear.wait_for(topic, left_s)
        left_s = max(0.05, left_s - (left_s if took_s is None else took_s))
    heard = dict(ear.heard)
    yield from controller_findings(_read(ControllerHealth, heard.get(controller.health)))
    for pad in pads:
        yield from pad_findings(pad.pad, heard)
        yield home_assistant.finding(config, pad.pad, heard)


def controller_findings(health: ControllerHealth | None) -> Iterator[Finding]:
    """Of what a controller says of itself: the loop, and what is wrong at its places."""
    if health is None:
        return
    words = f"99 of 100 turns are at most {health.loop_jitter_p99_s * 1000:.0f} ms late"
    late = health.loop_jitter_p99_s > JITTER_S
    yield warning("loop", f"{words}: end what else runs here.") if late else good("loop", f"{words}.")
    for problem in health.problems:
        yield bad("place", problem.text)


def pad_findings(name: str, heard: Mapping[str, bytes]) -> Iterator[Finding]:
    """Of what was heard by topic: the board, its faults, the loop."""
    topics = PadTopics(name)
    state, info = _read(PadState, heard.get(topics.state)), _read(PadInfo, heard.get(topics.info))
    if heard.get(topics.availability) != b"online":
        why = state.reason.text if state else "nothing was heard of it"
        yield bad("board", f"{name} is offline: {why.rstrip('.')}. Look at its cable and its supply.")
    elif info is not None:
        kind = "simulated board" if info.simulated else "board"
        yield good("board", f"{name}: {kind} with firmware {info.firmware_version}, contract {info.contract_hash}.")
    for fault in state.faults if state else ():
        yield bad("board", f"{fault.sentence.rstrip('.')}: {fault.action}")
    health = _read(PadHealth, heard.get(topics.health))
    if health is not None and health.link_errors:
        yield warning("link", f"{name}: {health.link_errors} frames came damaged: look at the cable and its plugs.")


def _read(model: type[Kind], payload: bytes | None) -> Kind | None:
    try:
        return model.model_validate_json(payload) if payload else None
    except ValidationError:
        return None


def panel(config: Config) -> Finding:
    """Whether the page is served, and its panel hears the broker."""
    url = config.panel.here
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=PANEL_WITHIN_S) as answer:  # noqa: S310
            says = json.load(answer)
    except urllib.error.HTTPError as error:
        return bad("panel", f"Something else than the panel answers at {url} ({error.code}): set another panel.port.")
    except (OSError, ValueError):
        return warning("panel", f"Nobody serves the page at {url}: `poultice up` or `poultice panel` does.")
    if not isinstance(says, dict) or not says.get("broker_connected"):
        return bad(
            "panel", f"The panel at {url} does not hear the broker: compare its broker.url with the controller's."
        )
    return good("panel", f"The page is at {url}.")
