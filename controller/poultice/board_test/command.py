"""The command: one board on its cable, a line for each row, a table to print at the end, and STOP whatever happens."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field

import serial
from rich.console import Console
from rich.table import Table

from poultice.board_test.bench import Bench, Port
from poultice.board_test.expected import Wanted
from poultice.board_test.person import AtConsole, Person
from poultice.board_test.rows import Row, Verdict
from poultice.board_test.walk import walk
from poultice.clock import Clock, RealClock, VirtualClock
from poultice.errors import CableError
from poultice.link.serial_port import discover, open_port, why_not

COLOURS = {Verdict.GOOD: "green", Verdict.BAD: "red", Verdict.LEFT_OUT: "yellow"}
SIMULATED = "simulated"
TABLE_WIDE = 160


class SerialPort:
    """A real board's cable; its time passes by itself."""

    def __init__(self, port: serial.Serial) -> None:
        self._port = port

    def write(self, data: bytes) -> None:
        with contextlib.suppress(serial.SerialTimeoutException):  # a board that takes no bytes; it is asked again
            self._port.write(data)

    def read_available(self) -> bytes:
        return bytes(self._port.read(self._port.in_waiting))

    def advance_to(self, now_s: float) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Options:
    """What was asked for at the command line."""

    port: str | None = None
    faults: tuple[str, ...] = ()
    wanted: Wanted = field(default_factory=Wanted)
    unplug: bool = True
    looks: bool = True
    table: bool = False
    as_json: bool = False


def run(options: Options) -> bool:
    """Tests one board: True where nothing is bad. Raises CableError or SetupError with what to do."""
    words = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)
    rows: list[Row] = []
    with _board(options, words) as (cable, clock, person):
        bench = Bench(cable, clock)
        try:
            for row in walk(bench, person, options.wanted, options.unplug):
                rows.append(row)
                _say(words, row)
        finally:
            bench.leave()
    _print(rows, options)
    return all(row.verdict is not Verdict.BAD for row in rows)


def _print(rows: list[Row], options: Options) -> None:
    console = Console(highlight=False, emoji=False, width=TABLE_WIDE if options.table else None)
    if options.as_json:
        console.file.write(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=2) + "\n")
        return
    if options.table:
        console.print(_table(rows))
        console.print("Tested by: ______________________  Supply, and what hung on it: ______________________")
    console.print(verdict(rows))


@contextmanager
def _board(options: Options, words: Console) -> Iterator[tuple[Port, Clock, Person]]:
    if options.port == SIMULATED:
        from poultice.board_test.rehearsal import AtSimulator, new_board  # noqa: PLC0415
        from poultice.simulator.faults import parse_spec  # noqa: PLC0415
        from poultice.simulator.port import SimulatedPort  # noqa: PLC0415

        board = new_board(parse_spec(spec) for spec in options.faults)
        yield SimulatedPort(board), VirtualClock(), AtSimulator(board, words)
        return
    path = options.port or discover()
    if path is None:
        raise CableError("No board is connected: plug its USB cable in, or name its serial port with --port.")
    try:
        cable = open_port(path)
    except (OSError, ValueError) as error:
        raise CableError(why_not(path, error)) from None
    try:
        yield SerialPort(cable), RealClock(), AtConsole(words, options.looks)
    finally:
        cable.close()


def verdict(rows: list[Row]) -> str:
    """In a sentence."""
    bad = [row.subject for row in rows if row.verdict is Verdict.BAD]
    open_ = [row.subject for row in rows if row.verdict is Verdict.LEFT_OUT]
    said = f"Not good: {', '.join(bad)}." if bad else "Nothing is bad."
    return f"{said} Left out, so still to be looked at: {', '.join(open_)}." if open_ else said


def _say(console: Console, row: Row) -> None:
    console.print(f"[{COLOURS[row.verdict]}]{row.verdict.value:<9}[/]", end="")
    said = [part for part in (row.measured, row.remedy) if part]
    console.print(f"{row.subject}: {'; '.join(said)}", markup=False)


def _table(rows: list[Row]) -> Table:
    day = RealClock().wall().strftime("%Y-%m-%d %H:%M")
    table = Table("", "what", "measured", "must be", "what to do", title=f"End-of-line test, {day}")
    for row in rows:
        table.add_row(row.verdict.value, row.subject, row.measured, row.must_be, row.remedy)
    return table
