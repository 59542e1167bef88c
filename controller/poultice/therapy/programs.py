"""Programs: what a person lies down for. From the text of a file to flat steps with durations in s.

Temperatures are °C, ramps °C/s, intensities percent, tempos Hz.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field

from pydantic import ValidationError

from poultice.therapy.body import treated
from poultice.therapy.cards import Card, card_of
from poultice.therapy.problems import Path, ProgramError
from poultice.therapy.program_file import AnyStep, EndPart, HeatPart, MassagePart, ProgramFile, StepPart
from poultice.therapy.program_rules import END_ID, contradictions, end_s
from poultice.therapy.program_words import explained
from poultice.therapy.recording import Moment
from poultice.therapy.yaml_source import Source, read

TEMPOS_HZ = {"breathe": 0.1, "knead": 0.25, "roll": 0.25, "tap": 0.4}  # where a step names none; else TEMPO_HZ
TEMPO_HZ = 0.5
FADE_TO_C = 37.0  # the body's own: warmth that ends there ends unnoticed


@dataclass(frozen=True, slots=True)
class HeatStep:
    """Heat of one zone in a step; a ramp of None is the host's own."""

    target_c: float
    ramp_c_per_s: float | None = None


@dataclass(frozen=True, slots=True)
class MassageStep:
    """Massage in a step. `motors` are none until a `region` is fitted to a pad; `phase_turns` is where in its period
    the pattern begins."""

    pattern: str
    motors: tuple[str, ...]
    intensity_percent: int
    tempo_hz: float
    phase_turns: float = 0.0
    direction: str = "up"
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step after all repeats are expanded. `path` is where it stands in the file; `wait` is `person` or `press`
    where that may end it before its duration does."""

    id: str
    duration_s: float
    heat: Mapping[str, HeatStep]
    massage: MassageStep | None
    path: Path = ()
    card: str | None = None
    ask: str | None = None
    wait: str | None = None


@dataclass(frozen=True, slots=True)
class Program:
    """A program that can be played. `content_hash` changes with anything that changes what is played; `cards` are its
    own until it is fitted to a pad, then all that its steps show; `tailored` is the zone and the °C that it was made
    for, where somebody asked for both."""

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
    grounds: Mapping[str, str] = field(default_factory=dict)
    cards: Mapping[str, Card] = field(default_factory=dict)
    said_to_treat: tuple[str, ...] = ()
    tailored: tuple[str, float] | None = None

    @property
    def treats(self) -> tuple[str, ...]:
        """The regions of the body that it is for: as its file says, else what it warms or massages."""
        zones = (zone for step in self.steps for zone in step.heat)
        motors = (motor for step in self.steps if step.massage for motor in step.massage.motors)
        return self.said_to_treat or treated(zones, motors)

    def moment(self, index: int) -> Moment:
        """What a pain score of this step is: of before, of after, or in between. A program that asks once asks before,
        if that is the first that it does."""
        asking = [i for i, step in enumerate(self.steps) if step.ask == "pain"]
        first = asking[0] if len(asking) > 1 else 0
        if index == first:
            return "before"
        return "after" if index == asking[-1] else "during"

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
    steps = (*expand(checked.steps),)
    steps = (*steps, *_end(checked, steps[-1]))
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
        content_hash=content_hash(checked.id, checked.max_total, steps),
        source=source,
        grounds=checked.grounds.model_dump() if checked.grounds else {},
        cards={name: card_of(part) for name, part in checked.cards.items()},
        said_to_treat=tuple(checked.treats or ()),
    )


def _end(checked: ProgramFile, last: Step) -> Iterator[Step]:
    """What `end` adds: a step in which warmth fades and a last question is asked."""
    if isinstance(checked.end, EndPart):
        fades = last.heat if checked.end.fade else {}
        heat = {zone: HeatStep(min(wish.target_c, FADE_TO_C)) for zone, wish in fades.items()}
        wait = "person" if checked.end.ask and not heat else None
        yield Step(END_ID, end_s(checked), heat, None, ("end",), ask=checked.end.ask, wait=wait)


def content_hash(program_id: str, max_total_s: float, steps: tuple[Step, ...]) -> str:
    """Tells programs apart by what is played."""
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
    heat = {zone: HeatStep(wish.target, wish.ramp) for zone, wish in part.heat.items() if isinstance(wish, HeatPart)}
    return Step(part.id + suffix, part.duration, heat, _massage(part.massage), path, part.card, part.ask, part.wait)


def _massage(part: MassagePart | None) -> MassageStep | None:
    if part is None:
        return None
    tempo_hz = part.tempo or TEMPOS_HZ.get(part.pattern, TEMPO_HZ)
    motors = tuple(part.motors or ())
    return MassageStep(part.pattern, motors, round(part.intensity), tempo_hz, part.phase, part.direction, part.region)
