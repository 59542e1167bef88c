"""Massage patterns: pure functions of time over the motors' places on the pad, to percent per motor.

A pattern gives each motor a share from 0 to 1 of what a person shall feel. A share above 0 is mapped onto what the
motor can do: from where its eccentric begins to turn up to the intensity that is asked, bent so that equal steps feel
equal.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from poultice.therapy.layout import MotorLayout, PadLayout

Pattern = Callable[[float, MotorLayout, Sequence[MotorLayout], str], float]
"""Of the turn (periods since the beginning, phase included), one motor, all motors that take part and the direction:
the share of that motor."""

SOFT_S = 1.0  # from still to full and back: as fast as the board lets a motor rise
_TURNS_FROM = 0.02  # a share below this is meant as still
_TAP_SHARE = 0.35  # of a period in which one motor taps; shorter, a motor would not reach its strength
_INHALE_SHARE = 0.4  # of a breath; breathing out longer than in calms
_HAND_AHEAD = 0.125  # of a period by which the upper end of a kneading hand follows the lower


def steady(_turn: float, _motor: MotorLayout, _all: Sequence[MotorLayout], _direction: str) -> float:
    """Always the same."""
    return 1.0


def pulse(turn: float, _motor: MotorLayout, _all: Sequence[MotorLayout], _direction: str) -> float:
    """All together: on for the first half of each period, still for the second."""
    return 1.0 if turn % 1.0 < 0.5 else 0.0


def wave(turn: float, motor: MotorLayout, everyone: Sequence[MotorLayout], direction: str) -> float:
    """A crest that runs over the pad in its direction, the far end up when the near end is down; where all sit level,
    from left to right, and the other way round where it shall run down or left."""
    return _crest(turn - 0.5 * _place(motor, everyone, direction))


def roll(turn: float, motor: MotorLayout, everyone: Sequence[MotorLayout], direction: str) -> float:
    """A crest that goes round the middle of the motors: clockwise as seen from the back of the person, the other way
    where it shall run down or left."""
    middle_x, middle_y = _middle(everyone)
    angle = math.atan2(motor.x_m - middle_x, motor.y_m - middle_y) / (2.0 * math.pi)
    return _crest(turn + angle if direction in ("down", "left") else turn - angle) ** 2


def knead(turn: float, motor: MotorLayout, everyone: Sequence[MotorLayout], direction: str) -> float:
    """Two hands in turn: the left side presses while the right lets go, each from its near end to its far one."""
    other_hand = 0.5 if motor.x_m > _middle(everyone)[0] else 0.0
    near_first = "down" if direction == "down" else "up"
    return _crest(turn - other_hand - _HAND_AHEAD * _place(motor, everyone, near_first))


def tap(turn: float, motor: MotorLayout, everyone: Sequence[MotorLayout], direction: str) -> float:
    """One motor after the other, a short tap each: in the direction, and across it where several are level."""
    order = sorted(everyone, key=lambda m: (_place(m, everyone, direction), m.x_m, m.y_m, m.name))
    mine = (turn - order.index(motor) / len(order)) % 1.0
    return 1.0 if mine < min(_TAP_SHARE, 1.0 / len(order)) else 0.0


def breathe(turn: float, _motor: MotorLayout, _all: Sequence[MotorLayout], _direction: str) -> float:
    """All together, as one breathes: swelling, and ebbing for longer."""
    at = turn % 1.0
    share = at / _INHALE_SHARE if at < _INHALE_SHARE else (1.0 - at) / (1.0 - _INHALE_SHARE)
    return 0.5 - 0.5 * math.cos(math.pi * share)


def _crest(turn: float) -> float:
    return 0.5 + 0.5 * math.cos(2.0 * math.pi * turn)


def _middle(everyone: Sequence[MotorLayout]) -> tuple[float, float]:
    return sum(m.x_m for m in everyone) / len(everyone), sum(m.y_m for m in everyone) / len(everyone)


def _place(motor: MotorLayout, everyone: Sequence[MotorLayout], direction: str) -> float:
    """Where the motor is on the way in that direction, 0 at its near end to 1 at its far one. Where the way has no
    length, the one across it is taken."""
    along_y = direction in ("up", "down")
    for upright in (along_y, not along_y):
        places = [m.y_m if upright else m.x_m for m in everyone]
        low, high = min(places), max(places)
        if high > low:
            far = ((motor.y_m if upright else motor.x_m) - low) / (high - low)
            return 1.0 - far if direction in ("down", "left") else far
    return 0.0


PATTERNS: dict[str, Pattern] = {
    "steady": steady,
    "pulse": pulse,
    "wave": wave,
    "roll": roll,
    "knead": knead,
    "tap": tap,
    "breathe": breathe,
}


def softness(since_s: float, left_s: float) -> float:
    """How much of its share a motor has that began to run `since_s` ago and will stop in `left_s`, both s: 0 to 1."""
    return max(0.0, min(1.0, since_s / SOFT_S, left_s / SOFT_S))


def percents(
    pattern: str,
    time_s: float,
    tempo_hz: float,
    intensity: Mapping[str, int],
    pad: PadLayout,
    *,
    phase_turns: float = 0.0,
    direction: str = "up",
    soft: Mapping[str, float] | None = None,
) -> tuple[int, ...]:
    """Percent per motor of the pad, in its order; `intensity` names the motors that take part and how strong each is
    at most, `soft` how much of its share each has (1 where it is not named). None is ever asked for more than that."""
    everyone = [motor for motor in pad.motors if motor.name in intensity]
    share = PATTERNS[pattern]
    turn = time_s * tempo_hz + phase_turns
    softly = soft or {}
    return tuple(
        _percent(share(turn, motor, everyone, direction) * softly.get(motor.name, 1.0), intensity[motor.name], motor)
        if motor.name in intensity
        else 0
        for motor in pad.motors
    )


def _percent(share: float, intensity: int, motor: MotorLayout) -> int:
    """The duty that is felt as that share of the intensity: feel = ((duty - start) / (intensity - start))^exponent."""
    if share < _TURNS_FROM or intensity <= 0:
        return 0
    above = (intensity - motor.start_percent) * math.pow(share, 1.0 / motor.feel_exponent)
    return min(intensity, round(motor.start_percent + above))
