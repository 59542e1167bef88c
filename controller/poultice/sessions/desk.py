"""Answers what is asked of sessions and persons: `sessions` and `persons`. Reading records takes a while, so it is done
by a thread of its own; what it finds comes back through the controller's inbox.
"""

from __future__ import annotations

import contextlib
import json
import logging
import queue
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from poultice.clock import RealClock
from poultice.errors import SetupError
from poultice.mqtt.incoming import QueryIn, first_problem
from poultice.mqtt.messages import Reason, ResultMessage
from poultice.sessions.files import SessionFiles
from poultice.sessions.records import line_of
from poultice.therapy.asking import misfit
from poultice.therapy.helped import as_plain, what_helped
from poultice.therapy.outcome import RUNNING, Outcome
from poultice.therapy.recording import ANSWER, Answered
from poultice.therapy.state import Role

log = logging.getLogger(__name__)

CLOCK = RealClock()
TOPICS = ("sessions", "persons")
RESULT_MAX_BYTES = 256 * 1024
ROOM_BYTES = RESULT_MAX_BYTES - 8 * 1024  # what a page of sessions may take; the rest is for what goes around it
Person = Annotated[str, Field(min_length=1, max_length=64)]
SessionId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]
GIVE_WAY_S = 0.0005  # a tenth of what Python has by itself
Work = Callable[[], None]


class _Args(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _SessionsArgs(_Args):
    op: str = "list"
    person: Person | None = None
    since: SessionId | None = None
    pending: bool = False
    taken: Annotated[dict[SessionId, Annotated[int, Field(ge=0)]], Field(max_length=2000)] = {}
    session: SessionId | None = None
    first: Annotated[int, Field(ge=0)] = 0
    region: str | None = None
    value: int | None = None


class _PersonsArgs(_Args):
    op: str
    person: Person


ARGS: dict[str, type[BaseModel]] = {"sessions": _SessionsArgs, "persons": _PersonsArgs}


@dataclass(frozen=True, slots=True)
class Answer:
    """A query and its result, which is to be published."""

    query: QueryIn
    message: ResultMessage


@dataclass(frozen=True, slots=True)
class PainAfter:
    """How much it hurts after a session, 0 to 10."""

    session: str
    person: str
    value: int
    region: str | None

    @property
    def whose(self) -> tuple[str, str]:
        """Session and person; both must be right."""
        return self.session, self.person

    def of(self, outcome: Outcome) -> Answered:
        """As a record has it: after the last step."""
        at_s = outcome.ran_s or 0.0
        return Answered(
            self.session, self.person, outcome.program, "", at_s, "pain", self.value, self.region, moment="after"
        )


class _RefusedError(Exception):
    """The query is not answered; code and words of the reason."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class Worker:
    """A thread that does one piece of work after another."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[Work] = queue.SimpleQueue()
        threading.Thread(target=self._run, name="desk", daemon=True).start()

    def __call__(self, work: Work) -> None:
        """Does it, soon."""
        self._waiting.put(work)

    def gently(self, work: Work) -> None:
        """The same of work that computes for long: meanwhile whoever waits for the interpreter gets it soon."""
        self._waiting.put(lambda: _giving_way(work))

    def _run(self) -> None:
        while True:
            work = self._waiting.get()
            try:
                work()
            except Exception:  # a defect here must not leave all later questions without an answer
                log.exception("A question about sessions was not answered.")


def _giving_way(work: Work) -> None:
    # Not always: each change of threads costs a loop that is flooded more than it gains.
    before_s = sys.getswitchinterval()
    sys.setswitchinterval(GIVE_WAY_S)
    try:
        work()
    finally:
        sys.setswitchinterval(before_s)


class Desk:
    """Takes queries from the loop, and puts answers into its inbox. `later` does the work: where nothing is said, at
    once."""

    def __init__(
        self,
        files: SessionFiles,
        deliver: Callable[[Answer], None],
        later: Callable[[Work], None] = lambda work: work(),
        wall: Callable[[], datetime] = CLOCK.wall,
    ) -> None:
        self._files = files
        self._wall = wall
        self._deliver = deliver
        self._later = later

    def read_ahead(self) -> None:
        """Reads what there is, so that the first question need not wait for it: 800 records take a second or two."""
        self._by_itself(self._files.outcomes)

    def tidy(self, now: datetime, running: Mapping[str, str]) -> None:
        """Removes what was kept for long enough; `now` must be a clock's that something keeps right."""
        self._by_itself(lambda: self._files.tidy(now, running))

    def _by_itself(self, work: Callable[[], object]) -> None:
        """Does what nobody waits for."""

        def tried() -> None:
            try:
                work()
            except SetupError as error:
                log.warning("%s", error)

        self._later(tried)

    def ask(self, query: QueryIn, running: Mapping[str, str], forget: Callable[[str], Mapping[str, int]]) -> None:
        """Answers, sooner or later. `running`: the sessions that run, and whose; `forget` erases what is known of a
        person besides records, and says what that was."""
        self._try(query, lambda: self._begin(query, running, forget))

    def _try(self, query: QueryIn, work: Callable[[], None]) -> None:
        """Does a part of the work; says why where it cannot be done."""
        try:
            work()
        except _RefusedError as refused:
            self._refuse(query, refused.code, str(refused))
        except ValidationError as error:
            self._refuse(query, "arguments", f"The arguments of {query.what} do not fit: {first_problem(error)}.")
        except SetupError as error:
            self._refuse(query, "disk", str(error))

    def _refuse(self, query: QueryIn, code: str, text: str) -> None:
        reason = Reason(code=code, text=text)
        self._deliver(Answer(query, ResultMessage(id=query.message.id, status="refused", reason=reason)))

    def _go_on(self, query: QueryIn, work: Callable[[], dict[str, Any]]) -> None:
        """The rest is done where a disk may be waited for, and answered then."""
        self._later(lambda: self._try(query, lambda: self._deliver(_done(query, work()))))

    # -- In the loop

    def _begin(self, query: QueryIn, running: Mapping[str, str], forget: Callable[[str], Mapping[str, int]]) -> None:
        if query.role is not Role.PHONE:
            raise _RefusedError("role", "Home automation may see nothing of people and their sessions.")
        if query.what == "persons":
            person = self._person(_PersonsArgs.model_validate(query.message.args), running)
            erased = forget(person)
            self._go_on(query, lambda: self._erase(person, erased))
        else:
            self._go_on(query, self._sessions(_SessionsArgs.model_validate(query.message.args), frozenset(running)))

    def _person(self, args: _PersonsArgs, running: Mapping[str, str]) -> str:
        if args.op != "forget":
            raise _RefusedError("unknown", f"There is no operation {args.op[:40]} on persons; known is forget.")
        if args.person in running.values():
            raise _RefusedError("busy", "A session of this person is running: stop it first, then ask again.")
        return args.person

    def _sessions(self, args: _SessionsArgs, running: frozenset[str]) -> Callable[[], dict[str, Any]]:
        match args.op:
            case "list":
                return lambda: self._list(args, running)
            case "what_helped":
                return lambda: as_plain(what_helped(self._files.outcomes(running), args.person or "me"))
            case "acknowledge" if args.taken:
                return lambda: self._acknowledge(args.taken, running)
            case "acknowledge":
                raise _RefusedError("arguments", "Nothing is acknowledged: name the sessions that you have in taken.")
            case "course" if args.session is not None:
                session = args.session
                return lambda: course_page(self._files.course(session), args.first)
            case "pain" if args.session is not None and args.value is not None:
                said = PainAfter(args.session, args.person or "me", args.value, args.region)
                return lambda: self._hear(said, running)
            case "forget" if args.session is not None:
                session, person = args.session, args.person or "me"
                return lambda: self._forget(session, person, running)
            case "course" | "pain" | "forget":
                raise _RefusedError("arguments", f"For {args.op} name a session{' and a value' * (args.op == 'pain')}.")
        known = "list, acknowledge, course, pain, what_helped and forget"
        raise _RefusedError("unknown", f"There is no operation {args.op[:40]} on sessions; known are {known}.")

    # -- Where a disk may be waited for

    def _list(self, args: _SessionsArgs, running: frozenset[str]) -> dict[str, Any]:
        over = [each for each in self._files.outcomes(running) if each.session not in running]
        wanted = [each for each in over if args.person in (None, each.person)]
        return page(self._files.pending(wanted) if args.pending else wanted, args.since)

    def _acknowledge(self, taken: dict[str, int], running: frozenset[str]) -> dict[str, Any]:
        over = {session: lines for session, lines in taken.items() if session not in running}
        return {"taken": self._files.take(over), "running": [each for each in taken if each in running]}

    def _hear(self, said: PainAfter, running: frozenset[str]) -> dict[str, Any]:
        """Adds how much it hurts after a session that is over to its record: asked by the page, not by the program."""
        mine = [each for each in self._files.outcomes(running) if (each.session, each.person) == said.whose]
        if not mine:
            raise _RefusedError("unknown_session", "There is no record of that session any more.")
        if mine[0].ending == RUNNING:
            raise _RefusedError("busy", "That session is still running: answer in it.")
        if misfit({"question": "pain", "value": said.value, "region": said.region}) or said.region is None:
            raise _RefusedError("arguments", "Say a region of the body and a number from 0 to 10.")
        answer = said.of(mine[0])
        fields = {name: value for name, value in asdict(answer).items() if name != "session"}
        self._files.append(said.session, line_of(self._wall(), ANSWER, fields))
        return {"session": said.session}

    def _forget(self, session: str, person: str, running: frozenset[str]) -> dict[str, Any]:
        """Erases one session that is over, where it is this person's; what is not there any more is erased already."""
        if session in running:
            raise _RefusedError("busy", "That session is still running: stop it first, then ask again.")
        mine = [
            each.session for each in self._files.outcomes(running) if (each.session, each.person) == (session, person)
        ]
        return {"session": session, "erased": len(self._files.remove(mine))}

    def _erase(self, person: str, erased: Mapping[str, int]) -> dict[str, Any]:
        mine = [each.session for each in self._files.outcomes() if each.person == person]
        return {"person": person, "erased": {"sessions": len(self._files.remove(mine)), **erased}}


def _done(query: QueryIn, result: dict[str, Any]) -> Answer:
    reason = Reason(code="ok", text="done")
    return Answer(query, ResultMessage(id=query.message.id, status="ok", reason=reason, result=result))


def page(outcomes: list[Outcome], since: str | None) -> dict[str, Any]:
    """As many sessions as one result holds, oldest first, after the session `since`; `more` follow after the last of
    them. Where nobody knows `since` any more, from the oldest on."""
    ids = [each.session for each in outcomes]
    first = ids.index(since) + 1 if since in ids else 0
    taken: list[dict[str, Any]] = []
    size = 0
    for each in outcomes[first:]:
        plain = each.plain()
        size += len(json.dumps(plain, ensure_ascii=False).encode()) + 2
        if size > ROOM_BYTES:
            break
        taken.append(plain)
    return {"sessions": taken, "more": first + len(taken) < len(outcomes), "from_oldest": first == 0}


def course_page(lines: list[bytes], first: int) -> dict[str, Any]:
    """As many rows of a course as one result holds, from row `first` on, and what its head says; `next` is where to go
    on, None at its end. A line that cannot be read is no row, but counts."""
    head, rows = _as_json(lines[:1]), lines[1:]
    taken: list[bytes] = []
    size = 0
    for line in rows[first:]:
        size += len(line) + 1
        if size > ROOM_BYTES:
            break
        taken.append(line)
    after = first + len(taken)
    return {
        "columns": head[0].get("columns", []) if head and isinstance(head[0], dict) else [],
        "rows": [row for row in _as_json(taken) if isinstance(row, list)],
        "next": after if after < len(rows) else None,
    }


def _as_json(lines: list[bytes]) -> list[Any]:
    values = []
    for line in lines:
        with contextlib.suppress(ValueError, RecursionError):
            values.append(json.loads(line))
    return values
