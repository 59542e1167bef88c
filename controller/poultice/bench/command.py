"""The command `poultice bench heat`: who takes part, its progress, and what it prints."""

from __future__ import annotations

import json
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from poultice.bench import heat, plot, table, through
from poultice.bench.contenders import KNOWN, OURS, TuningError, new
from poultice.bench.cost import cost
from poultice.bench.course import Seen
from poultice.bench.pads import BenchPad
from poultice.errors import SetupError

MISSED = 1
COST_PADS = 2
COLUMN_CHARS = 24


def _chosen(only: list[str] | None) -> tuple[list[str], list[str]]:
    """Who takes part, and a line for each who cannot. Who was asked for by name has to."""
    if only:
        for name in only:
            new(name)
        return only, []
    there, missing = [], []
    for name in KNOWN:
        try:
            new(name)
            there.append(name)
        except SetupError as reason:
            missing.append(f"{name} does not take part: {reason}")
    return there, missing


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True)


def _judged(names: list[str], on: list[BenchPad], console: Console) -> list[heat.Result]:
    with _progress(console) as progress:
        task = progress.add_task("pads", total=len(names) * len(on))
        return heat.judge_all(names, on, lambda: progress.advance(task))


def _through(on: list[BenchPad], console: Console) -> list[through.Both]:
    with _progress(console) as progress:
        task = progress.add_task("pads through the firmware", total=len(on))
        return through.both_on_all(on, lambda: progress.advance(task))


def _typical(names: list[str]) -> dict[str, list[Seen]]:
    found = {}
    for name in names:
        try:
            found[name] = heat.course_on(name, heat.TYPICAL)
        except TuningError:  # then it has no curve; the table says on how many pads it failed
            continue
    return found


def _print(tables: list[Table], cost_line: str, names: list[str]) -> None:
    console = Console()
    if not console.is_terminal:
        console = Console(width=60 + COLUMN_CHARS * max(2, len(names)))
    for drawn in tables:
        console.print(drawn)
    console.print(cost_line)


def run(  # noqa: PLR0917  (one parameter an option)
    count: int,
    seed: int,
    only: list[str] | None,
    families: bool,
    firmware: bool,
    picture: Path | None,
    as_json: bool,
) -> None:
    """Runs the bench and prints it; exit code 1 where ours misses a goal, or is another through the firmware."""
    names, missing = _chosen(only)
    on = heat.pads(count, seed, families)
    results = _judged(names, on, Console(stderr=True))
    whole_way = _through(on[:count], Console(stderr=True)) if firmware else None
    costs = cost(names[0], on[:COST_PADS])
    if picture:
        plot.draw(picture, results, _typical(names))
    if as_json:
        told = {"seed": seed, "pads": count, "missing": missing, "cost": table.cost_json(names[0], costs)}
        beside = {} if whole_way is None else {"through_firmware": through.as_json(whole_way)}
        typer.echo(json.dumps({**told, **table.as_json(results), **beside}, ensure_ascii=False))
    else:
        caption = f"seed {seed}: {count} varied pads, {len(on) - count} outside the priors"
        tables = [table.table(results, "\n".join([caption, *missing]))]
        tables += [] if whole_way is None else [through.table(whole_way)]
        _print(tables, table.cost_line(names[0], costs), names)
    if OURS in names and not (table.good(results) and costs.good):
        raise typer.Exit(MISSED)
    if whole_way is not None and not through.good(whole_way):
        raise typer.Exit(MISSED)
