"""From sums of conversions to temperatures, or to why there are none."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import cffi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from native import core
from poultice.link.contract import SensorTrust

SHORT_BELOW = 120 * 64
OPEN_ABOVE = 900 * 64
STEP = 1024  # of the table


def by_equation_c(total: float) -> float:
    """10 k NTC with beta 3950 to ground, 10 k up to the reference, written a second time."""
    ratio = total / 65536
    ohm = 10_000 * ratio / (1 - ratio)
    return 1 / (1 / 298.15 + math.log(ohm / 10_000) / 3950) - 273.15


@given(total=st.integers(SHORT_BELOW, OPEN_ABOVE))
def test_follows_the_equation(total: int) -> None:
    expected = by_equation_c(total)
    tolerance_k = 0.03 if 20 <= expected <= 50 else 0.35  # coarse only where no heat is allowed anyway
    assert core().thermistor_centi_c(total) / 100 == pytest.approx(expected, abs=tolerance_k)


def test_between_two_entries_it_is_their_line_to_the_nearest_hundredth(core: Any) -> None:
    """Where two are equally near it is the colder."""
    for total in range(SHORT_BELOW, OPEN_ABOVE + 1, 37):
        before, beyond = total - total % STEP, total % STEP
        warmer, colder = core.thermistor_centi_c(before), core.thermistor_centi_c(before + STEP)
        line = warmer - (warmer - colder) * beyond / STEP  # exact: a power of two divides
        assert core.thermistor_centi_c(total) == math.ceil(line - 0.5), total


def test_a_larger_sum_is_never_warmer(core: Any) -> None:
    temperatures = [core.thermistor_centi_c(total) for total in range(65473)]
    assert all(after <= before for before, after in pairwise(temperatures))
    assert temperatures[0] == 15000
    assert temperatures[-1] < -4000


@pytest.mark.parametrize(
    ("total", "trust"),
    [
        (0, SensorTrust.SHORT),
        (SHORT_BELOW - 1, SensorTrust.SHORT),
        (SHORT_BELOW, SensorTrust.TRUSTED),
        (SHORT_BELOW + 1, SensorTrust.TRUSTED),
        (OPEN_ABOVE - 1, SensorTrust.TRUSTED),
        (OPEN_ABOVE, SensorTrust.TRUSTED),
        (OPEN_ABOVE + 1, SensorTrust.OPEN),
        (65535, SensorTrust.OPEN),
    ],
)
def test_trust_ends_at_its_codes(core: Any, ffi: cffi.FFI, total: int, trust: SensorTrust) -> None:
    thermistor = ffi.new("struct thermistor *")
    core.thermistor_sample(thermistor, total)
    assert thermistor.trust == trust
    assert thermistor.bad == (trust is not SensorTrust.TRUSTED)


def test_a_sample_gives_its_temperature(core: Any, ffi: cffi.FFI) -> None:
    thermistor = ffi.new("struct thermistor *")
    core.thermistor_sample(thermistor, 32768)
    assert thermistor.centi_c == 2500


def test_bad_samples_are_counted_in_a_row_and_up_to_a_top(core: Any, ffi: cffi.FFI) -> None:
    thermistor = ffi.new("struct thermistor *")
    counts = []
    for total in (0, 65535, 30000, 0):
        core.thermistor_sample(thermistor, total)
        counts.append(thermistor.bad)
    assert counts == [1, 2, 0, 1]
    for _ in range(300):
        core.thermistor_sample(thermistor, 0)
    assert thermistor.bad == 255


def test_what_is_forgotten_is_not_trusted(core: Any, ffi: cffi.FFI) -> None:
    thermistor = ffi.new("struct thermistor *")
    core.thermistor_sample(thermistor, 30000)
    core.thermistor_forget(thermistor)
    assert thermistor.trust == SensorTrust.NOT_READ_YET
