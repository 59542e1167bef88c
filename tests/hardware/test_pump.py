"""The heaters' rail dies within 100 ms of the last edge, stuck high or low, and lives at the slowest toggling."""

from __future__ import annotations

import pytest
from circuits import pump
from circuits.pump import HIGH, LOW, Conditions, at_the_worst

pytestmark = pytest.mark.slow

HOLDS_MS = 100.0
HOT_AND_HIGH = (5.1, 26.4, 60.0)
COLD_AND_LOW = (4.9, 10.8, -10.0)


def off_after_ms(facts, stuck: int) -> float:
    curves = pump.measure(facts, [at_the_worst(facts, 1)], Conditions(*HOT_AND_HIGH, facts.enable.toggle_ms, stuck))
    return pump.off_after_ms(curves, "v(rail0)")


def least_share(facts, toggle_ms: float) -> float:
    curves = pump.measure(facts, [at_the_worst(facts, -1)], Conditions(*COLD_AND_LOW, toggle_ms, LOW))
    return pump.least_on(curves, "v(rail0)") / COLD_AND_LOW[1]


@pytest.mark.parametrize("stuck", [HIGH, LOW])
def test_the_rail_dies_with_the_toggling(facts, stuck: int) -> None:
    assert 20.0 < off_after_ms(facts, stuck) <= HOLDS_MS


def test_the_rail_lives_at_the_slowest_toggling(facts) -> None:
    assert least_share(facts, facts.circuit.slowest_toggle_ms) >= pump.ON


def test_far_slower_toggling_is_as_none(facts) -> None:
    assert least_share(facts, 60.0) < pump.OFF


@pytest.mark.parametrize(
    ("path", "value"),
    [("circuit.capacitors.pump_store.nf", 2200.0), ("circuit.resistors.pump_base_top.ohm", 24_000.0)],
)
def test_a_rail_that_lives_too_long_is_noticed(changed, path: str, value: float) -> None:
    assert off_after_ms(changed(path, value), HIGH) > HOLDS_MS


@pytest.mark.parametrize(
    ("path", "value"),
    [("circuit.capacitors.pump_store.nf", 330.0), ("circuit.capacitors.pump_transfer.nf", 220.0)],
)
def test_a_rail_that_flickers_is_noticed(changed, path: str, value: float) -> None:
    facts = changed(path, value)
    assert least_share(facts, facts.circuit.slowest_toggle_ms) < pump.ON
