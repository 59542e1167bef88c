"""`python -m tests.bench_mqtt.publisher PORT PADS SECONDS`: so many pads at one broker, a state each a second.

Each is a real message of a pad in a session. Prints `begun` once every pad is known, and `ended`. A state's epoch is
the instant of its publication, ns of CLOCK_MONOTONIC, which another process can compare with its own.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from pathlib import Path

from poultice.mqtt.connection import BrokerAddress, Connection, Publication
from poultice.mqtt.messages import ControllerInfo, PadHealth, PadInfo, PadState
from poultice.mqtt.topics import ControllerTopics, PadTopics

from tests.harness import VirtualHouse

CONTROLLER = "fleet"
UNCOUNTED = 1_000_000
SETTLE_S = 5.0  # a panel takes in who is there before anything is measured


def pad_name(number: int) -> str:
    """The id of one of them."""
    return f"pad-{number:03}"


class Publisher:
    """One client for all: what a broker and a panel see of it is the same."""

    def __init__(self, port: int, pads: int) -> None:
        self._topics = [PadTopics(pad_name(number)) for number in range(pads)]
        self._let_in = threading.Event()
        self._controller = ControllerTopics(CONTROLLER)
        will = Publication(self._controller.availability, b"offline", 1, True)
        self._connection = Connection(BrokerAddress("127.0.0.1", port), "fleet", self, will=will)
        self._connection.start()
        assert self._let_in.wait(10), "the broker does not answer"

    def on_connected(self, protocol: str) -> None:
        self._let_in.set()

    def on_disconnected(self, reason: str) -> None:
        sys.stderr.write(f"{reason}\n")

    def on_message(self, topic: str, payload: bytes, retained: bool) -> None:
        """Nothing is subscribed."""

    def introduce(self, info: PadInfo, health: PadHealth) -> None:
        """Everybody says who he is, as after a connection."""
        body = info.model_copy(update={"controller": CONTROLLER}).model_dump_json().encode()
        for topics in self._topics:
            self._connection.publish(topics.info, body, 1, True)
            self._connection.publish(topics.health, health.model_dump_json().encode(), 1, True)
            self._connection.publish(topics.availability, b"online", 1, True)
            time.sleep(0.01)
        own = ControllerInfo(version="0", host="here", pads=[pad_name(n) for n in range(len(self._topics))])
        self._connection.publish(self._controller.info, own.model_dump_json().encode(), 1, True)
        self._connection.publish(self._controller.availability, b"online", 1, True)

    def play(self, state: PadState, seconds: float, first: int = 0) -> None:
        """A state each a second, one pad after the other, numbered from `first`."""
        gap_s = 1.0 / len(self._topics)
        due_s = time.monotonic()
        for number in range(first, first + round(seconds)):
            for topics in self._topics:
                said = state.model_copy(update={"seq": number, "epoch": str(time.monotonic_ns())})
                self._connection.publish(topics.state, said.model_dump_json().encode(), 0, True)
                due_s += gap_s
                time.sleep(max(0.0, due_s - time.monotonic()))

    def close(self) -> None:
        self._connection.stop(1.0)


def say(word: str) -> None:
    """To whoever watches, at once."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main() -> None:
    port, pads, seconds = (int(word) for word in sys.argv[1:4])
    with tempfile.TemporaryDirectory() as directory:
        house = VirtualHouse(Path(directory))
        house.start()
        house.run(6.0)
    publisher = Publisher(port, pads)
    publisher.introduce(house.broker.infos[-1], house.broker.healths[-1])
    publisher.play(house.state, SETTLE_S, UNCOUNTED)
    say("begun")
    publisher.play(house.state, seconds)
    say("ended")
    time.sleep(1.0)
    publisher.close()


if __name__ == "__main__":
    main()
