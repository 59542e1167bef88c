"""Trip's thermistor and the zone's beside it: more than 2.5 K for 10 s above 30 °C."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from plausibility import CYCLE_MS, core, new, thermistor
from poultice.link.contract import SensorTrust

LOST = st.sampled_from([trust for trust in SensorTrust if trust is not SensorTrust.TRUSTED])


class Witness:
    """A witness and the sensor beside it."""

    def __init__(self) -> None:
        self.memory = new("witness")

    def see(
        self,
        beside_c: float,
        own_c: float,
        cycles: int = 1,
        *,
        beside: SensorTrust = SensorTrust.TRUSTED,
        own: SensorTrust = SensorTrust.TRUSTED,
        elapsed_ms: int = CYCLE_MS,
    ) -> bool:
        disagrees = False
        one, other = thermistor(beside_c, beside), thermistor(own_c, own)
        for _ in range(cycles):
            disagrees = bool(core().witness_step(self.memory, one, other, elapsed_ms))
        return disagrees


@pytest.mark.parametrize("way", [1, -1])
@pytest.mark.parametrize(("apart_k", "disagrees"), [(2.49, False), (2.5, False), (2.51, True)])
def test_two_and_a_half_kelvin_either_way(apart_k: float, way: int, disagrees: bool) -> None:
    assert Witness().see(38.0, 38.0 + way * apart_k, cycles=100) is disagrees


def test_not_before_ten_seconds_and_as_long_as_it_lasts() -> None:
    witness = Witness()
    assert not witness.see(38.0, 41.0, cycles=99)
    assert witness.see(38.0, 41.0)
    assert witness.see(38.0, 41.0, cycles=10_000)
    assert not witness.see(38.0, 40.5)


def test_ten_seconds_without_a_break() -> None:
    witness = Witness()
    witness.see(38.0, 41.0, cycles=99)
    assert not witness.see(38.0, 40.5)
    assert not witness.see(38.0, 41.0, cycles=99)
    assert witness.see(38.0, 41.0)


@pytest.mark.parametrize(
    ("beside_c", "own_c", "disagrees"),
    [(30.0, 26.0, False), (30.01, 26.0, True), (26.0, 30.0, False), (26.0, 30.01, True), (35.0, 40.0, True)],
)
def test_the_warmer_one_above_30(beside_c: float, own_c: float, disagrees: bool) -> None:
    assert Witness().see(beside_c, own_c, cycles=100) is disagrees


@given(trust=LOST)
def test_a_witness_that_says_nothing_disagrees(trust: SensorTrust) -> None:
    assert not Witness().see(38.0, 38.0, cycles=99, own=trust)
    assert Witness().see(38.0, 38.0, cycles=100, own=trust)
    assert not Witness().see(29.0, 60.0, cycles=100, own=trust)  # what it says does not count


@given(trust=LOST)
def test_without_the_sensor_beside_it_time_stands_still(trust: SensorTrust) -> None:
    witness = Witness()
    witness.see(38.0, 41.0, cycles=99)
    assert not witness.see(38.0, 38.0, cycles=50, beside=trust)
    assert witness.see(38.0, 41.0)


@given(
    beside=st.floats(-10.0, 60.0),
    gradient=st.floats(-0.5, 0.5),
    errors=st.tuples(st.floats(-0.7, 0.7), st.floats(-0.7, 0.7)),
)
@example(beside=42.0, gradient=0.5, errors=(0.7, -0.7))
def test_tolerance_and_gradient_never_disagree(beside: float, gradient: float, errors: tuple[float, float]) -> None:
    """0.5 K from bead to bead, 0.7 K of error each; 0.3 K of noise on top."""
    assert not Witness().see(beside + errors[0], beside + gradient + errors[1] + 0.3, cycles=200)


@given(elapsed=st.integers(0, 65535))
@example(elapsed=9999)
@example(elapsed=10000)
def test_time_passes_as_told(elapsed: int) -> None:
    assert Witness().see(38.0, 41.0, elapsed_ms=elapsed) is (elapsed >= 10000)


def test_an_agreement_leaves_nothing_over() -> None:
    witness = Witness()
    witness.see(38.0, 38.0)
    assert not witness.see(38.0, 41.0, elapsed_ms=9999)
    assert witness.see(38.0, 41.0, elapsed_ms=1)
