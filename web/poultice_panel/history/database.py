"""The database behind one thread: whatever waits for a disk waits there, never in the event loop.

It is opened when it is first needed, and anew after a failure, so that what a person mends is found mended.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from poultice_panel.history.trouble import HistoryError, code_of, place

log = logging.getLogger(__name__)

IN_MEMORY = "sqlite://"
LOCKED_S = 1.0  # so long another program may hold the file
ANSWER_S = 10.0
WAITING = 64
MIGRATIONS = Path(__file__).with_name("migrations")
T = TypeVar("T")
Work = Callable[[Session], T]


class Database:
    """Does `Work` in transactions, one after another."""

    def __init__(self, url: str = IN_MEMORY) -> None:
        self.url = _with_driver(make_url(url))
        self._engine: Engine | None = None
        self._thread = ThreadPoolExecutor(1, "history")
        self._waiting = 0

    async def run(self, work: Work[T]) -> T:
        """The result of `work`, committed. Raises HistoryError; then nothing of it was done."""
        return await self._later(lambda: self._do(work))

    async def set_aside(self, now: datetime) -> Path | None:
        """Puts a damaged file beside, under a name of its own, so that a new one begins; that name, or None where the
        file is not damaged, or where it is none: a PostgreSQL is mended by its own tools. Raises HistoryError."""
        return await self._later(lambda: self._set_aside(now))

    async def close(self) -> None:
        """Ends what is open; does not wait for a disk that hangs."""
        try:
            async with asyncio.timeout(1.0):
                await asyncio.get_running_loop().run_in_executor(self._thread, self._dispose)
        except TimeoutError:
            log.warning("The history's database did not close in time.")
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _later(self, do: Callable[[], T]) -> T:
        if self._waiting >= WAITING:
            raise HistoryError("slow")
        self._waiting += 1
        done = asyncio.get_running_loop().run_in_executor(self._thread, do)
        done.add_done_callback(self._one_less)
        try:
            async with asyncio.timeout(ANSWER_S):
                return await asyncio.shield(done)
        except TimeoutError:
            raise HistoryError("slow") from None

    def _one_less(self, done: asyncio.Future[Any]) -> None:
        self._waiting -= 1
        if not done.cancelled():
            done.exception()  # asked for, so that one that came too late is not complained of

    # -- In the thread

    def _do(self, work: Work[T]) -> T:
        try:
            if self._engine is None:
                self._engine = self._open()
            with Session(self._engine) as session, session.begin():
                return work(session)
        except (SQLAlchemyError, OSError, ImportError) as error:
            code = code_of(error)
            if code == "failed":  # the statement's values are people's: only its kind is told
                log.error("The history failed: %s", type(getattr(error, "orig", None) or error).__name__)
            self._dispose()
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

    def _dispose(self) -> None:
        if self._engine is not None and self.url.database is not None:
            self._engine.dispose()
            self._engine = None

    def _set_aside(self, now: datetime) -> Path | None:
        try:
            self._do(_look)
        except HistoryError as error:
            if error.code != "damaged":
                raise
        else:
            return None
        self._dispose()
        file = Path(self.url.database or "")
        aside = file.with_name(f"{file.name}.damaged-{now:%Y%m%d-%H%M%S}")
        try:
            file.rename(aside)
            file.with_name(f"{file.name}-journal").unlink(missing_ok=True)
        except OSError as error:
            raise HistoryError(code_of(error), place(self.url)) from None
        log.warning("The damaged history was set aside as %s; a new one begins.", aside)
        return aside


def _look(session: Session) -> None:
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
