"""What is to be said of a program that is being written: its problems at their places, its outline, its curve. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, get_args

from pydantic import ValidationError

from poultice.description import cards, layout, outline
from poultice.foresight import as_plain
from poultice.therapy.composing import compose
from poultice.therapy.fitting import fit
from poultice.therapy.limits import HostLimits
from poultice.therapy.preview import Preview
from poultice.therapy.problems import Problem, ProgramError
from poultice.therapy.program_check import check
from poultice.therapy.program_file import ProgramFile, Region
from poultice.therapy.program_rules import WHOLE_S, following
from poultice.therapy.programs import Program, parse
from poultice.therapy.yaml_source import read

FILE = "program"  # what messages name; pages show the path
PROBLEMS_MAX = 50  # as many as anybody mends before asking again

Foresee = Callable[[Program, float | None], Preview]
"""Of a program and the room's temperature, °C (None: unknown): what this pad would do."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A program as far as it was understood. `content` is None where the text is no YAML of ours, `program` where its
    shape is wrong; it may be kept where there are no problems."""

    text: str
    content: dict[str, Any] | None
    program: Program | None = None
    preview: Preview | None = None
    problems: tuple[Problem, ...] = field(default=())

    @property
    def good(self) -> bool:
        """Whether it may be kept."""
        return self.program is not None and not self.problems

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "text": self.text,
            "content": self.content,
            "problems": [_plain(problem) for problem in self.problems[:PROBLEMS_MAX]],
            "outline": None if self.program is None else outline(self.program).model_dump(),
            "preview": None if self.preview is None else as_plain(self.preview),
        }


def _plain(problem: Problem) -> dict[str, Any]:
    return {"path": problem.path, "line": problem.line, "message": problem.message, "remedy": problem.remedy}


def completed(content: Mapping[str, Any]) -> dict[str, Any]:
    """With what follows from its steps: what becomes warm or moves, under `requires`, and `max_total`. Where the shape
    is wrong, with whatever speaks against nothing, so that only the rest is complained of."""
    known = layout()
    everything = {"zones": list(known.zone_names), "motors": list(known.motor_names), "regions": list(get_args(Region))}
    whole = {**content, "requires": everything, "max_total": f"{WHOLE_S / 60:g} min"}
    with suppress(ValidationError):
        whole |= following(ProgramFile.model_validate(whole))
    return {key: whole[key] for key in sorted(whole, key=_place)}


_PLACES = [each.alias or name for name, each in ProgramFile.model_fields.items()]


def _place(key: str) -> int:
    """Where a key stands in a file that people read: as in the presets."""
    return _PLACES.index(key) if key in _PLACES else len(_PLACES)


def judge_content(
    content: Mapping[str, Any], limits: HostLimits, foresee: Foresee, room_c: float | None = None
) -> Judged:
    """Of a program's content as JSON has it; the text is made here. Never raises for what is wrong with it."""
    try:
        text = compose(completed(content), FILE)
    except ProgramError as error:
        return Judged("", dict(content), problems=error.problems)
    return judge_text(text, limits, foresee, room_c)


def judge_text(text: str, limits: HostLimits, foresee: Foresee, room_c: float | None = None) -> Judged:
    """Of a program file's text. Never raises for what is wrong with it."""
    try:
        value = read(text, FILE).value
    except ProgramError as error:
        return Judged(text, None, problems=error.problems)
    content = value if isinstance(value, dict) else None
    try:
        program = fit(parse(text, FILE), layout(), cards())
    except ProgramError as error:
        return Judged(text, content, problems=error.problems)
    problems = check(program, layout(), limits)
    return Judged(text, content, program, _foreseen(program, foresee, room_c), problems)


def _foreseen(program: Program, foresee: Foresee, room_c: float | None) -> Preview | None:
    """None for what this pad has not."""
    known = layout()
    if not set(program.zones) <= set(known.zone_names):
        return None
    return foresee(program, room_c)


def sentence(problems: Sequence[Problem]) -> str:
    """Why it cannot be kept: the first of at least one problem, in one sentence."""
    first, others = problems[0], len(problems) - 1
    where = f"{first.path}: " if first.path else ""
    return f"{where}{first.message}; {first.remedy}{f' (and {others} more)' if others else ''}."
