"""`python -m tests.bench_mqtt [--json] [--only NAME]`: prints each figure with its limit; exit code 1 if one is missed.

Run it on a computer that does nothing else; it takes some four minutes.
"""

from __future__ import annotations

from tests.bench.report import Bench, command
from tests.bench_mqtt import discovery, fleet, hostile, loop

BENCHES: dict[str, Bench] = {
    "fleet": fleet.measure,
    "loop": loop.measure,
    "discovery": discovery.measure,
    "hostile": hostile.measure,
}


if __name__ == "__main__":
    command(BENCHES)
