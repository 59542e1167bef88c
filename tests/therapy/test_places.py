"""Of which regions a question of pain still wants a score."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from poultice.therapy.body import ELSEWHERE, REGIONS, treated
from poultice.therapy.places import Places


def test_one_after_the_other_then_nothing_is_asked() -> None:
    places = Places(("neck", "hips"))
    assert (places.next, places.hear(None)) == ("neck", "neck")
    assert (places.next, places.hear(None)) == ("hips", "hips")
    assert (places.next, places.hear(None)) == (None, "hips"), "a late word mends the last one"


def test_another_place_takes_the_turn_and_a_slip_is_mended() -> None:
    places = Places(("neck", "hips"))
    assert (places.hear("legs"), places.next) == ("legs", "hips")
    assert (places.hear("legs"), places.next) == ("legs", "hips")
    assert (places.hear("hips"), places.next) == ("hips", None)


def test_a_program_that_treats_nothing_asks_once() -> None:
    places = Places(())
    assert (places.next, places.hear(None), places.next) == (ELSEWHERE, ELSEWHERE, None)


def test_what_zones_and_motors_treat() -> None:
    assert treated(["lumbar"], []) == ("lower_back",)
    assert treated(["lumbar", "upper_back"], ["lower_left"]) == ("upper_back", "lower_back")
    assert treated([], ["upper_right"]) == ("upper_back",)
    assert treated([], ["knee_left"]) == ()


PLACES = st.sampled_from(REGIONS)


@settings(max_examples=100, deadline=None)
@given(st.lists(PLACES, max_size=3, unique=True), st.lists(st.none() | PLACES, max_size=12))
def test_whatever_is_said_each_new_place_answers_one_question(treats: list[str], said: list[str | None]) -> None:
    places = Places(tuple(treats))
    heard: set[str] = set()
    for region in said:
        told = places.hear(region)
        assert told == region or region is None
        heard.add(told)
        assert (places.next is None) == (len(heard) >= max(1, len(treats)))
