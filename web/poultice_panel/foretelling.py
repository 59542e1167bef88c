"""Asks a session's controller what is expected of it, once, when it begins."""

from __future__ import annotations

import asyncio
import logging

from poultice_panel.asking import Asking, NoAnswerError, NoBrokerError
from poultice_panel.so_far import SoFar

log = logging.getLogger(__name__)


class Foretelling:
    """Every question under way."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, pad_id: str, course: SoFar) -> None:
        """A session began."""
        task = asyncio.create_task(self._ask(pad_id, course))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def close(self) -> None:
        """Asks no further."""
        for task in self._tasks:
            task.cancel()

    async def _ask(self, pad_id: str, course: SoFar) -> None:
        """Where there is no answer the session is shown without."""
        session = course.session
        try:
            answer = await self._asking.query(pad_id, "programs", {"op": "preview", "program": course.program})
            course.foresee(session, answer.result if answer.status == "ok" else {})
        except (NoAnswerError, NoBrokerError, LookupError, TypeError) as error:
            log.info("What is expected of %s is not known: %r", course.program, error)
