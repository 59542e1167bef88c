"""The cable at full traffic, and the time that the firmware takes."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace

from board_host import BoardHost, heat
from emulator import EmulatedBoard
from poultice.link import contract

LOOP_TIME_MAX_US = 5000  # half of a 10 ms pass
STACK_LEFT_MIN = 410  # bytes of 2048 never touched: variables and the deepest stack are 1.6 KiB at most


def test_five_seconds_of_demands_lose_nothing_and_leave_time(board: EmulatedBoard, armed: BoardHost) -> None:
    first = armed.counter
    begin_s = time.monotonic()
    armed.wish(replace(heat((10, 20), target_c=40), motor_intensity_percent=(30, 50, 70, 100)))
    time.sleep(5.0)
    armed.wish(None)
    time.sleep(0.2)

    status = armed.status()
    sent = armed.counter - first
    assert sent >= 75, "this computer was too busy to be a host"
    assert (status.demand_counter, status.frames_bad, status.demands_refused) == (armed.counter, 0, 0)
    sequences = [heard.sequence for heard in armed.heard(begin_s)]
    assert len(sequences) >= 40
    assert {(late - early) % 256 for early, late in itertools.pairwise(sequences)} == {1}, "nothing sent was lost"
    assert armed.bad_frames <= 1, "only the one that had begun before the port was opened"
    assert 0 < status.loop_time_us <= LOOP_TIME_MAX_US
    assert board.observe().everything["stack_left"] >= STACK_LEFT_MIN


def test_a_bad_contact_costs_frames_but_not_the_link(board: EmulatedBoard, armed: BoardHost) -> None:
    board.fault("lost-bytes", rate=0.01, direction="down")
    armed.wish(heat((10, 10)))
    status = armed.wait_for(contract.Status, lambda status: status.frames_bad >= 3, timeout_s=10)

    assert board.observe().everything["lost_down"] >= 3
    assert status.state == contract.DeviceState.ACTIVE, "one lost frame does not stop the heat"


def test_as_much_as_the_line_holds_does_not_stop_the_main_loop(board: EmulatedBoard, host: BoardHost) -> None:
    host.wish(None)
    for _ in range(40):
        for _ in range(20):
            host.send(contract.HelloRequest())
        time.sleep(0.01)
    time.sleep(0.3)

    status = host.status()
    assert status.loop_time_us <= 10_000, "a pass fits its 10 ms even then"
    host.send(contract.HelloRequest())  # ends the frame whose end the flood washed away
    assert host.hello().reset_cause == contract.ResetCause.POWER_ON, "the watchdog never bit"
