"""The controller as a process: a serial port, a broker, signals; STOP is its last word and its quickest."""

from __future__ import annotations

import gzip
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.boards import BoardProcess, Observation
from tests.brokers import KINDS, BrokerProcess
from tests.household import PAD, Process, Talker, write_configuration

pytestmark = [pytest.mark.slow, pytest.mark.broker, pytest.mark.realtime]

PROGRAM = "lower-back-ease"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[BrokerProcess]:
    with BrokerProcess("mosquitto", tmp_path) as running:
        yield running


@pytest.fixture
def board() -> Iterator[BoardProcess]:
    with BoardProcess([sys.executable, "-m", "poultice.simulator"]) as running:
        yield running


def configuration(directory: Path, broker_port: int, port: str) -> str:
    return str(write_configuration(directory, broker=f'url = "mqtt://127.0.0.1:{broker_port}"', port=port))


@pytest.fixture
def controller(tmp_path: Path, broker: BrokerProcess, board: BoardProcess) -> Iterator[Process]:
    file = configuration(tmp_path, broker.port, board.port)
    with Process(tmp_path, "controller", "--config", file) as running:
        yield running


@pytest.fixture
def talker(broker: BrokerProcess) -> Iterator[Talker]:
    with Talker(broker.port) as talking:
        yield talking


def heats(seen: Observation) -> bool:
    return any(seen.duty_permille)


def off(seen: Observation) -> bool:
    return not any(seen.duty_permille) and not any(seen.motor_pwm)


def test_a_session_over_a_serial_port_and_its_end_by_stop(
    controller: Process, board: BoardProcess, talker: Talker
) -> None:
    talker.start(PROGRAM, board.press)
    board.wait_for(heats, 5)
    talker.wait(lambda: talker.state["zones"]["lumbar"]["watts"] > 0)
    sent_s = time.monotonic()
    assert talker.request("stop")["status"] == "accepted"
    seen = board.wait_for(off, 2, since_s=sent_s)
    assert seen.time_monotonic_s - sent_s <= 0.2
    talker.wait(lambda: talker.state["outputs_off"], 1)
    assert not talker.state["armed"]
    assert controller.running


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_told_to_end_it_stops_the_heat_first(
    controller: Process, board: BoardProcess, talker: Talker, number: signal.Signals
) -> None:
    talker.start(PROGRAM, board.press)
    board.wait_for(heats, 5)
    asked_s = time.monotonic()
    code, took_s = controller.end(number)
    assert code == 0, controller.complaints()
    assert took_s <= 1.0
    seen = board.wait_for(off, 2, since_s=asked_s)
    assert seen.time_monotonic_s - asked_s <= 0.3, "by STOP, long before the lease"
    assert board.observe().armed is False
    for topic in (talker.topics.availability, "poultice/v1/controller/house/availability"):
        talker.wait(lambda topic=topic: talker.last.get(topic) == b"offline", 2)


def test_killed_or_frozen_heat_ends_by_itself(controller: Process, board: BoardProcess, talker: Talker) -> None:
    talker.start(PROGRAM, board.press)
    board.wait_for(heats, 5)
    frozen_s = time.monotonic()
    controller.send(signal.SIGSTOP)
    try:
        seen = board.wait_for(off, 3, since_s=frozen_s + 0.2)
        assert seen.time_monotonic_s - frozen_s <= 1.6
    finally:
        controller.send(signal.SIGCONT)
    talker.wait(lambda: talker.state["session"] is None, 5)
    time.sleep(0.5)
    assert off(board.observe()), "thawed, it does not go on"


def test_a_cable_pulled_out_and_plugged_back_in(tmp_path: Path, broker: BrokerProcess, talker: Talker) -> None:
    cable = tmp_path / "cable"
    simulator = [sys.executable, "-m", "poultice.simulator"]
    file = configuration(tmp_path, broker.port, str(cable))
    with Process(tmp_path, "controller", "--config", file) as controller:
        with BoardProcess(simulator) as board:
            cable.symlink_to(board.port)
            talker.start(PROGRAM, board.press)
            board.wait_for(heats, 5)
            cable.unlink()
        talker.wait(lambda: talker.state["phase"] == "offline", 3)
        assert talker.state["session"] is None
        talker.wait(lambda: talker.last.get(talker.topics.availability) == b"offline", 1)
        with BoardProcess(simulator) as board:
            cable.symlink_to(board.port)
            assert talker.wait(lambda: talker.state["phase"] == "idle", 6) <= 5.0
            assert off(board.observe())
        assert controller.running


def test_a_port_that_is_not_there_is_said_on_the_page(tmp_path: Path, broker: BrokerProcess, talker: Talker) -> None:
    file = configuration(tmp_path, broker.port, str(tmp_path / "ttyUSB9"))
    with Process(tmp_path, "controller", "--config", file):
        talker.wait(lambda: "ttyUSB9" in talker.state.get("reason", {}).get("text", ""), 10)
        assert talker.state["phase"] == "offline"
        talker.wait(lambda: talker.last.get(talker.topics.availability) == b"offline", 1)


@pytest.mark.parametrize("kind", KINDS)
def test_it_does_not_wait_for_a_broker_and_finds_it_later(tmp_path: Path, board: BoardProcess, kind: str) -> None:
    broker = BrokerProcess(kind, tmp_path)
    file = configuration(tmp_path, broker.port, board.port)
    with Process(tmp_path, "controller", "--config", file) as controller:
        assert "Controller house: board at" in controller.line()
        time.sleep(1.0)  # HELLO and STOP, after which the button counts
        board.press(0.5)
        board.wait_for(lambda seen: seen.armed is True, 5)
        with broker, Talker(broker.port) as talker:
            talker.wait(lambda: talker.state.get("armed") is True, 6)
            assert "cannot be reached" in controller.complaints()


def test_without_any_port_it_is_a_simulated_pad(tmp_path: Path, broker: BrokerProcess, talker: Talker) -> None:
    file = configuration(tmp_path, broker.port, "simulated")
    with Process(tmp_path, "controller", "--config", file, "--speed", "20", "--fault", "open-ntc@30s") as controller:
        assert "simulated pad" in controller.line()
        talker.wait(lambda: talker.state.get("phase") == "idle")
        talker.wait(lambda: [fault["name"] for fault in talker.state["faults"]] == ["sensor_open"], 10)
        assert talker.state["phase"] == "faulted"
        assert controller.end()[0] == 0


def test_the_journal_and_the_settings_are_where_the_configuration_says(
    tmp_path: Path, broker: BrokerProcess, talker: Talker
) -> None:
    file = configuration(tmp_path, broker.port, "simulated")
    with Process(tmp_path, "controller", "--config", file) as controller:
        talker.wait(lambda: talker.state.get("phase") == "idle")
        assert talker.query("settings", op="set", checklist_accepted=True)["status"] == "ok"
        assert controller.end()[0] == 0
    journal = gzip.decompress((tmp_path / "data" / "journal.jsonl.gz").read_bytes()).decode()
    assert [word in journal for word in ('"kind":"begun"', '"kind":"query"', '"kind":"ended"')] == [True] * 3
    assert f'"{PAD}"' in (tmp_path / "data" / "settings.json").read_text()
