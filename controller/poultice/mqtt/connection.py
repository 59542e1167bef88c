"""One connection to the broker, kept for ever: MQTT 5 where the broker has it, else 3.1.1; a new client each time.

A new paho client for each connection, because a kept one would send again what was asked before the connection broke:
commands are never queued and replayed. One thread of ours runs paho's own loop functions; callbacks come from it.
`publish` and `subscribe` may be called from any thread.
"""

from __future__ import annotations

import contextlib
import logging
import select
import socket
import ssl
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum, auto
from secrets import SystemRandom
from typing import Any, Protocol

from paho.mqtt.client import MQTT_ERR_SUCCESS, Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from poultice.clock import Clock, RealClock
from poultice.mqtt import tls
from poultice.mqtt.envelope import PLAIN, Envelope

log = logging.getLogger(__name__)

CONNECT_TIMEOUT_S = 3.0
V5 = MQTTProtocolVersion.MQTTv5
V311 = MQTTProtocolVersion.MQTTv311
# amqtt refuses a plain CONNECT of protocol 5 at once, but misreads one with a last will and waits for the rest of it.
PATIENCE_S = {V5: 1.0, V311: 3.0}
KEEPALIVE_S = 5  # a frozen broker is noticed within twice this, a frozen client by the broker within 1.5 times
FIRST_DELAY_S = 0.2
LONGEST_DELAY_S = 2.0  # recovery within 5 s is promised; one client a household need not be shyer than this
PROTOCOL_NAMES = {V5: "5", V311: "3.1.1"}


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """Where the broker is and how it knows us."""

    host: str = "127.0.0.1"
    port: int = 1883
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False
    ca: str | None = None
    """A PEM file; where there is none, whom this computer believes."""

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Publication:
    """One message to send."""

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False


@dataclass(frozen=True, slots=True)
class Extras:
    """What MQTT 5 can say around a message that goes out; 3.1.1 leaves it away, and nothing may depend on it."""

    expiry_s: int | None = None
    correlation: bytes | None = None
    words: tuple[tuple[str, str], ...] = ()

    def properties(self) -> Properties:
        """As paho has it."""
        found = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
        found.ContentType = "application/json"
        if self.expiry_s is not None:
            found.MessageExpiryInterval = self.expiry_s
        if self.correlation is not None:
            found.CorrelationData = self.correlation
        if self.words:
            found.UserProperty = list(self.words)
        return found


class Listener(Protocol):
    """Who is told; every call comes from the connection's thread and must return soon."""

    def on_connected(self, protocol: str) -> None:
        """The broker let us in; subscribe now. `protocol` is "5" or "3.1.1"."""
        ...

    def on_disconnected(self, reason: str) -> None:
        """The connection ended, or cannot be made for a new `reason`: a sentence."""
        ...

    def on_message(self, topic: str, payload: bytes, retained: bool) -> None:
        """A message came in."""
        ...


class _End(Enum):
    """How an attempt ended."""

    UNREACHABLE = auto()
    NOT_LET_IN = auto()
    LOST = auto()


class Connection:
    """Connects for ever until stopped."""

    def __init__(
        self,
        address: BrokerAddress,
        client_id: str,
        listener: Listener,
        *,
        will: Publication | None = None,
        retain_as_published: bool = False,
        clock: Clock | None = None,
    ) -> None:
        self._address = address
        self._tls = tls.context(address.ca) if address.tls else None
        self._client_id = client_id
        self._listener = listener
        self._will = will
        self._retain_as_published = retain_as_published
        self._now_s = (clock or RealClock()).now_s
        self.retains = True  # as far as the broker says, which it does by MQTT 5
        self._client: Client | None = None  # set while the broker has let us in
        self._first = V5  # what is tried first: what worked last
        self._protocol = V5
        self._reason = ""
        self.envelope = PLAIN  # of the message that the listener is being told of
        self.envelope = PLAIN  # of the message that the listener is being told of
        self._farewell: tuple[Publication, ...] = ()
        self._leave_by_s = 0.0
        self._ending = threading.Event()
        self._wake_in, self._wake_out = socket.socketpair()
        for end in (self._wake_in, self._wake_out):
            end.setblocking(False)
        self._thread = threading.Thread(target=self._run, name=f"mqtt {client_id}", daemon=True)

    @property
    def connected(self) -> bool:
        """Whether the broker has let us in."""
        return self._client is not None

    def start(self) -> None:
        """Begins to connect, in its own thread."""
        self._thread.start()

    def stop(self, timeout_s: float, farewell: Iterable[Publication] = ()) -> None:
        """Sends `farewell`, says good-bye and ends the thread, within `timeout_s`."""
        self._farewell = tuple(farewell)
        self._leave_by_s = self._now_s() + timeout_s
        self._ending.set()
        self._wake()
        if self._thread.is_alive():
            self._thread.join(timeout_s + 0.1)

    def publish(
        self, topic: str, payload: bytes, qos: int = 0, retain: bool = False, extras: Extras | None = None
    ) -> bool:
        """Sends a message now or not at all; False where there is no connection."""
        client = self._client
        if client is None:
            return False
        properties = extras.properties() if extras is not None and client.protocol == V5 else None
        sent = client.publish(topic, payload, qos, retain, properties).rc == MQTT_ERR_SUCCESS
        self._wake()
        return sent

    def subscribe(self, topics: Iterable[str]) -> None:
        """Asks for topics, on this connection only; without one, nothing."""
        client = self._client
        wanted = [self._subscription(topic) for topic in topics]
        if client is not None and wanted:
            client.subscribe(wanted)
            self._wake()

    def _subscription(self, topic: str) -> Any:
        if self._protocol == V5:
            return topic, SubscribeOptions(qos=1, retainAsPublished=self._retain_as_published)
        return topic, 1

    def _run(self) -> None:
        delay_s = FIRST_DELAY_S
        while not self._ending.is_set():
            end = self._attempt(self._first)
            if end is _End.NOT_LET_IN:
                end = self._attempt(V311 if self._first == V5 else V5)
            delay_s = FIRST_DELAY_S if end is _End.LOST else min(delay_s * 2, LONGEST_DELAY_S)
            self._ending.wait(delay_s * SystemRandom().uniform(0.5, 1.0))

    def _attempt(self, protocol: MQTTProtocolVersion) -> _End:
        """Connects once and stays until the connection ends."""
        self._protocol = protocol
        client = self._new_client(protocol)
        try:
            # Without properties: amqtt cannot read any in a CONNECT and then does not even refuse protocol 5.
            client.connect(self._address.host, self._address.port, KEEPALIVE_S)
        except (OSError, ValueError) as error:
            self._tell(self._why_unreachable(error))
            return _End.UNREACHABLE
        let_in = False
        give_up_s = self._now_s() + PATIENCE_S[protocol]
        while client.socket() is not None and not self._ending.is_set():
            going = self._turn(client, 1.0 if let_in else 0.1)
            let_in = let_in or self._client is client
            if not going or (not let_in and self._now_s() > give_up_s):
                break
        return self._after(client, let_in)

    def _why_unreachable(self, error: OSError | ValueError) -> str:
        if self._address.tls and isinstance(error, (ssl.SSLError, ConnectionResetError)):
            return tls.sentence(str(self._address), error)
        return f"The broker at {self._address} cannot be reached: {getattr(error, 'strerror', None) or error}."

    def _after(self, client: Client, let_in: bool) -> _End:
        """Leaves in good order where we end it, closes what is left, and says what happened."""
        if self._ending.is_set():
            self._leave(client)
        self._client = None
        _close(client)
        if let_in and not self._ending.is_set():
            self._tell(f"The connection to the broker at {self._address} broke.")
        elif not let_in and not self._reason and self._protocol != self._first:
            self._tell(f"The broker at {self._address} takes the connection but does not answer.")
        return _End.LOST if let_in else _End.NOT_LET_IN

    def _leave(self, client: Client) -> None:
        if self._client is client:
            for message in self._farewell:
                client.publish(message.topic, message.payload, message.qos, message.retain)
        client.disconnect()
        while client.socket() is not None and self._now_s() < self._leave_by_s:
            if not self._turn(client, 0.05):
                break

    def _turn(self, client: Client, timeout_s: float) -> bool:
        """One turn of the loop: waits for bytes or something to send. A hostile broker ends the connection at most:
        False then."""
        sock: Any = client.socket()
        writes = [sock] if client.want_write() else []
        unread = self._tls is not None and sock.pending() > 0  # deciphered already: select() does not see it
        try:
            readable, writable, _ = select.select([sock, self._wake_in], writes, [], 0.0 if unread else timeout_s)
            if self._wake_in in readable:
                self._wake_in.recv(4096)
            if sock in readable or unread:
                client.loop_read()
            if sock in writable or client.want_write():
                client.loop_write()
            client.loop_misc()
        except Exception:  # whatever a broken packet does to the parser, the next connection starts anew
            log.exception("The connection to the broker is given up")
            return False
        return True

    def _wake(self) -> None:
        with contextlib.suppress(BlockingIOError):  # full: it is awake
            self._wake_out.send(b"!")

    def _new_client(self, protocol: MQTTProtocolVersion) -> Client:
        clean = None if protocol == V5 else True
        client = Client(
            CallbackAPIVersion.VERSION2, self._client_id, clean, protocol=protocol, reconnect_on_failure=False
        )
        client.connect_timeout = CONNECT_TIMEOUT_S
        client.max_inflight_messages_set(200)
        client.max_queued_messages_set(1000)
        if self._address.username is not None:
            client.username_pw_set(self._address.username, self._address.password)
        if self._tls is not None:
            client.tls_set_context(self._tls)
        if self._will is not None:
            client.will_set(self._will.topic, self._will.payload, self._will.qos, self._will.retain)
        client.on_connect = self._on_connect
        client.on_message = self._on_message
        client.on_socket_open = _no_delay
        client.on_socket_register_write = _nothing  # set, it keeps paho from writing in the publisher's thread
        return client

    def _on_connect(self, client: Client, _data: Any, _flags: Any, code: ReasonCode, properties: Any) -> None:
        if code.is_failure:
            if code != "Unsupported protocol version":
                self._tell(f"The broker at {self._address} refuses us: {code}.")
            return
        self._client = client
        self.retains = getattr(properties, "RetainAvailable", 1) != 0
        self._first = self._protocol
        self._reason = ""
        log.info("Connected to the broker at %s by MQTT %s", self._address, PROTOCOL_NAMES[self._protocol])
        self._listener.on_connected(PROTOCOL_NAMES[self._protocol])

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            log.warning("A message was dropped: its topic is not UTF-8")
            return
        self.envelope = _envelope(message.properties, self._now_s())
        self._listener.on_message(topic, bytes(message.payload), message.retain)

    def _tell(self, reason: str) -> None:
        """Says why there is no connection, once for each reason; whether to log it is the listener's to know."""
        if reason != self._reason:
            self._reason = reason
            self._listener.on_disconnected(reason)


def _envelope(properties: Any, now_s: float) -> Envelope:
    """What stands around a message."""
    if properties is None or properties.isEmpty():
        return PLAIN
    expiry_s = getattr(properties, "MessageExpiryInterval", None)
    return Envelope(
        getattr(properties, "ResponseTopic", None),
        getattr(properties, "CorrelationData", None),
        None if expiry_s is None else now_s + expiry_s,
    )


def _no_delay(_client: Client, _data: Any, sock: Any) -> None:
    """A STOP is small and alone: without this it may wait for the acknowledgement of the packet before it."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _nothing(_client: Client, _data: Any, _sock: Any) -> None:
    pass


def _close(client: Client) -> None:
    sock = client.socket()
    if sock is not None:
        sock.close()
