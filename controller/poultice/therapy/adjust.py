"""A person turns it warmer or weaker: what `adjust` asks for, checked and applied; refused rather than bent."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from poultice.therapy import claims, reasons
from poultice.therapy.claims import Act
from poultice.therapy.layout import PadLayout
from poultice.therapy.limits import HostLimits
from poultice.therapy.session import Session
from poultice.therapy.state import Reason, Request, Role

_TARGET_KEYS = {"zone", "target"}
_INTENSITY_KEYS = {"motors", "intensity"}


class Adjust:
    """One adjustment of a session by a role. `refusal()` first; where it is None, `apply()`."""

    def __init__(
        self, request: Request, session: Session, *, fresh: bool, layout: PadLayout, limits: HostLimits
    ) -> None:
        self._role, self._fresh = request.role, fresh
        self._session, self._layout, self._limits = session, layout, limits
        self._args = self._in_numbers({key: value for key, value in request.args.items() if value is not None})

    def _in_numbers(self, args: dict[str, Any]) -> dict[str, Any]:
        """A change by one step, "less" or "more", as what it leads to: of a zone's target, else of the massage."""
        by = {"less": -1, "more": 1}.get(str(args.get("change")))
        if by is None or not set(args) <= {"change", "zone", "motors"}:
            return args
        rest = {key: value for key, value in args.items() if key != "change"}
        if "zone" in rest:
            wish = self._session.wishes.get(str(rest["zone"]))
            asked_c = self._limits.target_min_c if wish is None else wish.asked_c
            return {**rest, "target": round(asked_c + by * self._limits.less_step_k, 3)}
        strongest = max(self._session.intensities.values(), default=0)
        return {**rest, "intensity": min(100, max(0, strongest + by * self._limits.less_step_percent))}

    def refusal(self) -> Reason | None:
        """Why it cannot be done; None where it can."""
        given = set(self._args)
        if given == _TARGET_KEYS:
            return self._target_refusal()
        if "intensity" in given and given <= _INTENSITY_KEYS:
            return self._intensity_refusal()
        return reasons.BAD_ARGUMENTS

    def apply(self) -> dict[str, Any]:
        """Does it; returns what holds now."""
        if "target" in self._args:
            self._session.set_target(self._args["zone"], float(self._args["target"]))
            self._session.switch_on(self._args["zone"])
            return {"zone": self._args["zone"], "target": float(self._args["target"])}
        for motor in self._motors():
            self._session.set_intensity(motor, self._args["intensity"])
        return {"motors": self._motors(), "intensity": self._args["intensity"]}

    @property
    def wanted(self) -> dict[str, float]:
        """By zone or motor what it asks for, °C or percent; only where nothing refuses it."""
        if "target" in self._args:
            return {self._args["zone"]: float(self._args["target"])}
        return dict.fromkeys(self._motors(), float(self._args["intensity"]))

    def _target_refusal(self) -> Reason | None:
        zone, target_c = self._args["zone"], self._args["target"]
        if not isinstance(zone, str) or not _is_number(target_c):
            return reasons.BAD_ARGUMENTS
        if why := self._session.why_no_target(zone, target_c):
            return why
        if self._session.is_off(zone) and self._role is Role.AUTOMATION:
            return reasons.not_heated(zone)  # a temperature alone switches nothing on
        if not self._session.is_off(zone) and target_c <= self._session.asked_c(zone):
            return claims.refusal(self._role, Act.LOWER, self._fresh)
        return claims.refusal(self._role, Act.RAISE, self._fresh) or claims.target_refusal(
            self._role, target_c, self._limits
        )

    def _intensity_refusal(self) -> Reason | None:
        percent, running = self._args["intensity"], self._session.intensities
        if type(percent) is not int or not 0 <= percent <= 100 or not _is_names(self._args.get("motors", [])):
            return reasons.BAD_ARGUMENTS
        strangers = [motor for motor in self._motors() if motor not in running]
        if strangers or not self._motors():
            return self._not_massaging(strangers)
        return self._too_weak(percent) or self._too_strong(percent) or self._right_to(percent, running)

    def _too_strong(self, percent: int) -> Reason | None:
        strongest = self._session.strongest_percent
        return reasons.stronger_than_ceiling(strongest) if percent > strongest else None

    def _right_to(self, percent: int, running: Mapping[str, int]) -> Reason | None:
        massage = self._session.step.massage
        if massage is None or all(percent <= running[motor] for motor in self._motors()):
            return claims.refusal(self._role, Act.LOWER, self._fresh)
        return claims.refusal(self._role, Act.RAISE, self._fresh) or claims.intensity_refusal(
            self._role, percent, massage.intensity_percent
        )

    def _too_weak(self, percent: int) -> Reason | None:
        starts = [motor.start_percent for motor in self._layout.motors if motor.name in self._motors()]
        if 0 < percent < max(starts):
            text = f"refused: {percent} % is too weak to turn a motor; choose 0, or {max(starts)} % or more"
            return reasons.refused("out_of_range", text, low_percent=max(starts))
        return None

    @staticmethod
    def _not_massaging(strangers: list[str]) -> Reason:
        return reasons.not_massaged(", ".join(strangers)[:80] or "any motor")

    def _motors(self) -> list[str]:
        return list(self._args.get("motors") or self._session.intensities)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)
