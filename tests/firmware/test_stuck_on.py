"""A switch that does not open: the lower ones by the current in quiet slots, the upper one by the rail."""

from __future__ import annotations

from typing import Any

import pytest
from electric import core, faults, new
from poultice.link.contract import Fault

HEATER, RAIL = {Fault.HEATER_STUCK_ON}, {Fault.RAIL_STUCK_ON}
ALLOWED_MA = 62  # 5 % of 30 W at 24 V
RAIL_OFF_MV = 1000


def told(stuck: Any) -> set[Fault]:
    return faults(core().stuck_on_faults(stuck))


def run(stuck: Any, for_ms: int, enabled: bool = True) -> None:
    """In steps of 10 ms, the last one shorter where that is needed."""
    for at_ms in range(0, for_ms, 10):
        core().stuck_on_pass_time(stuck, enabled, min(10, for_ms - at_ms))


def quiet(stuck: Any, current_ma: int, after_ms: int = 0, enabled: bool = True) -> set[Fault]:
    run(stuck, after_ms, enabled)
    core().stuck_on_quiet(stuck, current_ma)
    return told(stuck)


# ---- the lower switches


@pytest.mark.parametrize(
    ("current_ma", "hits"), [(ALLOWED_MA, False), (ALLOWED_MA + 1, True), (0, False), (4999, True)]
)
def test_a_hit_is_more_than_5_percent_of_a_zone(current_ma: int, hits: bool) -> None:
    stuck = new("stuck_on")
    quiet(stuck, current_ma)
    assert core().stuck_on_suspects(stuck) is hits
    assert stuck.quiet_ma == (0 if hits else current_ma), "what the board draws is what quiet slots show"


@pytest.mark.parametrize(("second_ms", "third_ms", "confirmed"), [(100, 100, True), (100, 90, False), (50, 150, True)])
def test_confirmed_200_ms_after_the_first_hit(second_ms: int, third_ms: int, confirmed: bool) -> None:
    stuck = new("stuck_on")
    assert quiet(stuck, 1250) == set()
    assert quiet(stuck, 1250, second_ms) == set()
    assert quiet(stuck, 1250, third_ms) == (HEATER if confirmed else set())


def test_not_a_millisecond_earlier() -> None:
    stuck = new("stuck_on")
    quiet(stuck, 1250)
    core().stuck_on_pass_time(stuck, True, 199)
    assert quiet(stuck, 1250) == set()
    core().stuck_on_pass_time(stuck, True, 1)
    assert quiet(stuck, 1250) == HEATER


def test_cycles_that_come_a_little_early_still_confirm_within_the_budget_of_400_ms() -> None:
    stuck = new("stuck_on")
    quiet(stuck, 1250)
    quiet(stuck, 1250, 90)
    assert quiet(stuck, 1250, 100) == set()
    assert quiet(stuck, 1250, 100) == HEATER


def test_one_quiet_slot_that_is_quiet_ends_the_suspicion() -> None:
    stuck = new("stuck_on")
    for _ in range(10):
        quiet(stuck, 80)
        assert quiet(stuck, 80, 100) == set()
        assert quiet(stuck, 20, 100) == set()
        assert not core().stuck_on_suspects(stuck)
        assert quiet(stuck, 20, 1000) == set()


def test_a_later_suspicion_counts_from_its_own_first_hit() -> None:
    stuck = new("stuck_on")
    quiet(stuck, 80)
    quiet(stuck, 20, 190)
    quiet(stuck, 80, 100)
    assert quiet(stuck, 80, 190) == set()
    assert quiet(stuck, 80, 10) == HEATER


def test_a_hit_that_nobody_refutes_within_400_ms_is_confirmed() -> None:
    stuck = new("stuck_on")
    quiet(stuck, 80)
    run(stuck, 399)
    assert told(stuck) == set()
    assert core().stuck_on_suspects(stuck)
    run(stuck, 1)
    assert told(stuck) == HEATER


def test_once_confirmed_nothing_undoes_it() -> None:
    stuck = new("stuck_on")
    quiet(stuck, 80)
    quiet(stuck, 80, 200)
    assert not core().stuck_on_suspects(stuck), "there is nothing left to find out"
    assert quiet(stuck, 0, 100) == HEATER
    assert quiet(stuck, 80, 100) == HEATER
    run(stuck, 100_000, enabled=False)
    assert told(stuck) == HEATER


def test_the_rail_stays_for_the_confirmation_only_where_it_was_on() -> None:
    stuck = new("stuck_on")
    run(stuck, 10)
    quiet(stuck, 80)
    assert core().stuck_on_needs_rail(stuck)
    run(stuck, 10, enabled=False)
    quiet(stuck, 80)
    assert core().stuck_on_needs_rail(stuck), "what counts is the first hit"
    quiet(stuck, 80, 200)
    assert told(stuck) == HEATER
    assert not core().stuck_on_needs_rail(stuck), "and then it goes"


def test_current_without_a_rail_never_switches_the_rail_on() -> None:
    stuck = new("stuck_on")
    run(stuck, 10, enabled=False)
    quiet(stuck, 80)
    assert core().stuck_on_suspects(stuck)
    assert not core().stuck_on_needs_rail(stuck)
    assert quiet(stuck, 80, 200, enabled=False) == HEATER


def test_a_suspicion_with_the_rail_does_not_outlive_itself() -> None:
    stuck = new("stuck_on")
    run(stuck, 10)
    quiet(stuck, 80)
    quiet(stuck, 20)
    assert not core().stuck_on_needs_rail(stuck)


# ---- the upper switch


def rail(stuck: Any, rail_mv: int, after_ms: int = 0, enabled: bool = False) -> set[Fault]:
    run(stuck, after_ms, enabled)
    core().stuck_on_rail(stuck, rail_mv)
    return told(stuck)


@pytest.mark.parametrize(("rail_mv", "trips"), [(RAIL_OFF_MV, False), (RAIL_OFF_MV + 1, True), (24_000, True)])
def test_a_rail_above_1_v_for_200_ms(rail_mv: int, trips: bool) -> None:
    stuck = new("stuck_on")
    run(stuck, 1000)
    assert rail(stuck, rail_mv, 50) == set()
    assert rail(stuck, rail_mv, 100) == set()
    assert rail(stuck, rail_mv, 100) == (RAIL if trips else set())


@pytest.mark.parametrize(("first_ms", "trips"), [(49, False), (50, True)])
def test_counted_from_50_ms_after_the_enable_stopped(first_ms: int, trips: bool) -> None:
    stuck = new("stuck_on")
    run(stuck, 1000)
    rail(stuck, 24_000, first_ms)
    rail(stuck, 24_000, 100)
    assert rail(stuck, 24_000, 100) == (RAIL if trips else set())


@pytest.mark.parametrize("phase_ms", range(0, 100, 10))
def test_within_400_ms_whatever_the_cycles_phase(phase_ms: int) -> None:
    stuck = new("stuck_on")
    run(stuck, 1000)
    rail(stuck, 24_000, phase_ms)
    rail(stuck, 24_000, 100)
    rail(stuck, 24_000, 100)
    assert phase_ms + 300 <= 400
    assert rail(stuck, 24_000, 100) == RAIL


@pytest.mark.parametrize("phase_ms", range(0, 100, 10))
def test_a_charge_pump_that_holds_for_its_longest_is_sound(phase_ms: int) -> None:
    stuck = new("stuck_on")
    for _ in range(3):
        run(stuck, 1000)
        rail(stuck, 24_000, phase_ms)
        rail(stuck, 24_000, 100)  # sampled up to a cycle ago: still on
        assert rail(stuck, 0, 100) == set()


def test_a_rail_that_is_switched_on_is_no_stuck_one() -> None:
    stuck = new("stuck_on")
    for _ in range(100):
        assert rail(stuck, 24_000, 100, enabled=True) == set()


def test_from_reset_on_the_rail_must_be_gone() -> None:
    stuck = new("stuck_on")
    for _ in range(3):
        assert told(stuck) == set()
        rail(stuck, 24_000, 100)
    assert told(stuck) == RAIL


def test_a_stuck_rail_stays_told() -> None:
    stuck = new("stuck_on")
    rail(stuck, 24_000, 300)
    rail(stuck, 24_000, 100)
    rail(stuck, 24_000, 100)
    assert rail(stuck, 0, 100) == RAIL
    assert rail(stuck, 24_000, 100, enabled=True) == RAIL


def test_weeks_overflow_nothing() -> None:
    stuck = new("stuck_on")
    quiet(stuck, 80)
    core().stuck_on_pass_time(stuck, False, 2**32 - 1)
    core().stuck_on_pass_time(stuck, False, 2**32 - 1)
    assert told(stuck) == HEATER
    for _ in range(300):
        core().stuck_on_rail(stuck, 24_000)
    assert told(stuck) == HEATER | RAIL
