"""The rows of the table: what is read from the figures, and what ours is to reach."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from poultice.bench.figures import Figures
from poultice.bench.heat import Result
from poultice.bench.pads import FAMILIES, VARIED

NEVER = math.inf
HOLDABLE_K = 0.02  # below this, full duty could have held the set-point through a sag


@dataclass(frozen=True, slots=True)
class Spread:
    """Median, 95th percentile (nearest rank), worst and sum over so many pads; `inf` is never."""

    median: float
    p95: float
    worst: float
    total: float
    count: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread | None:
        """None of no values."""
        if not values:
            return None
        ordered = sorted(values)
        return cls(_rank(ordered, 0.5), _rank(ordered, 0.95), ordered[-1], sum(ordered), len(ordered))


def _rank(ordered: Sequence[float], share: float) -> float:
    return ordered[math.ceil(share * len(ordered)) - 1]


Read = Callable[[Figures], float | None]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `goal` is median, p95, worst; None where none is set."""

    key: str
    title: str
    read: Read
    goal: tuple[float | None, float | None, float | None] = (None, None, None)
    families: tuple[str, ...] = (VARIED,)
    only_worst: bool = False
    digits: int = 2
    some_pads: bool = False  # not all can be judged: the cell says how many

    def spread(self, results: Sequence[Result]) -> Spread | None:
        """Of one contender's results; pads on which there is nothing to read do not count."""
        values = [self.read(result.figures) for result in results if result.pad.family in self.families]
        return Spread.of([value for value in values if value is not None])

    def reached(self, spread: Spread | None) -> bool | None:
        """Whether a spread meets the goal; None where there is none."""
        if all(goal is None for goal in self.goal):
            return None
        if spread is None:
            return False
        seen = (spread.median, spread.p95, spread.worst)
        return all(goal is None or value <= goal for value, goal in zip(seen, self.goal, strict=True))


def _ratio(step: int) -> Read:
    def read(figures: Figures) -> float | None:
        if figures.failed:
            return NEVER
        found = list(figures.steps.values())[step]
        if found.settled_s is None:
            return NEVER
        return found.ratio

    return read


def _worst_ratio(figures: Figures) -> float | None:
    ratios = [ratio for ratio in (_ratio(0)(figures), _ratio(1)(figures)) if ratio is not None]
    return max(ratios, default=None)


def _undershoot_k(figures: Figures) -> float | None:
    return None if figures.failed else list(figures.steps.values())[2].over_k


def _rms_k(figures: Figures) -> float | None:
    steps = list(figures.steps.values())[:3]
    return math.sqrt(sum(step.rms_k**2 for step in steps) / len(steps)) if steps else None


def _unsettled(figures: Figures) -> float:
    return float(any(step.settled_s is None for step in figures.steps.values()) or bool(figures.failed))


def _deviation(name: str, holdable_only: bool = False) -> Read:
    def read(figures: Figures) -> float | None:
        found = figures.disturbances.get(name)
        if found is None or (holdable_only and found.floor_k > HOLDABLE_K):
            return None
        return found.deviation_k

    return read


def _recovery(name: str) -> Read:
    def read(figures: Figures) -> float | None:
        found = figures.disturbances.get(name)
        return None if found is None else NEVER if found.recovery_s is None else found.recovery_s

    return read


def _over_k(figures: Figures) -> float | None:
    return None if figures.failed else figures.over_k


OUTSIDE = ("20 W", "60 W", "thick pad", "warm restart", "noise 4 LSB")
ROWS: tuple[Row, ...] = (
    Row("warm_up_ratio", "25→40, × bound", _ratio(0), (1.02, 1.06, 1.10)),
    Row("step_up_ratio", "40→42, × bound", _ratio(1), (1.03, 1.06, 1.10)),
    Row("step_down_ratio", "42→38, × bound", _ratio(2)),
    Row("undershoot_k", "42→38, undershoot K", _undershoot_k, (0.02, 0.03, 0.05), digits=3),
    Row("overshoot_k", "overshoot of any step, K", _over_k, (0.08, 0.20, 0.30)),
    Row("hottest_over_k", "ever above set-point, K", lambda f: f.hottest_over_k, (None, None, 0.5), only_worst=True),
    Row("unsettled", "not settled, pads", _unsettled, (0.0, 0.0, 0.0), (VARIED, *FAMILIES)),
    Row("rms_k", "steady RMS, K", _rms_k, (0.01, 0.02, 0.03), digits=3),
    Row("blanket_k", "blanket on: deviation K", _deviation("blanket on"), (None, None, 0.20)),
    Row("blanket_s", "… back within 0.2 K, s", _recovery("blanket on"), digits=0),
    Row("sag_k", "20 % sag: deviation K", _deviation("sag", True), (None, None, 0.15), some_pads=True),
    Row("sag_s", "… back within 0.2 K, s", _recovery("sag"), digits=0),
    Row("lift_k", "lift-off: deviation K", _deviation("lift-off")),
    Row("return_k", "return: deviation K", _deviation("return")),
    Row("return_s", "… back within 0.2 K, s", _recovery("return"), digits=0),
    Row("dose_cem43", "dose of the course, CEM43", lambda f: f.dose_cem43),
    Row("tuning_s", "tuning, s", lambda f: f.tuning_s, digits=0),
    Row("families_ratio", "outside the priors, × bound", _worst_ratio, (None, None, 1.15), OUTSIDE),
    Row("off_body_ratio", "off body, × bound", _worst_ratio, (None, None, 1.25), ("off body",)),
    Row("late_ratio", "late beads, × bound", _worst_ratio, families=("late beads",)),
    Row("late_over_k", "late beads: overshoot K", _over_k, families=("late beads",)),
    Row("families_over_k", "outside, off body: overshoot K", _over_k, (None, None, 0.35), (*OUTSIDE, "off body")),
)
