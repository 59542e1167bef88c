"""What the board on the cable says of itself, asked without taking part in its work."""

from __future__ import annotations

import math
from dataclasses import dataclass

import serial

from poultice.clock import Clock
from poultice.errors import CableError
from poultice.link import contract, facts
from poultice.link.frames import Decoder, encode
from poultice.link.serial_port import open_port, why_not

ASK_EVERY_S = 0.3


@dataclass(frozen=True, slots=True)
class Board:
    """Who it is; `armed` from its newest STATUS, None where none came (another contract's cannot be read)."""

    hello: contract.Hello
    armed: bool | None

    @property
    def is_ours(self) -> bool:
        """Whether it was built from this contract and these facts."""
        return (self.hello.contract_hash, self.hello.facts_hash) == (contract.CONTRACT_HASH, facts.FACTS_HASH)


def ask(path: str, within_s: float, clock: Clock) -> Board | None:
    """The board at a serial port; None where nothing answers in time. Raises CableError where it cannot be opened."""
    try:
        port = open_port(path)
    except (OSError, ValueError) as error:
        raise CableError(why_not(path, error)) from None
    try:
        return _listen(port, within_s, clock)
    except OSError as error:
        raise CableError(why_not(path, error)) from None
    finally:
        port.close()


def _listen(port: serial.Serial, within_s: float, clock: Clock) -> Board | None:
    decoder = Decoder()
    hello: contract.Hello | None = None
    armed: bool | None = None
    end_s, ask_s = clock.real_s() + within_s, -math.inf
    while clock.real_s() < end_s and (hello is None or armed is None):
        if hello is None and clock.real_s() - ask_s >= ASK_EVERY_S:
            ask_s = clock.real_s()
            port.write(encode(contract.HelloRequest.ID, 0, contract.HelloRequest().pack()))
        for frame in decoder.feed(port.read(1) + port.read(port.in_waiting)):
            try:
                if frame.type == contract.Hello.ID:
                    hello = contract.Hello.unpack(frame.payload)
                elif frame.type == contract.Status.ID:
                    armed = contract.Status.unpack(frame.payload).armed_remaining_ms > 0
            except ValueError:
                continue  # of another contract
    return None if hello is None else Board(hello, armed)
