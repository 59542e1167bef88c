"""The coach between clock, pad, broker and disk: what is said again, what is kept, and what a full disk changes."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from poultice.clock import VirtualClock
from poultice.coaching.day import MOST_PERSONS, Coaching
from poultice.coaching.store import CoachStore, Remembered
from poultice.description import layout
from poultice.mqtt.messages import PromptMessage
from poultice.settings import SettingsStore
from poultice.therapy.coach.memory import Memory
from poultice.therapy.coach.plan import Hours, NudgeHours, Plan, Rhythm
from poultice.therapy.pad import Pad
from poultice.therapy.state import Reason
from poultice.therapy.view import PadHappening

ALWAYS = {"begin": "00:00", "end": "23:59"}
NEVER = Hours(begin="00:00", end="00:00")
BREAKS = Plan(
    days=("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
    hours=Hours(**ALWAYS),
    quiet=NEVER,
    breaks=Rhythm(on=True, every_min=10),
    nudge=NudgeHours(on=True, automation=True, **ALWAYS),
)
FILE = "coach-pad.json"


class Desk:
    """A pad that nobody has plugged in, and its coach."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.clock = VirtualClock()
        self.settings = SettingsStore(directory)
        self.said: list[PromptMessage] = []
        self.begin()

    def begin(self) -> None:
        self.pad = Pad(layout(), {})
        store = CoachStore(self.directory, "pad")
        zone = self.clock.wall().tzinfo
        self.coaching = Coaching(
            "pad", self.pad, self.settings, self.clock, say=self.said.append, store=store, zone=zone
        )

    def run(self, seconds: float, step_s: float = 1.0) -> None:
        for _ in range(round(seconds / step_s)):
            self.clock.advance(step_s)
            self.coaching.look(self.clock.now_s())

    def kept(self) -> Remembered:
        return Remembered.model_validate_json((self.directory / FILE).read_bytes())


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_two_persons_have_each_their_own(desk: Desk) -> None:
    desk.settings.set_coach("pad", "ann", BREAKS)
    desk.settings.set_coach("pad", "bob", BREAKS.model_copy(update={"breaks": Rhythm(on=True, every_min=12)}))
    desk.settings.set_coach("another-pad", "eve", BREAKS)
    desk.run(13 * 60)
    assert [prompt.person for prompt in desk.said] == ["ann", "bob"]
    first = desk.said[0]
    assert not desk.coaching.answer("bob", first.id, "done")[0], "not hers to answer"
    assert desk.coaching.answer("ann", first.id, "done")[0]
    assert desk.coaching.report("ann").week["breaks"].done == 1
    assert desk.coaching.report("bob").week == {}
    assert set(desk.kept().persons) == {"ann", "bob"}


def test_what_waits_is_said_again_to_a_new_connection_and_what_is_over_is_not(desk: Desk) -> None:
    desk.settings.set_coach("pad", "me", BREAKS)
    desk.coaching.connected()
    desk.run(10 * 60 + 1)
    desk.coaching.connected()
    assert [prompt.over for prompt in desk.said] == [False, False]
    assert desk.said[0].id == desk.said[1].id
    desk.coaching.answer("me", desk.said[0].id, "skip")
    desk.coaching.connected()
    assert [prompt.over for prompt in desk.said] == [False, False, True]


def test_a_prompt_says_until_when_by_the_wall(desk: Desk) -> None:
    desk.settings.set_coach("pad", "me", BREAKS)
    desk.run(10 * 60 + 1)
    assert (desk.said[0].until - desk.clock.wall()).total_seconds() == pytest.approx(300, abs=2)


def test_a_session_that_nobody_here_played_is_nobodys_training(desk: Desk) -> None:
    desk.settings.set_coach("pad", "me", BREAKS)
    desk.coaching.happened(PadHappening("finished", Reason("finished", "finished: Warm")))
    assert desk.coaching.report("me").week == {}


def test_nothing_is_written_while_nothing_changes(desk: Desk) -> None:
    desk.settings.set_coach("pad", "me", BREAKS)
    desk.run(9 * 60)
    assert not (desk.directory / FILE).exists()
    desk.run(2 * 60)
    before = (desk.directory / FILE).stat().st_mtime_ns
    desk.run(60)
    assert (desk.directory / FILE).stat().st_mtime_ns == before


def test_who_is_forgotten_is_forgotten_in_both_files(desk: Desk) -> None:
    for person in ("ann", "bob"):
        desk.settings.set_coach("pad", person, BREAKS)
        desk.coaching.check(person, "desk", False)
    desk.run(10 * 60 + 1)
    assert set(desk.kept().persons) == {"ann", "bob"}
    desk.coaching.forget("ann")
    assert desk.said[-1].person == "ann"
    assert desk.said[-1].over
    for file in desk.directory.glob("*.json"):
        assert "ann" not in file.read_text()
        assert "bob" in file.read_text()
    desk.begin()
    report = desk.coaching.report("ann")
    assert (report.prompt, report.week, report.checks, report.plan) == (None, {}, {}, Plan())
    assert desk.coaching.report("bob").checks["desk"].fits is False


def test_any_number_of_strangers_is_answered_and_none_is_kept(desk: Desk) -> None:
    for number in range(MOST_PERSONS + 5):
        assert desk.coaching.report(f"stranger-{number}").standing == "off"
    desk.settings.set_coach("pad", "me", BREAKS)
    desk.run(10 * 60 + 1)
    assert [prompt.person for prompt in desk.said] == ["me"]
    assert set(desk.kept().persons) == {"me"}


@pytest.mark.parametrize("sure", [True, False])
def test_nudges_of_before_are_remembered_over_a_restart(desk: Desk, sure: bool) -> None:
    """Where nobody knows how late it is they count as just given."""
    at_s = desk.clock.calendar()[0]
    CoachStore(desk.directory, "pad").keep(Remembered(nudged=[at_s - 3000.0, at_s - 100.0]))
    desk.clock.synchronised = sure
    desk.begin()
    ages_s = desk.pad.nudge_ages_s(desk.clock.now_s())
    assert ages_s == pytest.approx([3000.0, 100.0] if sure else [0.0, 0.0], abs=0.1)


def test_home_automation_may_nudge_while_the_clock_is_known_and_a_person_lets_it(desk: Desk) -> None:
    heard: list[bool] = []
    desk.pad.allow_nudges = heard.append  # type: ignore[method-assign]
    desk.run(2)
    desk.settings.set_coach("pad", "me", BREAKS)
    desk.run(2)
    desk.clock.synchronised = False
    desk.run(2)
    assert heard == [False, False, True, True, False, False]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"version": 2}', '{"persons": {"me": {"days": {"2026-99-01": {}}}}}', '{"nudged": [1e999]}', "\0"],
)
def test_a_damaged_file_is_set_aside_and_counts_begin_anew(tmp_path: Path, caplog: Any, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    assert CoachStore(tmp_path, "pad").read() == Remembered()
    assert (tmp_path / "coach-pad.damaged").read_text() == text
    assert "set aside" in caplog.text
    assert not (tmp_path / FILE).exists()


def test_a_full_disk_is_said_once_and_changes_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    store = CoachStore(tmp_path, "pad")
    store.keep(Remembered(persons={"me": Memory(said=1)}))
    with monkeypatch.context() as patch, caplog.at_level(logging.WARNING):
        patch.setattr("poultice.files.os.fsync", full)
        store.keep(Remembered())
        store.keep(Remembered())
    assert caplog.text.count("No space left") == 1
    assert CoachStore(tmp_path, "pad").read().persons["me"].said == 1


def test_quiet_are_the_hours_that_a_person_set_and_those_that_nobody_knows(desk: Desk) -> None:
    heard: list[bool] = []
    desk.pad.keep_quiet = heard.append  # type: ignore[method-assign]
    desk.run(1.0)
    desk.settings.set_coach("pad", "me", BREAKS)
    desk.run(1.0)
    desk.settings.set_coach("pad", "you", BREAKS.model_copy(update={"quiet": Hours(**ALWAYS)}))
    desk.run(1.0)
    desk.settings.set_coach("pad", "you", BREAKS)
    desk.clock.synchronised = False
    desk.run(1.0)
    assert heard == [False, False, True, True]
