"""A pad like any other, made of the real firmware core and arithmetic. Time passes only where `advance` says so."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from poultice.errors import SetupError
from poultice.simulator import native
from poultice.simulator.faults import Fault, ScheduledFault, make_fault, name_of
from poultice.simulator.injection import Surgery

STEP_S = 0.01
CHUNK_STEPS = 1000  # in 10 s the board says far less than the line holds, 64 KiB
LINE_BYTES = 65536
PRESS_MAX_S = 3600.0
ID_BYTES = 8
NO_ID = bytes(ID_BYTES)


@dataclass(frozen=True, slots=True)
class Observation:
    """What an oscilloscope and a thermal camera would see: the truth, not what the board believes.

    °C, W, V, A, J; zones, sensors and motors in the order of hardware/facts.toml. Energies balance: what came in is
    what is stored more than at power-on, and what went to the room and to the body's core.
    """

    now_s: float  # since the board's power came
    sensor_c: tuple[float, ...]  # true temperatures of the thermistors, faults and noise aside
    witness_c: tuple[float, ...]
    pad_c: tuple[float, ...]
    skin_c: tuple[float, ...]
    tissue_c: tuple[float, ...]
    peak_pad_c: tuple[float, ...]  # hottest so far
    heater_w: tuple[float, ...]  # flowing at this moment
    used_j: tuple[float, ...]  # that flowed through each element so far
    rail_v: float  # of the supply
    supply_a: float
    stored_j: float
    in_j: float
    to_room_j: float
    to_core_j: float
    lost_down: int  # bytes that a faulty line swallowed, host to board
    lost_up: int
    duty_permille: tuple[int, ...]
    motor_pwm: tuple[int, ...]
    gate: tuple[bool, ...]  # lower switch driven at this moment
    enable: bool  # the enable line toggles
    rail_on: bool  # the upper switches conduct
    led: bool
    buzzer: bool
    button: bool
    armed: bool
    latched: bool


_FLAGS = ("enable", "rail_on", "led", "buzzer", "button", "armed", "latched")
_ARRAYS = tuple(n for n, k in Observation.__annotations__.items() if k.startswith("tuple") and n != "gate")
_NUMBERS = tuple(n for n, k in Observation.__annotations__.items() if k in {"float", "int"})


class SimulatedBoard:
    """One board on one pad on one body. The same seed and the same calls give the same bytes."""

    def __init__(
        self,
        seed: int = 1,
        parameters: Mapping[str, float | Sequence[float]] | None = None,
        faults: Iterable[ScheduledFault] = (),
        board_id: bytes = NO_ID,
    ) -> None:
        """`parameters` names fields of `struct plant_parameters` in plant.h: one number for all places, or one each.
        `board_id` is what stands in the EEPROM for HELLO, 8 bytes; zeros where nobody wrote one."""
        self._ffi, self._c = native.interface(), native.library()
        self._board = self._ffi.gc(self._c.board_new(), self._c.board_free)
        for name, value in (parameters or {}).items():
            self._set_parameter(name, value)
        self._c.board_power_on(self._board, seed % 2**32)
        self._c.board_set_id(self._board, board_id.ljust(ID_BYTES, b"\0")[:ID_BYTES])
        self._surgery = Surgery(self._c, self._board)
        self._steps = 0
        self._due_s = 0.0
        self._said = bytearray()
        self._line = self._ffi.new("uint8_t[]", LINE_BYTES)
        self._seen = self._ffi.new("struct board_observation *")
        self._coming = sorted(faults, key=lambda scheduled: scheduled.at_s)
        self._inject_due()

    @property
    def now_s(self) -> float:
        """Since the board's power came, s."""
        return self._steps * STEP_S

    @property
    def address(self) -> int:
        """Where its struct is, for C of the same library that this file does not declare."""
        return int(self._ffi.cast("uintptr_t", self._board))

    def receive(self, data: bytes) -> None:
        """Puts bytes onto the line to the board; it reads them as fast as its UART does."""
        self._c.board_receive(self._board, data, len(data))

    def transmit(self) -> bytes:
        """Takes all bytes that the board has sent since the last call."""
        self._fetch()
        said = bytes(self._said)
        self._said.clear()
        return said

    def advance(self, seconds: float) -> None:
        """Lets time pass, in steps of 10 ms; a rest shorter than a step is kept for the next call."""
        self.advance_to(self._due_s + seconds)

    def advance_to(self, now_s: float) -> None:
        """Lets time pass until `now_s` since the board's power came, in whole steps of 10 ms."""
        self._due_s = max(self._due_s, now_s)
        end = math.floor(self._due_s / STEP_S + 1e-6)  # 0.07 / 0.01 is a hair below 7
        while self._steps < end:
            steps = min(end - self._steps, CHUNK_STEPS, self._steps_to_next_fault())
            self._c.board_advance(self._board, steps)
            self._steps += steps
            self._inject_due()
            self._fetch()

    def press(self, press_s: float) -> None:
        """Holds the button for `press_s`, beginning now; 0 releases it."""
        if not 0 <= press_s <= PRESS_MAX_S:
            raise SetupError(f"a press of {press_s} s is not between 0 and {PRESS_MAX_S:.0f} s; choose another length")
        self._c.board_press(self._board, round(press_s * 1000))

    def inject(self, fault: Fault | str, **arguments: object) -> None:
        """Lets a fault come now: `inject("open-ntc", zone="lumbar")`."""
        checked = fault if isinstance(fault, Fault) else make_fault(fault, arguments)
        self._surgery.inject(checked)

    def clear_fault(self, name: str) -> None:
        """Mends everything that a fault of that name broke; open and shorted thermistors are mended together."""
        self._surgery.mend(name_of(name))

    def service_jumper(self, jumper_set: bool) -> None:
        """Sets or takes away the service jumper; the board reads it at its next reset."""
        self._c.board_set_service_jumper(self._board, jumper_set)

    def reset(self, reset_cause: int) -> None:
        """Restarts the microcontroller; the pad stays as warm as it is."""
        self._c.board_reset(self._board, reset_cause)

    def warm(self, temperature_c: float) -> None:
        """Brings pad, thermistors and skin to one temperature at once, so that nobody waits for the warmth."""
        if not -20 <= temperature_c <= 70:
            raise SetupError(f"{temperature_c} °C is not between -20 and 70 °C; choose another temperature")
        self._c.board_warm_start(self._board, temperature_c)

    def lift_off(self, lifted: bool = True) -> None:
        """Takes the body off the pad, or puts it back."""
        self._c.board_set_on_body(self._board, not lifted)

    def cover(self, factor: float) -> None:
        """Lays a blanket over it: less heat to the room, by `factor`; 1 takes it away."""
        self._c.board_set_blanket(self._board, factor)

    def observe(self) -> Observation:
        """The truth of this moment."""
        self._c.board_observe(self._board, self._seen)
        seen: Any = self._seen
        fields: dict[str, Any] = {name: getattr(seen, name) for name in _NUMBERS}
        fields |= {name: tuple(getattr(seen, name)) for name in _ARRAYS}
        fields |= {name: bool(getattr(seen, name)) for name in _FLAGS}
        return Observation(gate=tuple(map(bool, seen.gate)), **fields)

    def changes(self) -> int:
        """Counts the changes of any output, modulo 2**32."""
        return int(self._c.board_changes(self._board))

    def _set_parameter(self, name: str, value: float | Sequence[float]) -> None:
        length = self._c.board_parameter_length(name.encode())
        values = [value] * length if isinstance(value, int | float) else list(value)
        if length == 0 or len(values) != length:
            why = f"takes {length} numbers, not {len(values)}" if length else "is unknown"
            raise SetupError(f"parameter `{name}` of the simulated pad {why}; see struct plant_parameters in plant.h")
        for index, number in enumerate(values):
            self._c.board_set_parameter(self._board, name.encode(), index, number)

    def _fetch(self) -> None:
        count = self._c.board_transmit(self._board, self._line, LINE_BYTES)
        if count:
            self._said += self._ffi.buffer(self._line, count)

    def _steps_to_next_fault(self) -> int:
        if not self._coming:
            return CHUNK_STEPS
        return max(1, round(self._coming[0].at_s / STEP_S) - self._steps)

    def _inject_due(self) -> None:
        while self._coming and round(self._coming[0].at_s / STEP_S) <= self._steps:
            self.inject(self._coming.pop(0).fault)
