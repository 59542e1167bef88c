"""The filter: it finds heat that nobody told it of, and is surprised only where the model is wrong."""

from __future__ import annotations

import random

import numpy as np
import pytest
from poultice.therapy.heat.model import BEAD, EXTRA, HEAT, SKIN, STATES, Body, rates, start_state, transition
from poultice.therapy.heat.observer import Observer
from poultice.therapy.heat.parameters import NAMES, Parameters
from poultice.therapy.heat.record import TICK_S
from poultice.therapy.layout import ThermalModel, ZoneLayout

ZONE, THERMAL = ZoneLayout("zone", 0.06, 30.0), ThermalModel()
BODY = Body.nominal(ZONE, THERMAL)
NOMINAL = Parameters.nominal(ZONE, THERMAL)
START = start_state(36.0, 35.0, BODY.core_c)
NOISE_K = 0.0134


class Watched:
    """An observer beside a pad that is as `mean` says."""

    def __init__(self, mean: np.ndarray = NOMINAL.mean) -> None:
        self.observer = Observer(NOMINAL, BODY, THERMAL.room_c, START, 30.0)
        self.move = transition(rates(mean, BODY, THERMAL.room_c), TICK_S)
        self.truth = np.zeros(9)
        self.truth[:STATES] = START
        self.powers = [0.0] * round(NOMINAL.value("delay_s") / TICK_S)
        self.chance = random.Random(1)

    def run(self, power_w: float, seconds: float, extra_w: float = 0.0) -> Observer:
        for _ in range(round(seconds / TICK_S)):
            self.powers.append(power_w)
            self.truth[HEAT], self.truth[EXTRA] = self.powers.pop(0), extra_w
            self.truth = self.move @ self.truth
            reading_c = float(self.truth[BEAD]) + self.chance.gauss(0.0, NOISE_K)
            self.observer.step(power_w, reading_c, NOISE_K)
        return self.observer


def test_of_a_right_model_it_is_not_surprised() -> None:
    observer = Watched().run(10.0, 120.0)
    assert 0.5 < observer.surprise < 1.6
    assert abs(observer.extra_w) < 2.0


def test_what_it_cannot_see_it_knows_from_what_it_can() -> None:
    watched = Watched()
    observer = watched.run(12.0, 300.0)
    assert observer.skin_c == pytest.approx(float(watched.truth[SKIN]), abs=0.2)
    assert float(observer.state[BEAD]) == pytest.approx(float(watched.truth[BEAD]), abs=0.01)


@pytest.mark.parametrize("extra_w", [-4.0, 3.0])
def test_it_finds_heat_of_unknown_origin(extra_w: float) -> None:
    watched = Watched()
    watched.run(10.0, 60.0)
    assert watched.run(10.0, 60.0, extra_w).extra_w == pytest.approx(extra_w, abs=1.2)


def test_ahead_is_where_the_pad_will_be_when_the_power_arrives() -> None:
    watched = Watched()
    observer = watched.run(20.0, 30.0)
    ahead_c = float(observer.ahead[BEAD])
    watched.run(0.0, NOMINAL.value("delay_s"))
    assert float(watched.truth[BEAD]) == pytest.approx(ahead_c, abs=0.03)


def test_a_pad_that_is_another_one_surprises() -> None:
    mean = NOMINAL.mean.copy()
    mean[NAMES.index("pad_j_per_k")] = 60.0
    watched = Watched(mean)
    most = 0.0
    for _ in range(6):
        watched.run(25.0, 10.0)
        most = max(most, watched.run(0.0, 10.0).surprise)
    assert most > 3.0


def test_an_element_of_unknown_strength_is_asked_for_less() -> None:
    doubted = Parameters.nominal(ZONE, THERMAL, metered=False)
    observer = Observer(doubted, BODY, THERMAL.room_c, START, 30.0)
    factor, reserve = doubted.value("power_factor"), doubted.value("reserve")
    assert observer.power_w(10.0) < 10.0 / (factor * reserve)
    assert observer.power_w(observer.full_heat_w) == 30.0
