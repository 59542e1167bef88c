"""From a record to the pad that made it."""

from __future__ import annotations

import random

import numpy as np
import pytest
from poultice.therapy.heat.identify import Identification, StartDoubt
from poultice.therapy.heat.learning import MISFIT_MAX
from poultice.therapy.heat.model import BEAD, FACTOR, HEAT, STATES, Body, rates, start_state, transition
from poultice.therapy.heat.parameters import HIGH, LOW, NAMES, Parameters
from poultice.therapy.heat.record import TICK_S, Record
from poultice.therapy.layout import ThermalModel, ZoneLayout

ZONE, THERMAL = ZoneLayout("zone", 0.06, 30.0), ThermalModel()
BODY = Body.nominal(ZONE, THERMAL)
NOMINAL = Parameters.nominal(ZONE, THERMAL)
START = start_state(24.0, THERMAL.skin_c, BODY.core_c)
NOISE_K = 0.0134


def pad(**changes: float) -> np.ndarray:
    mean = NOMINAL.mean.copy()
    for name, value in changes.items():
        mean[NAMES.index(name)] = value
    return mean


def warm_up(mean: np.ndarray, seconds: float = 120.0, cut_s: float = 90.0) -> Record:
    """Of a pad that is as the model says, at full power up to the cut, with the board's noise."""
    chance = random.Random(1)
    record = Record([0.0] * 81)
    move, now = transition(rates(mean, BODY, THERMAL.room_c), TICK_S), np.zeros(9)
    now[:STATES] = START
    delay_ticks = round(float(mean[NAMES.index("delay_s")]) / TICK_S)
    powers = [30.0 if tick * TICK_S < cut_s else 0.0 for tick in range(round(seconds / TICK_S))]
    for tick, power_w in enumerate(powers):
        now[HEAT] = mean[FACTOR] * powers[tick - delay_ticks] if tick >= delay_ticks else 0.0
        now = move @ now
        record.add(power_w, float(now[BEAD]) + chance.gauss(0.0, NOISE_K))
    return record


def fit(record: Record, steps: int = 25) -> tuple[Parameters, float]:
    identification = Identification(NOMINAL, BODY, THERMAL.room_c, START, StartDoubt(), 30.0)
    for _ in range(steps):
        found = identification.improve(record, NOISE_K)
    return found.parameters, found.misfit


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"pad_j_per_k": 110.0, "lag_s": 6.0},
        {"pad_j_per_k": 240.0, "contact_w_per_k": 5.0, "delay_s": 3.0},
        {"contact_w_per_k": 1.8, "winding_s": 8.0},
        {"contact_w_per_k": 0.12, "room_w_per_k": 0.8},  # nobody on it
    ],
    ids=str,
)
def test_it_finds_the_pad_that_made_the_record(odd: dict[str, float]) -> None:
    truth = pad(**odd)
    found, misfit = fit(warm_up(truth))
    assert misfit < 1.5
    lags = [NAMES.index(name) for name in ("lag_s", "winding_s", "delay_s")]
    assert found.mean[lags].sum() == pytest.approx(
        truth[lags].sum(), abs=2.0
    )  # each for itself is told apart less well
    for name in ("pad_j_per_k", "contact_w_per_k"):
        assert found.value(name) == pytest.approx(truth[NAMES.index(name)], abs=max(0.3, 3 * found.sigma(name)))
        assert found.sigma(name) < NOMINAL.sigma(name)


def test_it_stays_within_what_a_pad_can_be() -> None:
    record = Record([0.0] * 81)
    for tick in range(1200):
        record.add(30.0, 24.0 + 0.05 * tick)  # no pad at all
    found, misfit = fit(record)
    assert (found.mean >= LOW).all()
    assert (found.mean <= HIGH).all()
    assert misfit > MISFIT_MAX
    assert np.isfinite(found.covariance).all()


def test_a_step_never_makes_it_worse() -> None:
    record = warm_up(pad(pad_j_per_k=120.0, lag_s=7.0))
    identification = Identification(NOMINAL, BODY, THERMAL.room_c, START, StartDoubt(), 30.0)
    misfits = [identification.improve(record, NOISE_K).misfit for _ in range(12)]
    assert misfits[-1] < misfits[0]
    assert misfits[-1] < 1.0
