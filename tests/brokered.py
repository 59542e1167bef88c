"""A house in virtual time on a real broker: what it hears and says goes by real MQTT, its pad's seconds are its own.

with BrokeredHouse(tmp_path, broker.address) as house:
    house.until(lambda: house.state.armed)      # both pass: real time for the broker, virtual time for the pad
"""

from __future__ import annotations

import json
import queue
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from paho.mqtt.enums import MQTTProtocolVersion
from poultice.mqtt.bridge import Bridge
from poultice.mqtt.connection import BrokerAddress, Connection
from poultice.mqtt.envelope import PLAIN, Envelope
from poultice.mqtt.messages import PadEvent, PadHealth, PadInfo, PadState, PromptMessage, ReplyMessage, ResultMessage
from poultice.mqtt.topics import PadTopics
from poultice.therapy.limits import HostLimits
from poultice.therapy.state import Role, Verb

from tests.harness import PAD, WARM, MemoryBroker, VirtualHouse

WAIT_S = 15.0
PROTOCOLS = {"5": MQTTProtocolVersion.MQTTv5, "3.1.1": MQTTProtocolVersion.MQTTv311}


class Both(MemoryBroker):
    """Remembers what is said, and says it."""

    bridge: Bridge | None = None

    def announce(self, pad_id: str, info: PadInfo) -> None:
        super().announce(pad_id, info)
        if self.bridge is not None:
            self.bridge.announce(pad_id, info)

    def set_pad_online(self, pad_id: str, online: bool) -> None:
        super().set_pad_online(pad_id, online)
        if self.bridge is not None:
            self.bridge.set_pad_online(pad_id, online)

    def publish_state(self, pad_id: str, state: PadState) -> None:
        super().publish_state(pad_id, state)
        if self.bridge is not None:
            self.bridge.publish_state(pad_id, state)

    def publish_health(self, pad_id: str, health: PadHealth) -> None:
        super().publish_health(pad_id, health)
        if self.bridge is not None:
            self.bridge.publish_health(pad_id, health)

    def publish_event(self, pad_id: str, event: PadEvent) -> None:
        super().publish_event(pad_id, event)
        if self.bridge is not None:
            self.bridge.publish_event(pad_id, event)

    def publish_prompt(self, pad_id: str, prompt: PromptMessage) -> None:
        super().publish_prompt(pad_id, prompt)
        if self.bridge is not None:
            self.bridge.publish_prompt(pad_id, prompt)

    def reply(self, pad_id: str, role: Role, verb: Verb, message: ReplyMessage, envelope: Envelope = PLAIN) -> None:
        super().reply(pad_id, role, verb, message, envelope)
        if self.bridge is not None:
            self.bridge.reply(pad_id, role, verb, message, envelope)

    def result(self, pad_id: str, role: Role, what: str, message: ResultMessage, envelope: Envelope = PLAIN) -> None:
        super().result(pad_id, role, what, message, envelope)
        if self.bridge is not None:
            self.bridge.result(pad_id, role, what, message, envelope)


class BrokeredHouse(VirtualHouse):
    """`protocol` is tried first; with a broker that has only the other, that is spoken."""

    def __init__(
        self,
        directory: Path,
        address: BrokerAddress,
        *,
        protocol: str = "5",
        controller: str = "house",
        limits: HostLimits | None = None,
        programs: Iterable[str] = (WARM,),
    ) -> None:
        self.spoken = Both()
        super().__init__(directory, broker=self.spoken, limits=limits, programs=programs)
        self._made = (address, protocol, controller)
        self.accept_checklist()
        self.connect()

    def connect(self) -> None:
        """A bridge, as a controller has one from its beginning; its state is on the broker once this returns."""
        address, protocol, controller = self._made
        bridge = Bridge(address, controller, self.inbox.put)
        bridge._connection._first = PROTOCOLS[protocol]
        self.spoken.bridge = bridge
        bridge.announce(PAD, self.broker.infos[-1])
        bridge.set_pad_online(PAD, True)
        bridge.start()
        self.until(lambda: bridge.connected)
        self.live(0.2)

    def boot(self) -> None:
        """The controller's computer is switched off and on: nothing of the old process is left."""
        assert self.spoken.bridge is not None
        self.spoken.bridge.stop(1.0)
        self.spoken.bridge = None
        self.begin_controller()
        self.run(1.0)
        self.connect()

    @property
    def connected(self) -> bool:
        """Whether the broker has let it in."""
        return self.spoken.bridge is not None and self.spoken.bridge.connected

    def until(self, condition: Callable[[], Any], within_s: float = WAIT_S) -> None:
        """Lives on until something holds; fails after so many real seconds."""
        give_up_s = time.monotonic() + within_s
        while not condition():
            assert time.monotonic() < give_up_s, f"not within {within_s} s; the pad says: {self.state.reason.text}"
            self.turn()
            time.sleep(0.002)

    def live(self, real_s: float) -> None:
        """Lives on for so many real seconds; for the pad they are more."""
        end_s = time.monotonic() + real_s
        while time.monotonic() < end_s:
            self.turn()
            time.sleep(0.002)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.spoken.bridge is not None:
            self.spoken.bridge.stop(1.0)


class Stranger:
    """Another client of the broker: hears everything, keeps it, and writes whatever it is told."""

    def __init__(self, address: BrokerAddress, house: BrokeredHouse | None = None, name: str = "stranger") -> None:
        self.topics = PadTopics(PAD)
        self.heard: list[tuple[str, bytes, bool]] = []
        self._new: queue.SimpleQueue[tuple[str, bytes, bool]] = queue.SimpleQueue()
        self._connected = queue.SimpleQueue[str]()
        self._house = house
        self._ids = 0
        self.connection = Connection(address, f"{name}-{time.monotonic_ns()}", self)
        self.connection.start()
        self._connected.get(timeout=WAIT_S)
        self._see_own()

    def _see_own(self) -> None:
        """Until what is written is heard: amqtt may lose what comes just after a beginning."""
        for _ in range(30):
            self.connection.publish("poultice/v1/marker", b"?", 1)
            give_up_s = time.monotonic() + 0.5
            while time.monotonic() < give_up_s:
                if any(topic == "poultice/v1/marker" for topic, _, _ in self.look()):
                    return
                time.sleep(0.005)
        raise AssertionError("it never heard itself")

    def look(self) -> list[tuple[str, bytes, bool]]:
        """What came since the last look."""
        new = []
        while not self._new.empty():
            new.append(self._new.get())
        self.heard += new
        return new

    def publish(self, topic: str, payload: bytes, retain: bool = False) -> None:
        """At least once."""
        assert self.connection.publish(topic, payload, 1, retain)

    def ask(self, verb: str, role: str = "phone", *, epoch: str | None = None, **args: Any) -> dict[str, Any]:
        """Asks as the page does, by the state it hears; the answer, as it was heard."""
        assert self._house is not None
        self._ids += 1
        body = {"id": f"s{self._ids}", "epoch": epoch or self._house.state.epoch, "args": args}
        self.publish(self.topics.request(role, verb), json.dumps(body).encode())
        return self.answer(role, verb, body["id"])

    def answer(self, role: str, verb: str, asked: str) -> dict[str, Any]:
        """The answer to what was asked."""
        assert self._house is not None
        topic = self.topics.reply(role, verb)

        def found() -> list[dict[str, Any]]:
            self.look()
            replies = [json.loads(payload) for heard, payload, _ in self.heard if heard == topic]
            return [reply for reply in replies if reply["id"] == asked]

        self._house.until(found)
        return found()[-1]

    def close(self) -> None:
        self.connection.stop(1.0)

    def on_connected(self, protocol: str) -> None:
        self.connection.subscribe(["poultice/v1/#"])
        self._connected.put(protocol)

    def on_disconnected(self, reason: str) -> None:
        pass

    def on_message(self, topic: str, payload: bytes, retained: bool) -> None:
        self._new.put((topic, payload, retained))
