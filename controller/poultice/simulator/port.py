"""The simulated board behind a cable: what the controller's loop has where a serial port would be."""

from __future__ import annotations

from poultice.simulator.board import SimulatedBoard


class SimulatedPort:
    """Bytes to and from a simulated board, whose time the owner of this port advances.

    `connected = False` pulls the cable: bytes vanish both ways while the board lives on, as a board does.
    """

    def __init__(self, board: SimulatedBoard) -> None:
        self.board = board
        self.connected = True
        self._start_s: float | None = None

    def write(self, data: bytes) -> None:
        """Sends bytes to the board."""
        if self.connected:
            self.board.receive(data)

    def read_available(self) -> bytes:
        """All bytes that came from the board since the last call; never waits."""
        data = self.board.transmit()
        return data if self.connected else b""

    def advance_to(self, now_s: float) -> None:
        """Lets the board live until `now_s` of the caller's clock; the first call only sets that clock's zero."""
        if self._start_s is None:
            self._start_s = now_s - self.board.now_s
        self.board.advance_to(now_s - self._start_s)

    def close(self) -> None:
        """Pulls the cable for good."""
        self.connected = False
