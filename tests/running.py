"""What runs in tests of whole systems: a simulated board that outlives everything, `poultice up` and its children."""

from __future__ import annotations

import contextlib
import json
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil
from boards import BoardProcess, Observation
from brokers import free_port
from household import Process, write_configuration

START_S = 30.0


def off(seen: Observation) -> bool:
    """Every output is zero and nothing flows."""
    return not any((*seen.duty_permille, *seen.heater_w, *seen.motor_pwm))


def heating(seen: Observation) -> bool:
    """A duty is granted and the upper switches are alive."""
    return any(seen.duty_permille) and seen.rail_on


def wait_until(true: Callable[[], bool], timeout_s: float, what: str) -> float:
    """Waits until something is so; how long that took, s."""
    begun_s = time.monotonic()
    while not true():
        assert time.monotonic() - begun_s < timeout_s, f"not within {timeout_s} s: {what}"
        time.sleep(0.01)
    return time.monotonic() - begun_s


def gone(process: psutil.Process) -> bool:
    """Whether it has ended; a zombie has, though nobody has asked yet how."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def board_seconds(board: BoardProcess, since_s: float, until: Observation) -> float:
    """From a moment of time.monotonic() to an observation, by the board's clock, which a busy computer may slow."""
    before = board.history(until_s=since_s)[-1]
    return (until.board_s - before.board_s) - (since_s - before.time_monotonic_s)


class SimulatedBoard(BoardProcess):
    """The simulated board in a process of its own, in real time, behind a pseudo-terminal."""

    def __init__(self, *arguments: str) -> None:
        super().__init__([sys.executable, "-m", "poultice.simulator", *arguments])


class Up(Process):
    """`poultice up` for the board at `port`, on free ports; it is up once made."""

    def __init__(self, directory: Path, port: str, mode: str = "auto") -> None:
        self.broker_port, self.panel_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.panel_port}"
        self._family: dict[int, psutil.Process] = {}
        broker = f'port = {self.broker_port}\nmode = "{mode}"'
        file = write_configuration(directory, broker=broker, panel_port=self.panel_port, port=port)
        super().__init__(directory, "up", "--config", str(file), "--json")
        line = self.line()
        assert line.startswith("{"), self.complaints()
        self.facts = json.loads(line)
        self.children()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.send(signal.SIGCONT)
        if self.running:
            self.children()
            with contextlib.suppress(TimeoutError):
                self.end()
        super().__exit__(kind, error, trace)
        for child in self._family.values():
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()

    def __enter__(self) -> Self:
        return self

    def children(self) -> dict[str, psutil.Process]:
        """The children that run now, by their names."""
        found = {}
        for child in psutil.Process(self.pid).children():
            with contextlib.suppress(psutil.NoSuchProcess):
                if not gone(child):
                    found[_name(child.cmdline())] = child
                    self._family[child.pid] = child
        return found

    def kill(self, name: str) -> float:
        """Kills a child, as the system does where memory is short; when that was, time.monotonic()."""
        child = self.children()[name]
        child.kill()
        return time.monotonic()

    def wait_for_another(self, name: str, than_pid: int) -> int:
        """The process id of the child that is started in the place of one that died."""
        found: list[int] = []

        def another() -> bool:
            found[:] = [child.pid for who, child in self.children().items() if who == name and child.pid != than_pid]
            return bool(found)

        wait_until(another, START_S, f"another {name}: {self.complaints()}")
        return found[0]


def _name(arguments: list[str]) -> str:
    """Mosquitto takes the place of the command that began it."""
    if any("mosquitto" in word for word in arguments):
        return "broker"
    return next((name for name in ("controller", "panel", "broker") if name in arguments), "unknown")
