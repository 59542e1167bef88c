"""The connection against brokers that misbehave: silent, hostile, refusing, frozen, gone."""

from __future__ import annotations

import contextlib
import logging
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from poultice.mqtt.connection import BrokerAddress, Connection, Publication

pytestmark = pytest.mark.broker
CONNACK_5 = b"\x20\x03\x00\x00\x00"
CONNACK_311 = b"\x20\x02\x00\x00"
NOT_AUTHORISED_5 = b"\x20\x03\x00\x87\x00"
NOT_AUTHORISED_311 = b"\x20\x02\x00\x05"


class Listener:
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
        self.messages: queue.SimpleQueue[tuple[str, bytes]] = queue.SimpleQueue()

    def on_connected(self, protocol: str) -> None:
        self.told.put(("connected", protocol))

    def on_disconnected(self, reason: str) -> None:
        self.told.put(("disconnected", reason))

    def on_message(self, topic: str, payload: bytes, retained: bool) -> None:
        self.messages.put((topic, payload))


class Impostor:
    """Listens like a broker and answers each CONNECT by `answer(protocol level)`."""

    def __init__(self, answer: Callable[[int], bytes | None]) -> None:
        self._answer = answer
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = BrokerAddress("127.0.0.1", self._listening.getsockname()[1])
        self.levels: list[int] = []
        self._kept: list[socket.socket] = []
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                sock, _ = self._listening.accept()
                self._kept.append(sock)
                head = sock.recv(2048)
                self.levels.append(head[head.index(b"MQTT") + 4])
                answer = self._answer(self.levels[-1])
                if answer is None:
                    sock.close()
                else:
                    sock.sendall(answer)

    def close(self) -> None:
        for sock in (self._listening, *self._kept):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()


@pytest.fixture
def impostor() -> Iterator[Callable[[Callable[[int], bytes | None]], Impostor]]:
    made: list[Impostor] = []

    def new(answer: Callable[[int], bytes | None]) -> Impostor:
        made.append(Impostor(answer))
        return made[-1]

    yield new
    for one in made:
        one.close()


@pytest.fixture
def connect() -> Iterator[Callable[[BrokerAddress], tuple[Connection, Listener]]]:
    made: list[Connection] = []

    def new(address: BrokerAddress) -> tuple[Connection, Listener]:
        listener = Listener()
        made.append(Connection(address, "client", listener, will=Publication("will", b"x", 1, True)))
        made[-1].start()
        return made[-1], listener

    yield new
    for connection in made:
        began_s = time.monotonic()
        connection.stop(0.5)
        assert time.monotonic() - began_s < 2.0


def test_a_refusal_is_told_in_one_sentence_and_both_protocols_are_tried(impostor, connect):
    strict = impostor(lambda level: NOT_AUTHORISED_5 if level == 5 else NOT_AUTHORISED_311)
    connection, listener = connect(strict.address)
    assert listener.told.get(timeout=5) == (
        "disconnected",
        f"The broker at {strict.address} refuses us: Not authorized.",
    )
    deadline = time.monotonic() + 5
    while len(strict.levels) < 4 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert strict.levels[:4] == [5, 4, 5, 4]
    assert listener.told.empty(), "the same reason is told once"
    assert not connection.connected


def test_a_broker_that_hangs_up_on_protocol_5_gets_3_1_1(impostor, connect):
    old = impostor(lambda level: None if level == 5 else CONNACK_311)
    _, listener = connect(old.address)
    assert listener.told.get(timeout=5) == ("connected", "3.1.1")


@pytest.mark.slow
def test_a_silent_broker_is_told_and_given_up(impostor, connect):
    silent = impostor(lambda level: b"")
    _, listener = connect(silent.address)
    assert listener.told.get(timeout=8) == (
        "disconnected",
        f"The broker at {silent.address} takes the connection but does not answer.",
    )


def test_a_connection_that_breaks_is_made_again_and_what_worked_is_tried_first(impostor, connect):
    answers = iter([None, CONNACK_311, CONNACK_311])
    moody = impostor(lambda level: next(answers, None))
    _, listener = connect(moody.address)
    assert listener.told.get(timeout=5) == ("connected", "3.1.1")
    moody._kept[1].close()
    assert listener.told.get(timeout=5)[0] == "disconnected"
    assert listener.told.get(timeout=5) == ("connected", "3.1.1")
    assert moody.levels == [5, 4, 4]


@pytest.mark.parametrize(
    "garbage",
    [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\x00" * 64,
        b"\xff" * 64,
        CONNACK_5 + b"\x30\x02\x00\x09",  # a PUBLISH whose topic is longer than itself
        CONNACK_5 + b"\x30\x07\x00\x02\xff\xfe\x00ab",  # a topic that is not UTF-8
        CONNACK_5 + b"\x32\x04\x00\x01a\x00",  # a PUBLISH that ends within its id
        CONNACK_5 + b"\x30\xff\xff\xff\xff\x7f",  # a length that is none
        CONNACK_5 + b"\x90\x01\x00",  # a SUBACK cut short
        CONNACK_5 + b"\xf0\x00",  # AUTH, never asked for
        b"\x20\x00",
        b"\x20\x03\x00\x00\x7f",
    ],
    ids=lambda garbage: garbage[-8:].hex(),
)
def test_garbage_ends_the_connection_at_most(impostor, connect, garbage, caplog):
    caplog.set_level(logging.CRITICAL, "poultice.mqtt.connection")
    nasty = impostor(lambda level: garbage)
    connection, _ = connect(nasty.address)
    deadline = time.monotonic() + 10
    while len(nasty.levels) < 2 and not connection.connected and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(nasty.levels) >= 2 or connection.connected
    assert connection._thread.is_alive()


def test_what_was_said_without_a_connection_is_never_sent(mortal_broker, connect, watch):
    connection, listener = connect(mortal_broker.address)
    assert listener.told.get(timeout=5)[0] == "connected"
    mortal_broker.kill()
    assert listener.told.get(timeout=5)[0] == "disconnected"
    assert connection.publish("poultice/v1/late", b"1", 1) is False
    mortal_broker.start()
    watcher = watch(mortal_broker)
    while listener.told.get(timeout=10)[0] != "connected":
        pass
    assert connection.publish("poultice/v1/now", b"2", 1)
    seen = []
    while not seen or seen[-1] != "poultice/v1/now":
        seen.append(watcher.seen.get(timeout=5)[0])
    assert "poultice/v1/late" not in seen


@pytest.mark.realtime
def test_stopping_takes_no_longer_than_said_though_the_broker_is_frozen(mortal_broker, connect):
    connection, listener = connect(mortal_broker.address)
    assert listener.told.get(timeout=5)[0] == "connected"
    mortal_broker.freeze(True)
    began_s = time.monotonic()
    connection.stop(0.5, [Publication("farewell", b"x" * 2_000_000, 1, True)])
    assert time.monotonic() - began_s < 1.0
    assert not connection._thread.is_alive()
    mortal_broker.freeze(False)


@pytest.mark.realtime
def test_stopping_what_never_connected_is_quick(connect):
    with socket.create_server(("127.0.0.1", 0)) as unheard:
        connection, _ = connect(BrokerAddress("127.0.0.1", unheard.getsockname()[1]))
        time.sleep(0.1)
        began_s = time.monotonic()
        connection.stop(0.5)
        assert time.monotonic() - began_s < 1.0


def test_many_threads_publish_and_nothing_is_torn(broker, connect, watch):
    watcher = watch(broker)
    connection, listener = connect(broker.address)
    assert listener.told.get(timeout=5)[0] == "connected"
    payloads = [bytes([97 + n]) * 3000 for n in range(4)]

    def publish(payload: bytes) -> None:
        for _ in range(50):
            connection.publish("poultice/v1/torn", payload, 1)

    threads = [threading.Thread(target=publish, args=(payload,)) for payload in payloads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    seen = [watcher.wait_for("poultice/v1/torn")[0] for _ in range(200)]
    assert sorted(seen) == sorted(payloads * 50)
