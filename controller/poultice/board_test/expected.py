"""What a sound board has to show, by the facts: figures and their tolerances, and no cable."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from poultice.link import contract, facts

ZONE_TOLERANCE = 0.10  # element ± 5 %, shunt and amplifier ± 2 %, rail ± 1 %
MOTOR_TOLERANCE = 0.40  # makers' spread, and a motor of 24 V on what the adapter gives
REST_MOST_MA = 60  # table 4 of hardware/guide: the whole board with nothing on
RAIL_OFF_MV = contract.LIMITS["rail_off"].value
RESISTOR_C, RESISTOR_K = 25.0, 1.0  # 10 kΩ 1 % in place of a thermistor is 25 ± 0.3 °C, the board's own error 0.7 K
ROOM_C = (10.0, 35.0)
SPREAD_K = 1.5  # beads of a pad that has lain in one room: ± 0.2 K, and the board's 0.7 K twice


@dataclass(frozen=True, slots=True)
class Wanted:
    """What hangs on the board: resistors of 10 kΩ in place of thermistors, ohms in place of elements."""

    resistors: bool = False
    element_ohm: float = facts.ZONES[0].resistance_ohm


def thermistors(celsius: dict[str, float], wanted: Wanted) -> tuple[dict[str, bool], str]:
    """Which may be believed, and what each must be, in words."""
    if wanted.resistors:
        words = f"{RESISTOR_C:g} ± {RESISTOR_K:g} °C"
        return {name: abs(each - RESISTOR_C) <= RESISTOR_K for name, each in celsius.items()}, words
    low_c, high_c = ROOM_C
    if not celsius:
        return {}, f"{low_c:g} to {high_c:g} °C"
    middle_c = statistics.median(celsius.values())
    words = f"{middle_c:.1f} ± {SPREAD_K:g} °C, as the others; {low_c:g} to {high_c:g} °C"
    fits = {name: abs(each - middle_c) <= SPREAD_K and low_c <= each <= high_c for name, each in celsius.items()}
    return fits, words


def zone_ma(rail_mv: float, wanted: Wanted) -> tuple[float, float]:
    """Current of one element at this rail: least and most."""
    middle_ma = rail_mv / wanted.element_ohm
    return middle_ma * (1 - ZONE_TOLERANCE), middle_ma * (1 + ZONE_TOLERANCE)


def motor_ma(motor: int) -> tuple[float, float]:
    """Current of one motor at full intensity: least and most."""
    middle_ma = float(facts.MOTORS[motor].current_ma)
    return middle_ma * (1 - MOTOR_TOLERANCE), middle_ma * (1 + MOTOR_TOLERANCE)
