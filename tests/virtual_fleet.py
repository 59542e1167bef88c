"""A controller with several places in virtual time, and the broker between it and others: no thread, no socket.

    net = Net()
    upstairs = VirtualController("upstairs", tmp_path / "a", net, [Place(board, "sofa"), Place(other)])
    run(5.0, upstairs, downstairs)
    upstairs.unplug(0); downstairs.plug(0, board)

A place without a pad's name waits for a board that names one. What is retained is kept by `net`, and whoever comes
later hears it, as from a broker.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from poultice.budgets import BudgetStore
from poultice.clock import VirtualClock
from poultice.controller import TICK_S, Controller
from poultice.description import built_in_programs, cards, layout
from poultice.inbox import Inbox
from poultice.mqtt.incoming import Connected, ControllerSaid, PadName, PadSaid, QueryIn, RequestIn
from poultice.mqtt.messages import ControllerInfo, PadHealth, PadInfo, QueryMessage, RequestMessage
from poultice.roster import Roster, Seat
from poultice.service import ServiceStore
from poultice.settings import SettingsStore
from poultice.sharing import Sharing
from poultice.simulator.board import SimulatedBoard
from poultice.simulator.port import SimulatedPort
from poultice.station import Identity, Station
from poultice.therapy.fitting import fit
from poultice.therapy.limits import HostLimits
from poultice.therapy.pad import Pad
from poultice.therapy.programs import parse
from poultice.therapy.session_ids import SessionIds
from poultice.therapy.state import Role, Verb

from tests.harness import WARM, MemoryBroker, MemoryJournal

LIMITS = HostLimits()
PROGRAM = fit(parse(WARM, "warm.yaml"), layout(), cards())


@dataclass
class Place:
    """Where a board hangs at first (None: none), the pad that is there (None: whichever its board is)."""

    board: SimulatedBoard | None = None
    pad: str | None = None


@dataclass
class Net:
    """A broker, as far as controllers hear each other: what is retained, and who listens."""

    retained: dict[tuple[str, str], Any] = field(default_factory=dict)
    listeners: list[VirtualController] = field(default_factory=list)

    def say(self, kind: str, name: str, said: Any) -> None:
        """To everybody, and to whoever comes."""
        self.retained[kind, name] = said
        for listener in self.listeners:
            listener.hear(kind, name, said)

    def join(self, listener: VirtualController) -> None:
        """One more; it hears of what is retained."""
        self.listeners.append(listener)
        for (kind, name), said in list(self.retained.items()):
            listener.hear(kind, name, said)


class _Broker(MemoryBroker):
    """Remembers by pad, and passes on what others hear."""

    def __init__(self, net: Net) -> None:
        super().__init__()
        self._net = net
        self.left_pads: list[str] = []
        self.said: list[str] = []
        self.is_online: dict[str, bool] = {}
        self.names: dict[str, str] = {}

    def announce(self, pad_id: str, info: PadInfo) -> None:
        super().announce(pad_id, info)
        self.names[pad_id] = info.name
        self._net.say("info", pad_id, PadName(name=info.name, controller=info.controller))

    def leave(self, pad_id: str) -> None:
        self.left_pads.append(pad_id)

    def set_pad_online(self, pad_id: str, online: bool) -> None:
        self.is_online[pad_id] = online

    def publish_state(self, pad_id: str, state: Any) -> None:
        super().publish_state(pad_id, state)
        self.said.append(pad_id)

    def publish_health(self, pad_id: str, health: PadHealth) -> None:
        super().publish_health(pad_id, health)
        self._net.say("health", pad_id, health)


class VirtualController:
    """One controller of several places. All controllers of a story share one clock."""

    def __init__(self, name: str, directory: Path, net: Net, places: Sequence[Place], clock: VirtualClock) -> None:
        self.name = name
        self.clock = clock
        self.net = net
        self.broker = _Broker(net)
        self.inbox: Inbox = Inbox()
        self.settings = SettingsStore(directory)
        self._budgets = BudgetStore(directory)
        self._service = ServiceStore(directory)
        self._sharing = Sharing()
        self.ports = [SimulatedPort(place.board or SimulatedBoard()) for place in places]
        for port, place in zip(self.ports, places, strict=True):
            port.connected = place.board is not None
        seats = [
            Seat(
                port,
                f"port {number}",
                None if place.pad is None else self._make(place.pad, port),
                place.pad is not None,
            )
            for number, (port, place) in enumerate(zip(self.ports, places, strict=True))
        ]
        self.roster = Roster(name, seats, self._newcomer, self._tell)
        self.controller = Controller(self.roster, clock, self.inbox, TICK_S)
        self.inbox.put(Connected("5"))
        net.join(self)
        net.say("availability", name, True)
        self._tell(self.roster)

    def _make(self, pad: str, cable: Any, named: bool = True) -> Station:
        identity = Identity(
            pad, pad if named else f"Pad {pad[-4:]}", self.name, False, LIMITS, {PROGRAM.id: PROGRAM}, named
        )
        budget = self._budgets.budget(identity.budget, layout().zone_names, LIMITS)
        return Station(
            identity,
            pad=Pad(
                layout(), {PROGRAM.id: PROGRAM, **built_in_programs()}, LIMITS, SessionIds(f"{self.name} {pad}"), budget
            ),
            cable=cable,
            broker=self.broker,
            journal=MemoryJournal(),
            settings=self.settings,
            clock=self.clock,
            budgets=self._budgets,
            service=self._service,
            sharing=self._sharing,
        )

    def _newcomer(self, pad: str, cable: Any) -> Station:
        """As app.py does: what the broker keeps of the pad is heard before anything is said of it."""
        for kind in ("info", "health"):
            if (said := self.net.retained.get((kind, pad))) is not None:
                self.hear(kind, pad, said)
        return self._make(pad, cable, named=False)

    def _tell(self, roster: Roster) -> None:
        pads, boards = roster.info()
        self.net.say("controller", self.name, ControllerInfo(version="0", host="h", pads=pads, boards=boards))

    def hear(self, kind: str, name: str, said: Any) -> None:
        """What the broker passes on: to the inbox, as the bridge does."""
        if kind in ("availability", "controller"):
            self.inbox.put(ControllerSaid(name, said))
        else:
            self.inbox.put(PadSaid(name, said))

    def plug(self, place: int, board: SimulatedBoard) -> None:
        """A board's cable is plugged in here."""
        self.ports[place].board = board
        self.ports[place]._start_s = None
        self.ports[place].connected = True

    def unplug(self, place: int) -> SimulatedBoard:
        """Pulls a cable; the board lives on as long as somebody lets its time pass."""
        self.ports[place].connected = False
        board, self.ports[place].board = self.ports[place].board, SimulatedBoard()
        return board

    def station(self, pad: str) -> Station:
        """That of a pad that came."""
        found = self.roster.station(pad)
        assert found is not None, f"{pad} is not at {self.name}"
        return found

    def end(self) -> None:
        """It leaves: its last will is known."""
        self.net.listeners.remove(self)
        self.net.say("availability", self.name, False)

    def accept_checklist(self, pad: str, person: str = "me") -> None:
        args = {"op": "set", "person": person, "checklist_accepted": True}
        self.inbox.put(QueryIn(pad, Role.PHONE, "settings", QueryMessage(id="c", args=args)))
        run(0.1, self)

    def ask(self, pad: str, verb: str, **args: Any) -> Any:
        """A request with the current epoch; the reply."""
        epoch = self.station(pad)._freshness.epoch(self.clock.real_s())
        message = RequestMessage(id=f"r{len(self.broker.replies)}", epoch=epoch, args=args)
        self.inbox.put(RequestIn(pad, Role.PHONE, Verb(verb), message))
        before = len(self.broker.replies)
        run(0.1, self)
        assert len(self.broker.replies) > before, "no reply"
        return self.broker.replies[-1]


def run(seconds: float, *controllers: VirtualController) -> None:
    """Lets so much time pass for all of them together."""
    clock = controllers[0].clock
    for _ in range(round(seconds / TICK_S)):
        due_s = clock.now_s() + TICK_S
        for each in controllers:
            each.controller._due_s = due_s
            each.controller.turn()
