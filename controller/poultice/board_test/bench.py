"""The board on the bench: its cable by the controller's own conversation, and time that passes between looks."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable
from typing import Protocol

from poultice.clock import Clock
from poultice.errors import CableError, SetupError
from poultice.link import contract
from poultice.link.conversation import (
    BoardEventReceived,
    ContractMismatch,
    Conversation,
    HelloReceived,
    LinkLost,
    ReadingReceived,
)
from poultice.link.frames import Decoder, encode
from poultice.therapy.state import Demand, ZoneDemand

STEP_S = 0.01
DEMAND_EVERY_S = 0.05
ASK_EVERY_S = 0.5
GREET_S = 10.0  # the chip's self-tests, and the watchdog that bites once
STOP_S = 1.0
OUT = "The cable is out: plug it back in, then test again."
NO_HEAT = ZoneDemand(0.0, None)


class Port(Protocol):
    """Bytes to and from a board. The simulated one lives as far as it is told."""

    def write(self, data: bytes) -> None:
        """Sends. Raises OSError where the cable is out."""
        ...

    def read_available(self) -> bytes:
        """What has come since the last call; never waits. Raises OSError where the cable is out."""
        ...

    def advance_to(self, now_s: float) -> None:
        """It is now."""
        ...


def demand(zone: int | None = None, power_w: float = 0.0, target_c: float = 0.0, motor: int | None = None) -> Demand:
    """A wish for one zone or one motor, or for nothing but the lease."""
    zones = [NO_HEAT] * contract.COUNT_ZONES
    if zone is not None:
        zones[zone] = ZoneDemand(power_w, target_c)
    motors = tuple(100 if index == motor else 0 for index in range(contract.COUNT_MOTORS))
    return Demand(zones=tuple(zones), motors_percent=motors)


class Bench:
    """One board. `status` is the newest; `events` what happened since somebody emptied it."""

    def __init__(self, port: Port, clock: Clock) -> None:
        self._port, self._clock = port, clock
        self._talk = Conversation()
        self._wish: Demand | None = None
        self._due_s = 0.0
        self._lost = ""
        self._status: contract.Status | None = None
        self.events: list[BoardEventReceived] = []

    @property
    def status(self) -> contract.Status:
        """The newest. Raises CableError where the board fell silent or started anew."""
        if self._lost or self._status is None:
            raise CableError(self._lost or "The board says nothing of its state: check its cable.")
        return self._status

    @property
    def talking(self) -> bool:
        """Whether it has said its state, and may be asked for something."""
        return self._talk.ready

    @property
    def now_s(self) -> float:
        """By the clock that was given."""
        return self._clock.now_s()

    # -- before anything is sent that acts

    def greet(self, within_s: float = GREET_S) -> contract.Hello:
        """HELLO of a board at rest, asked without taking part; whatever was known is void. Raises CableError where
        nothing answers in time or it cannot be understood, SetupError where the board is at work."""
        self._talk, self._status, self._wish = Conversation(), None, None
        self._pass()  # what lay in the cable is of another time
        decoder, asked_s = Decoder(), -math.inf
        hello: contract.Hello | None = None
        end_s = self.now_s + within_s
        while self.now_s < end_s:
            if self.now_s - asked_s >= ASK_EVERY_S:
                asked_s = self.now_s
                self._send(encode(contract.HelloRequest.ID, 0, contract.HelloRequest().pack()))
            for frame in decoder.feed(self._pass()):
                try:
                    if frame.type == contract.Hello.ID:
                        hello = contract.Hello.unpack(frame.payload)
                    elif frame.type == contract.Status.ID and hello is not None:
                        _require_at_rest(contract.Status.unpack(frame.payload))
                        return hello
                except ValueError:
                    raise CableError("The board speaks another contract: flash it with this version first.") from None
        raise CableError("No board answers on the cable: check its supply and USB, and that it was flashed.")

    # -- and from then on

    def wish(self, wanted: Demand | None) -> None:
        """What is asked 20 times a second from now on; None falls silent."""
        self._wish = wanted

    def wait(self, until: Callable[[], bool], within_s: float) -> bool:
        """Goes on until something is so; False where it was not in time. Raises CableError where the board is lost."""
        end_s = self.now_s + within_s
        while not until():
            if self.now_s >= end_s:
                return False
            self._turn()
        return True

    def run(self, seconds: float) -> None:
        """Lets time pass."""
        self.wait(lambda: False, seconds)

    def saw(self, kind: str) -> bool:
        """Whether this happened since the events were emptied."""
        return any(event.kind == kind for event in self.events)

    def stop(self) -> bool:
        """All off; whether the board says so."""
        self._wish = None
        self._send(self._talk.stop(self.now_s))
        return self.wait(lambda: self._status is not None and _at_rest(self._status), STOP_S)

    def leave(self) -> None:
        """STOP where a board was spoken to, whether or not it still hears; a cable that is out is no second trouble."""
        if self._status is not None:
            with contextlib.suppress(CableError):
                self.stop()

    def _turn(self) -> None:
        now_s = self.now_s
        for event in [*self._talk.receive(self._pass(), now_s), *self._talk.tick(now_s)]:
            match event:
                case ReadingReceived():
                    self._status = event.status
                case BoardEventReceived():
                    self.events.append(event)
                case LinkLost() | ContractMismatch():
                    self._lost = event.sentence
                case HelloReceived():
                    self._lost = ""
        if output := self._talk.take_output():
            self._send(output)
        if self._wish is not None and self._talk.ready and now_s >= self._due_s:
            self._due_s = now_s + DEMAND_EVERY_S
            self._send(self._talk.demand(self._wish))
        if self._lost:
            raise CableError(self._lost)

    def _send(self, data: bytes) -> None:
        try:
            self._port.write(data)
        except OSError:
            raise CableError(OUT) from None

    def _pass(self) -> bytes:
        """A hundredth of a second, and what came in it."""
        self._clock.sleep_until(self.now_s + STEP_S)
        self._port.advance_to(self.now_s)
        try:
            return self._port.read_available()
        except OSError:
            raise CableError(OUT) from None


def _at_rest(status: contract.Status) -> bool:
    moving = (*status.zone_duty_permille, *status.motor_applied_percent)
    return status.armed_remaining_ms == 0 and not any(moving)


def _require_at_rest(status: contract.Status) -> None:
    if not _at_rest(status):
        raise SetupError("The board is at work: end its session with its button, then test it.")
