"""How long a received byte may have to wait for its interrupt: the emulator hides what is lost, so cycles are counted.

At 250,000 baud a byte comes every 40 µs and the chip keeps two: 60 µs of waiting lose nothing.
"""

from __future__ import annotations

import time
from dataclasses import replace

from board_host import BoardHost, heat
from emulator import EmulatedBoard
from poultice.link import contract, facts

WATCHDOG, TICK, RECEIVE, SEND, ADC = 6, 11, 18, 19, 21  # vectors of the ATmega328P; a lower one goes first
ENTRY_CYCLES = 7  # finishing an instruction and pushing the program counter, which the emulator does not count
LATENCY_MAX_CYCLES = round(60e-6 * facts.BOARD.clock_hz)


def waits(first: int, off: list[int]) -> int:
    """Cycles that a byte waits which comes just as `first` turned interrupts off and all that goes first is due."""
    before = [first, *(vector for vector in (WATCHDOG, TICK) if vector != first)]
    return sum(off[vector] + ENTRY_CYCLES for vector in before)


def test_a_received_byte_waits_60_us_at_most(board: EmulatedBoard, armed: BoardHost) -> None:
    board.measure()
    armed.wish(replace(heat((20, 20), target_c=40), motor_intensity_percent=(30, 50, 70, 100)))
    time.sleep(4.0)

    status = armed.status()
    assert status.state == contract.DeviceState.ACTIVE, "heat, massage and every interrupt were at work"
    off = board.observe().everything["off_cycles"]
    assert min(off[0], off[WATCHDOG], off[TICK], off[RECEIVE], off[SEND], off[ADC]) > 0, "each was seen"
    assert max(waits(first, off) for first in range(len(off)) if first != RECEIVE) <= LATENCY_MAX_CYCLES, off
