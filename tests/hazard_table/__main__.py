"""`python -m tests.hazard_table`: rehearses every hazard, plays healthy sessions, prints what that came to.

Writes hazards.txt, hazards.json and hazards.png into build/hazards; exit code 1, and a sentence, if a limit was missed,
a row has no figure, a test failed or a healthy session locked.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console, Group
from rich.progress import Progress
from rich.table import Table

from tests.false_trips import Figures, play
from tests.hazard_figures import FILE
from tests.hazard_table.lines import CORES, Line, NumberLine, lines_of, numbers_of, read_written, without_figure
from tests.hazard_table.plot import draw

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "hazards"
WIDTH = 118
FIRST = 1
SAMPLE = "tests/hazards/test_false_trips.py"  # of the sessions that are played here in full


@dataclass(frozen=True, slots=True)
class Took:
    """Time of a part: what passed, and what its processes used of the cores. s."""

    passed_s: float
    cpu_s: float


class Watch:
    """Stops the time of one part after the other."""

    def __init__(self) -> None:
        self._now = self._look()

    def lap(self) -> Took:
        """Since the last."""
        before, self._now = self._now, self._look()
        return Took(self._now[0] - before[0], self._now[1] - before[1])

    def _look(self) -> tuple[float, float]:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return time.monotonic(), used.ru_utime + used.ru_stime


@dataclass
class Outcome:
    """All of it."""

    lines: list[Line]
    numbers: list[NumberLine]
    missing: list[tuple[int, str]]
    failed: list[str]  # the parts in which a test failed
    figures: Figures
    took: dict[str, Took] = field(default_factory=dict)

    def complaints(self) -> list[str]:
        """What is not good, each in some words."""
        missed = [
            f"row {line.row} misses its limit: {line.fault}, {line.worst}" for line in self.lines if not line.good
        ]
        numbers = [f"{line.number} is {line.value:g} {line.unit}" for line in self.numbers if not line.good]
        missing = [f"row {row} has no figure, {CORES[core]}" for row, core in self.missing]
        failed = [f"a test failed, {part}" for part in self.failed]
        locked = [f"{self.figures.locked} healthy sessions locked"] if self.figures.locked else []
        return [*missed, *numbers, *missing, *failed, *locked]


def main(
    sessions: Annotated[int, typer.Option(min=1, help="Healthy sessions to play.")] = 2000,
    emulator: Annotated[bool, typer.Option(help="On the emulated chip, too.")] = True,
) -> None:
    """Rehearses every hazard."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    outcome = _rehearse(sessions, emulator)
    complaints = outcome.complaints()
    held = f"all {len(outcome.lines)} limits held"
    verdict = "NOT GOOD: " + "; ".join(complaints) + "." if complaints else f"Good: {held}, nothing healthy locked."
    took = ", ".join(
        f"{part} {took.passed_s:.0f} s ({took.cpu_s:.0f} s of a core)" for part, took in outcome.took.items()
    )
    tables = [_table(outcome), _numbers(outcome.numbers), _healthy(outcome.figures)]
    whole_s = sum(took.passed_s for took in outcome.took.values())
    _publish(Group(*tables, f"{whole_s:.0f} s at a load of {os.getloadavg()[2]:.1f}: {took}", verdict))
    (FOLDER / "hazards.json").write_text(_json(outcome), encoding="utf-8")
    draw(outcome.lines, FOLDER / "hazards.png")
    raise typer.Exit(1 if complaints else 0)


def _rehearse(sessions: int, emulator: bool) -> Outcome:
    """Those on the chip run one after another, for they watch real seconds go by; the others on both cores."""
    file = FOLDER / "figures.jsonl"
    file.unlink(missing_ok=True)
    parts = {"native": ["-n", "2", "--dist", "loadfile", "-m", "not avr", "--ignore", SAMPLE]}
    parts |= {"chip": ["-m", "avr"]} if emulator else {}
    watch, took, failed = Watch(), {}, []
    for part, words in parts.items():  # every one of them, come what may
        failed += [] if _run(words, file) else [part]
        took[part] = watch.lap()
    figures = _play(sessions)
    took["healthy sessions"] = watch.lap()
    written = read_written(file)
    lines = lines_of(written)
    return Outcome(lines, numbers_of(written), without_figure(lines, emulator), failed, figures, took)


def _run(words: Sequence[str], file: Path) -> bool:
    command = [sys.executable, "-m", "pytest", "-q", "tests/hazards", *words]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, FILE: str(file)}, check=False).returncode == 0


def _play(sessions: int) -> Figures:
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("healthy sessions", total=sessions)
        return play(FIRST, sessions, lambda done: progress.update(task, completed=done))


def _table(outcome: Outcome) -> Table:
    table = Table("row", "hazard", "core", "cases", "worst", "limit", "hottest", "dose", "class", "", title="Hazards")
    for line in outcome.lines:
        table.add_row(
            str(line.row), line.fault, CORES[line.core], str(line.cases), f"{line.seconds:.2f} s",
            f"{line.limit_s:g} s", f"{line.peak_c:.1f} °C", f"{line.added_cem43:.2f}", line.lockout,
            "[green]good[/]" if line.good else f"[bold red]MISSED[/] {line.worst}",
        )  # fmt: skip
    for row, core in outcome.missing:
        table.add_row(str(row), "", CORES[core], "0", *[""] * 5, "[bold red]NO FIGURE[/]")
    return table


def _numbers(lines: list[NumberLine]) -> Table:
    table = Table("", "worst", "limit", "", title="The board's own")
    for line in lines:
        mark = "[green]good[/]" if line.good else "[bold red]MISSED[/]"
        table.add_row(line.number, f"{line.value:g} {line.unit}", f"{line.limit:g} {line.unit}", mark)
    return table


def _healthy(figures: Figures) -> Table:
    title = f"{figures.sessions} healthy sessions, {figures.watched_h:.0f} h, {figures.heated_h:.0f} h of them heating"
    table = Table("", "how often", title=title)
    table.add_row("sessions with a fault of class B or C", str(figures.locked))
    for fault, count in figures.of_class("A").items():
        table.add_row(f"cut (A): {fault.name.lower().replace('_', ' ')}", str(count))
    table.add_row("presses, of them refused", f"{figures.presses}, {figures.refused}")
    table.add_row("hottest pad", f"{figures.peak_c:.1f} °C")
    return table


def _publish(what: Group) -> None:
    Console(width=WIDTH).print(what)
    with (FOLDER / "hazards.txt").open("w", encoding="utf-8") as file:
        Console(file=file, width=WIDTH).print(what)


def _json(outcome: Outcome) -> str:
    figures = outcome.figures
    begun = {fault.name.lower(): count for fault, count in figures.begun.items()}
    healthy = {
        "sessions": figures.sessions, "locked": figures.locked, "refused": figures.refused,
        "watched_h": figures.watched_h, "heated_h": figures.heated_h, "begun": begun, "strange": figures.strange,
    }  # fmt: skip
    told = {
        "good": not outcome.complaints(), "complaints": outcome.complaints(),
        "took": {part: asdict(took) for part, took in outcome.took.items()},
        "hazards": [line.as_json() for line in outcome.lines], "numbers": [asdict(line) for line in outcome.numbers],
        "healthy": healthy,
    }  # fmt: skip
    return json.dumps(told, indent=2, ensure_ascii=False)


if __name__ == "__main__":
    typer.run(main)
