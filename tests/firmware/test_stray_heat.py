"""A minute without duty, 1 K above what the heat explains, above 38.5 °C: something else heats."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from plausibility import CYCLE_MS, core, new

MINUTE = 600  # cycles


class Stray:
    """One zone."""

    def __init__(self) -> None:
        self.memory = new("stray_heat")

    def see(self, celsius: float, cycles: int = 1, heated: bool = False, elapsed_ms: int = CYCLE_MS) -> bool:
        strays = False
        for _ in range(cycles):
            strays = bool(core().stray_heat_step(self.memory, round(celsius * 100), heated, elapsed_ms))
        return strays


def idle(celsius: float) -> Stray:
    stray = Stray()
    assert not stray.see(celsius, cycles=MINUTE)
    return stray


@pytest.mark.parametrize(("to_c", "strays"), [(38.99, False), (39.0, True), (39.01, True)])
def test_one_kelvin(to_c: float, strays: bool) -> None:
    assert idle(38.0).see(to_c) is strays


@pytest.mark.parametrize(("to_c", "strays"), [(38.49, False), (38.5, False), (38.51, True)])
def test_above_38_5(to_c: float, strays: bool) -> None:
    assert idle(30.0).see(to_c) is strays


@pytest.mark.parametrize(("cycles", "strays"), [(598, False), (599, True)])
def test_a_minute_without_duty(cycles: int, strays: bool) -> None:
    """In that minute the reference follows what still rises."""
    stray = Stray()
    stray.see(38.0, heated=True)
    stray.see(38.0, cycles=cycles)
    assert stray.see(39.0) is strays
    assert stray.see(39.5, cycles=2) is strays


@pytest.mark.parametrize("heated_at", [0, 300, 599])
def test_any_duty_begins_the_minute_anew(heated_at: int) -> None:
    stray = Stray()
    stray.see(38.0, cycles=heated_at)
    stray.see(38.0, heated=True)
    stray.see(38.0, cycles=598)
    assert not stray.see(39.2)
    assert not stray.see(40.19)
    assert stray.see(40.2)


def test_while_heated_nothing_strays() -> None:
    stray = idle(38.0)
    assert stray.see(39.0)
    assert not stray.see(39.0, heated=True)
    assert not stray.see(42.0, heated=True)


def test_as_long_as_it_lasts() -> None:
    stray = idle(38.0)
    assert stray.see(39.5, cycles=10 * MINUTE)
    assert not stray.see(38.9)


def test_heat_that_still_flows_from_the_element_is_no_stray() -> None:
    """Worst: it rises for the whole minute."""
    stray = Stray()
    stray.see(39.0, heated=True)
    for cycle in range(MINUTE):
        assert not stray.see(39.0 + 3.0 * cycle / MINUTE)
    assert not stray.see(42.98, cycles=10)


def test_the_warmth_of_the_session_explains_the_same_warmth_after_it() -> None:
    """Heated to 42, lifted while still heated, ended, laid on the warm back again."""
    stray = Stray()
    stray.see(42.0, cycles=10, heated=True)
    stray.see(35.0, cycles=100, heated=True)
    stray.see(33.0, cycles=2 * MINUTE)
    assert not stray.see(40.5)


def test_the_reference_is_let_down_by_a_fiftieth_of_a_kelvin_every_five_seconds() -> None:
    stray = Stray()
    stray.see(40.0, heated=True)
    stray.see(30.0, cycles=49)
    assert stray.memory.reference_centi_c == 4000
    stray.see(30.0)
    assert stray.memory.reference_centi_c == 3998
    stray.see(30.0, cycles=49)
    assert stray.memory.reference_centi_c == 3998
    stray.see(30.0)
    assert stray.memory.reference_centi_c == 3996


def test_never_below_what_the_zone_has() -> None:
    stray = Stray()
    stray.see(40.0, heated=True)
    stray.see(39.0, cycles=60 * MINUTE)
    assert stray.memory.reference_centi_c == 3900
    stray.see(38.99, cycles=50)
    assert stray.memory.reference_centi_c == 3898


@pytest.mark.parametrize(("peak_c", "lowest_centi_c"), [(40.0, 3750), (40.01, 3749)])
def test_down_to_where_38_5_alone_decides(peak_c: float, lowest_centi_c: int) -> None:
    stray = Stray()
    stray.see(peak_c, heated=True)
    stray.see(25.0, cycles=11 * MINUTE)
    assert stray.memory.reference_centi_c == lowest_centi_c
    assert not stray.see(38.5)
    assert stray.see(38.51)


def test_from_a_minute_on_it_never_rises() -> None:
    stray = idle(38.0)
    stray.see(38.6, cycles=20 * MINUTE)
    assert stray.memory.reference_centi_c == 3800
    assert stray.see(39.0)


@given(
    peak=st.floats(38.5, 43.0),
    body_excess=st.floats(0.0, 1.0),
    constant_s=st.floats(250.0, 600.0),
    laid_s=st.integers(0, 2400),
)
@example(peak=43.0, body_excess=1.0, constant_s=600.0, laid_s=300)
@example(peak=42.0, body_excess=1.0, constant_s=600.0, laid_s=900)
def test_a_warmed_back_that_is_laid_down_again_is_no_stray(
    peak: float, body_excess: float, constant_s: float, laid_s: int
) -> None:
    """A back loses its extra warmth within minutes (7 min here); the pad never gets warmer than the back."""
    stray = Stray()
    stray.see(peak, cycles=20, heated=True)
    for second in range(2600):
        back = 37.0 + body_excess * (peak - 37.0) * math.exp(-second / constant_s)
        assert not stray.see(30.0 if second < laid_s else back, elapsed_ms=1000)


@given(start=st.floats(20.0, 42.0), kelvin_per_s=st.floats(0.01, 0.2))
@example(start=20.0, kelvin_per_s=0.2)
@example(start=42.0, kelvin_per_s=0.01)
def test_a_stuck_switch_is_seen_a_kelvin_later(start: float, kelvin_per_s: float) -> None:
    stray, celsius, seen = idle(start), start, False
    while not seen:
        celsius += kelvin_per_s / 10
        seen = stray.see(celsius)
        assert celsius <= max(start + 1.0, 38.5) + 0.05


@given(elapsed=st.integers(0, 65535))
@example(elapsed=59999)
@example(elapsed=60000)
def test_time_passes_as_told(elapsed: int) -> None:
    stray = Stray()
    stray.see(38.0, elapsed_ms=elapsed)
    assert stray.see(40.0, elapsed_ms=0) is (elapsed >= 60000)


def test_duty_leaves_nothing_over() -> None:
    stray = Stray()
    stray.see(38.0, heated=True)
    stray.see(38.0, elapsed_ms=59_999)
    assert not stray.see(40.0, elapsed_ms=0)
    stray = Stray()
    stray.see(38.0, heated=True)
    stray.see(38.0, elapsed_ms=60_000)
    assert stray.see(40.0, elapsed_ms=0)
