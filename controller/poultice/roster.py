"""Which pad is where: places with their cables, the boards that come and go there, and other controllers' claims.

A place that is named has its pad, whichever board hangs there. At one without a name the pad is the board's: its id is
made of the one in the board's EEPROM, so that it is the same pad at every place and every controller.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from poultice.link.conversation import ContractMismatch, Conversation, HelloReceived
from poultice.mqtt.incoming import ControllerSaid, PadSaid
from poultice.mqtt.messages import ControllerInfo, Reason
from poultice.neighbours import NO_BOARD, Neighbours
from poultice.simulator.port import SimulatedPort
from poultice.station import Cable, Station

log = logging.getLogger(__name__)

OF_BOARD = "pad-"
Make = Callable[[str, Cable], Station]


def pad_of(board_id: str) -> str:
    """The id of a pad that has no other name than its board's."""
    return f"{OF_BOARD}{board_id}"


@dataclass(slots=True)
class Seat:
    """A place: its cable, the station of the pad that is there (None until one has come), the id of the board that is
    there now (None: none is). `text` names it for people; `fixed`: it has its own pad."""

    cable: Cable
    text: str
    station: Station | None = None
    fixed: bool = True
    board: str | None = None
    newcomer: str | None = None
    problem: str | None = None
    greeting: Conversation = field(default_factory=Conversation)

    @property
    def simulated(self) -> SimulatedPort | None:
        """The board in this process, if it is one; its time must be advanced."""
        return self.cable if isinstance(self.cable, SimulatedPort) else None


class Roster:
    """All places of a controller. `make` builds the station of a pad by its id, at a cable."""

    def __init__(
        self,
        me: str,
        seats: Sequence[Seat],
        make: Make | None = None,
        changed: Callable[[Roster], None] = lambda _roster: None,
    ) -> None:
        """`changed` is told when boards came, went, or are another controller's."""
        self.seats = list(seats)
        self.neighbours = Neighbours(me)
        self._make = make
        self._changed = changed
        self._me = me
        self._known = {seat.station.identity.pad: seat.station for seat in seats if seat.station is not None}
        for seat in seats:
            if seat.station is not None:
                seat.station.door = _Door(self, seat)

    @property
    def stations(self) -> Iterator[Station]:
        """Those of all pads that ever came."""
        return iter(self._known.values())

    def station(self, pad: str) -> Station | None:
        """The station of a pad, where it is here."""
        return self._known.get(pad)

    def info(self) -> tuple[list[str], dict[str, str]]:
        """The pads of this controller, and by pad the ids of the boards that are there now."""
        present = {
            seat.station.identity.pad: seat.board
            for seat in self.seats
            if seat.station is not None and seat.board is not None
        }
        return [station.identity.pad for station in self.stations if not station.away], present

    def problems(self) -> list[Reason]:
        """What a person must set right, in sentences."""
        found = [Reason(code="place", text=seat.problem) for seat in self.seats if seat.problem]
        return found + [station.disputed for station in self.stations if station.disputed is not None]

    # -- Boards come and go

    def admit(self, seat: Seat, board_id: str) -> str | None:
        """Whether a board may be the pad of this place now; a sentence where not."""
        if not seat.fixed and seat.station is not None and seat.station.identity.pad != pad_of(board_id):
            seat.newcomer = board_id
            return "Another pad's board hangs at this pad's place now."
        twin = next((each for each in self.seats if each is not seat and each.board == board_id), None)
        if twin is not None and board_id not in NO_BOARD:
            seat.problem = (
                f"The boards at {twin.text} and {seat.text} have the same id {board_id}: only the first is used; "
                "write another id into the EEPROM of one."
            )
            return seat.problem
        seat.board, seat.problem = board_id, None
        self.judge()
        return None

    def left(self, seat: Seat) -> None:
        """A place's board is gone."""
        seat.board = None
        self.judge()

    def hear(self, seat: Seat, data: bytes, now_s: float) -> None:
        """Bytes came from a place."""
        if seat.station is not None:
            seat.station.bytes_received(data)
        else:
            for event in seat.greeting.receive(data, now_s):
                if isinstance(event, HelloReceived):
                    seat.newcomer = bytes(event.hello.board_id).hex()
                elif isinstance(event, ContractMismatch):
                    self._complain(seat, f"{seat.text}: {event.sentence}")
            seat.cable.write(seat.greeting.take_output())
        if seat.newcomer is not None:
            newcomer, seat.newcomer = seat.newcomer, None
            self._welcome(seat, newcomer)

    def closed(self, seat: Seat, sentence: str) -> None:
        """A place's port is gone, or was never there."""
        if seat.station is not None:
            seat.station.port_closed(sentence)
        else:
            seat.greeting.port_lost(sentence)
            self._complain(seat, sentence)

    def greet(self, seat: Seat, now_s: float) -> None:
        """At a place without a pad: asks who is there."""
        seat.greeting.tick(now_s)
        seat.cable.write(seat.greeting.take_output())

    def _welcome(self, seat: Seat, board_id: str) -> None:
        if board_id in NO_BOARD:
            self._complain(seat, f"The board at {seat.text} has no id: write one, or give its place an id in [[pads]].")
            return
        pad = pad_of(board_id)
        other = next((each for each in self.seats if each.station is self._known.get(pad) and each.station), None)
        if other is not None and other.board is not None:
            self._complain(
                seat,
                f"The boards at {other.text} and {seat.text} have the same id {board_id}: only the first is used; "
                "write another id into the EEPROM of one.",
            )
            return
        if other is not None:
            other.station = None
        self._sit_down(seat, pad)

    def _sit_down(self, seat: Seat, pad: str) -> None:
        station = self._known.get(pad)
        if station is None and self._make is not None:
            station = self._known[pad] = self._make(pad, seat.cable)
            station.begin()
        if station is not None:
            log.info("%s hangs at %s", pad, seat.text)
            station.move_to(seat.cable)
            station.door = _Door(self, seat)
            seat.station, seat.problem, seat.greeting = station, None, Conversation()
            self.judge()

    def _complain(self, seat: Seat, sentence: str) -> None:
        """It is asked again who is there: a cable that was pulled out elsewhere is noticed a second later."""
        seat.greeting = Conversation()
        if seat.problem != sentence:
            log.warning("%s", sentence)
        seat.problem = sentence

    def broker_connected(self) -> None:
        """Who else is there will be said; what stood before stands until `judge` is asked again."""
        self.neighbours.connected_anew()
        for station in self.stations:
            station.broker_connected()

    def greet_home(self) -> None:
        """Home automation has begun: all is said anew."""
        for number, station in enumerate(self.stations):
            station.greet(repeat=number == 0)

    # -- What others say

    def controller_said(self, incoming: ControllerSaid) -> None:
        """A controller is there, or not, or says what it has."""
        if isinstance(incoming.said, ControllerInfo):
            news = self.neighbours.boards(incoming.controller, incoming.said.boards)
        else:
            news = self.neighbours.online(incoming.controller, incoming.said)
        if news:
            self.judge()

    def pad_said(self, incoming: PadSaid) -> None:
        """A controller says something of a pad that is here, too."""
        station = self.station(incoming.pad)
        if station is not None and incoming.said.controller not in ("", self._me):
            station.heard_of(incoming.said)

    def judge(self) -> None:
        """Where another controller has a pad's board: what is not here is left to it, else it is disputed."""
        for station in self.stations:
            board = next((seat.board for seat in self.seats if seat.station is station), None)
            pad = station.identity.pad
            other = self.neighbours.with_pad(pad)
            dispute = None if board is None else _dispute(pad, other, self.neighbours.with_board(board, pad))
            station.stand(away=other is not None and board is None, disputed=dispute)
        self._changed(self)


def _dispute(pad: str, other: str | None, twin: tuple[str, str] | None) -> Reason | None:
    if other is not None:
        return Reason(
            code="disputed",
            text=f"There is another pad {pad}, at the controller {other}: nothing starts until one has another id.",
            values={"controller": other},
        )
    if twin is None:
        return None
    return Reason(
        code="same_board",
        text=f"The board of {twin[1]} at the controller {twin[0]} has the same id as this one: nothing starts until "
        "one has another id.",
        values={"controller": twin[0], "pad": twin[1]},
    )


class _Door:
    """The way in at one place."""

    def __init__(self, roster: Roster, seat: Seat) -> None:
        self._roster = roster
        self._seat = seat

    def admit(self, board_id: str) -> str | None:
        return self._roster.admit(self._seat, board_id)

    def leave(self) -> None:
        self._roster.left(self._seat)
