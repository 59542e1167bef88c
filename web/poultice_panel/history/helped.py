"""What helped a person, over all pads and controllers of the house: by what stands in the history."""

from __future__ import annotations

from datetime import datetime

from poultice.mqtt.messages import HelpedResult, PainScores, SessionOutcome, helped_of
from sqlalchemy import select
from sqlalchemy.orm import Session as Db

from poultice_panel.history.models import Pain, Session

COLUMNS = (
    Session.id,
    Session.simulated,
    Session.program,
    Session.title,
    Session.content_hash,
    Session.began,
    Session.ending,
)


def helped(db: Db, person: str) -> HelpedResult:
    """How pain changed, program by program and region by region; a controller's own sums are of its sessions alone."""
    pains: dict[str, dict[str, PainScores]] = {}
    query = select(Pain.session, Pain.region, Pain.before, Pain.after).join(Session, Session.id == Pain.session)
    for row in db.execute(query.where(Session.person == person)):
        pains.setdefault(row.session, {})[row.region] = PainScores(before=row.before, after=row.after)
    sessions = db.execute(select(*COLUMNS).where(Session.person == person))
    return helped_of(
        (
            SessionOutcome(
                session=row.id,
                person=person,
                simulated=row.simulated,
                program=row.program,
                title=row.title,
                content_hash=row.content_hash,
                began=datetime.fromisoformat(row.began),
                ending=row.ending,
                pain=pains.get(row.id, {}),
            )
            for row in sessions
        ),
        person,
    )
