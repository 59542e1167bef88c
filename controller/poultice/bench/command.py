"""The command `poultice bench heat`: what to run, its progress, and what it prints."""

from __future__ import annotations

import json

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from poultice.bench import heat, table
from poultice.bench.pads import BenchPad
from poultice.errors import SetupError

MISSED = 1


def _chosen(only: list[str] | None) -> list[str]:
    unknown = [name for name in only or () if name not in heat.CONTENDERS]
    if unknown:
        raise SetupError(f"there is no contender {unknown[0]}; there are {', '.join(heat.CONTENDERS)}")
    return only or list(heat.CONTENDERS)


def _judged(names: list[str], on: list[BenchPad], console: Console) -> list[heat.Result]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("pads", total=len(names) * len(on))
        return heat.judge_all(names, on, lambda: progress.advance(task))


def run(count: int, seed: int, only: list[str] | None, families: bool, as_json: bool) -> None:
    """Runs the bench and prints it; exit code 1 where ours misses a goal."""
    names = _chosen(only)
    on = heat.pads(count, seed, families)
    results = _judged(names, on, Console(stderr=True))
    caption = f"seed {seed}: {count} varied pads, {len(on) - count} outside the priors"
    if as_json:
        typer.echo(json.dumps({"seed": seed, "pads": count, **table.as_json(results)}, ensure_ascii=False))
    else:
        Console().print(table.table(results, caption))
    if table.OURS in names and not table.good(results):
        raise typer.Exit(MISSED)
