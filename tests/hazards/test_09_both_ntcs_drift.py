"""Hazard 9: both thermistors of a zone read 5 K too little, so they agree: only the trip's own, the witness, knows."""

from __future__ import annotations

import pytest
from poultice.link import contract

WITNESS_S = 10.0
SAMPLES_S = 0.3
TARGET_C = 41.0
ZONES = ["lumbar", "upper_back"]


@pytest.mark.parametrize("zone", [0, 1])
def test_the_witness_locks(new_host, zone: int) -> None:
    host = new_host(warm_c=40.0)
    host.heat((25.0, 25.0), TARGET_C)
    host.run(30.0)
    for sensor in ("left", "right"):
        host.board.inject("drifting-ntc", zone=ZONES[zone], sensor=sensor, offset=-5.0, rate=0.5)

    def from_witness_k(host) -> float:
        status = host.status
        return abs(status.sensor_temperature_centi_c[2 * zone] - status.witness_temperature_centi_c[zone]) / 100.0

    host.seconds_until(lambda host: from_witness_k(host) > 2.5, 30.0)
    took_s = host.seconds_until(lambda host: contract.Fault.WITNESS_DISAGREES in host.latched, WITNESS_S + 1.0)
    reaction = host.react(0.5)
    host.judge(
        9, f"{ZONES[zone]}: both", reaction.after(took_s), WITNESS_S + SAMPLES_S, contract.Fault.WITNESS_DISAGREES
    )


def test_at_the_start_it_locks_before_the_pad_is_hot(new_host) -> None:
    """Both 5 K low from the beginning: locked ten seconds after the first of them is above 30 °C."""
    host = new_host(parameters={"sensor_offset_k": [-5.0, -5.0, 0.0, 0.0]})
    host.arm()
    host.ask((30.0, 30.0), 40.0)
    host.seconds_until(lambda host: contract.Fault.WITNESS_DISAGREES in host.latched, 600.0, 0.1)
    assert max(host.board.observe().peak_pad_c) < 36.0
    assert host.stays_off()
