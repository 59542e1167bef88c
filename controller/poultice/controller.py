"""The one loop: takes what comes in, lets time pass, ticks twenty times a second. One thread, one inbox, no locks."""

from __future__ import annotations

import logging
import queue
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from poultice.clock import Clock
from poultice.editing.desk import Read
from poultice.link.serial_port import PortBytes, PortClosed, PortItem, PortOpened
from poultice.mqtt.incoming import Connected, Disconnected, Incoming, QueryIn, RequestIn, SimulatedButtonIn
from poultice.sessions.desk import Answer
from poultice.simulator.port import SimulatedPort
from poultice.station import Station

log = logging.getLogger(__name__)

TICK_S = 0.05
SLICE_S = 0.01  # a board in this process is advanced in steps as short as its own
HEALTH_EVERY_S = 5.0
MOST_ITEMS = 500  # a turn takes no more: whatever floods in, the demand goes out
LATENESSES = 1200  # a minute of ticks


@dataclass(frozen=True, slots=True)
class Quit:
    """End the loop: somebody pressed Ctrl-C, or the system asks for it."""


Item = PortItem | Incoming | Answer | Read | Quit
Inbox = queue.SimpleQueue[Item]


class Controller:
    """The loop of one pad. `simulated` is the board in this process, if it is one; its time advances by `slice_s`."""

    def __init__(
        self,
        station: Station,
        clock: Clock,
        inbox: Inbox,
        simulated: SimulatedPort | None = None,
        slice_s: float = SLICE_S,
    ) -> None:
        self._station = station
        self._clock = clock
        self._inbox = inbox
        self._simulated = simulated
        self._slice_s = slice_s if simulated else TICK_S
        self._slices = round(TICK_S / self._slice_s)
        self._turn = 0
        self._begun_s = clock.real_s()
        self._due_s = clock.now_s()
        self._health_s = self._begun_s
        self._late_s: deque[float] = deque(maxlen=LATENESSES)
        self.ending = False
        station.begin()

    def run(self, watch: Callable[[], None] = lambda: None) -> None:
        """Turns until told to quit; whatever happens, the last word to the board is STOP."""
        try:
            while not self.ending:
                self.turn()
                watch()
        finally:
            self._station.end()

    def turn(self) -> None:
        """One slice of time: what comes in during it, then what it brings."""
        self._take_in()
        self._clock.sleep_until(self._due_s)
        self._advance()
        self._turn += 1
        if self._turn % self._slices == 0:
            self._tick()
        self._due_s = max(self._due_s + self._slice_s, self._clock.now_s())

    def _advance(self) -> None:
        if self._simulated is not None:
            self._simulated.advance_to(self._clock.now_s())
            if data := self._simulated.read_available():
                self._station.bytes_received(data)

    def _tick(self) -> None:
        self._late_s.append(max(0.0, -self._clock.real_s_until(self._due_s)))
        self._station.tick()
        real_s = self._clock.real_s()
        if real_s >= self._health_s:
            self._health_s = real_s + HEALTH_EVERY_S
            self._station.publish_health(real_s - self._begun_s, self.jitter_s())

    def jitter_s(self) -> float:
        """By how much ticks are late, 99 of 100 of the last minute, s."""
        ordered = sorted(self._late_s)
        return ordered[int(0.99 * (len(ordered) - 1))] if ordered else 0.0

    # -- The inbox

    def _take_in(self) -> None:
        for _ in range(MOST_ITEMS):
            item = self._next_item()
            if item is None or self.ending:
                return
            self._handle(item)

    def _next_item(self) -> Item | None:
        """The next item; waits for one until the slice ends."""
        wait_s = self._clock.real_s_until(self._due_s)
        try:
            return self._inbox.get(timeout=wait_s) if wait_s > 0 else self._inbox.get_nowait()
        except queue.Empty:
            return None

    def _handle(self, item: Item) -> None:
        station = self._station
        match item:
            case PortBytes(data):
                station.bytes_received(data)
            case PortOpened(path):
                log.info("The port %s is open", path)
            case PortClosed(sentence):
                station.port_closed(sentence)
            case RequestIn() if item.pad == station.identity.pad:
                station.request(item)
            case QueryIn() if item.pad == station.identity.pad:
                station.query(item)
            case Answer():
                station.answered(item)
            case Read():
                station.read(item)
            case SimulatedButtonIn() if item.pad == station.identity.pad:
                self._press(item.press_s)
            case Connected():
                station.broker_connected()
            case Disconnected():
                pass  # the session goes on; the bridge has said why and tries again
            case Quit():
                self.ending = True

    def _press(self, press_s: float) -> None:
        if self._simulated is not None:
            self._simulated.board.press(press_s)
        else:
            log.warning("A press on a real pad's button cannot be sent; it is ignored")
