"""The folder of records: read, taken, tidied; a bad file costs only itself."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from poultice.errors import SetupError
from poultice.sessions.files import KEPT, TAKEN_COURSE_KEPT, SessionFiles, skipped
from poultice.sessions.records import SessionRecords
from poultice.therapy.recording import Answered, Began, Ended

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def played(directory: Path, session: str, at: datetime = NOON, person: str = "me") -> Path:
    records = SessionRecords(directory, lambda: at, "sofa", True)
    records.keep(
        [
            Began(session, person, "ease", {"en": "Ease"}, "hash"),
            Answered(session, person, "ease", "a", 3.0, "pain", 6, "neck", "before"),
            Ended(session, "finished", "finished", "finished: Ease", 60.0, {"lumbar": 0.1}),
        ]
    )
    return directory / "sessions" / f"{session}.jsonl"


def test_what_is_written_is_read(tmp_path: Path) -> None:
    file = played(tmp_path, "s1")
    (seen,) = SessionFiles(tmp_path).outcomes()
    assert (seen.session, seen.person, seen.pad, seen.simulated, seen.began) == ("s1", "me", "sofa", True, NOON)
    assert (seen.pain["neck"].before, seen.ending, seen.dose, seen.skipped_lines) == (6, "finished", {"lumbar": 0.1}, 0)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_the_oldest_first_and_the_running_one_marked(tmp_path: Path) -> None:
    for days, session in ((2, "b"), (1, "c"), (3, "a")):
        played(tmp_path, session, NOON + timedelta(days=days))
    seen = SessionFiles(tmp_path).outcomes({"a"})
    assert [(each.session, each.ending) for each in seen] == [("c", "finished"), ("b", "finished"), ("a", "running")]


def test_a_file_that_grew_is_read_anew(tmp_path: Path) -> None:
    files, file = SessionFiles(tmp_path), played(tmp_path, "s1")
    assert files.outcomes()[0].pain["neck"].after is None
    more = Answered("s1", "me", "ease", "a", 50.0, "pain", 2, "neck", "after")
    SessionRecords(tmp_path, lambda: NOON).keep([more])
    assert files.outcomes()[0].pain["neck"].change == -4
    file.unlink()
    assert files.outcomes() == []


def test_bad_files_cost_only_themselves_and_are_told(tmp_path: Path) -> None:
    played(tmp_path, "good")
    torn = played(tmp_path, "torn")
    torn.write_bytes(torn.read_bytes()[:-20])
    folder = torn.parent
    (folder / "noise.jsonl").write_bytes(os.urandom(2000))
    (folder / "empty.jsonl").touch()
    (folder / "folder.jsonl").mkdir()
    (folder / "not ours.txt").write_text("hello")
    (folder / "bad name!.jsonl").write_text("{}")
    seen = {each.session: each for each in SessionFiles(tmp_path).outcomes()}
    assert set(seen) == {"good", "torn", "noise", "empty"}
    assert (seen["torn"].ending, seen["torn"].pain["neck"].before) == ("cut_off", 6)
    told = list(skipped(list(seen.values())))
    assert "In the record of session torn 1 line cannot be read: the rest of it counts." in told
    assert len(told) == 2


def test_no_folder_is_no_session(tmp_path: Path) -> None:
    assert SessionFiles(tmp_path / "none").outcomes() == []
    assert SessionFiles(tmp_path / "none").remove(["s1"]) == []


def test_what_was_taken_is_removed_and_nothing_outside(tmp_path: Path) -> None:
    file = played(tmp_path, "s1")
    course = file.with_suffix(".course")
    course.write_text("[]")
    other = file.with_name("s10.course")
    other.write_text("[]")
    outside = tmp_path / "settings.jsonl"
    outside.write_text("{}")
    assert SessionFiles(tmp_path).remove(["../settings", "s1", "s2"]) == ["s1"]
    assert [each.exists() for each in (file, course, other, outside)] == [False, False, True, True]


def test_kept_for_400_days_and_never_removed_while_running(tmp_path: Path) -> None:
    files = SessionFiles(tmp_path)
    played(tmp_path, "old")
    played(tmp_path, "on-the-day", NOON + timedelta(seconds=1))
    assert files.tidy(NOON + KEPT) == []
    assert files.tidy(NOON + KEPT + timedelta(seconds=1), {"old"}) == []
    assert files.tidy(NOON + KEPT + timedelta(seconds=1)) == ["old"]
    assert [each.session for each in files.outcomes()] == ["on-the-day"]
    assert timedelta(days=400) == KEPT


def test_a_course_that_was_taken_goes_after_a_month_and_its_record_stays(tmp_path: Path) -> None:
    files = SessionFiles(tmp_path)
    courses = {name: played(tmp_path, name).with_suffix(".course") for name in ("taken", "not-taken", "grown")}
    for course in courses.values():
        course.write_text("{}")
    files.take({"taken": 3, "grown": 2})
    files.tidy(NOON + TAKEN_COURSE_KEPT)
    assert all(course.exists() for course in courses.values())
    files.tidy(NOON + TAKEN_COURSE_KEPT + timedelta(seconds=1))
    assert [name for name, course in courses.items() if not course.exists()] == ["taken"]
    assert len(files.outcomes()) == 3


def test_what_was_taken_outlives_the_controller_and_a_torn_note_hands_over_again(tmp_path: Path) -> None:
    played(tmp_path, "s1")
    files = SessionFiles(tmp_path)
    assert files.take({"s1": 3, "s2": 1}) == ["s1"]
    anew = SessionFiles(tmp_path)
    assert anew.pending(anew.outcomes()) == []
    note = tmp_path / "sessions" / "s1.taken"
    assert note.stat().st_mode & 0o777 == 0o600
    note.write_text("")
    torn = SessionFiles(tmp_path)
    assert [each.session for each in torn.pending(torn.outcomes())] == ["s1"]


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "sessions").write_text(json.dumps({}))
    with pytest.raises(SetupError, match=r"cannot be read .*: correct its rights"):
        SessionFiles(tmp_path).outcomes()
