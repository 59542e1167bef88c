"""Answers what is asked of programs by whoever writes one: `programs` with the operations get, check, save and delete.

To judge a program takes a while (its text, its lint, its curve), so a thread of its own does it; what it finds comes
back through the controller's inbox, and only the loop changes what can be played.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from poultice.description import shipped_ids
from poultice.editing.judging import Foresee, Judged, judge_content, judge_text, sentence
from poultice.editing.shelf import Shelf, revision
from poultice.errors import SetupError
from poultice.foresight import ROOM_C
from poultice.mqtt.incoming import QueryIn, first_problem
from poultice.mqtt.messages import Reason, ResultMessage
from poultice.sessions.desk import Answer, Work
from poultice.therapy.limits import HostLimits
from poultice.therapy.programs import Program
from poultice.therapy.state import Role

OPERATIONS = ("get", "check", "save", "delete")


class _Args(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    op: str
    program: Annotated[str, Field(max_length=64)] | None = None
    content: dict[str, Any] | None = None
    text: str | None = None
    base: Annotated[str, Field(max_length=64)] | None = None
    room_c: Annotated[float, Field(ge=ROOM_C[0], le=ROOM_C[1], strict=False)] | None = None


ARGS: dict[str, type[BaseModel]] = {"programs/edit": _Args}


class _RefusedError(Exception):
    """The query is not answered; code and words of the reason."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class Read:
    """A program that shall be kept was judged; the loop does the rest."""

    query: QueryIn
    judged: Judged
    base: str | None


@dataclass(frozen=True, slots=True)
class Situation:
    """What the loop knows: the programs that can be played, those that play or are invited, how a pad is foreseen."""

    programs: Mapping[str, Program]
    held: tuple[str, ...]
    foresee: Foresee


class Editing:
    """The programs of one's own. `later` does the work that takes a while: where nothing is said, at once."""

    def __init__(
        self,
        shelf: Shelf,
        limits: HostLimits,
        deliver: Callable[[Answer | Read], None],
        later: Callable[[Work], None] = lambda work: work(),
    ) -> None:
        self._shelf = shelf
        self._limits = limits
        self._deliver = deliver
        self._later = later

    def is_own(self, program: str) -> bool:
        """Whether a program is one that may be changed."""
        return self._shelf.has(program)

    # -- In the loop

    def ask(self, query: QueryIn, now: Situation) -> dict[str, Program] | None:
        """Answers, sooner or later. The programs that can be played from now on, where that changed."""
        try:
            if query.role is not Role.PHONE:
                raise _RefusedError("role", "Home automation may only list programs.")
            return self._ask(query, _Args.model_validate(query.message.args), now)
        except (_RefusedError, ValidationError, SetupError) as error:
            self._refuse(query, error)
        return None

    def _ask(self, query: QueryIn, args: _Args, now: Situation) -> dict[str, Program] | None:
        if args.op == "delete":
            return self._delete(query, _wanted(args, now.programs), now)
        if args.op == "get":
            program = _wanted(args, now.programs)
            text = self._shelf.text(program.id) if self._shelf.has(program.id) else None
            self._work(query, lambda: self._deliver(self._found(query, program, text, now.foresee)))
            return None
        judge = _judge(args, self._limits, now.foresee)
        if args.op == "check":
            self._work(query, lambda: self._deliver(_done(query, judge().plain())))
        else:
            self._work(query, lambda: self._deliver(Read(query, judge(), args.base)))
        return None

    def save(
        self, read: Read, now: Situation, fits: Callable[[Mapping[str, Program]], bool]
    ) -> dict[str, Program] | None:
        """Keeps what was judged. The programs that can be played from now on; None where nothing changed. `fits` says
        whether so many can still be announced."""
        query, program = read.query, read.judged.program
        try:
            if program is None or not read.judged.good:
                raise _RefusedError("invalid", sentence(read.judged.problems))
            self._may_replace(program, read.base, now)
            kept = _standing_in(self._shelf.file_for(program.id), program)
            programs = {**now.programs, program.id: kept}
            if not fits(programs):
                raise _RefusedError("too_many", "There is no room for it: take another program of your own away first.")
            self._shelf.keep(program.id, read.judged.text)
        except (_RefusedError, SetupError) as error:
            self._refuse(query, error, read.judged)
            return None
        self._deliver(_done(query, {"program": program.id, "base": revision(read.judged.text)}))
        return programs

    def _may_replace(self, program: Program, base: str | None, now: Situation) -> None:
        name = program.id
        if name in shipped_ids():
            raise _RefusedError(
                "built_in", f"The id {name} is that of a preset, which stays as it is: give it another."
            )
        if name in now.held:
            raise _RefusedError("busy", "It plays, or waits for the pad's button: stop it first, then save.")
        if self._shelf.has(name) and base != revision(self._shelf.text(name)):
            why = "Somebody has changed it meanwhile" if base else f"There is already a program with the id {name}"
            raise _RefusedError("changed", f"{why}: give this one another id, or look at the other first.")
        if name in now.programs and not self._shelf.has(name):
            raise _RefusedError("built_in", f"The id {name} is taken: give it another.")

    def _delete(self, query: QueryIn, program: Program, now: Situation) -> dict[str, Program]:
        name = program.id
        if not self._shelf.has(name):
            raise _RefusedError("built_in", "A preset stays: only programs of your own can be taken away.")
        if name in now.held:
            raise _RefusedError("busy", "It plays, or waits for the pad's button: stop it first, then take it away.")
        content = program.source.value
        self._shelf.remove(name)
        self._deliver(_done(query, {"program": name, "content": content}))
        return {other: each for other, each in now.programs.items() if other != name}

    # -- Where it may take a while

    def _found(self, query: QueryIn, program: Program, text: str | None, foresee: Foresee) -> Answer:
        if text is None:
            judged, base = judge_content(program.source.value, self._limits, foresee), None
        else:
            judged, base = judge_text(text, self._limits, foresee), revision(text)
        return _done(query, {**judged.plain(), "own": text is not None, "base": base})

    def _work(self, query: QueryIn, work: Work) -> None:
        def tried() -> None:
            try:
                work()
            except SetupError as error:
                self._refuse(query, error)

        self._later(tried)

    def _refuse(self, query: QueryIn, error: Exception, judged: Judged | None = None) -> None:
        code, text = "disk", str(error)
        if isinstance(error, _RefusedError):
            code = error.code
        elif isinstance(error, ValidationError):
            code, text = "arguments", f"The arguments of programs do not fit: {first_problem(error)}."
        problems = {} if judged is None else {"problems": judged.plain()["problems"]}
        reason = Reason(code=code, text=text)
        self._deliver(
            Answer(query, ResultMessage(id=query.message.id, status="refused", reason=reason, result=problems))
        )


def _standing_in(file: Path, program: Program) -> Program:
    """The program, which knows the file that it stands in from now on."""
    return replace(program, source=replace(program.source, file=str(file)))


def _wanted(args: _Args, programs: Mapping[str, Program]) -> Program:
    program = programs.get(args.program or "")
    if program is None:
        raise _RefusedError("unknown_program", f"There is no program {str(args.program)[:40]}; ask for the list.")
    return program


def _judge(args: _Args, limits: HostLimits, foresee: Foresee) -> Callable[[], Judged]:
    content, text = args.content, args.text
    if content is not None and text is None:
        return lambda: judge_content(content, limits, foresee, args.room_c)
    if text is not None and content is None:
        return lambda: judge_text(text, limits, foresee, args.room_c)
    raise _RefusedError("arguments", "Say either content or text.")


def _done(query: QueryIn, result: dict[str, Any]) -> Answer:
    reason = Reason(code="ok", text="done")
    return Answer(query, ResultMessage(id=query.message.id, status="ok", reason=reason, result=result))
