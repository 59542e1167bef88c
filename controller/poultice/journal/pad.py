"""A pad that writes down whatever goes into its core, and what comes out: enough to re-run it exactly.

`poultice replay` is the reader; a test holds every public method of `Pad` to be either written down here or no input.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from poultice.journal import lines
from poultice.journal import state as journal_state
from poultice.journal.writing import Recorder
from poultice.therapy import asking
from poultice.therapy.budget import Budget, Spent, WallTime
from poultice.therapy.ceiling import Ceiling
from poultice.therapy.comfort import Key
from poultice.therapy.heat.parameters import Parameters
from poultice.therapy.layout import PadLayout
from poultice.therapy.limits import HostLimits
from poultice.therapy.pad import Pad
from poultice.therapy.programs import Program
from poultice.therapy.session_ids import SessionIds
from poultice.therapy.state import Demand, Reading, Reason, Reply, Request, Verb
from poultice.therapy.view import PadView


class Tape:
    """The journal of one run, and what is known of it here; `now_s` is when it last ticked."""

    def __init__(self, journal: Recorder, beginning: Mapping[str, Any], now_s: float) -> None:
        self.journal = journal
        self.item = journal.item
        self.write = journal.write
        self._beginning = beginning
        self._accepted: list[str] | None = None
        self._quiet: bool | None = None
        self._narrowed: tuple[object, ...] | None = None
        self._ceilings: dict[str, list[float | None]] | None = None
        self._nudges: bool | None = None
        self._viewed: tuple[object, ...] = ()
        self.now_s = now_s
        journal.begin(lines.BEGUN, now_s, **beginning)

    def begin_anew(self, now_s: float, state: str) -> None:
        """What comes can be understood without what was."""
        self._viewed = ()
        self.journal.begin(lines.GOES_ON, now_s, **self._beginning, state=state)

    def programs(self, programs: Mapping[str, Program]) -> None:
        """Others may be started from now on; the next beginning has them, too."""
        self._beginning = {**self._beginning, "programs": lines.packed(programs)}
        self.write("programs", self.now_s, programs=self._beginning["programs"])

    def checklist(self, persons: list[str]) -> None:
        """By whom it is accepted, where that is news."""
        if persons != self._accepted:
            self._accepted = persons
            self.write("checklist", self.now_s, persons=persons)

    def narrowed(self, target_max_c: float | None, session_max_s: float | None, automation: list[str]) -> None:
        """What people set, where that is news."""
        said = (target_max_c, session_max_s, automation)
        if said != self._narrowed:
            self._narrowed = said
            self.write(
                "narrowed", self.now_s, target_max_c=target_max_c, session_max_s=session_max_s, automation=automation
            )

    def ceilings(self, ceilings: Mapping[str, Ceiling]) -> None:
        """What each person is never asked for more of, where that is news; null: no bound."""
        said = {person: lines.plain_ceiling(each) for person, each in ceilings.items()}
        if said != self._ceilings:
            self._ceilings = said
            self.write("ceilings", self.now_s, ceilings=said)

    def nudges(self, automation: bool) -> None:
        """Whether automation may nudge, where that is news."""
        if automation != self._nudges:
            self._nudges = automation
            self.write("allow_nudges", self.now_s, automation=automation)

    def quiet(self, quiet: bool) -> None:
        """Whether these are quiet hours, where that is news."""
        if quiet != self._quiet:
            self._quiet = quiet
            self.write("quiet", self.now_s, quiet=quiet)

    def view(self, now_s: float, view: PadView) -> None:
        """A look at the pad, unless it showed what the last one did and changed nothing."""
        seen = (view.phase, view.reason)
        if view.session is not None or seen != self._viewed:
            self._viewed = seen
            self.item((lines.VIEW, now_s, *seen))


class JournaledPad(Pad):
    """A `Pad` that keeps a journal. `about` names versions; `now_s` is when it begins."""

    def __init__(
        self,
        layout: PadLayout,
        programs: Mapping[str, Program],
        limits: HostLimits,
        ids: SessionIds,
        budget: Budget,
        *,
        journal: Recorder,
        now_s: float,
        about: Mapping[str, str],
    ) -> None:
        super().__init__(layout, programs, limits, ids, budget)
        beginning = {
            **about,
            "limits": lines.plain_limits(limits),
            "programs": lines.packed(programs),
            "seed": ids.seed,
            "budget": asdict(budget.began_with),
        }
        self._tape = Tape(journal, beginning, now_s)

    # -- What goes in

    def prepare_heat(self, known: Mapping[str, Parameters], *, plain: bool) -> None:
        plain_known = {name: each.to_plain() for name, each in known.items()}
        self._tape.write("prepared", self._tape.now_s, known=plain_known, plain=plain)
        super().prepare_heat(known, plain=plain)

    def replace_programs(self, programs: Mapping[str, Program]) -> None:
        self._tape.programs(programs)
        super().replace_programs(programs)

    def accept_checklist(self, persons: Collection[str]) -> None:
        self._tape.checklist(sorted(persons))
        super().accept_checklist(persons)

    def narrow(self, target_max_c: float | None, session_max_s: float | None, automation: Collection[str]) -> None:
        self._tape.narrowed(target_max_c, session_max_s, sorted(automation))
        super().narrow(target_max_c, session_max_s, automation)

    def narrow_persons(self, ceilings: Mapping[str, Ceiling]) -> None:
        self._tape.ceilings(ceilings)
        super().narrow_persons(ceilings)

    def remember_comfort(self, steps: Mapping[Key, int]) -> None:
        self._tape.write("comfort", self._tape.now_s, steps=[[*key, count] for key, count in steps.items()])
        super().remember_comfort(steps)

    def offer_rest(self, program_id: str, content_hash: str, at_step: int, person: str, now_s: float) -> bool:
        self._tape.write(
            "offer_rest", now_s, program=program_id, content_hash=content_hash, at_step=at_step, person=person
        )
        return super().offer_rest(program_id, content_hash, at_step, person, now_s)

    def forget(self, person: str) -> bool:
        self._tape.write("forget", self._tape.now_s, person=person)
        return super().forget(person)

    def allow_nudges(self, automation: bool) -> None:
        self._tape.nudges(automation)
        super().allow_nudges(automation)

    def keep_quiet(self, quiet: bool) -> None:
        self._tape.quiet(quiet)
        super().keep_quiet(quiet)

    def remember_nudges(self, ages_s: Sequence[float], now_s: float) -> None:
        self._tape.write("nudged_before", now_s, ages_s=list(ages_s))
        super().remember_nudges(ages_s, now_s)

    def nudge(self, now_s: float) -> Reason | None:
        self._tape.write("nudge", now_s)
        return super().nudge(now_s)

    def link_up(self, now_s: float, info: object = None) -> None:
        self._tape.write("link_up", now_s)
        super().link_up(now_s, info)

    def link_lost(self, now_s: float, sentence: str) -> None:
        self._tape.write("link_lost", now_s, sentence=sentence)
        super().link_lost(now_s, sentence)

    def reading(self, reading: Reading, now_s: float) -> None:
        self._tape.item((lines.READING, now_s, reading.raw))
        super().reading(reading, now_s)

    def board_event(self, kind: str, detail: str | None, press_s: float | None, now_s: float) -> None:
        self._tape.write("board", now_s, what=kind, detail=detail, press_s=press_s)
        super().board_event(kind, detail, press_s, now_s)

    def tell_time(self, wall: WallTime, since_boot_s: float) -> None:
        self._tape.item((lines.WALL, wall, since_boot_s))
        super().tell_time(wall, since_boot_s)

    def count_at_least(self, spent: Spent) -> None:
        self._tape.write("spent", self._tape.now_s, **asdict(spent))
        super().count_at_least(spent)

    # -- What goes in and is answered

    def request(self, request: Request, now_s: float, fresh: bool) -> Reply:
        asked = {**_asked(request), "fresh": fresh}
        try:
            reply = super().request(request, now_s, fresh)
        except Exception:
            self._tape.write("request", now_s, **asked)
            raise
        answered = {"status": reply.status, "reason": reply.reason.text, "applied": reply.applied}
        self._tape.write("request", now_s, **asked, **answered)
        return reply

    def tick(self, now_s: float) -> Demand:
        try:
            demand = super().tick(now_s)
        except Exception:
            self._tape.write("broken", now_s)
            raise
        tape = self._tape
        tape.now_s = now_s
        tape.item((lines.TICKS, now_s, demand))
        if tape.journal.full:
            tape.begin_anew(now_s, journal_state.to_text(self, without="_tape"))
        return demand

    def take_stop(self) -> bool:
        due = super().take_stop()
        if due:
            self._tape.item((lines.STOP,))
        return due

    def view(self, now_s: float) -> PadView:
        """During a session the words are kept from look to look, so that a look is an input, too."""
        view = super().view(now_s)
        self._tape.view(now_s, view)
        return view


def _asked(request: Request) -> dict[str, Any]:
    """A request without what belongs into nobody's journal: where and how much it hurts, and notes. That they were
    answered acts; what was said does not."""
    asked = {"role": request.role, "verb": request.verb, "id": request.id, "retained": request.retained}
    args = dict(request.args)
    question, value = args.get("question"), args.get("value")
    acts = (question == "comfort" and value in asking.COMFORTS) or (question == "rest" and value == "no")
    if request.verb is not Verb.ANSWER or "value" not in args or acts:
        return {**asked, "args": args}
    del args["value"]
    args.pop("region", None)
    return {**asked, "args": args, "withheld": "fits" if asking.misfit(request.args) is None else "misfit"}
