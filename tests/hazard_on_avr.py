"""Rehearsing hazards on the real binary in the emulator.

Times are the board's own, so that a busy computer does not stretch them: from the millisecond of the fault to the first
in which nothing is on.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from itertools import pairwise

import pytest
from board_host import BoardHost, heat
from boards import Observation
from emulator import EmulatedBoard
from hazard_figures import FILE, Reaction, cem43_min, end, judge
from poultice.link import contract

MORE = pytest.mark.skipif(FILE not in os.environ, reason="takes its time: `make hazards` does it")
FULL = heat((30, 30), 40.0)
LONGER_THAN_A_WINDOW_S = 1.2  # of the heaters
LEARNT_S = 2.5  # after so long at work the board has measured its elements
JUMP_K = 1.0  # a thermistor that moves 2 K in 100 ms is not believed
CYCLE_S = 0.1


def off(seen: Observation) -> bool:
    """Nothing flows, nothing moves."""
    return not any(seen.heater_w) and not any(seen.motor_pwm)


def quiet(seen: Observation) -> bool:
    """Both switches and all motors should be off."""
    return not any(seen.everything["gate"]) and not any(seen.motor_pwm)


def at_once(seen: Observation) -> bool:
    """A fault that shows as soon as it is there."""
    return True


def heating(board: EmulatedBoard, host: BoardHost, wish: contract.Demand = FULL) -> None:
    """At work for long enough."""
    host.wish(wish)
    board.wait_for(lambda seen: any(seen.heater_w) or any(seen.motor_pwm), timeout_s=5)
    time.sleep(LEARNT_S)


def warm(board: EmulatedBoard, from_c: float, to_c: float) -> None:
    """Brings the pad there as warmth does: never 2 K from one reading to the next."""
    steps = max(1, round(abs(to_c - from_c) / JUMP_K + 0.5))
    for step in range(1, steps + 1):
        board.warm(from_c + (to_c - from_c) * step / steps)
        now_s = board.observe().board_s
        board.wait_for(lambda seen, now_s=now_s: seen.board_s >= now_s + 1.5 * CYCLE_S, 5.0)


def told(host: BoardHost) -> set[contract.Fault]:
    """By the newest STATUS, or an event."""
    status = host.status()
    bits = status.faults | status.latched_faults
    events = [each.detail for each in host.messages(contract.Event) if each.kind == contract.EventKind.FAULT]
    return {fault for fault in contract.Fault if bits & 1 << fault - 1} | set(map(contract.Fault, events))


def latched(host: BoardHost) -> set[contract.Fault]:
    """By the newest STATUS."""
    return {fault for fault in contract.Fault if host.status().latched_faults & 1 << fault - 1}


def reaction_since(
    board: EmulatedBoard, before: Observation, limit_s: float, shows: Callable[[Observation], bool] = at_once
) -> Reaction:
    """From when it shows until everything is off for good, and what the pad was like meanwhile."""
    since_s = before.time_monotonic_s
    shown = board.wait_for(lambda seen: seen.board_s >= before.board_s and shows(seen), 5.0, since_s=since_s)
    board.wait_for(lambda seen: seen.board_s >= shown.board_s + limit_s + LONGER_THAN_A_WINDOW_S, 10.0 + 2 * limit_s)
    history = [seen for seen in board.history(since_s) if seen.board_s >= shown.board_s]
    on = [place for place, seen in enumerate(history) if not off(seen)]
    ended = history[min(on[-1] + 1, len(history) - 1)] if on else shown
    dose = sum(cem43_min(max(one.pad_c), other.board_s - one.board_s) for one, other in pairwise(history))
    return Reaction(ended.board_s - shown.board_s, max(max(seen.pad_c) for seen in history), dose)


def judge_chip(  # noqa: PLR0917
    row: int, case: str, reaction: Reaction, limit_s: float, fault: contract.Fault, host: BoardHost
) -> None:
    """Asserts what a hazard came to on the chip, and writes it down; see hazard_figures.judge()."""
    judge(row, case, reaction, limit_s, fault, told=told(host), latched=latched(host), core="avr")


def judge_reset(row: int, case: str, reaction: Reaction, limit_s: float, by: str) -> None:
    """The chip ends it by itself or by its watchdog, and no program is left to tell a fault: none is latched."""
    end(row, case, reaction, limit_s, by, core="avr")
