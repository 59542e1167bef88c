"""Hazard 32: the clock on the wall jumps, by a day or by years. Durations are of the monotonic clock alone: two houses
live through the same evening, one of them with a clock that somebody turns every few seconds, and nothing differs.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from harness import VirtualHouse
from poultice.mqtt.freshness import EPOCH_S
from poultice.therapy.limits import HostLimits

JUMPS = (
    timedelta(days=1), timedelta(days=-1), timedelta(hours=1), timedelta(seconds=-90), timedelta(days=3650),
    timedelta(days=-3650), timedelta(days=90, seconds=1),
)  # fmt: skip
SHORT = """
schema: poultice-program/1
id: short
title: {en: Short, de: Kurz}
evidence: convention
requires: {zones: [lumbar, upper_back], motors: [lower_left]}
max_total: 5 min
steps:
  - {id: warm, duration: 90 s, heat: {lumbar: {target: 37 °C}, upper_back: {target: 36 °C}}}
  - id: rub
    duration: 30 s
    heat: {lumbar: {target: 36 °C}}
    massage: {pattern: wave, motors: [lower_left], intensity: 40 %, tempo: 0.5 Hz}
"""
Turn = Callable[[VirtualHouse], None]


def leave_alone(_house: VirtualHouse) -> None:
    """The clock is right all the time."""


def turn_about(chance: random.Random) -> Turn:
    """Turns the clock; now and then something says that it is right so."""

    def turn(house: VirtualHouse) -> None:
        house.clock.synchronised = chance.random() < 0.5
        wall = house.clock.wall() + chance.choice(JUMPS)
        house.clock.set_wall(min(max(wall, datetime(1980, 1, 1, tzinfo=UTC)), datetime(2090, 1, 1, tzinfo=UTC)))

    return turn


QUICK = HostLimits(invitation_max_s=100.0, ended_shown_s=20.0)  # the same clock counts ten minutes


def evening(directory: Path, turn: Turn) -> dict[str, Any]:
    """A session that is paused once, an invitation that nobody answers, an arming that nobody uses; what all took."""
    directory.mkdir()
    house = VirtualHouse(directory, programs=[SHORT], limits=QUICK, keeps_budgets=True)

    def until(condition: Callable[[], bool], at_most_s: float) -> float:
        begun_s = house.now_s
        while not condition():
            assert house.now_s - begun_s < at_most_s, house.state.reason.text
            turn(house)
            house.run(5.0)
        return house.now_s - begun_s

    house.start("short")
    house.run(20.0)
    turn(house)
    house.request("pause")
    turn(house)
    house.run(20.0)
    assert house.request("resume").status == "accepted"
    session_s = until(lambda: house.state.session is None, 600.0)
    ended = house.state.reason.code
    until(lambda: house.state.phase == "idle", 100.0)
    epoch = house.state.epoch
    turn(house)
    house.run(EPOCH_S - 1.0)
    turn(house)
    house.run(EPOCH_S)
    assert house.request_as("start", "phone", "late", epoch, args={"program": "short"}).status == "stale"
    assert house.request("start", program="short").status == "invited"
    invited_s = until(lambda: house.state.invitation is None, 700.0)
    house.press()
    armed_s = until(lambda: not house.state.armed, 90.0)
    return {
        "session_s": round(session_s, 3),
        "ended": ended,
        "invited_s": round(invited_s, 3),
        "armed_s": round(armed_s, 3),
        "used_j": house.board.observe().used_j,
        "dose": house.state.dose,
        "reason": house.state.reason.text,
        "phase": house.state.phase,
    }


@pytest.mark.slow
def test_a_clock_that_is_turned_changes_nothing(tmp_path: Path) -> None:
    calm = evening(tmp_path / "calm", leave_alone)
    assert calm["ended"] == "finished"
    assert (calm["invited_s"], calm["armed_s"]) == (pytest.approx(100.0, abs=6.0), pytest.approx(60.0, abs=6.0))
    assert sum(calm["used_j"]) > 1000.0
    assert evening(tmp_path / "turned", turn_about(random.Random(32))) == calm


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_a_session_that_a_jump_hits_goes_on_to_its_own_end(tmp_path: Path, jump: timedelta) -> None:
    house = VirtualHouse(tmp_path)
    house.start()
    house.run(5.0)
    before = house.state.session
    asked = {zone: state.asked for zone, state in house.state.zones.items()}
    house.clock.set_wall(house.clock.wall() + jump)
    house.run(5.0)
    after = house.state.session
    assert before is not None
    assert after is not None
    assert after.id == before.id
    assert before.remaining_s - after.remaining_s == pytest.approx(5.0, abs=1.0)
    assert {zone: state.asked for zone, state in house.state.zones.items()} == asked
    assert house.state.armed
    assert house.state.time == pytest.approx(house.clock.wall(), abs=timedelta(seconds=1)), "only the time told follows"
