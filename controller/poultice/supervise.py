"""`poultice up`: the parent that starts broker, controller and panel, restarts one that dies, and ends all of them,
the controller first."""

from __future__ import annotations

import ctypes
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from poultice.clock import RealClock
from poultice.errors import SetupError

PARENT = "POULTICE_PARENT"  # in a child's environment: the process id of the parent that it ends with
START_S = 20.0
POLL_S = 0.05
RESTART_FIRST_S = 0.2
RESTART_LAST_S = 10.0
HEALTHY_S = 30.0  # a child that lived so long has earned a quick restart
CONTROLLER_END_S = 1.0
OTHERS_END_S = 0.6
PR_SET_PDEATHSIG = 1

CLOCK = RealClock()

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """A child: its name, its arguments behind `poultice`, and how to see that it is ready (given what it said)."""

    name: str
    arguments: Sequence[str]
    is_ready: Callable[[dict[str, Any]], bool]


def is_child() -> bool:
    """Whether this process was started by `poultice up`."""
    return PARENT in os.environ


def say_ready(**facts: Any) -> None:
    """Called in a child: tells the parent that it is ready, and facts about it."""
    if is_child():
        sys.stdout.write(json.dumps({"ready": True, **facts}) + "\n")
        sys.stdout.flush()


def end_with_parent() -> None:
    """Called in a child: the system ends this process when the parent is gone, however that happened. It holds over
    an exec, too."""
    parent = os.environ.get(PARENT)
    if parent is None:
        return
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if str(os.getppid()) != parent:  # it went before we could ask
        os.kill(os.getpid(), signal.SIGTERM)


def answers(url: str) -> bool:
    """Whether an HTTP server answers there."""
    try:
        with urllib.request.urlopen(url, timeout=0.5) as response:  # noqa: S310  (our own loopback address)
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


class Child:
    """One process, started again when it dies."""

    def __init__(self, spec: ChildSpec, environment: Mapping[str, str], tell: Tell) -> None:
        self.spec = spec
        self.facts: dict[str, Any] = {}
        self._environment = dict(environment)
        self._tell = tell
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._pump_thread: threading.Thread | None = None
        self._began_s = 0.0
        self._wait_s = RESTART_FIRST_S
        self._restart_s: float | None = None

    @property
    def pid(self) -> int | None:
        """Its process id, while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def set_environment(self, **variables: str) -> None:
        """Sets variables for the next time that it is started."""
        self._environment |= variables

    def start(self) -> None:
        """Starts it, in a session of its own: Ctrl-C reaches the parent alone, which keeps the order of ending."""
        self._began_s = CLOCK.now_s()
        self._restart_s = None
        self._process = subprocess.Popen(
            [sys.executable, "-m", "poultice", *self.spec.arguments],
            env={**self._environment, PARENT: str(os.getpid())},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._pump_thread = threading.Thread(target=self._pump, args=(self._process,), name=self.spec.name, daemon=True)
        self._pump_thread.start()

    def _pump(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None, "opened with a pipe"  # noqa: S101
        for line in process.stdout:
            self._lines.put(line.rstrip())

    def _listen(self) -> list[str]:
        """Takes in what it said: facts about itself, and words, which are returned."""
        words = []
        while not self._lines.empty():
            line = self._lines.get()
            if line.startswith('{"ready"'):
                self.facts = json.loads(line)
            elif line:
                words.append(line)
        return words

    def _pass_on(self, words: Sequence[str]) -> None:
        for line in words:
            self._tell(f"{self.spec.name}: {line}")

    def wait_ready(self, ending: threading.Event) -> None:
        """Returns when it is ready or `ending` is set; raises SetupError with its own last words where it is not."""
        deadline_s = CLOCK.now_s() + START_S
        words: list[str] = []
        while not ending.wait(POLL_S):
            alive = self.pid is not None
            words += self._listen()
            if not alive:
                self._drain()
                raise SetupError("\n".join([*words, *self._listen()]) or f"The {self.spec.name} ended without a word.")
            if self.spec.is_ready(self.facts):
                break
            if CLOCK.now_s() > deadline_s:
                raise SetupError(f"The {self.spec.name} was not ready within {START_S:.0f} s; try again.")
        self._pass_on(words)

    def _drain(self) -> None:
        """Waits until its last words are out of the pipe."""
        if self._pump_thread is not None:
            self._pump_thread.join(1.0)

    def watch(self) -> None:
        """Starts it again where it has died, later each time."""
        self._pass_on(self._listen())
        if self.pid is not None:
            return
        now_s = CLOCK.now_s()
        if self._restart_s is None:
            self._wait_s = RESTART_FIRST_S if now_s - self._began_s > HEALTHY_S else self._wait_s
            self._restart_s = now_s + self._wait_s
            self._tell(f"The {self.spec.name} has ended; it is started again.")
            self._wait_s = min(2 * self._wait_s, RESTART_LAST_S)
        elif now_s >= self._restart_s:
            self.start()

    def ask_to_end(self) -> None:
        """Sends SIGTERM."""
        if self._process and self.pid is not None:
            self._process.terminate()

    def end(self, within_s: float) -> None:
        """Waits for its end, and forces it after `within_s`."""
        if self._process is None:
            return
        try:
            self._process.wait(within_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(within_s)


class Household:
    """All children, in the order in which they start."""

    def __init__(self, specs: Sequence[ChildSpec], environment: Mapping[str, str], tell: Tell) -> None:
        self.children = {spec.name: Child(spec, environment, tell) for spec in specs}
        self.ending = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.ending.set())

    def start(self, name: str) -> None:
        """Starts one child and waits until it is ready, or until told to end. Raises SetupError where it does not."""
        self.children[name].start()
        self.children[name].wait_ready(self.ending)

    def watch(self) -> None:
        """Looks after them until told to end."""
        while not self.ending.wait(2 * POLL_S):
            for child in self.children.values():
                child.watch()

    def end(self) -> None:
        """Ends the controller first, for it stops the heat; then the others. Within 2 s."""
        controller = self.children.get("controller")
        if controller is not None:
            controller.ask_to_end()
            controller.end(CONTROLLER_END_S)
        others = [child for child in self.children.values() if child is not controller]
        for child in others:
            child.ask_to_end()
        deadline_s = CLOCK.now_s() + OTHERS_END_S
        for child in others:
            child.end(max(0.05, deadline_s - CLOCK.now_s()))
