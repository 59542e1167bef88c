"""A host for tests at the board's cable: pyserial, the contract, and not a line of the controller's own conversation.

It sends a wish 20 times a second until told to fall silent, and keeps every message that the board sends.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self, TypeVar

import serial
from poultice.link import contract
from poultice.link.frames import Decoder, Frame, encode

DEMAND_EVERY_S = 0.05
READ_S = 0.02
BAUD = 250_000

Message = TypeVar("Message")
AnyMessage = contract.Hello | contract.Status | contract.Event | contract.Log

NOTHING = contract.Demand(
    counter=0,
    zone_power_deci_w=(0, 0),
    zone_target_centi_c=(0, 0),
    motor_intensity_percent=(0, 0, 0, 0),
    cue=contract.Cue.NONE,
)


def heat(power_w: tuple[float, float], target_c: float = 42.0) -> contract.Demand:
    """A wish for heat."""
    power = (round(power_w[0] * 10), round(power_w[1] * 10))
    return replace(NOTHING, zone_power_deci_w=power, zone_target_centi_c=(round(target_c * 100),) * 2)


def massage(*percent: int) -> contract.Demand:
    """A wish for massage, motors in the contract's order."""
    return replace(NOTHING, motor_intensity_percent=percent)


@dataclass(frozen=True, slots=True)
class Heard:
    """One message of the board, and when it was here (time.monotonic())."""

    time_s: float
    sequence: int
    message: AnyMessage


class BoardHost:
    """The other end of the cable."""

    def __init__(self, port: str) -> None:
        self._port = serial.Serial(port, BAUD, timeout=READ_S)
        self._changed = threading.Condition()
        self._heard: list[Heard] = []
        self._decoder = Decoder()
        self._writing = threading.Lock()
        self._sequence = 0
        self._counter = 0
        self._wish: contract.Demand | None = None
        self._leaving = threading.Event()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._listen, self._demand)]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the cable."""
        self._leaving.set()
        for thread in self._threads:
            thread.join(5)
        self._port.close()

    @property
    def bad_frames(self) -> int:
        """Frames of the board that arrived damaged."""
        return self._decoder.bad

    @property
    def counter(self) -> int:
        """Of the last demand sent."""
        return self._counter

    def wish(self, demand: contract.Demand | None) -> None:
        """What is asked from now on, 20 times a second; None falls silent, as a frozen host does."""
        self._wish = demand

    def send(self, message: contract.HelloRequest | contract.Demand | contract.Stop) -> None:
        """Sends one message now."""
        with self._writing:
            self._sequence = (self._sequence + 1) % 256
            self._port.write(encode(message.ID, self._sequence, message.pack()))

    def send_bytes(self, data: bytes) -> None:
        """Sends whatever it is."""
        with self._writing:
            self._port.write(data)

    def stop(self) -> None:
        """STOP, and silence."""
        self._wish = None
        self.send(contract.Stop())

    def messages(self, kind: type[Message], since_s: float = 0.0) -> list[Message]:
        """Every message of a kind that came since then."""
        with self._changed:
            return [each.message for each in self._heard if isinstance(each.message, kind) and each.time_s >= since_s]

    def heard(self, since_s: float = 0.0) -> list[Heard]:
        """Everything that came since then."""
        with self._changed:
            return [each for each in self._heard if each.time_s >= since_s]

    def wait_for(
        self, kind: type[Message], fits: Callable[[Message], bool] = lambda _: True, timeout_s: float = 3.0
    ) -> Message:
        """The first fitting message that comes from now on."""
        begin_s = time.monotonic()
        with self._changed:
            while True:
                for message in self.messages(kind, begin_s):
                    if fits(message):
                        return message
                left_s = begin_s + timeout_s - time.monotonic()
                if left_s <= 0:
                    latest = self._heard[-3:]
                    raise AssertionError(f"no fitting {kind.__name__} within {timeout_s} s; the last heard: {latest}")
                self._changed.wait(left_s)

    def status(self) -> contract.Status:
        """The next STATUS."""
        return self.wait_for(contract.Status)

    def hello(self) -> contract.Hello:
        """Asks for HELLO and waits for it."""
        self.send(contract.HelloRequest())
        return self.wait_for(contract.Hello)

    def _listen(self) -> None:
        while not self._leaving.is_set():
            for frame in self._decoder.feed(self._port.read(max(1, self._port.in_waiting))):
                self._take(frame)

    def _take(self, frame: Frame) -> None:
        message = contract.MESSAGES_UP[frame.type].unpack(frame.payload)
        with self._changed:
            self._heard.append(Heard(time.monotonic(), frame.sequence, message))
            self._changed.notify_all()

    def _demand(self) -> None:
        due_s = time.monotonic()
        while not self._leaving.wait(max(0.0, due_s - time.monotonic())):
            due_s += DEMAND_EVERY_S
            wish = self._wish
            if wish is not None:
                self._counter = (self._counter + 1) % 2**16
                self.send(replace(wish, counter=self._counter))
