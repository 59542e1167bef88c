"""Parameters and the form in which they are kept."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from poultice.therapy.heat.parameters import NAMES, Parameters, from_coordinates, to_coordinates
from poultice.therapy.layout import ThermalModel, ZoneLayout

NOMINAL = Parameters.nominal(ZoneLayout("zone", 0.06, 30.0), ThermalModel())


def test_the_nominal_pad_is_that_of_the_facts() -> None:
    assert NOMINAL.value("pad_j_per_k") == 177.0
    assert NOMINAL.value("contact_w_per_k") == pytest.approx(3.6)
    assert NOMINAL.sigma("pad_j_per_k") == pytest.approx(0.28 * 177.0)
    assert NOMINAL.sigma("contact_w_per_k") == pytest.approx(0.4 * 3.6)


def test_unmeasured_watts_are_doubted_more_than_metered_ones() -> None:
    guessed = Parameters.nominal(ZoneLayout("zone", 0.06, 30.0), ThermalModel(), metered=False)
    assert guessed.sigma("power_factor") > 2 * NOMINAL.sigma("power_factor")
    assert guessed.sigma("reserve") > 10 * NOMINAL.sigma("reserve")


def test_another_day_doubts_everything_a_little_more() -> None:
    later = NOMINAL.another_day()
    assert all(later.sigma(name) > NOMINAL.sigma(name) for name in NAMES)
    assert np.array_equal(later.mean, NOMINAL.mean)


def test_kept_as_json_it_is_the_same() -> None:
    again = Parameters.from_plain(json.loads(json.dumps(NOMINAL.to_plain())))
    assert np.array_equal(again.mean, NOMINAL.mean)
    assert np.array_equal(again.covariance, NOMINAL.covariance)


def test_coordinates_and_back() -> None:
    assert np.allclose(from_coordinates(to_coordinates(NOMINAL.mean)), NOMINAL.mean)


def spoiled(**changes: Any) -> dict[str, Any]:
    plain = NOMINAL.to_plain()
    for name, value in changes.items():
        if name == "covariance":
            plain["covariance"] = value
        else:
            plain["parameters"][name]["value"] = value
    return plain


@pytest.mark.parametrize(
    "plain",
    [
        {},
        {"parameters": 3},
        {"parameters": {}, "covariance": []},
        spoiled(pad_j_per_k=float("nan")),
        spoiled(pad_j_per_k=-1.0),
        spoiled(lag_s="two"),
        spoiled(delay_s=1e6),
        spoiled(covariance=[[1.0]]),
        spoiled(covariance=(-np.eye(len(NAMES))).tolist()),
        spoiled(covariance=np.full((len(NAMES), len(NAMES)), np.inf).tolist()),
    ],
)
def test_what_is_no_pad_is_refused(plain: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"lacks|square|no pad|negative"):
        Parameters.from_plain(plain)
