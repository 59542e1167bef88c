"""The latch's long story; its short ones are told by `make hardware`."""

from __future__ import annotations

import pytest
from circuits import latch
from circuits.chain import during, moves, tell
from circuits.latch import heats, tripped

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def story(facts):
    return tell(facts, latch.STORY)


@pytest.mark.parametrize(
    ("at_s", "is_tripped", "why"),
    [
        (0.35, False, "the test line floats"),
        (0.41, True, "hot"),
        (0.95, True, "released while too warm"),
        (1.15, True, "cooled"),
        (1.5, False, "released when cool"),
        (1.64, True, "provoked, lumbar"),
        (1.78, True, "still held"),
        (1.97, False, "released"),
        (2.04, True, "provoked, upper back"),
        (2.18, True, "still held"),
        (2.45, False, "released"),
    ],
)
def test_what_sets_it_and_what_frees_it(story, at_s: float, is_tripped: bool, why: str) -> None:
    assert tripped(story, at_s) == is_tripped, why
    assert heats(story, at_s) != is_tripped, why


def test_the_element_is_off_at_once(story) -> None:
    before_release = {name: curve[story["x"] < 0.7] for name, curve in story.items()}
    assert latch.off_after_ms(before_release, latch.TRIPS_S) < 5.0


def test_spans_become_points_of_a_line() -> None:
    assert during(()) == "0 0"
    assert during(((0.1, 0.2),)) == "0 0 0.1 0 0.10001 1 0.2 1 0.20001 0"


def test_a_temperature_moves_in_a_millisecond() -> None:
    assert moves(36.0, (0.4, 47.0)) == "0 36.0 0.4 36.0 0.401 47.0"
