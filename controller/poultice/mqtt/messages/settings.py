"""What people set for a pad on the page."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from poultice.mqtt.messages.base import Message, Name, Slug
from poultice.therapy.coach.plan import Hours


class NarrowerLimits(Message):
    """What people set below the pad's own limits, °C and minutes; null leaves those. The controller refuses what is
    wider, and takes the lower of the two whatever stands here."""

    target_max_c: Annotated[float, Field(ge=0, le=100)] | None = None
    session_max_min: Annotated[float, Field(ge=1, le=24 * 60)] | None = None


class PadSettings(Message):
    """What people set for a pad: its name and those of its zones (null, left out: as before any), narrower limits,
    hours in which it makes no sound by itself and does not nudge, and the programs that home automation may start."""

    name: Name | None = None
    zones: Annotated[dict[Slug, Name], Field(max_length=16)] = {}
    limits: NarrowerLimits = NarrowerLimits()
    quiet: Hours | None = None
    automation: Annotated[list[Slug], Field(max_length=64)] = []
