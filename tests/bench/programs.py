"""What programs cost: the whole library read and checked, the engine's tick, and ninety minutes of it in told time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from poultice.description import cards, layout, load_library
from poultice.therapy.fitting import fit
from poultice.therapy.limits import HostLimits
from poultice.therapy.massage import percents
from poultice.therapy.programs import parse
from poultice.therapy.session import Session

from tests.bench.figures import Figure, percentile

PAD = layout()
TICK_S = 0.05
LOAD_LIMIT_MS, TICK_LIMIT_MS, PROGRAM_LIMIT_S = 300.0, 0.2, 2.0
NINETY_S = 90 * 60.0
ROUNDS = 5
BUSY = """
schema: poultice-program/1
id: busy
title: {en: Busy, de: Voll}
evidence: convention
requires: {zones: [lumbar, upper_back], regions: [whole_back]}
max_total: 90 min
steps:
  - repeat: 6
    steps:
      - id: roll
        duration: 10 min
        heat: {lumbar: {target: 40 °C}, upper_back: {target: 39 °C}}
        massage: {pattern: roll, region: whole_back, intensity: 40 %}
      - {id: rest, duration: 5 min, heat: {lumbar: {target: 38 °C}}}
"""


def measure(progress: Callable[[str], None]) -> Iterator[Figure]:
    """CPU time, so that a busy computer measures the same."""
    progress("the library of programs")
    spent, count = zip(*(_load() for _ in range(ROUNDS)), strict=True)
    yield Figure("reading and checking all presets", min(spent) * 1000, "ms", LOAD_LIMIT_MS, f"{count[0]} programs")
    progress("ninety minutes of a program")
    whole_s, ticks_s = _play()
    yield Figure("the engine's tick, 99 of 100", percentile(ticks_s, 0.99) * 1000, "ms", TICK_LIMIT_MS)
    yield Figure("a 90-minute program in told time", whole_s, "s", PROGRAM_LIMIT_S, f"{round(NINETY_S / TICK_S)} ticks")


def _load() -> tuple[float, int]:
    cards.cache_clear()
    begun_s = time.process_time()
    library = load_library(Path("nowhere"), HostLimits())
    return time.process_time() - begun_s, len(library.programs)


def _tick(session: Session) -> None:
    """The session's own part of a tick: time, wishes, motors."""
    session.advance(TICK_S)
    massage = session.step.massage
    if massage is not None:
        percents(
            massage.pattern,
            session.in_step_s,
            massage.tempo_hz,
            session.intensities,
            PAD,
            phase_turns=massage.phase_turns,
            direction=massage.direction,
            soft=session.softness(),
        )


def _play() -> tuple[float, list[float]]:
    """CPU seconds of all ticks together, and of a thousand single ones."""
    program = fit(parse(BUSY, "busy.yaml"), PAD, {})
    session = Session("bench", program, HostLimits())
    begun_s = time.process_time()
    while not session.over:
        _tick(session)
    whole_s = time.process_time() - begun_s
    session, ticks_s = Session("bench", program, HostLimits()), []
    for _ in range(1000):
        begun_s = time.thread_time()
        _tick(session)
        ticks_s.append(time.thread_time() - begun_s)
    return whole_s, ticks_s
