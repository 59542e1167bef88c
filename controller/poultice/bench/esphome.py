"""ESPHome's PID with its autotuner, from ESPHome's own sources.

They are under the GPL. They are fetched from the package registry into the cache when the bench runs, compiled there
beside a shell of ours, and run as a program of their own that is spoken to in lines of text. Nothing of them is kept in
the project, and nothing of the project is linked with them.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import weakref
import zipfile
from pathlib import Path

from poultice.bench.contenders import Tick, TuningError
from poultice.bench.pad import TICK_S
from poultice.errors import SetupError
from poultice.simulator import native

RELEASE = "2026.6.5"
SOURCES = ("pid_controller.h", "pid_controller.cpp", "pid_autotuner.h", "pid_autotuner.cpp")
SHELL = Path(__file__).parent / "esphome_shell"
FLAGS = ("-std=c++20", "-O2", "-w")
FETCH_TIMEOUT_S = 120.0
COMPILE_TIMEOUT_S = 120.0
TUNED_AT_C = 40.0
GIVES_UP_S = 3600.0
TICKS_PER_SAMPLE = (
    10  # its sensors publish every second or more rarely, and a derivative of ten readings a second is noise
)


class EspHomePid:
    """ESPHome's PID behind the seam: a mean of ten readings each second, as its sensors publish."""

    def __init__(self) -> None:
        self.setpoint_c = 0.0
        self._shell = subprocess.Popen([build()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._end = weakref.finalize(self, _end, self._shell)
        self._forget()

    def _forget(self) -> None:
        self._duty = 0.0
        self._sampled = False
        self._readings_c: list[float] = []

    def reset(self) -> None:
        """A new controller with the gains that were found."""
        self._ask("reset")
        self._forget()

    def update(self, temperature_c: float, now_s: float) -> float:
        """Duty; it changes once a second."""
        sample_c = self._sample_c(temperature_c)
        if sample_c is not None:
            self._duty = float(self._ask(f"control {self.setpoint_c} {sample_c} {1000.0 * now_s + 1.0:.0f}"))
        return self._duty

    def tune(self, tick: Tick, temperature_c: float) -> None:
        """Its autotuner, around TUNED_AT_C."""
        for ticks in range(round(GIVES_UP_S / TICK_S)):
            sample_c = self._sample_c(temperature_c)
            if sample_c is not None:
                answer = self._ask(f"tune {TUNED_AT_C} {sample_c} {1000.0 * ticks * TICK_S + 1.0:.0f}")
                if answer == "done":
                    return
                self._duty = float(answer)
            temperature_c = tick(self._duty)
        raise TuningError(f"its autotuner did not end within {GIVES_UP_S / 60.0:.0f} min")

    def _sample_c(self, temperature_c: float) -> float | None:
        """The mean of a second's readings when it is full; the very first reading counts at once."""
        self._readings_c.append(temperature_c)
        if self._sampled and len(self._readings_c) < TICKS_PER_SAMPLE:
            return None
        self._sampled = True
        mean_c = sum(self._readings_c) / len(self._readings_c)
        self._readings_c = []
        return mean_c

    def _ask(self, line: str) -> str:
        assert self._shell.stdin is not None and self._shell.stdout is not None  # noqa: S101, PT018  (pipes, see above)
        self._shell.stdin.write(line + "\n")
        self._shell.stdin.flush()
        return self._shell.stdout.readline().strip()


def _end(shell: subprocess.Popen[str]) -> None:
    shell.kill()
    shell.wait()


def build() -> Path:
    """The program, fetched and compiled first where that has not been done yet. Raises SetupError, with the reason for
    people, where it cannot be had."""
    compiler = _compiler()
    folder = native.cache_directory() / "peers" / f"esphome-{RELEASE}"
    program = folder / f"shell-{_fingerprint(compiler)}"
    if not program.exists():
        _fetch(folder)
        _compile(compiler, folder, program)
    return program


def _compiler() -> tuple[str, ...]:
    named = shlex.split(os.environ.get("CXX", ""))
    for command in [named] if named else [["c++"], ["g++"], ["clang++"]]:
        if found := shutil.which(command[0]):
            return (found, *command[1:])
    raise SetupError("it needs a C++ compiler; install one: apt install g++")


def _fingerprint(compiler: tuple[str, ...]) -> str:
    digest = hashlib.sha256(" ".join((*compiler, *FLAGS)).encode())
    for file in sorted(SHELL.rglob("*.*")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _fetch(folder: Path) -> None:
    if all((folder / name).exists() for name in SOURCES):
        return
    folder.mkdir(parents=True, exist_ok=True)
    _run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "--dest", str(folder),
          f"esphome=={RELEASE}"], FETCH_TIMEOUT_S, "it cannot be downloaded")  # fmt: skip
    for wheel in folder.glob("esphome-*.whl"):
        with zipfile.ZipFile(wheel) as packed:
            for name in SOURCES:
                (folder / name).write_bytes(packed.read(f"esphome/components/pid/{name}"))


def _compile(compiler: tuple[str, ...], folder: Path, program: Path) -> None:
    sources = [str(SHELL / "main.cpp"), *(str(folder / name) for name in SOURCES if name.endswith(".cpp"))]
    made = program.with_suffix(f".{os.getpid()}")
    command = [*compiler, *FLAGS, f"-I{SHELL}", f"-I{folder}", "-o", str(made), *sources]
    _run(command, COMPILE_TIMEOUT_S, "it does not compile")
    made.replace(program)


def _run(command: list[str], timeout_s: float, otherwise: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout_s, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SetupError(f"{otherwise} ({error})") from error
    if done.returncode != 0:
        complaints = [line for line in done.stderr.splitlines() if "rror" in line] or ["no reason given"]
        raise SetupError(f"{otherwise} ({complaints[-1].strip()})")
