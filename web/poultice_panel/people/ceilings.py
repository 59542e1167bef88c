"""Tells every controller what persons are never asked for more of: when it comes, when that changes, until it heard."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from poultice.mqtt.messages import ResultMessage

from poultice_panel.asking import NoAnswerError, NoBrokerError
from poultice_panel.pads import Pad
from poultice_panel.people.store import Person

log = logging.getLogger(__name__)

AGAIN_S = 5.0  # a controller that is there and did not answer is busy, or older than this

Query = Callable[[str, str, dict[str, Any]], Awaitable[ResultMessage]]


class Ceilings:
    """Lives in the event loop. All of it is told each time, so that a lost word is replaced by the next; where nothing
    was ever set nothing is told, so that a panel that lost its file widens nobody."""

    def __init__(self, persons: Callable[[], Iterable[Person]], query: Query) -> None:
        self._persons = persons
        self._query = query
        self._there: dict[str, str] = {}  # by controller that is there: a pad to ask through
        self._due: set[str] = set()
        self._wake = asyncio.Event()
        self._telling = asyncio.Lock()

    def look(self, pad: Pad, there: bool) -> None:
        """Looks at a pad that changed; `there`: it and its controller are online."""
        controller = pad.info.controller if pad.info else None
        if controller is None:
            return
        if there and controller not in self._there:
            self._there[controller] = pad.id
            self._due.add(controller)
            self._wake.set()
        elif not there and self._there.get(controller) == pad.id:
            del self._there[controller]  # whichever of its pads is there says so again

    def poke(self) -> None:
        """Something may have changed: whoever is there is told, soon."""
        self._due |= self._there.keys()
        self._wake.set()

    async def changed(self) -> list[str]:
        """Tells all controllers that are there; those of them that have not taken it yet will be told again."""
        self._due |= self._there.keys()
        await self._tell()
        if self._due:
            self._wake.set()
        return sorted(self._due)

    async def run(self) -> None:
        """Works until it is cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self._tell()
            if self._due & self._there.keys():
                await asyncio.sleep(AGAIN_S)
                self._wake.set()

    async def _tell(self) -> None:
        async with self._telling:
            for controller in sorted(self._due & self._there.keys()):
                if await self._told(self._there[controller]):
                    self._due.discard(controller)

    async def _told(self, pad: str) -> bool:
        said = {each.id: each.ceiling.model_dump(mode="json") for each in self._persons() if each.ceiling is not None}
        if not said:
            return True
        try:
            result = await self._query(pad, "settings", {"op": "set", "ceilings": said})
        except (NoAnswerError, NoBrokerError):
            return False
        if result.status != "ok":
            log.warning("%s does not take persons' ceilings: %s", pad, result.reason.text)
        return result.status == "ok"
