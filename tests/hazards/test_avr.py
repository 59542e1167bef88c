"""The hazards that the chip itself must hold, on the real binary in the emulator, beside the native ones.

Times are the board's own, so that a busy computer does not stretch them: from the millisecond of the fault to the first
in which nothing is on.
"""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from board_host import BoardHost, heat, massage
from boards import Observation
from emulator import EmulatedBoard
from hazard_figures import FILE, Reaction, cem43_min, judge
from poultice.link import contract
from poultice.link.frames import encode

pytestmark = [pytest.mark.avr, pytest.mark.slow]

Fault = contract.Fault
WARM_C = 36.0
LONGER_THAN_A_WINDOW_S = 1.2  # of the heaters
FULL = heat((30, 30), 40.0)
DEMAND = struct.Struct("<H2H2h4BB")  # by hand: the contract's own refuses to write what is out of range


def off(seen: Observation) -> bool:
    """Nothing flows, nothing moves."""
    return not any(seen.heater_w) and not any(seen.motor_pwm)


def quiet(seen: Observation) -> bool:
    """Both switches and all motors should be off."""
    return not any(seen.everything["gate"]) and not any(seen.motor_pwm)


def at_once(seen: Observation) -> bool:
    return True


@dataclass(frozen=True)
class Case:
    """A fault on a heating board."""

    row: int
    case: str
    fault: str
    limit_s: float
    told: contract.Fault
    with_: dict[str, Any] = field(default_factory=dict)
    shows: Callable[[Observation], bool] = at_once  # from when the time counts
    wish: contract.Demand = FULL


CASES = [
    Case(3, "lumbar shorted", "shorted-mosfet", 0.4, Fault.HEATER_STUCK_ON, {"zone": "lumbar"}, quiet),
    Case(3, "upper back shorted", "shorted-mosfet", 0.4, Fault.HEATER_STUCK_ON, {"zone": "upper_back"}, quiet),
    Case(5, "lumbar left open", "open-ntc", 0.4, Fault.SENSOR_OPEN, {"zone": "lumbar"}),
    Case(6, "upper back left shorted", "shorted-ntc", 0.4, Fault.SENSOR_SHORT, {"zone": "upper_back"}),
    Case(10, "dead-adc", "dead-adc", 1.0, Fault.ADC_STUCK),
    Case(10, "frozen-adc", "frozen-adc", 1.0, Fault.ADC_STUCK),
    Case(11, "shows lumbar left", "stuck-mux", 1.0, Fault.ADC_STUCK, {"channel": "lumbar_left"}),
    Case(11, "shows supply current", "stuck-mux", 1.0, Fault.ADC_STUCK, {"channel": "supply_current"}),
    Case(11, "shows bandgap", "stuck-mux", 1.0, Fault.ADC_STUCK, {"channel": "bandgap"}),
    Case(12, "-10 %", "shifted-reference", 1.0, Fault.ADC_REFERENCE, {"percent": -10}),
    Case(12, "+10 %", "shifted-reference", 1.0, Fault.ADC_REFERENCE, {"percent": 10}),
    Case(19, "the host dies", "frozen-host", 1.6, Fault.LEASE_EXPIRED),
    Case(28, "to 40 %", "supply-dip", 0.25, Fault.SUPPLY_DIP, {"percent": 40}),
]  # fmt: skip


MORE = pytest.mark.skipif(FILE not in os.environ, reason="takes its time: `make hazards` does it")
OFTEN = [CASES[0], CASES[2], CASES[3], CASES[7], CASES[11]]  # one of each row that must be rehearsed on the chip
PARAMETERS = [pytest.param(case, marks=[] if case in OFTEN else MORE, id=f"{case.row}-{case.case}") for case in CASES]


@pytest.fixture
def board() -> Iterator[EmulatedBoard]:
    """A board just powered on, on a pad that somebody has lain on."""
    with EmulatedBoard(temperature_c=WARM_C) as board:
        yield board


@pytest.fixture
def host(board: EmulatedBoard) -> Iterator[BoardHost]:
    """Armed by the button."""
    with BoardHost(board.port) as host:
        host.wait_for(contract.Status, lambda status: contract.SensorTrust.NOT_READ_YET not in status.sensor_trust, 5.0)
        board.press(0.3)
        host.wait_for(contract.Status, lambda status: status.armed_remaining_ms > 0, 5.0)
        yield host


def heating(board: EmulatedBoard, host: BoardHost, wish: contract.Demand = FULL) -> None:
    host.wish(wish)
    board.wait_for(lambda seen: any(seen.heater_w) or any(seen.motor_pwm), timeout_s=5)
    time.sleep(2.5)  # the elements are measured


def told(host: BoardHost) -> set[contract.Fault]:
    """By the newest STATUS, or an event."""
    status = host.status()
    bits = status.faults | status.latched_faults
    events = [each.detail for each in host.messages(contract.Event) if each.kind == contract.EventKind.FAULT]
    return {fault for fault in Fault if bits & 1 << fault - 1} | set(map(Fault, events))


def latched(host: BoardHost) -> set[contract.Fault]:
    return {fault for fault in Fault if host.status().latched_faults & 1 << fault - 1}


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


@pytest.mark.parametrize("case", PARAMETERS)
def test_the_chip_reacts_in_time(board: EmulatedBoard, host: BoardHost, case: Case) -> None:
    heating(board, host, case.wish)
    before = board.fault_now(case.fault, **case.with_)
    reaction = reaction_since(board, before, case.limit_s, case.shows)
    if case.told == Fault.LEASE_EXPIRED:
        board.clear(case.fault)
    judge(
        case.row, case.case, reaction, case.limit_s, case.told, told=told(host), latched=latched(host), core="avr"
    )  # fmt: skip


def test_01_full_power_never_passes_the_target_far(board: EmulatedBoard, host: BoardHost) -> None:
    heating(board, host, heat((30, 30), 36.5))
    time.sleep(15.0)
    assert max(max(seen.pad_c) for seen in board.history()) <= 36.5 + 1.7
    assert contract.LimitedBy.TARGET in host.status().zone_limited_by


def test_02_out_of_range_lends_nothing(board: EmulatedBoard, host: BoardHost) -> None:
    """Every field, one at a time, just above and far above what it may be."""
    fields = [0, 300, 300, 4000, 4000, 0, 0, 0, 0, 0]
    wrong = [(1, 301), (2, 65535), (3, 4201), (4, 6000), (3, -1), (4, -32768), (5, 101), (8, 255), (9, 4), (9, 255)]
    counter = host.counter
    for place, value in wrong * 2:
        counter += 1
        sent = [counter % 65536, *fields[1:]]
        sent[place] = value
        host.send_bytes(encode(contract.Demand.ID, 0, DEMAND.pack(*sent)))
        time.sleep(0.05)
    status = host.status()
    assert status.demands_refused == len(wrong) * 2
    assert status.zone_duty_permille == (0, 0)
    assert not any(any(seen.heater_w) for seen in board.history())


def test_20_a_stale_demand_lends_nothing(board: EmulatedBoard, host: BoardHost) -> None:
    heating(board, host)
    host.wish(None)
    time.sleep(0.1)
    last = encode(contract.Demand.ID, 0, DEMAND.pack(
        host.counter, *FULL.zone_power_deci_w, *FULL.zone_target_centi_c, *FULL.motor_intensity_percent, 0
    ))  # fmt: skip
    before = board.observe()
    for _ in range(40):
        host.send_bytes(last)
        time.sleep(0.05)
    reaction = reaction_since(board, before, 1.6)
    judge(20, "the last demand for ever", reaction, 1.6, Fault.LEASE_EXPIRED, told=told(host), latched=latched(host),
          core="avr")  # fmt: skip


def test_22_a_frozen_chip_loses_the_rail(board: EmulatedBoard, host: BoardHost) -> None:
    heating(board, host)
    before = board.fault_now("frozen-mcu")
    ended = board.wait_for(lambda seen: not seen.rail_on, 2.0, since_s=before.time_monotonic_s)
    reaction = Reaction(ended.board_s - before.board_s, max(ended.pad_c), 0.0)
    judge_reset(22, "the chip freezes", reaction, 0.11)


@pytest.mark.parametrize("fault", ["hung-loop", "skipped-task"])
def test_23_a_loop_that_does_not_work_is_reset(board: EmulatedBoard, host: BoardHost, fault: str) -> None:
    heating(board, host)
    with_ = {"at": "adc_take"} if fault == "skipped-task" else {}
    before = board.fault_now(fault, **with_)
    reaction = reaction_since(board, before, 0.5)
    judge_reset(23, fault.replace("-", " "), reaction, 0.5)
    board.clear(fault)
    host.wait_for(contract.Status, timeout_s=5.0)
    assert host.hello().reset_cause == contract.ResetCause.WATCHDOG
    assert host.status().armed_remaining_ms == 0


def test_26_a_stack_too_deep_is_reset(board: EmulatedBoard, host: BoardHost) -> None:
    heating(board, host)
    before = board.fault_now("deep-stack")
    reaction = reaction_since(board, before, 0.5)
    judge_reset(26, "the stack reaches its canary", reaction, 0.1 + 0.1)  # and the charge pump's hold


@pytest.mark.parametrize("motor", ["upper_left", pytest.param("lower_right", marks=MORE)])
def test_35_a_stalled_motor_stops_all(board: EmulatedBoard, host: BoardHost, motor: str) -> None:
    heating(board, host, massage(80, 80, 80, 80))
    before = board.fault_now("motor-stall", motor=motor)
    reaction = reaction_since(board, before, 0.5)
    judge(35, motor.replace("_", " "), reaction, 0.5, Fault.MOTOR_CURRENT, told=told(host), latched=latched(host),
          core="avr")  # fmt: skip


@pytest.mark.parametrize("byte", [2, *(pytest.param(byte, marks=MORE) for byte in (40, 200, 400))])
def test_25_a_bit_of_the_memory_flips(board: EmulatedBoard, host: BoardHost, byte: int) -> None:
    """The seal is made anew at the end of each step: it sees what changes between two steps, not what changes in one.
    So the bit flips again and again until it is caught between them."""
    heating(board, host)
    for _ in range(12):
        before = board.fault_now("ram-flip", at="device", byte=byte, bit=1)
        time.sleep(0.25)
        if host.status().latched_faults:
            break
    reaction = reaction_since(board, before, 0.2)
    judge(25, f"byte {byte} of the core's", reaction, 0.2, Fault.RAM_CHANGED, told=told(host), latched=latched(host),
          core="avr")  # fmt: skip


@MORE
def test_24_a_byte_of_the_program_flips(board: EmulatedBoard, host: BoardHost) -> None:
    heating(board, host)
    before = board.fault_now("flash-flip", at="heater_power_deci_w", byte=2, bit=0)
    reaction = reaction_since(board, before, 15.0)  # two rounds of the flash are 12 s
    judge(24, "a byte of the program", reaction, 60.0, Fault.FLASH_CHANGED, told=told(host), latched=latched(host),
          core="avr")  # fmt: skip


@MORE
@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_27_the_crystal_runs_wrong(board: EmulatedBoard, host: BoardHost, factor: float) -> None:
    heating(board, host)
    before = board.fault_now("clock-scale", factor=factor)
    reaction = reaction_since(board, before, 3.0)
    board.clear("clock-scale")  # at a wrong speed nobody understands what it says
    host.wait_for(contract.Status, lambda status: status.latched_faults != 0, 5.0)
    judge(27, f"{factor:g} times as fast", reaction, 10.0, Fault.CLOCK_WRONG, told=told(host), latched=latched(host),
          core="avr")  # fmt: skip


def judge_reset(row: int, case: str, reaction: Reaction, limit_s: float) -> None:
    """The chip ends it by itself or by its watchdog: no fault is told, none is latched."""
    judge(row, case, reaction, limit_s, Fault.LEASE_EXPIRED, told={Fault.LEASE_EXPIRED}, latched=set(), core="avr")
