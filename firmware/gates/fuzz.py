"""`make fuzz`: throws bytes at the core for a bounded time: libFuzzer with every sanitizer watching, then the board's
frames against the host's.

Each target of tests/fuzz is one file in C; what it found is kept in .fuzz and built upon the next time. A target that
fails leaves the bytes that did it and prints how to run them again.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from gates.differential import Board, compare
from gates.sources import CORE, ROOT

TARGETS = ROOT / "tests" / "fuzz"
KEPT = ROOT / ".fuzz"
SECONDS = 30
DIFFERENTIAL_S = 15
LENGTH_MAX = 2048
FLAGS = ("-std=c11", "-O1", "-g", "-fsanitize=fuzzer,address,undefined", "-fno-sanitize-recover=all", f"-I{CORE}")

_RUNS = re.compile(r"^stat::number_of_executed_units: (\d+)", re.MULTILINE)
_COVERED = re.compile(r"cov: (\d+)")
_MADE = re.compile(r"Test unit written to (\S+)")

console = Console(highlight=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one target came to."""

    target: str
    good: bool
    runs: int
    covered: int
    said: str


def compiler() -> str:
    """Clang, whatever its number."""
    found = next((name for name in ("clang-14", "clang") if shutil.which(name)), None)
    if found is None:
        raise SystemExit(
            "libFuzzer needs clang and none is on the PATH; install one: apt install clang-14 libclang-rt-14-dev"
        )
    return found


def build(target: str) -> Path:
    """The fuzzer's program."""
    made = KEPT / target
    sources = [TARGETS / f"{target}.c", *sorted(CORE.glob("*.c"))]
    subprocess.run([compiler(), *FLAGS, "-o", str(made), *map(str, sources)], check=True, timeout=300)
    return made


def run(target: str, seconds: int, seed: int) -> Outcome:
    """One target for so long."""
    corpus = KEPT / f"{target}-corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    command = [
        str(build(target)), f"-max_total_time={seconds}", f"-seed={seed}", f"-max_len={LENGTH_MAX}", "-timeout=20",
        "-print_final_stats=1", f"-artifact_prefix={KEPT / target}-", str(corpus),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=seconds + 120, check=False)
    runs = _RUNS.search(done.stderr)
    covered = _COVERED.findall(done.stderr)
    return Outcome(
        target, done.returncode == 0, int(runs[1]) if runs else 0, int(covered[-1]) if covered else 0, done.stderr
    )


def told(outcome: Outcome) -> bool:
    """Prints what a target came to; true where that is good."""
    console.print(f"{outcome.target:<8} {outcome.runs:>9} runs, {outcome.covered} edges covered")
    if not outcome.good:
        console.print(outcome.said[-4000:], markup=False)
        if made := _MADE.search(outcome.said):
            console.print(f"again: {KEPT.relative_to(ROOT) / outcome.target} {Path(made[1]).relative_to(ROOT)}")
    return outcome.good and outcome.runs > 0


def both_ends(seconds: float, seed: int) -> bool:
    """C against Python; true where they never differed."""
    tally = compare(Board(compiler(), KEPT), (KEPT / "frames-corpus").glob("*"), seconds, seed)
    console.print(
        f"C and Python agreed on {tally.frames} frames and {tally.bad} damaged ones "
        f"in {tally.streams} streams of {tally.size} bytes"
    )
    if tally.difference:
        console.print(f"C and Python differ: {tally.difference}", markup=False, soft_wrap=True)
    return tally.frames > 0 and tally.bad > 0 and not tally.difference


def main() -> int:
    """Exit code 1 where a target failed or ran nothing, or the two ends of the cable differ."""
    everything = sorted(path.stem for path in TARGETS.glob("*.c"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "targets", nargs="*", choices=[*everything, []], help=f"of {', '.join(everything)}; all unless given"
    )
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--seed", type=int, default=random.randrange(1, 10_000))
    arguments = parser.parse_args()
    KEPT.mkdir(exist_ok=True)
    console.print(f"{arguments.seconds} s each, seed {arguments.seed}")
    with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        outcomes = list(pool.map(lambda t: run(t, arguments.seconds, arguments.seed), arguments.targets or everything))
    good = [told(outcome) for outcome in outcomes]
    agree = both_ends(DIFFERENTIAL_S, arguments.seed)
    return 0 if good and all(good) and agree else 1


if __name__ == "__main__":
    raise SystemExit(main())
