"""The lines that a board process obeys: `press 0.5`, `fault open-ntc zone=lumbar`, `clear open-ntc`, `warm 39`."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from poultice.errors import SetupError
from poultice.simulator.board import SimulatedBoard
from poultice.simulator.faults import parse_words


def obey(board: SimulatedBoard, line: str) -> None:
    """Does what one line says; raises SetupError with a sentence where it cannot. An empty line does nothing."""
    words = line.split()
    if not words:
        return
    command = COMMANDS.get(words[0])
    if command is None:
        raise SetupError(f"unknown command `{words[0]}`; there are {', '.join(COMMANDS)}, observe and quit")
    command(board, words[1:])


def _press(board: SimulatedBoard, words: Sequence[str]) -> None:
    board.press(_number("press", "s", words))


def _warm(board: SimulatedBoard, words: Sequence[str]) -> None:
    board.warm(_number("warm", "°C", words))


def _fault(board: SimulatedBoard, words: Sequence[str]) -> None:
    board.inject(parse_words(words))


def _clear(board: SimulatedBoard, words: Sequence[str]) -> None:
    board.clear_fault(" ".join(words))


def _number(command: str, unit: str, words: Sequence[str]) -> float:
    try:
        (word,) = words
        number = float(word)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise SetupError(f"`{command} {' '.join(words)}` needs one number in {unit}; write it like `{command} 1.5`")
    return number


COMMANDS: dict[str, Callable[[SimulatedBoard, Sequence[str]], None]] = {
    "press": _press,
    "warm": _warm,
    "fault": _fault,
    "clear": _clear,
}
