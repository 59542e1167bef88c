"""From a controller's connection to the broker until home automation knows all of a pad."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from brokers import BrokerProcess
from household import PAD, Process, write_configuration
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from poultice.mqtt.topics import ControllerTopics

from tests.bench.figures import Figure

LIMIT_S = 1.0
PATIENCE_S = 15.0
WANTED = "homeassistant/+/+/config"


def measure(progress: Callable[[str], None]) -> Iterator[Figure]:
    """The payload of the device form, which has all entities."""
    progress("discovery of a pad")
    with tempfile.TemporaryDirectory() as name, BrokerProcess("mosquitto", Path(name)) as broker:
        listener = _Listener(broker.port)
        file = write_configuration(Path(name), broker=f'url = "mqtt://127.0.0.1:{broker.port}"')
        with Process(Path(name), "controller", "--config", str(file)):
            found = listener.known.wait(PATIENCE_S)
        listener.close()
    seconds = listener.known_s - listener.online_s if found else PATIENCE_S
    yield Figure("discovery of a pad, after connect", seconds, "s", LIMIT_S, "" if found else "it never came")


class _Listener:
    """Hears when the controller is online, and when the pad's entities are told."""

    def __init__(self, port: int) -> None:
        self.known = threading.Event()
        self.online_s = self.known_s = 0.0
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.on_message = self._hear
        availability = ControllerTopics("house").availability
        self._client.on_connect = lambda client, *_: client.subscribe([(WANTED, 1), (availability, 1)])
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _hear(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        if message.payload == b"online":
            self.online_s = self.online_s or time.monotonic()
        elif PAD in message.topic and self.online_s and not self.known.is_set():
            self.known_s = time.monotonic()
            self.known.set()
