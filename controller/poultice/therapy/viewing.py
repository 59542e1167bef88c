"""From the parts of a pad to the picture that the world gets of it."""

from __future__ import annotations

from dataclasses import dataclass

from poultice.therapy.invitation import Invitation
from poultice.therapy.layout import PadLayout
from poultice.therapy.session import Session
from poultice.therapy.state import Phase, Reading, Reason
from poultice.therapy.view import FaultView, InvitationView, MotorView, PadView, SessionView, ZoneView
from poultice.therapy.warmth import Warmth


@dataclass(frozen=True, slots=True)
class Shown:
    """What a picture is made of; `reading` is None where the last one is too old to show."""

    now_s: float
    phase: Phase
    armed: bool
    reading: Reading | None
    session: Session | None
    invitation: Invitation | None
    warmth: Warmth
    motors_asked: tuple[int, ...]
    checklist_accepted: bool
    reason: Reason


def picture(layout: PadLayout, shown: Shown) -> PadView:
    """The view of a pad."""
    reading = shown.reading
    return PadView(
        phase=shown.phase,
        armed=shown.armed,
        armed_remaining_s=reading.armed_remaining_s if reading and shown.armed else 0.0,
        outputs_off=reading is not None and _all_off(reading),
        zones={name: _zone(i, name, shown) for i, name in enumerate(layout.zone_names)},
        motors={name: _motor(i, shown) for i, name in enumerate(layout.motor_names)},
        session=None if shown.session is None else _session(shown.session),
        invitation=None if shown.invitation is None else _invitation(shown.invitation, shown.now_s),
        dose={name: dose.minutes for name, dose in shown.warmth.doses.items()},
        faults=() if reading is None else _faults(reading),
        checklist_accepted=shown.checklist_accepted,
        reason=shown.reason,
        reading_age_s=None if reading is None else max(0.0, shown.now_s - reading.at_s),
    )


def _all_off(reading: Reading) -> bool:
    return not any(reading.motors_percent) and all(z.duty == 0.0 and z.applied_w == 0.0 for z in reading.zones)


def _zone(index: int, name: str, shown: Shown) -> ZoneView:
    session, reading = shown.session, shown.reading
    asked_c = session.asked_c(name) if session is not None and shown.phase is not Phase.PAUSED else None
    zone = None if reading is None else reading.zones[index]
    return ZoneView(
        asked_c=asked_c,
        target_c=None if asked_c is None else shown.warmth.loops[name].reference_c,
        temperature_c=None if reading is None else shown.warmth.temperatures[name],
        duty=0.0 if zone is None else zone.duty,
        watts=0.0 if zone is None else zone.applied_w,
        limited_by=shown.warmth.limited_by(name, session, shown.armed)
        if session is not None and asked_c is not None
        else None,
    )


def _motor(index: int, shown: Shown) -> MotorView:
    actual = 0 if shown.reading is None else shown.reading.motors_percent[index]
    return MotorView(shown.motors_asked[index], actual)


def _session(session: Session) -> SessionView:
    return SessionView(
        id=session.id,
        program=session.program.id,
        title=session.program.title,
        step=session.index,
        steps=len(session.program.steps),
        step_id=session.step.id,
        elapsed_s=session.elapsed_s,
        remaining_s=session.remaining_s,
    )


def _invitation(invitation: Invitation, now_s: float) -> InvitationView:
    program = invitation.program
    return InvitationView(program.id, program.title, invitation.role, max(0.0, invitation.until_s - now_s))


def _faults(reading: Reading) -> tuple[FaultView, ...]:
    names = dict.fromkeys((*reading.latched_faults, *reading.faults))
    return tuple(FaultView(name, name in reading.latched_faults) for name in names)
