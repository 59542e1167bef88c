"""What people and automation ask of a pad: each verb refused with a reason, or done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from poultice.therapy import allowance, asking, claims, reasons, switch
from poultice.therapy.adjust import Adjust
from poultice.therapy.answers import Answer, accepted, refused
from poultice.therapy.at_rest import AtRest
from poultice.therapy.claims import Act
from poultice.therapy.invitation import DEFAULT_PERSON
from poultice.therapy.phases import AT_REST, IN_SESSION
from poultice.therapy.program_check import check
from poultice.therapy.programs import Program
from poultice.therapy.session import Session
from poultice.therapy.stage import Stage
from poultice.therapy.state import Phase, Reason, Reply, Request, Role, Status, Verb
from poultice.therapy.switch import Switch
from poultice.therapy.tailored import PROGRAM as WARMTH
from poultice.therapy.tailored import tailored, target_refusal

SELECTED = "@selected"  # the name of no program: whatever was selected


class Requests:
    """The verbs of one pad."""

    def __init__(self, stage: Stage, programs: Mapping[str, Program]) -> None:
        self._stage = stage
        self._programs = dict(programs)
        self.accepted_by: frozenset[str] = frozenset()
        self.automation_may_nudge = False
        self._at_rest = AtRest(stage, start=self._start, nudge=self._nudge)
        self._verbs = {
            Verb.STOP: self._stop,
            Verb.START: self._start,
            Verb.PAUSE: self._pause,
            Verb.RESUME: self._resume,
            Verb.ADJUST: self._adjust,
            Verb.SKIP: self._skip,
            Verb.BACK: self._back,
            Verb.ANSWER: self._answer,
            Verb.NUDGE: self._nudge,
            Verb.SELECT: self._select,
        }

    def replace_programs(self, programs: Mapping[str, Program]) -> None:
        """From now on these may be started. What plays or is invited goes on as it began."""
        self._programs = dict(programs)

    def program(self, program_id: str) -> Program | None:
        """A program that may be started, by its id."""
        return self._programs.get(program_id)

    def reply(self, request: Request, now_s: float, fresh: bool) -> Reply:
        """Answers a request; `fresh` says that its epoch and id were judged good. Only STOP may have been retained."""
        stops = request.verb is Verb.ANSWER and asking.is_stop(request.args)  # in whatever words, stop is stop
        verb = self._stop if stops else self._verbs[request.verb]
        before = self._asked()
        if request.retained and request.verb is not Verb.STOP:
            answer = refused(reasons.STALE)
        elif not stops and self._stage.contest.forbids(request.verb):
            answer = refused(reasons.ENDED_NOW)
        else:
            answer = verb(request, now_s, fresh)
        status, reason, applied = answer
        if status is Status.ACCEPTED:
            self._settle(request, before, now_s)
        if status is Status.ACCEPTED and request.role is Role.PHONE and fresh:
            self._stage.awake.tapped()  # any tap is a sign of life
        if status in (Status.REFUSED, Status.STALE):
            self._stage.tell("refused", reason)
        return Reply(request.id, status, reason, applied)

    def _asked(self) -> dict[str, float]:
        """What is asked of zones, °C (0 where one is switched off), and of motors, percent."""
        session = self._stage.session
        if session is None:
            return {}
        zones = {zone: 0.0 if session.is_off(zone) else session.asked_c(zone) for zone in session.step.heat}
        return {**zones, **session.intensities}

    def _settle(self, request: Request, before: Mapping[str, float], now_s: float) -> None:
        """Remembers what was accepted, against whoever asks for more within the same tick, or is no person."""
        contest = self._stage.contest
        lower = contest.settled(before, self._asked()) and request.verb in (Verb.ADJUST, Verb.ANSWER)
        if lower or request.verb in (Verb.STOP, Verb.PAUSE):
            contest.turned_down(now_s if request.role is Role.PHONE else None)

    def _stop(self, request: Request, now_s: float, _fresh: bool) -> Answer:
        """Obeyed always, whoever asks and whatever runs."""
        stage = self._stage
        stage.contest.stopped()
        if request.verb is Verb.ANSWER and request.role is Role.PHONE:
            stage.answered("comfort", "stop")
        if stage.session is not None or stage.invitation is not None:
            stage.end("stopped", reasons.STOPPED, now_s)
        elif stage.phase in AT_REST:
            stage.note = reasons.STOPPED
        stage.stop(now_s)
        return accepted(reasons.STOPPED)

    # -- start

    def _start(self, request: Request, now_s: float, fresh: bool) -> Answer:
        stage, program = self._stage, self._wanted(request.args)
        person = str(request.args.get("person") or DEFAULT_PERSON)
        accepts = person in self.accepted_by
        if not accepts or isinstance(program, Reason):
            return refused(program if accepts and isinstance(program, Reason) else reasons.CHECKLIST_FIRST)
        why = claims.start_refusal(request.role, program, fresh, stage.limits) or self.why_no_start(program, person)
        if why is not None or stage.phase is Phase.INVITED:
            return refused(why or reasons.INVITED_ALREADY)
        at_step = self._at_step(request, program, now_s)
        if at_step is None:
            return refused(reasons.NO_REST)
        if program.heats and not stage.arming.armed:
            if why := self._why_no_invitation(request.role, now_s):
                return refused(why)
            reason = stage.invite(program, request.role, now_s, at_step=at_step, person=person)
            return Status.INVITED, reason, {"program": program.id, "content_hash": program.content_hash}
        reason = stage.begin(program, at_step=at_step, person=person)
        return accepted(reason, program=program.id, **_naming(stage.session))

    def _wanted(self, args: Mapping[str, Any]) -> Program | Reason:
        """The program that a start names, or the selected one; `warmth` is made for the zone and the °C named."""
        name = args.get("program")
        name = self._stage.selected if name == SELECTED else name
        program = self._programs.get(name) if isinstance(name, str) else None
        zone, target_c, offer = args.get("zone"), args.get("target"), self._stage.offer
        if program is None:
            return reasons.unknown_program(str(name))
        if program.id != WARMTH or args.get("rest"):
            rest = offer is not None and offer.program.id == program.id and bool(args.get("rest"))
            named = zone is not None or target_c is not None
            if named:
                return reasons.BAD_ARGUMENTS
            return offer.program if offer is not None and rest else program
        why = target_refusal(zone, target_c, self._stage.layout, self._stage.limits)
        return why or tailored(program, str(zone), float(target_c or 0.0))

    def _why_no_invitation(self, role: Role, now_s: float) -> Reason | None:
        if self._stage.quiet and role is Role.AUTOMATION:
            return reasons.QUIET
        waits_s = self._stage.inviting.waits_s(role, now_s)
        return reasons.invited_enough(self._stage.limits.invitations_an_hour, waits_s) if waits_s > 0.0 else None

    def _at_step(self, request: Request, program: Program, now_s: float) -> int | None:
        """Where to begin: at the first step, or where the rest begins that was offered; None where none was."""
        if not request.args.get("rest"):
            return 0
        offer = self._stage.offer
        good = offer is not None and offer.program.content_hash == program.content_hash and now_s < offer.until_s
        return offer.at_step if offer is not None and good else None

    def why_no_start(self, program: Program, person: str) -> Reason | None:
        """What speaks against playing this program to a person now, whoever asks; None where nothing does."""
        stage = self._stage
        if person not in self.accepted_by:
            return reasons.CHECKLIST_FIRST
        if stage.phase is Phase.OFFLINE:
            return reasons.OFFLINE_NOW
        if stage.phase is Phase.FAULTED or stage.phase in IN_SESSION:
            return stage.note if stage.phase is Phase.FAULTED else reasons.IN_SESSION_ALREADY
        return self._unfit(program)

    def _unfit(self, program: Program) -> Reason | None:
        if problems := check(program, self._stage.layout, self._stage.limits):
            return reasons.unplayable(program.title["en"], problems[0].words)
        heated = dict.fromkeys(zone for step in program.steps for zone in step.heat)
        unknown = [zone for zone in heated if self._stage.warmth.temperatures[zone] is None]
        if unknown:
            return reasons.sensor_refused(unknown[0])
        return allowance.start_refusal(program, self._stage.budget, self._stage.limits)

    def _select(self, request: Request, _now_s: float, fresh: bool) -> Answer:
        name, limits = request.args.get("program"), self._stage.limits
        program = self._programs.get(name) if isinstance(name, str) else None
        if program is None or program.id == WARMTH:  # which is nothing without its zone and temperature
            return refused(reasons.unknown_program(str(name)))
        why = claims.refusal(request.role, Act.SELECT, fresh)
        if why := why or claims.start_refusal(request.role, program, fresh, limits):
            return refused(why)
        self._stage.selected = program.id
        return accepted(reasons.selected(program.title["en"]), program=program.id)

    # -- nudge

    def _nudge(self, request: Request, now_s: float, fresh: bool) -> Answer:
        unattended = request.role is not Role.PHONE
        if why := claims.refusal(request.role, Act.NUDGE, fresh):
            return refused(why)
        if unattended and not self.automation_may_nudge:
            return refused(reasons.NO_NUDGE_NOW)
        why = self.why_no_nudge(now_s, unattended=unattended)
        if why:
            return refused(why)
        return accepted(self._stage.nudge(now_s, unattended=unattended, percent_max=self.nudge_percent))

    @property
    def nudge_percent(self) -> int:
        """How strong a nudge may be at most: nobody knows whom it meets, so each of this pad's persons counts."""
        return self._stage.ceilings.weakest_percent(self.accepted_by)

    def why_no_nudge(self, now_s: float, *, unattended: bool) -> Reason | None:
        """What speaks against a nudge now; None where nothing does. Nobody is nudged who is at the pad already."""
        stage = self._stage
        if not self.accepted_by:
            return reasons.CHECKLIST_FIRST
        if stage.phase not in AT_REST:
            names = {
                Phase.OFFLINE: reasons.OFFLINE_NOW,
                Phase.FAULTED: stage.note,
                Phase.INVITED: reasons.INVITED_ALREADY,
            }
            return names.get(stage.phase, reasons.IN_SESSION_ALREADY)
        if stage.arming.armed or stage.nudges.motors(now_s) is not None:
            return reasons.ARMED_ALREADY if stage.arming.armed else reasons.NUDGED_ALREADY
        if self.nudge_percent == 0:
            return reasons.NUDGE_ABOVE_CEILING
        return reasons.NUDGED_ENOUGH if unattended and stage.nudges.used_up(now_s) else None

    # -- what needs a session

    def _pause(self, _request: Request, now_s: float, _fresh: bool) -> Answer:
        if self._stage.session is None:
            return refused(reasons.NO_SESSION)
        paused = self._stage.phase is Phase.PAUSED
        self._stage.contest.paused()
        return accepted(reasons.PAUSED_ALREADY if paused else self._stage.pause(now_s))

    def _resume(self, request: Request, _now_s: float, fresh: bool) -> Answer:
        if why := claims.refusal(request.role, Act.RESUME, fresh):
            return refused(why)
        if self._stage.phase is not Phase.PAUSED:
            return refused(reasons.NOT_PAUSED)
        if self._stage.needs_arming and not self._stage.arming.armed:
            return refused(reasons.PRESS_FIRST)
        return accepted(self._stage.resume())

    def _adjust(self, request: Request, now_s: float, fresh: bool) -> Answer:
        stage, session = self._stage, self._stage.session
        wish = switch.read(request.args, stage.layout) if switch.is_one(request.args) else None
        if wish is None and switch.is_one(request.args):
            return refused(reasons.BAD_ARGUMENTS)
        if session is None and wish is not None and not wish.off and stage.contest.forbids(Verb.START):
            return refused(reasons.ENDED_NOW)
        if session is None:
            return (
                self._at_rest.keep(request, fresh)
                if wish is None
                else self._at_rest.switch(wish, request, now_s, fresh)
            )
        adjust: Adjust | Switch = (
            Adjust(request, session, fresh=fresh, layout=stage.layout, limits=stage.limits)
            if wish is None
            else Switch(wish, request.role, session, fresh=fresh, limits=stage.limits)
        )
        if why := adjust.refusal() or self._why_not_now(request.role, adjust.wanted, now_s):
            return refused(why)
        stage.contest.claim(adjust.wanted)
        applied = adjust.apply()
        if (
            "target" in applied
            and target_refusal(applied["zone"], applied["target"], stage.layout, stage.limits) is None
        ):
            stage.thermostats[applied["zone"]] = applied["target"]
        reason = stage.tell("adjusted", reasons.adjusted(applied))
        if session.nothing_left:
            stage.end("stopped", reasons.STOPPED, now_s)
        return accepted(reason, **applied)

    def _why_not_now(self, role: Role, wanted: Mapping[str, float], now_s: float) -> Reason | None:
        """What others asked speaks against it: for less within this tick, or a person within minutes."""
        contest, asked = self._stage.contest, self._asked()
        if any(contest.beats(name, value) for name, value in wanted.items()):
            return reasons.LESS_ASKED_NOW
        raises = any(value > asked.get(name, 0.0) for name, value in wanted.items())
        waits_s = contest.automation_waits_s(now_s) if role is Role.AUTOMATION and raises else 0.0
        return reasons.person_lowered(waits_s) if waits_s > 0.0 else None

    def _skip(self, request: Request, now_s: float, fresh: bool) -> Answer:
        session = self._stage.session
        if (why := claims.refusal(request.role, Act.SKIP, fresh)) or session is None:
            return refused(why or reasons.NO_SESSION)
        if session.heats_from_next and not self._stage.arming.armed:
            return refused(reasons.PRESS_FIRST)
        return self._next(session, now_s)

    def _next(self, session: Session, now_s: float) -> Answer:
        session.skip()
        return accepted(self._stage.finish(now_s)) if session.over else self._moved(session)

    def _back(self, request: Request, _now_s: float, fresh: bool) -> Answer:
        session = self._stage.session
        if (why := claims.refusal(request.role, Act.BACK, fresh)) or session is None:
            return refused(why or reasons.NO_SESSION)
        if session.heats_from_before and not self._stage.arming.armed:
            return refused(reasons.PRESS_FIRST)
        session.back()
        return self._moved(session)

    # -- answers

    def _answer(self, request: Request, now_s: float, fresh: bool) -> Answer:
        session, args = self._stage.session, request.args
        if why := claims.refusal(request.role, Act.ANSWER, fresh) or asking.misfit(args):
            return refused(why)
        question, value = args["question"], args.get("value")
        if question == "rest":
            return self._put_away(now_s)
        if session is None:
            return refused(reasons.NO_SESSION)
        match question:
            case "next":
                return self._done(session, now_s)
            case "awake":
                return accepted(self._stage.tell("answered", reasons.ANSWERED))
            case "comfort":
                answer = self._comfort(session, value)
            case "pain" if session.step.ask != "pain":
                answer = refused(reasons.NOT_ASKED)
            case _:
                answer = accepted(self._stage.tell("answered", reasons.ANSWERED))
        if answer[0] is Status.ACCEPTED:
            self._stage.answered(question, value, args.get("region"))
            self._go_on(session, question, now_s)
        return answer

    def _put_away(self, now_s: float) -> Answer:
        """Nobody wants the rest that is offered."""
        stage = self._stage
        if stage.offer is None or stage.session is not None or now_s >= stage.offer.until_s:
            return refused(reasons.NO_REST)
        stage.offer = None
        return accepted(stage.say("answered", reasons.REST_PUT_AWAY))

    def _done(self, session: Session, now_s: float) -> Answer:
        if session.step.wait != "person" or self._stage.phase is not Phase.WAITING:
            return refused(reasons.NOT_ASKED)
        return self._next(session, now_s)

    def _comfort(self, session: Session, value: Any) -> Answer:
        """ "less" acts at once, lasts, and is remembered; "more" takes one of these back, and never asks for more than
        the program does."""
        comfort, person, program = self._stage.comfort, session.person, session.program.id
        if value == "fine":
            return accepted(self._stage.tell("answered", reasons.FINE))
        if value == "more" and self._stage.contest.less:
            return refused(reasons.LESS_ASKED_NOW)
        if not comfort.change(person, program, 1 if value == "less" else -1):
            return refused(reasons.LEAST_ALREADY if value == "less" else reasons.NO_MORE)
        steps = comfort.steps(person, program)
        session.set_less(steps)
        return accepted(self._stage.tell("adjusted", reasons.comfort(steps)), steps=steps)

    def _go_on(self, session: Session, question: str, now_s: float) -> None:
        """The last answer ends the step that waits for it."""
        more = question == "pain" and session.places.next is not None
        if more or session.step.ask != question:
            return
        if self._stage.phase is Phase.WAITING and session.step.wait == "person":
            self._next(session, now_s)

    def _moved(self, session: Session) -> Answer:
        self._stage.watch_warming()
        reason = self._stage.tell("step", reasons.step(session.step.id))
        return accepted(reason, step=session.index, step_id=session.step.id)


def _naming(session: Session | None) -> dict[str, str]:
    return {} if session is None else {"session": session.id}
