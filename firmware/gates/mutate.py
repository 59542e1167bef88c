"""`make mutate`: breaks the core in every small way and asks whether the tests notice.

    python -m gates.mutate                      every mutant of the judge, a sample of all else that decides about heat
    python -m gates.mutate --all                every mutant
    python -m gates.mutate --all supervisor.c   every mutant of one file
    python -m gates.mutate --among LOG          those that an earlier run named

A mutant is killed where a test of tests/firmware fails, hangs or runs into the sanitizer. One that compiles to the very
same machine code is no mutant. One that lives is a missing test, or must stand in firmware/mutants/equivalent.toml with
the reason why nobody can tell it from the original.

Which mutants the sample takes hangs on the sources alone: the same core gives the same sample on every computer.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import random
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from gates.mutants import Mutant, mutants
from gates.sources import CORE, ROOT
from gates.trial import Court, with_tests
from gates.workshop import Workshop

Key = tuple[str, str, str, str]

LIST = ROOT / "firmware" / "mutants" / "equivalent.toml"
HINTS = ROOT / "build" / "mutants" / "killers.json"  # which test noticed last time; only brings it forward
JUDGE = "supervisor.c"
IRRELEVANT = {"event.c", "massage.c", "report.c", "signal.c"}  # they speak and massage; they do not heat
SHARED = ("countdown.h", "frame.h", "pair.h", "slope.h", "supply.h", "thermistor.h")  # the headers with code in them
SAMPLE = 300
MINUTES = 8.0
WORKERS = min(2, len(os.sched_getaffinity(0)))
_FORK = multiprocessing.get_context("fork")

console = Console(highlight=False)


class Verdict(NamedTuple):
    """What became of a mutant: killed (by what), lives, or same (no other machine code, or none)."""

    mutant: Mutant
    end: str
    by: str


@dataclass(frozen=True, slots=True)
class Task:
    """Whatever examining mutants needs; forked into each worker."""

    workshop: Workshop
    court: Court
    chosen: Sequence[Mutant]
    hints: Mapping[str, str]
    excused: Mapping[Key, str]
    doubts: bool  # whether the excused are tried, too
    until: float
    workers: int


def examine(task: Task, mutant: Mutant) -> Verdict:
    """Compiles it and runs the tests."""
    if mutant.key in task.excused and not task.doubts:
        return Verdict(mutant, "lives", "")
    with tempfile.TemporaryDirectory(prefix="mutant-", dir=task.workshop.folder) as name:
        folder = Path(name)
        library = task.workshop.library(mutant, folder)
        if library is None:
            return Verdict(mutant, "same", "")
        if by := task.court.noticed(mutant, library, task.hints.get(_text(mutant.key), "")):
            return Verdict(mutant, "killed", by)
        return Verdict(mutant, "same" if task.workshop.same_when_released(mutant, folder) else "lives", "")


# ---- which, and which not


def files() -> list[str]:
    """Whatever decides about heat, or is believed by what does; the judge first."""
    rest = sorted(path.name for path in CORE.glob("*.c") if path.name not in IRRELEVANT | {JUDGE})
    return [JUDGE, *rest, *SHARED]


def equivalents() -> dict[Key, str]:
    """The mutants that nobody can tell from the original, each with its argument."""
    listed = tomllib.loads(LIST.read_text(encoding="utf-8")).get("mutant", [])
    found = {}
    for entry in listed:
        if len(entry.get("why", "").split()) < 4:
            raise SystemExit(f"{LIST.relative_to(ROOT)}: the mutant {entry.get('after')} has no argument under `why`.")
        for after in [entry["after"]] if isinstance(entry["after"], str) else entry["after"]:
            found[entry["file"], entry["function"], entry["before"], after] = entry["why"]
    return found


def stale(everything: Iterable[Mutant], listed: Iterable[Key]) -> list[Key]:
    """Entries of the list that no mutant has any more."""
    keys = {mutant.key for mutant in everything}
    return [key for key in listed if key not in keys]


def seed_of(texts: Mapping[str, str]) -> int:
    """The sources' own number."""
    whole = "\0".join(texts[name] for name in sorted(texts))
    return int.from_bytes(hashlib.sha256(whole.encode()).digest()[:2], "big")


def sampled(everything: Sequence[Mutant], count: int, seed: int) -> list[Mutant]:
    """All of the judge, and so many of the others, each as likely as any."""
    judge = [mutant for mutant in everything if mutant.file == JUDGE]
    others = [mutant for mutant in everything if mutant.file != JUDGE]
    return judge + random.Random(seed).sample(others, min(count, len(others)))


# ---- the work


def run(task: Task) -> Iterator[Verdict | None]:
    """In any order; None for each that the time did not suffice for."""
    following: Any = _FORK.Value("i", 0)
    answers: SimpleQueue[Verdict | None] = _FORK.SimpleQueue()
    workers = [_FORK.Process(target=_work, args=(task, following, answers)) for _ in range(task.workers)]
    for worker in workers:
        worker.start()
    try:
        for _ in task.chosen:
            yield _answer(answers, workers)
    finally:
        for worker in workers:
            worker.kill()
            worker.join()


def _answer(answers: SimpleQueue[Verdict | None], workers: Sequence[Any]) -> Verdict | None:
    while answers.empty():
        if all(worker.exitcode for worker in workers):
            raise SystemExit("the processes that examine mutants have ended; nothing can be said about the rest")
        time.sleep(0.02)
    return answers.get()


def _work(task: Task, following: Any, answers: SimpleQueue[Verdict | None]) -> None:
    while True:
        with following.get_lock():
            at = following.value
            following.value += 1
        if at >= len(task.chosen):
            return
        answers.put(examine(task, task.chosen[at]) if time.monotonic() < task.until else None)


def watched(task: Task) -> Iterator[Verdict]:
    """The verdicts, under a bar."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("mutants", total=len(task.chosen))
        for verdict in run(task):
            progress.advance(bar)
            if verdict is not None:
                if verdict.end == "lives" and verdict.mutant.key not in task.excused:
                    progress.console.print(f"lives: {verdict.mutant.name}", markup=False, soft_wrap=True)
                yield verdict


# ---- what is said of it


def table(verdicts: Sequence[Verdict], excused: Iterable[Key]) -> Table:
    """A line a file, and their sum."""
    shown = Table("file", "mutants", "killed", "equivalent", "alive", title="Broken copies of the core")
    for file in [*sorted({verdict.mutant.file for verdict in verdicts}), ""]:
        own = [v for v in verdicts if file in ("", v.mutant.file) and v.end != "same"]
        ends = Counter("equivalent" if v.mutant.key in excused else v.end for v in own)
        if not file:
            shown.add_section()
        counts = (len(own), ends["killed"], ends["equivalent"], ends["lives"])
        shown.add_row(file or "all", *map(str, counts))
    return shown


def report(
    verdicts: Sequence[Verdict], chosen: Sequence[Mutant], excused: Mapping[Key, str], outdated: Sequence[Key]
) -> bool:
    """Prints the table and what is wrong; true where nothing is."""
    console.print(table(verdicts, excused))
    alive = [v for v in verdicts if v.end == "lives" and v.mutant.key not in excused]
    wrong = [v for v in verdicts if v.end == "killed" and v.mutant.key in excused]
    for verdict in alive:
        console.print(f"alive: {verdict.mutant.name}", markup=False, soft_wrap=True)
    for verdict in wrong:
        console.print(
            f"listed as equivalent, but {verdict.by} kills it: {verdict.mutant.name}", markup=False, soft_wrap=True
        )
    for key in outdated:
        console.print(f"{LIST.relative_to(ROOT)} lists what no longer exists: {' | '.join(key)}", markup=False)
    ends = Counter("equivalent" if v.mutant.key in excused else v.end for v in verdicts)
    total = len(verdicts) - ends["same"]
    left = set(chosen) - {verdict.mutant for verdict in verdicts}
    of_judge = sum(mutant.file == JUDGE for mutant in left)
    if left:
        console.print(
            f"The time was up: {len(left)} of {len(chosen)} were not examined, {of_judge} of them in {JUDGE}."
        )
    console.print(
        f"[bold]{ends['killed']} of {total} mutants killed, {ends['equivalent']} equivalent, {ends['lives']} alive[/]; "
        f"{ends['same']} more compile to the same code or not at all"
    )
    return not (alive or wrong or outdated or of_judge) and total > 0


def remember(verdicts: Iterable[Verdict], hints: Mapping[str, str]) -> None:
    """For the order of the next run."""
    known = {**hints, **{_text(v.mutant.key): v.by for v in verdicts if v.end == "killed"}}
    HINTS.parent.mkdir(parents=True, exist_ok=True)
    HINTS.write_text(json.dumps(known, indent=0, ensure_ascii=False), encoding="utf-8")


def _text(key: Key) -> str:
    return " | ".join(key)


# ---- all of it


def judge_all(arguments: argparse.Namespace, court: Court) -> int:
    """The gate, once the tests are collected."""
    with tempfile.TemporaryDirectory(prefix="mutate-") as folder:
        workshop = Workshop(Path(folder))
        whole = [mutant for file in files() for mutant in mutants(file, workshop.texts[file])]
        named = arguments.among.read_text(encoding="utf-8") if arguments.among else ""
        everything = [
            mutant
            for mutant in whole
            if (not arguments.files or mutant.file in arguments.files) and (not named or mutant.name in named)
        ]
        seed = seed_of(workshop.texts) if arguments.seed is None else arguments.seed
        chosen = everything if arguments.all or named else sampled(everything, arguments.sample, seed)
        console.print(f"{len(chosen)} of {len(everything)} mutants, seed {seed}")
        if by := court.sound(workshop.sound()):
            console.print(f"[red]The tests fail on the core as it is: {by}. Mend that first.[/]")
            return 1
        until = time.monotonic() + (60 * arguments.minutes if not arguments.all else float("inf"))
        hints = json.loads(HINTS.read_text(encoding="utf-8")) if HINTS.exists() else {}
        excused = equivalents()
        task = Task(workshop, court, chosen, hints, excused, arguments.all or bool(named), until, arguments.workers)
        verdicts = list(watched(task))
    remember(verdicts, hints)
    return 0 if report(verdicts, chosen, excused, stale(whole, excused)) else 1


def main() -> int:
    """Exit code 1 where a mutant lives that nobody has explained."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", help="for instance supervisor.c; all that matter unless given")
    parser.add_argument("--all", action="store_true", help="every mutant, however long it takes")
    parser.add_argument("--among", type=Path, help="only those that this file names, for instance what a run printed")
    parser.add_argument("--seed", type=int, help="another sample")
    parser.add_argument("--sample", type=int, default=SAMPLE, help="how many beside the judge's")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="no new one begins after so many")
    parser.add_argument("--workers", type=int, default=WORKERS, help="how many at a time")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="a quick look: only the likeliest tests")
    arguments = parser.parse_args()
    if unknown := set(arguments.files) - set(files()):
        parser.error(f"nothing to break in {', '.join(sorted(unknown))}; there are {', '.join(files())}")
    return with_tests(partial(judge_all, arguments), arguments.seconds)


if __name__ == "__main__":
    raise SystemExit(main())
