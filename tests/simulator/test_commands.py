"""The lines that a board process obeys."""

from __future__ import annotations

import pytest
from poultice.errors import SetupError
from poultice.simulator.board import SimulatedBoard
from poultice.simulator.commands import obey


def test_each_line_does_what_it_says() -> None:
    board = SimulatedBoard()
    obey(board, "warm 39")
    assert board.observe().pad_c == (39.0, 39.0)
    obey(board, "press 0.05")
    board.advance(0.05)
    assert board.observe().button
    board.advance(0.01)
    assert not board.observe().button
    obey(board, "fault lost-bytes rate=1")
    board.advance(1.0)
    lost = board.observe().lost_up
    assert lost > 0
    obey(board, "clear lost-bytes")
    board.advance(1.0)
    assert board.observe().lost_up == lost
    obey(board, "")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("dance", "unknown command `dance`; there are press, warm, fault, clear, observe and quit"),
        ("press", "needs one number in s"),
        ("press 1 2", "needs one number in s"),
        ("press long", "needs one number in s"),
        ("press nan", "needs one number in s"),
        ("press -1", "choose another length"),
        ("warm inf", "needs one number in °C"),
        ("warm 99", "choose another temperature"),
        ("fault", "unknown fault ``"),
        ("fault open-ntc zone=neck", "take one of lumbar, upper_back"),
        ("clear", "unknown fault ``"),
        ("clear the sky", "unknown fault `the sky`"),
    ],
)
def test_a_wrong_line_is_one_sentence(line: str, complaint: str) -> None:
    with pytest.raises(SetupError) as caught:
        obey(SimulatedBoard(), line)
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)
