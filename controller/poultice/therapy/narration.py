"""What a playing pad does right now, in one sentence."""

from __future__ import annotations

from poultice.therapy import reasons
from poultice.therapy.limits import HostLimits
from poultice.therapy.session import Session
from poultice.therapy.state import Reason
from poultice.therapy.warmth import NEAR_K, Warmth


def narrate(session: Session, warmth: Warmth, armed: bool, limits: HostLimits) -> Reason:
    """Heat before massage; what limits before what is done."""
    heat = _heat(session, warmth, armed, limits) if session.step.heat else None
    strengths = session.intensities()
    strongest = max(strengths.values(), default=0)
    if session.step.massage is None or strongest == 0:
        return heat or reasons.RESTING
    pattern = session.step.massage.pattern
    return reasons.with_massage(heat, pattern, strongest) if heat else reasons.massaging(pattern, strongest)


def _heat(session: Session, warmth: Warmth, armed: bool, limits: HostLimits) -> Reason:
    for zone in session.step.heat:
        why = warmth.limited_by(zone, session, armed)
        if why is not None and why.code not in ("cap", "target"):  # those are part of normal control
            return why
    return _progress(session, warmth, limits)


def _progress(session: Session, warmth: Warmth, limits: HostLimits) -> Reason:
    """The zone that has the longest way to go speaks for all."""
    slowest: tuple[float, float] | None = None
    hottest_wish_c, coasts_to_c = 0.0, None
    for zone, heat in session.step.heat.items():
        wish_c, temperature_c = session.wish_c(zone) or 0.0, warmth.temperatures[zone] or 0.0
        hottest_wish_c = max(hottest_wish_c, wish_c)
        if temperature_c < wish_c - NEAR_K:
            seconds = (wish_c - temperature_c) / (heat.ramp_c_per_s or limits.ramp_default_c_per_s)
            slowest = max(slowest or (0.0, 0.0), (seconds, wish_c))
        elif temperature_c > wish_c + NEAR_K:
            coasts_to_c = wish_c
    if slowest is not None:
        return reasons.warming(slowest[1], slowest[0])
    return reasons.holding(hottest_wish_c) if coasts_to_c is None else reasons.coasting(coasts_to_c)
