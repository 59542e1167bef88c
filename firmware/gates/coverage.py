"""`make coverage`: lines and branches of firmware/core that tests/firmware go through; 100 % of both, nothing left out.

A branch is what gcov counts: each way out of each condition, also inside `&&`, `||` and `?:`. The tests run on a core
that was compiled with --coverage and without optimisation; what a test in another process would add is not counted.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from gates.sources import CORE, ROOT

TESTS = ROOT / "tests" / "firmware"
CC = ("gcc", "-std=c11", "-O0", "-g", "-w", "-fPIC", "--coverage", f"-I{CORE}")

console = Console(highlight=False)


@dataclass(slots=True)
class Covered:
    """Of one file: how often each line ran, and each way out of a line's conditions."""

    lines: dict[int, int] = field(default_factory=dict)
    branches: dict[tuple[int, int], int] = field(default_factory=dict)

    def add(self, line: dict[str, Any]) -> None:
        """A header's line occurs once for every file that includes it."""
        number = line["line_number"]
        self.lines[number] = self.lines.get(number, 0) + line["count"]
        for at, branch in enumerate(line["branches"]):
            self.branches[number, at] = self.branches.get((number, at), 0) + branch["count"]

    @property
    def missed(self) -> list[str]:
        """What nothing went through."""
        never = [f"line {number}" for number, count in sorted(self.lines.items()) if count == 0]
        ways = [
            f"line {number}, way {at + 1} of its conditions"
            for (number, at), count in sorted(self.branches.items())
            if count == 0 and self.lines[number] > 0
        ]
        return never + ways


def build(folder: Path) -> Path:
    """The core with counters in it."""
    sources = [*sorted(CORE.glob("*.c")), *sorted(TESTS.glob("probe*.c"))]
    for source in sources:
        subprocess.run([*CC, "-c", str(source)], check=True, timeout=60, cwd=folder)
    made = folder / "core.so"
    objects = [f"{source.stem}.o" for source in sources]
    subprocess.run(["gcc", "-shared", "--coverage", "-o", str(made), *objects], check=True, timeout=60, cwd=folder)
    return made


def run_tests(library: Path) -> bool:
    """All tests of the core, in one process; true where they pass."""
    environment = {**os.environ, "CORE_LIBRARY": str(library)}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "-m",
        "not avr and not chip",
        str(TESTS),
    ]
    command += [f"--ignore={TESTS / name}" for name in ("test_generate.py", "test_generated_python.py")]
    return subprocess.run(command, env=environment, cwd=ROOT, timeout=900, check=False).returncode == 0


def measure(folder: Path) -> dict[str, Covered]:
    """Reads gcov's JSON; a source that no test loads counts as not covered at all."""
    found = {path.name: Covered() for path in sorted(CORE.glob("*.c"))}
    notes = sorted(path.name for path in folder.glob("*.gcno"))
    subprocess.run(
        ["gcov", "--json-format", "--branch-probabilities", *notes], check=True, cwd=folder, capture_output=True
    )
    for report in sorted(folder.glob("*.gcov.json.gz")):
        for file in json.loads(gzip.decompress(report.read_bytes()))["files"]:
            path = Path(file["file"])
            if path.parent == CORE:
                for line in file["lines"]:
                    found.setdefault(path.name, Covered()).add(line)
    return found


def report(found: dict[str, Covered]) -> bool:
    """Prints a line a file and what is missing; true where nothing is."""
    shown = Table("file", "lines", "", "branches", "", title="Coverage of firmware/core")
    total = [0, 0, 0, 0]
    for name, covered in sorted(found.items()):
        counts = [
            sum(count > 0 for count in covered.lines.values()),
            len(covered.lines),
            sum(count > 0 for count in covered.branches.values()),
            len(covered.branches),
        ]
        total = [a + b for a, b in zip(total, counts, strict=True)]
        shown.add_row(
            name, f"{counts[0]}/{counts[1]}", _share(*counts[:2]), f"{counts[2]}/{counts[3]}", _share(*counts[2:])
        )
    shown.add_section()
    shown.add_row("all", f"{total[0]}/{total[1]}", _share(*total[:2]), f"{total[2]}/{total[3]}", _share(*total[2:]))
    console.print(shown)
    missed = [f"{name}: {what}" for name, covered in sorted(found.items()) for what in covered.missed]
    for line in missed:
        console.print(f"never: firmware/core/{line}", markup=False)
    console.print(f"[bold]{_share(*total[:2])} of lines, {_share(*total[2:])} of branches[/]")
    return not missed and total[1] > 0


def _share(part: int, whole: int) -> str:
    """Never rounded up to 100 %."""
    return f"{int(10_000 * part / whole) / 100:g} %" if whole else "-"


def main() -> int:
    """Exit code 1 unless the tests pass and go through everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", type=Path, help="leave gcov's files in this folder")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="coverage-") as name:
        folder = Path(name)
        passed = run_tests(build(folder))
        whole = report(measure(folder))
        if arguments.keep is not None:
            shutil.copytree(folder, arguments.keep, dirs_exist_ok=True)
    return 0 if passed and whole else 1


if __name__ == "__main__":
    raise SystemExit(main())
