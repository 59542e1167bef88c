"""Drives a board process, simulated or emulated: both print JSON observations and obey lines on stdin.

    with BoardProcess(["python", "-m", "poultice.simulator", "--seed", "1"]) as board:
        board.warm(39)
        board.press(0.5)
        board.wait_for(lambda seen: seen.enable, timeout_s=5)

Any pyserial program may open `board.port` meanwhile. Every wait is bounded.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

LINES_KEPT = 200  # of stderr, for the message of a failing test


class BoardError(AssertionError):
    """The board process died, stayed silent or refused a line."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What an oscilloscope and a thermal camera would see at one moment. Index 0 is lumbar, 1 upper back."""

    time_monotonic_s: float  # CLOCK_MONOTONIC of this computer: comparable with time.monotonic()
    board_s: float  # since the board's power came
    sensor_c: tuple[float, ...]  # the four zone thermistors, °C, without noise or faults
    pad_c: tuple[float, ...]  # per zone
    skin_c: tuple[float, ...]  # per zone
    duty_permille: tuple[int, ...]  # per zone, as the board applies it
    heater_w: tuple[float, ...]  # per zone, really flowing at this moment
    enable: bool  # the enable line toggles
    rail_on: bool  # the rail of the upper switches is alive
    motor_pwm: tuple[int, ...]  # upper left, upper right, lower left, lower right; 0 to 254
    armed: bool | None  # None where the outside of the board does not show it
    latched: bool | None
    everything: Mapping[str, Any]  # the whole line, with whatever a board tells beyond the above

    @classmethod
    def from_line(cls, line: Mapping[str, Any]) -> Observation:
        """Reads one JSON line."""
        return cls(
            time_monotonic_s=line["time_monotonic_s"],
            board_s=line["board_s"],
            sensor_c=tuple(line["sensor_c"]),
            pad_c=tuple(line["pad_c"]),
            skin_c=tuple(line["skin_c"]),
            duty_permille=tuple(line["duty_permille"]),
            heater_w=tuple(line["heater_w"]),
            enable=line["enable"],
            rail_on=line["rail_on"],
            motor_pwm=tuple(line["motor_pwm"]),
            armed=line.get("armed"),
            latched=line.get("latched"),
            everything=line,
        )


class BoardProcess:
    """One board in a process of its own, with its UART behind `port`."""

    def __init__(
        self,
        command: Sequence[str | Path],
        *,
        start_timeout_s: float = 30.0,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._command = [str(word) for word in command]
        self._start_timeout_s = start_timeout_s
        self._environment = environment
        self._changed = threading.Condition()
        self._observations: list[Observation] = []
        self._errors: list[str] = []
        self._stderr: deque[str] = deque(maxlen=LINES_KEPT)
        self._port: str | None = None
        self._ended = False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Starts the process and waits for its port."""
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env=None if self._environment is None else dict(self._environment),
        )
        self._readers = [
            threading.Thread(target=self._read_lines, daemon=True),
            threading.Thread(target=self._read_stderr, daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        try:
            self._wait(lambda: self._port is not None, self._start_timeout_s, "its port")
        except BoardError:
            self.stop()
            raise

    def stop(self, timeout_s: float = 5.0) -> None:
        """Ends the process: closing stdin asks it to, killing makes it."""
        if self._process.stdin is not None and not self._process.stdin.closed:
            with contextlib.suppress(BrokenPipeError):  # it was faster
                self._process.stdin.close()
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(timeout_s)
        for reader in self._readers:
            reader.join(timeout_s)
        for stream in (self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()

    @property
    def port(self) -> str:
        """The device that pyserial opens."""
        if self._port is None:
            raise BoardError("start() the board first")
        return self._port

    @property
    def pid(self) -> int:
        """Of the board process, to freeze or end exactly it."""
        return self._process.pid

    def press(self, press_s: float) -> None:
        """Holds the pad's button for `press_s`, beginning now; does not wait for its release."""
        self._say(f"press {press_s}")

    def fault(self, name: str, **arguments: object) -> None:
        """Injects a fault: `fault("open-ntc", zone="lumbar")`."""
        self._say(" ".join(["fault", name, *(f"{key}={value}" for key, value in arguments.items())]))

    def fault_now(self, name: str, **arguments: object) -> Observation:
        """Injects a fault; what the board was like in that very millisecond."""
        asked_s = time.monotonic()
        words = " ".join(["fault", name, *(f"{key}={value}" for key, value in arguments.items())])
        self._say(f"observe\n{words}")  # one write: both lines are read at once
        return self.wait_for(lambda seen: seen.time_monotonic_s >= asked_s, 5.0)

    def clear(self, name: str) -> None:
        """Ends an injected fault."""
        self._say(f"clear {name}")

    def warm(self, temperature_c: float) -> None:
        """Sets pad, sensors and skin to a temperature, so that a test need not wait for the warmth."""
        self._say(f"warm {temperature_c}")

    def observe(self, timeout_s: float = 5.0) -> Observation:
        """Asks for an observation and returns the first that was made after the question."""
        asked_s = time.monotonic()
        self._say("observe")
        return self.wait_for(lambda seen: seen.time_monotonic_s >= asked_s, timeout_s)

    def wait_for(
        self,
        predicate: Callable[[Observation], bool],
        timeout_s: float,
        *,
        since_s: float | None = None,
    ) -> Observation:
        """The first observation made from `since_s` (time.monotonic(); default now) on that fits."""
        begin_s = time.monotonic() if since_s is None else since_s
        found: list[Observation] = []
        place = 0

        def look() -> bool:
            nonlocal place
            while place < len(self._observations) and not found:
                seen = self._observations[place]
                place += 1
                if seen.time_monotonic_s >= begin_s and predicate(seen):
                    found.append(seen)
            return bool(found)

        self._wait(look, timeout_s, "a fitting observation")
        return found[0]

    def history(self, since_s: float = 0.0, until_s: float = float("inf")) -> list[Observation]:
        """All observations made between two moments of time.monotonic()."""
        with self._changed:
            return [seen for seen in self._observations if since_s <= seen.time_monotonic_s <= until_s]

    def _say(self, line: str) -> None:
        if self._process.stdin is None:
            raise BoardError("start() the board first")
        try:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
        except (BrokenPipeError, ValueError) as error:
            raise BoardError(f"the board process is gone, it cannot hear {line!r}{self._last_words()}") from error

    def _wait(self, ready: Callable[[], bool], timeout_s: float, what: str) -> None:
        end_s = time.monotonic() + timeout_s
        with self._changed:
            while not ready():
                if self._errors:
                    raise BoardError(f"the board refused: {self._errors.pop(0)}")
                left_s = end_s - time.monotonic()
                if self._ended or left_s <= 0:
                    why = "ended" if self._ended else f"did not show {what} within {timeout_s} s"
                    raise BoardError(f"the board process {why}{self._last_words()}")
                self._changed.wait(left_s)

    def _last_words(self) -> str:
        latest = self._observations[-1].everything if self._observations else None
        return f"\nlast observation: {latest}\nstderr: {''.join(self._stderr)}"

    def _read_lines(self) -> None:
        assert self._process.stdout is not None
        for text in self._process.stdout:
            self._take(text)
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _take(self, text: str) -> None:
        try:
            line = json.loads(text)
        except ValueError:
            line = {"error": f"not a JSON line: {text!r}"}
        with self._changed:
            if "port" in line:
                self._port = line["port"]
            elif "error" in line:
                self._errors.append(line["error"])
            else:
                self._observations.append(Observation.from_line(line))
            self._changed.notify_all()

    def _read_stderr(self) -> None:
        assert self._process.stderr is not None
        for text in self._process.stderr:
            self._stderr.append(text)
