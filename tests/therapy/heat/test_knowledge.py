"""What a loop knows of its pad: it learns by heating, keeps that, notices another pad, and falls back where it must."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from poultice.therapy.heat import Applied, HeatLoop, Knowledge
from poultice.therapy.heat.parameters import NAMES, Parameters
from poultice.therapy.layout import ThermalModel, ZoneLayout
from poultice.therapy.limits import HostLimits

pytestmark = pytest.mark.slow

ZONE, THERMAL = ZoneLayout("zone", 0.06, 30.0), ThermalModel()
AT_ONCE, DT_S = 1000.0, 0.1


def new_loop(**kwargs: Any) -> HeatLoop:
    return HeatLoop(ZONE, THERMAL, HostLimits(), **kwargs)


def warm(
    loop: HeatLoop, plant: Any, wish_c: float = 40.0, seconds: float = 240.0, ramp_c_per_s: float = AT_ONCE
) -> float:
    """The hottest on the way; the board gives what it is asked for."""
    hottest_c, applied = plant.sensor_c, Applied()
    for _ in range(round(seconds / DT_S)):
        asked_w = loop.step(wish_c, ramp_c_per_s, round(plant.sensor_c, 2), DT_S, applied)
        applied = Applied(asked_w, asked_w, 30.0)
        plant.step(asked_w, DT_S)
        hottest_c = max(hottest_c, plant.sensor_c)
    return hottest_c


def test_it_learns_a_pad_by_warming_it(warm_pad: Any) -> None:
    loop = new_loop()
    assert (loop.knowledge, loop.learned) == (Knowledge.NOMINAL, None)
    warm(loop, warm_pad(pad_j_per_k=120.0), seconds=20.0)
    assert loop.knowledge is Knowledge.LEARNING
    warm(loop, warm_pad(pad_j_per_k=120.0))
    assert loop.knowledge is Knowledge.LEARNED
    assert loop.learned is not None


@pytest.mark.parametrize("odd", [{}, {"pad_j_per_k": 110.0}, {"pad_j_per_k": 300.0}, {"contact": 6.0}, {"lag_s": 8.0}])
def test_a_pad_never_seen_before_is_warm_without_overshoot(warm_pad: Any, odd: dict[str, float]) -> None:
    loop, plant = new_loop(), warm_pad(**odd)
    assert warm(loop, plant, seconds=400.0) <= 40.3
    assert plant.sensor_c == pytest.approx(40.0, abs=0.03)
    assert loop.knowledge is Knowledge.LEARNED


def test_rest_keeps_what_was_learned(warm_pad: Any) -> None:
    loop = new_loop()
    warm(loop, warm_pad())
    learned = loop.learned
    loop.rest()
    assert loop.learned is learned
    assert loop.knowledge is Knowledge.LEARNED


def test_another_pad_is_noticed_and_learned_anew(warm_pad: Any) -> None:
    """What was known is of a light pad with a quick bead; the one that is warmed is heavy and slow."""
    first = new_loop()
    warm(first, warm_pad(pad_j_per_k=110.0))
    assert first.learned is not None
    loop, heavy = new_loop(known=first.learned), warm_pad(pad_j_per_k=420.0, lag_s=9.0, contact=1.5)
    seen = set()
    for _ in range(80):
        assert warm(loop, heavy, seconds=5.0) <= 40.35
        seen.add(loop.knowledge)
    assert Knowledge.RELEARNING in seen
    assert loop.knowledge is Knowledge.LEARNED
    assert loop.learned is not None
    assert loop.learned.value("pad_j_per_k") > 250.0


def test_a_known_pad_is_known_from_the_first_second(warm_pad: Any) -> None:
    first = new_loop()
    warm(first, warm_pad(pad_j_per_k=300.0))
    loop = new_loop(known=first.learned)
    assert loop.knowledge is Knowledge.LEARNED
    warm(loop, warm_pad(pad_j_per_k=300.0), seconds=1.0)
    assert loop.model.parameters.value("pad_j_per_k") > 240.0


class Stubborn:
    """No pad at all: warms by the clock, whatever is done."""

    sensor_c = 25.0

    def step(self, heater_w: float, dt_s: float) -> None:
        self.sensor_c = min(38.0, self.sensor_c + 0.1 * dt_s)


def test_where_the_model_explains_nothing_the_pid_serves() -> None:
    loop, plant = new_loop(), Stubborn()
    seen = set()
    for _ in range(60):
        warm(loop, plant, seconds=5.0)
        seen.add(loop.knowledge)
        if loop.knowledge is Knowledge.MISTRUSTED:
            break
    assert Knowledge.MISTRUSTED in seen
    assert loop.learned is None


def test_the_pid_takes_over_without_a_bump(warm_pad: Any) -> None:
    loop, plant = new_loop(), warm_pad()
    warm(loop, plant, seconds=400.0)
    before_w = loop.power_w
    loop.model.trusted = False
    warm(loop, plant, seconds=0.1)
    assert loop.power_w == pytest.approx(before_w, abs=1.5)
    assert warm(loop, plant, seconds=200.0) <= 40.3
    assert plant.sensor_c == pytest.approx(40.0, abs=0.1)


def test_the_plain_loop_learns_nothing(warm_pad: Any) -> None:
    loop = new_loop(plain=True)
    warm(loop, warm_pad())
    assert loop.knowledge is Knowledge.PLAIN
    assert loop.learned is None


def test_what_is_no_number_leaves_the_model_untouched(warm_pad: Any) -> None:
    loop = new_loop()
    warm(loop, warm_pad(), seconds=60.0)
    before = loop.model.parameters, loop.model.observer and loop.model.observer.state.copy()
    for nonsense in (float("nan"), float("inf"), float("-inf")):
        with pytest.raises(ValueError, match="cannot be controlled by"):
            loop.step(40.0, AT_ONCE, nonsense, DT_S, Applied())
    assert loop.model.parameters is before[0]
    assert loop.model.observer is not None
    assert np.array_equal(loop.model.observer.state, before[1])


@pytest.mark.parametrize(("jump_k", "refused"), [(1.99, False), (2.01, True), (-2.01, True), (25.0, True)])
def test_a_reading_that_jumps_gets_no_heat_and_teaches_nothing(warm_pad: Any, jump_k: float, refused: bool) -> None:
    loop, plant = new_loop(), warm_pad()
    warm(loop, plant, seconds=30.0)
    assert loop.model.observer is not None
    before = loop.model.observer.state.copy()
    at_c = round(plant.sensor_c, 2)
    power_w = loop.step(40.0, AT_ONCE, at_c, DT_S, Applied()) and loop.step(
        40.0, AT_ONCE, at_c + jump_k, DT_S, Applied()
    )
    assert loop.stepping is refused
    assert (power_w == 0.0) is refused
    if refused:
        assert abs(float(loop.model.observer.state[5] - before[5])) < 0.1
        for _ in range(19):
            assert loop.step(40.0, AT_ONCE, at_c + jump_k, DT_S, Applied()) == 0.0
        loop.step(40.0, AT_ONCE, at_c + jump_k, DT_S, Applied())
        assert not loop.stepping


def test_what_the_board_withholds_is_not_taken_for_a_weak_pad(warm_pad: Any) -> None:
    """The model hears the watts that were applied: it learns the same pad from a quarter of the power."""
    found = []
    for given_w in (30.0, 12.0):
        loop, plant, applied = new_loop(), warm_pad(pad_j_per_k=150.0), Applied()
        for _ in range(1500):
            asked_w = loop.step(38.0, AT_ONCE, round(plant.sensor_c, 2), DT_S, applied)
            applied = Applied(asked_w, min(asked_w, given_w), 30.0)
            plant.step(applied.applied_w, DT_S)
        found.append(loop.model.parameters.value("pad_j_per_k") / loop.model.parameters.value("power_factor"))
    assert found[0] == pytest.approx(found[1], rel=0.25)


def test_knowledge_of_a_pad_survives_being_kept(warm_pad: Any) -> None:
    loop = new_loop()
    warm(loop, warm_pad())
    assert loop.learned is not None
    again = Parameters.from_plain(loop.learned.to_plain())
    assert all(again.sigma(name) == pytest.approx(loop.learned.sigma(name)) for name in NAMES)


def test_a_pad_such_as_none_is_gets_the_pid_and_is_not_kept(warm_pad: Any) -> None:
    """A bare film in a bag: the model explains it, but only by what no pad is, and would not know it tomorrow."""
    loop, film = new_loop(), warm_pad(pad_j_per_k=16.0)
    assert warm(loop, film, seconds=400.0) <= 40.5
    assert film.sensor_c == pytest.approx(40.0, abs=0.1)
    assert (loop.knowledge, loop.learned) == (Knowledge.MISTRUSTED, None)


@pytest.mark.parametrize("odd", [{"contact": 1.2}, {"contact": 0.12}], ids=str)
def test_skin_and_blood_are_not_explained_by_lags_that_no_pad_has(warm_pad: Any, odd: dict[str, float]) -> None:
    """Under a ramp the fit sees minutes of them, and what the pad itself does only at the first."""
    loop, plant = new_loop(), warm_pad(**odd)
    assert warm(loop, plant, wish_c=42.0, seconds=400.0, ramp_c_per_s=0.1) <= 42.3
    assert loop.knowledge is Knowledge.LEARNED
    assert loop.model.parameters.value("winding_s") < 8.0
    assert abs(loop.model.parameters.value("gradient_k_per_w")) < 0.012
