"""What is written to the database, each call one transaction's work."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from poultice.mqtt.messages import SessionOutcome
from sqlalchemy import delete, select
from sqlalchemy.orm import Session as Db

from poultice_panel.history.curves import Course as Curve
from poultice_panel.history.curves import pack
from poultice_panel.history.models import Course, Forgotten, Heat, Pain, Session, Source

NOBODY_KNOWS = datetime(1970, 1, 1, tzinfo=UTC)


def known_lines(db: Db, session: str) -> int | None:
    """How many lines of its record are taken over; None where the session is not."""
    return db.scalar(select(Session.lines).where(Session.id == session))


def save(db: Db, controller: str, outcome: SessionOutcome, course: Curve | None) -> None:
    """Keeps a session, in place of an older version of it; its person's own note stays, and its curve where there is
    no newer one."""
    row = _row(controller, outcome)
    before = db.get(Session, outcome.session)
    row.note = before.note if before is not None else ""
    db.merge(row)
    db.flush()
    db.execute(delete(Pain).where(Pain.session == outcome.session))
    db.add_all(
        Pain(session=outcome.session, region=region[:30], before=each.before, after=each.after)
        for region, each in outcome.pain.items()
    )
    if course is not None and len(course):
        db.merge(Course(session=outcome.session, content=pack(course)))
        db.execute(delete(Heat).where(Heat.session == outcome.session))
        db.add_all(_heats(outcome, course))
    elif before is None:
        db.add_all(Heat(session=outcome.session, zone=zone, dose=dose) for zone, dose in outcome.dose.items())


def _heats(outcome: SessionOutcome, course: Curve) -> Iterable[Heat]:
    """Of a session that was cut off nobody summed up the dose: its curve knows."""
    for name in {**course.zones, **outcome.dose}:
        zone = course.zones.get(name)
        dose = outcome.dose.get(name)
        yield Heat(
            session=outcome.session,
            zone=name[:64],
            dose=dose if dose is not None else zone.last_dose() if zone else 0.0,
            hottest_c=zone.hottest_c() if zone else None,
        )


def _row(controller: str, outcome: SessionOutcome) -> Session:
    began = outcome.began or outcome.until or NOBODY_KNOWS
    return Session(
        id=outcome.session,
        controller=controller,
        person=outcome.person,
        pad=outcome.pad,
        simulated=outcome.simulated,
        program=outcome.program,
        title=outcome.title,
        content_hash=outcome.content_hash,
        began=began.isoformat(timespec="seconds"),
        began_s=began.timestamp(),
        until_s=(outcome.until or began).timestamp(),
        day=began.date().isoformat(),
        ending=outcome.ending,
        reason=outcome.reason,
        text=outcome.text,
        ran_s=outcome.ran_s,
        comfort=[each.model_dump() for each in outcome.comfort],
        notes=[each.model_dump() for each in outcome.notes],
        skipped_lines=outcome.skipped_lines,
        lines=outcome.lines,
    )


def write_note(db: Db, session: str, person: str, note: str) -> bool:
    """Changes the note after a session; False where there is no such session of that person."""
    row = db.scalar(select(Session).where(Session.id == session, Session.person == person))
    if row is not None:
        row.note = note
    return row is not None


def forget_session(db: Db, session: str, person: str) -> bool:
    """Erases one session; False where there is no such session of that person."""
    if db.scalar(select(Session.id).where(Session.id == session, Session.person == person)) is None:
        return False
    for table in (Pain, Heat, Course):
        db.execute(delete(table).where(table.session == session))
    db.execute(delete(Session).where(Session.id == session))
    return True


def is_caught_up(db: Db, controller: str) -> bool:
    """Whether all of a controller's sessions were taken over once."""
    return db.get(Source, controller) is not None


def caught_up(db: Db, controller: str) -> None:
    """All of a controller's sessions are here."""
    db.merge(Source(controller=controller))


def forget(db: Db, person: str, told: str) -> int:
    """Erases a person's sessions, and notes that every controller but the one that was `told` has still to do so; how
    many sessions that were."""
    db.execute(delete(Forgotten).where(Forgotten.controller == told, Forgotten.person == person))
    others = {*db.scalars(select(Source.controller)), *db.scalars(select(Session.controller).distinct())} - {told}
    for controller in others:
        db.merge(Forgotten(controller=controller, person=person))
    ids = list(db.scalars(select(Session.id).where(Session.person == person)))
    for table in (Pain, Heat, Course):
        db.execute(delete(table).where(table.session.in_(select(Session.id).where(Session.person == person))))
    db.execute(delete(Session).where(Session.person == person))
    return len(ids)


def to_forget(db: Db, controller: str) -> list[str]:
    """Whom a controller has still to forget."""
    return list(db.scalars(select(Forgotten.person).where(Forgotten.controller == controller)))


def forgotten(db: Db, controller: str, person: str) -> None:
    """The controller has done so."""
    db.execute(delete(Forgotten).where(Forgotten.controller == controller, Forgotten.person == person))
