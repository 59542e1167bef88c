"""A pad of the bench as Python drives it: duty in, reading out, ten times a second; and the truth beside it."""

from __future__ import annotations

import re
from dataclasses import asdict
from functools import cache
from typing import Any

import cffi

from poultice.bench.pads import BenchPad
from poultice.simulator import native
from poultice.simulator.board import SimulatedBoard

TICK_S = 0.1  # STATUS comes ten times a second
TICKS_PER_WINDOW = 10


@cache
def _library() -> tuple[cffi.FFI, Any]:
    """bench_pad.h as cffi reads it, and the simulator's library, in which bench_pad.c is compiled."""
    header = (native.HERE / "bench_pad.h").read_text(encoding="utf-8")
    header = re.sub(r"/\*.*?\*/", "", header, flags=re.DOTALL)
    ffi = cffi.FFI()
    ffi.cdef(re.sub(r"^#.*$", "", header, flags=re.MULTILINE))
    return ffi, ffi.dlopen(str(native.build()))


class Pad:
    """One pad. Copies go on from where the original is, and know nothing of each other."""

    def __init__(self, pad: BenchPad) -> None:
        self.described = pad
        self._ffi, self._c = _library()
        self._pad = self._ffi.gc(self._c.bench_pad_new(), self._c.bench_pad_free)
        settings = self._ffi.new("struct bench_pad_settings *", asdict(pad.settings))
        self._c.bench_pad_reset(self._pad, settings, pad.seed)
        self._c.bench_pad_set_on_body(self._pad, pad.on_body)

    def copy(self) -> Pad:
        """Another pad in the same state."""
        other = Pad.__new__(Pad)
        other.described, other._ffi, other._c = self.described, self._ffi, self._c
        other._pad = self._ffi.gc(self._c.bench_pad_new(), self._c.bench_pad_free)
        self._c.bench_pad_copy(other._pad, self._pad)
        return other

    def lay_on(self, board: SimulatedBoard) -> None:
        """Makes it the pad of a board whose power has just come, with the supply that it has here."""
        self._c.bench_pad_lay_on(self._pad, self._struct_board(board))

    def look_at(self, board: SimulatedBoard) -> None:
        """From now on this is a copy of the pad on that board, as it is now."""
        self._c.bench_pad_look_at(self._pad, self._struct_board(board))

    def _struct_board(self, board: SimulatedBoard) -> Any:
        return self._ffi.cast("struct board *", board.address)

    def tick(self, duty: float) -> float:
        """TICK_S with this wish of duty (0 to 1; the board rounds it down to a permille, and caps it); the reading
        after it, °C."""
        self._c.bench_pad_step(self._pad, int(1000.0 * duty + 1e-9))
        return self._c.bench_pad_reading_centi_c(self._pad) / 100.0  # type: ignore[no-any-return]

    def reading_c(self) -> float:
        """What STATUS says now, °C; each call has its own noise."""
        return self._c.bench_pad_reading_centi_c(self._pad) / 100.0  # type: ignore[no-any-return]

    def run(self, duty: float, ticks: int) -> list[float]:
        """So many ticks with one duty; the true temperature after each, °C."""
        zone_c = self._ffi.new("double[]", ticks)
        self._c.bench_pad_run(self._pad, int(1000.0 * duty + 1e-9), ticks, zone_c)
        return list(zone_c)

    @property
    def zone_c(self) -> float:
        """The zone's temperature as the board would show it without noise: that of its hottest bead, °C."""
        return self._c.bench_pad_zone_c(self._pad)  # type: ignore[no-any-return]

    @property
    def full_w(self) -> float:
        """What duty 1 gives now, under the cap, W."""
        return self._c.bench_pad_full_w(self._pad)  # type: ignore[no-any-return]

    @property
    def used_j(self) -> float:
        """Heat that has come out of the element, J."""
        return self._c.bench_pad_used_j(self._pad)  # type: ignore[no-any-return]

    def lie(self, on_body: bool) -> None:
        """Somebody lies on it, or it is lifted off."""
        self._c.bench_pad_set_on_body(self._pad, on_body)

    def cover(self, factor: float) -> None:
        """A blanket: the conductance of the pad's back is divided by this; 1 is none."""
        self._c.bench_pad_set_blanket(self._pad, factor)

    def supply(self, factor: float) -> None:
        """The supply's voltage as a share of what it was."""
        self._c.bench_pad_set_supply(self._pad, factor)
