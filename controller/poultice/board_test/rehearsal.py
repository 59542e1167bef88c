"""A simulated board on the bench, and somebody who does at once what is asked: to try the walk, or a fault."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console

from poultice.board_test.person import Deed
from poultice.link import facts
from poultice.simulator.board import SimulatedBoard
from poultice.simulator.faults import ScheduledFault

BOARD_ID = bytes.fromhex("5349 4d55 4c41 5445")
PRESS_S, HOLD_S = 0.8, 3.0
BEADS = ("left", "right", "witness")


def new_board(faults: Iterable[ScheduledFault] = ()) -> SimulatedBoard:
    """A pad that nobody lies on, at room temperature."""
    board = SimulatedBoard(faults=faults, board_id=BOARD_ID)
    board.lift_off()
    return board


class AtSimulator:
    """Hands of a simulated board; it sees what an oscilloscope would."""

    def __init__(self, board: SimulatedBoard, console: Console | None = None) -> None:
        self._board, self._console = board, console

    def please(self, deed: Deed) -> None:
        if self._console is not None:
            self._console.print(f"→ {deed.value} (The simulated board: done.)")
        if deed in (Deed.PRESS, Deed.HOLD):
            self._board.press(PRESS_S if deed is Deed.PRESS else HOLD_S)
        elif deed is Deed.PLUG:
            self._board.inject("power-cut")
            self._board.clear_fault("open-ntc")
        else:
            for zone in facts.ZONES:
                for bead in BEADS:
                    self._board.inject("open-ntc", zone=zone.name, sensor=bead)

    def sees(self, question: str) -> bool | None:  # noqa: ARG002  (nobody looks at a simulated board)
        return None
