"""How late the loop is, and what of that is its own work; boards in this process do not all report at once."""

from __future__ import annotations

from poultice.clock import VirtualClock
from poultice.controller import SLICE_S, Controller
from poultice.inbox import Inbox
from poultice.pace import ROUNDS, Pace
from poultice.roster import Roster, Seat
from poultice.simulator.board import SimulatedBoard
from poultice.simulator.port import SimulatedPort


def test_a_round_is_as_good_as_its_worst_turn() -> None:
    pace = Pace()
    assert (pace.jitter_s, pace.busy_s) == (0.0, 0.0)
    for late_s, busy_s in ((0.001, 0.004), (0.003, 0.002), (0.002, 0.001)):
        pace.ticked(late_s)
        pace.worked(busy_s)
    assert (pace.jitter_s, pace.busy_s) == (0.0, 0.0), "the round is not over"
    pace.round_ends()
    assert (pace.jitter_s, pace.busy_s) == (0.003, 0.004)


def test_a_tick_before_its_time_is_not_late() -> None:
    pace = Pace()
    pace.ticked(-0.001)
    pace.round_ends()
    assert pace.jitter_s == 0.0


def test_it_is_what_99_rounds_of_100_keep_in_the_last_minute() -> None:
    pace = Pace()
    for number in range(ROUNDS):
        pace.ticked(1.0 if number < 12 else 0.001)
        pace.round_ends()
    assert pace.jitter_s == 0.001, "twelve of 1200 are one in a hundred"
    pace.ticked(1.0)
    pace.round_ends()  # the first of them is forgotten
    assert pace.jitter_s == 0.001
    for _ in range(12):
        pace.ticked(1.0)
        pace.round_ends()
    assert pace.jitter_s == 1.0


def test_boards_in_this_process_report_one_after_the_other() -> None:
    """Ten reports in one turn would keep the tick of all waiting for all."""
    clock = VirtualClock()
    seats = [Seat(_Port(clock, number), f"port {number}", None, False) for number in range(10)]
    controller = Controller(Roster("house", seats), clock, Inbox(), SLICE_S)
    for _ in range(100):
        controller.turn()
    reported = [round(seat.cable.reports_s[-1] / SLICE_S) % 10 for seat in seats]  # type: ignore[attr-defined]
    assert sorted(reported) == list(range(10))


class _Port(SimulatedPort):
    """Notes when its board says something."""

    def __init__(self, clock: VirtualClock, number: int) -> None:
        super().__init__(SimulatedBoard(board_id=bytes([number + 1] * 8)))
        self._clock = clock
        self.reports_s: list[float] = []

    def read_available(self) -> bytes:
        data = super().read_available()
        if data:
            self.reports_s.append(self._clock.now_s())
        return data
