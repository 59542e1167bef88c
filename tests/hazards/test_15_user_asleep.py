"""Hazard 15: the person falls asleep on the warm pad. It asks after half an hour of heat; nobody answers, and it is no
more than 38 °C for the rest; the session ends by itself, and nothing comes back for the rest of the night.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from harness import VirtualHouse
from hazard_figures import FILE, cem43_min

HALF_HOUR_S = 30 * 60.0
ANSWER_S = 120.0
NIGHT_S = 8 * 3600.0  # `make hazards` looks at all of it
WATCHED_S = NIGHT_S if FILE in os.environ else 2 * 3600.0
LATE_S = 5.0  # heat is asked for a moment after the start
HARMLESS_C = 38.0
COOLS_WITHIN_S = 300.0  # a pad cannot cool itself
CONTROL_K = 0.5
DOSE_MAX = 2.0

LONG = """
schema: poultice-program/1
id: long
title: {en: Long, de: Lang}
evidence: convention
requires: {zones: [lumbar, upper_back]}
max_total: 90 min
steps:
  - {id: long, duration: 90 min, heat: {lumbar: {target: 40 °C}, upper_back: {target: 40 °C}}}
"""


@pytest.fixture
def house(tmp_path: Path) -> VirtualHouse:
    house = VirtualHouse(tmp_path, programs=[LONG])
    house.start("long")
    return house


def hottest_c(house: VirtualHouse) -> float:
    return max(house.board.observe().pad_c)


@pytest.mark.slow
@pytest.mark.timeout(600)  # eight hours, of which a busy computer takes minutes
def test_a_night_without_a_word(house: VirtualHouse) -> None:
    begun_s = house.now_s
    house.run_until(lambda: asks(house), HALF_HOUR_S + LATE_S)
    assert house.now_s - begun_s >= HALF_HOUR_S - LATE_S
    assert house.state.reason.code == "still_awake"
    assert max(zone.target or 0.0 for zone in house.state.zones.values()) > HARMLESS_C, "it had been warm"

    house.run(ANSWER_S + 1.0)
    assert {zone.limited_by.code for zone in house.state.zones.values() if zone.limited_by} == {"asleep"}
    house.run(COOLS_WITHIN_S)
    dose = 0.0
    while house.state.session is not None:
        house.run(1.0)
        assert hottest_c(house) <= HARMLESS_C + CONTROL_K
        dose = max(dose, *house.state.dose.values())
    assert house.now_s - begun_s <= 90 * 60.0 + LATE_S
    assert dose <= DOSE_MAX

    house.run(1.0)
    seen = house.board.observe()
    assert not any((*seen.duty_permille, *seen.motor_pwm, seen.armed))
    used_j = sum(seen.used_j)
    house.run(WATCHED_S - (house.now_s - begun_s))
    seen = house.board.observe()
    assert sum(seen.used_j) == used_j, "not a joule for the rest of it"
    assert not seen.armed
    assert house.state.session is None
    assert house.state.outputs_off


@pytest.mark.slow
def test_awake_it_goes_on_and_asks_again(house: VirtualHouse) -> None:
    house.run_until(lambda: asks(house), HALF_HOUR_S + LATE_S)
    assert house.request("answer", question="awake").status == "accepted"
    house.run(ANSWER_S + COOLS_WITHIN_S)
    assert house.state.zones["lumbar"].limited_by is None
    assert hottest_c(house) > HARMLESS_C + CONTROL_K
    again_s = house.run_until(lambda: asks(house), HALF_HOUR_S)
    assert again_s == pytest.approx(HALF_HOUR_S - ANSWER_S - COOLS_WITHIN_S, abs=LATE_S)


@pytest.mark.slow
def test_home_automation_is_nobody(house: VirtualHouse) -> None:
    """A schedule that lowers something each minute is no sign of life."""
    house.run_until(lambda: asks(house), HALF_HOUR_S + LATE_S)
    for _ in range(4):
        assert house.request("answer", "automation", question="awake").reason.code == "role"
        assert house.request("adjust", "automation", zone="lumbar", target=39.9).status == "accepted"
        house.run(31.0)
    assert house.state.zones["lumbar"].limited_by is not None
    assert house.state.zones["lumbar"].limited_by.code == "asleep"


def test_what_a_night_at_38_degrees_would_be() -> None:
    """38 °C is below where any dose counts."""
    assert cem43_min(HARMLESS_C + CONTROL_K, NIGHT_S) == 0.0


def asks(house: VirtualHouse) -> bool:
    question = house.state.session.question if house.state.session else None
    return question is not None and question.question == "awake"
