"""What a thermostat and a fan can say: heat of a zone on and off; massage on and off, by level and by pattern."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from poultice.therapy import claims, reasons
from poultice.therapy.claims import Act
from poultice.therapy.layout import PadLayout
from poultice.therapy.limits import HostLimits
from poultice.therapy.massage import PATTERNS
from poultice.therapy.session import Session
from poultice.therapy.state import Reason, Role

LEVELS = 3
LEVEL_PERCENT = 20  # 20, 40, 60 %: the range that the presets use; never more than the program asks for


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing that is wished: `heat` or `massage` on or off, a `level`, a `pattern`; of a zone or of motors."""

    what: Literal["heat", "massage", "level", "pattern"]
    value: str | int
    names: tuple[str, ...]

    @property
    def off(self) -> bool:
        """Whether it only switches something off."""
        return self.value in ("off", 0)


def is_one(args: dict[str, Any]) -> bool:
    """Whether the arguments of an `adjust` are such a wish."""
    return any(args.get(key) is not None for key in ("heat", "massage", "level", "pattern"))


def read(args: dict[str, Any], layout: PadLayout) -> Wish | None:
    """The wish in the arguments of an `adjust`; None where they do not fit together."""
    given = {key: value for key, value in args.items() if value is not None}
    match given:
        case {"heat": "on" | "off" as value, "zone": str(zone), **more} if not more:
            return Wish("heat", value, (zone,)) if zone in layout.zone_names else None
        case {"massage": "on" | "off" as value, **more}:
            return _of_motors("massage", value, more, layout)
        case {"level": int(value), **more} if type(value) is int and 0 <= value <= LEVELS:
            return _of_motors("level", value, more, layout)
        case {"pattern": str(value), **more} if value in PATTERNS:
            return _of_motors("pattern", value, more, layout)
    return None


def _of_motors(
    what: Literal["massage", "level", "pattern"], value: str | int, more: dict[str, Any], layout: PadLayout
) -> Wish | None:
    motors = more.pop("motors", list(layout.motor_names))
    known = isinstance(motors, list) and motors and all(motor in layout.motor_names for motor in motors)
    return Wish(what, value, tuple(motors)) if known and not more else None


class Switch:
    """One such wish in a session, by a role. `refusal()` first; where it is None, `apply()`."""

    def __init__(self, wish: Wish, role: Role, session: Session, *, fresh: bool, limits: HostLimits) -> None:
        self._wish, self._role, self._fresh = wish, role, fresh
        self._session, self._limits = session, limits

    def refusal(self) -> Reason | None:
        """Why it cannot be done; None where it can."""
        if self._wish.what == "heat":
            return self._heat_refusal()
        if not self._motors and not self._wish.off:
            return reasons.not_massaged(", ".join(self._wish.names))
        return self._right_to(self._lowers)

    def apply(self) -> dict[str, Any]:
        """Does it; returns what holds now."""
        wish, session = self._wish, self._session
        if wish.what == "heat":
            (session.switch_off if wish.off else session.switch_on)(wish.names[0])
            return {"zone": wish.names[0], "heat": wish.value}
        if wish.what == "pattern":
            session.set_pattern(str(wish.value))
            return {"pattern": wish.value}
        for motor in self._motors:
            session.set_intensity(motor, self._percent(motor))
        return {"motors": self._motors, "intensity": max(map(self._percent, self._motors), default=0)}

    @property
    def wanted(self) -> dict[str, float]:
        """By zone or motor what it asks for, °C (0: off) or percent; only where nothing refuses it."""
        wish = self._wish
        if wish.what == "heat":
            return {wish.names[0]: 0.0 if wish.off else self._session.asked_c(wish.names[0])}
        return {} if wish.what == "pattern" else {motor: float(self._percent(motor)) for motor in self._motors}

    def _heat_refusal(self) -> Reason | None:
        (zone,), session = self._wish.names, self._session
        if self._wish.off:
            return self._right_to(lowers=True)
        if zone not in session.step.heat:
            return reasons.not_heated(zone)
        if not session.is_off(zone):
            return None
        target_c = session.asked_c(zone)
        why = session.why_no_target(zone, target_c) or self._right_to(lowers=False)
        return why or claims.target_refusal(self._role, target_c, self._limits)

    def _right_to(self, lowers: bool) -> Reason | None:
        return claims.refusal(self._role, Act.LOWER if lowers else Act.RAISE, self._fresh)

    @property
    def _motors(self) -> list[str]:
        return [motor for motor in self._wish.names if motor in self._session.intensities]

    @property
    def _lowers(self) -> bool:
        now = self._session.intensities
        return self._wish.what != "pattern" and all(self._percent(motor) <= now[motor] for motor in self._motors)

    def _percent(self, motor: str) -> int:
        """How strong a motor shall be: as the program says at most; what runs already is switched on as it is."""
        programmed, now = self._session.programmed_percent, self._session.intensities[motor]
        if self._wish.what == "massage":
            return 0 if self._wish.off else now or programmed
        return min(programmed, int(self._wish.value) * LEVEL_PERCENT)
