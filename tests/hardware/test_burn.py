"""All software wrong and one part broken: the trip ends it before the skin has had 60 minutes' worth at 43 °C."""

from __future__ import annotations

from dataclasses import replace

import pytest
from circuits import burn
from circuits.bimetal import earliest_c, early_c
from circuits.burn import COVERED, FOLDED, Case
from generator.facts_model import Facts

pytestmark = pytest.mark.slow

LATEST_K = 0.7  # the widest that the trip's limits allow; its circuit has less
WORST = Case("worst", 30.0, FOLDED, burn.SLOW_BEAD_S, LATEST_K, upper_shorted=True)


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten minutes: what is left after them is below 39 °C or burns anyway."""
    monkeypatch.setattr(burn, "LASTS_S", 600.0)


@pytest.mark.parametrize("watts", burn.ZONES_W)
def test_the_dose_of_the_worst_fault_of_a_switch(watts: float, facts: Facts) -> None:
    course = burn.play(replace(WORST, zone_w=watts), facts)
    assert 8.0 < course.cem43 <= 20.0  # the limit is 60
    assert 46.0 < course.peak_c < 47.6


def test_a_shorted_lower_switch_is_cut_from_above(facts: Facts) -> None:
    course = burn.play(Case("lower", 30.0, COVERED, 2.0, 0.0, lower_shorted=True), facts)
    assert 25.0 < course.off_s < 45.0
    assert course.cem43 < 6.0


@pytest.mark.parametrize("watts", burn.ZONES_W)
def test_without_the_trip_the_latest_bimetal_ends_it_once_and_for_all(watts: float, facts: Facts) -> None:
    for case in burn.without_trip(facts, watts):
        course = burn.play(case, facts)
        assert 15.0 < course.cem43 <= burn.DOSE_MAX_CEM43
        assert max(course.hottest_c[-600:]) < 40.0, "held open: what is left is a body's own warmth"


def test_one_that_closes_again_would_burn(facts: Facts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Why it is held: hardly warmed by its resistor, it heats the pad again and again."""
    monkeypatch.setattr(burn, "LASTS_S", 1800.0)
    apart = facts.circuit.bimetal.model_copy(update={"hold_ohm": 100_000.0})
    cycles = facts.model_copy(update={"circuit": facts.circuit.model_copy(update={"bimetal": apart})})
    _, folded = burn.without_trip(facts, 30.0)
    assert burn.play(folded, cycles).cem43 > burn.DOSE_MAX_CEM43


def test_a_late_bimetal_burns(facts: Facts) -> None:
    """Why each is measured: as bought, 5 K later."""
    late = replace(burn.without_trip(facts, 30.0)[0], bimetal_c=burn.UNCHOSEN_C)
    assert burn.play(late, facts).cem43 > 2 * burn.DOSE_MAX_CEM43


def test_no_bimetal_opens_in_a_sound_session(facts: Facts) -> None:
    hottest_c = burn.FROM_C + burn.HOT_PLACE_K_PER_W * 30.0
    assert hottest_c + 1.0 < early_c(facts, hottest_c) <= earliest_c(facts)


@pytest.mark.parametrize(
    ("celsius", "minutes"), [(38.99, 0.0), (39.0, 4.0**-4), (42.0, 0.25), (43.0, 1.0), (45.0, 4.0)]
)
def test_minutes_at_43_degrees(celsius: float, minutes: float) -> None:
    assert burn.cem43_min(celsius, 60.0) == pytest.approx(minutes)
