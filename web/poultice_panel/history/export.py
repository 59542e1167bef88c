"""Sessions and curves as CSV, for a spreadsheet: one line a session and region of the body; one line a second.

Text that a spreadsheet would take for a formula is made plain, as OWASP advises (CSV injection).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy.orm import Session as Db

from poultice_panel.history import reading
from poultice_panel.history.curves import Course
from poultice_panel.history.shapes import PainOf, SessionBrief
from poultice_panel.history.wanted import Wanted

COLUMNS = (
    "session", "began", "pad", "simulated", "program", "title", "ending", "minutes", "region", "pain_before",
    "pain_after", "notes",
)  # fmt: skip
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def sessions_csv(db: Db, wanted: Wanted, language: str) -> str:
    """All sessions, oldest first; one without pain has one line, too."""
    found = reading.everything(db, wanted)
    notes = reading.notes_by_session(db, wanted)
    return _table(COLUMNS, (row for each in found for row in _rows(each, notes.get(each.id, ""), language)))


def _rows(session: SessionBrief, notes: str, language: str) -> Iterator[list[object]]:
    title = session.title.get(language) or session.title.get("en") or session.program
    minutes = "" if session.ran_s is None else round(session.ran_s / 60, 1)
    head = [session.id, session.began, session.pad, int(session.simulated), session.program, title, session.ending]
    for pain in session.pain or [PainOf(region="", before=None, after=None)]:
        yield [*head, minutes, pain.region, _or_empty(pain.before), _or_empty(pain.after), notes]


def course_csv(course: Course) -> str:
    """A whole curve: s since the session began and on the program's timeline, the phase, and four columns a zone."""
    columns = [
        f"{zone}_{each}" for zone in course.zones for each in ("temperature_c", "asked_c", "watts", "dose_cem43")
    ]
    return _table(["t_s", "program_s", "phase", *columns], _course_rows(course))


def _course_rows(course: Course) -> Iterator[list[object]]:
    zones = course.zones.values()
    for i in range(len(course)):
        values = [value for zone in zones for value in (zone.temperature_c, zone.asked_c, zone.watts, zone.dose)]
        yield [course.t_s[i], course.at_s[i], course.phase[i], *(_or_empty(value[i]) for value in values)]


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_plain(value) for value in row] for row in rows)
    return text.getvalue()


def _or_empty(value: object) -> object:
    return "" if value is None else value


def _plain(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULAS) else value
