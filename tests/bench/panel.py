"""`python -m tests.bench.panel [--json] [--only NAME]`: each figure of panel and page with its limit, kept or missed.

Run it on a computer that does nothing else; it takes some five minutes. Exit code 1 if a limit is missed.
"""

from __future__ import annotations

from typing import Annotated

import typer

from tests.bench import history, panel_back, panel_crowd, panel_live, panel_page, report

BENCHES: dict[str, report.Bench] = {
    "page": panel_page.measure,
    "states": panel_live.measure_states,
    "stop": panel_live.measure_stop,
    "crowd": panel_crowd.measure,
    "back": panel_back.measure,
    "history": history.measure,
}


def main(
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
    only: Annotated[list[str] | None, typer.Option(help=f"One of {', '.join(BENCHES)}; may be given again.")] = None,
) -> None:
    """Measures panel and page."""
    raise typer.Exit(0 if report.run(BENCHES, as_json, only) else 1)


if __name__ == "__main__":
    typer.run(main)
