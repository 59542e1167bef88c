"""What a person asked the coach for: which prompts, in which hours, how often. Everything is off until it is asked for.

Times of day are the local ones of the wall, written HH:MM; a span may go over midnight and holds from its beginning to
just before its end, and never where both are the same.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

TimeOfDay = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = get_args(Day)
Kind = Literal["posture", "breaks", "active", "ergonomics", "strength"]
KINDS: tuple[Kind, ...] = get_args(Kind)
ProgramId = Annotated[str, Field(min_length=1, max_length=64)]


def minute_of(local: datetime) -> int:
    """Minutes since midnight on the wall."""
    return local.hour * 60 + local.minute


def minutes(time_of_day: str) -> int:
    """The same of `HH:MM`."""
    return int(time_of_day[:2]) * 60 + int(time_of_day[3:])


def day_of(local: datetime) -> Day:
    """The day of the week."""
    return DAYS[local.weekday()]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Hours(_Part):
    """A span of each day."""

    begin: TimeOfDay = "09:00"
    end: TimeOfDay = "17:00"

    def hold(self, local: datetime) -> bool:
        """Whether this moment is in it."""
        now, begin, end = minute_of(local), minutes(self.begin), minutes(self.end)
        return begin <= now < end if begin <= end else now >= begin or now < end


class Rhythm(_Part):
    """A prompt after so many minutes without one. Below ten it would nag; above three hours it is none."""

    on: Annotated[bool, Field(strict=True)] = False
    every_min: Annotated[int, Field(strict=True, ge=10, le=180)]


class Strength(_Part):
    """The plan of the week: at what time it asks, and on which days for which program."""

    on: Annotated[bool, Field(strict=True)] = False
    at: TimeOfDay = "17:30"
    days: dict[Day, ProgramId] = {
        "mon": "strength-neck-shoulders",
        "tue": "two-minute-neck",
        "wed": "strength-lower-back",
        "thu": "two-minute-neck",
        "fri": "strength-neck-shoulders",
    }  # three longer ones a week and two minutes between them, as in the trials of neck and shoulder training


class NudgeHours(Hours):
    """In which hours a prompt may come with a nudge, and whether home automation may nudge in them, too."""

    on: Annotated[bool, Field(strict=True)] = False
    automation: Annotated[bool, Field(strict=True)] = False


class Plan(_Part):
    """All of it. In the quiet hours nothing is said and nothing moves, whatever else is set."""

    days: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri")
    hours: Hours = Hours()
    quiet: Hours = Hours(begin="21:00", end="07:00")
    posture: Rhythm = Rhythm(every_min=30)
    breaks: Rhythm = Rhythm(every_min=25)  # half a minute each 20 to 30
    active: Rhythm = Rhythm(every_min=60)  # five minutes an hour
    ergonomics: Annotated[bool, Field(strict=True)] = False
    strength: Strength = Strength()
    nudge: NudgeHours = NudgeHours()

    def wants(self, kind: Kind) -> bool:
        """Whether a kind of prompt is switched on."""
        part = getattr(self, kind)
        return part if isinstance(part, bool) else bool(part.on)

    @property
    def on(self) -> bool:
        """Whether any is."""
        return any(map(self.wants, KINDS))

    def open(self, local: datetime) -> bool:
        """Whether this is one of the hours to be prompted in."""
        return day_of(local) in self.days and self.hours.hold(local) and not self.quiet.hold(local)

    def nudges(self, local: datetime) -> bool:
        """Whether a prompt may come with a nudge now."""
        return self.nudge.on and self.nudge.hold(local) and not self.quiet.hold(local)

    def automation_nudges(self, local: datetime) -> bool:
        """Whether home automation may nudge now."""
        return self.nudge.automation and self.nudges(local)
