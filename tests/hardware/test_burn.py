"""All software wrong and one part broken: the trip ends it before the skin has had 60 minutes' worth at 43 °C."""

from __future__ import annotations

from dataclasses import replace

import pytest
from circuits import burn
from circuits.burn import COVERED, FOLDED, Case

pytestmark = pytest.mark.slow

LATEST_K = 0.7  # the widest that the trip's limits allow; its circuit has less
WORST = Case("worst", 30.0, FOLDED, burn.SLOW_BEAD_S, LATEST_K, upper_shorted=True)


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten minutes: what is left after them is below 39 °C or burns anyway."""
    monkeypatch.setattr(burn, "LASTS_S", 600.0)


@pytest.mark.parametrize("watts", burn.ZONES_W)
def test_the_dose_of_the_worst_fault_of_a_switch(watts: float) -> None:
    course = burn.play(replace(WORST, zone_w=watts))
    assert 8.0 < course.cem43 <= 20.0  # the limit is 60
    assert 46.0 < course.peak_c < 47.6


def test_a_shorted_lower_switch_is_cut_from_above() -> None:
    course = burn.play(Case("lower", 30.0, COVERED, 2.0, 0.0, lower_shorted=True))
    assert 25.0 < course.off_s < 45.0
    assert course.cem43 < 6.0


def test_without_the_trip_it_burns() -> None:
    """The residual risk that SAFETY.md states: the bimetal is for fire, not for skin."""
    course = burn.play(Case("lost", 30.0, COVERED, 2.0, 0.0, trip_lost=True))
    assert course.cem43 > burn.DOSE_MAX_CEM43
    assert 50.0 < course.peak_c < 51.5


@pytest.mark.parametrize(
    ("celsius", "minutes"), [(38.99, 0.0), (39.0, 4.0**-4), (42.0, 0.25), (43.0, 1.0), (45.0, 4.0)]
)
def test_minutes_at_43_degrees(celsius: float, minutes: float) -> None:
    assert burn.cem43_min(celsius, 60.0) == pytest.approx(minutes)
