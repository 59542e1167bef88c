"""The controller's composition root: builds its parts from the configuration, runs the one loop until told to end."""

from __future__ import annotations

import gc
import logging
import signal
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version

from poultice.broker import address
from poultice.clock import Clock, PacedClock, RealClock
from poultice.config import SIMULATED, Config, PadPlace
from poultice.controller import Controller
from poultice.discovery import Discovery
from poultice.errors import SetupError
from poultice.inbox import Inbox, Quit
from poultice.link.serial_port import Finder, SerialCable, discover
from poultice.logs import RecentLines
from poultice.mqtt.bridge import Bridge
from poultice.mqtt.messages import ControllerHealth, ControllerInfo
from poultice.notify import Notifier
from poultice.pace import Pace
from poultice.roster import Roster, Seat
from poultice.simulator.board import SimulatedBoard
from poultice.simulator.faults import parse_spec
from poultice.simulator.port import SimulatedPort
from poultice.station import Cable, Station
from poultice.stations import Stations

log = logging.getLogger(__name__)

GOODBYE_S = 0.4
BOARD = "board"


@dataclass(frozen=True, slots=True)
class Choice:
    """Where the pad is: `port` as for the configuration (`simulated`, `board` or a path), `text` for people."""

    port: str
    text: str

    @property
    def simulated(self) -> bool:
        """Whether the pad is one of arithmetic, in this process."""
        return self.port == SIMULATED


def choose_port(wanted: str) -> Choice:
    """What `controller.port` means on this computer at this moment."""
    if wanted == "auto":
        found = discover()
        return Choice(BOARD, f"board at {found}") if found else Choice(SIMULATED, "simulated pad")
    if wanted == SIMULATED:
        return Choice(SIMULATED, "simulated pad")
    if wanted == BOARD:
        return Choice(BOARD, f"board at {discover() or 'a port to be found'}")
    return Choice(wanted, f"board at {wanted}")


class App:
    """Everything that a controller is made of."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self.choices = tuple(choose_port(place.port) for place in config.places)
        self._refuse_speed(config)
        self._inbox: Inbox = Inbox()
        paced = all(choice.simulated for choice in self.choices)
        self._clock: Clock = PacedClock(config.controller.speed) if paced else RealClock()
        named = [place.id for place in config.places if place.id is not None]
        self._discovery = Discovery(
            config.home_assistant, config.controller.id, named, config.host_limits(), config.data.directory
        )
        self._bridge = Bridge(
            address(config.broker),
            config.controller.id,
            self._inbox.put,
            discover=self._discovery,
            birth=f"{config.home_assistant.prefix}/status" if config.home_assistant.enabled else None,
        )
        self._host = socket.gethostname()
        self._said: ControllerInfo | None = None
        self._cables: list[SimulatedPort | SerialCable] = [
            self._make_cable(number, choice) for number, choice in enumerate(self.choices)
        ]
        self._stations = Stations(config, self._clock, self._bridge, self._inbox, _remember_lines())
        if len(named) < len(config.places):  # which were here before may come again: they stay announced
            self._discovery.adopt(self._stations.named_by_boards())
        seats = [
            Seat(cable, choice.text.removeprefix("board at "), self._seated(place, choice, cable), place.id is not None)
            for place, choice, cable in zip(config.places, self.choices, self._cables, strict=True)
        ]
        self._roster = Roster(config.controller.id, seats, self._newcomer, self._tell_boards)
        self._tell_boards(self._roster)
        self._controller = Controller(self._roster, self._clock, self._inbox, tell=self._tell_health)

    def _seated(self, place: PadPlace, choice: Choice, cable: Cable) -> Station | None:
        """The station of a place that is named; at another the board will say who it is."""
        if place.id is None:
            return None
        return self._stations.make(place.id, place.name or place.id, cable, simulated=choice.simulated)

    def _newcomer(self, pad: str, cable: Cable) -> Station:
        """A board came that names its pad itself."""
        place = next(p for p, each in zip(self._config.places, self._cables, strict=True) if each is cable)
        self._bridge.listen(pad)
        self._discovery.adopt([pad])
        name = place.name or f"Pad {pad[-4:]}"
        return self._stations.make(pad, name, cable, simulated=False, named=place.name is not None)

    def _tell_boards(self, roster: Roster) -> None:
        pads, boards = roster.info()
        info = ControllerInfo(version=version("poultice"), host=self._host, pads=pads, boards=boards)
        if info != self._said:
            self._said = info
            self._bridge.publish_controller_info(info)

    def _tell_health(self, uptime_s: float, pace: Pace) -> None:
        self._bridge.publish_controller_health(
            ControllerHealth(
                time=self._clock.wall(),
                uptime_s=round(uptime_s, 1),
                loop_jitter_p99_s=round(pace.jitter_s, 4),
                loop_busy_p99_s=round(pace.busy_s, 4),
                pads=len(list(self._roster.stations)),
                problems=self._roster.problems(),
            )
        )

    def _refuse_speed(self, config: Config) -> None:
        real = next((choice for choice in self.choices if not choice.simulated), None)
        if real is not None and (config.controller.speed != 1 or config.controller.faults):
            raise SetupError(f"There is a {real.text}: --speed and --fault need --port simulated.")

    def _make_cable(self, number: int, choice: Choice) -> SimulatedPort | SerialCable:
        if choice.simulated:
            faults = [parse_spec(spec) for spec in self._config.controller.faults]
            return SimulatedPort(SimulatedBoard(seed=number + 1, faults=faults))
        return SerialCable(Finder(None if choice.port == BOARD else choice.port), self._inbox.put, number)

    def run(self, ready: Callable[[Sequence[Choice]], None]) -> None:
        """Runs until SIGTERM, Ctrl-C or a closed terminal; the board is told STOP before anything else is ended."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: self._inbox.put(Quit()))
        self._bridge.start()
        for cable in self._cables:
            if isinstance(cable, SerialCable):
                cable.start()
        gc.freeze()  # what was built stays: the collector need not look at all of it while a board waits
        log.info("Poultice %s begins: %s", version("poultice"), ", ".join(each.text for each in self.choices))
        ready(self.choices)
        notifier = Notifier()
        try:
            self._controller.run(lambda: notifier.alive(self._clock.real_s()))
        finally:
            notifier.ending()
            if self._bridge.connected:
                self._discovery.settle()
            self._bridge.stop(GOODBYE_S)
            for cable in self._cables:
                cable.close()
            self._stations.close()


def _remember_lines() -> Callable[[], Sequence[str]]:
    """From now on the page can ask what this process logs."""
    recent, root = RecentLines(), logging.getLogger()
    for handler in root.handlers:
        handler.setLevel(max(handler.level, root.level))  # what goes to the terminal stays as it was
    root.addHandler(recent)
    logging.getLogger("poultice").setLevel(logging.INFO)
    return lambda: recent.lines
