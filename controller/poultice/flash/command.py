"""`poultice flash`, step by step: never while armed, never onto wrong fuses, and HELLO read back at the end."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from poultice.clock import Clock, RealClock
from poultice.errors import CableError, SetupError
from poultice.flash import board, programmer
from poultice.flash.image import Image, find
from poultice.flash.programmer import Programmer
from poultice.link.contract import CONTRACT_HASH
from poultice.link.facts import FACTS_HASH
from poultice.link.serial_port import discover

ASK_S = 2.0
HELLO_S = 10.0  # self-tests, and the watchdog that bites once


def run(kind: str, port: str | None, new_chip: bool, dry_run: bool, console: Console) -> None:
    """Flashes the board. Raises SetupError or CableError with what to do; nothing has been written then, but where the
    sentence says so."""
    image = find()
    tool = Programmer(kind)
    if dry_run:
        for command in _commands(tool, image, new_chip):
            console.print(escape(programmer.as_typed(command)))
        console.print("Nothing was written.")
        return
    programmer.require()
    _Flashing(tool, image, console, RealClock()).run(port or discover(), new_chip)


def _commands(tool: Programmer, image: Image, new_chip: bool) -> list[list[str]]:
    fuses = tool.burn_fuses(image.fuses) if new_chip else tool.compare_fuses(image.fuses)
    return [tool.look(), fuses, tool.write(image), tool.compare(image)]


class _Flashing:
    """One board."""

    def __init__(self, tool: Programmer, image: Image, console: Console, clock: Clock) -> None:
        self._tool = tool
        self._image = image
        self._console = console
        self._clock = clock

    def run(self, port: str | None, new_chip: bool) -> None:
        """All steps, with a bar."""
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        steps = ("asking the board", "looking for the chip", "fuses", "writing", "reading back", "waiting for HELLO")
        with Progress(*columns, console=self._console, transient=True) as progress:
            task = progress.add_task(steps[0], total=len(steps))

            def next_step(number: int) -> None:
                progress.update(task, description=steps[number], completed=number)

            self._require_at_rest(port, new_chip)
            next_step(1)
            if not programmer.succeeds(self._tool.look()):
                raise CableError(
                    "The chip does not answer: check the ISP cable, its direction, and the board's supply."
                )
            next_step(2)
            self._fuses(new_chip)
            next_step(3)
            self._write(next_step)
            next_step(5)
            said = self._hello(port)
        self._console.print(said)

    def _require_at_rest(self, port: str | None, new_chip: bool) -> None:
        there = board.ask(port, ASK_S, self._clock) if port else None
        if there is not None and there.armed:
            raise SetupError("The board is armed: press its button, wait until it is off, then flash again.")
        if there is None and not new_chip:
            raise CableError(
                "No board answers on the cable, so nobody can say whether it is armed: plug it in and end its "
                "controller; for a chip that was never flashed add --new-chip."
            )

    def _fuses(self, new_chip: bool) -> None:
        if new_chip and not programmer.succeeds(self._tool.burn_fuses(self._image.fuses)):
            raise CableError("The fuses could not be burnt: check the ISP cable and the supply, then try again.")
        if not programmer.succeeds(self._tool.compare_fuses(self._image.fuses)):
            raise SetupError("The chip's fuses are not the board's (clock, brown-out): burn them with --new-chip.")

    def _write(self, next_step: Callable[[int], None]) -> None:
        written = programmer.succeeds(self._tool.write(self._image))
        next_step(4)
        if not (written and programmer.succeeds(self._tool.compare(self._image))):
            raise CableError("The program on the chip is not whole: the board stays off; flash it again.")

    def _hello(self, port: str | None) -> str:
        found = port or discover()
        there = board.ask(found, HELLO_S, self._clock) if found else None
        if there is None:
            return (
                "[yellow]Written and read back. No board was seen on the cable: plug it in, look at the page.[/yellow]"
            )
        version = ".".join(map(str, there.hello.firmware_version))
        if not there.is_ours:
            raise SetupError(
                f"The board says contract {there.hello.contract_hash:08x} and facts {there.hello.facts_hash:08x}, this "
                f"Poultice {CONTRACT_HASH:08x} and {FACTS_HASH:08x}: it is another board than the one that was flashed."
            )
        return f"Flashed: firmware {version}, contract {CONTRACT_HASH:08x}, facts {FACTS_HASH:08x}."
