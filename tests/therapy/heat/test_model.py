"""The model against what physics says: closed forms, and energy that goes nowhere but where it is accounted for."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from poultice.therapy.heat.model import (
    BEAD,
    EXTRA,
    HEAT,
    LATE,
    PAD,
    SKIN,
    STATES,
    TISSUE,
    WINDING,
    Body,
    heat_w,
    rates,
    start_state,
    transition,
)
from poultice.therapy.heat.parameters import NAMES, Parameters
from poultice.therapy.layout import ThermalModel, ZoneLayout

ZONE, THERMAL = ZoneLayout("zone", 0.06, 30.0), ThermalModel()
BODY = Body.nominal(ZONE, THERMAL)
NOMINAL = Parameters.nominal(ZONE, THERMAL)


def pad(**changes: float) -> np.ndarray:
    mean = NOMINAL.mean.copy()
    for name, value in changes.items():
        mean[NAMES.index(name)] = value
    return mean


def state(pad_c: float = 30.0, skin_c: float = 33.5, power_w: float = 0.0) -> np.ndarray:
    whole = np.zeros(9)
    whole[:STATES] = start_state(pad_c, skin_c, BODY.core_c)
    whole[HEAT] = power_w
    return whole


def test_a_pad_by_itself_warms_as_its_power_and_capacity_say() -> None:
    lone = pad(contact_w_per_k=0.0, room_w_per_k=0.0, winding_s=0.2, lag_s=0.3, gradient_k_per_w=0.0)
    after = transition(rates(lone, BODY, 22.0), 60.0) @ state(power_w=17.7)
    assert after[PAD] - 30.0 == pytest.approx(17.7 * (60.0 - 0.2) / 177.0, abs=1e-6)
    assert after[BEAD] == pytest.approx(after[PAD] - 0.3 * 0.1, abs=1e-4)  # a lag behind


def test_a_pad_in_a_room_cools_exponentially() -> None:
    lone = pad(contact_w_per_k=0.0, room_w_per_k=0.5)
    after = transition(rates(lone, BODY, 20.0), 100.0) @ state(pad_c=40.0)
    assert after[PAD] == pytest.approx(20.0 + 20.0 * math.exp(-0.5 * 100.0 / 177.0), abs=1e-9)


def test_the_beads_place_is_hotter_by_the_gradient_and_the_power() -> None:
    mean = pad(gradient_k_per_w=0.02)
    after = transition(rates(mean, BODY, 22.0), 7200.0) @ state(power_w=10.0)
    assert after[WINDING] == pytest.approx(10.0)
    assert after[LATE] == pytest.approx(10.0)
    assert after[BEAD] - after[PAD] == pytest.approx(0.2, abs=1e-3)


def test_no_energy_is_lost_or_made() -> None:
    """What flows in is what is stored more, and what went to room and core; by the middle of each small step."""
    mean, step_s = NOMINAL.mean, 0.01
    move = transition(rates(mean, BODY, 22.0), step_s)
    now = state(power_w=20.0)
    contents = np.zeros(9)
    contents[[PAD, SKIN, TISSUE]] = 177.0, BODY.skin_j_per_k, BODY.tissue_j_per_k
    contents[WINDING] = mean[NAMES.index("winding_s")]  # W s that are on their way
    before_j, gone_j = float(contents @ now), 0.0
    for _ in range(6000):
        after = move @ now
        middle = 0.5 * (now + after)
        gone_j += step_s * float(mean[NAMES.index("room_w_per_k")]) * (middle[PAD] - 22.0)
        gone_j += step_s * BODY.tissue_to_core_w_per_k * (middle[TISSUE] - BODY.core_c)
        now = after
    assert float(contents @ now) - before_j + gone_j == pytest.approx(20.0 * 60.0, abs=0.01)


@given(
    st.floats(0.3, 30.0), st.floats(0.2, 30.0), st.floats(20.0, 2000.0), st.floats(0.05, 20.0), st.floats(0.05, 60.0)
)
def test_two_half_steps_are_one_step(
    lag_s: float, winding_s: float, pad_j: float, contact: float, step_s: float
) -> None:
    rate = rates(pad(lag_s=lag_s, winding_s=winding_s, pad_j_per_k=pad_j, contact_w_per_k=contact), BODY, 22.0)
    half = transition(rate, step_s / 2)
    assert np.allclose(half @ half, transition(rate, step_s), rtol=1e-6, atol=1e-8)


def test_heat_of_unknown_origin_warms_the_pad_like_any_other() -> None:
    rate = rates(NOMINAL.mean, BODY, 22.0)
    free, extra = state(), state()
    extra[EXTRA] = 5.0
    move = transition(rate, 1.0)
    assert (move @ extra - move @ free)[PAD] == pytest.approx(5.0 / 177.0, rel=0.02)


def test_an_element_with_reserve_gives_more_below_the_cap_and_no_more_at_it() -> None:
    strong = pad(power_factor=0.9, reserve=2.0)[None, :]
    heats = [float(heat_w(strong, np.array([power_w]), 30.0)[0]) for power_w in (5.0, 15.0, 30.0)]
    assert heats == pytest.approx([9.0, 27.0, 27.0])
