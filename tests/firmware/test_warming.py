"""Full power for 180 s, less than 0.3 K of rise, more than 4 K below the target: held until the target changes."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from plausibility import CYCLE_MS, core, new


class Warming:
    """One zone that is heated."""

    def __init__(self) -> None:
        self.memory = new("warming")
        self.view = new("warming_view")
        self.view.full_deci_w = self.view.applied_deci_w = 300
        self.view.target_centi_c = 4000

    def see(self, celsius: float, cycles: int = 1, elapsed_ms: int = CYCLE_MS) -> bool:
        self.view.mean_centi_c, self.view.elapsed_ms = round(celsius * 100), elapsed_ms
        for _ in range(cycles):
            core().warming_step(self.memory, self.view)
        return bool(self.memory.held)


def begun(celsius: float = 30.0) -> Warming:
    """The target is no longer new."""
    warming = Warming()
    assert not warming.see(celsius, elapsed_ms=0)
    return warming


def test_three_minutes() -> None:
    warming = begun()
    assert not warming.see(30.0, cycles=1799)
    assert warming.see(30.0)


@pytest.mark.parametrize(("rise_k", "held"), [(0.29, True), (0.3, False), (0.31, False)])
def test_three_tenths_of_a_kelvin_begin_anew(rise_k: float, held: bool) -> None:
    warming = begun()
    warming.see(30.0, cycles=900)
    assert warming.see(30.0 + rise_k, cycles=900) is held
    assert not begun().see(30.0 + rise_k, cycles=1799)


def test_the_rise_counts_from_the_lowest() -> None:
    """A warm pad is laid on a cold back: first it falls."""
    warming = begun(36.0 - 0.5)
    warming.see(31.0, cycles=1000)
    assert not warming.see(31.3, cycles=1000)
    warming = begun(36.0 - 0.5)
    warming.see(31.0, cycles=1000)
    assert warming.see(31.29, cycles=800)


def test_small_steps_add_up() -> None:
    warming = begun()
    warming.see(30.15, cycles=1799)
    assert not warming.see(30.3, cycles=1799)
    assert warming.see(30.3, cycles=2)


@pytest.mark.parametrize(("below_k", "held"), [(3.99, False), (4.0, False), (4.01, True)])
def test_only_four_kelvin_below_the_target(below_k: float, held: bool) -> None:
    assert begun(40.0 - below_k).see(40.0 - below_k, cycles=1800) is held


@pytest.mark.parametrize(
    ("full_w", "applied_w", "held"),
    [
        (30.0, 26.9, False),
        (30.0, 27.0, True),
        (30.0, 27.1, True),
        (43.0, 26.9, False),  # of the cap, not of what it could give
        (43.0, 27.0, True),
        (7.5, 6.7, False),
        (7.5, 6.8, True),
        (0.1, 0.1, True),
        (0.0, 0.0, False),
    ],
)
def test_nine_tenths_of_what_it_can_have(full_w: float, applied_w: float, held: bool) -> None:
    warming = begun()
    warming.view.full_deci_w, warming.view.applied_deci_w = round(full_w * 10), round(applied_w * 10)
    assert warming.see(30.0, cycles=1800) is held


def test_the_duty_that_leaves_the_quiet_slot_is_full_power() -> None:
    warming = begun()
    warming.view.full_deci_w, warming.view.applied_deci_w = 250, 245
    assert warming.see(30.0, cycles=1800)


@pytest.mark.parametrize("break_by", ["power", "near", "target"])
def test_a_break_begins_the_three_minutes_anew(break_by: str) -> None:
    warming = begun()
    warming.see(30.0, cycles=1799)
    if break_by == "power":
        warming.view.applied_deci_w = 269
        assert not warming.see(30.0)
        warming.view.applied_deci_w = 300
    elif break_by == "near":
        assert not warming.see(36.0)
    else:
        warming.view.target_centi_c = 4010
        assert not warming.see(30.0)
    assert not warming.see(30.0, cycles=1799)
    assert warming.see(30.0)


@pytest.mark.parametrize("target", [0, 3999, 4001, 4200])
def test_held_until_the_target_changes(target: int) -> None:
    warming = begun()
    warming.see(30.0, cycles=1800)
    warming.view.applied_deci_w = 0
    assert warming.see(30.0, cycles=100)
    assert warming.see(39.0, cycles=100)
    assert warming.see(20.0, cycles=100)
    warming.view.target_centi_c = target
    assert not warming.see(20.0)


def test_the_same_target_after_none_is_new() -> None:
    warming = begun()
    warming.see(30.0, cycles=1800)
    warming.view.target_centi_c = 0
    assert not warming.see(30.0)
    warming.view.target_centi_c = 4000
    assert not warming.see(30.0)
    assert not warming.see(30.0, cycles=1799)
    assert warming.see(30.0)


@given(level=st.integers(1500, 3500), per_minute=st.integers(15, 100))
@example(level=1500, per_minute=15)
def test_a_pad_that_warms_by_a_tenth_of_a_kelvin_a_minute_and_a_half_is_warming(level: int, per_minute: int) -> None:
    warming = begun(level / 100)
    for cycle in range(0, 6000, 10):
        celsius = min(level + per_minute * cycle / 600, 3590) / 100
        assert not warming.see(celsius, cycles=10) or celsius == 35.9


@given(elapsed=st.integers(0, 65535))
@example(elapsed=60000)
@example(elapsed=59999)
def test_time_passes_as_told(elapsed: int) -> None:
    warming = begun()
    assert warming.see(30.0, cycles=3, elapsed_ms=elapsed) is (elapsed >= 60000)


def test_a_new_beginning_leaves_nothing_over() -> None:
    warming = begun()
    assert not warming.see(30.0, cycles=3, elapsed_ms=59_999)
    assert not warming.see(30.0, elapsed_ms=2)
    assert warming.see(30.0, elapsed_ms=1)
