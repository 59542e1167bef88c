"""A database file that comes from elsewhere: whole, of this version, and caught up anew."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import delete
from sqlalchemy.orm import Session

from poultice_panel.history.models import Source
from poultice_panel.history.tables import Tables, look


def bring_up_to_date(file: Path) -> None:
    """Reads every page, brings the tables to the newest step, and has every controller asked for all of its sessions:
    those since are there yet. Raises HistoryError where it is damaged or of a newer Poultice."""
    tables = Tables(f"sqlite:///{file}")
    try:
        tables.do(_judge)
    finally:
        tables.dispose()


def _judge(session: Session) -> None:
    look(session)
    session.execute(delete(Source))
