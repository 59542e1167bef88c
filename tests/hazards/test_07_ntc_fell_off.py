"""Hazard 7: a zone's thermistor came off and feels the room, a blanket or the body. The other one rules; more than 4 K
between them limits the zone to 38 °C after 30 s, more than 8 K for 120 s with no answer to the heater locks.
"""

from __future__ import annotations

import pytest
from poultice.link import contract

UNEVEN_S = 30.0
DEAF_S = 120.0
WITNESS_S = 10.0
SAMPLES_S = 0.3  # two readings and the step in which they are judged
TARGET_C = 40.0
OVERSHOOT_K = 1.7  # the margin of 1 K, and what is in the element

PLACES = ("room", "blanket", "body")


def apart_k(host, zone: int) -> float:
    left, right = host.status.sensor_temperature_centi_c[2 * zone : 2 * zone + 2]
    return abs(left - right) / 100.0


def heat_until_warm(host) -> None:
    host.board.warm(38.0)
    host.run(0.5)
    host.heat((25.0, 25.0), TARGET_C)
    host.run(20.0)


@pytest.mark.parametrize("zone", [0, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("place", PLACES)
def test_the_other_one_rules(host, zone: int, place: str) -> None:
    heat_until_warm(host)
    host.board.inject("detached-ntc", zone=("lumbar", "upper_back")[zone], sensor="right", to=place)
    peak_c: list[float] = []
    for _ in range(6):
        host.run(60.0, lambda seen: peak_c.append(max(seen.pad_c)))
    assert max(peak_c) <= TARGET_C + OVERSHOOT_K


@pytest.mark.parametrize("place", ["room", "blanket"])
def test_more_than_4_k_limits_it_to_38_degrees(host, place: str) -> None:
    heat_until_warm(host)
    host.board.inject("detached-ntc", zone="lumbar", sensor="right", to=place)
    host.seconds_until(lambda host: apart_k(host, 0) > 4.0, 30.0)
    took_s = host.seconds_until(lambda host: contract.Fault.PAIR_UNEVEN in host.told, UNEVEN_S + 2.0)
    reaction = host.react(60.0, 60.0)
    assert host.status.zone_limited_by[0] in {contract.LimitedBy.UNEVEN, contract.LimitedBy.LATCHED}
    uneven = contract.Fault.PAIR_UNEVEN
    host.judge(
        7, f"came off, feels the {place}: uneven", reaction.after(took_s), UNEVEN_S + SAMPLES_S, uneven,
        peak_limit_c=TARGET_C + OVERSHOOT_K,
    )  # fmt: skip


def test_more_than_8_k_and_deaf_locks(host) -> None:
    heat_until_warm(host)
    host.board.inject("detached-ntc", zone="lumbar", sensor="right", to="room")
    host.seconds_until(lambda host: apart_k(host, 0) > 8.0, 30.0)
    took_s = host.seconds_until(lambda host: contract.Fault.PAIR_DEAF in host.latched, 2 * DEAF_S, 0.1)
    reaction = host.react(0.5)
    host.judge(
        7, "came off, feels the room: deaf", reaction.after(took_s), DEAF_S + SAMPLES_S, contract.Fault.PAIR_DEAF,
        peak_limit_c=TARGET_C + OVERSHOOT_K,
    )  # fmt: skip


@pytest.mark.parametrize("zone", ["lumbar", "upper_back"])
def test_the_witness_misses_the_one_beside_it_sooner(host, zone: str) -> None:
    heat_until_warm(host)
    host.board.inject("detached-ntc", zone=zone, sensor="left", to="room")
    took_s = host.seconds_until(lambda host: contract.Fault.WITNESS_DISAGREES in host.latched, WITNESS_S + 5.0)
    reaction = host.react(0.5)
    lag_s = 1.0  # until the bead is 2.5 K colder
    host.judge(
        7, f"{zone}, beside the witness, came off", reaction.after(took_s), WITNESS_S + SAMPLES_S + lag_s,
        contract.Fault.WITNESS_DISAGREES, peak_limit_c=TARGET_C + OVERSHOOT_K,
    )  # fmt: skip
