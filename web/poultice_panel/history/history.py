"""The history behind one door: the database, and what keeps it caught up."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from poultice.mqtt.messages import Reason, ResultMessage

from poultice_panel.clock import Clock
from poultice_panel.history.catch_up import CatchUp
from poultice_panel.history.database import Database, Work
from poultice_panel.pads import Pads

T = TypeVar("T")
SLOW_ANSWER_S = 8.0  # a controller reads a year of records the first time
Ask = Callable[[str, str, dict[str, Any], float], Awaitable[ResultMessage]]


class History:
    """Lives in the event loop."""

    def __init__(self, database: Database, pads: Pads, ask: Ask, clock: Clock) -> None:
        self._database = database
        self._pads = pads
        self._ask = ask
        self.clock = clock
        self.catch_up = CatchUp(database, self._query)
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Begins to catch up."""
        self._task = asyncio.create_task(self.catch_up.run())

    async def close(self) -> None:
        """Ends it."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self._database.close()

    def look(self, pad_id: str) -> None:
        """A pad changed."""
        pad = self._pads.get(pad_id)
        if pad is not None:
            self.catch_up.look(pad, pad.online and self._pads.controller_online(pad))

    @property
    def trouble(self) -> Reason | None:
        """Why the newest sessions may be missing."""
        error = self.catch_up.trouble
        return None if error is None else error.reason

    async def read(self, work: Work[T]) -> T:
        """What `work` finds. Raises HistoryError."""
        return await self._database.ask(work)

    async def write_note(self, session: str, person: str, note: str) -> bool:
        """Changes a note; False where there is no such session of that person. Raises HistoryError."""
        return await self._database.ask(lambda books: books.write_note(session, person, note))

    async def say_pain(self, pad: str, session: str, person: str, region: str, value: int) -> ResultMessage:
        """Adds to the record of a session that is over how much it hurts, and takes the record over."""
        args = {"op": "pain", "session": session, "person": person, "region": region, "value": value}
        answer = await self._query(pad, "sessions", args)
        known = self._pads.get(pad)
        if answer.status == "ok" and known is not None and known.info is not None:
            self.catch_up.poke(known.info.controller, pad)
        return answer

    async def forget_session(self, pad: str, session: str, person: str) -> ResultMessage:
        """Erases one session at its pad's controller, which would else bring it back, then here. Raises HistoryError,
        NoAnswerError, NoBrokerError."""
        answer = await self._query(pad, "sessions", {"op": "forget", "session": session, "person": person})
        if answer.status == "ok":
            await self.catch_up.forget_session(session, person)
        return answer

    async def forget(self, person: str, pad: str) -> int:
        """Erases a person here and at all controllers but that of `pad`, which has done so. Raises HistoryError."""
        known = self._pads.get(pad)
        told = known.info.controller if known is not None and known.info is not None else ""
        return await self.catch_up.forget(person, told)

    async def set_aside(self) -> Path | None:
        """Puts a damaged database aside; what the pads still have comes back. Raises HistoryError."""
        aside = await self._database.set_aside(self.clock.wall())
        if aside is not None:
            self.catch_up.poke_all()
        return aside

    def dose_max(self) -> float | None:
        """What a zone may give in a day, by the strictest pad; None where none has said so."""
        known = [pad.info.limits.get("day_dose_max") for pad in self._pads if pad.info]
        return min((limit for limit in known if limit is not None), default=None)

    def _query(self, pad: str, what: str, args: dict[str, Any]) -> Awaitable[ResultMessage]:
        return self._ask(pad, what, args, SLOW_ANSWER_S)
