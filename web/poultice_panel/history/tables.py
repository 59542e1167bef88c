"""The tables through SQLAlchemy: opened, brought up to date, and what goes wrong with them told.

Imported by the history's thread when it is first needed: it takes as long as all the rest of the panel, and a page that
waits for the panel to come back needs none of it.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from poultice_panel.history.trouble import HistoryError

log = logging.getLogger(__name__)

LOCKED_S = 1.0  # so long another program may hold the file
MIGRATIONS = Path(__file__).with_name("migrations")
T = TypeVar("T")
_BY_NAME = {
    "SQLITE_BUSY": "locked",
    "SQLITE_LOCKED": "locked",
    "SQLITE_FULL": "full",
    "SQLITE_READONLY": "read_only",
    "SQLITE_CORRUPT": "damaged",
    "SQLITE_NOTADB": "damaged",
    "SQLITE_CANTOPEN": "unreachable",
    "SQLITE_PERM": "unreachable",
    "SQLITE_IOERR": "disk",
}


class Tables:
    """Does work in transactions; of one thread alone."""

    def __init__(self, url: str) -> None:
        """Raises HistoryError where `url` is none."""
        try:
            self.url = _with_driver(make_url(url))
        except (ArgumentError, ValueError):  # not shown: it may hold a password
            raise HistoryError("unreachable", "database.url") from None
        self._engine: Engine | None = None

    def do(self, work: Callable[[Session], T]) -> T:
        """The result of `work`, committed. Raises HistoryError."""
        try:
            if self._engine is None:
                self._engine = self._open()
            with Session(self._engine) as session, session.begin():
                return work(session)
        except (SQLAlchemyError, OSError, ImportError) as error:
            code = code_of(error)
            if code == "failed":  # the statement's values are people's: only its kind is told
                log.error("The history failed: %s", type(getattr(error, "orig", None) or error).__name__)
            self.dispose()
            raise HistoryError(code, place(self.url)) from None

    def _open(self) -> Engine:
        make_private(self.url)
        engine = _engine(self.url)
        try:
            with engine.begin() as connection:
                upgrade(connection, place(self.url))
        except BaseException:
            engine.dispose()
            raise
        return engine

    def dispose(self) -> None:
        """Closes it; it is opened anew when it is needed."""
        if self._engine is not None and self.url.database is not None:
            self._engine.dispose()
            self._engine = None

    def set_aside(self, now: datetime) -> Path | None:
        """As `Database.set_aside`."""
        try:
            self.do(look)
        except HistoryError as error:
            if error.code != "damaged":
                raise
        else:
            return None
        self.dispose()
        file = Path(self.url.database or "")
        aside = file.with_name(f"{file.name}.damaged-{now:%Y%m%d-%H%M%S}")
        try:
            file.rename(aside)
            file.with_name(f"{file.name}-journal").unlink(missing_ok=True)
        except OSError as error:
            raise HistoryError(code_of(error), place(self.url)) from None
        log.warning("The damaged history was set aside as %s; a new one begins.", aside)
        return aside


def look(session: Session) -> None:
    """Reads every page of a file. Raises where one is damaged."""
    if session.get_bind().dialect.name != "sqlite":
        return
    said = [row[0] for row in session.connection().exec_driver_sql("PRAGMA integrity_check(1)")]
    if said != ["ok"]:
        raise HistoryError("damaged")


def _with_driver(url: URL) -> URL:
    """PostgreSQL is spoken by psycopg 3."""
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgres", "postgresql") else url


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, hide_parameters=True, pool_size=1, pool_pre_ping=True)
    memory = {} if url.database else {"poolclass": StaticPool}
    engine = create_engine(
        url,
        hide_parameters=True,
        connect_args={"timeout": LOCKED_S, "check_same_thread": False, "isolation_level": None},
        **memory,
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))  # pysqlite begins too late
    return engine


def _set_up(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    # FULL, the default, lets a power cut bring back the journal of a transaction that was confirmed.
    connection.execute("PRAGMA synchronous = EXTRA")
    connection.execute("PRAGMA secure_delete = ON")  # who is forgotten is not to be found in the file's gaps


def make_private(url: URL) -> None:
    """The file of an SQLite database belongs to its owner alone, before anything stands in it. Raises OSError."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database.startswith("file:"):
        return
    file = Path(url.database)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
        if file.stat().st_mode & 0o077:
            file.chmod(0o600)
    except OSError:
        if not os.access(file, os.R_OK):
            raise


def newest() -> str:
    """The newest step; the steps' files begin with their numbers."""
    return max(file.stem[1:5] for file in (MIGRATIONS / "versions").glob("v*.py"))


def version(connection: Connection) -> str | None:
    """The step that the tables are at; None where there are none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    said: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return said


def upgrade(connection: Connection, where: str) -> None:
    """Brings the tables up to the newest step. Raises HistoryError where they are beyond it."""
    now = version(connection)
    if now == newest():
        return
    if now is not None and now > newest():
        raise HistoryError("newer", where)
    from alembic import command  # noqa: PLC0415 - a third of the panel's start, and mostly there is nothing to do
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def place(url: URL) -> str:
    """What the database is called; no password in it."""
    if url.get_backend_name() == "sqlite":
        return url.database or "the history in memory"
    return url.render_as_string(hide_password=True)


def code_of(error: SQLAlchemyError | OSError | ImportError) -> str:
    """Which trouble an error means."""
    if isinstance(error, ImportError):
        return "driver"
    if isinstance(error, OSError):
        return "unreachable"
    original = error.orig if isinstance(error, DBAPIError) else None
    if isinstance(original, sqlite3.Error):
        name = getattr(original, "sqlite_errorname", "") or ""
        return next((code for start, code in _BY_NAME.items() if name.startswith(start)), "failed")
    return "unreachable" if isinstance(error, OperationalError) else "failed"
