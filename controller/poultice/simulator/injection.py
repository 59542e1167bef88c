"""What each fault does to the compiled board: broken where it strikes, mended everywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from poultice.link import contract, facts
from poultice.simulator.faults import PLACES, Fault, FaultName

HEALTHY, OPEN, SHORTED = range(3)  # enum plant_ntc
THERMISTORS = 6  # with the witnesses
SOUND_MUX = -1
ALL_PASSED = 0xFFFF
WORKS, FROZEN, HUNG = range(3)  # enum board_mcu


class Surgery:
    """Breaks and mends one compiled board."""

    def __init__(self, functions: Any, board: Any) -> None:
        """`functions`: the opened library; `board`: its struct board."""
        self._c = functions
        self._board = board

    def inject(self, fault: Fault) -> None:
        """Lets it come."""
        _INJECT[fault.name](self._c, self._board, fault)

    def mend(self, name: FaultName) -> None:
        """Puts everything right that a fault of that name can break."""
        _MEND[name](self._c, self._board)


def _both_switches(c: Any, board: Any, zone: int) -> None:
    c.board_set_upper_stuck(board, True)
    c.board_set_mosfet_shorted(board, zone, True)


def _mend_switches(c: Any, board: Any) -> None:
    for zone in range(len(facts.ZONES)):
        c.board_set_mosfet_shorted(board, zone, False)


def _mend_both_switches(c: Any, board: Any) -> None:
    c.board_set_upper_stuck(board, False)
    _mend_switches(c, board)


def _mend_elements(c: Any, board: Any) -> None:
    for zone in range(len(facts.ZONES)):
        c.board_set_element_open(board, zone, False)


def _mend_motors(c: Any, board: Any) -> None:
    for motor in range(len(facts.MOTORS)):
        c.board_set_motor_stalled(board, motor, False)


def _mend_motor_switches(c: Any, board: Any) -> None:
    for motor in range(len(facts.MOTORS)):
        c.board_set_motor_shorted(board, motor, False)


def _mend_comparators(c: Any, board: Any) -> None:
    for zone in range(len(facts.ZONES)):
        c.board_set_comparator_false(board, zone, False)


def _each_thermistor(mend: Callable[[Any, Any, int], None]) -> Callable[[Any, Any], None]:
    def mend_all(c: Any, board: Any) -> None:
        for channel in range(THERMISTORS):
            mend(c, board, channel)

    return mend_all


_mend_ntcs = _each_thermistor(lambda c, b, channel: c.board_set_ntc(b, channel, HEALTHY))

_INJECT: Mapping[FaultName, Callable[[Any, Any, Fault], None]] = {
    FaultName.OPEN_NTC: lambda c, b, f: c.board_set_ntc(b, f.channel, OPEN),
    FaultName.SHORTED_NTC: lambda c, b, f: c.board_set_ntc(b, f.channel, SHORTED),
    FaultName.DRIFTING_NTC: lambda c, b, f: c.board_set_ntc_drift(b, f.channel, f.offset, f.drift_k_per_s),
    FaultName.DETACHED_NTC: lambda c, b, f: c.board_set_ntc_detached(b, f.channel, True, PLACES[f.to]),
    FaultName.SHORTED_MOSFET: lambda c, b, f: c.board_set_mosfet_shorted(b, f.zone, True),
    FaultName.STUCK_RAIL: lambda c, b, _: c.board_set_upper_stuck(b, True),
    FaultName.BOTH_SWITCHES: lambda c, b, f: _both_switches(c, b, f.zone),
    FaultName.OPEN_HEATER: lambda c, b, f: c.board_set_element_open(b, f.zone, True),
    FaultName.MOTOR_STALL: lambda c, b, f: c.board_set_motor_stalled(b, f.motor, True),
    FaultName.SUPPLY_DIP: lambda c, b, f: c.board_set_supply_factor(b, f.supply_factor),
    FaultName.STUCK_MUX: lambda c, b, f: c.board_set_mux_stuck(b, f.mux_channel),
    FaultName.FROZEN_ADC: lambda c, b, _: c.board_set_adc_frozen(b, True),
    FaultName.DEAD_ADC: lambda c, b, _: c.board_set_adc_dead(b, True),
    FaultName.SHIFTED_REFERENCE: lambda c, b, f: c.board_set_reference_factor(b, f.reference_factor),
    FaultName.DEAD_TRIP: lambda c, b, _: c.board_set_comparator_dead(b, True),
    FaultName.FAILED_SELF_TEST: lambda c, b, f: c.board_set_self_tests(b, ALL_PASSED & ~(1 << f.test)),
    FaultName.FLIPPED_BIT: lambda c, b, f: c.board_flip_bit(b, f.byte, f.bit),
    FaultName.FLIPPED_BYTES: lambda c, b, f: c.board_set_flipped_bytes(b, f.share("down"), f.share("up")),
    FaultName.LOST_BYTES: lambda c, b, f: c.board_set_lost_bytes(b, f.share("down"), f.share("up")),
    FaultName.FROZEN_HOST: lambda c, b, _: c.board_set_host_frozen(b, True),
    FaultName.STUCK_MOTOR: lambda c, b, f: c.board_set_motor_shorted(b, f.motor, True),
    FaultName.STUCK_BUTTON: lambda c, b, _: c.board_set_button_stuck(b, True),
    FaultName.FALSE_TRIP: lambda c, b, f: c.board_set_comparator_false(b, f.zone, True),
    FaultName.FROZEN_MCU: lambda c, b, _: c.board_set_mcu(b, FROZEN),
    FaultName.HUNG_LOOP: lambda c, b, _: c.board_set_mcu(b, HUNG),
    FaultName.POWER_CUT: lambda c, b, _: c.board_reset(b, contract.ResetCause.POWER_ON),
}

_MEND: Mapping[FaultName, Callable[[Any, Any], None]] = {
    FaultName.OPEN_NTC: _mend_ntcs,
    FaultName.SHORTED_NTC: _mend_ntcs,
    FaultName.DRIFTING_NTC: _each_thermistor(lambda c, b, channel: c.board_set_ntc_drift(b, channel, 0.0, 0.0)),
    FaultName.DETACHED_NTC: _each_thermistor(lambda c, b, channel: c.board_set_ntc_detached(b, channel, False, 0.0)),
    FaultName.SHORTED_MOSFET: _mend_switches,
    FaultName.STUCK_RAIL: lambda c, b: c.board_set_upper_stuck(b, False),
    FaultName.BOTH_SWITCHES: _mend_both_switches,
    FaultName.OPEN_HEATER: _mend_elements,
    FaultName.MOTOR_STALL: _mend_motors,
    FaultName.SUPPLY_DIP: lambda c, b: c.board_set_supply_factor(b, 1.0),
    FaultName.STUCK_MUX: lambda c, b: c.board_set_mux_stuck(b, SOUND_MUX),
    FaultName.FROZEN_ADC: lambda c, b: c.board_set_adc_frozen(b, False),
    FaultName.DEAD_ADC: lambda c, b: c.board_set_adc_dead(b, False),
    FaultName.SHIFTED_REFERENCE: lambda c, b: c.board_set_reference_factor(b, 1.0),
    FaultName.DEAD_TRIP: lambda c, b: c.board_set_comparator_dead(b, False),
    FaultName.FAILED_SELF_TEST: lambda c, b: c.board_set_self_tests(b, ALL_PASSED),
    FaultName.FLIPPED_BIT: lambda _c, _b: None,  # over at once; what it did stays until a reset
    FaultName.POWER_CUT: lambda _c, _b: None,
    FaultName.FLIPPED_BYTES: lambda c, b: c.board_set_flipped_bytes(b, 0.0, 0.0),
    FaultName.STUCK_MOTOR: _mend_motor_switches,
    FaultName.STUCK_BUTTON: lambda c, b: c.board_set_button_stuck(b, False),
    FaultName.FALSE_TRIP: _mend_comparators,
    FaultName.FROZEN_MCU: lambda c, b: c.board_set_mcu(b, WORKS),
    FaultName.HUNG_LOOP: lambda c, b: c.board_set_mcu(b, WORKS),
    FaultName.LOST_BYTES: lambda c, b: c.board_set_lost_bytes(b, 0.0, 0.0),
    FaultName.FROZEN_HOST: lambda c, b: c.board_set_host_frozen(b, False),
}
