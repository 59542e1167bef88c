"""The pad as therapy sees it: readings, events, requests and time in; demands, STOPs, a view and happenings out.

Pure: every instant is an argument (`now_s`, s on any monotonic clock). Call `tick` 20 times a second.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from poultice.therapy import allowance, reasons
from poultice.therapy.budget import Budget, Kept, Spent, WallTime
from poultice.therapy.ceiling import Ceiling
from poultice.therapy.comfort import Key
from poultice.therapy.heat import Knowledge
from poultice.therapy.heat.parameters import Parameters
from poultice.therapy.layout import PadLayout
from poultice.therapy.limits import HostLimits, narrowed
from poultice.therapy.massage import percents
from poultice.therapy.narration import narrate
from poultice.therapy.offer import Offer, Unfinished
from poultice.therapy.phases import AT_REST, IN_SESSION, PLAYING, Signal
from poultice.therapy.preview import Preview, preview
from poultice.therapy.programs import Program
from poultice.therapy.recording import Entry
from poultice.therapy.requests import Requests
from poultice.therapy.session import Session
from poultice.therapy.stage import Stage
from poultice.therapy.state import Demand, Phase, Reading, Reason, Reply, Request
from poultice.therapy.view import Moment, PadHappening, PadView, Urgent
from poultice.therapy.viewing import Painter, Shown
from poultice.therapy.warmth import NO_HEAT


class Pad:
    """One pad. `programs` are the ones that may be started, by id; `session_id` names new sessions."""

    def __init__(
        self,
        layout: PadLayout,
        programs: Mapping[str, Program],
        limits: HostLimits | None = None,
        session_id: Callable[[], str] | None = None,
        budget: Budget | None = None,
    ) -> None:
        self._layout = layout
        self._limits = limits or HostLimits()
        self._stage = Stage(layout, self._limits, session_id, budget)
        self._requests = Requests(self._stage, programs)
        self._linked = False
        self._reading: Reading | None = None
        self._painter = Painter(layout)
        self._narrated_for: tuple[object, ...] = ()
        self._narration = reasons.READY
        self._then_s: float | None = None
        self._cut_off = False
        self._no_heat = (NO_HEAT,) * len(layout.zones)
        self._still = (0,) * len(layout.motors)
        self._motors = self._still

    # -- The board speaks -------------------------------------------------------------------------------------------

    def link_up(self, now_s: float, info: object = None) -> None:  # noqa: ARG002 - who it is matters to others only
        """A board that fits said hello. It has been sent STOP, so whatever ran before has ended."""
        if self._linked:
            self._lose(now_s, reasons.RESTARTED)
        self._linked = True
        self._stage.arming.stopped(now_s)
        self._stage.say("link_up", reasons.NO_READING)

    def link_lost(self, now_s: float, sentence: str) -> None:
        """The board is gone, or was never there, for the reason in `sentence`."""
        if self._linked:
            self._lose(now_s, sentence)
        else:
            self._stage.note = reasons.link_lost(sentence, self._cut_off)
        self._linked = False

    def reading(self, reading: Reading, now_s: float) -> None:
        """A STATUS of the board. One that is old, or not newer than the last, says nothing."""
        if not self._linked or not self._newer(reading, now_s):
            return
        self._reading = reading
        if self._stage.phase is Phase.OFFLINE:
            self._stage.move(Signal.HEARD)
            self._stage.note = reasons.link_back(self._cut_off)
            self._cut_off = False
        self._follow_faults(reading, now_s)
        self._hear_arming(reading.armed, None, now_s)
        self._stage.warmth.read(reading, self._stage.session if self._stage.may_heat else None)
        for zone in self._stage.warmth.take_relearned():
            self._stage.tell("relearning", reasons.relearning(zone))

    def board_event(self, kind: str, detail: str | None, press_s: float | None, now_s: float) -> None:
        """Something happened on the board: `kind` and `detail` by the contract's names, `press_s` where released."""
        if not self._linked:
            return
        self._pass_time(now_s)
        match kind:
            case "button_pressed" if self._stage.phase in IN_SESSION and not self._is_waited_for():
                self._stage.contest.turned_down(now_s)
                self._stage.end("stopped", reasons.STOPPED_AT_PAD, now_s)
            case "button_pressed" if self._nudging(now_s) is not None:
                self._stage.nudges.end()  # the button stops whatever runs
            case "button_released":
                self._stage.tell("button", reasons.button(press_s or 0.0))
            case "armed":
                self._hear_arming(True, None, now_s)
            case "disarmed":
                self._hear_arming(False, detail, now_s)
                self._explain_end(detail)
            case "refused" if why := reasons.press_refused(detail):
                self._stage.say("refused", why)
            case "pairing":
                self._stage.tell("pairing", reasons.PAIRING)
            case "fault":
                self._hear_fault(detail or "unknown", now_s)

    def _is_waited_for(self) -> bool:
        """Whether a press is what the session waits for. While the pad is armed still, a press disarms it."""
        return self._stage.waits_for_press and not self._stage.arming.armed

    def _newer(self, reading: Reading, now_s: float) -> bool:
        age_s = now_s - reading.at_s
        is_next = self._reading is None or reading.at_s > self._reading.at_s
        return is_next and 0.0 <= age_s <= self._limits.reading_age_max_s

    def _hear_arming(self, armed: bool, why: str | None, now_s: float) -> None:
        arming = self._stage.arming
        was_armed, own_stop = arming.armed, arming.stop_pending
        arming.heard(armed, now_s)
        if arming.armed and not was_armed:
            self._armed(now_s)
        elif not armed and not own_stop and (was_armed or why is not None):
            self._disarmed(why, now_s)

    def _armed(self, now_s: float) -> None:
        """The press that an invitation waits for starts exactly what was invited, if that may still be played."""
        stage, invitation = self._stage, self._stage.invitation
        stage.tell("armed", reasons.PRESSED)
        stage.awake.tapped()  # whoever presses is awake
        if invitation is None:
            stage.seen()
            stage.note = reasons.ARMED if stage.phase is Phase.IDLE else stage.note
        elif why := self._requests.why_no_start(invitation.program, invitation.person):
            stage.end("refused", why, now_s)
        else:
            stage.inviting.answered(invitation.role)
            stage.begin(invitation.program, at_step=invitation.at_step, person=invitation.person)
            stage.lower(invitation.at_most_c)

    def _disarmed(self, why: str | None, now_s: float) -> None:
        """Without heat to come, an arming that merely expired ends nothing."""
        stage, reason = self._stage, reasons.disarmed(why)
        stage.tell("disarmed", reason)
        if stage.phase in IN_SESSION and (stage.needs_arming or why not in (None, "expired")):
            stage.end("stopped", reason, now_s)
        elif stage.note == reasons.ARMED:
            stage.note = reasons.READY

    def _explain_end(self, why: str | None) -> None:
        """A STATUS may be quicker to say that the pad is disarmed than the EVENT that says why."""
        if self._stage.note == reasons.DISARMED:
            self._stage.note = reasons.disarmed(why)

    def _follow_faults(self, reading: Reading, now_s: float) -> None:
        locking = (*reading.latched_faults, *(name for name in reading.faults if reasons.latches(name)))
        if locking or reading.device_state in ("latched_b", "latched_c"):
            self._lock(locking[0] if locking else "unknown", now_s)
        elif self._stage.phase is Phase.FAULTED:
            self._stage.move(Signal.CLEARED)
            self._stage.note = reasons.READY

    def _hear_fault(self, name: str, now_s: float) -> None:
        self._stage.tell("fault", reasons.fault(name))
        if reasons.latches(name):
            self._lock(name, now_s)

    def _lock(self, name: str, now_s: float) -> None:
        if self._stage.phase not in (Phase.OFFLINE, Phase.FAULTED):
            self._stage.end("fault", reasons.fault(name), now_s, Signal.FAULT)
            self._stage.stop(now_s)

    def _lose(self, now_s: float, sentence: str) -> None:
        """Nothing is known any more, and nothing may go on."""
        if self._stage.phase is not Phase.OFFLINE:
            self._cut_off = self._stage.phase in IN_SESSION
            self._stage.end("link_lost", reasons.link_lost(sentence, self._cut_off), now_s, Signal.LOST)
        self._reading = None
        self._stage.arming.forget()
        self._stage.warmth.forget()
        self._stage.stop(now_s)

    # -- People ask -------------------------------------------------------------------------------------------------

    def accept_checklist(self, persons: Collection[str]) -> None:
        """The persons who have read and accepted who must not use the pad: nobody else is heated or massaged."""
        self._requests.accepted_by = frozenset(persons)

    def narrow(self, target_max_c: float | None, session_max_s: float | None, automation: Collection[str]) -> None:
        """What people set on the page, from the next session on: never more than this pad was made with (narrowed)."""
        self._stage.limits = narrowed(
            self._limits, target_max_c=target_max_c, session_max_s=session_max_s, automation=frozenset(automation)
        )

    def narrow_persons(self, ceilings: Mapping[str, Ceiling]) -> None:
        """Each person's own ceiling: what is lower holds at once, what is higher from the next session on."""
        self._stage.narrow_persons(ceilings)

    @property
    def limits(self) -> HostLimits:
        """What holds for the next session."""
        return self._stage.limits

    def remember_comfort(self, steps: Mapping[Key, int]) -> None:
        """What people said of programs before this controller began: steps of "less" by person and program."""
        self._stage.comfort.remember(steps)

    def take_comfort(self) -> dict[Key, int]:
        """What of it changed since the last call, to be kept."""
        return self._stage.comfort.take_changes()

    def take_entries(self) -> list[Entry]:
        """What the sessions' records are to say since the last call: pain and notes are for nothing else."""
        return self._stage.take_entries()

    @property
    def whose(self) -> tuple[str, str] | None:
        """The session that runs or is paused, and its person."""
        session = self._stage.session
        return None if session is None else (session.id, session.person)

    def forget(self, person: str) -> bool:
        """Knows nothing of a person any more: neither "less" nor what was cut off; whether that was offered."""
        self._stage.comfort.forget(person)
        offered = self._stage.offer is not None and self._stage.offer.person == person
        self._stage.offer = None if offered else self._stage.offer
        return offered

    def unfinished(self) -> Unfinished | None:
        """What would be cut off by a restart now; None where nothing runs."""
        session = self._stage.session
        if session is None:
            return None
        return Unfinished(session.program.id, session.program.content_hash, session.index, session.person)

    def offer_rest(self, program_id: str, content_hash: str, at_step: int, person: str, now_s: float) -> bool:
        """Offers the rest of a session that ended with the last controller; False where that program is no more."""
        program = self._requests.program(program_id)
        if program is None or program.content_hash != content_hash or not 0 <= at_step < len(program.steps):
            return False
        self._stage.offer_rest(program, at_step, person, now_s)
        return True

    def allow_nudges(self, automation: bool) -> None:
        """Whether this is an hour in which a person lets home automation nudge."""
        self._requests.automation_may_nudge = automation

    def keep_quiet(self, quiet: bool) -> None:
        """Whether these are hours in which somebody wants no sound: an invitation makes none, and automation invites
        nobody. What warns is heard all the same."""
        self._stage.quiet = quiet

    def nudge(self, now_s: float) -> Reason | None:
        """The coach nudges, in an hour that a person allowed; why not, where something speaks against it."""
        self._pass_time(now_s)
        why = self._requests.why_no_nudge(now_s, unattended=True)
        if why is None:
            self._stage.nudge(now_s, unattended=True, percent_max=self._requests.nudge_percent)
        return why

    def remember_nudges(self, ages_s: Sequence[float], now_s: float) -> None:
        """How long ago the pad nudged by itself before this controller began, s."""
        self._stage.nudges.remember(ages_s, now_s)

    def nudge_ages_s(self, now_s: float) -> list[float]:
        """How long ago it nudged by itself within the last hour, s: to be kept."""
        return self._stage.nudges.ages_s(now_s)

    def request(self, request: Request, now_s: float, fresh: bool) -> Reply:
        """Answers a request; `fresh` says that epoch and id were judged good."""
        self._pass_time(now_s)
        return self._requests.reply(request, now_s, fresh)

    # -- Time passes ------------------------------------------------------------------------------------------------

    def tell_time(self, wall: WallTime, since_boot_s: float) -> None:
        """What the wall clock says, once in a while: without it the budgets of the day forget nothing."""
        self._stage.budget.tell(wall, since_boot_s)

    @property
    def playing(self) -> str | None:
        """The id of the program that runs or is paused."""
        session = self._stage.session
        return None if session is None else session.program.id

    @property
    def holds(self) -> tuple[str, ...]:
        """The ids of the programs that play or are invited: neither may be changed or taken away meanwhile."""
        invitation = self._stage.invitation
        return tuple(filter(None, (self.playing, None if invitation is None else invitation.program.id)))

    def replace_programs(self, programs: Mapping[str, Program]) -> None:
        """From now on these may be started; the rest of one that is another now is not offered any more."""
        self._requests.replace_programs(programs)
        offer = self._stage.offer
        if offer is not None and programs.get(offer.program.id) != offer.program:
            self._stage.offer = None

    def foresee(self, program: Program, room_c: float | None) -> Preview:
        """What a program would do from here, °C; the pad is as warm as it says, where it does."""
        return self.outlook()(program, room_c)

    def outlook(self) -> Callable[[Program, float | None], Preview]:
        """What foresees from the pad as it is at this moment, and may do so in another thread."""
        temperatures = self._stage.warmth.temperatures
        known = {name: temperature_c for name, temperature_c in temperatures.items() if temperature_c is not None}
        zones = () if self._reading is None else self._reading.zones
        full_w = {zone.name: zone.full_power_w for zone in zones if zone.full_power_w > 0.0}
        models = self._stage.warmth.models
        layout, limits = self._layout, self._limits

        def foresee(program: Program, room_c: float | None) -> Preview:
            return preview(program, layout, limits, models=models, pad_c=known, full_w=full_w, room_c=room_c)

        return foresee

    def count_at_least(self, spent: Spent) -> None:
        """The pad had more heat than was known here: see Budget."""
        self._stage.budget.count_at_least(spent)

    def spent(self) -> Spent:
        """What its zones had of the day."""
        return self._stage.budget.spent()

    def kept_budget(self) -> Kept:
        """What of the budgets must outlive the process."""
        return self._stage.budget.kept()

    def tick(self, now_s: float) -> Demand:
        """What to ask of the board now: the whole wish, off wherever anything speaks against it."""
        self._pass_time(now_s)
        self._stage.contest.next_tick()
        stage, session = self._stage, self._stage.session
        if session is None or stage.phase not in PLAYING:
            self._motors = self._nudging(now_s) or self._still
            return Demand(self._no_heat, self._motors, self._cue(), self._reason(now_s))
        zones = stage.warmth.demands(session) if stage.may_heat else self._no_heat
        self._motors = self._massage(session)
        return Demand(zones, self._motors, self._cue(), self._reason(now_s))

    def _nudging(self, now_s: float) -> tuple[int, ...] | None:
        return self._stage.nudges.motors(now_s) if self._stage.phase in AT_REST else None

    def _cue(self) -> str:
        """What light and sound of the pad shall say."""
        if self._is_waited_for() or (self._stage.phase is Phase.INVITED and not self._stage.quiet):
            return "invited"
        return "still_awake" if self._stage.session is not None and self._stage.awake.asks else "none"

    def _massage(self, session: Session) -> tuple[int, ...]:
        massage = session.massage
        if massage is None:
            return self._still
        return percents(
            massage.pattern,
            session.in_step_s,
            massage.tempo_hz,
            session.intensities,
            self._layout,
            phase_turns=massage.phase_turns,
            direction=massage.direction,
            soft=session.softness(),
        )

    def _pass_time(self, now_s: float) -> None:
        dt_s = 0.0 if self._then_s is None else max(0.0, now_s - self._then_s)
        self._then_s = now_s
        stage = self._stage
        stage.budget.pass_time(dt_s, stage.warming)
        if stage.phase is Phase.OFFLINE:
            return
        if not self._heard_lately(now_s):
            self._lose(now_s, reasons.SILENT)
        elif stage.invitation is not None and stage.invitation.expired(now_s):
            stage.end("stopped", reasons.INVITATION_EXPIRED, now_s)
        elif stage.session is not None:
            self._live(stage.session, dt_s, now_s)
        else:
            stage.settle(now_s)

    def _live(self, session: Session, dt_s: float, now_s: float) -> None:
        """Where we stood still for long the board's lease has run out: then nothing simply goes on."""
        if dt_s > self._limits.reading_age_max_s:
            self._stage.end("stopped", reasons.stalled(dt_s), now_s)
        elif self._stage.phase in PLAYING:
            self._play(session, dt_s, now_s)
        elif now_s - self._stage.paused_s >= self._limits.pause_max_s:
            self._stage.end("stopped", reasons.PAUSED_TOO_LONG, now_s)

    def _play(self, session: Session, dt_s: float, now_s: float) -> None:
        before = session.index
        session.advance(dt_s)
        if self._stage.waits_for_press and self._stage.arming.armed and not session.over:
            session.skip()  # pressed, or armed still
        self._stage.watch_sleep(session, dt_s)
        if session.over:
            self._stage.finish(now_s)
        elif self._stage.warmth.dose_reached:
            self._stage.end("finished", reasons.DOSE_REACHED, now_s)
        elif why := allowance.end(session, self._stage.budget, self._stage.warmth.doses, self._limits):
            self._stage.end("finished", why, now_s)
        else:
            if session.index != before:
                self._stage.tell("step", reasons.step(session.step.id))
            self._stage.watch_warming()

    def take_stop(self) -> bool:
        """Whether a STOP must go to the board now, not at the next tick; asking takes it."""
        return self._stage.take_stop()

    # -- What is learned of it

    def prepare_heat(self, known: Mapping[str, Parameters], *, plain: bool) -> None:
        """What was learned of its zones before; `plain` lets the PID control them. Before any session."""
        self._stage.warmth.prepare(known, plain=plain)

    def take_learned(self) -> dict[str, Parameters]:
        """What was learned of its zones since the last call; nothing while a session runs."""
        return {} if self._stage.session is not None else self._stage.warmth.take_learned()

    @property
    def knowledge(self) -> dict[str, Knowledge]:
        """What each zone's heat is controlled by."""
        return self._stage.warmth.knowledge

    # -- What it shows ----------------------------------------------------------------------------------------------

    def take_events(self) -> list[PadHappening]:
        """What happened since the last call, oldest first."""
        return self._stage.take_happenings()

    def urgent(self, now_s: float) -> Urgent:
        """What of the view nobody may wait for; cheap enough to look at with every reading."""
        reading = self._reading if self._heard_lately(now_s) else None
        return self._painter.urgent(self._stage.phase, self._stage.arming.armed, reading)

    def moment(self) -> Moment | None:
        """What the session is at, for its record; None where nothing runs."""
        session, warmth, reading = self._stage.session, self._stage.warmth, self._reading
        if session is None:
            return None
        watts = [zone.applied_w for zone in reading.zones] if reading else [0.0] * len(self._layout.zones)
        zones = {
            name: (warmth.temperatures[name], session.wish_c(name), given_w, warmth.doses[name].minutes)
            for name, given_w in zip(self._layout.zone_names, watts, strict=True)
        }
        return Moment(session.id, session.program.id, self._stage.phase, session.elapsed_s, zones)

    def view(self, now_s: float) -> PadView:
        """The whole truth at this moment."""
        shown = Shown(
            now_s=now_s,
            phase=self._stage.phase,
            armed=self._stage.arming.armed,
            reading=self._reading if self._heard_lately(now_s) else None,
            session=self._stage.session,
            invitation=self._stage.invitation,
            warmth=self._stage.warmth,
            motors_asked=self._motors,
            strengths=self._strengths(now_s),
            asked=self._stage.asked,
            offer=self._offer(now_s),
            accepted_by=self._requests.accepted_by,
            reason=self._reason(now_s),
            selected=self._stage.selected,
            thermostats=self._stage.thermostats,
        )
        return self._painter.paint(shown)

    def _strengths(self, now_s: float) -> Mapping[str, int]:
        stage = self._stage
        if stage.session is not None:
            return stage.session.intensities if stage.phase in PLAYING else {}
        return stage.nudges.strengths(now_s)

    def _offer(self, now_s: float) -> Offer | None:
        offer = self._stage.offer
        return offer if offer is not None and self._stage.session is None and now_s < offer.until_s else None

    def _heard_lately(self, now_s: float) -> bool:
        return self._reading is not None and now_s - self._reading.at_s <= self._limits.reading_age_max_s

    def _reason(self, now_s: float) -> Reason:
        stage = self._stage
        if stage.session is not None and stage.phase in PLAYING:
            return reasons.AWAKE if stage.awake.asks else self._narrate(stage.session)
        if self._nudging(now_s) is not None:
            return reasons.NUDGED
        if stage.invitation is not None:
            left_s = max(0.0, stage.invitation.until_s - now_s)
            return replace(stage.note, values={**stage.note.values, "remaining_s": round(left_s)})
        if stage.phase is Phase.COOLING and stage.warm_c is not None:
            return reasons.cooling(stage.note, stage.warm_c)
        return self._at_rest(now_s) if stage.note == reasons.READY else stage.note

    def _at_rest(self, now_s: float) -> Reason:
        """What may be done, where nothing happened that is to be told."""
        if not self._requests.accepted_by:
            return reasons.CHECKLIST
        offer = self._offer(now_s)
        return reasons.READY if offer is None else reasons.offered(offer.program.title["en"])

    def _narrate(self, session: Session) -> Reason:
        """Words cost time: they are made anew only where a reading or a wish has changed."""
        armed = self._stage.arming.armed
        key = (self._reading and self._reading.at_s, session.id, session.revision, armed)
        if key != self._narrated_for:
            self._narrated_for = key
            self._narration = narrate(session, self._stage.warmth, armed, self._limits)
        return self._narration
