"""The chip's tests of itself: what they find, and what becomes of heat meanwhile. Times are the board's own."""

from __future__ import annotations

import time

import pytest
from board_host import BoardHost, heat
from boards import Observation
from emulator import EmulatedBoard
from poultice.link import contract

WRITTEN_S = 0.3  # a record has 28 bytes of 4 ms each
ALL_TESTS = sum(1 << test for test in contract.SelfTest)


def off(seen: Observation) -> bool:
    """No switch is driven and nothing flows."""
    return not any(seen.everything["gate"]) and not any(seen.heater_w)


def heating(board: EmulatedBoard, host: BoardHost) -> Observation:
    """Both zones heat; the moment at which that was seen."""
    host.wish(heat((30, 30)))
    board.wait_for(lambda seen: all(seen.heater_w), timeout_s=5)
    return board.observe()


def latched(host: BoardHost, fault: contract.Fault, timeout_s: float) -> contract.Status:
    """The first STATUS with that fault latched."""
    return host.wait_for(contract.Status, lambda status: bool(status.latched_faults & 1 << fault - 1), timeout_s)


def test_everything_passes_at_power_on(host: BoardHost) -> None:
    hello = host.hello()

    assert hello.self_tests == ALL_TESTS
    assert hello.reset_cause == contract.ResetCause.POWER_ON, "the watchdog's trial bite is no cause"


def test_a_byte_of_the_program_that_changes_locks_for_good(board: EmulatedBoard, armed: BoardHost) -> None:
    before = heating(board, armed)
    board.fault("flash-flip", at="heater_power_deci_w", byte=2, bit=0)
    status = latched(armed, contract.Fault.FLASH_CHANGED, 15)

    assert status.state == contract.DeviceState.LATCHED_C
    ended = board.wait_for(off, 2)
    assert ended.board_s - before.board_s <= 12, "two rounds of the flash, 60 s allowed"
    board.clear("flash-flip")
    armed.wish(None)
    board.wait_for(lambda seen: seen.board_s - ended.board_s > WRITTEN_S, timeout_s=20)
    board.power(0.2)
    assert latched(armed, contract.Fault.FLASH_CHANGED, 3).state == contract.DeviceState.LATCHED_C, "kept in EEPROM"
    board.jumper(True)
    board.power(0.2)
    armed.wait_for(contract.Status, lambda status: status.uptime_ms > 400 and status.uptime_ms < 1000, 3)
    board.press(2.5)
    cleared = armed.wait_for(contract.Status, lambda status: status.latched_faults == 0, 5)
    assert cleared.state == contract.DeviceState.IDLE, "the service jumper lets the long press clear it"


@pytest.mark.parametrize("task", ["adc_take", "uart_take", "device_step", "window_lend", "self_test_go_on"])
def test_a_task_that_is_left_out_costs_the_rail_and_a_reset(board: EmulatedBoard, armed: BoardHost, task: str) -> None:
    before = heating(board, armed)
    board.fault("skipped-task", at=task)
    rail_gone = board.wait_for(lambda seen: not seen.rail_on, timeout_s=2, since_s=before.time_monotonic_s)

    assert rail_gone.board_s - before.board_s <= 0.2, "100 ms, and the way of the line that leaves it out"
    board.wait_for(lambda seen: seen.board_s - before.board_s > 0.5, timeout_s=3)
    board.clear("skipped-task")
    armed.wait_for(contract.Status, timeout_s=3)
    assert armed.hello().reset_cause == contract.ResetCause.WATCHDOG
    assert off(board.observe())


@pytest.mark.parametrize("factor", [0.5, 0.7, 1.5, 2.0])
def test_a_crystal_that_runs_wrong_locks_within_10_s(board: EmulatedBoard, armed: BoardHost, factor: float) -> None:
    before = heating(board, armed)
    board.fault("clock-scale", factor=factor)
    board.wait_for(lambda seen: seen.board_s - before.board_s > 1.0, timeout_s=5)
    board.clear("clock-scale")  # at a wrong speed nobody understands what it says

    assert latched(armed, contract.Fault.CLOCK_WRONG, 3).state == contract.DeviceState.LATCHED_B
    assert off(board.observe())


def test_a_stack_that_reaches_the_variables_ends_in_a_reset(board: EmulatedBoard, armed: BoardHost) -> None:
    before = heating(board, armed)
    board.fault("deep-stack")
    ended = board.wait_for(off, timeout_s=2, since_s=before.time_monotonic_s)

    assert ended.board_s - before.board_s <= 0.1 + 0.05, "and the way of the line"
    armed.wait_for(contract.Status, lambda status: status.uptime_ms < 1000, timeout_s=3)
    assert armed.hello().reset_cause == contract.ResetCause.WATCHDOG


@pytest.mark.parametrize("after", [1, 9, 27])
def test_a_power_cut_while_it_writes_loses_nothing(board: EmulatedBoard, host: BoardHost, after: int) -> None:
    board.fault("eeprom-cut", after=after)
    board.press(0.3)  # arming is kept at once, so that a boot knows of an unclean end
    board.wait_for(lambda seen: seen.everything["rail_v"] == 0.0, timeout_s=3)
    host.wait_for(contract.Status, lambda status: status.uptime_ms < 1000, timeout_s=3)

    hello = host.hello()
    assert hello.reset_cause == contract.ResetCause.POWER_ON
    assert hello.self_tests == ALL_TESTS
    assert host.status().latched_faults == 0
    assert host.status().state == contract.DeviceState.IDLE


def test_each_arming_provokes_the_trip_of_one_zone_in_turn(board: EmulatedBoard, host: BoardHost) -> None:
    provoked = []
    for _ in range(2):
        since = board.observe()
        board.press(0.4)
        host.wait_for(contract.Status, lambda status: status.state == contract.DeviceState.ARMED)
        seen = board.history(since.time_monotonic_s)
        assert any(each.everything["tripped"] for each in seen)
        assert not seen[-1].everything["tripped"], "the release reset it"
        provoked.append({each.everything["trip_test"] for each in seen} - {0})
        host.stop()
        host.wait_for(contract.Status, lambda status: status.state == contract.DeviceState.IDLE)

    assert sorted(provoked, key=min) == [{1}, {2}]


def test_a_dead_trip_allows_no_arming(board: EmulatedBoard, host: BoardHost) -> None:
    board.fault("dead-trip")
    board.press(0.4)
    refused = host.wait_for(contract.Event, lambda event: event.kind == contract.EventKind.REFUSED)

    assert refused.detail == contract.Refusal.TRIP_TEST_FAILED
    assert host.status().state == contract.DeviceState.IDLE


def test_a_supply_that_breaks_down_resets_into_safety(board: EmulatedBoard, armed: BoardHost) -> None:
    heating(board, armed)
    board.fault("supply-dip", percent=20)
    dark = board.wait_for(off, timeout_s=1)
    board.clear("supply-dip")
    armed.wait_for(contract.Status, lambda status: status.uptime_ms < 1000, timeout_s=3)

    assert armed.hello().reset_cause == contract.ResetCause.BROWN_OUT
    assert all(off(seen) for seen in board.history(dark.time_monotonic_s))


@pytest.mark.parametrize("byte", [0, 1, 25, 26], ids=["mark", "flags", "checksum, low", "checksum, high"])
def test_a_cell_that_does_not_take_what_is_written_fails_the_record(
    board: EmulatedBoard, host: BoardHost, byte: int
) -> None:
    """The mark is written last: it alone makes a record whole."""
    board.fault("eeprom-worn", byte=byte)
    for _ in range(3):  # where a cell happens to hold what is written, the next record shows it
        board.press(0.3)  # arms, and that is written down
        time.sleep(0.5 + WRITTEN_S)
        host.stop()
        time.sleep(WRITTEN_S)
    assert not host.hello().self_tests & 1 << contract.SelfTest.RECORD
    board.press(0.3)
    refused = host.wait_for(contract.Event, lambda event: event.kind == contract.EventKind.REFUSED)
    assert refused.detail == contract.Refusal.SELF_TEST_FAILED


def test_a_hang_while_the_trip_is_provoked_is_no_proof_of_heat(board: EmulatedBoard, host: BoardHost) -> None:
    """The line that provokes it stays as it is until the watchdog bites, and the button is long released: what the
    latch says then is not believed before it has let go once."""
    board.fault("dead-trip")  # so that it is provoked for long enough
    board.press(0.15)
    board.wait_for(lambda seen: seen.everything["trip_test"] != 0, 2.0)
    board.fault("hung-loop")
    board.clear("dead-trip")
    board.wait_for(lambda seen: seen.everything["tripped"] and seen.everything["trip_test"] == 0, 2.0)
    board.clear("hung-loop")
    host.wait_for(contract.Status, lambda status: status.uptime_ms > 1000, 5.0)
    assert host.hello().reset_cause == contract.ResetCause.WATCHDOG
    assert board.observe().everything["tripped"], "the hardware's own latch does not forget"
    assert host.status().latched_faults & 1 << contract.Fault.HARDWARE_TRIP - 1 == 0
    board.press(0.3)  # its release lets go
    board.wait_for(lambda seen: not seen.everything["tripped"], 3.0)
    time.sleep(0.5)
    board.press(0.3)
    host.wait_for(contract.Status, lambda status: status.state == contract.DeviceState.ARMED, 5.0)
    board.fault("false-trip", zone="lumbar")
    latched(host, contract.Fault.HARDWARE_TRIP, 3.0)
