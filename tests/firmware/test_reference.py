"""The converter is believed only as long as it converts in time, everything, and knows 0 V and its bandgap."""

from __future__ import annotations

from typing import Any

import pytest
from electric import core, faults, new
from poultice.link.contract import Fault

POISON = 0xFFFF
NOMINAL = 14417  # 1.1 V of 5 V, 64 conversions of 10 bits
MADE = 13500  # a chip whose bandgap is 1.03 V
GROUND_MAX = 512

STUCK, SHIFTED = {Fault.ADC_STUCK}, {Fault.ADC_REFERENCE}


def watch(
    reference: Any, bandgap: int = NOMINAL, *, ground: int = 0, made: int = 0, poisoned: bool = False, times: int = 1
) -> set[Fault]:
    for _ in range(times):
        core().reference_pass_time(reference, 100)
        core().reference_watch(reference, bandgap, ground, made, poisoned)
    return faults(core().reference_faults(reference))


def test_a_healthy_converter_is_good_from_its_first_cycle_on() -> None:
    reference = new("reference")
    assert not core().reference_good(reference), "before it, nobody knows"
    assert faults(core().reference_faults(reference)) == set()
    assert watch(reference) == set()
    assert core().reference_good(reference)


@pytest.mark.parametrize(
    ("bandgap", "made", "right"),
    [
        (13697, 0, True),  # nominal - 5 %
        (13696, 0, False),
        (15137, 0, True),  # nominal + 5 %
        (15138, 0, False),
        (12825, MADE, True),  # its own value - 5 %
        (12824, MADE, False),
        (14175, MADE, True),
        (14176, MADE, False),
    ],
)
def test_the_bandgap_stays_within_5_percent_of_what_it_was_when_made(bandgap: int, made: int, right: bool) -> None:
    reference = new("reference")
    assert watch(reference, bandgap, made=made) == set()
    assert core().reference_good(reference) is right
    assert watch(reference, bandgap, made=made) == (set() if right else SHIFTED)


@pytest.mark.parametrize(
    ("made", "believed"), [(12976, True), (12975, False), (15858, True), (15859, False), (0, False), (POISON, False)]
)
def test_a_record_that_no_chip_can_have_made_is_not_believed(made: int, believed: bool) -> None:
    reference = new("reference")
    watch(reference, made or 1, made=made)
    assert core().reference_good(reference) is believed


@pytest.mark.parametrize(
    "wrong",
    [
        {"ground": GROUND_MAX + 1},
        {"bandgap": GROUND_MAX},
        {"bandgap": 0},
        {"poisoned": True},
        {"bandgap": POISON},
        {"ground": POISON},
        {"bandgap": NOMINAL, "ground": NOMINAL},  # the multiplexer stands on the bandgap
        {"bandgap": 0, "ground": 0},  # on ground
        {"bandgap": 32000, "ground": 32000},  # on a thermistor
        {"bandgap": 65472, "ground": 65472},  # the register is held
    ],
)
def test_what_cannot_be_a_measurement_twice_is_a_stuck_converter(wrong: dict[str, Any]) -> None:
    reference = new("reference")
    watch(reference)
    assert watch(reference, **wrong) == set()
    assert not core().reference_good(reference), "once is enough to believe nothing"
    assert watch(reference, **wrong) == STUCK
    assert all(watch(reference, **wrong) == STUCK for _ in range(300)), "however long"
    assert watch(reference) == set(), "the supervisor latches, not this"


def test_the_first_cycle_may_be_wrong_once_too() -> None:
    reference = new("reference")
    assert watch(reference, poisoned=True) == set()
    assert watch(reference, poisoned=True) == STUCK


def test_ground_and_its_noise_are_ground() -> None:
    assert watch(new("reference"), ground=GROUND_MAX, times=3) == set()


def test_a_right_cycle_between_two_wrong_ones_starts_the_count_again() -> None:
    reference = new("reference")
    for _ in range(5):
        assert watch(reference, 12000) == set()
        assert watch(reference, ground=600) == set()
        assert watch(reference) == set()


@pytest.mark.parametrize("percent", [-10, 10])
def test_a_reference_that_shifts_by_a_tenth_is_seen_in_two_cycles(percent: int) -> None:
    reference = new("reference")
    watch(reference, MADE, made=MADE)
    assert watch(reference, MADE * 100 // (100 + percent), made=MADE, times=2) == SHIFTED


def test_a_converter_that_never_ends_its_cycle_is_stuck_after_300_ms() -> None:
    reference = new("reference")
    watch(reference)
    core().reference_pass_time(reference, 299)
    assert core().reference_good(reference)
    core().reference_pass_time(reference, 1)
    assert not core().reference_good(reference)
    assert faults(core().reference_faults(reference)) == STUCK
    core().reference_pass_time(reference, 2**32 - 1)
    assert faults(core().reference_faults(reference)) == STUCK


def test_and_one_that_never_began_too() -> None:
    reference = new("reference")
    core().reference_pass_time(reference, 299)
    assert faults(core().reference_faults(reference)) == set()
    core().reference_pass_time(reference, 1)
    assert faults(core().reference_faults(reference)) == STUCK


@pytest.mark.parametrize("place", [None, 0, 3, 7])
def test_poison_left_anywhere_is_found(place: int | None) -> None:
    sums = [POISON - 1] * 8
    if place is not None:
        sums[place] = POISON
    assert core().reference_poisoned(sums, 8) is (place is not None)


def test_poison_behind_the_end_is_none() -> None:
    assert not core().reference_poisoned([0, 1, POISON], 2)
    assert not core().reference_poisoned([POISON], 0)
