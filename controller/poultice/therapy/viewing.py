"""From the parts of a pad to the picture that the world gets of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from poultice.therapy.asking import Asked
from poultice.therapy.invitation import Invitation
from poultice.therapy.layout import PadLayout
from poultice.therapy.offer import Offer
from poultice.therapy.phases import PLAYING
from poultice.therapy.session import Session
from poultice.therapy.state import Phase, Reading, Reason
from poultice.therapy.view import (
    FaultView,
    InvitationView,
    MotorView,
    OfferView,
    PadView,
    SessionView,
    Urgent,
    ZoneView,
)
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
    asked: Asked | None
    offer: Offer | None
    checklist_accepted: bool
    reason: Reason
    strengths: Mapping[str, int]
    selected: str | None
    thermostats: Mapping[str, float]


class Painter:
    """Paints the view of a pad. The zones, which only readings and wishes change, are painted only when those do."""

    def __init__(self, layout: PadLayout) -> None:
        self._zone_names = layout.zone_names
        self._motor_names = layout.motor_names
        self._painted_for: tuple[object, ...] = ()
        self._zones: Mapping[str, ZoneView] = {}
        self._dose: Mapping[str, float] = {}
        self._seen: Reading | None = None
        self._faults: tuple[FaultView, ...] = ()
        self._off = False

    def urgent(self, phase: Phase, armed: bool, reading: Reading | None) -> Urgent:
        """What of the view nobody may wait for; looked at with every reading, so it costs next to nothing."""
        if reading is not self._seen:
            self._seen = reading
            self._faults = () if reading is None else _faults(reading)
            self._off = reading is not None and _all_off(reading)
        return Urgent(phase, armed, self._faults, self._off)

    def paint(self, shown: Shown) -> PadView:
        """The view at this moment."""
        self._paint_zones(shown)
        reading = shown.reading
        urgent = self.urgent(shown.phase, shown.armed, reading)
        return PadView(
            phase=shown.phase,
            armed=shown.armed,
            armed_remaining_s=reading.armed_remaining_s if reading and shown.armed else 0.0,
            outputs_off=urgent.outputs_off,
            zones=self._zones,
            motors=self._motors(shown),
            session=None if shown.session is None else _session(shown.session, shown.asked),
            invitation=None if shown.invitation is None else _invitation(shown.invitation, shown.now_s),
            offer=None if shown.offer is None else _offer(shown.offer),
            dose=self._dose,
            faults=urgent.faults,
            checklist_accepted=shown.checklist_accepted,
            reason=shown.reason,
            reading_age_s=None if reading is None else max(0.0, shown.now_s - reading.at_s),
            selected=shown.selected,
            thermostats=dict(shown.thermostats),
        )

    def _paint_zones(self, shown: Shown) -> None:
        reading, session = shown.reading, shown.session
        at_s = None if reading is None else reading.at_s
        key = (at_s, None if session is None else (session.id, session.revision), shown.phase, shown.armed)
        if key == self._painted_for:
            return
        self._painted_for = key
        self._zones = {name: _zone(i, name, shown) for i, name in enumerate(self._zone_names)}
        self._dose = {name: dose.minutes for name, dose in shown.warmth.doses.items()}

    def _motors(self, shown: Shown) -> Mapping[str, MotorView]:
        actual = shown.reading.motors_percent if shown.reading else (0,) * len(self._motor_names)
        return {
            name: MotorView(asked, is_now, shown.strengths.get(name, 0))
            for name, asked, is_now in zip(self._motor_names, shown.motors_asked, actual, strict=True)
        }


def _all_off(reading: Reading) -> bool:
    return not any(reading.motors_percent) and all(z.duty == 0.0 and z.applied_w == 0.0 for z in reading.zones)


def _zone(index: int, name: str, shown: Shown) -> ZoneView:
    wish = shown.session.wishes.get(name) if shown.session and shown.phase in PLAYING else None
    zone = None if shown.reading is None else shown.reading.zones[index]
    return ZoneView(
        asked_c=None if wish is None else wish.asked_c,
        target_c=None if wish is None else shown.warmth.loops[name].reference_c,
        temperature_c=None if zone is None else shown.warmth.temperatures[name],
        duty=0.0 if zone is None else zone.duty,
        watts=0.0 if zone is None else zone.applied_w,
        limited_by=None if wish is None else shown.warmth.limited_by(name, wish, shown.armed),
    )


def _offer(offer: Offer) -> OfferView:
    steps = offer.program.steps
    left_s = sum(step.duration_s for step in steps[offer.at_step :])
    return OfferView(offer.program.id, offer.program.title, offer.at_step, len(steps), left_s)


def _session(session: Session, asked: Asked | None) -> SessionView:
    return SessionView(
        id=session.id,
        program=session.program.id,
        title=session.program.title,
        step=session.index,
        steps=len(session.program.steps),
        step_id=session.step.id,
        elapsed_s=session.elapsed_s,
        remaining_s=session.remaining_s,
        step_remaining_s=session.step_remaining_s,
        card=session.step.card,
        wait=session.step.wait,
        asked=asked,
        pattern=None if session.massage is None else session.massage.pattern,
    )


def _invitation(invitation: Invitation, now_s: float) -> InvitationView:
    program = invitation.program
    left_s = max(0.0, invitation.until_s - now_s)
    return InvitationView(program.id, program.title, invitation.role, left_s, program.content_hash, invitation.heat)


def _faults(reading: Reading) -> tuple[FaultView, ...]:
    if not reading.faults and not reading.latched_faults:
        return ()
    names = dict.fromkeys((*reading.latched_faults, *reading.faults))
    return tuple(FaultView(name, name in reading.latched_faults) for name in names)
