"""`python -m tests.bench.panel [--json] [--only NAME]`: each figure of panel and page with its limit, kept or missed.

Run it on a computer that does nothing else; it takes some five minutes. Exit code 1 if a limit is missed.
"""

from __future__ import annotations

from tests.bench import history, panel_back, panel_crowd, panel_live, panel_page
from tests.bench.report import Bench, command

BENCHES: dict[str, Bench] = {
    "page": panel_page.measure,
    "states": panel_live.measure_states,
    "stop": panel_live.measure_stop,
    "crowd": panel_crowd.measure,
    "back": panel_back.measure,
    "history": history.measure,
}


if __name__ == "__main__":
    command(BENCHES)
