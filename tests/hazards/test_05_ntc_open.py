"""Hazard 5: a thermistor's wire breaks. Its code leaves the range; heat ends within 0.4 s and is locked."""

from __future__ import annotations

import pytest
from poultice.link import contract

REACTION_S = 0.4
PLACES = [("lumbar", "left"), ("lumbar", "right"), ("upper_back", "left"), ("upper_back", "right")]


@pytest.mark.parametrize(("zone", "sensor"), PLACES)
@pytest.mark.parametrize("after_s", [0.0, 0.03, 0.07])  # anywhere in the cycle of 100 ms
def test_heat_ends_and_stays_off(host, zone: str, sensor: str, after_s: float) -> None:
    host.heat(target_c=40.0)
    host.run(after_s)
    host.board.inject("open-ntc", zone=zone, sensor=sensor)
    reaction = host.react(REACTION_S, 10.0)
    host.judge(5, f"{zone} {sensor} open", reaction, REACTION_S, contract.Fault.SENSOR_OPEN)
    assert host.status.latched_faults == 1 << contract.Fault.SENSOR_OPEN - 1
    assert host.stays_off()
    host.board.clear_fault("open-ntc")
    assert host.stays_off(), "a wire that touches again clears nothing"


def test_broken_before_the_press_nothing_arms(host) -> None:
    host.board.inject("open-ntc", zone="lumbar")
    host.run(1.0)
    host.board.press(0.5)
    host.ask((30.0, 30.0), 40.0)
    seen = host.run(5.0)
    assert not seen.armed
    assert seen.used_j == (0.0, 0.0)
