"""Hazard 8: one thermistor drifts and reads 5 K too little. The hotter one rules; the pair, or the witness where it is
bonded beside the one that drifts, says so within seconds.
"""

from __future__ import annotations

import pytest
from poultice.link import contract

UNEVEN_S = 30.0
WITNESS_S = 10.0
SAMPLES_S = 0.3
TARGET_C = 40.0
OVERSHOOT_K = 1.7
ZONES = ["lumbar", "upper_back"]


def warm_host(new_host):
    host = new_host(warm_c=38.5)
    host.heat((25.0, 25.0), TARGET_C)
    host.run(30.0)
    return host


def apart_k(host, zone: int) -> float:
    left, right = host.status.sensor_temperature_centi_c[2 * zone : 2 * zone + 2]
    return abs(left - right) / 100.0


def from_witness_k(host, zone: int) -> float:
    return abs(host.status.sensor_temperature_centi_c[2 * zone] - host.status.witness_temperature_centi_c[zone]) / 100.0


@pytest.mark.parametrize("zone", [0, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("offset_k", [-5.0, 5.0])
def test_the_one_that_has_no_witness(new_host, zone: int, offset_k: float) -> None:
    host = warm_host(new_host)
    host.board.inject("drifting-ntc", zone=ZONES[zone], sensor="right", offset=offset_k, rate=0.5)
    host.seconds_until(lambda host: apart_k(host, zone) > 4.0, 30.0)
    took_s = host.seconds_until(lambda host: contract.Fault.PAIR_UNEVEN in host.told, UNEVEN_S + 1.0)
    reaction = host.react(60.0, 300.0)
    host.judge(
        8, f"{ZONES[zone]} right {offset_k:+.0f} K", reaction.after(took_s), UNEVEN_S + SAMPLES_S,
        contract.Fault.PAIR_UNEVEN, peak_limit_c=TARGET_C + OVERSHOOT_K,
    )  # fmt: skip
    assert host.board.observe().pad_c[zone] <= 38.0 + OVERSHOOT_K, "limited to 38 °C by the hotter one"


@pytest.mark.parametrize("zone", [0, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("sensor", ["left", "witness"])
@pytest.mark.parametrize("offset_k", [-5.0, 5.0])
def test_the_one_beside_the_witness_and_the_witness(new_host, zone: int, sensor: str, offset_k: float) -> None:
    host = warm_host(new_host)
    host.board.inject("drifting-ntc", zone=ZONES[zone], sensor=sensor, offset=offset_k, rate=0.5)
    host.seconds_until(lambda host: from_witness_k(host, zone) > 2.5, 30.0)
    took_s = host.seconds_until(lambda host: contract.Fault.WITNESS_DISAGREES in host.latched, WITNESS_S + 1.0)
    reaction = host.react(0.5)
    host.judge(
        8, f"{ZONES[zone]} {sensor} {offset_k:+.0f} K", reaction.after(took_s), WITNESS_S + SAMPLES_S,
        contract.Fault.WITNESS_DISAGREES, peak_limit_c=TARGET_C + OVERSHOOT_K,
    )  # fmt: skip


@pytest.mark.slow
def test_slowly_over_an_hour(new_host) -> None:
    """A drift that no second shows is found by how far it has come."""
    host = warm_host(new_host)
    host.board.inject("drifting-ntc", zone="lumbar", sensor="left", offset=-5.0, rate=0.002)
    host.seconds_until(lambda host: contract.Fault.WITNESS_DISAGREES in host.latched, 3600.0, 1.0)
    assert max(host.board.observe().peak_pad_c) <= TARGET_C + OVERSHOOT_K + 2.5
