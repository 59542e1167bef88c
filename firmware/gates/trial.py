"""Runs the core's tests on one library after another until one test notices that it is broken.

The tests are collected once; each library then gets a process forked from there, and in it the tests most likely to
notice come first. A process that the sanitizer ends, or a test that needs far more time than it does on the sound core,
has noticed too.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import accumulate, zip_longest
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

import hypothesis
import pytest

from gates.mutants import Mutant
from gates.reached import Reached
from gates.sources import ROOT
from gates.workshop import TESTS

WITHOUT_CORE = ("test_generate.py", "test_generated_python.py")
PATIENCE_S = 5.0  # of processor time for any test …
PATIENCE_TIMES = 10  # … and so many times what it needs on the sound core
ALL_TESTS_S = 900.0
OPTIONS = (
    "-s", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:terminal", "-p", "no:faulthandler", "-p", "no:timeout",
    "-p", "no:pytest_cov", "-o", "addopts=", "-W", "ignore", "-m", "not avr and not chip", "--import-mode=importlib",
    f"--rootdir={ROOT}",
)  # fmt: skip
_FORK = multiprocessing.get_context("fork")


class End(NamedTuple):
    """`by`: the test that failed, or what ended the process; empty where every test passed."""

    by: str
    seconds: dict[str, float]  # how long each test ran
    reached: dict[str, frozenset[str]]  # the functions of the core that each went through, where that was asked


class Court:
    """Collected tests, and what is known of which of them notices what."""

    def __init__(self, session: pytest.Session, enough_s: float) -> None:
        self._session = session
        self._enough_s = enough_s
        self._seconds: dict[str, float] = {}
        self._reached: dict[str, frozenset[str]] = {}
        self._kills: dict[str, Counter[str]] = {}

    def sound(self, library: Path) -> str:
        """The test that fails on the core as it is; empty where none does. Learns what each reaches, and how soon."""
        end = self._run(self._session.items, library, Reached)
        self._seconds, self._reached = end.seconds, end.reached
        assert end.by or any(end.reached.values()), "no test reaches anything: the compiler's marks are missing"
        return end.by

    def noticed(self, mutant: Mutant, library: Path, hint: str) -> str:
        """The test that fails on this library, or what else ended it; empty where none does."""
        by = self._run(self._order(mutant, hint), library).by
        for place in (mutant.file, mutant.file + mutant.function):
            self._kills.setdefault(place, Counter())[by] += 1
        return by

    def _order(self, mutant: Mutant, hint: str) -> list[pytest.Item]:
        """Those that go through the broken function, if it is one. What noticed this one before comes first, then what
        noticed its neighbours, then its own tests and those that go through little else, quick ones first."""
        stem = Path(mutant.file).stem
        near = self._kills.get(mutant.file + mutant.function, Counter())
        same = self._kills.get(mutant.file, Counter())
        within = mutant.function.isidentifier() and mutant.function != "table"

        def rank(item: pytest.Item) -> tuple[object, ...]:
            name, own = name_of(item), item.path.stem == f"test_{stem}"
            seconds = self._seconds.get(name, 0.0)
            return (name != hint, -near[name], -same[name], seconds > 1.0, not own, len(self._reached[name]), seconds)

        items = self._session.items
        able = [item for item in items if not within or mutant.function in self._reached[name_of(item)]]
        return self._enough(sorted(able, key=rank))

    def _enough(self, items: Sequence[pytest.Item]) -> list[pytest.Item]:
        spent = accumulate((self._seconds.get(name_of(item), 0.0) for item in items), initial=0.0)
        return [item for item, before_s in zip(items, spent, strict=False) if before_s < self._enough_s]

    def _run(self, items: Sequence[pytest.Item], library: Path, looks: type[Reached] | None = None) -> End:
        here, there = _FORK.Pipe(duplex=False)
        process = _FORK.Process(target=self._try, args=(items, library, looks, there))
        process.start()
        there.close()
        try:
            end: End | Exception = here.recv() if here.poll(ALL_TESTS_S) else End("it hangs", {}, {})
        except EOFError:
            process.join(10)
            end = End("it hangs" if process.exitcode == -signal.SIGPROF else "sanitizer or crash", {}, {})
        process.kill()
        process.join()
        here.close()
        if isinstance(end, Exception):
            raise end
        return end

    def _try(
        self, items: Sequence[pytest.Item], library: Path, looks: type[Reached] | None, answer: Connection
    ) -> None:
        """In the forked process. What goes wrong there in this file is told as such: it is no test's merit."""
        try:
            _open(library)
            answer.send(self._tried(items, looks(library) if looks else None))
        except Exception as error:  # noqa: BLE001 - the other process raises it
            answer.send(error)
        answer.close()
        os._exit(0)

    def _tried(self, items: Sequence[pytest.Item], reached: Reached | None) -> End:
        """The tests in this order, up to the first that fails."""
        noticed = _Noticed()
        through: dict[str, frozenset[str]] = {}
        self._session.config.pluginmanager.register(noticed)
        for item, following in zip_longest(items, items[1:]):
            limit_s = PATIENCE_S + PATIENCE_TIMES * self._seconds.get(name_of(item), ALL_TESTS_S)
            signal.setitimer(signal.ITIMER_PROF, limit_s)  # its default end is the process's, in a loop of C too
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if reached:
                through[name_of(item)] = reached.take()
            if noticed.by:
                break
        return End(noticed.by, noticed.seconds, through)


class _Noticed:
    """Listens to one run."""

    def __init__(self) -> None:
        self.by = ""
        self.seconds: dict[str, float] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        name = report.nodeid.rpartition("/")[2]
        self.seconds[name] = self.seconds.get(name, 0.0) + report.duration
        if report.failed and not self.by:
            self.by = name


class _Bailiff:
    """Takes over where pytest would run what it collected."""

    def __init__(self, work: Callable[[Court], int], enough_s: float) -> None:
        self._work = work
        self._enough_s = enough_s
        self.code = 1

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        if session.testsfailed or not session.items:
            raise SystemExit("the core's tests cannot be collected; run: pytest tests/firmware")
        gc.collect()
        gc.freeze()  # else every forked process copies all of it as soon as it collects
        self.code = self._work(Court(session, self._enough_s))
        return True


def with_tests(work: Callable[[Court], int], enough_s: float) -> int:
    """Collects the core's tests and gives what `work` does with them; `enough_s`: how long each library is tested."""
    hypothesis.settings.register_profile(
        "mutants",
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),  # the smallest example is nobody's concern here
    )
    hypothesis.settings.load_profile("mutants")
    os.chdir(ROOT)
    bailiff = _Bailiff(work, enough_s)
    ignored = [f"--ignore={TESTS / name}" for name in WITHOUT_CORE]
    code = pytest.main([*OPTIONS, *ignored, str(TESTS)], plugins=[bailiff])
    return bailiff.code or int(code)


def name_of(item: pytest.Item) -> str:
    """As in a report, without the folder."""
    return item.nodeid.rpartition("/")[2]


def _open(library: Path) -> None:
    """Every later look at the core is at this library, in silence."""
    os.environ["CORE_LIBRARY"] = str(library)
    for module in list(sys.modules.values()):
        if Path(getattr(module, "__file__", None) or "").parent in (TESTS, TESTS.parent):
            for name, cached in vars(module).items():
                forget: Any = getattr(cached, "cache_clear", None)
                if forget is not None and name != "interface":  # what the headers declare stays
                    forget()
    with open(os.devnull, "w") as nothing, contextlib.suppress(OSError):
        os.dup2(nothing.fileno(), 1)
        os.dup2(nothing.fileno(), 2)
