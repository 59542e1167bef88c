"""`python -m tests.bench [--json] [--only NAME]`: prints each figure with its limit; exit code 1 if one is missed.

Run it on a computer that does nothing else; it takes less than four minutes.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from tests.bench import history, hour, household_costs, programs, silence, taps
from tests.bench.figures import Figure

Progress = Callable[[str], None]
BENCHES: dict[str, Callable[[Progress], Iterator[Figure]]] = {
    "start": household_costs.measure_start,
    "idle": household_costs.measure_idle,
    "taps": taps.measure,
    "silence": silence.measure,
    "hour": hour.measure,
    "programs": programs.measure,
    "history": history.measure,
}


def main(
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
    only: Annotated[list[str] | None, typer.Option(help=f"One of {', '.join(BENCHES)}; may be given again.")] = None,
) -> None:
    """Measures the whole system."""
    unknown = [name for name in only or () if name not in BENCHES]
    if unknown:
        raise typer.BadParameter(f"there is no bench {unknown[0]}; there are {', '.join(BENCHES)}")
    begun_s = time.monotonic()
    load = os.getloadavg()[0]
    figures = _measure(only or list(BENCHES))
    if as_json:
        good = all(figure.good for figure in figures)
        print(json.dumps({"good": good, "figures": [figure.as_json() for figure in figures]}, indent=2))  # noqa: T201
    else:
        Console().print(_table(figures, f"{time.monotonic() - begun_s:.0f} s; load before: {load:.1f}"))
    raise typer.Exit(0 if all(figure.good for figure in figures) else 1)


def _measure(names: list[str]) -> list[Figure]:
    with Console(stderr=True).status("") as status:
        return [figure for name in names for figure in BENCHES[name](status.update)]


def _table(figures: list[Figure], caption: str) -> Table:
    table = Table("figure", "value", "limit", "", "note", caption=caption)
    for figure in figures:
        limit = "" if figure.limit is None else f"≤ {figure.limit:g}"
        verdict = "" if figure.limit is None else "[green]good[/]" if figure.good else "[bold red]MISSED[/]"
        table.add_row(figure.name, f"{figure.value:.4g} {figure.unit}", limit, verdict, figure.note)
    return table


if __name__ == "__main__":
    typer.run(main)
