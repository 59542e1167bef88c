"""`python -m poultice.simulator`: the simulated board in real time, behind a pseudo-terminal.

Prints `{"port": …}`, then an observation at every change of an output and every 100 ms, one JSON object a line; obeys
the lines of commands.py on stdin, and `observe` and `quit`. Ends when stdin closes or on SIGTERM.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import select
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

from poultice.clock import Clock, PacedClock, RealClock
from poultice.errors import PoulticeError
from poultice.simulator.board import ID_BYTES, NO_ID, STEP_S, SimulatedBoard
from poultice.simulator.commands import obey
from poultice.simulator.faults import parse_spec
from poultice.simulator.terminal import Terminal

REPORT_S = 0.1
STDIN_BYTES = 4096


class BoardProcess:
    """One board, its cable, and whoever watches on stdin and stdout; one loop, nothing waits anywhere else."""

    def __init__(self, board: SimulatedBoard, terminal: Terminal, clock: Clock, speed: float) -> None:
        self._board, self._terminal, self._clock = board, terminal, clock
        self._turn_s = STEP_S * max(1, round(speed / 2))  # at least 5 ms of real time a turn
        self._report_s = REPORT_S * speed
        self._real = RealClock()
        self._reported_s = -math.inf
        self._reported_changes = -1
        self._heard = b""
        self._leaving = False

    def run(self) -> None:
        """Runs until told to quit."""
        say({"port": self._terminal.path})
        due_s = self._clock.now_s()
        while not self._leaving:
            due_s += self._turn_s
            self._listen_until(due_s)
            self._live(self._turn_s)

    def _listen_until(self, due_s: float) -> None:
        while (patience_s := self._clock.real_s_until(due_s)) > 0 and not self._leaving:
            ready, _, _ = select.select([self._terminal, sys.stdin], [], [], patience_s)
            if self._terminal in ready:
                self._board.receive(self._terminal.read())
            if sys.stdin in ready:
                self._hear(os.read(sys.stdin.fileno(), STDIN_BYTES))
        self._clock.sleep_until(due_s)

    def _live(self, seconds: float) -> None:
        for _ in range(round(seconds / STEP_S)):
            self._board.advance(STEP_S)
            if self._board.changes() != self._reported_changes or self._report_due():
                self._report()
        self._terminal.write(self._board.transmit())

    def _report_due(self) -> bool:
        return self._board.now_s >= self._reported_s + self._report_s - STEP_S / 2

    def _report(self) -> None:
        self._reported_s, self._reported_changes = self._board.now_s, self._board.changes()
        seen = self._board.observe()
        fields = {name: _rounded(getattr(seen, name)) for name in seen.__slots__ if name != "now_s"}
        say({"time_monotonic_s": self._real.now_s(), "board_s": seen.now_s, **fields})

    def _hear(self, data: bytes) -> None:
        self._leaving = not data
        *lines, self._heard = (self._heard + data).split(b"\n")
        for line in lines:
            self._obey(line.decode(errors="replace").strip())

    def _obey(self, line: str) -> None:
        if line == "quit":
            self._leaving = True
        elif line == "observe":
            self._report()
        else:
            try:
                obey(self._board, line)
            except PoulticeError as error:
                say({"error": str(error)})


def _rounded(value: object) -> object:
    if isinstance(value, tuple):
        return [_rounded(each) for each in value]
    return round(value, 4) if isinstance(value, float) else value


def say(content: dict[str, object]) -> None:
    """One line of JSON on stdout, at once."""
    sys.stdout.write(json.dumps(content, allow_nan=False) + "\n")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the process; returns its exit code."""
    signal.signal(signal.SIGTERM, _leave)
    options = _parse(arguments)
    try:
        faults = [parse_spec(spec) for spec in options.fault]
        board = SimulatedBoard(options.seed, faults=faults, board_id=options.board_id)
        terminal = Terminal()
        try:
            BoardProcess(board, terminal, PacedClock(options.speed), options.speed).run()
        finally:
            terminal.close()
    except PoulticeError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except (BrokenPipeError, KeyboardInterrupt):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains of the pipe once more
    return 0


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m poultice.simulator", description="A simulated pad behind a PTY.")
    parser.add_argument("--speed", type=_speed, default=1.0, help="board seconds a second, 0.1 to 100 (default 1)")
    parser.add_argument("--seed", type=int, default=1, help="of the noise; the same seed gives the same noise")
    parser.add_argument("--fault", action="append", default=[], metavar="SPEC", help="like open-ntc@60s,zone=lumbar")
    parser.add_argument("--board-id", type=_board_id, default=NO_ID, help="of its EEPROM, 16 hex digits (default none)")
    return parser.parse_args(arguments)


def _board_id(text: str) -> bytes:
    try:
        board_id = bytes.fromhex(text)
    except ValueError:
        board_id = b""
    if len(board_id) != ID_BYTES:
        raise argparse.ArgumentTypeError(f"{text} is not {2 * ID_BYTES} hex digits")
    return board_id


def _speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError:
        speed = math.nan
    if not 0.1 <= speed <= 100:
        raise argparse.ArgumentTypeError(f"{text} is not a number between 0.1 and 100")
    return speed


def _leave(_signal: int, _frame: object) -> NoReturn:
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main())
