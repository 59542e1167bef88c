"""Watts to duty: doubt about supply and element always means less heat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import electric
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from native import core, current_sum, interface, rail_sum

NONE, LUMBAR, UPPER, BOTH = 0, 1, 2, 3
ELEMENT_OHM = 19.2


def new_heater() -> Any:
    heater = interface().new("struct heater *")
    core().heater_reset(heater)
    return heater


def measure(heater: Any, rail_v: float, amps: Mapping[int, float], cycles: int = 1) -> None:
    sums = [current_sum(amps.get(switches, 0.0)) for switches in range(4)]
    for _ in range(cycles):
        core().heater_measure(heater, rail_sum(rail_v), sums, [switches in amps for switches in range(4)])


def full_w(heater: Any, zone: int = 0) -> float:
    return float(core().heater_full_power_deci_w(heater, zone)) / 10


def sound(rail_v: float) -> dict[int, float]:
    """What two sound elements draw."""
    one = rail_v / ELEMENT_OHM
    return {NONE: 0.1, LUMBAR: 0.1 + one, UPPER: 0.1 + one, BOTH: 0.1 + 2 * one}


def test_a_reset_forgets_every_measurement() -> None:
    heater = new_heater()
    fresh = bytes(interface().buffer(heater.drawn_age)), full_w(heater)
    measure(heater, 30.0, sound(30.0), cycles=60)
    measure(heater, 30.0, {}, cycles=15)
    core().heater_reset(heater)
    assert (heater.rail_mv, heater.current_ma, *heater.own_ma) == (0, 0, 0, 0)
    assert (heater.rail_seen, heater.rail_steady) == (False, False)
    assert list(heater.unseen_cycles) == [20, 20]
    assert (bytes(interface().buffer(heater.drawn_age)), full_w(heater)) == fresh


def test_a_reset_sets_every_field_whatever_stood_there() -> None:
    heater = interface().new("struct heater *")
    interface().buffer(heater)[:] = b"\xff" * len(interface().buffer(heater))
    core().heater_reset(heater)
    assert (heater.rail_mv, heater.current_ma, heater.believed_rail_mv) == (0, 0, 26_400)
    assert list(heater.strength_permille) == [1250, 1250]
    assert [*heater.unseen_cycles, *heater.own_ma] == [20, 20, 0, 0]
    assert list(heater.drawn_age) == [255] * 4
    assert [heater.rail_seen, heater.rail_steady] == [False, False]


@pytest.mark.parametrize(("before", "after"), [(1250, 707), (707, 707), (708, 707), (700, 700), (699, 700)])
def test_an_element_is_never_believed_weaker_than_0_7(before: int, after: int) -> None:
    """An eighth of less than 8 is nothing: it settles 7 above the least."""
    heater = new_heater()
    heater.strength_permille, heater.unseen_cycles = [before] * 2, [0, 0]
    measure(heater, 24.0, {NONE: 0.0, LUMBAR: 0.1, UPPER: 0.1}, cycles=120)
    assert list(heater.strength_permille) == [after] * 2


def exactly(heater: Any, rail: int, sums: Mapping[int, int]) -> None:
    """One cycle of these very sums, the rail seen before, no belief fading."""
    heater.rail_seen, heater.unseen_cycles = True, [0, 0]
    core().heater_measure(heater, rail, [sums.get(on, 0) for on in range(4)], [on in sums for on in range(4)])


@pytest.mark.parametrize(
    ("rail", "own", "strength"),
    [
        (47_663, 16_384, 1000),  # 24.000 V, 1.250 A: 30.0 W of 30.0 W
        (47_000, 15_231, 941),  # 23.666 V, 1.162 A: 27.4 W of 29.1 W
        (21_449, 52_500, 4000),  # 10.800 V, 4.005 A: more than is believed of any
    ],
)
def test_the_strength_of_an_element_to_the_permille(rail: int, own: int, strength: int) -> None:
    heater = new_heater()
    heater.strength_permille = [700, 700]
    exactly(heater, rail, {NONE: 0, LUMBAR: own, UPPER: own})
    assert list(heater.strength_permille) == [strength] * 2


@pytest.mark.parametrize(("total", "feared"), [(65_400, False), (65_408, True), (65_472, True)])
def test_what_the_shunt_cannot_show_is_feared_from_its_last_reading_on(total: int, feared: bool) -> None:
    heater = new_heater()
    exactly(heater, 47_663, {BOTH: total})
    assert list(heater.strength_permille) == ([4000] if feared else [1250]) * 2


def test_one_zone_alone_is_measured_even_where_it_drives_the_shunt_to_its_end() -> None:
    heater = new_heater()
    exactly(heater, 47_663, {NONE: 0, LUMBAR: 65_472})
    assert (list(heater.own_ma), list(heater.unseen_cycles)) == ([4995, 0], [0, 1])


def test_a_switch_that_adds_nothing_has_no_current_of_its_own() -> None:
    heater = new_heater()
    exactly(heater, 47_663, {NONE: 1000, LUMBAR: 900, UPPER: 1000})
    assert (list(heater.own_ma), list(heater.unseen_cycles)) == ([0, 0], [0, 0])


@pytest.mark.parametrize(("rail", "believed_mv"), [(21_447, 26_400), (21_449, 26_400 - 15_600 // 8)])
def test_the_lowest_rail_that_is_believed_is_10_8_volt(rail: int, believed_mv: int) -> None:
    heater = new_heater()
    exactly(heater, rail, {})
    assert (heater.believed_rail_mv, bool(heater.rail_seen)) == (believed_mv, rail == 21_449)


@pytest.mark.parametrize(("strength", "deci_w"), [(700, 210), (999, 299), (1000, 300), (1001, 300), (3333, 999)])
def test_full_power_to_the_tenth_of_a_watt(strength: int, deci_w: int) -> None:
    heater = new_heater()
    heater.believed_rail_mv, heater.strength_permille = 24_000, [strength, 1000]
    assert core().heater_full_power_deci_w(heater, 0) == deci_w
    assert core().heater_full_power_deci_w(heater, 1) == 300


def test_before_any_measurement_the_highest_rail_and_a_strong_element_are_feared() -> None:
    assert full_w(new_heater()) == pytest.approx(1.25 * 26.4**2 / ELEMENT_OHM, abs=0.2)


@pytest.mark.parametrize("rail_v", [10.9, 12.0, 24.0, 26.4, 30.0])
def test_full_power_follows_the_rail(rail_v: float) -> None:
    heater = new_heater()
    measure(heater, rail_v, sound(rail_v), cycles=60)
    assert full_w(heater) == pytest.approx(rail_v**2 / ELEMENT_OHM, rel=0.02, abs=0.1)
    assert heater.rail_mv == pytest.approx(rail_v * 1000, abs=5)


def test_a_higher_rail_is_believed_at_once_and_a_lower_one_slowly() -> None:
    heater = new_heater()
    measure(heater, 12.0, sound(12.0), cycles=60)
    measure(heater, 24.0, {})
    assert full_w(heater) == pytest.approx(30.0, rel=0.02)
    measure(heater, 12.0, {})
    assert full_w(heater) == pytest.approx((24.0 - 12.0 / 8) ** 2 / ELEMENT_OHM, rel=0.02)


def test_a_rail_that_reads_nothing_says_nothing_about_elements() -> None:
    heater = new_heater()
    measure(heater, 24.0, sound(24.0), cycles=60)
    before = full_w(heater)
    measure(heater, 0.0, {NONE: 0.0, LUMBAR: 0.0}, cycles=20)
    assert full_w(heater) == before
    assert heater.rail_mv == 0


@pytest.mark.parametrize(("rail_v", "measures"), [(10.78, False), (10.82, True)])
def test_elements_are_measured_only_above_the_lowest_rail(rail_v: float, measures: bool) -> None:
    heater = new_heater()
    measure(heater, rail_v, {NONE: 0.0, LUMBAR: 0.0, UPPER: 0.0}, cycles=100)
    assert (heater.strength_permille[0] < 1000) is measures


def test_a_belief_that_nothing_confirms_fades_towards_caution() -> None:
    heater = new_heater()
    measure(heater, 24.0, sound(24.0), cycles=80)
    always_on = {BOTH: sound(24.0)[BOTH]}
    before = heater.strength_permille[0]
    measure(heater, 24.0, always_on, cycles=20 + 20)
    assert heater.strength_permille[0] == before, "a gap may be rare: two windows are compared, two more waited for"
    measure(heater, 24.0, always_on)
    assert heater.strength_permille[0] == before + 1
    measure(heater, 24.0, always_on, cycles=1000)
    assert heater.strength_permille[0] == 1250


def test_an_element_seen_to_be_stronger_than_feared_stays_so() -> None:
    heater = new_heater()
    measure(heater, 24.0, {NONE: 0.0, LUMBAR: 1.7}, cycles=200)
    before = heater.strength_permille[0]
    measure(heater, 24.0, {}, cycles=200)
    assert heater.strength_permille[0] == before > 1250


@pytest.mark.parametrize(
    "amps",
    [
        {NONE: 0.1, LUMBAR: 0.1 + 1.125},
        {UPPER: 1.3, BOTH: 1.3 + 1.125},
        {NONE: 0.5, LUMBAR: 0.5 + 1.125, UPPER: 1.7, BOTH: 1.7 + 1.125},
    ],
)
def test_a_weak_element_is_seen_by_its_own_current(amps: Mapping[int, float]) -> None:
    heater = new_heater()
    measure(heater, 24.0, amps, cycles=80)
    assert full_w(heater) == pytest.approx(24 * 1.125, abs=0.4)
    if UPPER not in amps:
        assert full_w(heater, 1) == pytest.approx(37.5, abs=0.4), "the other zone was not measured"


def test_current_without_a_pair_of_combinations_says_nothing() -> None:
    heater = new_heater()
    measure(heater, 24.0, {LUMBAR: 0.3, UPPER: 0.3}, cycles=80)
    assert full_w(heater, 0) == full_w(heater, 1) == pytest.approx(37.5, abs=0.4)


def alternate(heater: Any, apart: int, after_each: Callable[[], None] = lambda: None) -> None:
    """The zone is seen off, then on, then off …, so many cycles apart."""
    for amps in ({NONE: 0.1}, {LUMBAR: 1.225}) * 60:
        measure(heater, 24.0, amps)
        after_each()
        measure(heater, 24.0, {}, cycles=apart - 1)


@pytest.mark.parametrize(("apart", "measures"), [(1, True), (20, True), (21, False)])
def test_combinations_of_different_cycles_are_compared_for_two_windows(apart: int, measures: bool) -> None:
    heater = new_heater()
    alternate(heater, apart)
    assert full_w(heater) == pytest.approx(27.0 if measures else 37.5, rel=0.02)


def test_they_are_not_compared_over_a_change_of_the_motors() -> None:
    heater = new_heater()
    alternate(heater, 1, after_each=lambda: core().heater_forget_currents(heater))
    assert full_w(heater) == pytest.approx(37.5, abs=0.4)


def test_what_was_drawn_hours_ago_is_not_young_again() -> None:
    heater = new_heater()
    measure(heater, 24.0, {NONE: 0.1})
    for _ in range(600):
        measure(heater, 24.0, {UPPER: 0.2})
        assert heater.strength_permille[0] == 1250
        assert heater.drawn_age[NONE] > 0
    assert heater.drawn_age[NONE] == 255


@pytest.mark.parametrize(("measured_a", "believed"), [(0.0, 0.7), (0.5, 0.7), (1.25, 1.0), (4.9, 3.92), (4.99, 4.0)])
def test_a_reading_of_current_is_believed_only_so_far(measured_a: float, believed: float) -> None:
    heater = new_heater()
    measure(heater, 24.0, {NONE: 0.0, LUMBAR: measured_a}, cycles=200)
    assert full_w(heater) == pytest.approx(30.0 * believed, rel=0.03)


def test_current_that_falls_when_the_switch_closes_counts_as_none() -> None:
    heater = new_heater()
    measure(heater, 24.0, {NONE: 1.0, LUMBAR: 0.2}, cycles=200)
    assert full_w(heater) == pytest.approx(21.0, rel=0.03)


def test_status_shows_the_largest_current() -> None:
    heater = new_heater()
    measure(heater, 24.0, {NONE: 0.1, LUMBAR: 1.4, UPPER: 1.3})
    assert heater.current_ma == pytest.approx(1400, abs=1)
    measure(heater, 24.0, {})
    assert heater.current_ma == 0


@given(
    rail=st.integers(0, 65472), sums=st.lists(st.integers(0, 65472), min_size=4, max_size=4), cycles=st.integers(1, 40)
)
@example(65472, [0, 65472, 0, 65472], 40)
@example(65472, [65472, 0, 65472, 0], 40)
def test_an_element_is_never_believed_weaker_than_it_can_be(rail: int, sums: list[int], cycles: int) -> None:
    heater = new_heater()
    for _ in range(cycles):
        core().heater_measure(heater, rail, sums, [True] * 4)
    for zone in (0, 1):
        sound_w = (heater.believed_rail_mv / 1000) ** 2 / ELEMENT_OHM
        assert full_w(heater, zone) >= 0.7 * sound_w - 0.2
        assert heater.believed_rail_mv >= min(heater.rail_mv, 26400)


def test_each_enabling_fears_the_highest_rail_until_it_is_read() -> None:
    heater = new_heater()
    measure(heater, 12.0, sound(12.0), cycles=60)
    electric.core().heater_forget_rail(heater)
    assert heater.believed_rail_mv == 26400
    measure(heater, 0.0, {})
    assert heater.believed_rail_mv == 26400, "a rail that is off is no rail"
    measure(heater, 12.0, {})
    assert heater.believed_rail_mv == 26400 - (26400 - heater.rail_mv) // 8
    electric.core().heater_forget_rail(heater)
    measure(heater, 30.0, {})
    assert heater.believed_rail_mv == heater.rail_mv > 26400


def test_a_rail_that_rose_within_the_cycle_measures_nothing() -> None:
    heater = new_heater()
    measure(heater, 0.0, {})
    measure(heater, 24.0, {NONE: 0.1, LUMBAR: 0.2})
    assert not heater.rail_steady
    assert not electric.core().heater_measured(heater, 0)
    measure(heater, 24.0, sound(24.0))
    assert heater.rail_steady
    assert electric.core().heater_measured(heater, 0)
    assert heater.own_ma[0] == pytest.approx(1250, abs=2)
    measure(heater, 10.0, sound(10.0))
    assert not heater.rail_steady


def test_a_stronger_element_is_believed_at_once_and_a_weaker_one_slowly() -> None:
    heater = new_heater()
    measure(heater, 24.0, sound(24.0), cycles=80)
    measure(heater, 24.0, {NONE: 0.1, LUMBAR: 0.1 + 2.5})
    assert heater.strength_permille[0] == pytest.approx(2000, abs=5)
    strong = heater.strength_permille[0]
    measure(heater, 24.0, {NONE: 0.1, LUMBAR: 0.1 + 1.25})
    assert heater.strength_permille[0] == pytest.approx(strong - 1000 / 8, abs=5)


def test_of_several_pairs_the_strongest_counts() -> None:
    heater = new_heater()
    measure(heater, 24.0, {NONE: 0.1, LUMBAR: 1.4, UPPER: 1.3, BOTH: 2.5}, cycles=2)
    assert list(heater.own_ma) == [pytest.approx(1300, abs=2), pytest.approx(1200, abs=2)]


def test_more_than_the_shunt_can_show_is_feared() -> None:
    heater = new_heater()
    measure(heater, 24.0, sound(24.0), cycles=80)
    core().heater_forget_currents(heater)
    measure(heater, 24.0, {LUMBAR: 4.2, UPPER: 4.2, BOTH: 4.999})
    assert list(heater.strength_permille) == [4000, 4000]
    assert list(heater.own_ma) == [pytest.approx(1250, abs=3)] * 2, "what one added to the other cannot be told"


@pytest.mark.parametrize(("amps", "feared"), [(4.98, False), (4.995, True)])
def test_and_only_from_the_last_code_on(amps: float, feared: bool) -> None:
    heater = new_heater()
    measure(heater, 24.0, {UPPER: amps})
    assert list(heater.strength_permille) == [1250, 4000 if feared else 1250]
    measure(heater, 24.0, {LUMBAR: 1.0})
    assert heater.strength_permille[0] == 1250


@pytest.mark.parametrize(("unseen", "duty", "applied"), [(4, 980, 980), (5, 980, 880), (20, 201, 101), (20, 200, 200)])
def test_a_zone_that_was_not_measured_for_half_a_second_leaves_a_gap(unseen: int, duty: int, applied: int) -> None:
    heater = new_heater()
    heater.unseen_cycles = (unseen, 0)
    assert electric.core().heater_leave_gap_permille(heater, 0, duty) == applied
    assert electric.core().heater_leave_gap_permille(heater, 1, duty) == duty


def test_what_was_drawn_is_what_the_last_cycle_drew() -> None:
    heater = new_heater()
    measure(heater, 24.0, {LUMBAR: 1.0})
    assert [electric.core().heater_drawn(heater, switches) for switches in range(4)] == [False, True, False, False]
    measure(heater, 24.0, {})
    assert not electric.core().heater_drawn(heater, LUMBAR)


def test_not_measured_for_two_seconds_is_unmeasured() -> None:
    heater = new_heater()
    assert electric.core().heater_unmeasured(heater, 0)
    measure(heater, 24.0, sound(24.0), cycles=2)
    assert not electric.core().heater_unmeasured(heater, 0)
    measure(heater, 24.0, {}, cycles=19)
    assert not electric.core().heater_unmeasured(heater, 0)
    measure(heater, 24.0, {})
    assert electric.core().heater_unmeasured(heater, 0)


@given(power=st.integers(0, 300), full=st.integers(1, 2000))
@example(300, 300)
@example(300, 301)
@example(300, 306)
@example(300, 307)
@example(301, 300)
@example(299, 300)
@example(1, 2000)
def test_duty_never_gives_more_than_the_power(power: int, full: int) -> None:
    duty = core().heater_duty_permille(power, full)
    assert duty <= 980
    assert duty * full <= power * 1000 or duty == 0
    assert duty == min(980, power * 1000 // full)
    assert core().heater_power_deci_w(duty, full) == duty * full // 1000


@pytest.mark.parametrize(
    ("deci_w", "full_deci_w", "permille"),
    [(0, 300, 0), (978, 1000, 978), (979, 1000, 979), (980, 1000, 980), (981, 1000, 980), (300, 307, 977)],
)
def test_duty_never_rises_by_a_permille(deci_w: int, full_deci_w: int, permille: int) -> None:
    assert core().heater_duty_permille(deci_w, full_deci_w) == permille


@pytest.mark.parametrize(
    ("permille", "full_deci_w", "deci_w"), [(1000, 300, 300), (999, 300, 299), (1, 1000, 1), (999, 999, 998)]
)
def test_power_to_the_tenth_of_a_watt(permille: int, full_deci_w: int, deci_w: int) -> None:
    assert core().heater_power_deci_w(permille, full_deci_w) == deci_w


@pytest.mark.parametrize(
    ("unseen", "permille", "left"), [(4, 201, 201), (5, 200, 200), (5, 201, 101), (6, 201, 101), (20, 1000, 900)]
)
def test_a_gap_of_a_tenth_from_the_fifth_unseen_cycle_on(unseen: int, permille: int, left: int) -> None:
    heater = new_heater()
    heater.unseen_cycles = [unseen, 0]
    assert electric.core().heater_leave_gap_permille(heater, 0, permille) == left
    assert electric.core().heater_leave_gap_permille(heater, 1, permille) == permille
