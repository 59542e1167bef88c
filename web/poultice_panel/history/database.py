"""The database behind one thread: whatever waits for a disk waits there, never in the event loop.

It is opened when it is first needed, and anew after a failure, so that what a person mends is found mended.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from poultice_panel.history.trouble import HistoryError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from poultice_panel.history.books import Books
    from poultice_panel.history.tables import Tables

log = logging.getLogger(__name__)

IN_MEMORY = "sqlite://"
ANSWER_S = 10.0
WAITING = 64
T = TypeVar("T")
Work = Callable[["Books"], T]


class Database:
    """Does `Work` in transactions, one after another."""

    def __init__(self, url: str = IN_MEMORY) -> None:
        self._url = url
        self._tables: Tables | None = None
        self._thread = ThreadPoolExecutor(1, "history")
        self._waiting = 0

    async def ask(self, work: Work[T]) -> T:
        """The result of `work`, committed. Raises HistoryError; then nothing of it was done."""
        return await self.run(lambda db: work(_books(db)))

    async def run(self, work: Callable[[Session], T]) -> T:
        """The same with a bare session of SQLAlchemy."""
        return await self._later(lambda: self._open().do(work))

    async def set_aside(self, now: datetime) -> Path | None:
        """Puts a damaged file beside, under a name of its own, so that a new one begins; that name, or None where the
        file is not damaged, or where it is none: a PostgreSQL is mended by its own tools. Raises HistoryError."""
        return await self._later(lambda: self._open().set_aside(now))

    async def close(self) -> None:
        """Ends what is open; does not wait for a disk that hangs."""
        try:
            async with asyncio.timeout(1.0):
                await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
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

    def _open(self) -> Tables:
        if self._tables is None:
            from poultice_panel.history.tables import Tables  # noqa: PLC0415 - see there

            self._tables = Tables(self._url)
        return self._tables

    def _close(self) -> None:
        if self._tables is not None:
            self._tables.dispose()


def _books(db: Session) -> Books:
    from poultice_panel.history.books import Books  # noqa: PLC0415 - as above

    return Books(db)
