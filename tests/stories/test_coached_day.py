"""A working day with the coach through the real station, in told time; and a nudge on the real firmware core."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import pytest
from harness import PAD, MemoryBroker, MemoryJournal, VirtualHouse
from poultice.clock import VirtualClock
from poultice.coaching.store import CoachStore
from poultice.description import layout, load_programs
from poultice.mqtt.incoming import QueryIn, RequestIn
from poultice.mqtt.messages import PromptMessage, QueryMessage, RequestMessage, ResultMessage
from poultice.settings import SettingsStore
from poultice.station import Identity, Station
from poultice.therapy.limits import HostLimits
from poultice.therapy.pad import Pad
from poultice.therapy.state import Role, Verb

STEP_S = 5.0
SPRING = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)  # a Sunday
OFFICE = {
    "posture": {"on": True, "every_min": 30},
    "breaks": {"on": True, "every_min": 25},
    "active": {"on": True, "every_min": 60},
    "ergonomics": True,
    "strength": {"on": True, "at": "17:30", "days": {"mon": "two-minute-neck"}},
    "quiet": {"begin": "12:00", "end": "13:00"},
}


class Middle(tzinfo):
    """Middle Europe's time around the one change that these stories meet."""

    def utcoffset(self, when: datetime | None) -> timedelta:
        return timedelta(hours=2 if when is not None and when.replace(tzinfo=UTC) >= SPRING else 1)

    def dst(self, when: datetime | None) -> timedelta:
        return self.utcoffset(when) - timedelta(hours=1)

    def fromutc(self, when: datetime) -> datetime:
        return when + self.utcoffset(when)


class NoCable:
    """No board: words need none."""

    def write(self, data: bytes) -> bool:
        return False

    def close(self) -> None:
        pass


class Office:
    """A desk with a controller, its pad in the cupboard."""

    def __init__(self, directory: Path, begins: datetime) -> None:
        self.directory = directory
        self.clock = VirtualClock(0.0, begins)
        self.broker = MemoryBroker()
        self.begin()

    def begin(self) -> None:
        """A controller begins, as after a crash."""
        limits = HostLimits()
        programs = load_programs(self.directory / "programs", limits)
        self.station = Station(
            Identity(PAD, "Pad", "house", True, limits, programs),
            pad=Pad(layout(), programs, limits),
            cable=NoCable(),
            broker=self.broker,
            journal=MemoryJournal(),
            settings=SettingsStore(self.directory),
            clock=self.clock,
            coach=CoachStore(self.directory, PAD),
            zone=Middle(),
        )
        self.station.begin()
        self.station.broker_connected()

    @property
    def local(self) -> str:
        return self.clock.wall().astimezone(Middle()).strftime("%H:%M")

    @property
    def shown(self) -> PromptMessage | None:
        """What a page shows now."""
        last = self.broker.prompts[-1] if self.broker.prompts else None
        return None if last is None or last.over else last

    def query(self, what: str, **args: Any) -> ResultMessage:
        self.station.query(QueryIn(PAD, Role.PHONE, what, QueryMessage(id="q", args=args)))
        return self.broker.results[-1]

    def answer(self, answer: str) -> str:
        assert self.shown is not None
        return self.query("coach", op="answer", id=self.shown.id, answer=answer).reason.code

    def until(self, local: str, when_shown: Callable[[PromptMessage], None] = lambda _: None) -> list[tuple[str, str]]:
        """Lives until that time of day; what was prompted, and when. `when_shown` is what the person does with it."""
        seen: list[tuple[str, str]] = []
        while self.local != local:
            before = len(self.broker.prompts)
            self.clock.advance(STEP_S)
            self.station.tick()
            for prompt in self.broker.prompts[before:]:
                if not prompt.over:
                    assert self.clock.wall() < prompt.until < self.clock.wall() + timedelta(hours=2)
                    seen.append((self.local, prompt.kind))
                    when_shown(prompt)
        return seen


@pytest.fixture
def monday(tmp_path: Path) -> Office:
    """Monday after the clocks were changed, seven in the morning."""
    return Office(tmp_path, datetime(2026, 3, 30, 5, 0, tzinfo=UTC))


def test_nothing_nags_without_being_asked_for(monday: Office) -> None:
    monday.until("10:30")
    assert monday.broker.prompts == []
    report = monday.query("coach").result
    assert (report["standing"], report["prompt"], report["week"]) == ("off", None, {})


def test_a_working_day(monday: Office) -> None:
    assert monday.query("settings", op="set", coach=OFFICE).status == "ok"

    def done(_prompt: PromptMessage) -> None:
        assert monday.answer("done") == "ok"

    # The morning: the checklist of the desk first, then who sits is asked to move.
    morning = monday.until("10:31", done)
    assert morning[:3] == [("09:00", "ergonomics"), ("09:25", "breaks"), ("09:30", "posture")]
    assert morning[3:] == [("09:50", "breaks"), ("10:00", "active"), ("10:25", "breaks"), ("10:30", "posture")]

    # One is put off, and comes once more; a second time is refused with a sentence.
    assert monday.until("10:51") == [("10:50", "breaks")]
    assert monday.answer("snooze") == "ok"
    assert monday.shown is None
    assert monday.until("10:58") == [("10:56", "breaks")]
    result = monday.query("coach", op="answer", id=monday.broker.prompts[-1].id, answer="snooze")
    assert (result.status, result.reason.text) == ("refused", "refused: it was put off once already; do it, or skip it")

    # A restart in between: what was open still is, with its one putting-off spent.
    open_id = monday.broker.prompts[-1].id
    monday.begin()
    assert monday.broker.prompts[-1].id == open_id
    assert not monday.broker.prompts[-1].may_snooze
    assert monday.answer("done") == "ok"

    # Quiet over lunch, and nothing made up for after it.
    monday.until("12:00", done)
    assert monday.until("13:00", done) == []
    assert monday.until("13:24", done) == []

    # Nobody is there in the afternoon: each is skipped when its time is over, none comes twice, none after five.
    afternoon = monday.until("17:00")
    assert len(afternoon) == len(set(afternoon)) >= 8
    assert monday.until("17:29") == []
    assert monday.until("17:31") == [("17:30", "strength")]
    assert monday.shown is not None
    assert monday.shown.program == "two-minute-neck"
    assert monday.answer("skip") == "ok"
    assert monday.until("22:00") == []

    week = monday.query("coach").result["week"]
    assert week["ergonomics"] == {"done": 1, "snoozed": 0, "skipped": 0}
    assert week["strength"] == {"done": 0, "snoozed": 0, "skipped": 1}
    assert week["breaks"]["snoozed"] == 1
    assert week["breaks"]["done"] >= 5
    assert sum(counts["skipped"] for counts in week.values()) == len(afternoon) + 1
    texts = [prompt.text for prompt in monday.broker.prompts]
    assert all(set(text) == {"en", "de"} for text in texts)


def test_the_night_in_which_the_clocks_change_is_no_different(tmp_path: Path) -> None:
    night = Office(tmp_path, SPRING - timedelta(hours=2))
    always = {"begin": "00:00", "end": "23:59"}
    plan = {"days": ["sun"], "hours": always, "quiet": {"begin": "00:00", "end": "00:00"}}
    night.query("settings", op="set", coach={**plan, "breaks": {"on": True, "every_min": 30}})
    spoken = night.until("06:00")
    assert [time for time, _ in spoken][:6] == ["00:30", "01:00", "01:30", "03:00", "03:30", "04:00"]


def test_a_damaged_memory_is_set_aside_with_a_warning(monday: Office, caplog: pytest.LogCaptureFixture) -> None:
    monday.query("settings", op="set", coach=OFFICE)
    monday.until("09:01")
    file = monday.directory / f"coach-{PAD}.json"
    assert json.loads(file.read_text())["persons"]["me"]["said"] == 1
    file.write_text('{"version": 1, "persons": {"me": {"said": -1}}}')
    monday.begin()
    assert "set aside" in caplog.text
    assert file.with_suffix(".damaged").exists()
    assert monday.until("09:30") == [("09:01", "ergonomics"), ("09:26", "breaks")], "it begins anew"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"op": "answer"}, "say id and answer"),
        ({"op": "check", "item": "chair"}, "say item and fits"),
        ({"op": "answer", "id": "x", "answer": "done"}, "that prompt is over"),
        ({"op": "dance"}, "no operation dance"),
        ({"item": "lamp"}, "item"),
        ({"person": ""}, "person"),
    ],
)
def test_what_is_asked_wrongly_is_refused_in_a_sentence(monday: Office, args: dict[str, Any], words: str) -> None:
    result = monday.query("coach", **args)
    assert result.status == "refused"
    assert words in result.reason.text


def test_a_plan_names_programs_that_are_there_and_only_so_many_persons(monday: Office) -> None:
    unknown = monday.query("settings", op="set", coach={"strength": {"days": {"mon": "levitation"}}})
    assert unknown.reason.text == "There is no program levitation; ask for the list."
    for number in range(32):
        monday.clock.advance(0.2)  # not all at once
        assert monday.query("settings", op="set", person=f"p{number}", coach=OFFICE).status == "ok"
    assert monday.query("settings", op="set", person="one-more", coach=OFFICE).reason.code == "too_many"
    assert monday.query("settings", op="set", person="p3", coach={}).status == "ok"
    assert monday.query("settings", person="p3").result["coach"]["ergonomics"] is False
    assert monday.query("settings", person="p4").result["coach"]["ergonomics"] is True


def test_home_automation_neither_sees_nor_sets_the_coach(monday: Office) -> None:
    for what in ("coach", "settings"):
        monday.station.query(QueryIn(PAD, Role.AUTOMATION, what, QueryMessage(id="q", args={})))
        assert monday.broker.results[-1].reason.code == "role"


# --- On a board ----------------------------------------------------------------------------------------------------

DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ALWAYS = {"begin": "00:00", "end": "23:59"}
NUDGED = {
    "days": DAYS,
    "hours": ALWAYS,
    "quiet": {"begin": "00:00", "end": "00:00"},
    "breaks": {"on": True, "every_min": 10},
    "nudge": {"on": True, "automation": True, **ALWAYS},
}


def felt(house: VirtualHouse, seconds: float) -> tuple[float, int]:
    """How long any motor was driven, s, and the most of its PWM, of 254."""
    moving_s, most = 0.0, 0
    for _ in range(round(seconds / 0.05)):
        house.run(0.05)
        seen = house.board.observe()
        assert not any((*seen.duty_permille, seen.armed)), "no heat, and no permission for any"
        moving_s += 0.05 * any(seen.motor_pwm)
        most = max(most, *seen.motor_pwm)
    return moving_s, most


def test_a_prompt_comes_with_a_nudge_that_the_board_keeps_short_and_soft(tmp_path: Path) -> None:
    house = VirtualHouse(tmp_path, slice_s=0.05)
    house.accept_checklist()
    assert house.query("settings", op="set", coach=NUDGED).status == "ok"
    house.run_until(lambda: bool(house.broker.prompts), 601)
    assert house.now_s > 599
    moving_s, most = felt(house, 6.0)
    assert 1.5 < moving_s <= 3.0
    assert 0 < most <= 0.3 * 254 + 1
    assert "nudged" in [event.kind for event in house.broker.events]
    assert house.state.outputs_off

    # The same pulse by the verb: from a phone, and from home automation where a person allowed it.
    for role in ("phone", "automation"):
        assert house.request("nudge", role).status == "accepted"
        assert 1.5 < felt(house, 5.0)[0] <= 3.0
    quiet = {**NUDGED, "quiet": ALWAYS}
    assert house.query("settings", op="set", coach=quiet).status == "ok"
    house.run(1.1)
    reply = house.request("nudge", "automation")
    assert (reply.status, reply.reason.code) == ("refused", "no_nudge")

    # While it runs, the button and STOP end it.
    assert house.request("nudge").status == "accepted"
    house.run(1.0)
    assert any(house.board.observe().motor_pwm)
    house.press(0.3)
    assert not any(house.board.observe().motor_pwm)
    assert not house.state.armed
    assert house.request("nudge").status == "accepted"
    house.run(1.0)
    house.inbox.put(RequestIn(PAD, Role.AUTOMATION, Verb.STOP, RequestMessage()))
    house.run(0.3)
    assert felt(house, 3.0) == (0.0, 0)
