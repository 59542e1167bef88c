"""What people and automation ask of a pad: each verb refused with a reason, or done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from poultice.therapy import allowance, asking, claims, reasons
from poultice.therapy.adjust import Adjust
from poultice.therapy.claims import Act
from poultice.therapy.phases import AT_REST, IN_SESSION
from poultice.therapy.program_check import check
from poultice.therapy.programs import Program
from poultice.therapy.session import Session
from poultice.therapy.stage import Stage
from poultice.therapy.state import Phase, Reason, Reply, Request, Role, Status, Verb

Answer = tuple[Status, Reason, dict[str, Any]]


def _accepted(reason: Reason, **applied: Any) -> Answer:
    return Status.ACCEPTED, reason, applied


def _refused(reason: Reason) -> Answer:
    return (Status.STALE if reason is reasons.STALE else Status.REFUSED), reason, {}


class Requests:
    """The verbs of one pad."""

    def __init__(self, stage: Stage, programs: Mapping[str, Program]) -> None:
        self._stage = stage
        self._programs = dict(programs)
        self.checklist_accepted = False
        self.automation_may_nudge = False
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
        verb = self._stop if stops else self._verbs.get(request.verb)
        if request.retained and request.verb is not Verb.STOP:
            answer = _refused(reasons.STALE)
        else:
            answer = _refused(reasons.NOT_YET) if verb is None else verb(request, now_s, fresh)
        status, reason, applied = answer
        if status is Status.ACCEPTED and request.role is Role.PHONE and fresh:
            self._stage.awake.tapped()  # any tap is a sign of life
        if status in (Status.REFUSED, Status.STALE):
            self._stage.tell("refused", reason)
        return Reply(request.id, status, reason, applied)

    def _stop(self, request: Request, now_s: float, _fresh: bool) -> Answer:
        """Obeyed always, whoever asks and whatever runs."""
        stage = self._stage
        if request.verb is Verb.ANSWER and request.role is Role.PHONE:
            stage.answered("comfort", "stop")
        if stage.session is not None or stage.invitation is not None:
            stage.end("stopped", reasons.STOPPED, now_s)
        elif stage.phase in AT_REST:
            stage.note = reasons.STOPPED
        stage.stop(now_s)
        return _accepted(reasons.STOPPED)

    # -- start

    def _start(self, request: Request, now_s: float, fresh: bool) -> Answer:
        stage, name = self._stage, request.args.get("program")
        program = self._programs.get(name) if isinstance(name, str) else None
        if not self.checklist_accepted or program is None:
            return _refused(reasons.unknown_program(str(name)) if self.checklist_accepted else reasons.CHECKLIST_FIRST)
        why = claims.start_refusal(request.role, program, fresh, stage.limits) or self.why_no_start(program)
        if why is not None or stage.phase is Phase.INVITED:
            return _refused(why or reasons.INVITED_ALREADY)
        at_step = self._at_step(request, program, now_s)
        if at_step is None:
            return _refused(reasons.NO_REST)
        person = str(request.args.get("person") or "me")
        if program.heats and not stage.arming.armed:
            reason = stage.invite(program, request.role, now_s, at_step=at_step, person=person)
            return Status.INVITED, reason, {"program": program.id}
        reason = stage.begin(program, at_step=at_step, person=person)
        return _accepted(reason, program=program.id, **_naming(stage.session))

    def _at_step(self, request: Request, program: Program, now_s: float) -> int | None:
        """Where to begin: at the first step, or where the rest begins that was offered; None where none was."""
        if not request.args.get("rest"):
            return 0
        offer = self._stage.offer
        good = offer is not None and offer.program.content_hash == program.content_hash and now_s < offer.until_s
        return offer.at_step if offer is not None and good else None

    def why_no_start(self, program: Program) -> Reason | None:
        """What speaks against playing this program now, whoever asks; None where nothing does."""
        stage = self._stage
        if not self.checklist_accepted:
            return reasons.CHECKLIST_FIRST
        if stage.phase is Phase.OFFLINE:
            return reasons.OFFLINE_NOW
        if stage.phase is Phase.FAULTED or stage.phase in IN_SESSION:
            return stage.note if stage.phase is Phase.FAULTED else reasons.IN_SESSION_ALREADY
        return self._unfit(program)

    def _unfit(self, program: Program) -> Reason | None:
        if problems := check(program, self._stage.layout, self._stage.limits):
            return reasons.unplayable(program.title["en"], str(problems[0]))
        heated = dict.fromkeys(zone for step in program.steps for zone in step.heat)
        unknown = [zone for zone in heated if self._stage.warmth.temperatures[zone] is None]
        if unknown:
            return reasons.sensor_refused(unknown[0])
        return allowance.start_refusal(program, self._stage.budget, self._stage.limits)

    # -- nudge

    def _nudge(self, request: Request, now_s: float, fresh: bool) -> Answer:
        unattended = request.role is not Role.PHONE
        if why := claims.refusal(request.role, Act.NUDGE, fresh):
            return _refused(why)
        if unattended and not self.automation_may_nudge:
            return _refused(reasons.NO_NUDGE_NOW)
        why = self.why_no_nudge(now_s, unattended=unattended)
        return _refused(why) if why else _accepted(self._stage.nudge(now_s, unattended=unattended))

    def why_no_nudge(self, now_s: float, *, unattended: bool) -> Reason | None:
        """What speaks against a nudge now; None where nothing does. Nobody is nudged who is at the pad already."""
        stage = self._stage
        if not self.checklist_accepted:
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
        return reasons.NUDGED_ENOUGH if unattended and stage.nudges.used_up(now_s) else None

    # -- what needs a session

    def _pause(self, _request: Request, now_s: float, _fresh: bool) -> Answer:
        if self._stage.session is None:
            return _refused(reasons.NO_SESSION)
        paused = self._stage.phase is Phase.PAUSED
        return _accepted(reasons.PAUSED_ALREADY if paused else self._stage.pause(now_s))

    def _resume(self, request: Request, _now_s: float, fresh: bool) -> Answer:
        if why := claims.refusal(request.role, Act.RESUME, fresh):
            return _refused(why)
        if self._stage.phase is not Phase.PAUSED:
            return _refused(reasons.NOT_PAUSED)
        if self._stage.needs_arming and not self._stage.arming.armed:
            return _refused(reasons.PRESS_FIRST)
        return _accepted(self._stage.resume())

    def _adjust(self, request: Request, _now_s: float, fresh: bool) -> Answer:
        stage = self._stage
        if stage.session is None:
            return _refused(reasons.NO_SESSION)
        adjust = Adjust(request, stage.session, fresh=fresh, layout=stage.layout, limits=stage.limits)
        if why := adjust.refusal():
            return _refused(why)
        applied = adjust.apply()
        return _accepted(stage.tell("adjusted", reasons.adjusted(applied)), **applied)

    def _skip(self, request: Request, now_s: float, fresh: bool) -> Answer:
        session = self._stage.session
        if (why := claims.refusal(request.role, Act.SKIP, fresh)) or session is None:
            return _refused(why or reasons.NO_SESSION)
        if session.heats_from_next and not self._stage.arming.armed:
            return _refused(reasons.PRESS_FIRST)
        return self._next(session, now_s)

    def _next(self, session: Session, now_s: float) -> Answer:
        session.skip()
        return _accepted(self._stage.finish(now_s)) if session.over else self._moved(session)

    def _back(self, request: Request, _now_s: float, fresh: bool) -> Answer:
        session = self._stage.session
        if (why := claims.refusal(request.role, Act.BACK, fresh)) or session is None:
            return _refused(why or reasons.NO_SESSION)
        if session.heats_from_before and not self._stage.arming.armed:
            return _refused(reasons.PRESS_FIRST)
        session.back()
        return self._moved(session)

    # -- answers

    def _answer(self, request: Request, now_s: float, fresh: bool) -> Answer:
        session, args = self._stage.session, request.args
        if why := claims.refusal(request.role, Act.ANSWER, fresh) or asking.misfit(args):
            return _refused(why)
        question, value = args["question"], args.get("value")
        if question == "rest":
            return self._put_away(now_s)
        if session is None:
            return _refused(reasons.NO_SESSION)
        match question:
            case "next":
                return self._done(session, now_s)
            case "awake":
                return _accepted(self._stage.tell("answered", reasons.ANSWERED))
            case "comfort":
                answer = self._comfort(session, value)
            case "pain" if session.step.ask != "pain":
                answer = _refused(reasons.NOT_ASKED)
            case _:
                answer = _accepted(self._stage.tell("answered", reasons.ANSWERED))
        if answer[0] is Status.ACCEPTED:
            self._stage.answered(question, value, args.get("region"))
            self._go_on(session, question, now_s)
        return answer

    def _put_away(self, now_s: float) -> Answer:
        """Nobody wants the rest that is offered."""
        stage = self._stage
        if stage.offer is None or stage.session is not None or now_s >= stage.offer.until_s:
            return _refused(reasons.NO_REST)
        stage.offer = None
        return _accepted(stage.say("answered", reasons.REST_PUT_AWAY))

    def _done(self, session: Session, now_s: float) -> Answer:
        if session.step.wait != "person" or self._stage.phase is not Phase.WAITING:
            return _refused(reasons.NOT_ASKED)
        return self._next(session, now_s)

    def _comfort(self, session: Session, value: Any) -> Answer:
        """ "less" acts at once, lasts, and is remembered; "more" takes one of these back, and never asks for more than
        the program does."""
        comfort, person, program = self._stage.comfort, session.person, session.program.id
        if value == "fine":
            return _accepted(self._stage.tell("answered", reasons.FINE))
        if not comfort.change(person, program, 1 if value == "less" else -1):
            return _refused(reasons.LEAST_ALREADY if value == "less" else reasons.NO_MORE)
        steps = comfort.steps(person, program)
        session.set_less(steps)
        return _accepted(self._stage.tell("adjusted", reasons.comfort(steps)), steps=steps)

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
        return _accepted(reason, step=session.index, step_id=session.step.id)


def _naming(session: Session | None) -> dict[str, str]:
    return {} if session is None else {"session": session.id}
