"""A rail that is too low while it should be on stops the heat at once, for two seconds."""

from __future__ import annotations

from typing import Any

import pytest
from electric import core, faults, new
from poultice.link.contract import Fault

DIP = {Fault.SUPPLY_DIP}


def told(supply: Any) -> set[Fault]:
    return faults(core().supply_faults(supply))


def run(supply: Any, for_ms: int, enabled: bool = True) -> None:
    """In steps of 10 ms, the last one shorter where that is needed."""
    for at_ms in range(0, for_ms, 10):
        core().supply_pass_time(supply, enabled, min(10, for_ms - at_ms))


def test_starts_with_a_rail_that_is_off() -> None:
    supply = new("supply")
    assert (supply.enabled_ms, supply.rest_ms) == (0, 0)


@pytest.mark.parametrize(("rail_mv", "dips"), [(10_800, False), (10_799, True), (0, True), (24_000, False)])
def test_one_sample_below_the_lowest_rail_is_enough(rail_mv: int, dips: bool) -> None:
    supply = new("supply")
    run(supply, 1000)
    core().supply_watch(supply, rail_mv)
    assert told(supply) == (DIP if dips else set())


@pytest.mark.parametrize(("enabled_ms", "dips"), [(149, False), (150, True)])
def test_a_rail_that_has_just_been_switched_on_may_rise(enabled_ms: int, dips: bool) -> None:
    supply = new("supply")
    run(supply, enabled_ms)
    core().supply_watch(supply, 5_000)
    assert told(supply) == (DIP if dips else set())


def test_a_rail_that_nobody_switched_on_is_not_low() -> None:
    supply = new("supply")
    run(supply, 1000, enabled=False)
    core().supply_watch(supply, 0)
    assert told(supply) == set()


def test_each_enabling_is_judged_anew() -> None:
    supply = new("supply")
    run(supply, 1000)
    run(supply, 10, enabled=False)
    run(supply, 149)
    core().supply_watch(supply, 0)
    assert told(supply) == set()


def test_it_ends_by_itself_after_two_seconds() -> None:
    supply = new("supply")
    run(supply, 1000)
    core().supply_watch(supply, 9_000)
    run(supply, 1999, enabled=False)
    assert told(supply) == DIP
    run(supply, 1, enabled=False)
    assert told(supply) == set()


def test_hours_of_heat_overflow_nothing() -> None:
    supply = new("supply")
    core().supply_pass_time(supply, True, 2**32 - 1)
    core().supply_pass_time(supply, True, 2**32 - 1)
    core().supply_watch(supply, 9_000)
    assert told(supply) == DIP
