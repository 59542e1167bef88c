"""Massage patterns: pure functions of time over the motors' places on the pad, to percent per motor.

A pattern gives each motor a share from 0 to 1. A share above 0 is mapped onto what the motor can do: from where its
eccentric begins to turn up to the intensity that is asked.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from poultice.therapy.layout import MotorLayout, PadLayout

Pattern = Callable[[float, float, MotorLayout, Sequence[MotorLayout]], float]
"""Of time in s, tempo in Hz, one motor and all motors that take part: the share of that motor."""

_TURNS_FROM = 0.02  # a share below this is meant as still


def steady(_time_s: float, _tempo_hz: float, _motor: MotorLayout, _all: Sequence[MotorLayout]) -> float:
    """Always the same."""
    return 1.0


def pulse(time_s: float, tempo_hz: float, _motor: MotorLayout, _all: Sequence[MotorLayout]) -> float:
    """All together: on for the first half of each period, still for the second."""
    return 1.0 if (time_s * tempo_hz) % 1.0 < 0.5 else 0.0


def wave(time_s: float, tempo_hz: float, motor: MotorLayout, everyone: Sequence[MotorLayout]) -> float:
    """A crest that runs from the lowest motors to the highest; where all sit level, from left to right."""
    crest = time_s * tempo_hz - _place(motor, everyone)
    return 0.5 + 0.5 * math.cos(2.0 * math.pi * crest)


def _place(motor: MotorLayout, everyone: Sequence[MotorLayout]) -> float:
    """Where the motor is on the way of the wave, 0 to 0.5: the far end is up when the near end is down."""
    low, high = min(m.y_m for m in everyone), max(m.y_m for m in everyone)
    if high > low:
        return 0.5 * (motor.y_m - low) / (high - low)
    left, right = min(m.x_m for m in everyone), max(m.x_m for m in everyone)
    return 0.5 * (motor.x_m - left) / (right - left) if right > left else 0.0


PATTERNS: dict[str, Pattern] = {"steady": steady, "pulse": pulse, "wave": wave}


def percents(
    pattern: str, time_s: float, tempo_hz: float, intensity: Mapping[str, int], pad: PadLayout
) -> tuple[int, ...]:
    """Percent per motor of the pad, in its order; `intensity` names the motors that take part and how strong each is
    at most. None is ever asked for more than that."""
    everyone = [motor for motor in pad.motors if motor.name in intensity]
    share = PATTERNS[pattern]
    return tuple(
        _percent(share(time_s, tempo_hz, motor, everyone), intensity[motor.name], motor.start_percent)
        if motor.name in intensity
        else 0
        for motor in pad.motors
    )


def _percent(share: float, intensity: int, start: int) -> int:
    if share < _TURNS_FROM or intensity <= 0:
        return 0
    return min(intensity, round(start + share * (intensity - start)))
