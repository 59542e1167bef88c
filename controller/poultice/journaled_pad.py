"""A pad that writes down whatever goes into its core, and what comes out: enough to re-run it exactly.

`poultice replay` is the reader; a test holds every public method of `Pad` to be either written down here or no input.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from poultice import journal_lines as lines
from poultice import journal_state
from poultice.journal import Recorder
from poultice.therapy import asking
from poultice.therapy.budget import Budget, WallTime
from poultice.therapy.comfort import Key
from poultice.therapy.heat.parameters import Parameters
from poultice.therapy.layout import PadLayout
from poultice.therapy.limits import HostLimits
from poultice.therapy.pad import Pad
from poultice.therapy.programs import Program
from poultice.therapy.session_ids import SessionIds
from poultice.therapy.state import Demand, Reading, Reason, Reply, Request, Verb
from poultice.therapy.view import PadHappening, PadView

PENDING_MAX = 20  # ticks that asked for the same: a second of them, if nothing else happens
OPEN_QUESTIONS = (
    "next",
    "awake",
    "comfort",
    "rest",
)  # their answers act; what else people say is in the session's record alone


class Tape:
    """The lines of one run. Instants in 0.1 ms, each told as the time since the last."""

    def __init__(self, journal: Recorder, beginning: Mapping[str, Any], now_s: float) -> None:
        self._journal = journal
        self._beginning = beginning
        self._then = lines.instant(now_s)
        self._ticks: list[int] = []
        self._demand: Demand | None = None
        self._change: tuple[lines.Heat | None, tuple[int, ...] | None, lines.Words | None] = (None, None, None)
        self._shown: list[str] = []
        self._boot: str | None = None
        self._accepted: bool | None = None
        self._nudges: bool | None = None
        journal.begin(lines.BEGUN, now_s, **beginning)

    @property
    def full(self) -> bool:
        """Whether the journal wants to begin a file, or lines are missing: then the state must be told anew."""
        return self._journal.full

    def begin_anew(self, now_s: float, state: str) -> None:
        """What comes can be understood without what was."""
        self.flush()
        self._then = lines.instant(now_s)
        self._demand, self._shown, self._boot = None, [], None
        self._journal.begin(lines.GOES_ON, now_s, **self._beginning, state=state)

    def write(self, kind: str, now_s: float, **fields: Any) -> None:
        """Something rare."""
        self.flush()
        self._journal.write(kind, now_s, **fields)

    def write_timeless(self, kind: str, **fields: Any) -> None:
        """Something rare that no instant belongs to."""
        self.write(kind, lines.seconds(self._then), **fields)

    def checklist(self, accepted: bool) -> None:
        """Whether it is accepted, where that is news."""
        if accepted != self._accepted:
            self._accepted = accepted
            self.write_timeless("checklist", accepted=accepted)

    def nudges(self, automation: bool) -> None:
        """Whether automation may nudge, where that is news."""
        if automation != self._nudges:
            self._nudges = automation
            self.write_timeless("allow_nudges", automation=automation)

    def flush(self) -> None:
        """Writes the ticks that wait for one that asks for something else."""
        if self._ticks:
            self._journal.line(lines.ticks_line(self._ticks, *self._change))
            self._ticks, self._change = [], (None, None, None)

    def _after(self, now_s: float) -> int:
        now = lines.instant(now_s)
        after, self._then = now - self._then, now
        return after

    def tick(self, now_s: float, demand: Demand) -> None:
        """A tick, and what it asked for."""
        last = self._demand
        if last is None or demand != last:
            self.flush()
            self._change = (
                lines.heat_of(demand) if last is None or demand.zones != last.zones else None,
                demand.motors_percent if last is None or demand.motors_percent != last.motors_percent else None,
                lines.words_of(demand)
                if last is None or (demand.reason, demand.cue) != (last.reason, last.cue)
                else None,
            )
            self._demand = demand
        elif len(self._ticks) >= PENDING_MAX:
            self.flush()
        self._ticks.append(self._after(now_s))

    def reading(self, now_s: float, raw: bytes) -> None:
        """A STATUS."""
        self.flush()
        self._journal.line(lines.reading_line(self._after(now_s), raw))

    def view(self, now_s: float, shown: list[str], always: bool) -> None:
        """A look at the pad."""
        changed = shown != self._shown
        if changed or always:
            self.flush()
            self._journal.line(lines.view_line(self._after(now_s), shown if changed else None))
            self._shown = shown

    def stop(self) -> None:
        """A STOP was taken to be sent."""
        self.flush()
        self._journal.line(f'["{lines.STOP}"]\n')

    def wall(self, wall: WallTime, since_boot_s: float) -> None:
        """The time of day was told."""
        self.flush()
        boot = None if wall.boot == self._boot else wall.boot
        self._boot = wall.boot
        self._journal.line(lines.wall_line(wall.wall_s, since_boot_s, wall.synchronised, boot))


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
        self._tape.write_timeless("prepared", known=plain_known, plain=plain)
        super().prepare_heat(known, plain=plain)

    def accept_checklist(self, accepted: bool) -> None:
        self._tape.checklist(accepted)
        super().accept_checklist(accepted)

    def remember_comfort(self, steps: Mapping[Key, int]) -> None:
        self._tape.write_timeless("comfort", steps=[[*key, count] for key, count in steps.items()])
        super().remember_comfort(steps)

    def offer_rest(self, program_id: str, content_hash: str, at_step: int, person: str, now_s: float) -> bool:
        self._tape.write(
            "offer_rest", now_s, program=program_id, content_hash=content_hash, at_step=at_step, person=person
        )
        return super().offer_rest(program_id, content_hash, at_step, person, now_s)

    def forget(self, person: str) -> bool:
        self._tape.write_timeless("forget", person=person)
        return super().forget(person)

    def allow_nudges(self, automation: bool) -> None:
        self._tape.nudges(automation)
        super().allow_nudges(automation)

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
        self._tape.reading(now_s, reading.raw)
        super().reading(reading, now_s)

    def board_event(self, kind: str, detail: str | None, press_s: float | None, now_s: float) -> None:
        self._tape.write("board", now_s, what=kind, detail=detail, press_s=press_s)
        super().board_event(kind, detail, press_s, now_s)

    def tell_time(self, wall: WallTime, since_boot_s: float) -> None:
        self._tape.wall(wall, since_boot_s)
        super().tell_time(wall, since_boot_s)

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
        tape.tick(now_s, demand)
        if tape.full:
            tape.begin_anew(now_s, journal_state.to_text(self, without="_tape"))
        return demand

    def take_stop(self) -> bool:
        due = super().take_stop()
        if due:
            self._tape.stop()
        return due

    def take_events(self) -> list[PadHappening]:
        """Whoever takes them writes them down: here only what was before them is."""
        happened = super().take_events()
        if happened:
            self._tape.flush()
        return happened

    def view(self, now_s: float) -> PadView:
        """During a session the words are kept from look to look, so that a look is an input, too."""
        view = super().view(now_s)
        self._tape.view(now_s, lines.shown(view.phase, view.reason), always=view.session is not None)
        return view

    def close(self) -> None:
        """Nothing more comes."""
        self._tape.flush()


def _asked(request: Request) -> dict[str, Any]:
    """A request without what belongs into nobody's journal: pain scores and notes. That they were answered acts; what
    was said does not."""
    asked = {"role": request.role, "verb": request.verb, "id": request.id, "retained": request.retained}
    if request.verb is not Verb.ANSWER or request.args.get("question") in OPEN_QUESTIONS:
        return {**asked, "args": request.args}
    kept = {key: value for key, value in request.args.items() if key not in ("value", "region")}
    return {**asked, "args": kept, "withheld": "fits" if asking.misfit(request.args) is None else "misfit"}
