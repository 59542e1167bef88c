"""Who may do what: the table of rights, and the freshness that all but harmless acts need."""

from __future__ import annotations

from enum import StrEnum

from poultice.therapy import reasons
from poultice.therapy.limits import HostLimits
from poultice.therapy.programs import Program
from poultice.therapy.state import Reason, Role


class Act(StrEnum):
    """What a request amounts to, once it is known what it would change."""

    STOP = "stop"
    PAUSE = "pause"
    LOWER = "lower"
    RAISE = "raise"  # a target, or a massage, above what holds now
    START_HEAT = "start_heat"
    START_MASSAGE = "start_massage"  # a program without any heat
    RESUME = "resume"
    SKIP = "skip"
    BACK = "back"
    ANSWER = "answer"
    NUDGE = "nudge"
    SELECT = "select"  # moves nothing


HARMLESS = frozenset({Act.STOP, Act.PAUSE, Act.LOWER})  # recorded and replayed, they can only make things safer
RIGHTS: dict[Role, frozenset[Act]] = {
    Role.PHONE: frozenset(Act),
    Role.AUTOMATION: HARMLESS | {Act.RAISE, Act.START_HEAT, Act.NUDGE, Act.SELECT},  # each within the bounds below
}


def refusal(role: Role, act: Act, fresh: bool) -> Reason | None:
    """Why this role may not do this now; None where it may."""
    if act not in RIGHTS[role]:
        return reasons.NOT_FOR_AUTOMATION
    if act not in HARMLESS and not fresh:
        return reasons.STALE
    return None


def start_refusal(role: Role, program: Program, fresh: bool, limits: HostLimits) -> Reason | None:
    """Why this role may not start this program; None where it may, be it by an invitation only."""
    act = Act.START_HEAT if program.heats else Act.START_MASSAGE
    if why := refusal(role, act, fresh):
        return why
    if role is Role.AUTOMATION and program.id not in limits.automation_programs:
        return reasons.NOT_LISTED
    return target_refusal(role, program.target_max_c or 0.0, limits)


def target_refusal(role: Role, target_c: float, limits: HostLimits) -> Reason | None:
    """Why this role may not ask for this temperature; None where it may."""
    if role is Role.AUTOMATION and target_c > limits.automation_target_max_c:
        return reasons.too_hot_for_automation(target_c, limits.automation_target_max_c)
    return None


def intensity_refusal(role: Role, percent: int, programmed: int) -> Reason | None:
    """Why this role may not ask for this strength of massage; None where it may."""
    if role is Role.AUTOMATION and percent > programmed:
        text = f"refused: automation may massage with at most the program's {programmed} %"
        return reasons.refused("automation_limit", text, limit_percent=programmed)
    return None
