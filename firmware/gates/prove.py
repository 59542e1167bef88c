"""`make prove`: Frama-C proves every contract of firmware/proofs for all inputs, on a machine whose int has 16 bits.

python -m gates.prove                 everything, then a few weakened copies that must fail
python -m gates.prove supervisor      one file
python -m gates.prove --weaken all    every guard of the judge taken out, one after the other
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from gates.sources import CORE, PROOFS, ROOT, functions, line_of, without_comments

PROVER_TIMEOUT_S = 10
FUNCTION_TIMEOUT_S = 400.0
UNROLL = 5  # one more than any loop over zones, sensors or motors takes
WEAKENED_SAMPLE = 6
JUDGE = "supervisor"

_SCORE = re.compile(r"Proved goals:\s+(\d+) / (\d+)")
_FAILED = re.compile(r"^\[wp\] \[(?:Failed|Timeout|Unknown|Stepout)\] Goal (\w+)", re.MULTILINE)
_CHEATS = re.compile(r"\b(admit|axiom|axiomatic|lemma|assume|check_lemma|calls)\b")
_OPTIONS = re.compile(r"prove: *([^*\n]*)")

console = Console(highlight=False)


@dataclass(frozen=True, slots=True)
class Task:
    """One function of one file, in one copy of the core."""

    file: str
    function: str
    core: Path = CORE


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many goals there were, and what was not proved."""

    task: Task
    proved: int
    goals: int
    complaints: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Every goal proved, nothing assumed in silence."""
        return self.goals > 0 and self.proved == self.goals and not self.complaints


def contracts() -> list[str]:
    """The files of the core that have contracts."""
    return sorted(path.stem for path in PROOFS.glob("*.acsl"))


def tasks_of(file: str) -> Iterator[Task]:
    """Every function that the file defines or, for a header alone, that its contracts name."""
    source = CORE / f"{file}.c"
    text = (source if source.exists() else CORE / f"{file}.h").read_text(encoding="utf-8")
    options = " ".join(options_of(file))
    for function in functions(text):
        if not re.search(rf"-inline-calls \S*\b{function.name}\b", options):  # proved where it is called
            yield Task(file, function.name)


def options_of(file: str) -> list[str]:
    """What a file of contracts wants of the prover: `prove: -ulevel 9` in a comment."""
    found = _OPTIONS.search((PROOFS / f"{file}.acsl").read_text(encoding="utf-8"))
    return found.group(1).split() if found else []


def command(task: Task, source: Path) -> list[str]:
    """Frama-C, reading the contracts first and then the source."""
    return [
        "frama-c",
        "-c11",
        "-machdep",
        "x86_16",
        f"-cpp-extra-args=-DPROVING_{task.file} -I{task.core} -I{PROOFS} -include {PROOFS / (task.file + '.acsl')}",
        "-ulevel",
        str(UNROLL),
        *options_of(task.file),
        str(source),
        "-wp",
        "-wp-rte",
        "-wp-fct",
        task.function,
        "-wp-prover",
        "cvc4",
        "-wp-timeout",
        str(PROVER_TIMEOUT_S),
        "-wp-par",
        "1",
    ]


def prove(task: Task) -> Verdict:
    """Runs the prover over one function."""
    source = task.core / f"{task.file}.c"
    if not source.exists():
        source = task.core / f"{task.file}.h"
    with tempfile.TemporaryDirectory(prefix="prove-") as folder:
        if source.suffix == ".h":
            body = Path(folder) / f"{task.file}.c"
            body.write_text(f'#include "{source}"\n', encoding="utf-8")
            source = body
        try:
            done = subprocess.run(
                command(task, source),
                capture_output=True,
                text=True,
                timeout=FUNCTION_TIMEOUT_S,
                check=False,
                cwd=folder,
            )
        except subprocess.TimeoutExpired:
            return Verdict(task, 0, 1, (f"no answer within {FUNCTION_TIMEOUT_S:.0f} s",))
    return judge(task, done.stdout + done.stderr)


def judge(task: Task, said: str) -> Verdict:
    """Reads what Frama-C printed."""
    score = _SCORE.search(said)
    if score is None:
        wrong = [line for line in said.splitlines() if "rror" in line or "aborted" in line] or said.splitlines()[-3:]
        return Verdict(task, 0, 1, tuple(wrong))
    complaints = [f"not proved: {goal}" for goal in dict.fromkeys(_FAILED.findall(said))]
    complaints += [
        f"`{name}` has no contract: write one in firmware/proofs"
        for name in dict.fromkeys(re.findall(r"No 'assigns' specification for function '(\w+)'", said))
    ]
    return Verdict(task, int(score.group(1)), int(score.group(2)), tuple(complaints))


def find_provers(folder: Path) -> None:
    """Writes Why3's list of provers into a folder of our own, whatever else is set up on this computer."""
    os.environ["WHY3CONFIG"] = str(folder / "why3.conf")
    subprocess.run(["why3", "config", "detect"], check=True, capture_output=True, timeout=60)


def cheats() -> list[str]:
    """Words that would let something pass without a proof."""
    found = []
    for path in [*sorted(PROOFS.glob("*.acsl")), *sorted(CORE.glob("*.[ch]"))]:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            in_annotation = path.suffix == ".acsl" or "@" in line
            word = _CHEATS.search(re.sub(r"/\*(?!@).*?\*/|// .*", "", line)) if in_annotation else None
            if word:
                found.append(
                    f"{path.relative_to(ROOT)}:{number}: `{word.group(1)}` takes something for granted: prove it"
                )
    return found


# ---- weakened copies: a proof that passes whatever the code does proves nothing


@dataclass(frozen=True, slots=True)
class Guard:
    """An `if` without `else`, taken out of its function as if somebody had forgotten it."""

    function: str
    line: int
    words: str
    start: int
    end: int


_GUARD = re.compile(r"^    if \(([^\n]*(?:\n {8,}[^\n]*)*?)\) \{\n(?: {8}[^\n]*\n)+?    \}\n(?!    else)", re.MULTILINE)


def guards(text: str) -> list[Guard]:
    """Every guard of the judge's functions."""
    plain = without_comments(text)
    return [
        Guard(function.name, line_of(text, found.start()), " ".join(found.group(1).split()), found.start(), found.end())
        for function in functions(text)
        for found in _GUARD.finditer(plain, function.start, function.end)
    ]


def weakened(guard: Guard, folder: Path) -> Task:
    """A copy of the core without that guard."""
    core = folder / f"without-{guard.line}"
    shutil.copytree(CORE, core)
    text = (core / f"{JUDGE}.c").read_text(encoding="utf-8")
    (core / f"{JUDGE}.c").write_text(text[: guard.start] + text[guard.end :], encoding="utf-8")
    return Task(JUDGE, guard.function, core)


def chosen(wanted: str, seed: int) -> list[Guard]:
    """All guards, or a seeded sample of them."""
    found = guards((CORE / f"{JUDGE}.c").read_text(encoding="utf-8"))
    if not found:
        raise SystemExit(
            f"No guard was found in {JUDGE}.c: its style changed; correct _GUARD in firmware/gates/prove.py."
        )
    if wanted == "all":
        return found
    return sorted(random.Random(seed).sample(found, min(WEAKENED_SAMPLE, len(found))), key=lambda guard: guard.line)


# ---- all of it


def run(tasks: Sequence[Task], label: str) -> list[Verdict]:
    """Proves, two functions at a time."""
    columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    workers = min(2, os.cpu_count() or 1)
    with Progress(*columns, console=console, transient=True) as progress, ThreadPoolExecutor(workers) as pool:
        return list(progress.track(pool.map(prove, tasks), total=len(tasks)))


def report(verdicts: Sequence[Verdict]) -> bool:
    """Prints a line a file and every goal that is open; true where there is none."""
    for file in dict.fromkeys(verdict.task.file for verdict in verdicts):
        own = [verdict for verdict in verdicts if verdict.task.file == file]
        console.print(
            f"{file:<14} {sum(v.proved for v in own):>5} / {sum(v.goals for v in own):<5} goals in {len(own)} functions"
        )
    for verdict in verdicts:
        for complaint in verdict.complaints:
            console.print(f"[red]{verdict.task.file}.c {verdict.task.function}()[/]: {complaint}")
    proved, goals = sum(v.proved for v in verdicts), sum(v.goals for v in verdicts)
    console.print(
        f"[bold]{proved} of {goals} goals proved[/] in {len(verdicts)} functions, int of 16 bits, for all inputs"
    )
    return bool(verdicts) and all(verdict.whole for verdict in verdicts)


def report_weakened(found: Sequence[Guard], verdicts: Sequence[Verdict]) -> bool:
    """Prints whether each weakened copy was seen through."""
    survivors = [guard for guard, verdict in zip(found, verdicts, strict=True) if verdict.whole]
    for guard in survivors:
        console.print(f"[red]{JUDGE}.c:{guard.line} {guard.function}()[/]: nothing fails without `if ({guard.words})`")
    console.print(
        f"[bold]{len(found) - len(survivors)} of {len(found)} guards[/] of the judge are missed when taken out"
    )
    return not survivors


def main() -> int:
    """Exit code 1 unless all is proved and every weakened copy fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", help="names of files of the core; all that have contracts unless given")
    parser.add_argument("--function", help="only this one")
    parser.add_argument("--weaken", choices=("none", "sample", "all"), default="sample")
    parser.add_argument("--seed", type=int, default=random.randrange(10_000), help="of the sample")
    arguments = parser.parse_args()
    unknown = set(arguments.files) - set(contracts())
    if unknown:
        parser.error(f"no contracts for {', '.join(sorted(unknown))}; there are: {', '.join(contracts())}")
    wrong = cheats()
    for line in wrong:
        console.print(f"[red]{line}[/]")
    tasks = [task for file in arguments.files or contracts() for task in tasks_of(file)]
    tasks = [task for task in tasks if arguments.function in (None, task.function)]
    with tempfile.TemporaryDirectory(prefix="why3-") as folder:
        find_provers(Path(folder))
        return 0 if _all(arguments, tasks) and not wrong else 1


def _all(arguments: argparse.Namespace, tasks: Sequence[Task]) -> bool:
    good = report(run(tasks, "proving"))
    if good and arguments.weaken != "none" and not arguments.files:
        console.print(f"seed {arguments.seed}")
        found = chosen(arguments.weaken, arguments.seed)
        with tempfile.TemporaryDirectory(prefix="weakened-") as folder:
            good = report_weakened(found, run([weakened(guard, Path(folder)) for guard in found], "weakening"))
    return good


if __name__ == "__main__":
    raise SystemExit(main())
