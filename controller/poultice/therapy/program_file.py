"""The shape of a program file, `poultice-program/1`, as strict models: values in °C, °C/s, s, percent, Hz and turns.

The published JSON Schema is made from these models; see poultice/program_schemas.py.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, JsonValue, StringConstraints, Tag, model_validator
from pydantic_core import PydanticCustomError

from poultice.therapy.body import BodyRegion
from poultice.therapy.quantities import FadeDuration, Frequency, Percent, Ramp, StepDuration, Temperature, TotalDuration
from poultice.therapy.quantities import Turn as Angle

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
Line = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Prose = Annotated[str, StringConstraints(min_length=1, max_length=600)]
Evidence = Literal["good", "moderate", "low", "weak", "conflicting", "convention"]
PatternName = Literal["steady", "pulse", "wave", "roll", "knead", "tap", "breathe"]
Direction = Literal["up", "down", "left", "right"]
Region = Literal["lower_back", "upper_back", "left_side", "right_side", "whole_back"]
Question = Literal["comfort", "pain", "note"]


class Part(BaseModel):
    """Base of all parts of a program file: frozen, strict, an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Title(Part):
    """A title in each language of the page."""

    en: Line
    de: Line


class Description(Part):
    """A text in each language of the page."""

    en: Prose
    de: Prose


class Requires(Part):
    """What a pad must have for this program: zones and motors by name, or motors by the region of the back."""

    zones: list[Name] = []
    motors: list[Name] = []
    regions: list[Region] = []


class HeatPart(Part):
    """How warm a zone shall become, and how fast."""

    target: Temperature
    ramp: Ramp | None = None


class MassagePart(Part):
    """Which motors shall run, by name or by the region of the back, and how. A tempo of None is the pattern's own."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["motors"]}, {"required": ["region"]}]})

    pattern: PatternName
    motors: Annotated[list[Name], Field(min_length=1)] | None = None
    region: Region | None = None
    intensity: Percent
    tempo: Frequency | None = None
    phase: Angle = 0.0
    direction: Direction = "up"

    @model_validator(mode="after")
    def _one_place(self) -> MassagePart:
        if (self.motors is None) == (self.region is None):
            what = "motors and region name the place twice" if self.motors else "no motors and no region are named"
            raise PydanticCustomError("contradiction", "{message}", {"message": what, "remedy": "write one of the two"})
        return self


def _kind_of_heat(value: Any) -> str:
    return "(off)" if isinstance(value, str) else "(warm)"


HeatOrOff = Annotated[
    Annotated[HeatPart, Tag("(warm)")] | Annotated[Literal["off"], Tag("(off)")], Discriminator(_kind_of_heat)
]


class StepPart(Part):
    """A step; an output that it does not name is off. `wait` ends it early: when the person taps "next" or answers, or
    when the pad's button is pressed; its duration stays the cap."""

    id: Slug
    duration: StepDuration
    heat: dict[Name, HeatOrOff] = {}
    massage: MassagePart | None = None
    card: Slug | None = None
    ask: Question | None = None
    wait: Literal["person", "press"] | None = None


class RepeatPart(Part):
    """Steps that are played several times."""

    repeat: Annotated[int, Field(ge=1, le=50)]
    steps: Annotated[list[AnyStep], Field(min_length=1)]


def _kind(value: Any) -> str:
    return "(repeat)" if isinstance(value, dict) and "repeat" in value else "(step)"


AnyStep = Annotated[Annotated[StepPart, Tag("(step)")] | Annotated[RepeatPart, Tag("(repeat)")], Discriminator(_kind)]


class EndPart(Part):
    """What follows the last step, before all is off: warmth that fades to that of the skin, and a last question."""

    fade: FadeDuration | None = None
    ask: Question | None = None


def _kind_of_end(value: Any) -> str:
    return "(off)" if isinstance(value, str) else "(fade)"


EndOrOff = Annotated[
    Annotated[EndPart, Tag("(fade)")] | Annotated[Literal["off"], Tag("(off)")], Discriminator(_kind_of_end)
]


_HOW_MUCH: list[JsonValue] = [
    {"required": ["hold"]},
    {"required": ["repetitions"]},
    {"properties": {"kind": {"const": "ergonomics"}}},  # a thing to set, not one to do
]


class CardPart(Part):
    """An exercise or a hint: two sentences, how long or how often, on how many sides, and what to be careful about.
    `drawing` is the id of a shipped card, whose drawing it borrows."""

    model_config = ConfigDict(json_schema_extra={"anyOf": _HOW_MUCH})

    title: Title
    text: Description
    caution: Description
    kind: Literal["stretch", "strength", "posture", "breath", "ergonomics"]
    hold: StepDuration | None = None
    repetitions: Annotated[int, Field(ge=1, le=50)] | None = None
    sets: Annotated[int, Field(ge=1, le=10)] = 1
    sides: Annotated[int, Field(ge=1, le=2)] = 1
    drawing: Slug | None = None

    @model_validator(mode="after")
    def _how_much(self) -> CardPart:
        if self.kind != "ergonomics" and self.hold is None and self.repetitions is None:
            what = "neither hold nor repetitions say how much"
            raise PydanticCustomError("contradiction", "{message}", {"message": what, "remedy": "write one of them"})
        return self


class ProgramFile(Part):
    """A whole program file. `treats` are the regions that its questions of pain ask about; without it those that it
    warms or massages."""

    schema_: Annotated[Literal["poultice-program/1"], Field(alias="schema")]
    id: Slug
    title: Title
    description: Description | None = None
    evidence: Evidence
    grounds: Description | None = None
    requires: Requires = Requires()
    treats: Annotated[list[BodyRegion], Field(min_length=1, max_length=3)] | None = None
    max_total: TotalDuration
    cards: dict[Slug, CardPart] = {}
    steps: Annotated[list[AnyStep], Field(min_length=1)]
    end: EndOrOff = "off"


class CardsFile(Part):
    """The shipped cards, by id."""

    schema_: Annotated[Literal["poultice-cards/1"], Field(alias="schema")]
    cards: dict[Slug, CardPart]


RepeatPart.model_rebuild()
ProgramFile.model_rebuild()
