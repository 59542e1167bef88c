"""The board's program: the one that a wheel brought, or the one that a checkout has built."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from poultice.errors import SetupError

SHIPPED = Path(__file__).with_name("image")  # in a wheel
BUILD_S = 300


@dataclass(frozen=True, slots=True)
class Fuses:
    """The chip's fuses, a byte each, as avr/fuses.h explains them."""

    low: int
    high: int
    extended: int


@dataclass(frozen=True, slots=True)
class Image:
    """What is written: the Intel hex file, and the fuses that it needs."""

    hex_file: Path
    fuses: Fuses


def find() -> Image:
    """The shipped image, else the checkout's, built first. Raises SetupError where there is none."""
    if (SHIPPED / "poultice.hex").is_file():
        return read(SHIPPED)
    firmware = _checkout()
    if firmware is None:
        raise SetupError("This Poultice brought no firmware: install the wheel of a release, or use a checkout.")
    if shutil.which("avr-gcc") is None:
        raise SetupError(
            "The firmware must be built and avr-gcc is missing: apt install gcc-avr avr-libc binutils-avr."
        )
    made = subprocess.run(["make", "-C", str(firmware)], capture_output=True, text=True, check=False, timeout=BUILD_S)
    if made.returncode:
        raise SetupError(f"The firmware does not build: {(made.stderr or made.stdout).strip().splitlines()[-1]}")
    return read(firmware / "build")


def read(folder: Path) -> Image:
    """The image in a folder: `poultice.hex` and `fuses.json`. Raises SetupError where either cannot be read."""
    try:
        fuses = json.loads((folder / "fuses.json").read_text())
        image = Image(folder / "poultice.hex", Fuses(fuses["low"], fuses["high"], fuses["extended"]))
    except (OSError, ValueError, KeyError, TypeError):
        raise SetupError(
            f"The firmware in {folder} is not whole: install Poultice anew, or run `make firmware`."
        ) from None
    return image


def _checkout() -> Path | None:
    for parent in Path(__file__).parents:
        if (parent / "firmware" / "avr" / "fuses.h").is_file():
            return parent / "firmware"
    return None
