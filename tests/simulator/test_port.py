"""The simulated port: bytes both ways, time by the caller's clock, a cable that can be pulled."""

from __future__ import annotations

import pytest
from poultice.link import contract
from poultice.link.frames import Decoder, encode
from poultice.simulator.board import SimulatedBoard
from poultice.simulator.port import SimulatedPort

ASK = encode(contract.HelloRequest.ID, 1, b"")


@pytest.fixture
def port() -> SimulatedPort:
    """A port whose clock stands at 1000 s."""
    port = SimulatedPort(SimulatedBoard())
    port.advance_to(1000.0)
    return port


def types(data: bytes) -> list[int]:
    """Which messages came."""
    return [frame.type for frame in Decoder().feed(data)]


def test_time_is_the_callers_from_the_first_call_on(port: SimulatedPort) -> None:
    assert port.board.now_s == 0.0
    port.advance_to(1000.5)
    port.advance_to(1000.2)  # never back
    assert port.board.now_s == 0.5


def test_slices_of_any_length_add_up(port: SimulatedPort) -> None:
    for slice_ in range(1, 1001):
        port.advance_to(1000.0 + slice_ * 0.0033)
    assert port.board.now_s == pytest.approx(3.30)


def test_it_asks_and_is_answered(port: SimulatedPort) -> None:
    port.advance_to(1000.05)
    port.read_available()
    port.write(ASK)
    port.advance_to(1000.07)
    assert contract.Hello.ID in types(port.read_available())
    assert port.read_available() == b""


def test_a_pulled_cable_carries_nothing_and_the_board_lives_on(port: SimulatedPort) -> None:
    port.connected = False
    port.write(ASK)
    port.advance_to(1010.0)
    assert port.read_available() == b""
    assert port.board.now_s == 10.0
    port.connected = True
    port.advance_to(1011.0)
    assert types(port.read_available()) == [contract.Status.ID] * 10


def test_closed_is_closed(port: SimulatedPort) -> None:
    port.close()
    port.advance_to(1001.0)
    assert port.read_available() == b""
