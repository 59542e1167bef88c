"""The coach of one pad, for all its persons: between the clock, the pad that nudges, the broker and what is kept."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from poultice.clock import Clock
from poultice.coaching.store import CoachStore, Remembered
from poultice.mqtt.messages import CoachCheck, CoachReport, CoachTally, PromptMessage
from poultice.settings import SettingsStore
from poultice.therapy.coach.coach import Answer, Coach
from poultice.therapy.coach.memory import Item, Memory
from poultice.therapy.coach.plan import Plan
from poultice.therapy.coach.prompt import Moment, Prompt
from poultice.therapy.offer import Unfinished
from poultice.therapy.pad import Pad
from poultice.therapy.state import Reason
from poultice.therapy.view import PadHappening

LOOK_EVERY_S = 1.0
MOST_PERSONS = 64  # besides those who asked for something; who comes after them is answered and not remembered
Say = Callable[[PromptMessage], None]


class Coaching:
    """Looks once a second; `say` is told each prompt. `zone` is that of the wall clock; None is this computer's."""

    def __init__(
        self,
        pad_id: str,
        pad: Pad,
        settings: SettingsStore,
        clock: Clock,
        *,
        say: Say,
        store: CoachStore | None = None,
        zone: tzinfo | None = None,
    ) -> None:
        self._pad_id = pad_id
        self._pad = pad
        self._settings = settings
        self._clock = clock
        self._say = say
        self._store = store
        self._zone = zone
        self._looked_s = float("-inf")
        self._session: Unfinished | None = None
        self._coaches: dict[str, Coach] = {}
        self._begin()

    def _begin(self) -> None:
        """What was before this controller: counts, an open prompt, and how often the pad has nudged."""
        self._kept = self._store.read() if self._store else None
        wall_s, sure, _, _ = self._clock.calendar()
        nudged = self._kept.nudged if self._kept else []
        ages_s = [wall_s - at_s if sure else 0.0 for at_s in nudged]  # where nobody knows: just now
        self._pad.remember_nudges(ages_s, self._clock.now_s())
        self._nudged_s = self._clock.now_s()

    def _coach(self, person: str) -> Coach:
        known, plans = self._coaches.get(person), self._settings.coach(self._pad_id)
        if known is None:
            kept = self._kept.persons.get(person) if self._kept else None
            known = Coach(Plan(), kept or Memory(), lambda: secrets.token_hex(8))
            if person in plans or len(self._coaches) < MOST_PERSONS:
                self._coaches[person] = known
        known.plan = plans.get(person) or Plan()
        return known

    def _moment(self) -> Moment:
        wall_s, sure, boot, since_boot_s = self._clock.calendar()
        local = datetime.fromtimestamp(wall_s, self._zone).replace(tzinfo=None)
        return Moment(since_boot_s, boot, local, sure)

    def look(self, now_s: float) -> None:
        """Once in a while; cheap where nothing is due."""
        if now_s - self._looked_s < LOOK_EVERY_S:
            return
        self._looked_s = now_s
        self._session = self._pad.unfinished()
        moment = self._moment()
        plans = self._settings.coach(self._pad_id)
        self._pad.allow_nudges(moment.sure and any(plan.automation_nudges(moment.local) for plan in plans.values()))
        self._pad.keep_quiet(any(not moment.sure or plan.quiet.hold(moment.local) for plan in plans.values()))
        for person in plans:
            for prompt in self._coach(person).look(moment, self._playing(person)):
                self._tell(person, prompt)
                if prompt.nudge:
                    self._pad.nudge(now_s)  # where the pad is busy or away, the words are enough
        self._keep(now_s)

    def _playing(self, person: str) -> str | None:
        session = self._session
        return session.program if session is not None and session.person == person else None

    def happened(self, happening: PadHappening) -> None:
        """A session that was played to its end is done, whoever had asked for it."""
        session = self._session
        if happening.kind != "finished" or session is None:
            return
        moment = self._moment()
        self._tell_all(session.person, self._coach(session.person).trained(session.program, moment))

    def connected(self) -> None:
        """A new connection to the broker: what still waits for an answer is said again."""
        moment = self._moment()
        for person in self._settings.coach(self._pad_id):
            prompt = self._coach(person).open(moment)
            if prompt is not None and prompt.left_s > 0:
                self._tell(person, prompt)

    # -- A person asks

    def report(self, person: str) -> CoachReport:
        """What the page shows of a person's coach."""
        coach = self._coach(person)
        moment = self._moment()
        prompt, memory = coach.open(moment), coach.memory
        return CoachReport(
            plan=coach.plan,
            standing=coach.standing(moment, self._playing(person)),
            prompt=None if prompt is None else self._message(person, prompt),
            week={kind: CoachTally(**tally.model_dump()) for kind, tally in memory.week(moment.day).items()},
            checks={item: CoachCheck(fits=check.fits, on=check.on) for item, check in memory.checks.items()},
        )

    def answer(self, person: str, prompt_id: str, answer: Answer) -> tuple[bool, Reason]:
        """Whether a prompt could be answered so, and the words for it."""
        moment = self._moment()
        reason, over = self._coach(person).answer(prompt_id, answer, moment)
        self._tell_all(person, [] if over is None else [over])
        return over is not None, reason

    def check(self, person: str, item: Item, fits: bool) -> None:
        """A person looked at one item of the ergonomic checklist."""
        moment = self._moment()
        self._tell_all(person, self._coach(person).check(item, fits, moment))

    def forget(self, person: str) -> int:
        """Erases what a person asked for and what came of it; of how many of the two there was anything. Raises
        SetupError where the disk refuses the first."""
        planned = self._settings.forget_coach(person)
        coach = self._coach(person)
        prompt = coach.open(self._moment())
        if prompt is not None:
            self._tell(person, replace(prompt, left_s=0.0))
        self._coaches.pop(person, None)
        if self._kept is not None:
            self._kept.persons.pop(person, None)
        self._write()
        return int(planned) + int(coach.memory != Memory())

    # -- What goes out

    def _tell_all(self, person: str, prompts: Iterable[Prompt]) -> None:
        for prompt in prompts:
            self._tell(person, prompt)
        self._keep(self._clock.now_s())

    def _tell(self, person: str, prompt: Prompt) -> None:
        self._say(self._message(person, prompt))

    def _message(self, person: str, prompt: Prompt) -> PromptMessage:
        return PromptMessage(
            id=prompt.id,
            person=person,
            kind=prompt.kind,
            text=dict(prompt.words.text),
            until=self._clock.wall() + timedelta(seconds=prompt.left_s),
            card=prompt.words.card,
            program=prompt.program,
            may_snooze=prompt.may_snooze,
            over=prompt.left_s <= 0,
        )

    def _keep(self, now_s: float) -> None:
        """Writes what has changed; each coach is asked, so that none is asked twice."""
        changed = [coach.take_changed() for coach in self._coaches.values()]
        ages_s = self._pad.nudge_ages_s(now_s)
        nudged = now_s - min(ages_s, default=now_s - self._nudged_s) > self._nudged_s
        if any(changed) or nudged:
            self._nudged_s = now_s
            self._write()

    def _write(self) -> None:
        if self._store is None:
            return
        wall_s = self._clock.calendar()[0]
        others = self._kept.persons if self._kept else {}
        ours = {person: coach.memory for person, coach in self._coaches.items() if coach.memory != Memory()}
        ages_s = self._pad.nudge_ages_s(self._clock.now_s())
        self._store.keep(Remembered(nudged=[wall_s - age_s for age_s in ages_s], persons={**others, **ours}))
