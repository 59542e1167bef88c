"""The controller's composition root: builds its parts from the configuration, runs the one loop until told to end."""

from __future__ import annotations

import logging
import secrets
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from poultice.broker import address
from poultice.budgets import BudgetStore
from poultice.clock import Clock, PacedClock, RealClock
from poultice.coaching.store import CoachStore
from poultice.config import Config
from poultice.controller import Controller, Inbox, Quit
from poultice.description import built_in_programs, layout, load_programs, own_programs_directory
from poultice.editing.desk import Editing
from poultice.editing.shelf import Shelf
from poultice.errors import SetupError
from poultice.journal.pad import JournaledPad
from poultice.journal.writing import Journal
from poultice.link.serial_port import Finder, SerialCable, discover
from poultice.models import ModelStore
from poultice.mqtt.bridge import Bridge
from poultice.mqtt.messages import ControllerInfo
from poultice.sessions.appending import Appender
from poultice.sessions.courses import Courses
from poultice.sessions.desk import Desk, Worker
from poultice.sessions.files import SessionFiles
from poultice.sessions.records import SessionRecords
from poultice.sessions.unfinished import UnfinishedStore
from poultice.settings import SettingsStore
from poultice.simulator.board import SimulatedBoard
from poultice.simulator.faults import parse_spec
from poultice.simulator.port import SimulatedPort
from poultice.station import Identity, Station
from poultice.therapy.session_ids import SessionIds
from poultice.versions import about

log = logging.getLogger(__name__)

GOODBYE_S = 0.4
SIMULATED = "simulated"
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
        self.choice = choose_port(config.controller.port)
        self._refuse_speed(config)
        self._inbox: Inbox = Inbox()
        limits = config.limits.host_limits()
        identity = Identity(
            pad=config.pad.id,
            name=config.pad.name,
            controller=config.controller.id,
            simulated=self.choice.simulated,
            limits=limits,
            programs=load_programs(own_programs_directory(config.data.directory), limits),
        )
        settings = SettingsStore(config.data.directory)
        self._clock: Clock = PacedClock(config.controller.speed) if self.choice.simulated else RealClock()
        self._cable = self._make_cable(config)
        self._bridge = Bridge(address(config.broker), config.controller.id, self._inbox.put)
        self._journal = Journal(_usable(config.data.directory), self._clock.wall)
        self._appender = Appender()
        self._budgets = BudgetStore(config.data.directory)
        pad_layout = layout()
        models = ModelStore(config.data.directory)
        budget = self._budgets.budget(identity.budget, pad_layout.zone_names, limits)
        programs = {**identity.programs, **built_in_programs()}
        pad = JournaledPad(
            pad_layout,
            programs,
            limits,
            SessionIds(secrets.token_hex(16)),
            budget,
            journal=self._journal,
            now_s=self._clock.now_s(),
            about=about(),
        )
        worker = Worker()
        desk = Desk(SessionFiles(config.data.directory), self._inbox.put, worker)
        shelf = Shelf(own_programs_directory(config.data.directory), identity.programs.values())
        desk.read_ahead()
        pad.prepare_heat(models.of(identity.pad), plain=config.heat.control == "pid")
        station = Station(
            identity,
            pad=pad,
            cable=self._cable,
            broker=self._bridge,
            journal=self._journal,
            settings=settings,
            clock=self._clock,
            unfinished=UnfinishedStore(config.data.directory, config.pad.id),
            records=SessionRecords(config.data.directory, self._clock.wall, identity.pad, identity.simulated),
            courses=Courses(config.data.directory, self._clock.wall, self._appender.append),
            budgets=self._budgets,
            models=models,
            desk=desk,
            editing=Editing(shelf, limits, self._inbox.put, worker),
            coach=CoachStore(config.data.directory, config.pad.id),
        )
        self._bridge.publish_controller_info(
            ControllerInfo(version=version("poultice"), host=socket.gethostname(), pads=[identity.pad])
        )
        simulated = self._cable if isinstance(self._cable, SimulatedPort) else None
        self._controller = Controller(station, self._clock, self._inbox, simulated)

    def _refuse_speed(self, config: Config) -> None:
        if not self.choice.simulated and (config.controller.speed != 1 or config.controller.faults):
            raise SetupError(f"There is a {self.choice.text}: --speed and --fault need --port simulated.")

    def _make_cable(self, config: Config) -> SimulatedPort | SerialCable:
        if self.choice.simulated:
            return SimulatedPort(SimulatedBoard(faults=[parse_spec(spec) for spec in config.controller.faults]))
        return SerialCable(Finder(None if self.choice.port == BOARD else self.choice.port), self._inbox.put)

    def run(self, ready: Callable[[Choice], None]) -> None:
        """Runs until SIGTERM, Ctrl-C or a closed terminal; the board is told STOP before anything else is ended."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: self._inbox.put(Quit()))
        self._bridge.start()
        if isinstance(self._cable, SerialCable):
            self._cable.start()
        ready(self.choice)
        try:
            self._controller.run()
        finally:
            self._bridge.stop(GOODBYE_S)
            self._cable.close()
            self._budgets.close()
            self._appender.close()
            self._journal.write("ended", self._clock.now_s())
            self._journal.close()


def _usable(directory: Path) -> Path:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(
            f"{directory} cannot be made ({error.strerror}): set data.directory to one that can."
        ) from None
    return directory
