"""`python -m circuits [--write]`: computes every circuit, examines the board, prints one table of checks.

Drawings, lists and the factory's files go to build/hardware. With --write the table in hardware/README.md, the bill of
materials, the schematic and the box's dimensions are made anew, too.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict

from board import examined
from board.kicad import KicadError
from generator.facts_model import Facts
from generator.source import SourceError
from rich.console import Console
from rich.table import Table

from circuits import burn, cable, divider, faults, latch, plots, pump, switches, trip_point
from circuits.check import Check
from circuits.ngspice import CircuitError
from circuits.values import ROOT, load

FOLDER = ROOT / "build" / "hardware"
README = ROOT / "hardware" / "README.md"
BEGIN, END = "<!-- table by `make hardware ARGS=--write` -->", "<!-- end of the table -->"
WIDTH = 118


def main(arguments: list[str]) -> int:
    """The command; returns its exit code: 1 where a limit is missed or a circuit cannot be computed."""
    parser = argparse.ArgumentParser(description="Computes and examines the board from hardware/facts.toml.")
    parser.add_argument("--write", action="store_true", help="write table, schematic and lists into hardware/, too")
    options = parser.parse_args(arguments)
    begun_s = time.monotonic()
    try:
        if options.write:
            examined.write(load(), README.parent)
        checks = compute()
    except (CircuitError, KicadError, SourceError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    missed = [check for check in checks if not check.good]
    console = Console(width=WIDTH)
    console.print(_table(checks))
    (FOLDER / "checks.json").write_text(json.dumps([asdict(check) for check in checks], indent=1), encoding="utf-8")
    if options.write:
        README.write_text(with_table(README.read_text(encoding="utf-8"), checks), encoding="utf-8")
    console.print(f"{len(checks)} figures in {time.monotonic() - begun_s:.0f} s; drawings in build/hardware.")
    if missed:
        names = "; ".join(f"{check.name} is {check.figure:.3g} {check.unit}, not {check.limit}" for check in missed)
        console.print(f"NOT GOOD: {names}. Change the part in hardware/facts.toml or the circuit.")
        return 1
    console.print(f"Good: all {sum(check.judged for check in checks)} limits kept.")
    return 0


def compute() -> list[Check]:
    """Runs every circuit on the facts and draws it. Raises CircuitError, KicadError, SourceError."""
    facts = load()
    FOLDER.mkdir(parents=True, exist_ok=True)
    checks: list[Check] = []
    for circuit in CIRCUITS:
        checks += circuit(facts)
    return checks


def _divider(facts: Facts) -> list[Check]:
    result = divider.run(facts)
    plots.divider(result, FOLDER / "thermistor.png")
    return result.checks()


def _trip_point(facts: Facts) -> list[Check]:
    result = trip_point.run(facts)
    plots.trip_point(result, FOLDER / "trip.png")
    return result.checks()


def _latch(facts: Facts) -> list[Check]:
    result = latch.run(facts)
    plots.latch(result, FOLDER / "latch.png")
    return result.checks()


def _pump(facts: Facts) -> list[Check]:
    result = pump.run(facts)
    plots.pump(result, FOLDER / "enable.png")
    return result.checks()


def _faults(facts: Facts) -> list[Check]:
    return faults.run(facts).checks()


def _switches(facts: Facts) -> list[Check]:
    result = switches.run(facts)
    plots.losses(result, FOLDER / "losses.png")
    plots.peaks(result, FOLDER / "peaks.png")
    return result.checks()


def _cable(facts: Facts) -> list[Check]:
    result = cable.run(facts)
    plots.cable(result, FOLDER / "cable.png")
    return result.checks()


def _board(facts: Facts) -> list[Check]:
    return examined.checks(facts, FOLDER)


def _burn(facts: Facts) -> list[Check]:
    result = burn.run(facts)
    plots.burn(result, FOLDER / "burn.png")
    return result.checks()


CIRCUITS: tuple[Callable[[Facts], list[Check]], ...] = (
    _divider, _trip_point, _latch, _pump, _switches, _cable, _burn, _faults, _board,
)  # fmt: skip


def _table(checks: list[Check]) -> Table:
    table = Table("check", "figure", "limit", "", title="Circuits computed, board examined")
    for check in checks:
        mark = "[green]good[/]" if check.good else "[bold red]MISSED[/]"
        table.add_row(check.name, check.told, check.limit, mark if check.judged else "")
    return table


def with_table(text: str, checks: list[Check]) -> str:
    """A Markdown text whose table, from BEGIN to END, is that of these checks."""
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    rows = [f"| {check.name} | {check.told} | {check.limit if check.judged else ''} |" for check in checks]
    return "\n".join([before + BEGIN, "", "| check | figure | limit |", "|---|---|---|", *rows, "", END + after])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
