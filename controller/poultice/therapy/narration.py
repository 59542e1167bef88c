"""What a playing pad does right now, in one sentence."""

from __future__ import annotations

from poultice.therapy import reasons
from poultice.therapy.limits import HostLimits
from poultice.therapy.session import Session
from poultice.therapy.state import Reason
from poultice.therapy.warmth import NEAR_K, Warmth

COLD_C_PER_S = 0.12  # how fast a zone at its greatest power warms a cold pad on a person


def narrate(session: Session, warmth: Warmth, armed: bool, limits: HostLimits) -> Reason:
    """Whom it waits for before all; heat before massage; what limits before what is done."""
    if session.step.wait == "press":
        return reasons.WAITS_FOR_PRESS
    heat = _heat(session, warmth, armed, limits) if session.wishes else None
    strongest = max(session.intensities.values(), default=0)
    return _with_ceiling(session, _with_massage(session, heat, strongest))


def _with_massage(session: Session, heat: Reason | None, strongest: int) -> Reason:
    if session.massage is None or strongest == 0:
        return heat or (reasons.WAITS_FOR_NEXT if session.step.wait == "person" else reasons.RESTING)
    pattern = session.massage.pattern
    return reasons.with_massage(heat, pattern, strongest) if heat else reasons.massaging(pattern, strongest)


def _with_ceiling(session: Session, reason: Reason) -> Reason:
    """A massage that is weaker than its program, because this person never gets a stronger one, is said to be so."""
    return reasons.ceiling_massage(reason, session.strongest_percent) if session.massage_limited else reason


def _heat(session: Session, warmth: Warmth, armed: bool, limits: HostLimits) -> Reason:
    for zone, wish in session.wishes.items():
        why = warmth.limited_by(zone, wish, armed)
        if why is not None and why.code not in ("cap", "target"):  # those are part of normal control
            return why
    return warmth.ends_by_dose(session) or _progress(session, warmth, limits)


def _progress(session: Session, warmth: Warmth, limits: HostLimits) -> Reason:
    """The zone that has the longest way to go speaks for all; else one that must cool; else the warmest."""
    climbs, coasts = [], []
    for zone, wish in session.wishes.items():
        temperature_c = warmth.temperatures[zone] or 0.0
        if temperature_c < wish.wish_c - NEAR_K:
            ramp = session.step.heat[zone].ramp_c_per_s or limits.ramp_default_c_per_s
            climbs.append((_climb_s(temperature_c, wish.wish_c, ramp, limits.ramp_from_c), wish.wish_c))
        elif temperature_c > wish.wish_c + NEAR_K:
            coasts.append(wish.wish_c)
    if climbs:
        seconds, target_c = max(climbs)
        return reasons.warming(target_c, seconds)
    if coasts:
        return reasons.coasting(max(coasts))
    return reasons.holding(max(wish.wish_c for wish in session.wishes.values()))


def _climb_s(from_c: float, to_c: float, ramp_c_per_s: float, ramp_from_c: float) -> float:
    cold_k = max(0.0, min(ramp_from_c, to_c) - from_c)
    return cold_k / COLD_C_PER_S + max(0.0, to_c - max(from_c, ramp_from_c)) / ramp_c_per_s
