"""The heat loop on a warm pad made of arithmetic: no overshoot, never beyond what is allowed, never poisoned."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from poultice.therapy.heat import Applied, HeatLoop
from poultice.therapy.layout import ThermalModel, ZoneLayout
from poultice.therapy.limits import HostLimits

pytestmark = pytest.mark.slow

ZONE = ZoneLayout("zone", 0.06, 30.0)
THERMAL = ThermalModel()
GENTLE, FAST = 2 / 60, 6 / 60
DT_S = 0.1


def new_loop(limits: HostLimits | None = None, *, plain: bool = False) -> HeatLoop:
    return HeatLoop(ZONE, THERMAL, limits or HostLimits(), plain=plain)


class Run:
    """A loop on a pad, by told time. `give` is what the board makes of a wish, W."""

    def __init__(
        self,
        plant: Any,
        give: Callable[[float], float] = lambda w: min(w, 29.4),
        full_w: float = 29.4,
        plain: bool = False,
    ) -> None:
        self.plant, self.give, self.full_w = plant, give, full_w
        self.loop = new_loop(plain=plain)
        self.applied = Applied(full_power_w=full_w)
        self.warmest_c = plant.sensor_c
        self.powers: list[float] = []

    def play(self, wish_c: float, seconds: float, ramp: float = GENTLE) -> Run:
        self.powers = []
        for _ in range(round(seconds / DT_S)):
            asked_w = self.loop.step(wish_c, ramp, round(self.plant.sensor_c, 2), DT_S, self.applied)
            self.applied = Applied(asked_w, self.give(asked_w), self.full_w)
            self.plant.step(self.applied.applied_w, DT_S)
            self.warmest_c = max(self.warmest_c, self.plant.sensor_c)
            self.powers.append(asked_w)
        return self


ODD_PADS: list[dict[str, float]] = [
    {},
    {"contact": 1.2},  # a thick shirt
    {"contact": 0.12},  # nobody on it
    {"pad_j_per_k": 120.0, "lag_s": 4.0},
    {"pad_j_per_k": 260.0},
    {"room_c": 14.0, "pad_c": 14.0, "sensor_c": 14.0},
    {"cover": 0.06},  # under a blanket
    {"skin_c": 30.0, "tissue_c": 32.0},
]


def warm_ups() -> Iterator[Any]:
    """Every pad with every wish and ramp; of the odd ones only the hardest is quick."""
    for odd, ramp, wish_c, plain in itertools.product(ODD_PADS, (GENTLE, FAST), (38.0, 40.0, 42.0), (False, True)):
        quick = (ramp, wish_c) == (FAST, 42.0) or (not odd and ramp == GENTLE)
        name = f"{odd}-{60 * ramp:.0f}-{wish_c}-{'pid' if plain else 'model'}"
        yield pytest.param(odd, ramp, wish_c, plain, id=name, marks=() if quick else pytest.mark.slow)


@pytest.mark.parametrize(("odd", "ramp", "wish_c", "plain"), list(warm_ups()))
def test_it_reaches_and_holds_without_overshoot(
    warm_pad: Any, odd: dict[str, float], ramp: float, wish_c: float, plain: bool
) -> None:
    run = Run(warm_pad(**odd), plain=plain).play(wish_c, 1500, ramp)
    assert run.warmest_c <= wish_c + 1.0
    assert run.plant.sensor_c == pytest.approx(wish_c, abs=0.1)


def test_above_skin_temperature_it_climbs_no_faster_than_its_ramp(warm_pad: Any) -> None:
    run = Run(warm_pad())
    while run.plant.sensor_c < 33.5:
        run.play(40.0, 1.0)
    before_c = run.plant.sensor_c
    run.play(40.0, 60.0)
    assert run.plant.sensor_c - before_c == pytest.approx(2.0, abs=0.3)


def test_a_cold_pad_is_heated_at_once(warm_pad: Any) -> None:
    run = Run(warm_pad(pad_c=20.0, sensor_c=20.0)).play(40.0, 5.0)
    assert min(run.powers) > 25.0


@pytest.mark.slow
def test_a_board_that_gives_little_winds_nothing_up(warm_pad: Any) -> None:
    """Half an hour of a quarter of the power, then all of it: nothing has been saved up for an overshoot."""
    for full_w in (29.4, 7.5):  # a board that says so, and one that does not
        run = Run(warm_pad(), give=lambda w: min(w, 7.5), full_w=full_w).play(42.0, 1800)
        assert run.plant.sensor_c < 41.0
        run.give, run.full_w = (lambda w: min(w, 29.4)), 29.4
        run.play(42.0, 900)
        assert run.warmest_c <= 42.5
        assert run.plant.sensor_c == pytest.approx(42.0, abs=0.1)


@pytest.mark.parametrize(("withheld_w", "rises"), [(10.0, False), (0.51, False), (0.49, True)])
def test_what_the_board_withholds_is_not_asked_for_all_the_more_later(withheld_w: float, rises: bool) -> None:
    """A power that is withheld by no more than what the board rounds is a power given."""
    loop = new_loop(plain=True)
    for _ in range(30):
        loop.step(40.0, FAST, 39.8, DT_S, Applied())
    before_w = loop.power_w
    withheld = Applied(before_w, before_w - withheld_w, full_power_w=29.4)
    for _ in range(600):
        loop.step(40.0, FAST, 39.8, DT_S, withheld)
    assert (loop.power_w > before_w + 1.0) is rises


def test_a_higher_wish_does_not_jump_and_a_lower_one_coasts(warm_pad: Any) -> None:
    run = Run(warm_pad()).play(38.0, 900)
    held_w = run.powers[-1]
    run.play(40.0, 0.1)
    assert abs(run.powers[0] - held_w) < 8.0  # the ramp's own power and nothing more
    run.play(40.0, 900)
    run.play(38.0, 5.0)
    assert run.powers[-1] == 0.0
    run.play(38.0, 900)
    assert run.plant.sensor_c == pytest.approx(38.0, abs=0.1)
    assert min(run.powers) == 0.0
    coolest_c = min(38.0, run.plant.sensor_c)
    assert coolest_c > 37.8


def test_it_pauses_from_42_8_and_resumes_below_42_5() -> None:
    loop = new_loop()
    seen = []
    for temperature_c in (42.79, 42.8, 42.6, 42.5, 42.49, 42.79):
        loop.step(42.0, FAST, temperature_c, DT_S, Applied())
        seen.append(loop.hot)
    assert seen == [False, True, True, True, False, False]


def test_while_it_is_hot_nothing_is_asked_for_even_below_the_wish() -> None:
    loop = new_loop(HostLimits(hot_pause_c=39.0, hot_resume_c=38.0))
    assert loop.step(42.0, FAST, 38.9, DT_S, Applied()) > 0.0
    assert loop.step(42.0, FAST, 39.0, DT_S, Applied()) == 0.0
    assert loop.step(42.0, FAST, 38.0, DT_S, Applied()) == 0.0
    assert loop.step(42.0, FAST, 37.9, DT_S, Applied()) > 0.0


@pytest.mark.parametrize(
    ("temperature_c", "dt_s"),
    [(math.nan, 0.1), (math.inf, 0.1), (-math.inf, 0.1), (35.0, math.nan), (35.0, 0.0), (35.0, -0.1)],
)
def test_what_is_no_number_is_refused_and_leaves_no_trace(temperature_c: float, dt_s: float) -> None:
    loop, other = new_loop(), new_loop()
    for each in (loop, other):
        each.step(40.0, GENTLE, 34.0, DT_S, Applied())
    with pytest.raises(ValueError, match="cannot be controlled by"):
        loop.step(40.0, GENTLE, temperature_c, dt_s, Applied())
    assert loop.step(40.0, GENTLE, 34.1, DT_S, Applied()) == other.step(40.0, GENTLE, 34.1, DT_S, Applied())


def test_at_rest_it_forgets_all_but_that_it_was_hot() -> None:
    loop, fresh = new_loop(), new_loop()
    for _ in range(600):
        loop.step(40.0, GENTLE, 36.0, DT_S, Applied())
    loop.rest()
    assert (loop.power_w, loop.reference_c) == (0.0, None)
    assert loop.step(40.0, GENTLE, 36.0, DT_S, Applied()) == fresh.step(40.0, GENTLE, 36.0, DT_S, Applied())
    loop.step(40.0, GENTLE, 42.8, DT_S, Applied())
    loop.rest()
    assert loop.hot


@given(
    st.lists(
        st.tuples(
            st.one_of(st.sampled_from([30.0, 42.0]), st.floats(30.0, 42.0)),
            st.one_of(st.sampled_from([-20.0, 33.0, 42.5, 42.8, 43.0]), st.floats(-20.0, 80.0)),
            st.one_of(st.sampled_from([0.1, 1.0, 1e-3]), st.floats(1e-3, 100.0)),
            st.floats(0.0, 30.0),
            st.one_of(st.just(0.0), st.floats(0.0, 60.0)),
        ),
        min_size=1,
        max_size=50,
    )
)
def test_whatever_comes_power_and_reference_stay_within_bounds(
    story: list[tuple[float, float, float, float, float]],
) -> None:
    loop = new_loop()
    for wish_c, temperature_c, dt_s, applied_w, full_w in story:
        power_w = loop.step(wish_c, GENTLE, temperature_c, dt_s, Applied(loop.power_w, applied_w, full_w))
        assert 0.0 <= power_w <= min(30.0, full_w or 30.0)
        assert loop.reference_c is not None
        assert loop.reference_c <= wish_c
        assert power_w == 0.0 or temperature_c < 42.8
