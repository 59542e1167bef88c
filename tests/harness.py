"""A house in virtual time: the real firmware core, conversation, therapy and controller loop; no thread, no socket.

    house = VirtualHouse(tmp_path)
    house.run(2.0)                       # seconds of the house, not of yours
    house.accept_checklist()
    house.request("start", program="warm")
    house.press()                        # the pad's own button
    house.run_until(lambda: house.state.phase == "running", 900)
    house.request("stop")
    house.board.observe().heater_w

Everything that would go out by MQTT is remembered in `house.broker`.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

from poultice.budgets import BudgetStore
from poultice.clock import VirtualClock
from poultice.coaching.store import CoachStore
from poultice.controller import TICK_S, Controller
from poultice.description import built_in_programs, cards, layout, load_programs
from poultice.editing.desk import Editing
from poultice.editing.shelf import Shelf
from poultice.inbox import Inbox
from poultice.journal.lines import Item
from poultice.journal.pad import JournaledPad
from poultice.journal.writing import Recorder
from poultice.mqtt.envelope import PLAIN, Envelope
from poultice.mqtt.incoming import Connected, QueryIn, RequestIn, SimulatedButtonIn
from poultice.mqtt.messages import (
    PadEvent,
    PadHealth,
    PadInfo,
    PadState,
    PromptMessage,
    QueryMessage,
    ReplyMessage,
    RequestMessage,
    ResultMessage,
)
from poultice.roster import Roster, Seat
from poultice.sessions.appending import append_now
from poultice.sessions.courses import Courses
from poultice.sessions.desk import Desk
from poultice.sessions.files import SessionFiles
from poultice.sessions.records import SessionRecords
from poultice.sessions.unfinished import UnfinishedStore
from poultice.settings import SettingsStore
from poultice.simulator.board import STEP_S, SimulatedBoard
from poultice.simulator.faults import parse_spec
from poultice.simulator.port import SimulatedPort
from poultice.station import Identity, Station
from poultice.therapy.budget import Budget
from poultice.therapy.fitting import fit
from poultice.therapy.limits import HostLimits
from poultice.therapy.programs import Program, parse
from poultice.therapy.session_ids import SessionIds
from poultice.therapy.state import Role, Verb
from poultice.versions import about

PAD = "pad"

WARM = """
schema: poultice-program/1
id: warm
title: {en: Warm, de: Warm}
evidence: convention
requires: {zones: [lumbar, upper_back]}
max_total: 90 min
steps:
  - id: warm
    duration: 75 min
    heat:
      lumbar: {target: 40 °C}
      upper_back: {target: 39 °C}
"""


class MemoryBroker:
    """Remembers what the controller says to the world, oldest first."""

    def __init__(self) -> None:
        self.infos: list[PadInfo] = []
        self.online: list[bool] = []
        self.states: list[PadState] = []
        self.healths: list[PadHealth] = []
        self.events: list[PadEvent] = []
        self.replies: list[ReplyMessage] = []
        self.results: list[ResultMessage] = []
        self.prompts: list[PromptMessage] = []
        self.repeated = 0

    def announce(self, pad_id: str, info: PadInfo) -> None:
        self.infos.append(info)

    def leave(self, pad_id: str) -> None:
        self.left = pad_id

    def repeat(self) -> None:
        self.repeated += 1

    def set_pad_online(self, pad_id: str, online: bool) -> None:
        self.online.append(online)

    def publish_state(self, pad_id: str, state: PadState) -> None:
        self.states.append(state)

    def publish_health(self, pad_id: str, health: PadHealth) -> None:
        self.healths.append(health)

    def publish_event(self, pad_id: str, event: PadEvent) -> None:
        self.events.append(event)

    def publish_prompt(self, pad_id: str, prompt: PromptMessage) -> None:
        self.prompts.append(prompt)

    def reply(self, pad_id: str, role: Role, verb: Verb, message: ReplyMessage, envelope: Envelope = PLAIN) -> None:
        self.replies.append(message)

    def result(self, pad_id: str, role: Role, what: str, message: ResultMessage, envelope: Envelope = PLAIN) -> None:
        self.results.append(message)


class MemoryJournal:
    """Remembers what would be recorded."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []

    full = False

    def write(self, kind: str, t_s: float, **fields: Any) -> None:
        self.records.append({"kind": kind, "t": t_s, **fields})

    begin = write

    def item(self, item: Item) -> None:
        """What comes many times a second is not kept: stories are long."""


class VirtualHouse:
    """One controller with one simulated pad, in virtual time."""

    def __init__(
        self,
        directory: Path,
        *,
        seed: int = 1,
        parameters: Mapping[str, float | Sequence[float]] | None = None,
        faults: Iterable[str] = (),
        programs: Iterable[str] = (WARM,),
        limits: HostLimits | None = None,
        slice_s: float = TICK_S,
        keeps_budgets: bool = False,
        zone: tzinfo = UTC,
        journal: Callable[[Callable[[], datetime]], Recorder] | None = None,
        broker: MemoryBroker | None = None,
    ) -> None:
        """`faults` are written like `open-ntc@60s,zone=lumbar`; `programs` are texts, added to the presets; `slice_s`
        is how far one turn of the loop goes: 10 ms as with people watching, or a whole tick, which is faster;
        `keeps_budgets`: what a day allows is written to the directory, and outlives a controller; `zone` is that of
        its wall clock; `journal` makes, of a clock on the wall, what is recorded to instead of the house's memory;
        `broker` hears what it says."""
        self.clock = VirtualClock()
        self.zone = zone
        self.board = SimulatedBoard(seed, parameters, [parse_spec(spec) for spec in faults])
        self.port = SimulatedPort(self.board)
        self.broker = broker or MemoryBroker()
        self.journal = MemoryJournal()
        self._recorder: Recorder = self.journal if journal is None else journal(self.clock.wall)
        self.settings = SettingsStore(directory)
        self._directory = directory
        self._keeps_budgets = keeps_budgets
        self.budgets: BudgetStore | None = None
        self.inbox: Inbox = Inbox()
        self._limits = limits or HostLimits()
        self._programs = self._load(directory, programs)
        self._ids = itertools.count(1)
        self._begun = itertools.count(1)
        self._slice_s = slice_s
        self.begin_controller()
        self.run(0.5)

    def _load(self, directory: Path, texts: Iterable[str]) -> dict[str, Program]:
        programs = load_programs(directory / "programs", self._limits)
        for number, text in enumerate(texts):
            program = parse(text, f"program-{number}.yaml")
            programs[program.id] = fit(program, layout(), cards())
        return programs

    def begin_controller(self) -> None:
        """A controller begins anew, as after a crash; board and pad live on."""
        identity = Identity(PAD, "Pad", "house", True, self._limits, self._programs)
        budget = self._begin_budgets(identity) if self._keeps_budgets else None
        playable = {**self._programs, **built_in_programs()}
        self.pad = JournaledPad(
            layout(),
            playable,
            self._limits,
            SessionIds(f"house {next(self._begun)}"),
            budget or Budget(self._limits),
            journal=self._recorder,
            now_s=self.now_s,
            about=about(),
        )
        self.station = Station(
            identity,
            pad=self.pad,
            cable=self.port,
            broker=self.broker,
            journal=self._recorder,
            settings=self.settings,
            clock=self.clock,
            unfinished=UnfinishedStore(self._directory, PAD),
            records=SessionRecords(self._directory, self.clock.wall, PAD, True),
            courses=Courses(self._directory, self.clock.wall, self.append),
            budgets=self.budgets,
            desk=Desk(SessionFiles(self._directory), self.inbox.put, wall=self.clock.wall),
            editing=Editing(
                Shelf(self._directory / "programs", identity.programs.values()), self._limits, self.inbox.put
            ),
            coach=CoachStore(self._directory, PAD),
            zone=self.zone,
        )
        self.roster = Roster("house", [Seat(self.port, "the simulator", self.station)])
        self.controller = Controller(self.roster, self.clock, self.inbox, self._slice_s)
        self.inbox.put(Connected("5"))

    def append(self, path: Path, line: bytes) -> None:
        """Lines of courses; written at once, by no thread. A disk that refuses costs the line."""
        with contextlib.suppress(OSError):
            append_now(path, line)

    def _begin_budgets(self, identity: Identity) -> Budget:
        if self.budgets is not None:
            self.budgets.close()
        self.budgets = BudgetStore(self._directory)
        return self.budgets.budget(identity.budget, layout().zone_names, self._limits)

    @property
    def now_s(self) -> float:
        """Since the house began, s."""
        return self.clock.now_s()

    @property
    def state(self) -> PadState:
        """The last state that was published."""
        return self.broker.states[-1]

    def turn(self) -> None:
        """One turn of the controller's loop: `slice_s`."""
        self.controller.turn()

    def run(self, seconds: float) -> None:
        """Lets so much time pass, in whole slices."""
        for _ in range(round(seconds / self._slice_s)):
            self.controller.turn()

    def run_until(self, condition: Callable[[], bool], at_most_s: float) -> float:
        """Lets time pass until `condition` holds; how long that took, s. Fails after `at_most_s`."""
        begun_s = self.now_s
        while not condition():
            assert self.now_s - begun_s < at_most_s, f"not within {at_most_s} s; the pad says: {self.state.reason.text}"
            self.run(0.05)
        return self.now_s - begun_s

    def run_without_controller(self, seconds: float) -> None:
        """Lets time pass for the board alone: the controller is frozen or dead."""
        for _ in range(round(seconds / STEP_S)):
            self.clock.advance(STEP_S)
            self.port.advance_to(self.clock.now_s())

    def press(self, press_s: float = 0.5) -> None:
        """Presses the pad's button and waits until it is released and understood."""
        self.inbox.put(SimulatedButtonIn(PAD, press_s))
        self.run(press_s + 0.3)

    def request(self, verb: str, role: str = "phone", *, retained: bool = False, **args: Any) -> ReplyMessage:
        """Asks with the current epoch and a new id, as the panel does; the answer."""
        return self.request_as(verb, role, f"id-{next(self._ids)}", self.state.epoch, args=args, retained=retained)

    def request_as(
        self,
        verb: str,
        role: str,
        id_: str | None,
        epoch: str | None,
        *,
        args: Mapping[str, Any],
        retained: bool = False,
    ) -> ReplyMessage:
        """Asks with any id and epoch; the answer."""
        message = RequestMessage(id=id_, epoch=epoch, args=dict(args))
        before = len(self.broker.replies)
        self.inbox.put(RequestIn(PAD, Role(role), Verb(verb), message, retained))
        self.turn()
        assert len(self.broker.replies) == before + 1
        return self.broker.replies[-1]

    def query(self, what: str, role: str = "phone", **args: Any) -> ResultMessage:
        """Asks what moves no output; the result."""
        self.inbox.put(QueryIn(PAD, Role(role), what, QueryMessage(id=f"id-{next(self._ids)}", args=args)))
        self.turn()
        return self.broker.results[-1]

    def accept_checklist(self, accepted: bool = True, person: str = "me") -> None:
        """A person has read and accepted who must not use the pad."""
        result = self.query("settings", op="set", person=person, checklist_accepted=accepted)
        assert result.status == "ok", result.reason.text

    def start(self, program: str = "warm") -> None:
        """The whole way into a session: checklist, start, press."""
        self.accept_checklist()
        reply = self.request("start", program=program)
        assert reply.status in ("accepted", "invited"), reply.reason.text
        if reply.status == "invited":
            self.press()
        assert self.state.session is not None, self.state.reason.text
