"""Builds the station of a pad: its therapy, its journal, and what all pads of a controller share on the disk."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from poultice.budgets import BudgetStore
from poultice.clock import Clock
from poultice.coaching.store import CoachStore
from poultice.config import Config
from poultice.description import built_in_programs, layout, load_programs, own_programs_directory
from poultice.editing.desk import Editing
from poultice.editing.shelf import Shelf
from poultice.errors import SetupError
from poultice.inbox import Inbox
from poultice.journal.pad import JournaledPad
from poultice.journal.writing import FILE_BYTES, Journal
from poultice.models import ModelStore
from poultice.roster import OF_BOARD
from poultice.service import ServiceStore
from poultice.sessions.appending import Appender
from poultice.sessions.courses import Courses
from poultice.sessions.desk import Answer, Desk, Worker
from poultice.sessions.files import SessionFiles
from poultice.sessions.records import SessionRecords
from poultice.sessions.unfinished import UnfinishedStore
from poultice.settings import SettingsStore
from poultice.sharing import Sharing
from poultice.station import Broker, Cable, Identity, Station
from poultice.therapy.programs import Program
from poultice.therapy.session_ids import SessionIds
from poultice.versions import about

log = logging.getLogger(__name__)

PADS = "pads"  # in the data directory: a folder for each pad's journal, where there may be several


class Stations:
    """The stores are one each for all pads, which are keys in them; a journal is a pad's own."""

    def __init__(
        self,
        config: Config,
        clock: Clock,
        broker: Broker,
        inbox: Inbox,
        lines: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        """`lines` are the last ones of the log."""
        self._lines = lines
        self._config = config
        self._clock = clock
        self._broker = broker
        self._directory = config.data.directory
        self._limits = config.host_limits()
        self._programs = load_programs(own_programs_directory(self._directory), self._limits)
        _say_what_is_unknown(config.automation.programs, {**self._programs, **built_in_programs()})
        self._settings = SettingsStore(self._directory)
        self._appender = Appender()
        self._budgets = BudgetStore(self._directory)
        self._models = ModelStore(self._directory)
        self._worker = Worker()
        self._service = ServiceStore(self._directory, self._worker)
        self._desk = Desk(SessionFiles(self._directory), inbox.put, self._worker)
        self._desk.read_ahead()
        self._shelf = Shelf(own_programs_directory(self._directory), self._programs.values())
        self._deliver = inbox.put
        self._sharing = Sharing()
        self._journals: list[Journal] = []

    def named_by_boards(self) -> list[str]:
        """The pads that were here before and have their names of their boards."""
        return [pad for pad in self._service.pads if pad.startswith(OF_BOARD)]

    def make(self, pad_id: str, name: str, cable: Cable, *, simulated: bool, named: bool = True) -> Station:
        """One pad's. Raises SetupError where its folder cannot be made."""
        identity = Identity(
            pad=pad_id,
            name=name,
            controller=self._config.controller.id,
            simulated=simulated,
            limits=self._limits,
            programs=self._programs,
            named=named,
        )
        files = self._config.data.journal_mb * 1_000_000 // FILE_BYTES
        journal = Journal(_usable(self._journal_directory(pad_id)), self._clock.wall, files_kept=files)
        self._journals.append(journal)
        return Station(
            identity,
            pad=self._pad(identity, journal),
            cable=cable,
            broker=self._broker,
            journal=journal,
            settings=self._settings,
            clock=self._clock,
            unfinished=UnfinishedStore(self._directory, pad_id),
            records=SessionRecords(self._directory, self._clock.wall, pad_id, simulated, self._appender.sync),
            courses=Courses(self._directory, self._clock.wall, self._appender.append),
            budgets=self._budgets,
            models=self._models,
            desk=self._desk,
            editing=Editing(self._shelf, self._limits, self._deliver, self._worker.gently),
            coach=CoachStore(self._directory, pad_id),
            service=self._service,
            sharing=self._sharing,
            lines=self._lines,
            slowly=self._slowly,
        )

    def _slowly(self, work: Callable[[], Answer]) -> None:
        self._worker.gently(lambda: self._deliver(work()))

    def _pad(self, identity: Identity, journal: Journal) -> JournaledPad:
        pad_layout = layout()
        pad = JournaledPad(
            pad_layout,
            {**identity.programs, **built_in_programs()},
            identity.limits,
            SessionIds(secrets.token_hex(16)),
            self._budgets.budget(identity.budget, pad_layout.zone_names, identity.limits),
            journal=journal,
            now_s=self._clock.now_s(),
            about=about(),
        )
        pad.prepare_heat(self._models.of(identity.pad), plain=self._config.heat.control == "pid")
        return pad

    def _journal_directory(self, pad_id: str) -> Path:
        """That of the one pad is the data directory itself."""
        only = len(self._config.places) == 1 and self._config.places[0].id == pad_id
        return self._directory if only else self._directory / PADS / pad_id

    def close(self) -> None:
        """Whatever waits is written."""
        self._budgets.close()
        self._appender.close()
        for journal in self._journals:
            journal.write("ended", self._clock.now_s())
            journal.close()


def _say_what_is_unknown(names: Iterable[str], programs: Mapping[str, Program]) -> None:
    for name in names:
        if name not in programs:
            log.warning("automation.programs names %s, which is no program here: correct it, or leave it out.", name)


def _usable(directory: Path) -> Path:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SetupError(
            f"{directory} cannot be made ({error.strerror}): set data.directory to one that can."
        ) from None
    return directory
