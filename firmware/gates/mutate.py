"""`make mutate`: breaks the core in every small way and asks whether the tests notice.

    python -m gates.mutate                      a seeded sample of all files that decide about heat
    python -m gates.mutate --all                every mutant (hours on two cores)
    python -m gates.mutate --all supervisor.c   every mutant of one file

A mutant is killed where a test of tests/firmware fails, hangs or runs into the sanitizer. One that compiles to the very
same machine code is no mutant. One that lives is a missing test, or must stand in firmware/mutants/equivalent.toml with
the reason why nobody can tell it from the original.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import multiprocessing
import os
import random
import subprocess
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from gates.mutants import Mutant, mutants
from gates.sources import CORE, ROOT

TESTS = ROOT / "tests" / "firmware"
LIST = ROOT / "firmware" / "mutants" / "equivalent.toml"
IRRELEVANT = {"event.c", "frame.c", "massage.c", "report.c", "signal.c"}  # they speak; they do not heat
WITHOUT_CORE = {"test_generate.py", "test_generated_python.py"}
SAMPLE = 150
MINUTES = 8.0
ONE_MUTANT_S = 90.0
CC = ("gcc", "-std=c11", "-O1", "-g0", "-w", "-fPIC", "-fsanitize=undefined", "-fsanitize=bounds-strict",
      "-fno-sanitize-recover=all", f"-I{CORE}")  # fmt: skip

console = Console(highlight=False)


class Verdict(NamedTuple):
    """What became of a mutant: killed (by what), lives, same or does not compile."""

    mutant: Mutant
    end: str
    by: str


class Workshop:
    """The core's object files, made once; each mutant replaces one of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        sources = [*sorted(CORE.glob("*.c")), *sorted(TESTS.glob("probe*.c"))]
        self.texts = {path.name: path.read_text(encoding="utf-8") for path in CORE.glob("*.[ch]")}
        self.objects = {path.name: folder / f"{path.stem}.o" for path in sources}
        for path in sources:
            self._compile(path, self.objects[path.name])
        self.digests = {name: _digest(path) for name, path in self.objects.items()}

    def _compile(self, source: Path, to: Path) -> None:
        subprocess.run([*CC, "-c", "-o", str(to), str(source)], check=True, capture_output=True, timeout=60)

    def library(self, mutant: Mutant | None, folder: Path) -> Path | None:
        """The library with that one file broken; None where it does not compile or is the same code."""
        objects = dict(self.objects)
        if mutant is not None:
            source = folder / mutant.file
            source.write_text(mutant.applied(self.texts[mutant.file]), encoding="utf-8")
            objects[mutant.file] = folder / "mutant.o"
            try:
                self._compile(source, objects[mutant.file])
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
                return None
            if _digest(objects[mutant.file]) == self.digests[mutant.file]:
                return None
        made = folder / "core.so"
        subprocess.run(
            ["gcc", "-shared", "-fsanitize=undefined", "-o", str(made), *map(str, objects.values())],
            check=True, capture_output=True, timeout=60,
        )  # fmt: skip
        return made


def _digest(path: Path) -> str:
    """Of the machine code alone: two sources with the same code are the same firmware."""
    stripped = path.with_suffix(".bin")
    subprocess.run(["objcopy", "--strip-all", "--remove-section=.comment", str(path), str(stripped)], check=True)
    return hashlib.sha256(stripped.read_bytes()).hexdigest()


def test_files(file: str) -> list[str]:
    """The tests of that file first: they kill soonest."""
    stem = Path(file).stem
    everything = sorted(path for path in TESTS.glob("test_*.py") if path.name not in WITHOUT_CORE)
    order = sorted(everything, key=lambda path: (path.stem != f"test_{stem}", stem not in path.read_text(), path.name))
    return [str(path) for path in order]


class _FirstFailure:
    """Tells which test noticed."""

    name = ""

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed and not self.name:
            self.name = report.nodeid.rpartition("/")[2]


def _judge(library: str, files: Sequence[str], folder: str, answer: Any) -> None:
    """In a process of its own, forked from one that has everything imported."""
    os.environ["CORE_LIBRARY"] = library
    with open(os.devnull, "w") as nothing, contextlib.suppress(OSError):
        os.dup2(nothing.fileno(), 1)
        os.dup2(nothing.fileno(), 2)
    noticed = _FirstFailure()
    options = [
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "--no-header",
        "--timeout=20",
        f"--basetemp={folder}/t",
    ]
    code = pytest.main([*options, *files], plugins=[noticed])
    answer.send((int(code), noticed.name))
    answer.close()
    os._exit(0)


def judge(library: Path, file: str, folder: Path) -> tuple[bool, str]:
    """True where the tests pass as if nothing had happened."""
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_judge, args=(str(library), test_files(file), str(folder), there))
    process.start()
    there.close()
    end = (1, "it hangs")
    if here.poll(ONE_MUTANT_S):
        try:
            end = here.recv()
        except EOFError:
            end = (1, "sanitizer or crash")
    process.kill()
    process.join()
    return end[0] == 0, end[1]


def examine(workshop: Workshop, mutant: Mutant) -> Verdict:
    """Compiles it and runs the tests."""
    with tempfile.TemporaryDirectory(prefix="mutant-", dir=workshop.folder) as name:
        library = workshop.library(mutant, Path(name))
        if library is None:
            return Verdict(mutant, "same or no code", "")
        lives, by = judge(library, mutant.file, Path(name))
    return Verdict(mutant, "lives" if lives else "killed", by)


# ---- which, and which not


def files() -> list[str]:
    """Whatever decides about heat, or is believed by what does."""
    return [*sorted(path.name for path in CORE.glob("*.c") if path.name not in IRRELEVANT), "countdown.h"]


def equivalents() -> dict[tuple[str, str, str, str], str]:
    """The mutants that nobody can tell from the original, each with its argument."""
    listed = tomllib.loads(LIST.read_text(encoding="utf-8")).get("mutant", []) if LIST.exists() else []
    found = {}
    for entry in listed:
        if len(entry.get("why", "").split()) < 4:
            raise SystemExit(f"{LIST.relative_to(ROOT)}: the mutant {entry.get('after')} has no argument under `why`.")
        for after in [entry["after"]] if isinstance(entry["after"], str) else entry["after"]:
            found[entry["file"], entry["function"], entry["before"], after] = entry["why"]
    return found


def stale(everything: Iterable[Mutant], listed: Iterable[tuple[str, str, str, str]]) -> list[tuple[str, str, str, str]]:
    """Entries of the list that no mutant has any more."""
    keys = {mutant.key for mutant in everything}
    return [key for key in listed if key not in keys]


def sampled(everything: Sequence[Mutant], count: int, seed: int) -> list[Mutant]:
    """So many of each file in proportion, the judge's twice as likely."""
    chance = random.Random(seed)
    weighted = sorted(
        everything, key=lambda m: chance.random() ** (1 / (2 if m.file == "supervisor.c" else 1)), reverse=True
    )
    return weighted[:count]


# ---- all of it


def run(workshop: Workshop, chosen: Sequence[Mutant], minutes: float) -> Iterator[Verdict]:
    """Two at a time, until the time is up."""
    until = time.monotonic() + 60 * minutes
    workers = min(2, os.cpu_count() or 1)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress, ThreadPoolExecutor(workers) as pool:
        bar = progress.add_task("mutants", total=len(chosen))

        def one(mutant: Mutant) -> Verdict | None:
            return examine(workshop, mutant) if time.monotonic() < until else None

        for verdict in pool.map(one, chosen):
            progress.advance(bar)
            if verdict is not None:
                if verdict.end == "lives":
                    progress.console.print(f"lives: {verdict.mutant.name}", markup=False)
                yield verdict


def table(verdicts: Sequence[Verdict], excused: set[tuple[str, str, str, str]]) -> Table:
    """A line a file."""
    shown = Table("file", "mutants", "killed", "equivalent", "alive", title="Broken copies of the core")
    for file in sorted({verdict.mutant.file for verdict in verdicts}):
        own = [v for v in verdicts if v.mutant.file == file and v.end != "same or no code"]
        ends = Counter("equivalent" if v.end == "lives" and v.mutant.key in excused else v.end for v in own)
        shown.add_row(file, str(len(own)), str(ends["killed"]), str(ends["equivalent"]), str(ends["lives"]))
    return shown


def main() -> int:
    """Exit code 1 where a mutant lives that nobody has explained."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "files", nargs="*", help="of firmware/core, for instance supervisor.c; all that matter unless given"
    )
    parser.add_argument("--all", action="store_true", help="every mutant, however long it takes")
    parser.add_argument("--seed", type=int, default=random.randrange(10_000))
    parser.add_argument("--sample", type=int, default=SAMPLE)
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--kills", type=Path, help="write every mutant and what killed it into this file")
    arguments = parser.parse_args()
    if unknown := set(arguments.files) - {path.name for path in CORE.glob("*.[ch]")}:
        parser.error(f"firmware/core has no {', '.join(sorted(unknown))}")
    _import_tests()
    with tempfile.TemporaryDirectory(prefix="mutate-") as folder:
        workshop = Workshop(Path(folder))
        whole = [mutant for file in files() for mutant in mutants(file, workshop.texts[file])]
        everything = [m for m in whole if m.file in arguments.files] if arguments.files else whole
        excused = equivalents()
        chosen = everything if arguments.all else sampled(everything, arguments.sample, arguments.seed)
        console.print(f"{len(chosen)} of {len(everything)} mutants, seed {arguments.seed}")
        baseline = workshop.library(None, Path(folder))
        assert baseline is not None
        healthy, by = judge(baseline, "supervisor.c", Path(folder))
        if not healthy:
            console.print(f"[red]The tests fail on the core as it is: {by}. Mend that first.[/]")
            return 1
        verdicts = list(run(workshop, chosen, 10_000 if arguments.all else arguments.minutes))
    return report(verdicts, excused, stale(whole, excused), arguments.kills)


def report(
    verdicts: Sequence[Verdict],
    excused: dict[tuple[str, str, str, str], str],
    outdated: Sequence[tuple[str, str, str, str]],
    kills: Path | None,
) -> int:
    """Prints the table and what is wrong; 1 where something is."""
    console.print(table(verdicts, set(excused)))
    alive = [v for v in verdicts if v.end == "lives" and v.mutant.key not in excused]
    wrong = [v for v in verdicts if v.end == "killed" and v.mutant.key in excused]
    for verdict in alive:
        console.print(f"alive: {verdict.mutant.name}", markup=False)
    for verdict in wrong:
        console.print(f"listed as equivalent, but {verdict.by} kills it: {verdict.mutant.name}", markup=False)
    for key in outdated:
        console.print(f"{LIST.relative_to(ROOT)} lists what no longer exists: {' | '.join(key)}", markup=False)
    if kills is not None:
        lines = (f"{verdict.end}\t{verdict.by}\t{verdict.mutant.name}\n" for verdict in verdicts)
        kills.write_text("".join(lines), encoding="utf-8")
    examined = [verdict for verdict in verdicts if verdict.end != "same or no code"]
    console.print(
        f"[bold]{len(examined) - len(alive)} of {len(examined)} mutants killed or explained[/], "
        f"{len(verdicts) - len(examined)} more compile to the same code or not at all"
    )
    return 1 if alive or wrong or outdated or not examined else 0


def _import_tests() -> None:
    """Once, before anything forks: what every run needs, so that each only has to look."""
    import hypothesis  # noqa: PLC0415
    import native  # noqa: F401, PLC0415

    hypothesis.settings.register_profile("mutants", derandomize=True, database=None)
    hypothesis.settings.load_profile("mutants")
    os.chdir(ROOT)


if __name__ == "__main__":
    raise SystemExit(main())
