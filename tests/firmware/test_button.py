"""The button: contacts that bounce, lengths of presses, and every cell of the table of SAFETY.md."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import cffi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from native import core, interface


class Edge(IntEnum):
    NONE = 0
    PRESSED = 1
    RELEASED = 2


class Press(IntEnum):
    BEGUN = 0
    SHORT = 1
    LONG = 2
    PAIRING = 3
    OTHER = 4


class Situation(IntEnum):
    LATCHED_C = 0
    LATCHED_B = 1
    OUTPUTS_ON = 2
    ARMED = 3
    UNFIT = 4
    INVITED = 5
    IDLE = 6


class Action(IntEnum):
    NONE = 0
    STOP = 1
    TEST = 2
    ARM = 3
    CLEAR = 4
    REFUSE = 5
    PAIR = 6


# As published, row by row: as soon as pressed, released at 0.2 to 1.5 s, at 2 to 5 s, at 5 to 10 s.
TABLE = {
    Situation.LATCHED_C: (Action.NONE, Action.NONE, Action.NONE, Action.NONE),
    Situation.LATCHED_B: (Action.NONE, Action.NONE, Action.CLEAR, Action.NONE),
    Situation.OUTPUTS_ON: (Action.STOP, Action.NONE, Action.NONE, Action.NONE),
    Situation.ARMED: (Action.STOP, Action.NONE, Action.NONE, Action.NONE),
    Situation.UNFIT: (Action.NONE, Action.REFUSE, Action.NONE, Action.PAIR),
    Situation.INVITED: (Action.TEST, Action.ARM, Action.NONE, Action.PAIR),
    Situation.IDLE: (Action.TEST, Action.ARM, Action.NONE, Action.PAIR),
}


@pytest.mark.parametrize("situation", Situation)
@pytest.mark.parametrize("press", Press)
def test_every_cell_of_the_table(core: Any, situation: Situation, press: Press) -> None:
    expected = (*TABLE[situation], Action.NONE)[press]
    assert Action(core.press_action(situation, press)) is expected


@pytest.mark.parametrize("row", range(7))
def test_the_first_row_that_fits_holds(core: Any, ffi: cffi.FFI, row: int) -> None:
    fits = ffi.new("bool[6]", [index >= row for index in range(6)])
    assert core.situation_first(fits) == row


@pytest.mark.parametrize(
    ("held_ms", "press"),
    [
        (0, Press.OTHER),
        (199, Press.OTHER),
        (200, Press.SHORT),
        (201, Press.SHORT),
        (1499, Press.SHORT),
        (1500, Press.SHORT),
        (1501, Press.OTHER),
        (1999, Press.OTHER),
        (2000, Press.LONG),
        (4999, Press.LONG),
        (5000, Press.PAIRING),
        (5001, Press.PAIRING),
        (10_000, Press.PAIRING),
        (10_001, Press.OTHER),
        (65_535, Press.OTHER),
    ],
)
def test_lengths_of_presses(core: Any, held_ms: int, press: Press) -> None:
    assert Press(core.press_of_length(held_ms)) is press


class Finger:
    """Presses a button of the core, sample by sample."""

    def __init__(self, settled: bool = True) -> None:
        self.button = interface().new("struct button *")
        if settled:
            self.feel("...")

    def feel(self, samples: str, elapsed_ms: int = 10) -> list[Edge]:
        """`#` is pressed; gives the edges that were not NONE."""
        edges = [Edge(core().button_step(self.button, sample == "#", elapsed_ms)) for sample in samples]
        return [edge for edge in edges if edge is not Edge.NONE]


@pytest.mark.parametrize("bounce", ["##.", "#.#.##.", "##.##."])
def test_fewer_than_three_equal_samples_are_no_press(bounce: str) -> None:
    finger = Finger()
    assert finger.feel(bounce) == []
    assert finger.feel("##") == []
    assert finger.feel("#") == [Edge.PRESSED]
    assert finger.feel("##..#..#..") == []
    assert finger.feel(".") == [Edge.RELEASED]


def test_a_press_is_seen_within_50_ms() -> None:
    assert Finger().feel("###") == [Edge.PRESSED]  # the third sample comes 20 to 30 ms after the contact


@given(samples=st.text("#.", max_size=60))
def test_edges_alternate_whatever_the_contacts_do(samples: str) -> None:
    edges = Finger().feel(samples)
    assert edges == ([Edge.PRESSED, Edge.RELEASED] * 30)[: len(edges)]


def test_the_length_is_counted_between_the_edges() -> None:
    finger = Finger()
    finger.feel("#" * 50)
    assert finger.feel("...") == [Edge.RELEASED]
    assert finger.button.held_ms == 500
    finger.feel("." * 20)
    assert finger.button.held_ms == 500, "kept until the next press"


def test_each_press_has_its_own_length_and_its_own_work_to_do() -> None:
    finger = Finger()
    finger.feel("#" * 50 + "...")
    finger.button.spent = True
    finger.feel("#" * 30)
    assert not finger.button.spent
    finger.feel("...")
    assert finger.button.held_ms == 300


def test_held_at_boot_is_stuck_until_released_for_a_second() -> None:
    finger = Finger(settled=False)
    assert finger.feel("###") == [Edge.PRESSED]
    assert finger.button.stuck
    assert finger.feel("...") == [Edge.RELEASED]
    finger.feel("." * 99)
    assert finger.button.stuck
    finger.feel(".")
    assert not finger.button.stuck


def test_bounces_at_boot_settle_first() -> None:
    finger = Finger(settled=False)
    assert finger.feel("#.##.##..") == []
    assert finger.feel(".") == []
    assert finger.feel("###") == [Edge.PRESSED]
    assert not finger.button.stuck


def test_pressing_again_begins_the_second_of_release_anew() -> None:
    finger = Finger(settled=False)
    finger.feel("###" + "..." + "." * 90 + "###" + "...")
    finger.feel("." * 99)
    assert finger.button.stuck
    finger.feel(".")
    assert not finger.button.stuck


@pytest.mark.parametrize(("samples_held", "stuck"), [(999, False), (1000, False), (1001, True)])
def test_held_longer_than_ten_seconds_is_stuck(samples_held: int, stuck: bool) -> None:
    finger = Finger()
    finger.feel("###")
    finger.feel("#" * samples_held)
    assert finger.button.held_ms == samples_held * 10
    assert bool(finger.button.stuck) is stuck


def test_an_endless_press_stays_an_endless_press() -> None:
    finger = Finger()
    finger.feel("###")
    finger.feel("#" * 10, elapsed_ms=30_000)
    assert finger.button.held_ms == 65_535
    assert finger.button.stuck
    finger.feel("#", elapsed_ms=2**32 - 1)
    assert finger.button.held_ms == 65_535


def stepped(core: Any, button: Any, raw: bool, *elapsed_ms: int) -> Any:
    """A step after each of these times."""
    for ms in elapsed_ms:
        core.button_step(button, raw, ms)
    return button


def test_no_more_than_three_equal_samples_are_counted(core: Any, ffi: cffi.FFI) -> None:
    button = stepped(core, ffi.new("struct button *"), False, *[10] * 300)
    assert (button.equal, bool(button.settled)) == (3, True)


@pytest.mark.parametrize(("ms", "stuck"), [(10_000, False), (10_001, True)])
def test_to_the_millisecond_ten_seconds_is_the_longest_press(core: Any, ffi: cffi.FFI, ms: int, stuck: bool) -> None:
    button = stepped(core, ffi.new("struct button *"), False, *[10] * 10)
    stepped(core, button, True, *[10] * 10)
    stepped(core, button, True, ms - button.held_ms)
    assert (button.held_ms, bool(button.stuck)) == (ms, stuck)


@pytest.mark.parametrize(("ms", "stuck"), [(999, True), (1000, False)])
def test_to_the_millisecond_a_second_of_release_frees_it(core: Any, ffi: cffi.FFI, ms: int, stuck: bool) -> None:
    button = stepped(core, ffi.new("struct button *"), True, *[10] * 10)
    assert (button.pressed, button.stuck) == (True, True), "held already at boot"
    while core.button_step(button, False, 10) != Edge.RELEASED:
        pass
    stepped(core, button, False, ms)
    assert (button.free_ms, bool(button.stuck)) == (ms, stuck)
