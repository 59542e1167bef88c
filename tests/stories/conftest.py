"""Whole systems of real processes: a board behind a cable, a broker, a controller, a phone."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import threading
import tty
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from boards import BoardProcess, Observation
from brokers import BrokerProcess
from emulator import EmulatedBoard
from household import Process, Talker, write_configuration
from running import SimulatedBoard, heating

BOARDS: dict[str, Callable[[], BoardProcess]] = {"native": SimulatedBoard, "avr": EmulatedBoard}
PROGRAM = "lower-back-ease"  # lumbar to 40 °C, at 2 °C/min


class Cable:
    """Between a board and whoever opens `path`. While it is pulled, `path` leads nowhere and the board lives on."""

    def __init__(self, board_port: str, path: Path) -> None:
        self.path = path
        self._board = os.open(board_port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        tty.setraw(self._board)
        self._ends: tuple[int, int] | None = None  # ours, and the host's, held open so that nothing hangs up meanwhile
        self._changing = threading.Lock()
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self.plug()
        self._thread.start()

    def __enter__(self) -> Cable:
        return self

    def __exit__(self, *_: object) -> None:
        self.pull()
        self._leaving.set()
        self._thread.join(5)
        os.close(self._board)

    def plug(self) -> None:
        """Plugs it in: a new terminal appears at `path`."""
        ours, theirs = pty.openpty()
        tty.setraw(theirs)
        os.set_blocking(ours, False)
        self.path.symlink_to(os.ttyname(theirs))
        with self._changing:
            self._ends = ours, theirs

    def pull(self) -> None:
        """Pulls it out: the terminal hangs up."""
        with self._changing:
            ends, self._ends = self._ends, None
            for end in ends or ():
                os.close(end)
        self.path.unlink(missing_ok=True)

    def _carry(self) -> None:
        while not self._leaving.is_set():
            with self._changing:
                watched = [self._board, *(self._ends or ())[:1]]
            with contextlib.suppress(OSError, ValueError):  # pulled while waiting
                select.select(watched, [], [], 0.05)
            with self._changing:
                self._move(self._board, self._ends[0] if self._ends else None)
                if self._ends:
                    self._move(self._ends[0], self._board)

    @staticmethod
    def _move(source: int, drain: int | None) -> None:
        with contextlib.suppress(BlockingIOError):
            data = os.read(source, 4096)
            if drain is not None:
                os.write(drain, data)


@dataclass
class System:
    """A controller at a board's cable, and a phone."""

    board: BoardProcess
    cable: Cable
    controller: Process
    phone: Talker

    def begin_session(self) -> Observation:
        """From a warm pad (36 °C) by checklist, start and press into a session; the moment at which heat flows."""
        self.board.warm(36)
        self.phone.wait(lambda: self.phone.sees_warmth(35))
        self.phone.start(PROGRAM, self.board.press)
        return self.board.wait_for(heating, 5)


@pytest.fixture(params=["native", pytest.param("avr", marks=pytest.mark.avr)])
def system(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[System]:
    """The same controller at the simulated board, and at the firmware's binary in the emulator."""
    with (
        BOARDS[request.param]() as board,
        Cable(board.port, tmp_path / "ttyPad") as cable,
        BrokerProcess("mosquitto", tmp_path) as broker,
    ):
        url = f'url = "mqtt://127.0.0.1:{broker.port}"'
        file = write_configuration(tmp_path, broker=url, port=str(cable.path))
        with Process(tmp_path, "controller", "--config", str(file)) as controller, Talker(broker.port) as phone:
            phone.wait(lambda: phone.state.get("phase") == "idle", 20)
            yield System(board, cable, controller, phone)
