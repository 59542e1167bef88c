"""The course of a session: once a second, bounded, whole lines, and worth having after any cut."""

from __future__ import annotations

import itertools
import json
import logging
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from harness import VirtualHouse
from poultice.sessions.appending import Appender
from poultice.sessions.courses import LINES_MAX, SUFFIX, Courses
from poultice.therapy.state import Phase
from poultice.therapy.view import Moment


def course(directory: Path) -> tuple[dict[str, Any], list[Any]]:
    """Head and lines of the only one."""
    (file,) = (directory / "sessions").glob(f"*{SUFFIX}")
    assert file.stat().st_mode & 0o777 == 0o600
    head, *lines = map(json.loads, file.read_text().splitlines())
    return head, lines


def test_a_session_told_second_by_second(tmp_path: Path) -> None:
    house = VirtualHouse(tmp_path)
    house.start("warm")
    session = house.state.session
    assert session is not None
    begun_s = house.now_s
    house.run(20)
    house.request("pause")
    house.run(10)
    house.request("resume")
    house.run(60)
    house.request("stop")
    ended_s = house.now_s
    house.run(5)
    head, lines = course(tmp_path)
    assert (head["session"], head["program"]) == (session.id, "warm")
    assert head["columns"] == ["t_s", "at_s", "phase", "lumbar", "upper_back"]
    assert len(lines) == pytest.approx(ended_s - begun_s, abs=2)
    assert all(0.95 <= after[0] - before[0] <= 1.06 for before, after in itertools.pairwise(lines))
    assert {line[2] for line in lines} == {"warming", "paused"}
    assert lines[-1][1] == pytest.approx(lines[-1][0] - 10, abs=1), "a pause is no time of the program"
    for place in (3, 4):
        temperatures = [line[place][0] for line in lines]
        assert temperatures[-1] > temperatures[0] + 2
        assert max(line[place][2] for line in lines) > 20
        assert all(line[place][2] == 0 for line in lines[24:28]), "paused"
    assert lines[-1][3][1] == 40.0


def test_two_sessions_have_two(tmp_path: Path) -> None:
    house = VirtualHouse(tmp_path)
    for _ in range(2):
        house.start("warm")
        house.run(5)
        house.request("stop")
        house.run(3)
    assert len(list((tmp_path / "sessions").glob(f"*{SUFFIX}"))) == 2


def test_it_is_bounded(tmp_path: Path) -> None:
    written: list[bytes] = []
    courses = Courses(tmp_path, lambda: datetime(2026, 1, 1, tzinfo=UTC), lambda _, line: written.append(line))
    zone = (-40.44, 42.125, 30.04, 12.34567)
    for number in range(LINES_MAX + 50):
        assert courses.due(float(number))
        courses.look(Moment("a", "b", Phase.WARMING, 5400.0, {"lumbar": zone, "upper_back": zone}), float(number))
        assert not courses.due(number + 0.9)
    assert len(written) == LINES_MAX + 1
    assert sum(map(len, written)) < 850_000
    assert json.loads(written[-1]) == [9999.0, 5400.0, "warming", *([[-40.44, 42.12, 30.0, 12.3457]] * 2)]


@pytest.mark.parametrize("now_s", [0.0, 1.0, 1e6])
def test_the_first_look_is_always_due(tmp_path: Path, now_s: float) -> None:
    courses = Courses(tmp_path, lambda: datetime(2026, 1, 1, tzinfo=UTC), lambda *_: None)
    courses.look(None, 5e8)
    assert courses.due(now_s), "a clock that begins anew is no reason to be silent"


class TestAppender:
    def test_all_of_it_is_there_at_the_end(self, tmp_path: Path) -> None:
        appender = Appender()
        for number in range(500):
            appender.append(tmp_path / "new" / f"{number % 2}", b"%d\n" % number)
        appender.close()
        assert [int(n) for n in (tmp_path / "new" / "1").read_bytes().split()] == list(range(1, 500, 2))
        assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700

    def test_a_disk_that_refuses_is_said_once(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        (tmp_path / "file").write_text("where a folder should be")
        appender = Appender()
        with caplog.at_level(logging.ERROR):
            for _ in range(20):
                appender.append(tmp_path / "file" / "a", b"1\n")
            appender.append(tmp_path / "b", b"2\n")
            appender.close()
        assert len(caplog.records) == 1
        assert (tmp_path / "b").read_bytes() == b"2\n"

    def test_a_disk_that_hangs_holds_nobody_up(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("poultice.sessions.appending.append_now", lambda *_: time.sleep(60))
        appender = Appender()
        begun_s = time.monotonic()
        for _ in range(5000):
            appender.append(tmp_path / "a", b"1\n")
        assert time.monotonic() - begun_s < 1.0

    def test_it_is_synced_now_and_then_and_at_the_end(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        synced: list[int] = []
        monkeypatch.setattr("poultice.sessions.appending.os.fdatasync", synced.append)
        appender = Appender()
        for _ in range(100):
            appender.append(tmp_path / "a", b"1\n")
        appender.close()
        assert 1 <= len(synced) <= 2
