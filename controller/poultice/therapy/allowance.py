"""Whether the pad's budgets have room: for a program before it starts, for a session while it runs."""

from __future__ import annotations

from collections.abc import Mapping

from poultice.therapy import dose, reasons
from poultice.therapy.budget import Budget
from poultice.therapy.dose import Dose
from poultice.therapy.limits import HostLimits
from poultice.therapy.programs import Program
from poultice.therapy.session import Session
from poultice.therapy.state import Reason

AHEAD_S = 600.0  # so long before its dose is reached a session says so


def planned_dose(program: Program, zone: str) -> float:
    """What a zone would have of a program, CEM43 minutes, if it had each target as long as the step lasts."""
    return sum(_step_dose(step.heat[zone].target_c, step.duration_s) for step in program.steps if zone in step.heat)


def _step_dose(target_c: float, duration_s: float) -> float:
    return dose.rate(target_c) * duration_s / 60.0


def start_refusal(program: Program, budget: Budget, limits: HostLimits) -> Reason | None:
    """Why the pad may not be as warm for as long as this program asks; None where it may, or where it heats nothing.
    A program that would be cut short is not begun."""
    if not program.heats:
        return None
    if rest_s := budget.rest_s(program.warm_s):
        return reasons.rest_first(budget.warm_s, rest_s)
    in_s = budget.warm_fits_in_s(program.warm_s)
    if in_s != 0.0:
        return reasons.day_warm_refused(budget.warm_day_s, in_s)
    for zone in program.zones:
        hottest_c = max((step.heat[zone].target_c for step in program.steps if zone in step.heat), default=0.0)
        needs = min(planned_dose(program, zone) + dose.of_cooling(hottest_c), limits.session_dose_max)
        in_s = budget.dose_fits_in_s(zone, needs)
        if in_s != 0.0:
            return reasons.day_dose_refused(zone, budget.dose(zone), needs, in_s)
    return None


def end(session: Session, budget: Budget, doses: Mapping[str, Dose], limits: HostLimits) -> Reason | None:
    """Why a session that heats must end now; None where it may go on."""
    if not session.wishes:
        return None
    if budget.resting:
        return reasons.rest_due(budget.rest_s())
    if budget.warm_left_s <= 0.0:
        return reasons.day_warm_reached(budget.warm_fits_in_s(limits.heat_gap_max_s))
    for zone in session.wishes:
        if budget.dose_left(zone) <= doses[zone].of_cooling:
            return reasons.day_dose_reached(zone, budget.dose_fits_in_s(zone, limits.session_dose_max))
    return None


def dose_ends_in_s(session: Session, had: Mapping[str, float], budget: Budget, limits: HostLimits) -> float | None:
    """When, by what is asked now and later, a zone will have reached its dose of the session or of the day; None where
    the session is over before that."""
    ends = [
        in_s
        for zone in session.wishes
        if (in_s := _reached_in_s(session, zone, min(limits.session_dose_max - had[zone], budget.dose_left(zone))))
        is not None
    ]
    return min(ends, default=None)


def _reached_in_s(session: Session, zone: str, left: float) -> float | None:
    passed_s = 0.0
    for target_c, duration_s in session.ahead(zone):
        per_s = 0.0 if target_c is None else dose.rate(target_c) / 60.0
        until_end = left - (0.0 if target_c is None else dose.of_cooling(target_c))
        if per_s * duration_s >= until_end:
            return passed_s + max(0.0, until_end) / per_s if per_s > 0.0 else passed_s
        left -= per_s * duration_s
        passed_s += duration_s
    return None
