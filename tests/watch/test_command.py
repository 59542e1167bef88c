"""The command as a person runs it: without a broker, through a broker's end, narrowed, for scripts, ended by Ctrl-C."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from brokered import Stranger
from brokers import BrokerProcess
from household import Process, clean_environment, write_configuration
from poultice.mqtt.catalogue import topics

pytestmark = pytest.mark.broker
EXAMPLES = {topic.name: topic.example for topic in topics()}
STATE = "poultice/v1/pad/sofa/state"


def configured(directory: Path, port: int) -> list[str]:
    return ["--config", str(write_configuration(directory, broker=f'url = "mqtt://127.0.0.1:{port}"'))]


@pytest.mark.parametrize("more", [[], ["--json"], ["--pad", "sofa"]])
def test_without_a_broker_it_says_what_to_do(tmp_path: Path, more: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "poultice", "mqtt", "watch", *configured(tmp_path, 1), *more],
        capture_output=True, text=True, env=clean_environment(), timeout=30, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        "The broker at 127.0.0.1:1 cannot be reached: Connection refused. "
        "Start one with `poultice up`, or say in broker.url where it is.\n"
    )


def test_a_pad_that_cannot_be_is_refused(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "poultice", "mqtt", "watch", *configured(tmp_path, 1), "--pad", "a/#"],
        capture_output=True, text=True, env=clean_environment(), timeout=30, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "no pad's name" in done.stderr


def lines_until(process: Process, words: str) -> list[str]:
    """All lines up to one that has these words."""
    lines = []
    give_up_s = time.monotonic() + 20
    while not lines or words not in lines[-1]:
        assert time.monotonic() < give_up_s
        lines.append(process.line())
        assert lines[-1], f"it ended after {lines}: {process.complaints()}"
    return lines


@pytest.fixture(params=["mosquitto", "amqtt"])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BrokerProcess]:
    with BrokerProcess(request.param, tmp_path) as broker:
        yield broker


def test_it_shows_what_comes_and_finds_a_broker_again(tmp_path: Path, broker: BrokerProcess) -> None:
    with Process(tmp_path, "mqtt", "watch", *configured(tmp_path, broker.port), "--pad", "sofa") as watch:
        lines_until(watch, "connected, MQTT")
        stranger = Stranger(broker.address)
        stranger.publish(STATE, json.dumps(EXAMPLES[STATE]).encode(), retain=True)
        assert "holding 40 °C" in lines_until(watch, "sofa")[-1]
        stranger.publish("poultice/v1/pad/other/request/phone/stop", b"1")
        stranger.publish("poultice/v1/pad/sofa/request/phone/pause", b"{}")
        assert "phone pause" in lines_until(watch, "request")[-1]
        broker.kill()
        lines_until(watch, "broke")
        broker.start()
        lines_until(watch, "connected, MQTT")
        stranger.close()
        stranger = Stranger(broker.address)
        stranger.publish("poultice/v1/pad/sofa/request/automation/stop", b"1")
        lines_until(watch, "automation stop")
        stranger.close()
        code, took_s = watch.end(signal.SIGINT)
        assert (code, watch.complaints()) == (0, "")
        assert took_s < 3.0


def test_for_scripts_it_is_a_line_of_json_each(tmp_path: Path) -> None:
    with BrokerProcess("mosquitto", tmp_path) as broker:
        stranger = Stranger(broker.address)
        for topic, example in EXAMPLES.items():
            payload = example.encode() if isinstance(example, str) else json.dumps(example).encode()
            if topic.endswith(("/state", "/info", "/availability", "/health")):
                stranger.publish(topic, payload, retain=True)
        stranger._see_own()
        with Process(tmp_path, "mqtt", "watch", *configured(tmp_path, broker.port), "--json") as watch:
            seen = [json.loads(line) for line in (watch.line() for _ in range(6))]
            assert all(each["retained"] for each in seen)
            assert all(each["payload"] == EXAMPLES[each["topic"]] for each in seen)
            assert len({each["topic"] for each in seen}) == 6
            assert watch.end(signal.SIGINT)[0] == 0
        stranger.close()
