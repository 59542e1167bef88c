"""`make prove`: Frama-C proves every contract of firmware/proofs for all inputs, on a machine whose int has 16 bits.

python -m gates.prove                 everything, then a few weakened copies that must fail
python -m gates.prove supervisor      one file
python -m gates.prove --weaken all    every guard of the judge taken out, one after the other
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from gates.sources import CORE, PROOFS, ROOT, functions, line_of, without_comments

FIRST_TRY = ("cvc4", 5)  # prover, seconds a goal: it does nearly all of them
SECOND_TRY = ("cvc4,z3", 20)
LAST_TRY = ("cvc4,z3", 80)  # for the few that a busy computer keeps from their time: the provers count real seconds
WEAKENED_TRY = ("cvc4", 10)  # twice what the goal got where the guard stands: to fail for lack of time does not count
KNOWN = ROOT / "build" / "prove"  # what was proved of just these files, for the desk
FUNCTION_TIMEOUT_S = 400.0
UNROLL = 5  # one more than any loop over zones, sensors or motors takes
WEAKENED_SAMPLE = 6
JUDGE = "supervisor"

_SCORE = re.compile(r"Proved goals:\s+(\d+) / (\d+)")
_FAILED = re.compile(
    r"^\[wp\] (?:\[(?:Failed|Timeout|Unknown|Stepout)\] Goal (\w+)"
    r"|\[[^\]]*\] Goal (\w+)\s*:\s*(?:Failed|Timeout|Unknown|Stepout))",
    re.MULTILINE,
)
_PROVED = re.compile(r"^\[wp\] \[[^\]]*\] Goal (\w+) : Valid", re.MULTILINE)
_CLAUSE = "_ensures"  # other goals are numbered by place: one line less, and the name is another goal's
_CHEATS = re.compile(r"\b(admit|axiom|axiomatic|lemma|assume|check_lemma|calls)\b")
_OPTIONS = re.compile(r"prove(?: (\w+))?: *([^*\n]*)")

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
    quick: frozenset[str] = frozenset()  # clauses proved at the first try
    failed: frozenset[str] = frozenset()  # goals tried and not proved

    @property
    def whole(self) -> bool:
        """Every goal proved, nothing assumed in silence."""
        return self.goals > 0 and self.proved == self.goals and not self.complaints


def contracts() -> list[str]:
    """The files of the core that have contracts."""
    return sorted(path.stem for path in PROOFS.glob("*.acsl"))


def tasks_of(file: str) -> Iterator[Task]:
    """Every function that the file defines; but for those that are inlined and so proved where they are called."""
    source = CORE / f"{file}.c"
    text = (source if source.exists() else CORE / f"{file}.h").read_text(encoding="utf-8")
    options = " ".join(options_of(file))
    for function in functions(text):
        inlined = re.search(rf"-inline-calls \S*\b{function.name}\b", options)
        if not inlined:
            yield Task(file, function.name)


def options_of(file: str, function: str = "") -> list[str]:
    """What a file of contracts wants of the prover: `prove: -ulevel 9` in a comment; of one function alone,
    `prove heat: -wp-split`."""
    wanted = _OPTIONS.findall((PROOFS / f"{file}.acsl").read_text(encoding="utf-8"))
    return [option for name, options in wanted if name in ("", function) for option in options.split()]


def command(task: Task, source: Path, provers: str = FIRST_TRY[0], timeout_s: int = FIRST_TRY[1]) -> list[str]:
    """Frama-C, reading the contracts first and then the source."""
    return [
        "frama-c",
        "-c11",
        "-machdep",
        "x86_16",
        f"-cpp-extra-args=-DPROVING_{task.file} -I{task.core} -I{PROOFS} -include {PROOFS / (task.file + '.acsl')}",
        "-ulevel",
        str(UNROLL),
        *options_of(task.file, task.function),
        str(source),
        "-wp",
        "-wp-rte",
        "-wp-fct",
        task.function,
        "-wp-prover",
        provers,
        "-wp-timeout",
        str(timeout_s),
        "-wp-par",
        "1",
        *(("-wp-prop", "@ensures") if task.core != CORE else ()),  # a weakened copy: only these are compared
    ]


def prove(task: Task) -> Verdict:
    """One function: by the quick prover, then, where it fails on the real core, by both and with patience."""
    if task.core != CORE:
        return attempt(task, *WEAKENED_TRY)
    known = KNOWN / f"{task.file}-{task.function}-{fingerprint(task)}.json"
    if known.exists():
        proved, quick = json.loads(known.read_text(encoding="utf-8"))
        return Verdict(task, proved, proved, (), frozenset(quick))
    verdict = attempt(task, *FIRST_TRY)
    for patient in (SECOND_TRY, LAST_TRY):
        if not verdict.whole:
            verdict = replace(attempt(task, *patient), quick=verdict.quick)
    if verdict.whole:
        known.parent.mkdir(parents=True, exist_ok=True)
        known.write_text(json.dumps([verdict.proved, sorted(verdict.quick)]), encoding="utf-8")
    return verdict


def fingerprint(task: Task) -> str:
    """Of everything that the proof of a function can depend on: its file as the compiler sees it, contracts included,
    and what the prover is told and given."""
    contracts_of, source = PROOFS / f"{task.file}.acsl", CORE / f"{task.file}.c"
    words = ["cc", "-E", "-CC", "-dD", "-P", "-std=c11", f"-DPROVING_{task.file}", f"-I{CORE}", f"-I{PROOFS}"]
    if not source.exists():
        source = CORE / f"{task.file}.h"
    seen = subprocess.run(
        [*words, "-include", str(contracts_of), "-x", "c", str(source)], capture_output=True, check=True, timeout=60
    )
    told = repr((options_of(task.file, task.function), UNROLL, FIRST_TRY, SECOND_TRY))
    return hashlib.sha256(seen.stdout + told.encode()).hexdigest()[:16]


def attempt(task: Task, provers: str, timeout_s: int) -> Verdict:
    """Runs the provers over one function."""
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
                command(task, source, provers, timeout_s),
                capture_output=True,
                text=True,
                timeout=FUNCTION_TIMEOUT_S,
                check=False,
                cwd=folder,
            )
        except subprocess.TimeoutExpired:
            return Verdict(task, 0, 1, (f"no answer within {FUNCTION_TIMEOUT_S:.0f} s",))
    return judge(task, done.stdout + done.stderr)


def calls_of(task: Task) -> set[str]:
    """Everything that a function calls, also by way of those inlined into it."""
    source = task.core / f"{task.file}.c"
    text = without_comments((source if source.exists() else task.core / f"{task.file}.h").read_text(encoding="utf-8"))
    options = " ".join(options_of(task.file))
    found: set[str] = set()
    for function in functions(text):
        inlined = re.search(rf"-inline-calls \S*\b{function.name}\b", options)
        if inlined or function.name == task.function:
            found |= set(re.findall(r"\b(\w+)\(", text[function.start : function.end]))
    return found


def judge(task: Task, said: str) -> Verdict:
    """Reads what Frama-C printed."""
    score = _SCORE.search(said)
    if score is None:
        wrong = [line for line in said.splitlines() if "rror" in line or "aborted" in line] or said.splitlines()[-3:]
        return Verdict(task, 0, 1, tuple(wrong))
    goals = dict.fromkeys(one or other for one, other in _FAILED.findall(said))
    complaints = [f"not proved: {goal}" for goal in goals]
    silent = set(re.findall(r"Neither code nor specification for function (\w+)", said))
    complaints += [
        f"`{name}` has no contract: write one in firmware/proofs" for name in sorted(silent & calls_of(task))
    ]
    quick = frozenset(goal for goal in _PROVED.findall(said) if _CLAUSE in goal)
    return Verdict(task, int(score.group(1)), int(score.group(2)), tuple(complaints), quick, frozenset(goals))


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


_GUARD = re.compile(
    r"^(?P<in>(?: {4})+)if \(([^\n]*(?:\n(?P=in) {4,}[^\n]*)*?)\) \{\n(?:(?P=in) {4}[^\n]*\n)+?(?P=in)\}\n",
    re.MULTILINE,
)


def guards(text: str) -> list[Guard]:
    """Every guard of the judge's functions."""
    plain = without_comments(text)
    return [
        Guard(function.name, line_of(text, found.start()), " ".join(found.group(2).split()), found.start(), found.end())
        for function in functions(text)
        for found in _GUARD.finditer(plain, function.start, function.end)
    ]


def weakened(guard: Guard, folder: Path) -> Task:
    """A copy of the core without that guard."""
    core = folder / f"without-{guard.line}"
    shutil.copytree(CORE, core)
    text = (core / f"{JUDGE}.c").read_text(encoding="utf-8")
    (core / f"{JUDGE}.c").write_text(text[: guard.start] + text[guard.end :], encoding="utf-8")
    return Task(JUDGE, prover_of(guard.function, text), core)


def prover_of(function: str, text: str) -> str:
    """The function itself or, where it is inlined, the one that calls it."""
    if function in {task.function for task in tasks_of(JUDGE)}:
        return function
    return next(
        other.name
        for other in functions(text)
        if other.name != function and re.search(rf"\b{function}\(", text[other.start : other.end])
    )


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
    """Proves, two functions a core at a time: each waits for its provers half of the while."""
    columns = (TextColumn(label), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    workers = 2 * min(2, len(os.sched_getaffinity(0)))
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


def missed(whole: Verdict, without: Verdict) -> list[str]:
    """The clauses that tell that a guard is gone: proved at once where it stands, not in twice the time without it."""
    return sorted(whole.quick & without.failed)


def report_weakened(found: Sequence[Guard], whole: Sequence[Verdict], without: Sequence[Verdict]) -> bool:
    """Prints by which clause each weakened copy was seen through; true where all were."""
    intact = {verdict.task.function: verdict for verdict in whole}
    survivors = 0
    for guard, verdict in zip(found, without, strict=True):
        place, clauses = f"{JUDGE}.c:{guard.line} {guard.function}()", missed(intact[verdict.task.function], verdict)
        if clauses:
            console.print(f"{place}: without `if ({guard.words})` fails {clauses[0]}")
            continue
        survivors += 1
        console.print(f"[red]{place}[/]: nothing fails without `if ({guard.words})`")
        for complaint in verdict.complaints:
            console.print(f"    {complaint}")
    console.print(f"[bold]{len(found) - survivors} of {len(found)} guards[/] of the judge are missed when taken out")
    return not survivors


def main() -> int:
    """Exit code 1 unless all is proved and every weakened copy fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", help="names of files of the core; all that have contracts unless given")
    parser.add_argument("--function", help="only this one")
    parser.add_argument("--weaken", choices=("none", "sample", "all"), help="sample unless files are named")
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
    verdicts = run(tasks, "proving")
    good = report(verdicts)
    weaken = arguments.weaken or ("none" if arguments.files else "sample")
    if not good or weaken == "none":
        return good
    console.print(f"seed {arguments.seed}")
    found = chosen(weaken, arguments.seed)
    whole = [verdict for verdict in verdicts if verdict.task.file == JUDGE] or run(list(tasks_of(JUDGE)), "judge")
    with tempfile.TemporaryDirectory(prefix="weakened-") as folder:
        without = run([weakened(guard, Path(folder)) for guard in found], "weakening")
    return report_weakened(found, whole, without)


if __name__ == "__main__":
    raise SystemExit(main())
