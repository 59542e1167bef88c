"""A plant of its own, driven directly, and a board with a small direct host."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cffi
import pytest
from poultice.link import contract
from poultice.link.frames import Decoder, encode
from poultice.simulator import native
from poultice.simulator.board import Observation, SimulatedBoard

COUNTS = {"PLANT_THERMISTORS": 6, "COUNT_ZONES": 2, "COUNT_SENSORS": 4, "COUNT_MOTORS": 4}


def plant_declarations() -> str:
    """plant.h as cffi reads it: no preprocessor, no comments, counts as numbers."""
    text = (native.HERE / "plant.h").read_text()
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"^#.*$", "", text, flags=re.MULTILINE)
    for name, count in COUNTS.items():
        text = text.replace(name, str(count))
    return text


@pytest.fixture(scope="session")
def plant_library(tmp_path_factory: pytest.TempPathFactory) -> tuple[cffi.FFI, Any]:
    """plant.c alone, with every warning an error."""
    library = tmp_path_factory.mktemp("plant") / "plant.so"
    warnings = ["-Wall", "-Wextra", "-Wconversion", "-Werror"]
    command = [*native.find_compiler(), *native.FLAGS, *warnings, f"-I{native.find_core()}", f"-I{native.HERE}"]
    subprocess.run([*command, "-o", str(library), str(native.HERE / "plant.c"), "-lm"], check=True, timeout=60)
    ffi = cffi.FFI()
    ffi.cdef(plant_declarations())
    return ffi, ffi.dlopen(str(library))


class Bench:
    """One plant in the hands of a test. Parameters by the names in plant.h, one number for all places of an array."""

    def __init__(self, ffi: cffi.FFI, c: Any, seed: int = 1, **parameters: float) -> None:
        self.ffi, self.c = ffi, c
        self.parameters = ffi.new("struct plant_parameters *")
        self.plant = ffi.new("struct plant *")
        c.plant_default_parameters(self.parameters)
        for name, value in parameters.items():
            self._set(name, value)
        c.plant_reset(self.plant, self.parameters, seed)

    def _set(self, name: str, value: float) -> None:
        field = getattr(self.parameters, name)
        if isinstance(field, float):
            setattr(self.parameters, name, value)
        else:
            for index in range(len(field)):
                field[index] = value

    def heat(self, watts: tuple[float, float], seconds: float, dt_s: float = 0.01) -> None:
        """Lets these watts flow."""
        for _ in range(round(seconds / dt_s)):
            self.c.plant_step(self.plant, watts, dt_s)

    def switch(self, gates: tuple[bool, bool], motors: float = 0.0) -> None:
        """Solves the circuit with the upper switches alive."""
        self.c.plant_enable_edge(self.plant)
        self.c.plant_switch(self.plant, gates, (motors,) * 4)

    def temperatures(self) -> list[float]:
        """Every temperature in it, °C."""
        p = self.plant
        return [*p.pad_c, *p.skin_c, *p.tissue_c, *p.sensor_c, *p.witness_c]

    def stored_j(self) -> float:
        """Heat in pad, skin and tissue."""
        return float(self.c.plant_stored_j(self.plant))


@pytest.fixture
def new_bench(plant_library: tuple[cffi.FFI, Any]) -> Callable[..., Bench]:
    """Makes plants."""
    ffi, c = plant_library
    return lambda **arguments: Bench(ffi, c, **arguments)


class DirectHost:
    """The least that is a host: whole demands at 20 Hz, and everything that the board said."""

    def __init__(self, board: SimulatedBoard) -> None:
        self.board = board
        self.decoder = Decoder()
        self.messages: list[contract.UpMessage] = []
        self.counter = 0
        self.sequence = 0
        self.watts = (0.0, 0.0)
        self.targets_c = (0.0, 0.0)
        self.motors = (0, 0, 0, 0)

    def want(self, watts: float, target_c: float, zones: tuple[bool, bool] = (True, True)) -> None:
        """What the next demands ask for."""
        self.watts = tuple(watts * zone for zone in zones)  # type: ignore[assignment]
        self.targets_c = tuple(target_c * zone for zone in zones)  # type: ignore[assignment]

    def send(self, message: contract.DownMessage) -> None:
        """Puts one message onto the line."""
        self.sequence = (self.sequence + 1) % 256
        self.board.receive(encode(message.ID, self.sequence, message.pack()))

    def demand(self) -> None:
        """Sends the wish once."""
        self.counter = (self.counter + 1) % 65536
        powers = tuple(round(10 * watts) for watts in self.watts)
        targets = tuple(round(100 * target) for target in self.targets_c)
        self.send(contract.Demand(self.counter, powers, targets, self.motors, contract.Cue.NONE))

    def run(self, seconds: float) -> Observation:
        """Demands every 50 ms, for so long."""
        for _ in range(round(seconds / 0.05)):
            self.demand()
            self.board.advance(0.05)
        return self.look()

    def look(self) -> Observation:
        """Takes what the board said."""
        for frame in self.decoder.feed(self.board.transmit()):
            self.messages.append(contract.MESSAGES_UP[frame.type].unpack(frame.payload))
        return self.board.observe()

    def wait(self, seconds: float) -> Observation:
        """Says nothing for so long."""
        self.board.advance(seconds)
        return self.look()

    def arm(self) -> None:
        """A short press, and time for its release to be seen."""
        self.board.press(0.5)
        self.run(0.7)

    def of(self, kind: type[contract.UpMessage]) -> list[Any]:
        """All messages of one kind, oldest first."""
        return [message for message in self.messages if isinstance(message, kind)]

    @property
    def status(self) -> contract.Status:
        """The newest STATUS."""
        return self.of(contract.Status)[-1]  # type: ignore[no-any-return]


@pytest.fixture
def new_host() -> Callable[..., DirectHost]:
    """Makes a board that has been on for half a second, and its host."""

    def make(**arguments: Any) -> DirectHost:
        host = DirectHost(SimulatedBoard(**arguments))
        host.run(0.5)
        return host

    return make


@pytest.fixture
def host(new_host: Callable[..., DirectHost]) -> DirectHost:
    """A board by the facts, and its host."""
    return new_host()


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache for compiled boards."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"
