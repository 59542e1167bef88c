"""Which of the core's functions each test goes through: only such a test can notice that one of them is broken."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import cffi

SOURCE = Path(__file__).with_suffix(".c")
FLAGS = ("-O0", "-finstrument-functions")
TAKES = "reached_take"


class Reached:
    """Looks into a library that was compiled with FLAGS and SOURCE."""

    def __init__(self, library: Path) -> None:
        self._ffi = cffi.FFI()
        self._ffi.cdef(f"uint32_t {TAKES}(uintptr_t *functions);")
        self._library: Any = self._ffi.dlopen(str(library))
        self._room = self._ffi.new("uintptr_t[4096]")
        self._names = _names(library)

    def take(self) -> frozenset[str]:
        """The functions since it was last asked."""
        count = getattr(self._library, TAKES)(self._room)
        return frozenset(self._names[distance] for distance in self._room[0:count] if distance in self._names)


def _names(library: Path) -> dict[int, str]:
    """Each function by its distance from the one that tells, modulo the size of a pointer."""
    listed = subprocess.run(["nm", str(library)], capture_output=True, text=True, check=True, timeout=60).stdout
    rows = [line.split() for line in listed.splitlines()]
    places = [(int(row[0], 16), row[2]) for row in rows if len(row) == 3 and row[1] in "tT"]  # static names recur
    (teller,) = (at for at, name in places if name == TAKES)
    return {(at - teller) % 2**64: name for at, name in places}
