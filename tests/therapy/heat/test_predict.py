"""Predictions: the model's own way, and a band that is as wide as what is not known."""

from __future__ import annotations

import numpy as np
import pytest
from poultice.therapy.heat.model import BEAD, HEAT, STATES, Body, rates, start_state, transition
from poultice.therapy.heat.parameters import Parameters
from poultice.therapy.heat.predict import SIGMAS, STRUCTURE_K, Hold, Start, predict_holds, predict_power
from poultice.therapy.layout import ThermalModel, ZoneLayout

ZONE, THERMAL = ZoneLayout("zone", 0.06, 30.0), ThermalModel()
BODY = Body.nominal(ZONE, THERMAL)
NOMINAL = Parameters.nominal(ZONE, THERMAL)
CERTAIN = Parameters(NOMINAL.mean, np.zeros_like(NOMINAL.covariance))
START = Start(22.0, 22.0, 33.5)
MEASURED = Start(22.0, 22.0, 33.5, room_sigma_k=0.0, skin_sigma_k=0.0)


def test_under_a_power_it_is_the_models_own_way() -> None:
    prediction = predict_power(CERTAIN, BODY, MEASURED, [20.0] * 120)
    whole = np.zeros(9)
    whole[:STATES] = start_state(22.0, 33.5, BODY.core_c)
    whole[HEAT] = 20.0
    delay_s = NOMINAL.value("delay_s")
    expected = transition(rates(NOMINAL.mean, BODY, 22.0), 120.0 - delay_s) @ whole
    assert prediction.temperature_c[-1] == pytest.approx(expected[BEAD], abs=0.02)
    assert len(prediction.t_s) == len(prediction.power_w) == 121


def test_where_all_is_known_the_band_is_that_of_the_models_own_faults() -> None:
    prediction = predict_power(CERTAIN, BODY, MEASURED, [20.0] * 60)
    assert np.allclose(prediction.high_c - prediction.temperature_c, SIGMAS * STRUCTURE_K)
    assert np.allclose(prediction.temperature_c - prediction.low_c, SIGMAS * STRUCTURE_K)


def test_what_is_less_known_has_a_wider_band() -> None:
    half = Parameters(NOMINAL.mean, NOMINAL.covariance / 4.0)
    wide, narrow = (predict_power(each, BODY, START, [20.0] * 60) for each in (NOMINAL, half))
    assert (wide.high_c - wide.low_c)[-1] > 1.5 * (narrow.high_c - narrow.low_c)[-1]


def test_set_points_are_reached_by_their_ramps_and_held() -> None:
    holds = [Hold(600.0, 38.0, 2 / 60), Hold(300.0, 41.0, 6 / 60), Hold(120.0, None)]
    prediction = predict_holds(NOMINAL, BODY, START, holds, cap_w=30.0)
    assert prediction.temperature_c[600] == pytest.approx(38.0, abs=0.05)
    assert prediction.temperature_c[900] == pytest.approx(41.0, abs=0.05)
    assert prediction.temperature_c[-1] < 40.0
    assert prediction.power_w.max() <= 30.0
    assert not prediction.power_w[901:].any()
    climb = np.diff(prediction.temperature_c)[120:200]
    assert climb.max() <= 2 / 60 + 0.01
