"""What people set for a pad on the page."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

from poultice.mqtt.messages.base import Message, Name, Slug
from poultice.therapy.coach.plan import Hours
from poultice.therapy.limits import HostLimits

WIDEST = HostLimits()


class NarrowerLimits(Message):
    """What people set below the pad's own limits, °C and minutes; null leaves those. The controller refuses what is
    wider, and takes the lower of the two whatever stands here."""

    target_max_c: Annotated[float, Field(ge=0, le=100)] | None = None
    session_max_min: Annotated[float, Field(ge=1, le=24 * 60)] | None = None


class PersonCeiling(Message):
    """What a person is never asked for more of, on any pad of this controller: °C, minutes a session, percent of
    massage (0: none); null leaves what holds anyway."""

    target_max_c: Annotated[float, Field(ge=WIDEST.target_min_c, le=WIDEST.target_max_c)] | None = None
    session_max_min: Annotated[float, Field(ge=1, le=WIDEST.session_max_s / 60)] | None = None
    massage_max_percent: Annotated[int, Field(strict=True, ge=0, le=100)] | None = None

    @field_validator("massage_max_percent")
    @classmethod
    def _turns(cls, percent: int | None) -> int | None:
        if percent is not None and 0 < percent < WIDEST.less_percent_min:
            least = WIDEST.less_percent_min
            raise ValueError(f"choose 0 for no massage, or {least} to 100: weaker, a motor would not turn")
        return percent


class PadSettings(Message):
    """What people set for a pad: its name and those of its zones (null, left out: as before any), narrower limits,
    hours in which it makes no sound by itself and does not nudge, and the programs that home automation may start."""

    name: Name | None = None
    zones: Annotated[dict[Slug, Name], Field(max_length=16)] = {}
    limits: NarrowerLimits = NarrowerLimits()
    quiet: Hours | None = None
    automation: Annotated[list[Slug], Field(max_length=64)] = []
