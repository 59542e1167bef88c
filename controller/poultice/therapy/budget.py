"""How much heat a pad has had: dose and warm time of the last 24 hours, and the rest that is due.

The day's budgets belong to the pad's zones, whoever lies on it, and outlive the process. They forget on a synchronised
clock alone: without one nothing says how long the computer was off, so they only grow. The rest, a duration, passes by
the monotonic clock, and while nothing ran by the synchronised one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from poultice.therapy.limits import HostLimits

SLICE_S = 15 * 60.0  # what is forgotten is forgotten in slices so long, each once all of it is a day old
_NEGLIGIBLE = 1e-6  # sums of 0.05 s are not exact


@dataclass(frozen=True, slots=True)
class WallTime:
    """What the computer's clock says, s since 1970 in UTC, and whether something keeps it right. `boot` names the run
    of the monotonic clock: instants of one boot can be compared over restarts of the process."""

    wall_s: float
    synchronised: bool
    boot: str = ""


@dataclass(slots=True)
class Slice:
    """What a quarter of an hour brought: CEM43 minutes by zone and s of warmth. `from_s` is on the wall clock; None
    while no synchronised clock has said when it was."""

    from_s: float | None
    dose: dict[str, float] = field(default_factory=dict)
    warm_s: float = 0.0

    def add(self, other: Slice) -> None:
        """Takes another one in."""
        self.warm_s += other.warm_s
        for zone, minutes in other.dose.items():
            self.dose[zone] = self.dose.get(zone, 0.0) + minutes

    @property
    def empty(self) -> bool:
        """Whether it holds nothing."""
        return self.warm_s <= 0.0 and not any(self.dose.values())


@dataclass(frozen=True, slots=True)
class Kept:
    """What outlives the process: the slices, the warm time since the last rest and whether a rest is due; and of when:
    `told_s` of the monotonic clock of `boot`, at which it was `believed_s` on the wall (None where no synchronised
    clock was ever seen), `synchronised` then or reckoned from before. `warming`: heat was asked for just then."""

    slices: tuple[Slice, ...] = ()
    warm_s: float = 0.0
    resting: bool = False
    warming: bool = False
    believed_s: float | None = None
    synchronised: bool = False
    told_s: float = 0.0
    boot: str = ""


@dataclass(frozen=True, slots=True)
class Spent:
    """What was had, in sums: CEM43 minutes by zone and s of warmth within 24 hours; s of warmth since the last rest,
    and whether a rest is due."""

    dose: Mapping[str, float]
    warm_day_s: float
    warm_s: float
    resting: bool


class Budget:
    """Of one pad. Dose in CEM43 minutes, durations and instants in s. `began_with` is all that it knew at first."""

    def __init__(self, limits: HostLimits, kept: Kept | None = None) -> None:
        kept = kept or Kept()
        self.began_with = kept
        self._limits = limits
        self._slices = [Slice(each.from_s, dict(each.dose), each.warm_s) for each in kept.slices]
        self._sum = Slice(None)
        self._sum_up()
        self._now_s: float | None = None  # the synchronised time as far as it is believed; None before there was any
        self._told_s = 0.0  # when that was, monotonic
        self._last_told_s = 0.0
        self._boot = ""
        self._before: Kept | None = kept  # until its end is joined to this beginning
        self._ran_s = 0.0
        self.synchronised = False
        self.warming = False
        self.warm_s = kept.warm_s  # since the last rest; each second without heat takes `rest_factor` of it away
        self.resting = kept.resting

    @classmethod
    def used_up(cls, zones: Iterable[str], limits: HostLimits) -> Budget:
        """For where nobody knows what was: everything is taken for used up just now."""
        everything = Slice(None, dict.fromkeys(zones, limits.day_dose_max), limits.day_warm_max_s)
        return cls(limits, Kept((everything,), limits.warm_max_s, True))

    # -- What it is told

    def tell(self, wall: WallTime, now_s: float) -> None:
        """What the wall clock says `now_s` after the computer was switched on. It is believed once a boot; from then on
        days pass as seconds do: whoever turns it a day ahead gains nothing."""
        self.synchronised = wall.synchronised and math.isfinite(wall.wall_s)
        self._last_told_s, self._boot = now_s, wall.boot
        self._join(wall.boot, now_s)
        if not self.synchronised:
            return
        self._now_s = wall.wall_s if self._now_s is None else self._now_s + max(0.0, now_s - self._told_s)
        self._told_s = now_s
        self._rest_while_off(self._now_s)
        self._date(self._now_s)
        self._forget(self._now_s)

    def _join(self, boot: str, now_s: float) -> None:
        """A process that ended within this boot: the monotonic clock knows how long there was none."""
        before = self._before
        if before is not None and before.boot and before.boot == boot and now_s >= before.told_s:
            self._rest(max(0.0, now_s - before.told_s - self._ran_s))
            self._now_s, self._told_s = before.believed_s, before.told_s
            self._before = None

    def _rest_while_off(self, wall_s: float) -> None:
        """One that ended before this boot: only two synchronised clocks do."""
        before, self._before = self._before, None
        if before is not None and before.believed_s is not None and before.synchronised:
            self._rest(max(0.0, wall_s - before.believed_s - self._ran_s))

    def _date(self, now_s: float) -> None:
        """What is undated, or dated in the future, counts as of now: not before now, that is, nor forgotten sooner."""
        everything = self._slices
        self._slices = [each for each in everything if each.from_s is not None and each.from_s <= now_s]
        for each in everything:
            if each.from_s is None or each.from_s > now_s:
                self._newest().add(each)

    def _forget(self, now_s: float) -> None:
        self._slices = [each for each in self._slices if now_s < self._forgotten_s(each)]
        self._sum_up()

    def _forgotten_s(self, each: Slice) -> float:
        """When all of a slice is a day old."""
        return (each.from_s or 0.0) + SLICE_S + self._limits.day_s

    def _sum_up(self) -> None:
        self._sum = Slice(None)
        for each in self._slices:
            self._sum.add(each)

    def add_dose(self, zone: str, minutes: float) -> None:
        """A zone's skin has had so much more."""
        if minutes > 0.0:
            more = Slice(None, {zone: minutes})
            self._newest().add(more)
            self._sum.add(more)

    def pass_time(self, dt_s: float, warming: bool) -> None:
        """Time passes, with heat asked of the board or without."""
        self.warming = warming
        self._ran_s += dt_s
        if not warming:
            self._rest(dt_s)
            return
        self.warm_s += dt_s
        self._newest().warm_s += dt_s
        self._sum.warm_s += dt_s
        self.resting = self.resting or self.warm_s >= self._limits.warm_max_s - _NEGLIGIBLE

    def _rest(self, seconds: float) -> None:
        self.warm_s = max(0.0, self.warm_s - seconds * self._limits.rest_factor)
        self.resting = self.resting and self.warm_s > _NEGLIGIBLE

    def count_at_least(self, spent: Spent) -> None:
        """Somebody else knows of more: a controller that had the pad before, or its own board. What this one did not
        know counts as of now, which is forgotten last; nothing is ever taken away."""
        more = {zone: minutes - self.dose(zone) for zone, minutes in spent.dose.items()}
        unknown = Slice(
            None,
            {zone: minutes for zone, minutes in more.items() if minutes > 0.0},
            max(0.0, spent.warm_day_s - self.warm_day_s),
        )
        if not unknown.empty:
            self._newest().add(unknown)
            self._sum.add(unknown)
        self.warm_s = max(self.warm_s, spent.warm_s)
        self.resting = self.resting or spent.resting or self.warm_s >= self._limits.warm_max_s - _NEGLIGIBLE

    def _newest(self) -> Slice:
        """The slice of this moment."""
        from_s = self._now_s if self.synchronised else None
        if not self._slices or not _holds(self._slices[-1], from_s):
            self._slices.append(Slice(from_s))
        return self._slices[-1]

    # -- What it knows

    def dose(self, zone: str) -> float:
        """What a zone had within a day."""
        return self._sum.dose.get(zone, 0.0)

    @property
    def warm_day_s(self) -> float:
        """For how long the pad was warm within a day."""
        return self._sum.warm_s

    def dose_left(self, zone: str) -> float:
        """What a zone may still have today."""
        return max(0.0, self._limits.day_dose_max - self.dose(zone))

    @property
    def warm_left_s(self) -> float:
        """For how long the pad may still be warm, until it must rest or the day's hours are over."""
        if self.resting:
            return 0.0
        return max(0.0, min(self._limits.warm_max_s - self.warm_s, self._limits.day_warm_max_s - self.warm_day_s))

    def rest_s(self, needed_s: float = 0.0) -> float:
        """How long the pad must rest before it may be warm for `needed_s`; 0 where it need not. A rest that is due is
        taken to its end."""
        over_s = self.warm_s if self.resting else self.warm_s + needed_s - self._limits.warm_max_s
        return max(0.0, over_s) / self._limits.rest_factor

    def dose_fits_in_s(self, zone: str, minutes: float) -> float | None:
        """How long until a zone may have so much more; 0 for now, None where nobody knows."""
        return self._fits_in_s([each.dose.get(zone, 0.0) for each in self._slices], self._limits.day_dose_max - minutes)

    def warm_fits_in_s(self, seconds: float) -> float | None:
        """How long until the day has room for so many s of warmth; 0 for now, None where nobody knows."""
        return self._fits_in_s([each.warm_s for each in self._slices], self._limits.day_warm_max_s - seconds)

    def _fits_in_s(self, amounts: Iterable[float], room: float) -> float | None:
        amounts = list(amounts)
        used, in_s = sum(amounts), 0.0
        for each, amount in zip(self._slices, amounts, strict=True):
            if used <= room + _NEGLIGIBLE:
                break
            if self._now_s is None or not self.synchronised:
                return None
            used, in_s = used - amount, max(0.0, self._forgotten_s(each) - self._now_s)
        return in_s

    def spent(self) -> Spent:
        """What another controller must know that takes the pad over."""
        return Spent(dict(self._sum.dose), self.warm_day_s, self.warm_s, self.resting)

    def kept(self) -> Kept:
        """What must outlive the process."""
        slices = tuple(Slice(each.from_s, dict(each.dose), each.warm_s) for each in self._slices if not each.empty)
        believed_s = None if self._now_s is None else self._now_s + self._last_told_s - self._told_s
        return Kept(
            slices=slices,
            warm_s=self.warm_s,
            resting=self.resting,
            warming=self.warming,
            believed_s=believed_s,
            synchronised=self.synchronised,
            told_s=self._last_told_s,
            boot=self._boot,
        )


def _holds(each: Slice, now_s: float | None) -> bool:
    if each.from_s is None or now_s is None:
        return each.from_s is now_s
    return each.from_s <= now_s < each.from_s + SLICE_S
