"""What a wheel holds beyond its Python: the built page, the firmware's core in C, and the simulated board made of it.

The board is compiled here because a phone's owner has no C compiler; a wheel is therefore of one kind of machine. Where
this machine has no compiler either, the wheel holds the sources alone and the board is compiled on first use.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_py import build_py

ROOT = Path(__file__).resolve().parent
CORE = ROOT / "firmware" / "core"
PAGE = ROOT / "web" / "poultice_panel" / "static" / "index.html"
SIMULATOR = Path("poultice") / "simulator"
BOARD = "simulated-board.so"  # no name that Python could import instead of board.py
sys.path.insert(0, str(ROOT / "controller"))


class BuildWhole(build_py):
    """Copies the packages, then adds what is not Python."""

    def run(self) -> None:
        """An editable install stays in the checkout, which has all of it."""
        super().run()
        if self.editable_mode:
            return
        if not PAGE.is_file():
            raise SystemExit("The phone page is not built: run `make page` first; a wheel holds it.")
        simulator = Path(self.build_lib) / SIMULATOR
        core = simulator / "firmware"
        core.mkdir(parents=True, exist_ok=True)
        for source in [*CORE.glob("*.c"), *CORE.glob("*.h")]:
            shutil.copy2(source, core)
        compile_board(core, simulator / BOARD)
        copy_image(Path(self.build_lib) / "poultice" / "flash" / "image")


def compile_board(core: Path, result: Path) -> None:
    """The simulated board as a shared library, by the very code that compiles it on first use."""
    # here, for an editable install needs neither
    from poultice.errors import PoulticeError  # noqa: PLC0415
    from poultice.simulator import native  # noqa: PLC0415

    try:
        native.compile_to(native.find_compiler(), core, result)
    except PoulticeError as error:
        print(f"The wheel holds no compiled board, which is made on first use then: {error}")  # noqa: T201


def copy_image(result: Path) -> None:
    """The board's program, where avr-gcc has built it: `make package` does."""
    made = ROOT / "firmware" / "build"
    if (made / "poultice.hex").is_file():
        result.mkdir(parents=True, exist_ok=True)
        for name in ("poultice.hex", "fuses.json"):
            shutil.copy2(made / name, result)


class Whole(Distribution):
    """Not of Python's files alone, where this machine can compile."""

    def has_ext_modules(self) -> bool:
        """Known before the build: whether there is a compiler."""
        return shutil.which("cc") is not None


class WheelOfItsMachine(bdist_wheel):
    """Any Python 3, but one kind of machine where a compiled board is inside."""

    def get_tag(self) -> tuple[str, str, str]:
        """`py3-none-PLATFORM`: nothing of Python's is linked."""
        return "py3", "none", super().get_tag()[2]


commands: dict[str, Any] = {"build_py": BuildWhole, "bdist_wheel": WheelOfItsMachine}
setup(cmdclass=commands, distclass=Whole)
