"""The real core on a pad of arithmetic, in told time, and a host that does exactly what a hazard needs.

Times count from when the fault first shows; every output is looked at each 10 ms.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from board_host import BoardHost
from emulator import EmulatedBoard
from hazard_figures import Reaction, cem43_min, judge
from poultice.link import contract
from poultice.link.frames import Decoder, encode
from poultice.simulator.board import STEP_S, Observation, SimulatedBoard

DEMAND_STEPS = 5  # 50 ms
ZONES = 2
DEMAND = struct.Struct("<H2H2h4BB")  # by hand: the contract's own refuses to write what is out of range
AFTERWARDS_STEP_S = 0.1
CYCLE_S = 0.1
WARM_STEP_K = 1.0
COVERED = {"cover_w_per_m2k": 1.0, "skin_start_c": 36.0}  # under a blanket, on a warm person: heat has nowhere to go


def off(seen: Observation) -> bool:
    """No duty is granted, nothing flows, nothing moves."""
    return not any((*seen.duty_permille, *seen.heater_w, *seen.motor_pwm))


class HazardHost:
    """At the board's cable: sends demands 20 times a second, or what it is told instead."""

    def __init__(self, warm_c: float | None = None, **board: Any) -> None:
        self.board = SimulatedBoard(**board)
        if warm_c is not None:
            self.board.warm(warm_c)  # before anything is measured
        self.counter = 0
        self.sequence = 0
        self.sends: Callable[[], None] = self.demand
        self.wish = contract.Demand(0, (0,) * ZONES, (0,) * ZONES, (0,) * 4, contract.Cue.NONE)
        self._decoder = Decoder()
        self._messages: list[contract.UpMessage] = []
        self._step = 0
        self.run(0.5)

    def ask(self, watts: tuple[float, float], target_c: float, motors: tuple[int, ...] = (0,) * 4) -> None:
        """What the next demands ask for."""
        powers = tuple(round(10 * each) for each in watts)
        targets = tuple(round(100 * target_c) if each else 0 for each in watts)
        self.wish = contract.Demand(0, powers, targets, motors, contract.Cue.NONE)

    def frame(self, kind: int, payload: bytes = b"") -> bytes:
        """One frame, numbered as the next; whatever is in it."""
        self.sequence = (self.sequence + 1) % 256
        return encode(kind, self.sequence, payload)

    def next_demand(self) -> bytes:
        """The frame of the wish, its counter advanced."""
        self.counter = (self.counter + 1) % 2**16
        wish = self.wish
        payload = DEMAND.pack(
            self.counter, *wish.zone_power_deci_w, *wish.zone_target_centi_c, *wish.motor_intensity_percent, wish.cue
        )
        return self.frame(contract.Demand.ID, payload)

    def demand(self) -> None:
        """What a healthy host sends."""
        self.board.receive(self.next_demand())

    def say_nothing(self) -> None:
        """What a dead host sends."""

    def run(self, seconds: float, look: Callable[[Observation], None] | None = None) -> Observation:
        """Lets time pass, sending every 50 ms; `look` sees every 10 ms."""
        end = self._step + round(seconds / STEP_S)
        while self._step < end:
            if self._step % DEMAND_STEPS == 0:
                self.sends()
            steps = 1 if look else min(end, self._step - self._step % DEMAND_STEPS + DEMAND_STEPS) - self._step
            self._step += steps
            self.board.advance(steps * STEP_S)
            if look:
                look(self.board.observe())
        self._take()
        return self.board.observe()

    def seconds_until_off(self, at_most_s: float) -> float:
        """How long outputs stay on from now; fails where it is longer."""
        for step in range(round(at_most_s / STEP_S) + 1):
            if off(self.board.observe()):
                return step * STEP_S
            self.run(STEP_S)
        raise AssertionError(f"outputs are still on after {at_most_s} s: {self.board.observe()}")

    def react(self, at_most_s: float, afterwards_s: float = 120.0) -> Reaction:
        """How long outputs stay on from now, and what the pad truly does until long after."""
        peak_c, dose = 0.0, 0.0

        def look(seen: Observation, dt_s: float) -> None:
            nonlocal peak_c, dose
            peak_c = max(peak_c, *seen.pad_c)
            dose += cem43_min(max(seen.pad_c), dt_s)

        steps = 0
        while not off(self.board.observe()) and steps < round(2 * at_most_s / STEP_S):
            look(self.run(STEP_S), STEP_S)
            steps += 1
        for _ in range(round(afterwards_s / AFTERWARDS_STEP_S)):
            look(self.run(AFTERWARDS_STEP_S), AFTERWARDS_STEP_S)
        return Reaction(steps * STEP_S, peak_c, dose)

    def judge(
        self, row: int, case: str, reaction: Reaction, limit_s: float, fault: contract.Fault, **limits: float
    ) -> None:
        """Asserts what a hazard came to, and writes it down; see hazard_figures.judge()."""
        judge(row, case, reaction, limit_s, fault, told=self.told, latched=self.latched, **limits)

    def seconds_until(self, happens: Callable[[HazardHost], bool], at_most_s: float, step_s: float = STEP_S) -> float:
        """How long it takes from now; fails where it is longer."""
        for step in range(round(at_most_s / step_s) + 1):
            if happens(self):
                return step * step_s
            self.run(step_s)
        raise AssertionError(f"nothing happened within {at_most_s} s: {self.board.observe()}, {self.status}")

    def stays_off(self, seconds: float = 3.0) -> bool:
        """Whether nothing comes back, for longer than a heater's window."""
        before = self.board.observe().used_j
        on: list[Observation] = []
        after = self.run(seconds, lambda seen: None if off(seen) else on.append(seen))
        return not on and after.used_j == before

    def arm(self) -> None:
        """A short press, and time for its release to be seen."""
        self.board.press(0.5)
        self.run(0.7)
        assert self.board.observe().armed

    def warm(self, temperature_c: float) -> None:
        """Brings the pad there as warmth does, not as a loose contact would: never 2 K from one reading to the next."""
        here_c = self.board.observe().pad_c[0]
        steps = max(1, math.ceil(abs(temperature_c - here_c) / WARM_STEP_K))
        for step in range(1, steps + 1):
            self.board.warm(here_c + (temperature_c - here_c) * step / steps)
            self.run(CYCLE_S)

    def heat(self, watts: tuple[float, float] = (30.0, 30.0), target_c: float = 42.0) -> None:
        """Armed, asked, and heating."""
        self.arm()
        self.ask(watts, target_c)
        assert any(self.run(2.0).duty_permille)

    def _take(self) -> None:
        for frame in self._decoder.feed(self.board.transmit()):
            self._messages.append(contract.MESSAGES_UP[frame.type].unpack(frame.payload))

    def restart(self, cause: contract.ResetCause = contract.ResetCause.POWER_ON) -> None:
        """Resets the board; what it said before counts no longer."""
        self._take()
        self._messages.clear()
        self.board.reset(cause)
        self.seconds_until(lambda host: bool(host.statuses), 1.0)

    @property
    def told(self) -> set[contract.Fault]:
        """The faults that are present or latched by the newest STATUS, or that an event spoke of."""
        bits = self.status.faults | self.status.latched_faults
        present = {fault for fault in contract.Fault if bits & 1 << fault - 1}
        return present | set(map(contract.Fault, self.events(contract.EventKind.FAULT)))

    @property
    def latched(self) -> set[contract.Fault]:
        """By the newest STATUS."""
        return {fault for fault in contract.Fault if self.status.latched_faults & 1 << fault - 1}

    @property
    def status(self) -> contract.Status:
        """The newest STATUS."""
        return next(each for each in reversed(self._messages) if isinstance(each, contract.Status))

    @property
    def statuses(self) -> list[contract.Status]:
        """All so far."""
        return [each for each in self._messages if isinstance(each, contract.Status)]

    def events(self, kind: contract.EventKind) -> list[int]:
        """The details of all events of a kind."""
        return [each.detail for each in self._messages if isinstance(each, contract.Event) and each.kind == kind]


@pytest.fixture
def new_host() -> type[HazardHost]:
    """Makes a board just powered on, and its host; `parameters` of the plant, `seed`."""
    return HazardHost


@pytest.fixture
def host() -> HazardHost:
    """A board by the facts, and its host."""
    return HazardHost()


@pytest.fixture
def covered() -> HazardHost:
    """A pad that can hardly lose its heat."""
    return HazardHost(parameters=COVERED)


CHIP_C = 36.0


@pytest.fixture
def chip() -> Iterator[EmulatedBoard]:
    """The real binary on an emulated chip just powered on, on a pad that somebody has lain on."""
    with EmulatedBoard(temperature_c=CHIP_C) as board:
        yield board


@pytest.fixture
def chip_host(chip: EmulatedBoard) -> Iterator[BoardHost]:
    """At its cable; the chip is armed by its button."""
    with BoardHost(chip.port) as host:
        host.wait_for(contract.Status, lambda status: contract.SensorTrust.NOT_READ_YET not in status.sensor_trust, 5.0)
        chip.press(0.3)
        host.wait_for(contract.Status, lambda status: status.armed_remaining_ms > 0, 5.0)
        yield host
