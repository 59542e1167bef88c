"""Builds the firmware and the emulated board, and starts it: the real ELF on libsimavr, on a pad of arithmetic.

with EmulatedBoard() as board:
    board.warm(39)
    port = serial.Serial(board.port, 250_000)
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from boards import BoardProcess

ROOT = Path(__file__).resolve().parent.parent
HARNESS = ROOT / "tests" / "on_avr"
PLANT = ROOT / "controller" / "poultice" / "simulator"
CORE = ROOT / "firmware" / "core"
BUILDS = ROOT / "build" / "on_avr"
BUILD_TIMEOUT_S = 120
COMPILE = ["cc", "-O2", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter"]
LIBRARIES = ["-lsimavr", "-lelf", "-lutil", "-lm"]


class EmulatedBoard(BoardProcess):
    """The AVR with its firmware behind `port`. It suffers what the simulated board does, and more: see faults.c."""

    def __init__(self, *, seed: int = 1, temperature_c: float | None = None) -> None:
        """`temperature_c`: of the pad at power-on; None = the room's. A later `warm` is a jump to the board."""
        folder = build()
        warm = [] if temperature_c is None else [str(temperature_c)]
        super().__init__([folder / "emulated_board", folder / "poultice.elf", str(seed), *warm])

    def power(self, off_s: float) -> None:
        """Cuts the supply for so long."""
        self._say(f"power {off_s}")

    def jumper(self, on: bool) -> None:
        """Sets or takes away the service jumper, which the board reads at reset."""
        self._say(f"jumper {'on' if on else 'off'}")

    def measure(self) -> None:
        """From now on observations tell `off_cycles`: how long interrupts were off, by vector; 0 = the program."""
        self._say("measure")


def build() -> Path:
    """The folder with `poultice.elf` and `emulated_board`, built anew where any source changed."""
    folder = BUILDS / _fingerprint()
    if not folder.is_dir():
        BUILDS.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=BUILDS) as draft:
            _build_into(Path(draft) / "done")
            publish(Path(draft) / "done", folder)
    return folder


def _fingerprint() -> str:
    sources = [
        ROOT / "hardware" / "facts.toml",
        ROOT / "firmware" / "Makefile",
        ROOT / "firmware" / "seal.py",
        Path(__file__),
        *HARNESS.glob("*.[ch]"),
    ]
    for folder in (CORE, ROOT / "firmware" / "avr", PLANT):
        sources += folder.glob("*.[chS]")
    digest = hashlib.sha256()
    for source in sorted(sources):
        digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def publish(draft: Path, folder: Path) -> None:
    """Gives what was built its name, unless another process was faster."""
    try:
        draft.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise


def _build_into(folder: Path) -> None:
    folder.mkdir()
    # A relative path: make cannot have a space in one, the checkout's own may.
    run_tool(["make", "--silent", "-C", "firmware", f"BUILD=../{folder.relative_to(ROOT)}/objects"])
    shutil.move(folder / "objects" / "poultice.elf", folder)
    shutil.rmtree(folder / "objects")
    (folder / "wiring.h").write_text(wiring(tomllib.loads((ROOT / "hardware" / "facts.toml").read_text())))
    includes = [f"-I{path}" for path in (folder, CORE, PLANT)]
    sources = [str(path) for path in (*sorted(HARNESS.glob("*.c")), PLANT / "plant.c")]
    run_tool([*COMPILE, *includes, *sources, *LIBRARIES, "-o", str(folder / "emulated_board")])


def run_tool(command: list[str]) -> None:
    """A compiler or the like, from the project's own folder. RuntimeError with all that it said, where it fails."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=BUILD_TIMEOUT_S,
        check=False,
        env=_plain_environment(),
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def _plain_environment() -> dict[str, str]:
    """Without what an outer make hands down: its job server is not ours."""
    return {key: value for key, value in os.environ.items() if key not in {"MAKEFLAGS", "MFLAGS", "MAKELEVEL"}}


def wiring(facts: dict[str, Any]) -> str:
    """The C header that tells the harness which pin of the chip is which line of the board."""
    pins = facts["pins"]

    def pin(name: str) -> str:
        port = pins[name]["port"]
        return f"{{'{port[0]}', {port[1:]}}}"

    def pwm_pin(name: str) -> str:
        timer = pins[name]["timer"]  # OC0A: timer 0, output A
        return f"{{{pin(name)}, '{timer[2]}', {'AB'.index(timer[3])}}}"

    gates = ", ".join(pin(zone["heater"]) for zone in facts["zones"])
    motors = ", ".join(pwm_pin(motor["pin"]) for motor in facts["motors"])
    lines = [f"#define WIRING_GATES {{{gates}}}", f"#define WIRING_MOTORS {{{motors}}}"]
    channels = ", ".join(f'{{"{name}", {number}}}' for name, number in facts["adc"]["channels"].items())
    lines.append(f"#define WIRING_CHANNELS {{{channels}}}")
    lines += [
        f"#define WIRING_{name.upper()} {pin(name)}"
        for name in ("enable", "button", "trip_status", "trip_test", "led", "buzzer")
    ]
    return "\n".join(lines) + "\n"
