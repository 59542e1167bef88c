"""`poultice bench heat`: every contender on every pad, on as many cores as there are."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TypeVar

from poultice.bench import course
from poultice.bench.bound import can_hold
from poultice.bench.contenders import Contender, Tuned, TuningError, new
from poultice.bench.figures import Figures, figures
from poultice.bench.pad import TICK_S, Pad
from poultice.bench.pads import FAMILIES, VARIED, BenchPad, PadSettings, family_pads, varied_pads

FAMILY_SIZE = 3

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Result:
    """How one contender did on one pad."""

    contender: str
    pad: BenchPad
    figures: Figures


def _fit(pads: Iterator[BenchPad], count: int) -> Iterator[BenchPad]:
    return islice((pad for pad in pads if can_hold(Pad(pad), course.HOTTEST_C)), count)


def pads(count: int, seed: int, families: bool = True) -> list[BenchPad]:
    """`count` varied pads and FAMILY_SIZE of each family, without those that could not hold HOTTEST_C."""
    found = list(_fit(varied_pads(seed), count))
    for family in FAMILIES if families else ():
        found += _fit(family_pads(family, seed), FAMILY_SIZE)
    return found


class _Trial:
    """A pad while it is tried: how long, ticks."""

    def __init__(self, pad: Pad) -> None:
        self._pad = pad
        self.ticks = 0

    def tick(self, duty: float) -> float:
        self.ticks += 1
        return self._pad.tick(duty)


def prepared(contender: Contender, pad: BenchPad) -> float:
    """Lets a contender that wants it try the pad; how long it took, s."""
    if not isinstance(contender, Tuned):
        return 0.0
    trial = _Trial(Pad(pad))
    contender.tune(trial.tick, Pad(pad).reading_c())
    contender.reset()
    return trial.ticks * TICK_S


def phases(pad: BenchPad) -> tuple[course.Phase, ...]:
    """The whole course for a varied pad; a family is judged by its steps."""
    steps = course.steps(pad.settings.start_c)
    return steps + course.DISTURBANCES if pad.family == VARIED else steps


TYPICAL = BenchPad("a typical pad", VARIED, 0, PadSettings(lag_s=4.0, winding_s=4.0, delay_s=2.0))


def course_on(name: str, pad: BenchPad) -> list[course.Seen]:
    """A whole course as it went. Raises TuningError."""
    contender = new(name)
    prepared(contender, pad)
    return list(course.run(contender, Pad(pad), phases(pad)))


def judge(name: str, pad: BenchPad) -> Result:
    """One contender on one pad, from tuning to figures."""
    contender = new(name)
    try:
        tuning_s = prepared(contender, pad)
    except TuningError as failure:
        return Result(name, pad, Figures(failed=str(failure)))
    found = figures(course.run(contender, Pad(pad), phases(pad)))
    found.tuning_s = tuning_s
    return Result(name, pad, found)


def judge_all(names: list[str], on: list[BenchPad], done: Callable[[], object]) -> list[Result]:
    """Every contender on every pad; `done` is called after each. In order of names, then pads."""
    return on_all_cores([partial(judge, name, pad) for name in names for pad in on], done)


def on_all_cores(jobs: Sequence[Callable[[], T]], done: Callable[[], object]) -> list[T]:
    """What the jobs give, in their order; `done` is called after each."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        waiting = [pool.submit(job) for job in jobs]
        for _ in as_completed(waiting):
            done()
        return [future.result() for future in waiting]
