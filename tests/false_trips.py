"""Healthy sessions on the real core, and how often it cut or locked although nothing was wrong.

The sessions are played in C (tests/hazards/false_trips/): 2,000 of them are 700 hours of pad time.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from poultice.link import contract
from poultice.simulator.native import HERE, cache_directory, find_compiler, find_core

SOURCES = Path(__file__).parent / "hazards" / "false_trips"
FLAGS = ("-std=gnu11", "-O3", "-ffp-contract=off", "-Wall", "-Wextra", "-Werror")
PROCESSES = 2
AT_ONCE = 25  # sessions of one process, so that progress is seen
TIMEOUT_S = 600.0


@dataclass
class Figures:
    """What many sessions came to."""

    sessions: int = 0
    locked: int = 0  # sessions with any fault of class B or C
    refused: int = 0  # presses and demands
    presses: int = 0
    heated_h: float = 0.0
    watched_h: float = 0.0
    peak_c: float = 0.0  # of the pad itself
    begun: Counter[contract.Fault] = field(default_factory=Counter)  # how often each fault began
    strange: list[dict[str, Any]] = field(default_factory=list)  # sessions with any fault or refusal

    def add(self, lines: list[dict[str, Any]]) -> None:
        """What one process printed."""
        *strange, totals = lines
        self.strange += strange
        self.sessions += totals["sessions"]
        self.locked += totals["locked"]
        self.refused += totals["refused"]
        self.presses += totals["presses"]
        self.heated_h += totals["heated_s"] / 3600
        self.watched_h += totals["watched_s"] / 3600
        self.peak_c = max(self.peak_c, totals["peak_c"])
        self.begun.update({contract.Fault(int(number)): count for number, count in totals["begun"].items()})

    def of_class(self, lockout: str) -> dict[contract.Fault, int]:
        """The faults of a class that began, and how often."""
        return {fault: self.begun[fault] for fault in sorted(self.begun) if contract.FAULTS[fault].lockout == lockout}


def build() -> Path:
    """The compiled player, for the sources as they are now."""
    inputs = [find_core(), HERE, SOURCES]
    files = sorted(file for folder in inputs for file in folder.glob("*.[ch]"))
    digest = hashlib.sha256(" ".join(FLAGS).encode())
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    player = cache_directory() / f"false-trips-{digest.hexdigest()[:24]}"
    if not player.exists():
        with tempfile.TemporaryDirectory(dir=player.parent) as folder:
            made = Path(folder) / player.name
            includes = [f"-I{path}" for path in inputs]
            sources = [str(file) for file in files if file.suffix == ".c"]
            subprocess.run([*find_compiler(), *FLAGS, *includes, *sources, "-lm", "-o", str(made)], check=True)
            made.replace(player)
    return player


def play(first: int, count: int, tell: Callable[[int], None] = lambda _: None) -> Figures:
    """Plays the sessions `first` to `first + count - 1`; `tell` hears how many are done."""
    player = build()
    figures = Figures()
    with ThreadPoolExecutor(PROCESSES) as pool:
        for lines in pool.map(lambda part: _play(player, *part), _parts(first, count)):
            figures.add(lines)
            tell(figures.sessions)
    return figures


def _parts(first: int, count: int) -> Iterator[tuple[int, int]]:
    for start in range(first, first + count, AT_ONCE):
        yield start, min(AT_ONCE, first + count - start)


def _play(player: Path, first: int, count: int) -> list[dict[str, Any]]:
    done = subprocess.run(
        [str(player), str(first), str(count)], capture_output=True, text=True, timeout=TIMEOUT_S, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]
