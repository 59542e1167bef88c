"""What a bench tells: a table or JSON, and whether every limit was kept."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from tests.bench.figures import Figure

Progress = Callable[[str], None]
Bench = Callable[[Progress], Iterator[Figure]]


def command(benches: Mapping[str, Bench]) -> None:
    """`[--json] [--only NAME]`: prints each figure with its limit; exit code 1 if one is missed."""

    def main(
        as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
        only: Annotated[list[str] | None, typer.Option(help="The name of a bench; may be given again.")] = None,
    ) -> None:
        raise typer.Exit(0 if run(benches, as_json, only) else 1)

    typer.run(main)


def run(benches: Mapping[str, Bench], as_json: bool, only: list[str] | None) -> bool:
    """Measures and tells; whether all is good. Raises typer.BadParameter for a bench that is not there."""
    unknown = [name for name in only or () if name not in benches]
    if unknown:
        raise typer.BadParameter(f"there is no bench {unknown[0]}; there are {', '.join(benches)}")
    begun_s = time.monotonic()
    load = os.getloadavg()[0]
    figures = _measure([benches[name] for name in only or benches])
    good = all(figure.good for figure in figures)
    if as_json:
        print(json.dumps({"good": good, "figures": [figure.as_json() for figure in figures]}, indent=2))  # noqa: T201
    else:
        Console().print(_table(figures, f"{time.monotonic() - begun_s:.0f} s; load before: {load:.1f}"))
    return good


def _measure(benches: list[Bench]) -> list[Figure]:
    with Console(stderr=True).status("") as status:
        return [figure for bench in benches for figure in bench(status.update)]


def _table(figures: list[Figure], caption: str) -> Table:
    table = Table("figure", "value", "limit", "", "note", caption=caption)
    for figure in figures:
        limit = "" if figure.limit is None else f"≤ {figure.limit:g}"
        verdict = "" if figure.limit is None else "[green]good[/]" if figure.good else "[bold red]MISSED[/]"
        table.add_row(figure.name, f"{figure.value:.4g} {figure.unit}", limit, verdict, figure.note)
    return table
