"""The real firmware on an emulated chip, and a host at its cable. Each test gets a board fresh from power-on."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest
from board_host import BoardHost
from boards import Observation
from emulator import EmulatedBoard
from poultice.link import contract

WARM_C = 36.0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder runs the firmware in real time."""
    for item in items:
        if "on_avr" in item.path.parts:
            item.add_marker(pytest.mark.avr)
            item.add_marker(pytest.mark.slow)


@pytest.fixture
def board() -> Iterator[EmulatedBoard]:
    """A board just powered on, on a pad that somebody has lain on."""
    with EmulatedBoard(temperature_c=WARM_C) as board:
        yield board


@pytest.fixture
def host(board: EmulatedBoard) -> Iterator[BoardHost]:
    """A silent host, once the board has read every thermistor."""
    with BoardHost(board.port) as host:
        host.wait_for(contract.Status, lambda status: contract.SensorTrust.NOT_READ_YET not in status.sensor_trust)
        yield host


@pytest.fixture
def armed(board: EmulatedBoard, host: BoardHost) -> BoardHost:
    """A host whose board is armed by its button."""
    board.press(0.3)
    host.wait_for(contract.Status, lambda status: status.state == contract.DeviceState.ARMED)
    return host


@pytest.fixture
def mean() -> Callable[..., float]:
    """The mean over board time of a value, which every observation holds until the next."""

    def over(observations: list[Observation], value: Callable[[Observation], float]) -> float:
        spans = [(late.board_s - early.board_s, value(early)) for early, late in itertools.pairwise(observations)]
        return sum(span * worth for span, worth in spans) / sum(span for span, _ in spans)

    return over
