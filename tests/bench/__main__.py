"""`python -m tests.bench [--json] [--only NAME]`: prints each figure with its limit; exit code 1 if one is missed.

Run it on a computer that does nothing else; it takes less than four minutes.
"""

from __future__ import annotations

from typing import Annotated

import typer

from tests.bench import hour, household_costs, programs, silence, taps
from tests.bench.report import Bench, run

BENCHES: dict[str, Bench] = {
    "start": household_costs.measure_start,
    "idle": household_costs.measure_idle,
    "taps": taps.measure,
    "silence": silence.measure,
    "hour": hour.measure,
    "programs": programs.measure,
}


def main(
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
    only: Annotated[list[str] | None, typer.Option(help=f"One of {', '.join(BENCHES)}; may be given again.")] = None,
) -> None:
    """Measures the whole system."""
    raise typer.Exit(0 if run(BENCHES, as_json, only) else 1)


if __name__ == "__main__":
    typer.run(main)
