"""The controller's end of MQTT: puts what comes in into one inbox, and publishes what the main thread says.

`deliver` is called from the connection's thread and must only put into a queue; everything else is called from the main
thread. After `Connected` the main thread renews the epoch and publishes every pad's state; availability and info are
repeated here by themselves. What is published without a connection is lost, except retained availability and info.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from poultice.mqtt.connection import BrokerAddress, Connection, Extras, Publication
from poultice.mqtt.envelope import PLAIN, Envelope
from poultice.mqtt.incoming import Born, Connected, Disconnected, Dropped, Incoming, RequestIn, read
from poultice.mqtt.messages import (
    ControllerHealth,
    ControllerInfo,
    Message,
    PadEvent,
    PadHealth,
    PadInfo,
    PadState,
    PromptMessage,
    ReplyMessage,
    ResultMessage,
)
from poultice.mqtt.topics import ControllerTopics, PadTopics, may_be_answered, parse
from poultice.therapy.state import Role, Verb

__all__ = ["Bridge", "BrokerAddress"]
log = logging.getLogger(__name__)

ONLINE = b"online"
OFFLINE = b"offline"
ANSWER_EXPIRY_S = 60  # with MQTT 5 a broker keeps an answer no longer for whoever is away
ANY_CONTROLLER = ControllerTopics("+")

Discover = Callable[[str, PadInfo], Iterable[tuple[str, bytes]]]


class Bridge:
    """One controller with its pads, on one broker."""

    def __init__(
        self,
        settings: BrokerAddress,
        controller_id: str,
        deliver: Callable[[Incoming], None],
        *,
        discover: Discover = lambda *_: (),
        birth: str | None = None,
    ) -> None:
        """`discover` says what home automation is to be told of a pad, retained, by topic; on the topic `birth` home
        automation says that it has begun."""
        self._discover = discover
        self._birth = birth
        self._topics = ControllerTopics(controller_id)
        self._deliver = deliver
        self._pads: dict[str, PadTopics] = {}
        self._kept: dict[str, bytes] = {}  # retained, repeated at every connection: a broker may forget
        self._dropped = 0
        self._ending = False
        # The id is always the same, so that a broker that still holds our last connection ends it, and sends its last
        # will, before it lets us in, not after.
        self._connection = Connection(
            settings,
            f"poultice-controller-{controller_id}",
            self,
            will=Publication(self._topics.availability, OFFLINE, 1, True),
            retain_as_published=True,
        )

    @property
    def connected(self) -> bool:
        """Whether the broker has let us in."""
        return self._connection.connected

    def start(self) -> None:
        """Begins to connect; returns at once."""
        self._connection.start()

    def stop(self, timeout_s: float) -> None:
        """Says offline for the controller and its pads, and ends, within `timeout_s`."""
        self._ending = True
        topics = [pad.availability for pad in self._pads.values()] + [self._topics.availability]
        self._connection.stop(timeout_s, [Publication(topic, OFFLINE, 1, True) for topic in topics])

    def announce(self, pad_id: str, info: PadInfo) -> None:
        """Makes a pad known, or says its info anew. It counts as offline until `set_pad_online`."""
        topics = self._pads.setdefault(pad_id, PadTopics(pad_id))
        if topics.availability not in self._kept:
            self._keep(topics.availability, OFFLINE)
        self._keep(topics.info, _json(info))
        for topic, payload in self._discover(pad_id, info):
            if self._kept.get(topic) != payload:
                self._keep(topic, payload)
        self._connection.subscribe(_wanted(topics))

    def listen(self, pad_id: str) -> None:
        """Hears what others say of a pad, and is asked for it; nothing is said."""
        self._connection.subscribe(_wanted(self._pads.setdefault(pad_id, PadTopics(pad_id))))

    def leave(self, pad_id: str) -> None:
        """Says no more of a pad, not even that it is offline: it is somebody else's now."""
        topics = self._pads.pop(pad_id, PadTopics(pad_id))
        for topic in list(self._kept):
            if topic.startswith(f"{topics.base}/") or f"/poultice-pad-{pad_id}/" in topic:  # home automation's, too
                self._kept.pop(topic, None)

    def set_pad_online(self, pad_id: str, online: bool) -> None:
        """Says whether the pad's board is there; repeated words are not sent again."""
        topic = PadTopics(pad_id).availability
        payload = ONLINE if online else OFFLINE
        if self._kept.get(topic) != payload:
            self._keep(topic, payload)

    def publish_controller_info(self, info: ControllerInfo) -> None:
        """Says what this controller is; retained."""
        self._keep(self._topics.info, _json(info))

    def publish_controller_health(self, health: ControllerHealth) -> None:
        """Says how well the loop does, and what is wrong; retained."""
        self._connection.publish(self._topics.health, _json(health), 0, True)

    def repeat(self) -> None:
        """Says once more all that is kept: somebody came who may not have heard it."""
        for topic, payload in list(self._kept.items()):
            self._connection.publish(topic, payload, 1, True)

    def publish_state(self, pad_id: str, state: PadState) -> None:
        """Says the whole truth of a pad; retained."""
        self._connection.publish(PadTopics(pad_id).state, _json(state), 0, True)

    def publish_health(self, pad_id: str, health: PadHealth) -> None:
        """Says how well loop and link do; retained."""
        self._connection.publish(PadTopics(pad_id).health, _json(health), 0, True)

    def publish_event(self, pad_id: str, event: PadEvent) -> None:
        """Says that something happened."""
        self._connection.publish(PadTopics(pad_id).event, _json(event), 1)

    def publish_prompt(self, pad_id: str, prompt: PromptMessage) -> None:
        """Says what the coach says; never retained."""
        self._connection.publish(PadTopics(pad_id).prompt, _json(prompt), 1)

    def reply(self, pad_id: str, role: Role, verb: Verb, message: ReplyMessage, envelope: Envelope = PLAIN) -> None:
        """Answers a request."""
        self._answer(PadTopics(pad_id).reply(role, verb), role, message, envelope)

    def result(self, pad_id: str, role: Role, what: str, message: ResultMessage, envelope: Envelope = PLAIN) -> None:
        """Answers a query."""
        self._answer(PadTopics(pad_id).result(role, what), role, message, envelope)

    def _answer(self, topic: str, role: Role, message: ReplyMessage | ResultMessage, envelope: Envelope) -> None:
        """On its topic, and where else MQTT 5 was asked to, if one may."""
        words = (("status", message.status), ("code", message.reason.code), ("reason", message.reason.text))
        extras = Extras(ANSWER_EXPIRY_S, envelope.correlation, words)
        elsewhere = envelope.response_topic
        for place in (topic, elsewhere):
            if place is not None and (place == topic or may_be_answered(place, role)):
                self._connection.publish(place, _json(message), 1, extras=extras)

    def _keep(self, topic: str, payload: bytes) -> None:
        self._kept[topic] = payload
        self._connection.publish(topic, payload, 1, True)

    # From here on, the connection's thread calls.

    def on_connected(self, protocol: str) -> None:
        """Tells the main thread first, so that no request comes in before it knows that all epochs are void."""
        self._deliver(Connected(protocol))
        # Before our own words replace it: what the controller said that had a pad before.
        self._connection.subscribe(
            [ANY_CONTROLLER.availability, ANY_CONTROLLER.info, *([self._birth] if self._birth else [])]
        )
        for topics in list(self._pads.values()):
            self._connection.subscribe(_wanted(topics))
        for topic, payload in [(self._topics.availability, ONLINE), *self._kept.items()]:
            self._connection.publish(topic, payload, 1, True)
            if not payload:  # taken back once; later it may be somebody else's
                self._kept.pop(topic, None)

    def on_disconnected(self, reason: str) -> None:
        """Passes it on."""
        log.warning("%s", reason)
        self._deliver(Disconnected(reason))

    def on_message(self, topic: str, payload: bytes, retained: bool) -> None:
        """Reads, delivers or drops; never raises."""
        if topic == self._topics.availability:
            self._insist(payload)
            return
        if topic == self._birth:
            if payload == ONLINE:
                self._deliver(Born())
            return
        parsed = parse(topic)
        if parsed is None or (parsed.kind == "pad" and parsed.id not in self._pads):
            return  # amqtt sends a new client the retained messages that others subscribed to
        incoming = read(topic, payload, retained, self._connection.envelope)
        if isinstance(incoming, Dropped):
            self._complain(topic, payload, incoming.why)
            return
        self._deliver(incoming)
        if isinstance(incoming, RequestIn) and incoming.retained:
            log.warning("A retained stop was obeyed and is cleared: %s", topic)
            self._connection.publish(topic, b"", 1, True)

    def _insist(self, payload: bytes) -> None:
        """Contradicts a last will of an earlier connection that the broker sends late."""
        if payload == OFFLINE and not self._ending:
            self._connection.publish(self._topics.availability, ONLINE, 1, True)

    def _complain(self, topic: str, payload: bytes, why: str) -> None:
        """Logs a dropped message; of a flood only the beginning and each thousandth."""
        self._dropped += bool(payload)
        if payload and (self._dropped <= 20 or self._dropped % 1000 == 0):
            log.warning("Message %d dropped on %.100r: %.200s", self._dropped, topic, why)


def _wanted(pad: PadTopics) -> list[str]:
    return [pad.request("+", "+"), pad.query("+", "+"), pad.simulated_button, pad.info, pad.health]


def _json(message: Message) -> bytes:
    return message.model_dump_json().encode()
