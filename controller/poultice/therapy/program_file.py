"""The shape of a program file, `poultice-program/1`, as strict models. Values are in °C, °C/s, s, percent and Hz."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag

from poultice.therapy.quantities import Frequency, Percent, Ramp, StepDuration, Temperature, TotalDuration

TEMPO_DEFAULT_HZ = 0.5

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
Line = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=600)]
Evidence = Literal["good", "moderate", "low", "weak", "conflicting", "convention"]
PatternName = Literal["steady", "pulse", "wave"]


class Part(BaseModel):
    """Base of all parts of a program file: frozen, strict, an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Title(Part):
    """A title in each language of the page."""

    en: Line
    de: Line


class Description(Part):
    """A description in each language of the page."""

    en: Prose
    de: Prose


class Requires(Part):
    """What a pad must have for this program."""

    zones: list[Name] = []
    motors: list[Name] = []


class HeatPart(Part):
    """How warm a zone shall become, and how fast."""

    target: Temperature
    ramp: Ramp | None = None


class MassagePart(Part):
    """Which motors shall run, and how."""

    pattern: PatternName
    motors: Annotated[list[Name], Field(min_length=1)]
    intensity: Percent
    tempo: Frequency = TEMPO_DEFAULT_HZ


class StepPart(Part):
    """A step; an output that it does not name is off."""

    id: Slug
    duration: StepDuration
    heat: dict[Name, HeatPart] = {}
    massage: MassagePart | None = None


class RepeatPart(Part):
    """Steps that are played several times."""

    repeat: Annotated[int, Field(ge=1, le=50)]
    steps: Annotated[list[AnyStep], Field(min_length=1)]


def _kind(value: Any) -> str:
    return "repeat" if isinstance(value, dict) and "repeat" in value else "step"


AnyStep = Annotated[Annotated[StepPart, Tag("step")] | Annotated[RepeatPart, Tag("repeat")], Discriminator(_kind)]


class ProgramFile(Part):
    """A whole program file."""

    schema_: Annotated[Literal["poultice-program/1"], Field(alias="schema")]
    id: Slug
    title: Title
    description: Description | None = None
    evidence: Evidence
    requires: Requires = Requires()
    max_total: TotalDuration
    steps: Annotated[list[AnyStep], Field(min_length=1)]


RepeatPart.model_rebuild()
ProgramFile.model_rebuild()
