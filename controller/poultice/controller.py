"""The one loop: takes what comes in, lets time pass, ticks twenty times a second. One thread, one inbox, no locks."""

from __future__ import annotations

import logging
from collections.abc import Callable

from poultice.clock import Clock, processor_s
from poultice.editing.desk import Read
from poultice.inbox import Inbox, Item, Quit
from poultice.link.serial_port import PortBytes, PortClosed, PortOpened
from poultice.mqtt.incoming import (
    Born,
    Connected,
    ControllerSaid,
    Disconnected,
    PadSaid,
    QueryIn,
    RequestIn,
    SimulatedButtonIn,
)
from poultice.pace import Pace
from poultice.roster import Roster
from poultice.sessions.desk import Answer

log = logging.getLogger(__name__)

TICK_S = 0.05
SLICE_S = 0.01  # a board in this process is advanced in steps as short as its own
HEALTH_EVERY_S = 5.0
GREETING_S = 2.0  # between two of home automation's beginnings, which take longer
MOST_ITEMS = 500  # a turn takes no more: whatever floods in, the demand goes out
LEAST_ITEMS = 5  # and these however late it is, so that a slow computer still hears its board, and a STOP
LATE_S = 0.01


class Controller:
    """The loop of all pads of a roster. Boards in this process advance by `slice_s`; the pads tick one slice after the
    other, so that none waits for all; those boards are switched on one after the other, so that they report so, too."""

    def __init__(
        self,
        roster: Roster,
        clock: Clock,
        inbox: Inbox,
        slice_s: float = SLICE_S,
        tell: Callable[[float, Pace], None] = lambda _uptime_s, _pace: None,
    ) -> None:
        """`tell` is told s of uptime, and how well time is kept, every few seconds."""
        self._roster = roster
        self._seats = roster.seats
        self._clock = clock
        self._inbox = inbox
        self._tell = tell
        self._simulated = [seat for seat in self._seats if seat.simulated is not None]
        self._slice_s = slice_s if self._simulated or len(self._seats) > 1 else TICK_S
        self._slices = round(TICK_S / self._slice_s)
        self._turn = 0
        self._begun_s = clock.real_s()
        self._due_s = clock.now_s()
        apart_s = HEALTH_EVERY_S / len(self._seats)
        self._health_s = [self._begun_s + number * apart_s for number in range(len(self._seats))]
        self._told_s = self._begun_s
        self._greeted_s = float("-inf")
        self.pace = Pace()
        self.ending = False
        for station in roster.stations:
            station.begin()

    def run(self, watch: Callable[[], None] = lambda: None) -> None:
        """Turns until told to quit; whatever happens, the last word to the board is STOP."""
        try:
            while not self.ending:
                self.turn()
                watch()
        finally:
            for station in self._roster.stations:  # all boards first, then all files
                station.stop()
            for station in self._roster.stations:
                station.end()

    def turn(self) -> None:
        """One slice of time: what comes in during it, then what it brings."""
        begun_s = processor_s()
        self._take_in()
        self._clock.sleep_until(self._due_s)
        self._advance()
        for number in range(self._turn % self._slices, len(self._seats), self._slices):
            self._tick(number)
        self.pace.worked(processor_s() - begun_s)
        self._turn += 1
        if self._turn % self._slices == 0:
            self.pace.round_ends()
            self._tell_health()
        self._due_s = max(self._due_s + self._slice_s, self._clock.now_s())

    def _advance(self) -> None:
        for seat in self._simulated[: self._turn + 1]:
            port = seat.simulated
            if port is not None:
                port.advance_to(self._clock.now_s())
                if data := port.read_available():
                    self._roster.hear(seat, data, self._clock.now_s())

    def _tick(self, number: int) -> None:
        self.pace.ticked(-self._clock.real_s_until(self._due_s))
        seat = self._seats[number]
        if seat.station is None:
            self._roster.greet(seat, self._clock.now_s())
            return
        seat.station.tick()
        real_s = self._clock.real_s()
        if real_s >= self._health_s[number]:
            self._health_s[number] = real_s + HEALTH_EVERY_S
            seat.station.publish_health(real_s - self._begun_s, self.pace.jitter_s)

    def _tell_health(self) -> None:
        real_s = self._clock.real_s()
        if real_s >= self._told_s:
            self._told_s = real_s + HEALTH_EVERY_S
            self._roster.judge()
            self._tell(real_s - self._begun_s, self.pace)

    # -- The inbox

    def _take_in(self) -> None:
        for count in range(MOST_ITEMS):
            wait_s = self._clock.real_s_until(self._due_s)
            late = count >= LEAST_ITEMS and wait_s < -LATE_S
            item = None if late else self._inbox.get(wait_s)
            if item is None or self.ending:
                return
            self._handle(item)

    def _handle(self, item: Item) -> None:
        match item:
            case PortBytes(data, place):
                self._roster.hear(self._seats[place], data, self._clock.now_s())
            case PortOpened(path):
                log.info("The port %s is open", path)
            case PortClosed(sentence, place):
                self._roster.closed(self._seats[place], sentence)
            case RequestIn() | QueryIn() | SimulatedButtonIn():
                self._ask(item)
            case Answer():
                self._answered(item)
            case Read():
                self._judged(item)
            case ControllerSaid():
                self._roster.controller_said(item)
            case PadSaid():
                self._roster.pad_said(item)
            case Connected():
                self._roster.broker_connected()
                self._health_at_once()
            case Born():
                self._greet()
            case Disconnected():
                pass  # the sessions go on; the bridge has said why and tries again
            case Quit():
                self.ending = True

    def _greet(self) -> None:
        """Says all anew to home automation that has just begun; who says so in a flood is heard once a while."""
        now_s = self._clock.real_s()
        if now_s - self._greeted_s >= GREETING_S:
            self._greeted_s = now_s
            self._health_at_once()
            self._roster.greet_home()

    def _health_at_once(self) -> None:
        self._health_s = [self._clock.real_s()] * len(self._seats)

    def _ask(self, item: RequestIn | QueryIn | SimulatedButtonIn) -> None:
        station = self._roster.station(item.pad)
        if station is None or station.away:
            return
        match item:
            case RequestIn():
                station.request(item)
            case QueryIn():
                station.query(item)
            case SimulatedButtonIn(pad, press_s):
                self._press(pad, press_s)

    def _answered(self, item: Answer) -> None:
        station = self._roster.station(item.query.pad)
        if station is not None:
            station.answered(item)

    def _judged(self, item: Read) -> None:
        station = self._roster.station(item.query.pad)
        if station is not None:
            station.read(item)

    def _press(self, pad: str, press_s: float) -> None:
        for seat in self._simulated:
            if seat.simulated is not None and seat.station is not None and seat.station.identity.pad == pad:
                seat.simulated.board.press(press_s)
                return
        log.warning("A press on a real pad's button cannot be sent; it is ignored")
