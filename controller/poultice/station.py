"""One pad's place in the controller: between its cable, its therapy, the broker and the journal.

Everything here is called by the one loop. `Broker` is what the MQTT bridge offers; tests give one that remembers.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Protocol

from poultice.budgets import BudgetKeeper, BudgetStore
from poultice.clock import Clock
from poultice.coaching.day import Coaching
from poultice.coaching.store import CoachStore
from poultice.description import built_in_programs, pad_info
from poultice.editing.desk import OPERATIONS, Editing, Read, Situation
from poultice.errors import SetupError
from poultice.journal.writing import Recorder
from poultice.link import contract, facts
from poultice.link.conversation import (
    BoardEventReceived,
    ContractMismatch,
    Conversation,
    Event,
    HelloReceived,
    LinkLost,
    LogReceived,
    ReadingReceived,
)
from poultice.models import ModelStore
from poultice.mqtt.freshness import Freshness
from poultice.mqtt.incoming import QueryIn, RequestIn, as_request
from poultice.mqtt.messages import PadEvent, PadHealth, PadInfo, PadState, PromptMessage, ReplyMessage, ResultMessage
from poultice.mqtt.publish import PublishPolicy, to_event, to_reply, to_state
from poultice.queries import answer
from poultice.sessions.courses import Courses
from poultice.sessions.desk import TOPICS as DESK_TOPICS
from poultice.sessions.desk import Answer, Desk
from poultice.sessions.records import SessionRecords
from poultice.sessions.unfinished import UnfinishedStore
from poultice.settings import SettingsStore
from poultice.therapy import calibration
from poultice.therapy.limits import HostLimits
from poultice.therapy.pad import Pad
from poultice.therapy.programs import Program
from poultice.therapy.recording import Ended
from poultice.therapy.state import Reading, Reply, Role, Verb
from poultice.therapy.view import PadView

log = logging.getLogger(__name__)

INFO_MAX_BYTES = 192 * 1024  # of a pad's info, programs and all; panels read at most 256 KiB
LOOK_EVERY_S = 0.1  # whether there is something new to say; each reading and each request looks, too


class Cable(Protocol):
    """A way to a board: a serial port, or a simulated board in this process."""

    def write(self, data: bytes) -> bool | None:
        """Sends bytes; False where they could not go out."""
        ...

    def close(self) -> None:
        """Ends it."""
        ...


class Broker(Protocol):
    """What is said to the world; see mqtt/bridge.py."""

    def announce(self, pad_id: str, info: PadInfo) -> None: ...

    def set_pad_online(self, pad_id: str, online: bool) -> None: ...

    def publish_state(self, pad_id: str, state: PadState) -> None: ...

    def publish_health(self, pad_id: str, health: PadHealth) -> None: ...

    def publish_event(self, pad_id: str, event: PadEvent) -> None: ...

    def publish_prompt(self, pad_id: str, prompt: PromptMessage) -> None: ...

    def reply(self, pad_id: str, role: Role, verb: Verb, message: ReplyMessage) -> None: ...

    def result(self, pad_id: str, role: Role, what: str, message: ResultMessage) -> None: ...


@dataclass(frozen=True, slots=True)
class Identity:
    """Which pad this is and what it may: ids, name, narrowed limits, programs by id."""

    pad: str
    name: str
    controller: str
    simulated: bool
    limits: HostLimits
    programs: Mapping[str, Program]

    @property
    def budget(self) -> str:
        """Whose heat is counted: a pad of arithmetic uses up nothing of a real one's."""
        return f"{self.pad} (simulated)" if self.simulated else self.pad


class Station:
    """Turns bytes into readings, requests into demands, and says what came of it."""

    def __init__(
        self,
        identity: Identity,
        *,
        pad: Pad,
        cable: Cable,
        broker: Broker,
        journal: Recorder,
        settings: SettingsStore,
        clock: Clock,
        unfinished: UnfinishedStore | None = None,
        records: SessionRecords | None = None,
        courses: Courses | None = None,
        budgets: BudgetStore | None = None,
        models: ModelStore | None = None,
        desk: Desk | None = None,
        editing: Editing | None = None,
        coach: CoachStore | None = None,
        zone: tzinfo | None = None,
    ) -> None:
        self.identity = identity
        self.pad = pad
        self._cable = cable
        self._broker = broker
        self._journal = journal
        self._settings = settings
        self._models = models
        self._clock = clock
        self._budget = BudgetKeeper(identity.budget, pad, budgets, clock)
        self._recorder = calibration.Recorder([zone.name for zone in facts.ZONES], facts.BOARD.rail_nominal_mv / 1000.0)
        self._measuring = False
        self._conversation = Conversation()
        self._freshness = Freshness(clock.real_s())
        self._policy = PublishPolicy()
        self._looked_s = float("-inf")
        self._seq = 0
        self._reading: Reading | None = None
        self._status: contract.Status | None = None
        pad.accept_checklist(settings.of(identity.pad).checklist_accepted)
        pad.remember_comfort(settings.comfort())
        self._unfinished = unfinished
        self._records = records
        self._desk = desk
        self._editing = editing
        self._programs = dict(identity.programs)
        self._hello: contract.Hello | None = None
        self._coaching = Coaching(identity.pad, pad, settings, clock, say=self._prompt, store=coach, zone=zone)
        self._courses = courses
        self._offer_rest()

    def _prompt(self, prompt: PromptMessage) -> None:
        """The coach speaks."""
        self._journal.write(
            "prompt", self._clock.now_s(), id=prompt.id, what=prompt.kind, until=prompt.until.isoformat()
        )
        self._broker.publish_prompt(self.identity.pad, prompt)

    def _offer_rest(self) -> None:
        """What the controller of before did not finish is offered, and forgotten unless it is taken."""
        left = self._unfinished.read() if self._unfinished else None
        if left is not None:
            self.pad.offer_rest(left.program, left.content_hash, left.step, left.person, self._clock.now_s())

    # -- The cable

    def begin(self) -> None:
        """Makes the pad known; it is offline until its board has said HELLO."""
        self._announce(None)

    def bytes_received(self, data: bytes) -> None:
        """Bytes came from the board."""
        now_s = self._clock.now_s()
        events = self._conversation.receive(data, now_s)
        for event in events:
            self._on_event(event, now_s)
        self._stop_if_wanted()
        self._send(self._conversation.take_output())
        if events:
            self.publish_what_is_due()

    def port_closed(self, sentence: str) -> None:
        """The port is gone, or was never there."""
        now_s = self._clock.now_s()
        for event in self._conversation.port_lost(sentence) or [LinkLost(sentence)]:
            self._on_event(event, now_s)

    def end(self) -> None:
        """The controller ends: STOP, and what must outlive it."""
        self.stop()
        self._budget.end(self._clock.now_s())

    def stop(self) -> None:
        """Sends STOP, now."""
        self._send(self._conversation.stop(self._clock.now_s()))

    def _send(self, data: bytes) -> None:
        if data and self._cable.write(data) is False:
            log.debug("%d bytes could not go out", len(data))

    def _on_event(self, event: Event, now_s: float) -> None:
        match event:
            case ReadingReceived(reading, status):
                self._reading, self._status = reading, status
                self.pad.reading(reading, now_s)
                self._measure(reading)
            case HelloReceived(hello):
                self._journal.write("hello", now_s, firmware=hello.firmware_version, reset=hello.reset_cause.name)
                self._announce(hello)
                self._broker.set_pad_online(self.identity.pad, True)
                self.pad.link_up(now_s)
            case LinkLost(sentence) | ContractMismatch(sentence):
                self._lose(sentence, now_s)
            case BoardEventReceived(kind, detail, press_s):
                self.pad.board_event(kind, detail, press_s, now_s)
            case LogReceived(text):
                self._journal.write("board_log", now_s, text=text)

    def _measure(self, reading: Reading) -> None:
        """A calibration is kept as finely as it is read, until the next one."""
        measuring = self.pad.playing == calibration.PROGRAM
        if measuring and not self._measuring:
            self._recorder.begin()
        self._measuring = measuring
        if measuring:
            self._recorder.add(reading)

    def _lose(self, sentence: str, now_s: float) -> None:
        log.warning("%s", sentence)
        self._reading = self._status = None
        self._broker.set_pad_online(self.identity.pad, False)
        self.pad.link_lost(now_s, sentence)

    def _announce(self, hello: contract.Hello | None) -> None:
        self._hello = hello
        self._broker.announce(self.identity.pad, self._info(self._programs))

    def _info(self, programs: Mapping[str, Program]) -> PadInfo:
        who, editing = self.identity, self._editing
        return pad_info(
            name=who.name,
            controller=who.controller,
            simulated=who.simulated,
            hello=self._hello,
            limits=who.limits,
            programs=programs.values(),
            is_own=editing.is_own if editing else lambda _: False,
        )

    # -- Time

    def tick(self) -> None:
        """Twenty times a second: the demand goes down, what changed goes out."""
        now_s = self._clock.now_s()
        for event in self._conversation.tick(now_s):
            self._on_event(event, now_s)
        demand = self.pad.tick(now_s)
        self._budget.look(now_s)
        self._coaching.look(now_s)
        self._stop_if_wanted()
        self._send(self._conversation.take_output())
        if self._conversation.ready:
            self._send(self._conversation.demand(demand))
        if self._courses is not None and self._courses.due(now_s):
            self._courses.look(self.pad.moment(), now_s)
        if self._clock.real_s() - self._looked_s >= LOOK_EVERY_S:
            self.publish_what_is_due()

    def _stop_if_wanted(self) -> None:
        if self.pad.take_stop():
            self.stop()

    # -- The broker

    def broker_connected(self) -> None:
        """Every epoch of before is void; the state goes out at once."""
        self._freshness.connected(self._clock.real_s())
        self._policy.hurry()
        self.publish_what_is_due()
        self._coaching.connected()

    def request(self, incoming: RequestIn) -> None:
        """Somebody asks; STOP reaches the board before anything else is done."""
        now_s = self._clock.now_s()
        request = as_request(incoming)
        if isinstance(request, Reply):
            reply = request
            self._journal.write("misfit", now_s, role=incoming.role, verb=incoming.verb, reason=reply.reason.text)
        else:
            fresh = self._freshness.judge(request, self._clock.real_s())
            reply = self.pad.request(request, now_s, fresh)
            self._stop_if_wanted()
        self._broker.reply(self.identity.pad, incoming.role, incoming.verb, to_reply(reply))
        self._keep_comfort()
        self._policy.hurry()
        self.publish_what_is_due()

    def _keep_comfort(self) -> None:
        if changes := self.pad.take_comfort():
            try:
                self._settings.set_comfort(changes)
            except SetupError as error:  # it acts all the same, until the controller ends
                log.error("%s", error)

    def query(self, incoming: QueryIn) -> None:
        """Somebody asks what moves no output."""
        if self._desk is not None and incoming.what in DESK_TOPICS:
            self._desk.ask(incoming, self.pad.whose, self._forget)
            return
        if self._editing is not None and incoming.what == "programs" and incoming.message.args.get("op") in OPERATIONS:
            self._offer(self._editing.ask(incoming, self._situation()))
            return
        result = answer(
            incoming,
            self._programs.values(),
            self._settings,
            self.pad.foresee,
            self._recorder,
            coaching=self._coaching,
        )
        self._broker.result(self.identity.pad, incoming.role, incoming.what, result)
        self.pad.accept_checklist(self._settings.of(self.identity.pad).checklist_accepted)
        self._journal.write("query", self._clock.now_s(), role=incoming.role, what=incoming.what, status=result.status)
        self._policy.hurry()

    def _situation(self) -> Situation:
        return Situation(self._programs, self.pad.holds, self.pad.outlook())

    def read(self, read: Read) -> None:
        """A program of one's own was judged: it is kept, or not."""
        if self._editing is not None:
            self._offer(self._editing.save(read, self._situation(), self._can_be_told))

    def _can_be_told(self, programs: Mapping[str, Program]) -> bool:
        return len(self._info(programs).model_dump_json().encode()) <= INFO_MAX_BYTES

    def _offer(self, programs: dict[str, Program] | None) -> None:
        """From now on these can be played, and everybody is told."""
        if programs is not None:
            self._programs = programs
            self.pad.replace_programs({**programs, **built_in_programs()})
            self._announce(self._hello)

    def _forget(self, person: str) -> dict[str, int]:
        """Erases what is known of a person besides the records: how many of what."""
        comfort = self._settings.forget(person)  # what else is ever kept of people is erased and counted here
        offers = int(self.pad.forget(person))
        return {"comfort": comfort, "offers": offers, "coach": self._coaching.forget(person)}

    def answered(self, answer: Answer) -> None:
        """What was asked of sessions or persons is known."""
        query = answer.query
        self._broker.result(self.identity.pad, query.role, query.what, answer.message)
        self._journal.write(
            "query", self._clock.now_s(), role=query.role, what=query.what, status=answer.message.status
        )
        self._policy.hurry()

    def publish_what_is_due(self) -> None:
        """Events always; the state when its turn has come."""
        now_s, wall = self._clock.now_s(), None
        self._looked_s = self._clock.real_s()
        for happening in self.pad.take_events():
            wall = wall or self._clock.wall()
            self._journal.write("event", now_s, what=happening.kind, reason=happening.reason.text)
            self._broker.publish_event(self.identity.pad, to_event(happening, wall))
            self._coaching.happened(happening)
        self._keep_entries()
        self._note_unfinished()
        if self._policy.may_be_due(self.pad.urgent(now_s), self._looked_s):
            view = self.pad.view(now_s)
            if self._policy.due(view, self._looked_s):
                self._publish(view, wall or self._clock.wall())

    def _keep_entries(self) -> None:
        entries = self.pad.take_entries()
        if self._records is not None:
            self._records.keep(entries)
        if self._desk is not None and any(isinstance(entry, Ended) for entry in entries) and self._clock.calendar()[1]:
            self._desk.tidy(self._clock.wall(), self.pad.whose)

    def _note_unfinished(self) -> None:
        if self._unfinished is not None:
            self._unfinished.note(self.pad.unfinished())

    def _publish(self, view: PadView, wall: datetime) -> None:
        self._seq += 1
        epoch = self._freshness.epoch(self._clock.real_s())
        self._broker.publish_state(self.identity.pad, to_state(view, self._seq, epoch, wall))

    def publish_health(self, uptime_s: float, jitter_s: float) -> None:
        """How well loop and link do; what was learned of the pad is kept on the way."""
        if self._models is not None and (learned := self.pad.take_learned()):
            self._models.keep(self.identity.pad, learned)
        figures, status, reading = self._conversation.figures, self._status, self._reading
        self._broker.publish_health(
            self.identity.pad,
            PadHealth(
                uptime_s=round(uptime_s, 1),
                reading_age_s=round(self._clock.now_s() - reading.at_s, 3) if reading else None,
                loop_jitter_p99_s=round(jitter_s, 4),
                link_errors=figures.frames_bad + figures.frames_missing,
                frames_bad=status.frames_bad if status else 0,
                demands_refused=status.demands_refused if status else 0,
                board_uptime_s=reading.uptime_s if reading else None,
                heat_models={zone: each.value for zone, each in self.pad.knowledge.items()},
            ),
        )
