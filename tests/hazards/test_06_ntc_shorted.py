"""Hazard 6: a thermistor is shorted. Its code leaves the range; heat ends within 0.4 s and is locked."""

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
    host.board.inject("shorted-ntc", zone=zone, sensor=sensor)
    reaction = host.react(REACTION_S, 10.0)
    host.judge(6, f"{zone} {sensor} shorted", reaction, REACTION_S, contract.Fault.SENSOR_SHORT)
    assert host.status.latched_faults == 1 << contract.Fault.SENSOR_SHORT - 1
    assert host.stays_off()
    host.board.clear_fault("shorted-ntc")
    assert host.stays_off(), "a short that opens again clears nothing"
