"""avrdude's command lines, and what it says in words for people."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from dataclasses import dataclass

from poultice.errors import CableError, SetupError
from poultice.flash.image import Fuses, Image

CHIP = "atmega328p"
PROGRAMMERS = ("usbasp", "linuxspi")  # a programmer at USB, the Raspberry Pi's own SPI
SPI_PORT = "/dev/spidev0.0:/dev/gpiochip0:25"  # the bus, and the line that holds the chip in reset
WITHIN_S = 180.0
COMPLAINTS = (  # of avrdude 7, a part of what it says, and what that means
    ("could not find USB device", "No programmer is at USB: plug it in."),
    ("cannot find USB device", "No programmer is at USB: plug it in."),
    ("cannot open", "The programmer may not be opened: run this with sudo, and enable SPI where it is the Pi's."),
    ("initialization failed", "The chip does not answer: check the ISP cable, its direction, and the board's supply."),
    ("target doesn't answer", "The chip does not answer: check the ISP cable, its direction, and the board's supply."),
    ("Expected signature", "The chip is another one: the board needs an ATmega328P."),
)


@dataclass(frozen=True, slots=True)
class Programmer:
    """Runs avrdude; `kind` is one of PROGRAMMERS."""

    kind: str

    def _command(self, *operations: str) -> list[str]:
        port = ["-P", SPI_PORT] if self.kind == "linuxspi" else []
        return ["avrdude", "-p", CHIP, "-c", self.kind, *port, *(word for one in operations for word in ("-U", one))]

    def look(self) -> list[str]:
        """Reads the signature alone."""
        return self._command()

    def compare_fuses(self, fuses: Fuses) -> list[str]:
        """Fails where the chip's differ."""
        return self._command(*_fuses(fuses, "v"))

    def burn_fuses(self, fuses: Fuses) -> list[str]:
        """For a new chip."""
        return self._command(*_fuses(fuses, "w"))

    def write(self, image: Image) -> list[str]:
        """Erases, writes and reads back."""
        return self._command(f"flash:w:{image.hex_file}:i")

    def compare(self, image: Image) -> list[str]:
        """Fails where the chip's program differs."""
        return self._command(f"flash:v:{image.hex_file}:i")


def _fuses(fuses: Fuses, how: str) -> list[str]:
    named = (("lfuse", fuses.low), ("hfuse", fuses.high), ("efuse", fuses.extended))
    return [f"{name}:{how}:0x{value:02X}:m" for name, value in named]


def require() -> None:
    """Raises SetupError where avrdude is missing."""
    if shutil.which("avrdude") is None:
        raise SetupError("avrdude is not installed: apt install avrdude.")


def succeeds(command: list[str]) -> bool:
    """Runs it: whether it did, or found no difference. Raises CableError where the chip could not be reached at all."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=WITHIN_S, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        raise CableError(f"avrdude did not end within {WITHIN_S:.0f} s: check the programmer's cable.") from None
    said = f"{done.stdout}\n{done.stderr}"
    for part, meaning in COMPLAINTS:
        if done.returncode and part.lower() in said.lower():
            raise CableError(meaning)
    return done.returncode == 0


def as_typed(command: list[str]) -> str:
    """How a person would type it."""
    return shlex.join(command)
