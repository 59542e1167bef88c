"""What became of a session: its record, read line by line.

A line that cannot be read is left out and counted, and costs nothing else; kinds of lines that say nothing of the
outcome are passed over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from poultice.therapy.asking import misfit
from poultice.therapy.recording import ANSWER, BEGINNING, ENDS, Answered, Began, Ended, Entry

_SHAPES: Mapping[str, TypeAdapter[Any]] = {
    BEGINNING: TypeAdapter(Began),
    ANSWER: TypeAdapter(Answered),
    **dict.fromkeys(ENDS, TypeAdapter(Ended)),
}
SAID_MAX = 60  # notes, and answers of comfort, that one outcome carries: of a session these are the first ones
CUT_OFF = "cut_off"
RUNNING = "running"


@dataclass(slots=True)
class Pain:
    """Scores of one region, 0 to 10; None where that was not answered."""

    before: int | None = None
    after: int | None = None
    during: list[int] = field(default_factory=list)

    def hear(self, moment: str | None, score: int) -> None:
        """The last word counts, but nobody can say afterwards how it was before."""
        match moment:
            case "before" if self.after is None:
                self.before = score
            case "after":
                self.after = score
            case "during":
                self.during = [*self.during, score][:SAID_MAX]

    @property
    def change(self) -> int | None:
        """After less before: negative is relief. None without both."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(slots=True)
class Said:
    """What was said besides, at its place on the program's timeline (s)."""

    elapsed_s: float
    value: str


@dataclass(slots=True)
class Outcome:
    """One session. `ending` is `finished`, `stopped`, `fault`, `link_lost`, `running`, or `cut_off` where nothing says
    how it ended; `until` is the newest time in its record; doses are CEM43 minutes; of the
    record's `lines` `skipped_lines` could not be read.
    """

    session: str
    person: str = ""
    pad: str = ""
    simulated: bool = False
    program: str = ""
    title: Mapping[str, str] = field(default_factory=dict)
    content_hash: str = ""
    at_step: int = 0
    began: datetime | None = None
    until: datetime | None = None
    ending: str = CUT_OFF
    reason: str = ""
    text: str = ""
    ran_s: float | None = None
    dose: Mapping[str, float] = field(default_factory=dict)
    pain: dict[str, Pain] = field(default_factory=dict)
    comfort: list[Said] = field(default_factory=list)
    notes: list[Said] = field(default_factory=list)
    left_out: int = 0
    skipped_lines: int = 0
    lines: int = field(default=0, compare=False)  # which version of the record this is, not what came of it

    def hear(self, entry: Entry, at: datetime) -> None:
        """Takes one line in."""
        match entry:
            case Began():
                self._begin(entry, at)
            case Answered():
                self.person, self.program = self.person or entry.person, self.program or entry.program
                self._answer(entry)
            case Ended():
                self.ending, self.reason, self.text = entry.how, entry.reason, entry.text
                self.ran_s, self.dose = entry.ran_s, entry.dose

    def _begin(self, entry: Began, at: datetime) -> None:
        self.began, self.person, self.pad, self.simulated = at, entry.person, entry.pad, entry.simulated
        self.program, self.title = entry.program, entry.title
        self.content_hash, self.at_step = entry.content_hash, entry.at_step

    def _answer(self, entry: Answered) -> None:
        match entry.question, entry.value:
            case "pain", int(score):
                self.pain.setdefault(entry.region or "", Pain()).hear(entry.moment, score)
            case "comfort", str(word):
                self._say(self.comfort, entry.elapsed_s, word)
            case "note", str(text):
                self._say(self.notes, entry.elapsed_s, text)

    def _say(self, into: list[Said], elapsed_s: float, value: str) -> None:
        if len(into) < SAID_MAX:
            into.append(Said(elapsed_s, value))
        else:
            self.left_out += 1

    @property
    def order(self) -> tuple[float, str]:
        """Oldest first; where two begin at once, by their ids."""
        first = self.began or self.until
        return (first.timestamp() if first else 0.0, self.session)

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        times = {name: at and at.isoformat() for name, at in (("began", self.began), ("until", self.until))}
        return {**asdict(self), **times}


def read(session: str, content: bytes) -> Outcome:
    """The outcome that a record's bytes tell, whatever they are."""
    outcome = Outcome(session)
    for line in content.splitlines():
        outcome.lines += 1
        try:
            _take(outcome, line)
        except (ValueError, RecursionError):
            outcome.skipped_lines += 1
    return outcome


def _take(outcome: Outcome, line: bytes) -> None:
    """Raises ValueError (pydantic's and JSON's are such) where a line is none of ours."""
    fields = json.loads(line)
    at = datetime.fromisoformat(fields["time"]) if _is_line(fields) else None
    if at is None or at.tzinfo is None:
        raise ValueError("no line of a record")
    for entry in _entries(outcome.session, fields):
        outcome.hear(entry, at)
    outcome.until = at if outcome.until is None else max(outcome.until, at)


def _is_line(fields: Any) -> bool:
    return isinstance(fields, dict) and isinstance(fields.get("time"), str) and isinstance(fields.get("kind"), str)


def _entries(session: str, fields: Mapping[str, Any]) -> Iterator[Entry]:
    """What the line says; nothing where that is none of the outcome's business."""
    shape = _SHAPES.get(fields["kind"])
    if shape is None:
        return
    entry: Entry = shape.validate_python({**fields, "session": session, "how": fields["kind"]})
    if isinstance(entry, Answered) and misfit(_said(entry)):
        raise ValueError("no answer to that question")
    yield entry


def _said(entry: Answered) -> dict[str, Any]:
    """As the person said it: what a record adds to a score is looked at, too."""
    said = {"question": entry.question, "value": entry.value}
    return {**said, "region": entry.region} if entry.region is not None else said
