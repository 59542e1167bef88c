"""What must hold within one program file beyond the shape of its parts."""

from __future__ import annotations

from collections.abc import Iterator

from poultice.therapy.problems import Path, Problem
from poultice.therapy.program_file import AnyStep, ProgramFile, RepeatPart, StepPart
from poultice.therapy.yaml_source import Source

STEPS_MAX = 400  # after repeating; a 90-minute program of 15 s steps still fits


def contradictions(checked: ProgramFile, source: Source) -> Iterator[Problem]:
    """Too many steps, an id twice, an output that `requires` does not name, steps longer than `max_total`."""
    count = _count(checked.steps)
    if count > STEPS_MAX:  # before anything is expanded: fifty times fifty times fifty steps would fill the memory
        yield source.problem(
            ("steps",), f"{count} steps after repeating", f"stay within {STEPS_MAX}: repeat less often"
        )
        return
    yield from _twice(checked.steps, ("steps",), source, {})
    yield from _undeclared(checked, source)
    total_s = _duration_s(checked.steps)
    if total_s > checked.max_total:
        yield source.problem(
            ("max_total",),
            f"the steps take {total_s / 60:g} min, longer than max_total",
            f"write {total_s / 60:g} min or shorten the steps",
        )


def _count(parts: list[AnyStep]) -> int:
    return sum(1 if isinstance(part, StepPart) else part.repeat * _count(part.steps) for part in parts)


def _duration_s(parts: list[AnyStep]) -> float:
    return sum(p.duration if isinstance(p, StepPart) else p.repeat * _duration_s(p.steps) for p in parts)


def _twice(parts: list[AnyStep], path: Path, source: Source, seen: dict[str, Path]) -> Iterator[Problem]:
    for i, part in enumerate(parts):
        here = (*path, i)
        if isinstance(part, RepeatPart):
            yield from _twice(part.steps, (*here, "steps"), source, seen)
        elif part.id in seen:
            first = source.line((*seen[part.id], "id"))
            yield source.problem(
                (*here, "id"), f"the id {part.id} is already that of line {first}", "give each step its own"
            )
        else:
            seen[part.id] = here


def _undeclared(checked: ProgramFile, source: Source) -> Iterator[Problem]:
    """A person reads under `requires` what will become warm or move: it must be the whole truth."""
    for path, part in _walk(checked.steps, ("steps",)):
        for zone in part.heat:
            if zone not in checked.requires.zones:
                yield source.problem(
                    (*path, "heat", zone), f"{zone} is heated but not required", f"add {zone} to requires.zones"
                )
        for i, motor in enumerate(part.massage.motors if part.massage else ()):
            if motor not in checked.requires.motors:
                yield source.problem(
                    (*path, "massage", "motors", i),
                    f"{motor} runs but is not required",
                    f"add {motor} to requires.motors",
                )


def _walk(parts: list[AnyStep], path: Path) -> Iterator[tuple[Path, StepPart]]:
    for i, part in enumerate(parts):
        if isinstance(part, StepPart):
            yield (*path, i), part
        else:
            yield from _walk(part.steps, (*path, i, "steps"))
