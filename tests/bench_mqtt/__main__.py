"""`python -m tests.bench_mqtt [--json] [--only NAME]`: prints each figure with its limit; exit code 1 if one is missed.

Run it on a computer that does nothing else; it takes some four minutes.
"""

from __future__ import annotations

from typing import Annotated

import typer

from tests.bench.report import Bench, run
from tests.bench_mqtt import discovery, fleet, hostile, loop

BENCHES: dict[str, Bench] = {
    "fleet": fleet.measure,
    "loop": loop.measure,
    "discovery": discovery.measure,
    "hostile": hostile.measure,
}


def main(
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
    only: Annotated[list[str] | None, typer.Option(help=f"One of {', '.join(BENCHES)}; may be given again.")] = None,
) -> None:
    """Measures what many pads cost."""
    raise typer.Exit(0 if run(BENCHES, as_json, only) else 1)


if __name__ == "__main__":
    typer.run(main)
