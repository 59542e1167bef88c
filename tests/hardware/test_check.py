from __future__ import annotations

import math

import pytest
from circuits.check import Check, yes


@pytest.mark.parametrize(
    ("figure", "least", "most", "good"),
    [
        (1.0, None, 1.0, True),
        (1.001, None, 1.0, False),
        (1.0, 1.0, None, True),
        (0.999, 1.0, None, False),
        (45.5, 44.8, 46.2, True),
        (44.7, 44.8, 46.2, False),
        (46.3, 44.8, 46.2, False),
        (math.nan, None, 1.0, False),
        (math.nan, 1.0, None, False),
        (1e9, None, None, True),
    ],
)
def test_a_figure_is_good_up_to_its_limit(figure: float, least: float | None, most: float | None, good: bool) -> None:
    assert Check("x", figure, "K", least, most).good == good


def test_only_what_has_a_limit_is_judged() -> None:
    assert not Check("x", 1.0, "K").judged
    assert Check("x", 1.0, "K", most=2.0).judged
    assert yes("x", True).good
    assert not yes("x", False).good


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [(None, 2.0, "≤ 2 K"), (2.0, None, "≥ 2 K"), (1.0, 2.0, "1 to 2 K"), (None, None, "told, not judged")],
)
def test_the_limit_is_told_in_words(least: float | None, most: float | None, words: str) -> None:
    assert Check("x", 1.0, "K", least, most).limit == words


def test_the_figure_is_told_in_words() -> None:
    assert Check("x", 46.047, "°C").told == "46 °C"
    assert (yes("x", True).told, yes("x", False).told) == ("yes", "NO")
    assert yes("x", False).limit == "yes"
