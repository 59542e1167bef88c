"""The NTC's beta equation, the table that the firmware interpolates, and how far the two differ."""

from __future__ import annotations

import math

from generator.facts_model import Facts

STEP = 1024
SPAN = 65536
"""Sum of 64 conversions at the reference voltage; the largest sum that occurs is 64 × 1023."""
COLDEST_CENTI_C, HOTTEST_CENTI_C = -5500, 15000
"""Ends of what an NTC bead survives; beyond them stands the end itself. Such codes are never trusted anyway."""
CHECKED_C = (20.0, 50.0)
ERROR_MAX_K = 0.05


def temperature_c(facts: Facts, ratio: float) -> float:
    """Temperature in °C where the NTC's voltage is `ratio` (0 < ratio < 1) of the reference."""
    resistance = facts.ntc.pull_up_ohm * ratio / (1.0 - ratio)
    inverse_k = 1.0 / 298.15 + math.log(resistance / facts.ntc.resistance_25c_ohm) / facts.ntc.beta_k
    return 1.0 / inverse_k - 273.15


def table(facts: Facts) -> list[int]:
    """Temperatures in 0.01 °C at the sums 0, STEP, 2 × STEP, … SPAN."""
    inner = [round(100 * temperature_c(facts, total / SPAN)) for total in range(STEP, SPAN, STEP)]
    clamped = [min(max(value, COLDEST_CENTI_C), HOTTEST_CENTI_C) for value in inner]
    return [HOTTEST_CENTI_C, *clamped, COLDEST_CENTI_C]


def interpolated(values: list[int], total: int) -> int:
    """What the firmware makes of a sum: whole 0.01 °C, rounded."""
    index, rest = divmod(total, STEP)
    fall = values[index] - values[index + 1]
    return values[index] - (fall * rest + STEP // 2) // STEP


def error_k(facts: Facts) -> float:
    """The largest difference between table and equation, in K, over the range where it matters."""
    values = table(facts)
    low, high = CHECKED_C
    differences = [0.0]
    for total in range(SPAN // 64, SPAN - SPAN // 64, 16):
        exact = temperature_c(facts, total / SPAN)
        if low <= exact <= high:
            differences.append(abs(interpolated(values, total) / 100 - exact))
    return max(differences)
