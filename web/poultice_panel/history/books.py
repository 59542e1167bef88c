"""What may be asked of the history: one transaction's questions and changes, behind one door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from poultice.mqtt.messages import HelpedResult, SessionOutcome
from sqlalchemy.orm import Session

from poultice_panel.history import export, reading, store
from poultice_panel.history.curves import Course
from poultice_panel.history.helped import helped
from poultice_panel.history.report import report
from poultice_panel.history.shapes import Report, SessionBrief, SessionDetail, SessionPage, Summary
from poultice_panel.history.wanted import Wanted


@dataclass(frozen=True, slots=True)
class Books:
    """Valid within one transaction."""

    db: Session

    def page(self, wanted: Wanted, limit: int, after: str | None) -> SessionPage:
        """See `reading.page`."""
        return reading.page(self.db, wanted, limit, after)

    def detail(self, session: str, person: str) -> SessionDetail | None:
        """See `reading.detail`."""
        return reading.detail(self.db, session, person)

    def summary(self, person: str, since: date, until: date) -> Summary:
        """See `reading.summary`."""
        return reading.summary(self.db, person, since, until)

    def report(self, person: str, since: date, until: date, with_notes: bool) -> Report:
        """See `report.report`."""
        return report(self.db, person, since, until, with_notes)

    def helped(self, person: str) -> HelpedResult:
        """See `helped.helped`."""
        return helped(self.db, person)

    def last_on(self, pad: str, person: str, not_before_s: float) -> SessionBrief | None:
        """See `reading.last_on`."""
        return reading.last_on(self.db, pad, person, not_before_s)

    def pad_of(self, session: str, person: str) -> str | None:
        """See `reading.pad_of`."""
        return reading.pad_of(self.db, session, person)

    def sessions_csv(self, wanted: Wanted, language: str) -> str:
        """See `export.sessions_csv`."""
        return export.sessions_csv(self.db, wanted, language)

    def course_csv(self, session: str, person: str) -> str | None:
        """A session's whole curve as CSV; None where there is none. Raises ValueError where it is damaged."""
        course = reading.course(self.db, session, person)
        return None if course is None else export.course_csv(course)

    def known_lines(self, session: str) -> int | None:
        """See `store.known_lines`."""
        return store.known_lines(self.db, session)

    def save(self, controller: str, outcome: SessionOutcome, course: Course | None) -> None:
        """See `store.save`."""
        store.save(self.db, controller, outcome, course)

    def write_note(self, session: str, person: str, note: str) -> bool:
        """See `store.write_note`."""
        return store.write_note(self.db, session, person, note)

    def forget_session(self, session: str, person: str) -> bool:
        """See `store.forget_session`."""
        return store.forget_session(self.db, session, person)

    def is_caught_up(self, controller: str) -> bool:
        """See `store.is_caught_up`."""
        return store.is_caught_up(self.db, controller)

    def caught_up(self, controller: str) -> None:
        """See `store.caught_up`."""
        store.caught_up(self.db, controller)

    def forget(self, person: str, told: str) -> int:
        """See `store.forget`."""
        return store.forget(self.db, person, told)

    def to_forget(self, controller: str) -> list[str]:
        """See `store.to_forget`."""
        return store.to_forget(self.db, controller)

    def forgotten(self, controller: str, person: str) -> None:
        """See `store.forgotten`."""
        store.forgotten(self.db, controller, person)
