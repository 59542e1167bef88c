"""What the emulated board can be made to suffer: all that a simulated one can, by the same names, and what only a chip
can. What each does to heat is in tests/hazards; here is that it does it.
"""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from board_host import BoardHost, heat
from boards import BoardError
from emulator import HARNESS, EmulatedBoard
from poultice.link import contract
from poultice.simulator.faults import FaultName

Fault = contract.Fault
NO_CHIP_S = {
    FaultName.FAILED_SELF_TEST
}  # a chip tests itself: flash-flip, ram-flip, clock-scale and deep-stack fail it
RECORD_BYTE = 6  # of its latches


def named() -> set[str]:
    """In the table at the end of faults.c."""
    return set(re.findall(r'^    \{"([a-z-]+)", ', Path(HARNESS / "faults.c").read_text(), re.MULTILINE))


def seen(host: BoardHost, fault: contract.Fault, latched: bool = True, timeout_s: float = 5.0) -> contract.Status:
    def fits(status: contract.Status) -> bool:
        return bool((status.latched_faults if latched else status.faults) & 1 << fault - 1)

    return host.wait_for(contract.Status, fits, timeout_s)


def test_it_knows_every_name_of_the_simulated_board() -> None:
    assert set(FaultName) - NO_CHIP_S <= named()


def test_an_unknown_name_or_argument_is_refused(board: EmulatedBoard) -> None:
    for words in ("tired-cat", "open-ntc zone=neck", "skipped-task at=no_such_function", "flipped-bit bit=8"):
        board.fault(words)
        with pytest.raises(BoardError, match="write press S"):
            board.wait_for(lambda _: False, 2.0)


def test_flipped_bytes_are_dropped_frames(board: EmulatedBoard, armed: BoardHost) -> None:
    board.fault("flipped-bytes", rate=0.02, direction="down")
    armed.wish(heat((10, 10)))
    status = armed.wait_for(contract.Status, lambda status: status.frames_bad >= 3, timeout_s=10)
    assert status.demand_counter > 0
    assert armed.bad_frames <= 1, "up they are whole"


def test_a_flipped_bit_of_the_memory_locks_for_good(board: EmulatedBoard, armed: BoardHost) -> None:
    for attempt in range(12):  # one that turns over while a step computes is not seen
        board.fault("flipped-bit", byte=40, bit=1)
        time.sleep(0.2 + 0.007 * attempt)
        if armed.status().latched_faults:
            break
    assert seen(armed, Fault.RAM_CHANGED).state == contract.DeviceState.LATCHED_C


def test_a_record_that_cannot_be_read_any_more_locks_for_good(board: EmulatedBoard, armed: BoardHost) -> None:
    time.sleep(0.5)  # arming is written down
    board.fault("eeprom-flip", byte=RECORD_BYTE, bit=2)
    board.fault("power-cut")
    assert seen(armed, Fault.RAM_CHANGED).state == contract.DeviceState.LATCHED_C
    assert armed.hello().reset_cause == contract.ResetCause.POWER_ON


def test_a_power_cut_disarms(board: EmulatedBoard, armed: BoardHost) -> None:
    board.fault("power-cut")
    status = armed.wait_for(contract.Status, lambda status: status.uptime_ms < 1000, 5.0)
    assert (status.armed_remaining_ms, status.latched_faults) == (0, 0)
    assert armed.hello().reset_cause == contract.ResetCause.POWER_ON


def test_a_stuck_button_is_told(board: EmulatedBoard, host: BoardHost) -> None:
    board.fault("stuck-button")
    seen(host, Fault.BUTTON_STUCK, latched=False, timeout_s=13.0)
    board.clear("stuck-button")
    host.wait_for(contract.Status, lambda status: status.faults == 0, 3.0)


def test_a_false_trip_takes_the_rail_and_locks_for_good(board: EmulatedBoard, armed: BoardHost) -> None:
    armed.wish(heat((10, 10)))
    board.wait_for(lambda seen: any(seen.heater_w), 5.0)
    before = board.fault_now("false-trip", zone="upper_back")
    dark = board.wait_for(lambda seen: not seen.rail_on, 1.0, since_s=before.time_monotonic_s)
    assert dark.board_s - before.board_s <= 0.002, "by hardware alone"
    assert seen(armed, Fault.HARDWARE_TRIP).state == contract.DeviceState.LATCHED_C


def test_a_motor_that_runs_by_itself_is_seen_by_its_current(board: EmulatedBoard, armed: BoardHost) -> None:
    armed.wish(heat((10, 10)))
    board.wait_for(lambda seen: any(seen.heater_w), 5.0)
    time.sleep(2.0)
    board.fault("stuck-motor", motor="lower_left")
    assert seen(armed, Fault.HEATER_STUCK_ON).state == contract.DeviceState.LATCHED_C
