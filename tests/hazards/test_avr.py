"""The hazards that the chip itself must hold, too: on the real binary in the emulator, beside the native rehearsals of
the same rows. Rows 22, 23 and 26, which only a chip can suffer, have files of their own.
"""

from __future__ import annotations

import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from board_host import BoardHost, heat, massage
from boards import Observation
from emulator import EmulatedBoard
from hazard_on_avr import FULL, MORE, at_once, heating, judge_chip, quiet, reaction_since, warm
from poultice.link import contract
from poultice.link.frames import encode

pytestmark = [pytest.mark.avr, pytest.mark.slow]

Fault = contract.Fault
DEMAND = struct.Struct("<H2H2h4BB")  # by hand: the contract's own refuses to write what is out of range
SLOPE_FORGOTTEN_S = 6.0  # the look-ahead's straight line is of 5 s
STEP_S = 0.01
SLOWED_S = 1.69  # the lease of a board that is a tenth too slow
TWO_ROUNDS_S = 15.0  # of the flash, and the emulator may be behind
LEASE_S = 1.52  # and the step that hears the last demand, and the one that ends it


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
    Case(19, "the host dies", "frozen-host", LEASE_S, Fault.LEASE_EXPIRED),
    Case(28, "to 40 %", "supply-dip", 0.25, Fault.SUPPLY_DIP, {"percent": 40}),
]  # fmt: skip


OFTEN = [CASES[0], CASES[2], CASES[3], CASES[7], CASES[11]]  # one of each row that must be rehearsed on the chip
PARAMETERS = [pytest.param(case, marks=[] if case in OFTEN else MORE, id=f"{case.row}-{case.case}") for case in CASES]


@pytest.mark.parametrize("case", PARAMETERS)
def test_the_chip_reacts_in_time(chip: EmulatedBoard, chip_host: BoardHost, case: Case) -> None:
    heating(chip, chip_host, case.wish)
    before = chip.fault_now(case.fault, **case.with_)
    reaction = reaction_since(chip, before, case.limit_s, case.shows)
    if case.told == Fault.LEASE_EXPIRED:
        chip.clear(case.fault)
    judge_chip(case.row, case.case, reaction, case.limit_s, case.told, chip_host)


@MORE
def test_01_full_power_never_passes_the_target_far(chip: EmulatedBoard, chip_host: BoardHost) -> None:
    heating(chip, chip_host, heat((30, 30), 36.5))
    time.sleep(15.0)
    assert max(max(seen.pad_c) for seen in chip.history()) <= 36.5 + 1.7
    assert contract.LimitedBy.TARGET in chip_host.status().zone_limited_by


@pytest.mark.parametrize(
    ("warm_c", "fault"),
    [(43.5, Fault.OVER_TEMPERATURE_CUT), pytest.param(44.2, Fault.OVER_TEMPERATURE, marks=MORE)],
)
def test_01_full_power_is_cut_or_locked(
    chip: EmulatedBoard, chip_host: BoardHost, warm_c: float, fault: contract.Fault
) -> None:
    warm(chip, 36.0, 42.5)
    time.sleep(SLOPE_FORGOTTEN_S)
    heating(chip, chip_host, heat((30, 30), 42.0))
    before = chip.observe()
    chip.warm(warm_c)
    reaction = reaction_since(chip, before, 0.5)
    judge_chip(1, f"at {warm_c} °C", reaction, 0.5, fault, chip_host)


def test_02_out_of_range_lends_nothing(chip: EmulatedBoard, chip_host: BoardHost) -> None:
    """Every field, one at a time, just above and far above what it may be."""
    heating(chip, chip_host)
    chip_host.wish(None)
    time.sleep(0.1)
    before = chip.observe()
    right = [0, *FULL.zone_power_deci_w, *FULL.zone_target_centi_c, 0, 0, 0, 0, 0]
    wrong = [(1, 301), (2, 65535), (3, 4201), (4, 6000), (3, -1), (4, -32768), (5, 101), (8, 255), (9, 4), (9, 255)]
    counter = chip_host.counter
    for place, value in wrong * 4:
        counter += 1
        sent = [counter % 65536, *right[1:]]
        sent[place] = value
        chip_host.send_bytes(encode(contract.Demand.ID, 0, DEMAND.pack(*sent)))
        time.sleep(0.05)
    reaction = reaction_since(chip, before, LEASE_S)
    judge_chip(2, "60 °C asked while heating", reaction, LEASE_S, Fault.LEASE_EXPIRED, chip_host)
    status = chip_host.status()
    assert status.demands_refused == len(wrong) * 4
    assert status.zone_duty_permille == (0, 0)


def test_20_a_stale_demand_lends_nothing(chip: EmulatedBoard, chip_host: BoardHost) -> None:
    heating(chip, chip_host)
    chip_host.wish(None)
    time.sleep(0.1)
    last = encode(contract.Demand.ID, 0, DEMAND.pack(
        chip_host.counter, *FULL.zone_power_deci_w, *FULL.zone_target_centi_c, *FULL.motor_intensity_percent, 0
    ))  # fmt: skip
    before = chip.observe()
    for _ in range(40):
        chip_host.send_bytes(last)
        time.sleep(0.05)
    reaction = reaction_since(chip, before, LEASE_S)
    judge_chip(20, "the last demand for ever", reaction, LEASE_S, Fault.LEASE_EXPIRED, chip_host)


@pytest.mark.parametrize("motor", ["upper_left", pytest.param("lower_right", marks=MORE)])
def test_35_a_stalled_motor_stops_all(chip: EmulatedBoard, chip_host: BoardHost, motor: str) -> None:
    heating(chip, chip_host, massage(80, 80, 80, 80))
    before = chip.fault_now("motor-stall", motor=motor)
    reaction = reaction_since(chip, before, 0.5)
    judge_chip(35, motor.replace("_", " "), reaction, 0.5, Fault.MOTOR_CURRENT, chip_host)


@pytest.mark.parametrize("byte", [2, *(pytest.param(byte, marks=MORE) for byte in (40, 200, 400))])
def test_25_a_bit_of_the_memory_flips(chip: EmulatedBoard, chip_host: BoardHost, byte: int) -> None:
    """The seal is made anew at the end of each step: it sees what changes between two steps, not what changes in one.
    So the bit flips again and again, each time elsewhere in the 10 ms, until it is caught between them."""
    heating(chip, chip_host)
    for attempt in range(12):
        chip_host.status()  # which is sent at always the same place of a step
        time.sleep(0.7 * attempt * STEP_S)
        before = chip.fault_now("ram-flip", at="device", byte=byte, bit=1)
        time.sleep(0.15)
        if chip_host.status().latched_faults:
            break
    reaction = reaction_since(chip, before, 0.1)
    judge_chip(25, f"byte {byte} of the core's", reaction, 0.1, Fault.RAM_CHANGED, chip_host)


@MORE
@pytest.mark.parametrize(
    ("of", "with_"),
    [
        ("the code", {"at": "heater_power_deci_w", "byte": 2}),
        ("the thermistors' table", {"at": "table", "byte": 21}),
        ("the vectors", {"byte": 9}),  # of an interrupt that is not used
        ("the variables' first values", {"at": "__data_load_start", "byte": 1}),
    ],
)
def test_24_a_byte_of_the_program_flips(
    chip: EmulatedBoard, chip_host: BoardHost, of: str, with_: dict[str, Any]
) -> None:
    heating(chip, chip_host)
    before = chip.fault_now("flash-flip", bit=0, **with_)
    chip_host.wait_for(contract.Status, lambda status: status.latched_faults != 0, TWO_ROUNDS_S)
    reaction = reaction_since(chip, before, 0.1)
    judge_chip(24, f"a byte of {of}", reaction, 60.0, Fault.FLASH_CHANGED, chip_host)


@MORE
@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_27_the_crystal_runs_wrong(chip: EmulatedBoard, chip_host: BoardHost, factor: float) -> None:
    heating(chip, chip_host)
    before = chip.fault_now("clock-scale", factor=factor)
    reaction = reaction_since(chip, before, 3.0)
    chip.clear("clock-scale")  # at a wrong speed nobody understands what it says
    chip_host.wait_for(contract.Status, lambda status: status.latched_faults != 0, 5.0)
    judge_chip(27, f"{factor:g} times as fast", reaction, 10.0, Fault.CLOCK_WRONG, chip_host)


@MORE
@pytest.mark.parametrize("factor", [0.9, 1.2])
def test_27_a_crystal_a_little_wrong_loses_its_host(chip: EmulatedBoard, chip_host: BoardHost, factor: float) -> None:
    """The watchdog's oscillator is no better than that. But at this speed nobody understands a byte: the lease ends."""
    heating(chip, chip_host)
    before = chip.fault_now("clock-scale", factor=factor)
    reaction = reaction_since(chip, before, SLOWED_S)
    chip_host.wish(None)
    chip.clear("clock-scale")
    judge_chip(27, f"{factor:g} times as fast", reaction, SLOWED_S, Fault.LEASE_EXPIRED, chip_host)
