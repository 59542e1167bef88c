"""Every thermistor begins between 3 and 43 °C, or the pad is not armed."""

from __future__ import annotations

import pytest
from plausibility import core, new, thermistor
from poultice.link.contract import SensorTrust


def read(window: object, number: int, celsius: float, trust: SensorTrust = SensorTrust.TRUSTED) -> None:
    core().boot_window_read(window, number, thermistor(celsius, trust))


@pytest.mark.parametrize(
    ("celsius", "outside"),
    [(2.99, True), (3.0, False), (3.01, False), (42.99, False), (43.0, False), (43.01, True)],
)
@pytest.mark.parametrize("number", range(6))
def test_from_3_to_43(number: int, celsius: float, outside: bool) -> None:
    window = new("boot_window")
    for other in range(6):
        read(window, other, celsius if other == number else 25.0)
    assert bool(window.outside) is outside


def test_only_the_first_reading_counts() -> None:
    window = new("boot_window")
    for number in range(8):
        read(window, number, 25.0)
        read(window, number, 50.0)
        read(window, number, -5.0)
    assert not window.outside


def test_outside_once_is_outside_until_the_next_reset() -> None:
    window = new("boot_window")
    read(window, 0, 43.01)
    for number in range(6):
        read(window, number, 25.0)
    assert window.outside


@pytest.mark.parametrize("trust", [trust for trust in SensorTrust if trust is not SensorTrust.TRUSTED])
def test_what_is_not_believed_is_not_judged(trust: SensorTrust) -> None:
    window = new("boot_window")
    read(window, 0, 60.0, trust)
    assert not window.outside
    read(window, 0, 60.0)
    assert window.outside
