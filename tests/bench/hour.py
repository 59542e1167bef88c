"""How long an hour of sessions takes in told time: real core, plant, conversation, therapy, loop."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from harness import VirtualHouse

from tests.bench.figures import Figure

HOUR_S = 3600.0
LIMIT_S = 10.0
PROGRAM = "whole-back-wave"  # both zones and all motors


def measure(progress: Callable[[str], None]) -> Iterator[Figure]:
    """One hour, of sessions only."""
    progress("an hour in told time")
    with tempfile.TemporaryDirectory() as directory:
        house = VirtualHouse(Path(directory))
        house.accept_checklist()
        played_s, begun_s, begun_cpu_s = 0.0, time.perf_counter(), time.process_time()
        while played_s < HOUR_S:
            house.start(PROGRAM)
            while house.state.session is not None and played_s < HOUR_S:
                house.run(10.0)
                played_s += 10.0
        wall_s, cpu_s = time.perf_counter() - begun_s, time.process_time() - begun_cpu_s
    yield Figure("an hour of sessions in told time", wall_s, "s", LIMIT_S, f"{cpu_s:.2f} s of them computing")
