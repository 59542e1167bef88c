"""An element that is switched on and draws less than 30 % of what it should for a second is open."""

from __future__ import annotations

from typing import Any

import pytest
from electric import Circuit, Watched, core, faults, new
from poultice.link.contract import Fault

OPEN = {Fault.HEATER_OPEN}
LEAST_MA = 375  # 30 % of 24 V over 19.2 ohm


def watch(open_heater: Any, heater: Any, own_ma: tuple[int, int], after_ms: int = 100) -> set[Fault]:
    heater.own_ma = own_ma
    core().open_heater_pass_time(open_heater, after_ms)
    core().open_heater_watch(open_heater, heater)
    return faults(core().open_heater_faults(open_heater))


@pytest.fixture
def heater() -> Any:
    """Both zones measured in this cycle, at 24 V."""
    heater = new("heater")
    heater.rail_mv = 24_000
    heater.unseen_cycles = (0, 0)
    return heater


@pytest.mark.parametrize(
    ("own_ma", "opens"),
    [
        ((1250, 1250), False),
        ((LEAST_MA, LEAST_MA), False),
        ((LEAST_MA - 1, 1250), True),
        ((1250, LEAST_MA - 1), True),
        ((0, 0), True),
    ],
)
def test_less_than_30_percent_for_a_second(heater: Any, own_ma: tuple[int, int], opens: bool) -> None:
    open_heater = new("open_heater")
    for _ in range(10):
        assert watch(open_heater, heater, own_ma) == set()
    assert watch(open_heater, heater, own_ma) == (OPEN if opens else set())


@pytest.mark.parametrize(("rail_mv", "least_ma"), [(10_800, 168), (12_000, 187), (24_075, 375), (26_400, 412)])
def test_of_what_the_rail_would_drive(heater: Any, rail_mv: int, least_ma: int) -> None:
    open_heater = new("open_heater")
    heater.rail_mv = rail_mv
    watch(open_heater, heater, (least_ma, least_ma))
    assert watch(open_heater, heater, (least_ma, least_ma), 1000) == set()
    watch(open_heater, heater, (least_ma - 1, least_ma))
    assert watch(open_heater, heater, (least_ma - 1, least_ma), 1000) == OPEN


@pytest.mark.parametrize(("after_ms", "opens"), [(999, False), (1000, True), (2**32 - 1, True)])
def test_a_second_counts_from_the_first_time_that_it_was_missing(heater: Any, after_ms: int, opens: bool) -> None:
    open_heater = new("open_heater")
    watch(open_heater, heater, (0, 1250), 60_000)
    assert watch(open_heater, heater, (0, 1250), after_ms) == (OPEN if opens else set())


def test_current_that_came_back_in_between_starts_the_count_again(heater: Any) -> None:
    open_heater = new("open_heater")
    for _ in range(5):
        watch(open_heater, heater, (0, 0))
        assert watch(open_heater, heater, (0, 0), 900) == set()
        assert watch(open_heater, heater, (1250, 1250)) == set()
        assert list(open_heater.missing) == [False, False]


def test_a_cycle_that_did_not_measure_the_zone_neither_starts_nor_ends_it(heater: Any) -> None:
    open_heater = new("open_heater")
    watch(open_heater, heater, (0, 1250))
    heater.unseen_cycles = (19, 0)
    assert watch(open_heater, heater, (0, 1250), 2000) == set()
    heater.unseen_cycles = (0, 0)
    assert watch(open_heater, heater, (0, 1250)) == OPEN


def test_a_zone_that_was_not_measured_for_2_s_is_off_and_not_open(heater: Any) -> None:
    open_heater = new("open_heater")
    watch(open_heater, heater, (0, 1250))
    watch(open_heater, heater, (0, 1250), 1000)
    heater.unseen_cycles = (20, 20)
    assert watch(open_heater, heater, (0, 1250)) == set()
    heater.unseen_cycles = (0, 0)
    assert watch(open_heater, heater, (0, 1250)) == set(), "and then the second begins anew"


@pytest.mark.parametrize("power_w", [5.0, 15.0, 30.0])
@pytest.mark.parametrize("zones", [{0}, {1}, {0, 1}])
@pytest.mark.parametrize(("supply_v", "element_w"), [(24.0, (30.0, 30.0)), (12.0, (21.0, 39.0)), (26.4, (39.0, 21.0))])
def test_in_a_circuit(power_w: float, zones: set[int], supply_v: float, element_w: tuple[float, float]) -> None:
    watched = Watched(Circuit(supply_v=supply_v, element_w=element_w))
    assert watched.run(40, power_w, percent=50) == set()
    watched.circuit.open_zones = frozenset(zones)
    assert watched.cycles_until(Fault.HEATER_OPEN, power_w, percent=50) <= 40
    assert watched.told == OPEN


@pytest.mark.parametrize("zones", [{0}, {1}, {0, 1}])
def test_a_pad_that_was_never_plugged_in(zones: set[int]) -> None:
    watched = Watched(Circuit(open_zones=frozenset(zones)))
    assert watched.cycles_until(Fault.HEATER_OPEN, 30.0) <= 40
