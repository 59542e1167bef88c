"""The simulator's pad of arithmetic (controller/poultice/simulator/plant.c) without any firmware: the same library,
opened here for what software could do at its worst."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import cffi
from poultice.errors import PoulticeError
from poultice.simulator import native

from circuits.ngspice import CircuitError

COUNTS = {"COUNT_ZONES": "2", "COUNT_SENSORS": "4", "COUNT_MOTORS": "4", "PLANT_THERMISTORS": "6"}
SEED = 1


@cache
def _opened() -> tuple[cffi.FFI, Any]:
    """plant.h is what cffi reads, so that its structure has one home. Raises CircuitError."""
    text = (Path(native.HERE) / "plant.h").read_text(encoding="utf-8")
    bare = re.sub(r"/\*.*?\*/|^#.*?$", "", text, flags=re.DOTALL | re.MULTILINE)
    for name, number in COUNTS.items():
        bare = re.sub(rf"\b{name}\b", number, bare)
    ffi = cffi.FFI()
    try:
        ffi.cdef(bare)
        return ffi, ffi.dlopen(str(native.build()))
    except (OSError, PoulticeError, cffi.CDefError) as error:
        raise CircuitError(f"the simulator's pad cannot be opened ({error}): run `make test-quick`.") from error


class BarePad:
    """Two zones on a body, with the switches in the hands of whoever calls. Times in s, temperatures in °C."""

    def __init__(self, **parameters: float) -> None:
        """`parameters`: those of `struct plant_parameters` that differ from the facts; one number for every place."""
        self._ffi, self._c = _opened()
        told: Any = self._ffi.new("struct plant_parameters *")
        self._c.plant_default_parameters(told)
        for name, value in parameters.items():
            self._set(told, name, value)
        self.plant: Any = self._ffi.new("struct plant *")
        self._c.plant_reset(self.plant, told, SEED)

    def _set(self, told: Any, name: str, value: float) -> None:
        field = getattr(told, name)
        if isinstance(field, float):
            setattr(told, name, value)
            return
        for place in range(len(field)):
            field[place] = value

    def warm(self, celsius: float) -> None:
        """Brings pad, beads and skin there."""
        self._c.plant_warm_start(self.plant, celsius)

    def bimetals(self, is_open: list[bool]) -> None:
        """Says for the next step which of them are open: the plant's own open at once and are not asked."""
        for zone, each in enumerate(is_open):
            self.plant.bimetal_open[zone] = each

    def step(self, gates: bool, seconds: float) -> None:
        """Lets time pass with both lower switches as told and the enable line toggling."""
        self._c.plant_enable_edge(self.plant)
        self._c.plant_switch(self.plant, self._ffi.new("bool[2]", [gates, gates]), self._ffi.new("double[4]"))
        self._c.plant_step(self.plant, self.plant.heater_w, seconds)
