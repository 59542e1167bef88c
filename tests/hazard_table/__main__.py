"""`python -m tests.hazard_table`: rehearses every hazard, plays healthy sessions, prints what that came to.

Writes hazards.txt, hazards.json and hazards.png into build/hazards; exit code 1 if a limit was missed, a test failed or
a healthy session locked.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console, Group
from rich.progress import Progress
from rich.table import Table

from tests.false_trips import Figures, play
from tests.hazard_figures import FILE
from tests.hazard_table.lines import Line, read_lines
from tests.hazard_table.plot import draw

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "hazards"
WIDTH = 118
FIRST = 1


def main(
    sessions: Annotated[int, typer.Option(min=1, help="Healthy sessions to play.")] = 2000,
    emulator: Annotated[bool, typer.Option(help="On the emulated chip, too.")] = True,
) -> None:
    """Rehearses every hazard."""
    begun_s = time.monotonic()
    FOLDER.mkdir(parents=True, exist_ok=True)
    passed = _rehearse(emulator)
    lines = read_lines(FOLDER / "figures.jsonl")
    figures = _play(sessions)
    good = passed and bool(lines) and all(line.good for line in lines) and figures.locked == 0
    verdict = f"{'every limit held' if good else 'NOT GOOD'}; {time.monotonic() - begun_s:.0f} s"
    _publish(Group(_table(lines), _healthy(figures), verdict))
    (FOLDER / "hazards.json").write_text(_json(lines, figures, good))
    draw(lines, FOLDER / "hazards.png")
    raise typer.Exit(0 if good else 1)


def _rehearse(emulator: bool) -> bool:
    """Whether all tests passed. Those that watch real seconds go by run alone."""
    file = FOLDER / "figures.jsonl"
    file.unlink(missing_ok=True)
    runs = [["-n", "2", "--dist", "loadfile", "-m", "not avr"]] + ([["-m", "avr"]] if emulator else [])
    commands = [[sys.executable, "-m", "pytest", "-q", "tests/hazards", *words] for words in runs]
    passed = [
        _run(command, {**os.environ, FILE: str(file)}) for command in commands
    ]  # every one of them, come what may
    return all(passed)


def _run(command: list[str], environment: dict[str, str]) -> bool:
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0


def _play(sessions: int) -> Figures:
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("healthy sessions", total=sessions)
        return play(FIRST, sessions, lambda done: progress.update(task, completed=done))


def _table(lines: list[Line]) -> Table:
    table = Table("row", "hazard", "core", "cases", "worst", "limit", "hottest", "dose", "class", "", title="Hazards")
    for line in lines:
        table.add_row(
            str(line.row), line.fault.replace("_", " "), line.core, str(line.cases), f"{line.seconds:.2f} s",
            f"{line.limit_s:g} s", f"{line.peak_c:.1f} °C", f"{line.added_cem43:.2f}", line.lockout,
            "[green]good[/]" if line.good else f"[bold red]MISSED[/] {line.worst}",
        )  # fmt: skip
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


def _json(lines: list[Line], figures: Figures, good: bool) -> str:
    begun = {fault.name.lower(): count for fault, count in figures.begun.items()}
    healthy = {
        "sessions": figures.sessions, "locked": figures.locked, "refused": figures.refused,
        "watched_h": figures.watched_h, "heated_h": figures.heated_h, "begun": begun, "strange": figures.strange,
    }  # fmt: skip
    return json.dumps({"good": good, "hazards": [line.as_json() for line in lines], "healthy": healthy}, indent=2)


if __name__ == "__main__":
    typer.run(main)
