"""One pad's place in the controller: between its cable, its therapy, the broker and the journal.

Everything here is called by the one loop.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from math import inf

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
from poultice.mqtt.gate import Gate
from poultice.mqtt.incoming import PadName, QueryIn, RequestIn, as_request
from poultice.mqtt.messages import PadHealth, PadInfo, PersonCeiling, PromptMessage, Reason, ResultMessage
from poultice.mqtt.publish import to_reason, to_reply
from poultice.queries import answer, is_preview
from poultice.service import Book, ServiceStore
from poultice.sessions.courses import Courses
from poultice.sessions.desk import TOPICS as DESK_TOPICS
from poultice.sessions.desk import Answer, Desk
from poultice.sessions.records import SessionRecords
from poultice.sessions.unfinished import UnfinishedStore
from poultice.settings import SettingsStore
from poultice.sharing import Sharing
from poultice.station import spending
from poultice.station.ports import Broker, Cable, Door, Identity, OpenDoor
from poultice.station.saying import Saying
from poultice.therapy import calibration
from poultice.therapy.ceiling import FULL_PERCENT, Ceiling
from poultice.therapy.pad import Pad
from poultice.therapy.programs import Program
from poultice.therapy.recording import Ended
from poultice.therapy.state import Reading, Reply, Request, Status, Verb
from poultice.therapy.state import Reason as ReasonOfPad

log = logging.getLogger(__name__)

BEGINNING = (Verb.START, Verb.NUDGE)
INFO_MAX_BYTES = 192 * 1024  # of a pad's info, programs and all; panels read at most 256 KiB


Work = Callable[[], Answer]


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
        service: ServiceStore | None = None,
        sharing: Sharing | None = None,
        lines: Callable[[], Sequence[str]] = tuple,
        slowly: Callable[[Work], None] | None = None,
    ) -> None:
        """`slowly` does what takes long elsewhere and puts what comes of it into the inbox: where nothing is said, it
        is done here and now."""
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
        self._gate = Gate(identity.pad, clock.real_s)
        self._saying = Saying(identity.pad, pad, broker, journal=journal, clock=clock, freshness=self._freshness)
        self._reading: Reading | None = None
        self._status: contract.Status | None = None
        self._lines = lines
        self._slowly = slowly or (lambda work: self.answered(work()))
        self.follow_settings()
        pad.remember_comfort(settings.comfort())
        self.door: Door = OpenDoor()
        self.away = False
        self.disputed: Reason | None = None
        self._name = settings.of(identity.pad).name or identity.name
        self._book = Book(identity.pad, service)
        self._is_stranger = False  # its board: what it has had is not known here
        self._turned_away = ""
        self._hello: contract.Hello | None = None
        self._sharing = sharing or Sharing()
        self._sharing.join(self)
        self._unfinished = unfinished
        self._records = records
        self._desk = desk
        self._editing = editing
        self._programs = dict(identity.programs)
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
        self._book.keep()

    def stop(self) -> None:
        """Sends STOP, now."""
        self._send(self._conversation.stop(self._clock.now_s()))

    def _send(self, data: bytes) -> None:
        if data and self._cable.write(data) is False:
            log.debug("%d bytes could not go out", len(data))

    def _on_event(self, event: Event, now_s: float) -> None:
        match event:
            case ReadingReceived(reading, status) if not self._turned_away:
                self._reading, self._status = reading, status
                self._count_in(status)
                self._book.reading(reading)
                self.pad.reading(reading, now_s)
                self._measure(reading)
            case HelloReceived(hello):
                self._greet(hello, now_s)
            case LinkLost(sentence) | ContractMismatch(sentence):
                self._lose(sentence, now_s)
            case BoardEventReceived(kind, detail, press_s):
                self.pad.board_event(kind, detail, press_s, now_s)
            case LogReceived(text):
                self._journal.write("board_log", now_s, text=text)

    def _greet(self, hello: contract.Hello, now_s: float) -> None:
        """A board says who it is; one that may not be this pad is not spoken with."""
        board_id = bytes(hello.board_id).hex()
        if why := self.door.admit(board_id):
            self._conversation.port_lost(why)
            if self._turned_away != why:
                self._turned_away = why
                self._lose(why, now_s)
            return
        self._turned_away = ""
        self._journal.write("hello", now_s, firmware=hello.firmware_version, reset=hello.reset_cause.name)
        if board_id != self._book.board:
            self._is_stranger = True
            self._book.keep(board_id)
        self._announce(hello)
        self._broker.set_pad_online(self.identity.pad, True)
        self.pad.link_up(now_s)

    def _count_in(self, status: contract.Status) -> None:
        """A board that this controller does not know may be warm from somewhere else: what it remembers counts here."""
        if self._is_stranger:
            self._is_stranger = False
            if (spent := spending.of_board(status)) is not None:
                self.pad.count_at_least(spent)

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
        if not self.away:
            self._broker.set_pad_online(self.identity.pad, False)
        self.pad.link_lost(now_s, sentence)
        if not self._turned_away:
            self.door.leave()

    def move_to(self, cable: Cable) -> None:
        """The pad's board hangs at another place now."""
        self._cable = cable

    def _announce(self, hello: contract.Hello | None) -> None:
        self._hello = hello
        self._broker.announce(self.identity.pad, self._info(self._programs))

    def _info(self, programs: Mapping[str, Program]) -> PadInfo:
        who, editing = self.identity, self._editing
        return pad_info(
            name=self._name,
            controller=who.controller,
            simulated=who.simulated,
            hello=self._hello,
            limits=self.pad.limits,
            programs=programs.values(),
            zone_names=self._settings.of(who.pad).zones,
            is_own=editing.is_own if editing else lambda _: False,
        )

    # -- Other controllers

    def stand(self, *, away: bool, disputed: Reason | None) -> None:
        """How the pad stands with other controllers: `away`, it is theirs now; `disputed`, it is here and there."""
        if disputed != self.disputed and disputed is not None:
            log.warning("%s", disputed.text)
        settled = self.disputed is not None and disputed is None
        self.disputed = disputed
        if settled and not away:
            self.greet()  # what the other said of it stands no longer
        if away and not self.away:
            log.info("%s is at another controller now", self.identity.pad)
            self._broker.leave(self.identity.pad)
        elif self.away and not away and not self._conversation.connected:
            self._announce(None)
        self.away = away

    def heard_of(self, said: PadName | PadHealth) -> None:
        """What another controller said of this pad: its name, where it has none here, and what it has behind it."""
        if isinstance(said, PadHealth):
            self._take_over(said)
        elif self._settings.of(self.identity.pad).name is None and not self.identity.named:
            self.rename(said.name)

    def _take_over(self, said: PadHealth) -> None:
        if said.service is not None:
            self._book.at_least(said.service)
        wall_s, synchronised, _, _ = self._clock.calendar()  # only two clocks that are kept right can tell
        yesterday = synchronised and spending.is_of_yesterday(said.time, wall_s, self.identity.limits.day_s)
        if said.spent is not None and not yesterday:
            self.pad.count_at_least(spending.of_message(said.spent))

    def rename(self, name: str) -> None:
        """Gives the pad another name, which is kept. Raises SetupError where the disk refuses."""
        pad = self.identity.pad
        if self._settings.of(pad).name != name:
            self._settings.set(pad, self._settings.of(pad).model_copy(update={"name": name}))
        self._name = name
        if not self.away:
            self._announce(self._hello if self._conversation.connected else None)

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
        if self._saying.has_waited:
            self.publish_what_is_due()

    def _stop_if_wanted(self) -> None:
        if self.pad.take_stop():
            self.stop()

    # -- The broker

    def broker_connected(self) -> None:
        """Every epoch of before is void; the state goes out at once."""
        self._freshness.connected(self._clock.real_s())
        self._saying.hurry()
        self.publish_what_is_due()
        self._coaching.connected()

    def greet(self, repeat: bool = True) -> None:
        """Home automation has begun: all is said anew, for all pads where `repeat`, and the state is true now."""
        if repeat:
            self._broker.repeat()
        self._saying.hurry()
        self.publish_what_is_due()

    def request(self, incoming: RequestIn) -> None:
        """Somebody asks; STOP reaches the board before anything else is done."""
        now_s = self._clock.now_s()
        if why := self._gate.why_not(incoming):
            self._answer(incoming, Reply(incoming.message.id or "", Status.REFUSED, why))
            return
        request = as_request(incoming)
        if isinstance(request, Reply):
            reply = request
            self._journal.write("misfit", now_s, role=incoming.role, verb=incoming.verb, reason=reply.reason.text)
        else:
            fresh = self._freshness.judge(request, self._clock.real_s())
            reply = self._refusal(request) or self.pad.request(request, now_s, fresh)
            self._stop_if_wanted()
        self._answer(incoming, reply)
        self._keep_comfort()
        self._saying.hurry()
        self.publish_what_is_due()

    def _refusal(self, request: Request) -> Reply | None:
        """Nothing begins at a pad that is at two controllers: nobody knows which of them was meant."""
        if self.disputed is None or request.verb not in BEGINNING:
            return None
        self._journal.write("disputed", self._clock.now_s(), role=request.role, verb=request.verb)
        return Reply(request.id, Status.REFUSED, ReasonOfPad(self.disputed.code, self.disputed.text))

    def _answer(self, incoming: RequestIn, reply: Reply) -> None:
        self._broker.reply(self.identity.pad, incoming.role, incoming.verb, to_reply(reply), incoming.envelope)

    def _keep_comfort(self) -> None:
        if changes := self.pad.take_comfort():
            try:
                self._settings.set_comfort(changes)
            except SetupError as error:  # it acts all the same, until the controller ends
                log.error("%s", error)

    def query(self, incoming: QueryIn) -> None:
        """Somebody asks what moves no output."""
        if why := self._gate.why_no_query(incoming):
            result = ResultMessage(id=incoming.message.id, status="refused", reason=to_reason(why))
            self._broker.result(self.identity.pad, incoming.role, incoming.what, result, incoming.envelope)
            return
        if self._desk is not None and incoming.what in DESK_TOPICS:
            self._desk.ask(incoming, self._sharing.running, self._sharing.forget)
            return
        before = self._settings.of(self.identity.pad)
        if self._editing is not None and incoming.what == "programs" and incoming.message.args.get("op") in OPERATIONS:
            self._offer(self._editing.ask(incoming, self._situation()))
            return
        if is_preview(incoming):
            self._slowly(self._work_on(incoming))
            return
        self.answered(self._work_on(incoming)())
        self._sharing.follow_settings()
        self._name_may_differ()
        if self._settings.of(self.identity.pad) != before:
            self._announce(self._hello)

    def _work_on(self, incoming: QueryIn) -> Work:
        """What is left to do, with the pad and its programs as they are now."""
        programs, foresee = tuple(self._programs.values()), self.pad.outlook()

        def work() -> Answer:
            message = answer(
                incoming,
                programs,
                self._settings,
                foresee,
                self._recorder,
                coaching=self._coaching,
                lines=self._lines,
            )
            return Answer(incoming, message)

        return work

    def _name_may_differ(self) -> None:
        name = self._settings.of(self.identity.pad).name
        if name not in (None, self._name):
            self.rename(str(name))

    def follow_settings(self) -> None:
        """What people set, to the pad: it holds from the next session on; what narrows a person, at once."""
        pad_id = self.identity.pad
        limits, automation = self._settings.of(pad_id).limits, self._settings.of(pad_id).automation
        longest_s = None if limits.session_max_min is None else limits.session_max_min * 60.0
        self.pad.accept_checklist(self._settings.accepted(pad_id))
        self.pad.narrow(limits.target_max_c, longest_s, automation)
        self.pad.narrow_persons({person: _ceiling(each) for person, each in self._settings.ceilings().items()})

    def _situation(self) -> Situation:
        return Situation(self._programs, self.pad.holds, self.pad.outlook())

    def read(self, read: Read) -> None:
        """A program of one's own was judged: it is kept, or not."""
        if self._editing is not None:
            self._offer(self._editing.save(read, self._situation(), self._can_be_told))

    def _can_be_told(self, programs: Mapping[str, Program]) -> bool:
        return len(self._info(programs).model_dump_json().encode()) <= INFO_MAX_BYTES

    def _offer(self, programs: dict[str, Program] | None) -> None:
        """From now on these can be played, at every pad of this controller."""
        if programs is not None:
            self._sharing.offer(programs)

    def offer(self, programs: Mapping[str, Program]) -> None:
        """These can be played now, and everybody is told."""
        self._programs = dict(programs)
        self.pad.replace_programs({**programs, **built_in_programs()})
        if not self.away:
            self._announce(self._hello)

    @property
    def whose(self) -> tuple[str, str] | None:
        """Id and person of the session that runs."""
        return self.pad.whose

    def forget(self, person: str) -> dict[str, int]:
        """Erases what is known of a person besides the records: how many of what."""
        comfort = self._settings.forget(person)  # what else is ever kept of people is erased and counted here
        offers = int(self.pad.forget(person))
        checklists = self._settings.forget_checklists(person)
        self.follow_settings()
        return {"comfort": comfort, "offers": offers, "coach": self._coaching.forget(person), "checklists": checklists}

    def answered(self, answer: Answer) -> None:
        """What was asked is known."""
        query = answer.query
        self._broker.result(self.identity.pad, query.role, query.what, answer.message, query.envelope)
        self._journal.write(
            "query", self._clock.now_s(), role=query.role, what=query.what, status=answer.message.status
        )
        self._saying.hurry()

    def publish_what_is_due(self) -> None:
        """Events always; the state when its turn has come."""
        now_s = self._clock.now_s()
        if happenings := self.pad.take_events():
            self._saying.happened(happenings, now_s)
            for happening in happenings:
                self._coaching.happened(happening)
        self._keep_entries()
        self._note_unfinished()
        self._saying.look(now_s, silent=self.away)

    def _keep_entries(self) -> None:
        entries = self.pad.take_entries()
        if self._records is not None:
            self._records.keep(entries)
        if self._desk is not None and any(isinstance(entry, Ended) for entry in entries) and self._clock.calendar()[1]:
            self._desk.tidy(self._clock.wall(), self._sharing.running)

    def _note_unfinished(self) -> None:
        if self._unfinished is not None:
            self._unfinished.note(self.pad.unfinished())

    def publish_health(self, uptime_s: float, jitter_s: float) -> None:
        """How well loop and link do; what was learned of the pad is kept on the way."""
        if self._models is not None and (learned := self.pad.take_learned()):
            self._models.keep(self.identity.pad, learned)
        service = self._book.look(self._clock.real_s())
        if self.away:
            return
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
                controller=self.identity.controller,
                time=self._clock.wall(),
                service=service,
                spent=spending.to_message(self.pad.spent()),
                problem=self.disputed,
                witnesses={zone.name: zone.witness.temperature_c for zone in reading.zones} if reading else {},
            ),
        )


def _ceiling(told: PersonCeiling) -> Ceiling:
    return Ceiling(
        inf if told.target_max_c is None else told.target_max_c,
        inf if told.session_max_min is None else told.session_max_min * 60.0,
        FULL_PERCENT if told.massage_max_percent is None else told.massage_max_percent,
    )
