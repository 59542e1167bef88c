"""What must hold within one program file beyond the shape of its parts."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import Any

from poultice.therapy.limits import HostLimits
from poultice.therapy.problems import Path, Problem
from poultice.therapy.program_file import AnyStep, HeatPart, ProgramFile, RepeatPart, StepPart
from poultice.therapy.yaml_source import Source

WHOLE_S = HostLimits().session_max_s  # the longest session of all
STEPS_MAX = 400  # after repeating; a 90-minute program of 15 s steps still fits
END_ID = "end"
ASK_AT_END_S = 120.0  # how long a last question waits where nothing fades meanwhile


def end_s(checked: ProgramFile) -> float:
    """How long the step is that `end` adds, s; 0 where it adds none."""
    return 0.0 if checked.end == "off" else checked.end.fade or ASK_AT_END_S


def contradictions(checked: ProgramFile, source: Source) -> Iterator[Problem]:
    """Too many steps, an id twice, an output that `requires` does not name, steps longer than `max_total`, an output
    that is on while the pad's button shall be pressed, an end that has nothing to do."""
    count = _count(checked.steps)
    if count > STEPS_MAX:  # before anything is expanded: fifty times fifty times fifty steps would fill the memory
        yield source.problem(
            ("steps",), f"{count} steps after repeating", f"stay within {STEPS_MAX}: repeat less often"
        )
        return
    yield from _twice(checked.steps, ("steps",), source, {} if checked.end == "off" else {END_ID: ("end",)})
    yield from _on_at_a_press(checked, source)
    yield from _undeclared(checked, source)
    if checked.end != "off" and checked.end.fade is None and checked.end.ask is None:
        yield source.problem(("end",), "nothing to do", "write off, or fade and ask")
    total_s = _duration_s(checked.steps) + end_s(checked)
    if total_s > checked.max_total:
        yield source.problem(
            ("max_total",),
            f"the steps take {total_s / 60:g} min, longer than max_total",
            f"write {total_s / 60:g} min or shorten the steps",
        )


def following(checked: ProgramFile) -> dict[str, Any]:
    """What of a program's content follows from its steps, as a file has it: `requires`, the whole truth of what becomes
    warm or moves, and `max_total`, in whole minutes and at most the longest session."""
    steps = [part for _, part in _walk(checked.steps, ())]
    zones = (zone for part in steps for zone, wish in part.heat.items() if isinstance(wish, HeatPart))
    massages = [part.massage for part in steps if part.massage]
    used = {
        "zones": zones,
        "motors": (motor for massage in massages for motor in massage.motors or ()),
        "regions": (massage.region for massage in massages if massage.region),
    }
    total_s = min(_duration_s(checked.steps) + end_s(checked), WHOLE_S)
    requires = {name: list(dict.fromkeys(each)) for name, each in used.items()}
    return {
        "requires": {name: each for name, each in requires.items() if each},
        "max_total": f"{max(1, ceil(total_s / 60))} min",
    }


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
            first = source.line((*seen[part.id], "id"))  # of the key `end` itself, which takes that id
            yield source.problem(
                (*here, "id"), f"the id {part.id} is already that of line {first}", "give each step its own"
            )
        else:
            seen[part.id] = here


def _undeclared(checked: ProgramFile, source: Source) -> Iterator[Problem]:
    """A person reads under `requires` what will become warm or move: it must be the whole truth."""
    for path, part in _walk(checked.steps, ("steps",)):
        for zone, wish in part.heat.items():
            if isinstance(wish, HeatPart) and zone not in checked.requires.zones:
                yield source.problem(
                    (*path, "heat", zone), f"{zone} is heated but not required", f"add {zone} to requires.zones"
                )
        region = part.massage.region if part.massage else None
        if region is not None and region not in checked.requires.regions:
            yield source.problem(
                (*path, "massage", "region"),
                f"{region} is massaged but not required",
                f"add {region} to requires.regions",
            )
        for i, motor in enumerate((part.massage.motors or ()) if part.massage else ()):
            if motor not in checked.requires.motors:
                yield source.problem(
                    (*path, "massage", "motors", i),
                    f"{motor} runs but is not required",
                    f"add {motor} to requires.motors",
                )


def _on_at_a_press(checked: ProgramFile, source: Source) -> Iterator[Problem]:
    """A press while anything is on stops it all: it could not be told from the press that is waited for."""
    for path, part in _walk(checked.steps, ("steps",)):
        warm = any(isinstance(wish, HeatPart) for wish in part.heat.values())
        if part.wait == "press" and (warm or part.massage is not None):
            yield source.problem(
                (*path, "wait"),
                "heat or massage is on while it waits for the press",
                "give the press a step of its own",
            )


def _walk(parts: list[AnyStep], path: Path) -> Iterator[tuple[Path, StepPart]]:
    for i, part in enumerate(parts):
        if isinstance(part, StepPart):
            yield (*path, i), part
        else:
            yield from _walk(part.steps, (*path, i, "steps"))
