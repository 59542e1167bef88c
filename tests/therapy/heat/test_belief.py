"""How much of what was learned a prediction believes: more than the facts say, less than the fit does."""

from __future__ import annotations

import numpy as np
import pytest
from poultice.therapy.heat.belief import WORTH, believable
from poultice.therapy.heat.parameters import NAMES, Parameters
from poultice.therapy.layout import ThermalModel, ZoneLayout

NOMINAL = Parameters.nominal(ZoneLayout("zone", 0.06, 30.0), ThermalModel())
OTHER = NOMINAL.mean * np.array([0.9, 1.0, 1.4, 0.6, 1.5, 1.2, 0.8, 0.7, 1.5])


def test_where_nothing_was_learned_it_is_any_pad_on_another_day() -> None:
    believed, expected = believable(NOMINAL, NOMINAL), NOMINAL.another_day()
    assert np.allclose(believed.mean, expected.mean)
    assert np.allclose(believed.covariance, expected.covariance)


def test_what_the_fit_is_quite_sure_of_is_believed() -> None:
    believed = believable(Parameters(OTHER, NOMINAL.covariance * 1e-6), NOMINAL)
    assert np.allclose(believed.mean, OTHER, rtol=0.01, atol=1e-4)


@pytest.mark.parametrize("name", NAMES)
def test_what_it_hardly_saw_stays_what_any_pad_has(name: str) -> None:
    place = NAMES.index(name)
    covariance = NOMINAL.covariance * 1e-6
    covariance[place, place] = NOMINAL.covariance[place, place] * 0.5
    believed = believable(Parameters(OTHER, covariance), NOMINAL)
    off = believed.value(name) - NOMINAL.value(name)
    assert abs(off) <= 2 * WORTH * abs(OTHER[place] - NOMINAL.mean[place]) + 1e-9
    assert believed.covariance[place, place] > 0.9 * NOMINAL.covariance[place, place]


def test_it_is_never_as_sure_as_the_fit_nor_less_than_of_any_pad() -> None:
    learned = Parameters(OTHER, NOMINAL.covariance * 0.01)
    believed = believable(learned, NOMINAL)
    day = np.diag(believed.another_day().covariance) - np.diag(believed.covariance)
    assert (np.diag(believed.covariance) > np.diag(learned.covariance)).all()
    assert (np.diag(believed.covariance) <= np.diag(NOMINAL.covariance) + day + 1e-12).all()


def test_days_of_doubt_make_nothing_known_less_than_of_any_pad() -> None:
    learned = Parameters(OTHER, NOMINAL.covariance * 4.0)
    assert np.allclose(believable(learned, NOMINAL).mean, NOMINAL.mean)
