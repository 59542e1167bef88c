"""On which machine the core under test runs: this computer, or the chip. A test says nothing of it and runs on both.

    PART = Part("struct frame { … };", "…", size="probe_size", laid_out=("frame",))
    PART.core().probe_size(b"frame")

with on("chip"):
    PART.core().probe_size(b"frame")

`CORE_LIBRARY` names another library than the one made of the sources as they are; `CORE_CFLAGS` adds flags of the
compiler, for instance `--coverage -O0`. Both are of this computer only.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import cffi
from on_chip import Calls, Chip, Interface
from poultice.simulator.native import cache_directory, find_compiler

ROOT = Path(__file__).parents[1]
CORE = ROOT / "firmware" / "core"
PROBES = ROOT / "tests" / "firmware"
WARNINGS = ("-Wall", "-Wextra", "-Wconversion", "-Werror")
SANITIZERS = ("-fsanitize=undefined", "-fsanitize=bounds-strict", "-fno-sanitize-recover=all")
FLAGS = ("-std=c11", "-O1", "-g", "-shared", "-fPIC", *SANITIZERS, *WARNINGS)

NATIVE, CHIP = "native", "chip"
_chosen = NATIVE


def chosen() -> str:
    """The machine that the core runs on now."""
    return _chosen


@contextmanager
def on(machine: str) -> Iterator[None]:
    """Runs the core there. What was made on one machine is nothing on the other."""
    global _chosen  # noqa: PLW0603 - a test asks for the core from many places, and means the same one
    before, _chosen = _chosen, machine
    try:
        yield
    finally:
        _chosen = before


@cache
def chip() -> Chip:
    """One is enough for a process: the core keeps nothing of its own."""
    return Chip()


class Part:
    """Some functions of the core and the structs that they take."""

    def __init__(
        self, packed: str, declarations: str, *, size: str, laid_out: Sequence[str], base: Part | None = None
    ) -> None:
        """`packed`: structs that have no gaps anywhere; `size`: the function that knows how big those of `laid_out` are
        to the core's own compiler; `base`: a part whose declarations hold here, too."""
        self._packed = packed
        self._declarations = declarations
        self._size = size
        self._laid_out = laid_out
        self._base = base
        self._interfaces: dict[str, cffi.FFI] = {}
        self._cores: dict[tuple[str, Path], Any] = {}

    def interface(self) -> cffi.FFI:
        """Functions and structs as cffi knows them."""
        if _chosen not in self._interfaces:
            self._interfaces[_chosen] = self._declare_here() if _chosen == NATIVE else self._declare_there()
        return self._interfaces[_chosen]

    def core(self) -> Any:
        """The functions themselves."""
        key = _chosen, build()
        if key not in self._cores:
            self._cores[key] = self._open()
        return self._cores[key]

    def pointer(self, to: Any) -> Any:
        """What a field of a struct holds that points there."""
        return to if _chosen == NATIVE else chip().memory.address(to)

    def _declare_here(self) -> cffi.FFI:
        ffi = cffi.FFI()
        if self._base is not None:
            ffi.include(self._base.interface())
        ffi.cdef(self._packed, packed=True)
        ffi.cdef(self._declarations)
        return ffi

    def _declare_there(self) -> Interface:
        base = self._base.interface() if self._base is not None else None
        assert base is None or isinstance(base, Interface)
        return Interface(chip().memory, self._packed + self._declarations, base)

    def _open(self) -> Any:
        ffi = self.interface()
        library: Any = ffi.dlopen(str(build()))
        core = Calls(chip(), ffi, library) if isinstance(ffi, Interface) else library
        for name in self._laid_out:
            size = getattr(core, self._size)(name.encode())
            assert size == ffi.sizeof(f"struct {name}"), f"struct {name} differs from its header"
        return core


@cache
def build() -> Path:
    """The path of the library for the sources as they are now, or of the one that `CORE_LIBRARY` names."""
    if given := os.environ.get("CORE_LIBRARY"):
        return Path(given)
    flags = (*FLAGS, *shlex.split(os.environ.get("CORE_CFLAGS", "")))
    sources = [*sorted(CORE.glob("*.[ch]")), *sorted(PROBES.glob("probe*.c"))]
    digest = hashlib.sha256(" ".join(flags).encode())
    for source in sources:
        digest.update(source.name.encode() + b"\0" + source.read_bytes() + b"\0")
    made = cache_directory() / f"core-{digest.hexdigest()[:24]}.so"
    if not made.exists():
        _compile(flags, [str(source) for source in sources if source.suffix == ".c"], made)
    return made


def _compile(flags: Sequence[str], sources: Sequence[str], made: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="build-", dir=made.parent) as folder:
        beside = Path(folder) / made.name
        command = [*find_compiler(), *flags, f"-I{CORE}", "-o", str(beside), *sources]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, f"the core does not compile without a warning:\n{done.stderr}"
        beside.replace(made)
