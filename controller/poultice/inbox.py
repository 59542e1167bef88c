"""The one inbox of the loop: what comes in is taken in its order; what strangers ask is bounded, what must come is not.

Full, it takes no more requests and queries, and says so. A STOP is taken always: where one for the same pad waits
already, with nothing asked of that pad after it, a second one would change nothing and is left out. So a flood costs
neither memory nor a STOP, and what waits is worked off within a moment.
"""

from __future__ import annotations

import logging
import queue
from dataclasses import dataclass

from poultice.editing.desk import Read
from poultice.link.serial_port import PortItem
from poultice.mqtt.incoming import ControllerSaid, Incoming, PadSaid, QueryIn, RequestIn, SimulatedButtonIn
from poultice.sessions.desk import Answer
from poultice.therapy.state import Verb

log = logging.getLogger(__name__)

MOST_WAITING = 300  # at half a millisecond each: what a person asks now is answered within some tenths of a second
TELL_EVERY = 10_000


@dataclass(frozen=True, slots=True)
class Quit:
    """End the loop: somebody pressed Ctrl-C, or the system asks for it."""


Item = PortItem | Incoming | Answer | Read | Quit


class Inbox:
    """Threads put, the loop takes. `most_waiting` bounds what strangers ask."""

    def __init__(self, most_waiting: int = MOST_WAITING) -> None:
        self._queue: queue.SimpleQueue[Item] = queue.SimpleQueue()
        self._most = most_waiting
        self._stopping: set[str] = set()  # pads for which a STOP waits that came while it was full
        self.dropped = 0

    def put(self, item: Item) -> None:
        """Takes it in, or drops it where there is no room for it; never waits."""
        if isinstance(item, RequestIn | QueryIn | SimulatedButtonIn):
            admitted = self._admits(item)
        else:
            admitted = not isinstance(item, ControllerSaid | PadSaid) or self._has_room()
        if admitted:
            self._queue.put(item)

    def get(self, timeout_s: float) -> Item | None:
        """The next item, waiting for it at most so long, s; None where none came."""
        try:
            item = self._queue.get(timeout=timeout_s) if timeout_s > 0.0 else self._queue.get_nowait()
        except queue.Empty:
            return None
        if isinstance(item, RequestIn) and item.verb is Verb.STOP:
            self._stopping.discard(item.pad)
        return item

    def _admits(self, item: RequestIn | QueryIn | SimulatedButtonIn) -> bool:
        if self._queue.qsize() < self._most:
            self._stopping.discard(item.pad)
            return True
        if isinstance(item, RequestIn) and item.verb is Verb.STOP:
            new = item.pad not in self._stopping
            self._stopping.add(item.pad)
            return new
        return self._has_room()

    def _has_room(self) -> bool:
        room = self._queue.qsize() < self._most
        if not room:
            self._drop()
        return room

    def _drop(self) -> None:
        self.dropped += 1
        if self.dropped == 1 or self.dropped % TELL_EVERY == 0:
            log.warning(
                "More is asked than the controller can answer: %d messages were dropped; look who sends them.",
                self.dropped,
            )
