"""`python -m tests.bench [--json] [--only NAME]`: prints each figure with its limit; exit code 1 if one is missed.

Run it on a computer that does nothing else; it takes less than four minutes.
"""

from __future__ import annotations

from tests.bench import hour, household_costs, programs, silence, taps
from tests.bench.report import Bench, command

BENCHES: dict[str, Bench] = {
    "start": household_costs.measure_start,
    "idle": household_costs.measure_idle,
    "taps": taps.measure,
    "silence": silence.measure,
    "hour": hour.measure,
    "programs": programs.measure,
}


if __name__ == "__main__":
    command(BENCHES)
