"""One person's coach: looked at once a second it says what to prompt; told an answer it counts it.

Intervals are counted in seconds that nobody can turn (`Moment.s`), hours and days by the wall. So no clock that jumps,
no summer time and no sleep of the computer can make up a backlog: an interval begins anew wherever it was interrupted,
and of each kind there is never more than one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Literal

from poultice.therapy.coach.memory import ITEMS, Check, Item, Memory, Open
from poultice.therapy.coach.plan import Kind, Plan, day_of, minute_of, minutes
from poultice.therapy.coach.prompt import Moment, Prompt
from poultice.therapy.coach.words import WORDS
from poultice.therapy.state import Reason

INTERRUPTED_S = 60.0  # nobody looked for so long: the computer slept, and its person was elsewhere
APART_S = 5 * 60.0  # between the end of one prompt and the next: more would be nagging
SNOOZE_S = 5 * 60.0
AGAIN_AFTER_DAYS = 30  # the checklist of the desk: once a month
MISSED_AFTER_DAYS = 7  # and again so soon where nobody was there to answer
STRENGTH_WITHIN_MIN = 120  # so long after its time the training of the day may still be asked for
ALONE_AFTER = 3  # prompts in a row that nobody answered: then the pad would nudge an empty chair
RHYTHMS: tuple[Kind, ...] = ("active", "breaks", "posture")  # who walks has had a break, and sat another way, too
BY_THE_DAY: tuple[Kind, ...] = ("strength", "ergonomics")
WAITS_S: Mapping[Kind, float] = {
    "posture": 5 * 60.0,
    "breaks": 5 * 60.0,
    "active": 10 * 60.0,
    "ergonomics": 15 * 60.0,
    "strength": 30 * 60.0,
}  # for an answer; meanwhile it says nothing else

Answer = Literal["done", "snooze", "skip"]
Standing = Literal["off", "clock", "session", "quiet", "closed", "on"]


OVER = Reason("prompt_over", "refused: that prompt is over")
SNOOZED_ONCE = Reason("snoozed_once", "refused: it was put off once already; do it, or skip it")
THANKS = Reason("answered", "thank you: noted")
LATER = Reason("snoozed", "it comes once more in five minutes")


class Coach:
    """`new_id` names prompts; `memory` is what was kept, and is changed here."""

    def __init__(self, plan: Plan, memory: Memory, new_id: Callable[[], str]) -> None:
        self.plan = plan
        self.memory = memory
        self._new_id = new_id
        self._then_s: float | None = None
        self._sat_s: dict[Kind, float] = {}
        self._rests_until_s = float("-inf")
        self._unanswered = 0
        self._changed = False

    def take_changed(self) -> bool:
        """Whether there is something new to keep; asking takes it."""
        changed, self._changed = self._changed, False
        return changed

    # -- Time passes

    def look(self, moment: Moment, playing: str | None = None) -> list[Prompt]:
        """What is to be said now; `playing` is the program that this person's session plays."""
        self._sit(moment, playing)
        said = self._follow(moment, playing)
        kind = None if said or self.memory.open else self._due(moment, playing)
        return said if kind is None else [*said, self._say(kind, moment)]

    def standing(self, moment: Moment, playing: str | None = None) -> Standing:
        """Whether it would prompt now, or why not."""
        if not self.plan.on:
            return "off"
        if not moment.sure:
            return "clock"
        if playing is not None:
            return "session"
        if self.plan.quiet.hold(moment.local):
            return "quiet"
        return "on" if self.plan.open(moment.local) else "closed"

    def _sit(self, moment: Moment, playing: str | None) -> None:
        """Counts how long somebody has sat since the last prompt of each kind."""
        dt_s = INTERRUPTED_S if self._then_s is None else moment.s - self._then_s
        self._then_s = moment.s
        if self.standing(moment, playing) != "on" or not 0.0 <= dt_s < INTERRUPTED_S:
            self._sat_s.clear()
            return
        for kind in RHYTHMS:
            self._sat_s[kind] = self._sat_s.get(kind, 0.0) + dt_s

    def _follow(self, moment: Moment, playing: str | None) -> list[Prompt]:
        """The open prompt: over when nobody answers, there again after it was put off."""
        now = self.memory.open
        if now is None:
            return []
        if not self.plan.wants(now.kind):
            return [self._end(now, moment)]
        if now.boot != moment.boot or not 0.0 < now.until_s - moment.s <= SNOOZE_S + WAITS_S[now.kind]:
            return [self._miss(now, moment)]
        if now.hidden and moment.s >= (now.snoozed_s or 0.0) and playing is None and moment.sure:
            return [self._again(now, moment)]
        return []

    def _miss(self, now: Open, moment: Moment) -> Prompt:
        """Nobody answered."""
        self._unanswered += 1
        if now.kind == "ergonomics":
            self.memory.asked[now.kind] = now.day - timedelta(AGAIN_AFTER_DAYS - MISSED_AFTER_DAYS)
        return self._count(now, "skipped", moment)

    def _again(self, now: Open, moment: Moment) -> Prompt:
        """Put off once, it comes once more; not into the quiet hours."""
        if self.plan.quiet.hold(moment.local):
            return self._count(now, "skipped", moment)
        now.hidden, self._changed = False, True
        return self._shown(now, moment)

    def _due(self, moment: Moment, playing: str | None) -> Kind | None:
        standing = self.standing(moment, playing)
        if standing not in ("on", "closed") or moment.s < self._rests_until_s:
            return None
        for kind in BY_THE_DAY:
            if self.plan.wants(kind) and self._is_day_of(kind, moment, standing):
                return kind
        every_s = {kind: 60.0 * getattr(self.plan, kind).every_min for kind in RHYTHMS if self.plan.wants(kind)}
        return next((kind for kind, due_s in every_s.items() if self._sat_s.get(kind, 0.0) >= due_s), None)

    def _is_day_of(self, kind: Kind, moment: Moment, standing: Standing) -> bool:
        asked = self.memory.asked.get(kind)
        if asked is not None and asked > moment.day:  # the clock was ahead: nothing twice today, and on with tomorrow
            asked = self.memory.asked[kind] = moment.day
            self._changed = True
        if kind == "strength":
            late_min = minute_of(moment.local) - minutes(self.plan.strength.at)
            return self._training(moment) is not None and asked != moment.day and 0 <= late_min < STRENGTH_WITHIN_MIN
        return standing == "on" and (asked is None or asked + timedelta(AGAIN_AFTER_DAYS) <= moment.day)

    def _training(self, moment: Moment) -> str | None:
        """The program of the day."""
        return self.plan.strength.days.get(day_of(moment.local))

    # -- Prompts

    def _say(self, kind: Kind, moment: Moment) -> Prompt:
        memory = self.memory
        variant = memory.said % len(WORDS[kind])
        program = self._training(moment) if kind == "strength" else WORDS[kind][variant].program
        until_s = moment.s + WAITS_S[kind]
        memory.open = Open(
            id=self._new_id(),
            kind=kind,
            variant=variant,
            program=program,
            day=moment.day,
            until_s=until_s,
            boot=moment.boot,
        )
        memory.said = (memory.said + 1) % 100_000
        if kind in BY_THE_DAY:
            memory.asked[kind] = moment.day
        self._sat_s.update(dict.fromkeys((kind,) if kind in ("breaks", "posture") else RHYTHMS, 0.0))
        self._changed = True
        nudge = kind in RHYTHMS and self.plan.nudges(moment.local) and self._unanswered < ALONE_AFTER
        return self._shown(memory.open, moment, nudge=nudge)

    def _shown(self, now: Open, moment: Moment, *, nudge: bool = False, over: bool = False) -> Prompt:
        words = WORDS[now.kind][now.variant % len(WORDS[now.kind])]
        left_s = 0.0 if over else now.until_s - moment.s
        return Prompt(now.id, now.kind, words, left_s, now.program, nudge, now.snoozed_s is None)

    @property
    def _visible(self) -> Open | None:
        now = self.memory.open
        return None if now is None or now.hidden else now

    def open(self, moment: Moment) -> Prompt | None:
        """The prompt that waits for an answer."""
        now = self._visible
        return None if now is None else self._shown(now, moment)

    def _end(self, now: Open, moment: Moment) -> Prompt:
        self.memory.open, self._changed = None, True
        self._rests_until_s = moment.s + APART_S
        return self._shown(now, moment, over=True)

    def _count(self, now: Open, what: Literal["done", "skipped"], moment: Moment) -> Prompt:
        tally = self.memory.tally(now.day, now.kind)
        setattr(tally, what, getattr(tally, what) + 1)
        return self._end(now, moment)

    # -- A person answers

    def answer(self, prompt_id: str, answer: Answer, moment: Moment) -> tuple[Reason, Prompt | None]:
        """What became of it, and that the prompt is over; None and a reason that begins with "refused" where it is not
        to be had."""
        now = self._visible
        if now is None or now.id != prompt_id:
            return OVER, None
        if answer == "snooze":
            return self._snooze(now, moment)
        self._unanswered = 0
        return THANKS, self._count(now, "done" if answer == "done" else "skipped", moment)

    def _snooze(self, now: Open, moment: Moment) -> tuple[Reason, Prompt | None]:
        if now.snoozed_s is not None:
            return SNOOZED_ONCE, None
        self._unanswered = 0
        self.memory.tally(now.day, now.kind).snoozed += 1
        now.snoozed_s, now.hidden, self._changed = moment.s + SNOOZE_S, True, True
        now.until_s = now.snoozed_s + WAITS_S[now.kind]
        return LATER, self._shown(now, moment, over=True)

    def trained(self, program: str, moment: Moment) -> list[Prompt]:
        """A session of this person was played to its end: what it was prompted for is done, and so is the training of
        the day, also where nobody prompted for it."""
        now = self.memory.open
        if now is not None and now.program == program:
            self._unanswered = 0
            return [self._count(now, "done", moment)]
        if self.plan.strength.on and program == self._training(moment):
            tally = self.memory.tally(moment.day, "strength")
            tally.skipped = max(0, tally.skipped - 1)  # skipped when it was asked for, and done after all
            tally.done, self._changed = 1, True
            self.memory.asked["strength"] = moment.day
        return []

    def check(self, item: Item, fits: bool, moment: Moment) -> list[Prompt]:
        """A person looked at one item of the checklist. With the last of them the prompt for it is done."""
        memory = self.memory
        memory.checks[item] = Check(fits=fits, on=moment.day)
        self._changed = True
        asked = memory.open if memory.open is not None and memory.open.kind == "ergonomics" else None
        since = asked.day if asked else moment.day
        if any(each not in memory.checks or memory.checks[each].on < since for each in ITEMS):
            return []
        memory.asked["ergonomics"] = moment.day
        return [self._count(asked, "done", moment)] if asked else []
