"""The seam: what a controller of heat is to the bench. Whoever has these methods may take part.

`--only package.module:Name` lets a class take part that the bench does not know."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Protocol, runtime_checkable

from poultice.errors import SetupError

Tick = Callable[[float], float]


class Contender(Protocol):
    """A controller of one zone that knows neither the pad nor its full power. It is asked ten times a second."""

    setpoint_c: float

    def update(self, temperature_c: float, now_s: float) -> float:
        """The duty from this reading (°C) on, 0 to 1 of an unknown full power; `now_s` only ever grows."""
        ...

    def reset(self) -> None:
        """Forgets the pad; what tuning found stays."""
        ...


@runtime_checkable
class Tuned(Protocol):
    """A contender that wants to try the pad first. What it takes is counted."""

    def tune(self, tick: Tick, temperature_c: float) -> None:
        """Tries a cold pad that shows `temperature_c`; `tick(duty)` lets 0.1 s pass and gives the next reading. Raises
        TuningError where the pad would not be tuned."""
        ...


class TuningError(Exception):
    """A contender could not be tuned on this pad."""


OURS = "ours"
KNOWN = {
    OURS: "poultice.bench.ours:ours",
    "our plain PID": "poultice.bench.ours:plain_pid",
    "thermostat": "poultice.bench.peers:Thermostat",
    "simple-pid": "poultice.bench.peers:SimplePid",
    "simple-pid, Ziegler–Nichols": "poultice.bench.ziegler_nichols:ZieglerNichols",
    "ESPHome, autotuned": "poultice.bench.esphome:EspHomePid",
}


def new(name: str) -> Contender:
    """A fresh contender by its name in KNOWN, or as package.module:Name. Raises SetupError where it cannot be had."""
    module, colon, attribute = KNOWN.get(name, name).partition(":")
    if not colon:
        raise SetupError(f"there is no contender {name}; there are {', '.join(KNOWN)}, and any package.module:Name")
    try:
        made: Contender = getattr(import_module(module), attribute)()
    except (ImportError, AttributeError) as error:
        raise SetupError(f"the contender {name} cannot be had: {error}") from error
    return made
