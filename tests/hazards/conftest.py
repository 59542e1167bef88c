"""The real core on a pad of arithmetic, in told time, and a host that does exactly what a hazard needs.

Times count from when the fault first shows; every output is looked at each 10 ms.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import pytest
from poultice.link import contract
from poultice.link.frames import Decoder, encode
from poultice.simulator.board import STEP_S, Observation, SimulatedBoard

DEMAND_S = 0.05
ZONES = 2
DEMAND = struct.Struct("<H2H2h4BB")  # by hand: the contract's own refuses to write what is out of range
COVERED = {"cover_w_per_m2k": 1.0, "skin_start_c": 36.0}  # under a blanket, on a warm person: heat has nowhere to go


def off(seen: Observation) -> bool:
    """No duty is granted, nothing flows, nothing moves."""
    return not any((*seen.duty_permille, *seen.heater_w, *seen.motor_pwm))


class HazardHost:
    """At the board's cable: sends demands 20 times a second, or what it is told instead."""

    def __init__(self, **board: Any) -> None:
        self.board = SimulatedBoard(**board)
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

    def run(self, seconds: float, look: Callable[[Observation], None] = lambda _: None) -> Observation:
        """Lets time pass, sending every 50 ms, looking every 10 ms."""
        seen = self.board.observe()
        for _ in range(round(seconds / STEP_S)):
            if self._step % round(DEMAND_S / STEP_S) == 0:
                self.sends()
            self._step += 1
            self.board.advance(STEP_S)
            seen = self.board.observe()
            look(seen)
        self._take()
        return seen

    def seconds_until_off(self, at_most_s: float) -> float:
        """How long outputs stay on from now; fails where it is longer."""
        for step in range(round(at_most_s / STEP_S) + 1):
            if off(self.board.observe()):
                return step * STEP_S
            self.run(STEP_S)
        raise AssertionError(f"outputs are still on after {at_most_s} s: {self.board.observe()}")

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

    def heat(self, watts: tuple[float, float] = (30.0, 30.0), target_c: float = 42.0) -> None:
        """Armed, asked, and heating."""
        self.arm()
        self.ask(watts, target_c)
        assert any(self.run(2.0).duty_permille)

    def _take(self) -> None:
        for frame in self._decoder.feed(self.board.transmit()):
            self._messages.append(contract.MESSAGES_UP[frame.type].unpack(frame.payload))

    @property
    def status(self) -> contract.Status:
        """The newest STATUS."""
        return next(each for each in reversed(self._messages) if isinstance(each, contract.Status))

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
