"""What the coach must remember of one person: the open prompt, what came of others by day, the checklist's answers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from poultice.therapy.coach.plan import Kind

KEPT_DAYS = 35  # what the page shows is a week; the rest of a month is for whoever looks into the file
Count = Annotated[int, Field(ge=0, le=100_000)]
Item = Literal["chair", "screen", "desk", "lifting"]
ITEMS: tuple[Item, ...] = get_args(Item)


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Tally(_Kept):
    """What came of the prompts of one kind."""

    done: Count = 0
    snoozed: Count = 0
    skipped: Count = 0


class Check(_Kept):
    """What a person said of one item of the checklist, and when."""

    fits: bool
    on: date


class Open(_Kept):
    """A prompt that waits for its answer, or for its second time. Instants are s since `boot` of the computer; `day` is
    when it was said; `snoozed` is when it comes again, or came again; None where it was not put off."""

    id: str
    kind: Kind
    variant: Annotated[int, Field(ge=0)]
    program: str | None
    day: date
    until_s: float
    boot: str
    snoozed_s: float | None = None
    hidden: bool = False


class Memory(_Kept):
    """All of it. `asked` is the day on which a kind that is due once a day or month was last asked for."""

    days: dict[date, dict[Kind, Tally]] = {}
    checks: dict[Item, Check] = {}
    asked: dict[Kind, date] = {}
    said: Count = 0
    open: Open | None = None

    def tally(self, day: date, kind: Kind) -> Tally:
        """The counts of a day, there to be changed; days long gone are forgotten."""
        if day not in self.days:
            self.days = {each: counts for each, counts in self.days.items() if each > day - timedelta(KEPT_DAYS)}
            self.days[day] = {}
        return self.days[day].setdefault(kind, Tally())

    def week(self, today: date) -> dict[Kind, Tally]:
        """The sums of today and the six days before, for the kinds of which there are any."""
        sums: dict[Kind, Tally] = {}
        for day, counts in self.days.items():
            if today - timedelta(6) <= day <= today:
                for kind, tally in counts.items():
                    so_far = sums.setdefault(kind, Tally())
                    so_far.done += tally.done
                    so_far.snoozed += tally.snoozed
                    so_far.skipped += tally.skipped
        return sums
