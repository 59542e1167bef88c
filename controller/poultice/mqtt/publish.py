"""From what a pad shows to what is published, and when. Pure.

Instants here are real seconds, also where a simulated pad's own time runs faster: it is people who watch.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from poultice.link.contract import FAULTS
from poultice.mqtt import messages
from poultice.mqtt.messages import EventKind, PadEvent, PadState, ReplyMessage
from poultice.therapy.asking import Asked
from poultice.therapy.phases import PLAYING
from poultice.therapy.state import Reason, Reply
from poultice.therapy.view import (
    FaultView,
    InvitationView,
    MotorView,
    OfferView,
    PadHappening,
    PadView,
    SessionView,
    Urgent,
    ZoneView,
)

SLOWEST_S = 0.9  # "at least every 1 s" is promised; a late turn of the loop still keeps it
FASTEST_S = 0.5
MOVES = timedelta(seconds=15)  # a session that is ahead or behind by less ends when it was said to
FAULT_INFO = {info.name: info for info in FAULTS.values()}


class PublishPolicy:
    """When a pad's state is due: each 0.9 s, each 0.5 s while it changes, and at once when it matters."""

    def __init__(self) -> None:
        self._published_s: float | None = None
        self._view: PadView | None = None

    def hurry(self) -> None:
        """Makes the next state due at once: after a reply, and after each connection to the broker."""
        self._published_s = None

    def may_be_due(self, urgent: Urgent, now_s: float) -> bool:
        """Whether it is worth to make a view: one takes longer than all the rest of a reading's way."""
        if self._published_s is None or self._view is None or urgent != self._view.urgent:
            return True
        return now_s - self._published_s >= FASTEST_S

    def due(self, view: PadView, now_s: float) -> bool:
        """Whether to publish now; if so, it counts as published."""
        if not self._is_due(view, now_s):
            return False
        self._published_s, self._view = now_s, view
        return True

    def _is_due(self, view: PadView, now_s: float) -> bool:
        if self._published_s is None or self._view is None or view.urgent != self._view.urgent:
            return True
        waited_s = now_s - self._published_s
        return waited_s >= SLOWEST_S or (waited_s >= FASTEST_S and _ageless(view) != _ageless(self._view))


def _ageless(view: PadView) -> PadView:
    """Without the age of the reading, which changes always and matters to nobody."""
    return replace(view, reading_age_s=None)


class EndsAt:
    """When the session will be over, said so that it stands still: whoever shows it need not follow each second."""

    def __init__(self) -> None:
        self._said: datetime | None = None

    def of(self, view: PadView, time: datetime) -> datetime | None:
        """The instant, to the second; None where no session plays."""
        if view.session is None or view.phase not in PLAYING:
            self._said = None
            return None
        ends_at = (time + timedelta(seconds=view.session.remaining_s)).replace(microsecond=0)
        if self._said is None or abs(ends_at - self._said) > MOVES:
            self._said = ends_at
        return self._said


def to_state(view: PadView, seq: int, epoch: str, time: datetime, ends_at: datetime | None = None) -> PadState:
    """The public state of a pad. `seq` counts the states published since the controller began; `ends_at` is when the
    session will be over."""
    return PadState(
        seq=seq,
        epoch=epoch,
        time=time,
        phase=view.phase,
        armed=view.armed,
        armed_remaining_s=round(view.armed_remaining_s, 1),
        outputs_off=view.outputs_off,
        zones={name: _zone(zone, view.thermostats.get(name)) for name, zone in view.zones.items()},
        motors={name: _motor(motor) for name, motor in view.motors.items()},
        session=None if view.session is None else _session(view.session, ends_at),
        invitation=None if view.invitation is None else _invitation(view.invitation),
        offer=None if view.offer is None else _offer(view.offer),
        selected=view.selected,
        dose={name: round(dose, 4) for name, dose in view.dose.items()},
        faults=[_fault(fault) for fault in view.faults],
        checklist_accepted=view.checklist_accepted,
        reason=to_reason(view.reason),
    )


def to_event(happening: PadHappening, time: datetime) -> PadEvent:
    """The public event of something that happened."""
    values = {**happening.reason.values, **happening.details}
    reason = messages.Reason(code=happening.reason.code, text=happening.reason.text, values=values)
    return PadEvent(time=time, kind=cast(EventKind, happening.kind), reason=reason, session=happening.session)


def to_reply(reply: Reply) -> ReplyMessage:
    """The public answer to a request."""
    return ReplyMessage(id=reply.id, status=reply.status, reason=to_reason(reply.reason), applied=reply.applied)


def to_reason(reason: Reason) -> messages.Reason:
    """The public words of a reason."""
    return messages.Reason(code=reason.code, text=reason.text, values=reason.values)


def _zone(zone: ZoneView, thermostat_c: float | None) -> messages.ZoneState:
    return messages.ZoneState(
        asked=_rounded(zone.asked_c),
        target=_rounded(zone.target_c),
        temperature=_rounded(zone.temperature_c),
        duty=round(zone.duty, 3),
        watts=round(zone.watts, 1),
        limited_by=None if zone.limited_by is None else to_reason(zone.limited_by),
        thermostat=_rounded(thermostat_c),
    )


def _rounded(temperature_c: float | None) -> float | None:
    return None if temperature_c is None else round(temperature_c, 2)


def _motor(motor: MotorView) -> messages.MotorState:
    return messages.MotorState(asked=motor.asked_percent, actual=motor.actual_percent, strength=motor.strength_percent)


def _session(session: SessionView, ends_at: datetime | None) -> messages.SessionState:
    return messages.SessionState(
        id=session.id,
        program=session.program,
        title=dict(session.title),
        step=session.step,
        steps=session.steps,
        step_id=session.step_id,
        elapsed_s=round(session.elapsed_s, 1),
        remaining_s=round(session.remaining_s, 1),
        step_remaining_s=round(session.step_remaining_s, 1),
        card=session.card,
        wait=cast(Any, session.wait),
        question=None if session.asked is None else _question(session.asked),
        pattern=session.pattern,
        ends_at=ends_at,
    )


def _question(asked: Asked) -> messages.QuestionState:
    return messages.QuestionState(
        question=cast(Any, asked.question), remaining_s=round(asked.remaining_s, 1), region=cast(Any, asked.region)
    )


def _offer(offer: OfferView) -> messages.Offer:
    return messages.Offer(
        program=offer.program,
        title=dict(offer.title),
        step=offer.step,
        steps=offer.steps,
        remaining_s=round(offer.remaining_s, 1),
    )


def _invitation(invitation: InvitationView) -> messages.Invitation:
    return messages.Invitation(
        program=invitation.program,
        title=dict(invitation.title),
        role=invitation.role,
        remaining_s=round(invitation.remaining_s, 1),
        content_hash=invitation.content_hash,
        heat=dict(invitation.heat),
    )


def _fault(fault: FaultView) -> messages.FaultState:
    info = FAULT_INFO[fault.name]
    return messages.FaultState(
        name=fault.name,
        lockout=info.lockout,
        latched=fault.latched,
        sentence=info.sentence,
        action=info.action,
    )
