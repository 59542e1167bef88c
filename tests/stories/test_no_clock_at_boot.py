"""A computer without a battery for its clock boots in the past, somebody has a session, and hours later a time service
sets the clock. Nothing waits for it, nothing heats by it, nothing of the session is lost by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from harness import VirtualHouse
from poultice.sessions.files import KEPT, SessionFiles

NOW = datetime(2027, 3, 14, 18, 30, tzinfo=UTC)
SHORT = """
schema: poultice-program/1
id: short
title: {en: Short, de: Kurz}
evidence: convention
requires: {zones: [lumbar]}
max_total: 5 min
steps:
  - {id: warm, duration: 60 s, heat: {lumbar: {target: 37 °C}}}
"""
BOOTED = {
    "where the system was built": NOW - timedelta(days=40),
    "after long in a drawer": NOW - timedelta(days=399),
    "where all clocks begin": datetime(1970, 1, 1, 0, 0, 20, tzinfo=UTC),
}


@pytest.mark.parametrize("booted", BOOTED.values(), ids=BOOTED.keys())
def test_a_session_before_the_clock_was_set(tmp_path: Path, booted: datetime) -> None:
    house = VirtualHouse(tmp_path, programs=[SHORT], keeps_budgets=True)
    house.clock.synchronised = False
    house.clock.set_wall(booted)

    house.start("short")
    house.run_until(lambda: house.state.session is None, 120)
    assert house.state.reason.code == "finished", "nobody waited for the right time"
    house.run_until(lambda: house.state.outputs_off, 5)
    dose, used_j = house.state.dose, house.board.observe().used_j

    house.clock.set_wall(NOW)
    house.clock.synchronised = True
    house.run(60.0)
    assert house.state.outputs_off
    assert house.board.observe().used_j == used_j, "nothing heats because of a clock"
    assert house.state.session is None
    assert not house.state.armed
    assert house.state.dose == dose, "what the skin has had is not forgotten by a jump"

    files = SessionFiles(tmp_path)
    assert files.tidy(house.clock.wall()) == []
    (kept,) = files.outcomes()
    assert (kept.program, kept.ending) == ("short", "finished")

    house.begin_controller()  # a power cut, and the clock is right this time
    house.run(2.0)
    assert house.state.outputs_off
    assert house.state.session is None
    assert SessionFiles(tmp_path).outcomes()


def test_what_was_dated_by_a_clock_that_was_set_goes_when_it_is_old(tmp_path: Path) -> None:
    house = VirtualHouse(tmp_path, programs=[SHORT])
    house.clock.set_wall(NOW)
    house.start("short")
    house.run_until(lambda: house.state.session is None, 120)
    files = SessionFiles(tmp_path)
    assert files.tidy(NOW + KEPT) == []
    assert len(files.tidy(NOW + KEPT + timedelta(days=1))) == 1
