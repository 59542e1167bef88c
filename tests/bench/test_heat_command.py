"""`poultice bench heat` from end to end, on two pads."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

STEP = {"bound_s", "careful_s", "settled_s", "over_k", "rms_k", "ratio"}
SPREAD = {"median", "p95", "worst", "total", "count"}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "poultice", "bench", "heat", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)


@pytest.mark.slow
def test_two_pads_as_json() -> None:
    done = run("--plants", "2", "--no-families", "--only", "ours", "--only", "thermostat", "--json")
    assert done.returncode in (0, 1), done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert (told["seed"], told["missing"]) == (1, [])
    assert told["cost"]["contender"] == "ours"
    assert 0.0 < told["cost"]["mean_us"] <= told["cost"]["p99_us"] * 10
    assert len(told["pads"]) == 4
    for pad in told["pads"]:
        assert set(pad["steps"]) == {"25→40", "40→42", "42→38", "38→40"}
        assert all(set(step) == STEP for step in pad["steps"].values())
        assert set(pad["disturbances"]) == {"blanket on", "blanket off", "sag", "sag over", "lift-off", "return"}
    rows = told["rows"]
    assert set(rows["warm_up_ratio"]["ours"]) == SPREAD
    assert rows["overshoot_k"]["thermostat"]["worst"] > 0.1  # a thermostat does overshoot
    assert rows["unsettled"]["goal"] == [0.0, 0.0, 0.0]


@pytest.mark.slow
def test_the_table_the_picture_and_the_exit_code_of_a_missed_goal(tmp_path: Path) -> None:
    picture = tmp_path / "new" / "heat.png"
    done = run("--plants", "1", "--no-families", "--only", "ours", "--plot", str(picture))
    assert done.returncode == 1  # no pad outside the priors was looked at: nothing to judge is no success
    assert "✗" in done.stdout
    assert "seed 1: 1 varied pads" in done.stdout
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_a_contender_that_is_not_there_is_refused_in_a_sentence() -> None:
    done = run("--only", "nobody")
    assert done.returncode == 1
    assert done.stderr.startswith("There is no contender nobody; there are ours")
    assert "Traceback" not in done.stderr
