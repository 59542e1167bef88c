"""100,000 hostile messages at a controller with a pad: no exception, no heat, no memory."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
from brokers import BrokerProcess
from household import PAD, Process, Talker, write_configuration
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion
from poultice.mqtt.topics import ControllerTopics

from tests.bench.figures import Figure
from tests.hostile import Message, hostile

MESSAGES = 100_000
BATCH = 500
GROWTH_LIMIT_MB = 20.0
JITTER_LIMIT_MS = 50.0  # a turn of the loop: no demand is left out


def measure(progress: Callable[[str], None]) -> Iterator[Figure]:
    """A flood as fast as the broker takes it."""
    with tempfile.TemporaryDirectory() as name, BrokerProcess("mosquitto", Path(name)) as broker:
        file = write_configuration(Path(name), broker=f'url = "mqtt://127.0.0.1:{broker.port}"')
        with Process(Path(name), "controller", "--config", str(file)) as controller, Talker(broker.port) as talker:
            talker.wait(lambda: talker.state.get("phase") == "idle")
            process = psutil.Process(controller.pid)
            _flood(broker.port, MESSAGES // 10, 1, progress)  # what is made once is no growth
            before_mb = process.memory_info().rss / 1e6
            began_s = time.monotonic()
            _flood(broker.port, MESSAGES, 2, progress)
            took_s = time.monotonic() - began_s
            talker.last.clear()
            talker.wait(lambda: talker.state.get("seq") is not None)
            state, (late_s, busy_s) = talker.state, _pace(talker)
            grown_mb = process.memory_info().rss / 1e6 - before_mb
            words = [line for line in controller.complaints().splitlines() if "Traceback" in line or "Error" in line]
    off = state["outputs_off"] and not state["armed"] and state["session"] is None
    yield Figure(f"tracebacks by {MESSAGES:,} hostile messages", float(len(words)), "", 0.0, f"within {took_s:.0f} s")
    yield Figure("pads that they switched on", 0.0 if off else 1.0, "", 0.0)
    yield Figure("memory that they cost", grown_mb, "MB", GROWTH_LIMIT_MB)
    note = "of the minute that ended with them; a demand is due each 50, and the board waits for 1500"
    yield Figure("loop jitter p99 meanwhile", 1000 * late_s, "ms", JITTER_LIMIT_MS, note)
    yield Figure("of it its own work, p99", 1000 * busy_s, "ms", None, "a round's longest turn; the rest is waiting")


def _pace(talker: Talker) -> tuple[float, float]:
    """How late the loop was, and what its longest turns took of the processor, s."""
    topic = ControllerTopics("house").health
    talker.wait(lambda: topic in talker.last, 10)
    health = json.loads(talker.last[topic])
    return health["loop_jitter_p99_s"], health["loop_busy_p99_s"]


def _flood(port: int, count: int, seed: int, progress: Callable[[str], None]) -> None:
    client = Client(CallbackAPIVersion.VERSION2)
    client.max_queued_messages_set(0)
    client.max_inflight_messages_set(BATCH)
    client.connect("127.0.0.1", port)
    client.loop_start()
    sent = None
    for number, message in enumerate(filter(_can_be_sent, hostile(PAD, count, seed))):
        sent = client.publish(message.topic, message.payload, 1, message.retained)
        if number % BATCH == 0:
            progress(f"hostile messages: {number:,} of {count:,}")
            sent.wait_for_publish(30)
    if sent is not None:
        sent.wait_for_publish(30)
    client.disconnect()
    client.loop_stop()


def _can_be_sent(message: Message) -> bool:
    """Not to topics that no client and no broker would let through."""
    topic = message.topic
    return 0 < len(topic.encode(errors="replace")) < 65_000 and not set(topic) & set("+#\0$")
