"""What the board does by itself, before anybody asks."""

from __future__ import annotations

import itertools
import time

import pytest
from board_host import BoardHost
from boards import Observation
from emulator import EmulatedBoard
from poultice.link import contract, facts


def is_dark(seen: Observation) -> bool:
    """No output that could warm or move anything is on."""
    pins = [*seen.everything["gate"], seen.enable, seen.rail_on, *seen.motor_pwm, *seen.heater_w, *seen.duty_permille]
    return not any(pins)


def test_starts_disarmed_with_every_output_low(board: EmulatedBoard, host: BoardHost) -> None:
    hello = host.hello()
    status = host.status()

    assert status.state == contract.DeviceState.IDLE
    assert status.armed_remaining_ms == 0
    assert hello.reset_cause == contract.ResetCause.POWER_ON
    seen = board.history()
    assert seen[0].board_s < 0.2
    assert all(map(is_dark, seen)), "an output was on since power-on"


def test_says_what_it_was_built_from(board: EmulatedBoard, host: BoardHost) -> None:
    hello = host.hello()

    assert hello.contract_version == contract.CONTRACT_VERSION
    assert hello.contract_hash == contract.CONTRACT_HASH
    assert hello.facts_hash == facts.FACTS_HASH
    assert bytes(hello.board_id) == b"EMULATED", "the first 8 bytes of the EEPROM"
    assert (hello.zone_count, hello.motor_count) == (contract.COUNT_ZONES, contract.COUNT_MOTORS)


def test_says_hello_and_status_unasked(board: EmulatedBoard) -> None:
    with BoardHost(board.port) as host:
        host.wait_for(contract.Hello)
        host.status()


def test_status_comes_ten_times_a_second(board: EmulatedBoard, host: BoardHost) -> None:
    host.status()
    begin_s = time.monotonic()
    time.sleep(2.0)

    uptimes = [status.uptime_ms for status in host.messages(contract.Status, begin_s)]
    assert len(uptimes) >= 15
    assert {late - early for early, late in itertools.pairwise(uptimes)} == {100}
    uptime_ms = host.status().uptime_ms
    late_ms = 1000 * board.observe().board_s - uptime_ms
    assert 0 <= late_ms <= 300, "its clock is right; the tests of itself and the cable take their time"


@pytest.mark.parametrize("temperature_c", [5.0, 42.0])
def test_status_tells_the_temperature_of_every_thermistor(temperature_c: float) -> None:
    with EmulatedBoard(temperature_c=temperature_c) as board, BoardHost(board.port) as host:
        status = host.wait_for(
            contract.Status, lambda status: set(status.sensor_trust) == {contract.SensorTrust.TRUSTED}
        )
        seen = board.observe()

    told = [centi_c / 100 for centi_c in (*status.sensor_temperature_centi_c, *status.witness_temperature_centi_c)]
    assert told == pytest.approx([*seen.sensor_c, *seen.everything["witness_c"]], abs=0.5)
    assert set(status.sensor_trust) | set(status.witness_trust) == {contract.SensorTrust.TRUSTED}
    assert status.rail_mv < 100, "the heaters' rail is dead while nobody asks for heat"
