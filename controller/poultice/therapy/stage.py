"""What a pad plays: how an invitation or a session begins, pauses and ends, and that every end is told and stops."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import cast

from poultice.therapy import reasons
from poultice.therapy.arming import Arming
from poultice.therapy.asking import Asked
from poultice.therapy.awake import Awake
from poultice.therapy.budget import Budget
from poultice.therapy.ceiling import Ceiling, Ceilings
from poultice.therapy.comfort import Comfort
from poultice.therapy.contest import Contest
from poultice.therapy.invitation import Invitation
from poultice.therapy.inviting import Inviting
from poultice.therapy.layout import PadLayout
from poultice.therapy.limits import HostLimits
from poultice.therapy.nudge import Nudges
from poultice.therapy.offer import Offer
from poultice.therapy.phases import IN_SESSION, OVER, PLAYING, Signal, following
from poultice.therapy.programs import Program
from poultice.therapy.recording import Answered, Began, Ended, Entry, How, Moment
from poultice.therapy.session import Session
from poultice.therapy.state import Phase, Reason, Role
from poultice.therapy.tailored import FIRST_C
from poultice.therapy.view import PadHappening
from poultice.therapy.warmth import Warmth

HAPPENINGS_MAX = 1000  # where nobody takes them, the newest are kept


class Stage:
    """The state of a pad and the only ways to change it. Instants are s, monotonic."""

    def __init__(
        self, layout: PadLayout, limits: HostLimits, session_id: Callable[[], str] | None, budget: Budget | None = None
    ) -> None:
        counter = itertools.count(1)
        self.layout = layout
        self.limits = limits
        self.phase = Phase.OFFLINE
        self.session: Session | None = None
        self.invitation: Invitation | None = None
        self.arming = Arming()
        self.budget = budget or Budget(limits)
        self.warmth = Warmth(layout, limits, self.budget)
        self.awake = Awake(limits)
        self.comfort = Comfort()
        self.ceilings = Ceilings()
        self.nudges = Nudges(layout, limits)
        self.contest = Contest(limits)
        self.inviting = Inviting(limits)
        self.quiet = False  # these are hours in which nothing chirps
        self.offer: Offer | None = None
        self.selected: str | None = None  # the program that a start of `@selected` means
        self.thermostats = dict.fromkeys(layout.zone_names, FIRST_C)  # what `warmth` is asked for, °C by zone
        self._entries: list[Entry] = []  # for the session's record alone
        self.note = reasons.NEVER_SEEN
        self.paused_s = 0.0
        self._over_s = 0.0  # when cooling or the result began to be shown
        self._session_id = session_id or (lambda: f"session-{next(counter)}")
        self._stop_due = False
        self._happenings: list[PadHappening] = []

    @property
    def may_heat(self) -> bool:
        """Whether any heat may be asked for at all."""
        return self.phase in PLAYING and self.arming.armed

    @property
    def warming(self) -> bool:
        """Whether heat is being asked for."""
        return self.may_heat and self.session is not None and bool(self.session.wishes)

    @property
    def needs_arming(self) -> bool:
        """Whether the session cannot go on without the pad's permission to heat."""
        return self.session is not None and self.session.heats_from_here

    @property
    def waits_for_press(self) -> bool:
        """Whether the session stands at a step that a press on the pad's button ends."""
        return self.phase is Phase.WAITING and self.session is not None and self.session.step.wait == "press"

    @property
    def asked(self) -> Asked | None:
        """The question that waits for an answer now."""
        session = self.session
        if session is None:
            return None
        if self.awake.asks:
            return Asked("awake", self.awake.remaining_s)
        question, region = session.step.ask, session.places.next
        if question is None or (question == "pain" and region is None):
            return None
        return Asked(question, session.step_remaining_s, region if question == "pain" else None)

    # -- Beginnings

    def invite(self, program: Program, role: Role, now_s: float, *, at_step: int = 0, person: str = "me") -> Reason:
        """Lets a start wait for the pad's button."""
        self.move(Signal.INVITE)
        self.invitation = Invitation(program, role, now_s + self.limits.invitation_max_s, at_step, person)
        self.inviting.invited(role, now_s)
        return self.say("invited", reasons.invited(program.title["en"]))

    def begin(self, program: Program, *, at_step: int = 0, person: str = "me") -> Reason:
        """Starts a program, or the rest of it."""
        self.move(Signal.START)
        less = self.comfort.steps(person, program.id)
        self.session = Session(
            self._session_id(),
            program,
            self.limits,
            at_step=at_step,
            less=less,
            person=person,
            ceiling=self.ceilings.of(person),
        )
        self.enter(Began(self.session.id, person, program.id, program.title, program.content_hash, at_step))
        self.offer = None
        self.warmth.begin()
        self.awake.begin()
        self.watch_warming()
        return self.say("started", reasons.started(program.title["en"]))

    def lower(self, at_most_c: Mapping[str, float]) -> None:
        """What was asked for after the invitation, by zone: the session that just began is at most so warm."""
        for zone, target_c in at_most_c.items():
            if self.session is not None and zone in self.session.wishes:
                self.session.set_target(zone, min(target_c, self.session.wishes[zone].asked_c))

    def narrow_persons(self, ceilings: Mapping[str, Ceiling]) -> None:
        """Each person's own ceiling; a session that runs is narrowed at once."""
        self.ceilings.replace(ceilings)
        if self.session is not None:
            self.session.narrow(self.ceilings.of(self.session.person))

    def nudge(self, now_s: float, *, unattended: bool, percent_max: int) -> Reason:
        """A soft pulse, massage only."""
        self.nudges.begin(now_s, unattended=unattended, percent_max=percent_max)
        return self.tell("nudged", reasons.NUDGED)

    def pause(self, now_s: float) -> Reason:
        """Outputs off until resumed."""
        self.move(Signal.PAUSE)
        self.paused_s = now_s
        self.warmth.rest()
        return self.say("paused", reasons.PAUSED)

    def resume(self) -> Reason:
        """Goes on where it was paused."""
        self.move(Signal.RESUME)
        if self.session is not None:
            self.session.resumed()
        self.watch_warming()
        return self.say("resumed", reasons.RESUMED)

    def watch_warming(self) -> None:
        """Follows the step: a wait begins and ends with it; warming is over once every zone is near its target."""
        session = self.session
        if session is None or self.phase not in PLAYING:
            return
        waits = session.step.wait is not None
        if waits != (self.phase is Phase.WAITING):
            self.move(Signal.WAIT if waits else Signal.GO)
        if self.phase is Phase.WARMING and self.warmth.near(session):
            self.move(Signal.WARMED)

    def watch_sleep(self, session: Session, dt_s: float) -> None:
        """After long heat somebody must show to be awake, or it is lowered for the rest of the session."""
        asked, asleep = self.awake.asks, self.awake.asleep
        self.awake.pass_time(dt_s, heating=self.may_heat and bool(session.wishes))
        if self.awake.asleep and not asleep:
            session.cap(self.limits.asleep_target_max_c)
            self.tell("asleep", reasons.asleep(self.limits.asleep_target_max_c))
        elif self.awake.asks and not asked:
            self.tell("asked", reasons.AWAKE)

    def answered(self, question: str, value: str | int | None, region: str | None = None) -> None:
        """Keeps what a person said."""
        if (session := self.session) is None:
            return
        place, moment = (region, None) if question != "pain" else self._score(session, region)
        self.enter(
            Answered(
                session.id,
                session.person,
                session.program.id,
                session.step.id,
                round(session.elapsed_s, 1),
                question,
                value,
                place,
                moment,
            )
        )

    def _score(self, session: Session, region: str | None) -> tuple[str, Moment]:
        return session.places.hear(region), session.program.moment(session.index)

    # -- The session's record

    def enter(self, entry: Entry) -> None:
        """Something for the session's record, and for nothing else."""
        self._entries.append(entry)
        del self._entries[:-HAPPENINGS_MAX]

    def take_entries(self) -> list[Entry]:
        """What the records are to say, since the last call."""
        entries, self._entries = self._entries, []
        return entries

    # -- Ends

    def end(self, kind: str, reason: Reason, now_s: float, signal: Signal = Signal.END) -> None:
        """Ends session or invitation, whichever there is, and says why. The end of a session is a STOP: whoever it
        lulled to sleep must not be heated again without a new press."""
        had_session = self.session is not None
        if self.session is not None and signal is Signal.LOST:
            self.offer_rest(self.session.program, self.session.index, self.session.person, now_s)
        self._enter_end(kind, reason)
        self.say(kind, reason)
        self.move(signal)
        if had_session:
            self.warmth.rest()
            self.stop(now_s)
            self._over_s = now_s
            self.settle(now_s)

    @property
    def warm_c(self) -> float | None:
        """How warm a zone is that is notably so; None where none is."""
        known = [each for each in self.warmth.temperatures.values() if each is not None]
        hottest_c = max(known, default=0.0)
        return hottest_c if hottest_c >= self.limits.cooled_c else None

    def settle(self, now_s: float) -> None:
        """After a session: it cools, its result is shown for a while, then it is as before."""
        shown_s = now_s - self._over_s
        if self.phase is Phase.COOLING and (self.warm_c is None or shown_s >= self.limits.cooling_max_s):
            self.move(Signal.COOLED)
            self._over_s = now_s
        elif self.phase is Phase.ENDED and shown_s >= self.limits.ended_shown_s:
            self.seen()
            self.note = reasons.READY

    def seen(self) -> None:
        """Somebody does something else: nothing more is shown of the session that is over."""
        if self.phase in OVER:
            self.move(Signal.SEEN)

    def _enter_end(self, kind: str, reason: Reason) -> None:
        if (session := self.session) is not None:
            dose = {zone: round(each.minutes, 4) for zone, each in self.warmth.doses.items()}
            how = cast(How, kind)
            self.enter(Ended(session.id, how, reason.code, reason.text, round(session.ran_s, 1), dose))

    def finish(self, now_s: float) -> Reason:
        """Ends a session that is over: played to its end, or as long as it may last."""
        session = self.session
        played = session is not None and session.at_end
        reason = reasons.finished(session.program.title["en"], session.ran_s) if session and played else reasons.LONGEST
        if session is not None and not played and session.time_ceiling_s is not None:
            reason = reasons.ceiling_time(session.time_ceiling_s)
        if session is not None and session.press_missed:
            reason = reasons.PRESS_MISSED
        self.end("finished", reason, now_s)
        return reason

    def offer_rest(self, program: Program, at_step: int, person: str, now_s: float) -> None:
        """Something cut a session off; a person may start the rest of it."""
        self.offer = Offer(program, at_step, person, now_s + self.limits.offer_max_s)

    def stop(self, now_s: float) -> None:
        """A STOP must go out at once."""
        self._stop_due = True
        self.nudges.end()
        self.arming.stopped(now_s)

    def take_stop(self) -> bool:
        """Whether a STOP must go out; asking takes it."""
        due, self._stop_due = self._stop_due, False
        return due

    def move(self, signal: Signal) -> None:
        """The one way into another phase. What does not belong there is gone."""
        self.phase = following(self.phase, signal)
        self.nudges.end()
        if self.phase not in IN_SESSION:
            self.session = None
        if self.phase is not Phase.INVITED:
            self.invitation = None

    # -- Words

    def say(self, kind: str, reason: Reason) -> Reason:
        """Something happened that is the pad's reason until the next."""
        self.note = reason
        return self.tell(kind, reason)

    def tell(self, kind: str, reason: Reason) -> Reason:
        """Something happened."""
        session_id = None if self.session is None else self.session.id
        self._happenings.append(PadHappening(kind, reason, session_id))
        del self._happenings[:-HAPPENINGS_MAX]
        return reason

    def take_happenings(self) -> list[PadHappening]:
        """What happened since the last call, oldest first."""
        happened, self._happenings = self._happenings, []
        return happened
