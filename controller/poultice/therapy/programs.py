"""Programs: what a person lies down for. From the text of a file to flat steps with durations in s.

Temperatures are °C, ramps °C/s, intensities percent, tempos Hz.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field

from pydantic import ValidationError

from poultice.therapy.problems import Path, ProgramError
from poultice.therapy.program_file import AnyStep, MassagePart, ProgramFile, StepPart
from poultice.therapy.program_rules import contradictions
from poultice.therapy.program_words import explained
from poultice.therapy.yaml_source import Source, read


@dataclass(frozen=True, slots=True)
class HeatStep:
    """Heat of one zone in a step; a ramp of None is the host's own."""

    target_c: float
    ramp_c_per_s: float | None = None


@dataclass(frozen=True, slots=True)
class MassageStep:
    """Massage in a step."""

    pattern: str
    motors: tuple[str, ...]
    intensity_percent: int
    tempo_hz: float


@dataclass(frozen=True, slots=True)
class Step:
    """One step after all repeats are expanded. `path` is where it stands in the file."""

    id: str
    duration_s: float
    heat: Mapping[str, HeatStep]
    massage: MassageStep | None
    path: Path = ()


@dataclass(frozen=True, slots=True)
class Program:
    """A program that can be played. `content_hash` changes with anything that changes what is played."""

    id: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    evidence: str
    zones: tuple[str, ...]
    motors: tuple[str, ...]
    max_total_s: float
    steps: tuple[Step, ...]
    content_hash: str
    source: Source = field(compare=False, repr=False)

    @property
    def total_s(self) -> float:
        """The sum of all steps, s."""
        return sum(step.duration_s for step in self.steps)

    @property
    def heats(self) -> bool:
        """Whether any step heats, and a press on the pad's button is needed."""
        return any(step.heat for step in self.steps)

    @property
    def warm_s(self) -> float:
        """The sum of all steps that heat, s."""
        return sum(step.duration_s for step in self.steps if step.heat)

    @property
    def target_max_c(self) -> float | None:
        """The hottest target of any step, °C; None without heat."""
        return max((heat.target_c for step in self.steps for heat in step.heat.values()), default=None)


def parse(text: str, file: str) -> Program:
    """A program of a file's text; `file` names it in messages. Raises ProgramError with all that is wrong."""
    source = read(text, file)
    if not isinstance(source.value, dict):
        raise ProgramError([source.problem((), "no program", 'begin with "schema: poultice-program/1"')])
    try:
        checked = ProgramFile.model_validate(source.value)
    except ValidationError as error:
        raise ProgramError([explained(e, source) for e in error.errors()]) from None
    if problems := list(contradictions(checked, source)):
        raise ProgramError(problems)
    return _program(checked, source)


def _program(checked: ProgramFile, source: Source) -> Program:
    steps = tuple(expand(checked.steps))
    zones = tuple(dict.fromkeys([*checked.requires.zones, *(zone for step in steps for zone in step.heat)]))
    used = (motor for step in steps if step.massage for motor in step.massage.motors)
    return Program(
        id=checked.id,
        title=checked.title.model_dump(),
        description=checked.description.model_dump() if checked.description else {},
        evidence=checked.evidence,
        zones=zones,
        motors=tuple(dict.fromkeys([*checked.requires.motors, *used])),
        max_total_s=checked.max_total,
        steps=steps,
        content_hash=_hash(checked.id, checked.max_total, steps),
        source=source,
    )


def _hash(program_id: str, max_total_s: float, steps: tuple[Step, ...]) -> str:
    played = [{**asdict(step), "path": None} for step in steps]
    text = json.dumps([program_id, max_total_s, played], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def expand(parts: list[AnyStep], path: Path = ("steps",), suffix: str = "") -> Iterator[Step]:
    """Steps in the order in which they are played; in a repeat, `.1`, `.2`, … make their ids unique."""
    for i, part in enumerate(parts):
        if isinstance(part, StepPart):
            yield _step(part, (*path, i), suffix)
            continue
        for turn in range(1, part.repeat + 1):
            yield from expand(part.steps, (*path, i, "steps"), f"{suffix}.{turn}")


def _step(part: StepPart, path: Path, suffix: str) -> Step:
    heat = {zone: HeatStep(wish.target, wish.ramp) for zone, wish in part.heat.items()}
    return Step(part.id + suffix, part.duration, heat, _massage(part.massage), path)


def _massage(part: MassagePart | None) -> MassageStep | None:
    if part is None:
        return None
    return MassageStep(part.pattern, tuple(part.motors), round(part.intensity), part.tempo)
