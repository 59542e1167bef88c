"""From the tap on STOP to all outputs zero: the panel's HTTP, MQTT, the controller, the cable, the board's core.

The moment of zero is the board's own: its process notes the time of each change of an output.
"""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
from boards import BoardProcess
from household import AT_REST, PAD
from running import SimulatedBoard, Up, heating, off, wait_until

from tests.bench.figures import Figure, percentile
from tests.bench.household_costs import open_page

TAPS = 100
HEAT_EACH = 4  # every fourth tap ends heat, which needs a press on the button; the others end massage
LIMIT_MS = {"idle": 60.0, "busy": 120.0}
CORES = 2
SPIN = "import os, time\nwhile os.getppid() == {parent}:\n    for _ in range(10**6): pass"


def measure(progress: Callable[[str], None]) -> Iterator[Figure]:
    """100 taps each on an idle computer and on one with both cores busy."""
    with (
        tempfile.TemporaryDirectory() as directory,
        SimulatedBoard() as board,
        Up(Path(directory), board.port) as up,
        open_page(up.url),
        httpx.Client(base_url=f"{up.url}/api", timeout=5) as page,
    ):
        wait_until(lambda: _ready(page), 15, "the pad on the panel")
        page.post(f"/pads/{PAD}/checklist", json={"accepted": True}).raise_for_status()
        for load, surroundings in (("idle", contextlib.nullcontext()), ("busy", _busy_cores())):
            taps = _Taps(page, board)
            with surroundings:
                taps.run(lambda count, load=load: progress(f"STOP, {load}: {count} of {TAPS}"))
            yield from taps.figures(load)


class _Taps:
    """Taps on STOP with something on, each at another moment of the ticks and windows."""

    def __init__(self, page: httpx.Client, board: BoardProcess) -> None:
        self._page, self._board = page, board
        self._chance = random.Random(1)
        self.off_ms: list[float] = []
        self.confirmed_ms: list[float] = []

    def run(self, told: Callable[[int], None]) -> None:
        for count in range(TAPS):
            told(count)
            self._begin(heat=count % HEAT_EACH == 0)
            time.sleep(self._chance.uniform(0.1, 0.2))
            self._tap()

    def figures(self, load: str) -> Iterator[Figure]:
        limit = LIMIT_MS[load]
        yield Figure(f"STOP to zero, {load}, p50", percentile(self.off_ms, 0.5), "ms")
        note = f"{len(self.off_ms)} taps, worst {max(self.off_ms):.1f}"
        yield Figure(f"STOP to zero, {load}, p99", percentile(self.off_ms, 0.99), "ms", limit, note)
        yield Figure(f"STOP to confirmed, {load}, p99", percentile(self.confirmed_ms, 0.99), "ms", 2000.0)

    def _begin(self, heat: bool) -> None:
        program = "lower-back-ease" if heat else "short-massage"
        if heat:
            self._board.warm(30)
        begun_s = time.monotonic()
        answer = self._page.post(f"/pads/{PAD}/requests/start", json={"args": {"program": program}}).json()
        if heat:
            assert answer["status"] == "invited", answer
            self._board.press(0.25)
            self._board.wait_for(heating, 5, since_s=begun_s)
        else:
            assert answer["status"] == "accepted", answer
            self._board.wait_for(lambda seen: any(seen.motor_pwm), 5, since_s=begun_s)

    def _tap(self) -> None:
        tapped_s = time.monotonic()
        answer = self._page.post(f"/pads/{PAD}/requests/stop").json()
        self.confirmed_ms.append(1000 * (time.monotonic() - tapped_s))
        assert answer["confirmed_off"], answer
        ended = self._board.wait_for(off, 3, since_s=tapped_s)
        self.off_ms.append(1000 * (ended.time_monotonic_s - tapped_s))


def _ready(page: httpx.Client) -> bool:
    pads = page.get("/pads").json()
    return bool(pads) and pads[0]["online"] and pads[0]["state"] is not None and pads[0]["state"]["phase"] in AT_REST


@contextlib.contextmanager
def _busy_cores() -> Iterator[None]:
    """Both cores count as fast as they can, at the same priority as everything else."""
    command = [sys.executable, "-c", SPIN.format(parent=os.getpid())]
    spinning = [subprocess.Popen(command) for _ in range(CORES)]
    try:
        yield
    finally:
        for process in spinning:
            process.kill()
            process.wait(5)
