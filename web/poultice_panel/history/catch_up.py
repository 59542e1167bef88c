"""Takes over from each controller what is not here yet: when it comes, when a session ends, and now and then.

A session is acknowledged only after it is in the database, so a panel that dies in between gets it again; saving it
twice changes nothing. What fails is tried again after a growing pause, for ever.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from operator import methodcaller
from typing import Any

from poultice.mqtt.messages import CourseResult, ResultMessage, SessionOutcome, SessionsResult
from pydantic import ValidationError

from poultice_panel.asking import NoAnswerError, NoBrokerError
from poultice_panel.history.curves import Course, of_rows
from poultice_panel.history.database import Database
from poultice_panel.history.trouble import HistoryError
from poultice_panel.pads import Pad

log = logging.getLogger(__name__)

SETTLE_S = 0.4  # after a session's end, until the controller has written its last lines
AGAIN_S = (2.0, 5.0, 15.0, 60.0)
REGULAR_S = 600.0
PAGES_MAX = 1000  # of one catching-up; a controller that never says "no more" is believed so long

Query = Callable[[str, str, dict[str, Any]], Awaitable[ResultMessage]]


class _LaterError(Exception):
    """The controller did not answer usefully: to be tried again."""


@dataclass(slots=True)
class _Seen:
    """What was last seen of a pad: its controller while both are there, and the session that runs."""

    controller: str | None = None
    session: str | None = None


@dataclass(slots=True)
class CatchUp:
    """One worker for all controllers; lives in the event loop. `query` asks a pad's controller."""

    database: Database
    query: Query
    settle_s: float = SETTLE_S
    trouble: HistoryError | None = None
    _seen: dict[str, _Seen] = field(default_factory=dict)
    _due: dict[str, str] = field(default_factory=dict)  # by controller: the pad to ask
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _forgets: int = 0
    _busy: bool = False

    def look(self, pad: Pad, there: bool) -> None:
        """Looks at a pad that changed; `there`: it and its controller are online."""
        seen = self._seen.setdefault(pad.id, _Seen())
        controller = pad.info.controller if there and pad.info else None
        session = pad.state.session.id if pad.state and pad.state.session else None
        over = seen.session is not None and session != seen.session
        if controller is not None and (controller != seen.controller or over):
            self.poke(controller, pad.id)
        self._seen[pad.id] = _Seen(controller, session)

    def poke(self, controller: str, pad: str) -> None:
        """There may be something to take over."""
        self._due[controller] = pad
        self._wake.set()

    def poke_all(self) -> None:
        """Whoever is there is asked."""
        for pad, seen in self._seen.items():
            if seen.controller is not None:
                self.poke(seen.controller, pad)

    def pad_of(self, controller: str) -> str | None:
        """A pad through which a controller can be asked; None where it is away."""
        return next((pad for pad, seen in self._seen.items() if seen.controller == controller), None)

    async def forget(self, person: str, told: str) -> int:
        """Erases a person here, and has every controller but the one that was `told` do so. What is just being taken
        over is taken over anew. Raises HistoryError."""
        self._forgets += 1
        erased = await self.database.ask(lambda books: books.forget(person, told))
        self.poke_all()
        return erased

    async def forget_session(self, session: str, person: str) -> bool:
        """Erases one session here, after its controller did; False where it was not here. Raises HistoryError."""
        self._forgets += 1
        return await self.database.ask(lambda books: books.forget_session(session, person))

    async def run(self) -> None:
        """Works until it is cancelled."""
        failures = 0
        while True:
            wait_s = REGULAR_S if not self._due else AGAIN_S[min(failures, len(AGAIN_S)) - 1] if failures else 0.0
            try:
                async with asyncio.timeout(wait_s):
                    await self._wake.wait()
            except TimeoutError:
                if not self._due:
                    self.poke_all()
            self._wake.clear()
            self._busy = True
            await asyncio.sleep(self.settle_s)
            failures = 0 if await self._round() else failures + 1
            self._busy = False

    async def _round(self) -> bool:
        """One attempt at everyone who is due; whether all went well."""
        for controller, pad in list(self._due.items()):
            try:
                del self._due[controller]
                await self._take_over(controller, self.pad_of(controller) or pad)
                self.trouble = None
            except (NoAnswerError, NoBrokerError, _LaterError, ValidationError) as error:
                log.info("The sessions of %s are not taken over yet: %s", controller, type(error).__name__)
                self._put_back(controller, pad)
            except HistoryError as error:
                if self.trouble is None or self.trouble.code != error.code:
                    log.warning("%s", error)
                self.trouble = error
                self._put_back(controller, pad)
        return not self._due

    def _put_back(self, controller: str, pad: str) -> None:
        """To be tried again, unless it has gone: then it is when it comes back."""
        if self.pad_of(controller) is not None:
            self._due.setdefault(controller, pad)

    async def _take_over(self, controller: str, pad: str) -> None:
        await self._forget_there(controller, pad)
        anew = not await self.database.ask(lambda books: books.is_caught_up(controller))
        since, forgets = None, self._forgets
        for _ in range(PAGES_MAX):
            args = {"op": "list", "pending": not anew, **({"since": since} if since else {})}
            listed = SessionsResult.model_validate(await self._ask(pad, "sessions", args))
            taken = await self._keep(controller, pad, listed.sessions, forgets)
            if taken:
                await self._ask(pad, "sessions", {"op": "acknowledge", "taken": taken})
            if not listed.more or not listed.sessions:
                break
            since = str(listed.sessions[-1].get("session", ""))
        if anew:
            await self.database.ask(lambda books: books.caught_up(controller))

    async def _forget_there(self, controller: str, pad: str) -> None:
        for person in await self.database.ask(lambda books: books.to_forget(controller)):
            await self._ask(pad, "persons", {"op": "forget", "person": person})
            await self.database.ask(methodcaller("forgotten", controller, person))

    async def _keep(self, controller: str, pad: str, listed: list[dict[str, Any]], forgets: int) -> dict[str, int]:
        """Saves sessions; of each that is here now how many lines."""
        taken: dict[str, int] = {}
        for plain in listed:
            outcome = _read(plain)
            if outcome is None:
                continue
            known = await self.database.ask(methodcaller("known_lines", outcome.session))
            if known != outcome.lines:
                course = await self._course(pad, outcome.session)
                if forgets != self._forgets:
                    raise _LaterError("somebody was forgotten meanwhile")
                await self.database.ask(methodcaller("save", controller, outcome, course))
            taken[outcome.session] = outcome.lines
        return taken

    async def _course(self, pad: str, session: str) -> Course:
        columns: list[str] = []
        rows: list[list[Any]] = []
        first: int | None = 0
        while first is not None and len(rows) <= PAGES_MAX * 10:
            page = CourseResult.model_validate(
                await self._ask(pad, "sessions", {"op": "course", "session": session, "first": first})
            )
            columns = page.columns or columns
            rows += page.rows
            first = page.next if page.next is None or page.next > first else None
        return await asyncio.to_thread(of_rows, columns, rows)

    async def _ask(self, pad: str, what: str, args: dict[str, Any]) -> dict[str, Any]:
        answer = await self.query(pad, what, args)
        if answer.status != "ok":
            raise _LaterError(answer.reason.text)
        return answer.result


def _read(plain: dict[str, Any]) -> SessionOutcome | None:
    try:
        return SessionOutcome.model_validate(plain)
    except ValidationError:
        log.warning("A session's outcome cannot be read: it stays with its controller.")
        return None
