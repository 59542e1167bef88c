"""Damaged demands by the million, on the core's own decoder: see tests/hazards/damaged_demands.c."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import cffi
from poultice.simulator.native import find_compiler, find_core

SOURCE = Path(__file__).parent / "hazards" / "damaged_demands.c"
PARTS = ("frame.c", "demand.c")
FLAGS = ("-std=c11", "-O2", "-shared", "-fPIC", "-Wall", "-Wextra", "-Wconversion", "-Werror")
DECLARATIONS = """
struct flips { uint32_t passed; uint32_t obeyed; uint32_t lost; };
void damaged_demands(uint32_t seed, uint8_t flips, bool burst, uint32_t frames, struct flips *found);
"""


class Heard(NamedTuple):
    """Of so many damaged frames. `passed`: taken for frames though they differ; `obeyed`: those of them that would be
    obeyed; `lost`: nothing was heard of them."""

    passed: int
    obeyed: int
    lost: int


def hear(bits: int, frames: int, *, burst: bool = False, seed: int = 21) -> Heard:
    """Turns `bits` bits of each frame over: any of them, or the first and the last of so long a stretch and each one
    between as likely as not."""
    found = _interface().new("struct flips *")
    _library().damaged_demands(seed, bits, burst, frames, found)
    return Heard(found.passed, found.obeyed, found.lost)


@cache
def _interface() -> cffi.FFI:
    ffi = cffi.FFI()
    ffi.cdef(DECLARATIONS)
    return ffi


@cache
def _library() -> Any:
    core = find_core()
    with TemporaryDirectory(prefix="damage-") as folder:
        made = Path(folder) / "damage.so"
        sources = [str(SOURCE), *(str(core / part) for part in PARTS)]
        subprocess.run([*find_compiler(), *FLAGS, f"-I{core}", "-o", str(made), *sources], check=True, timeout=60)
        return _interface().dlopen(str(made))
