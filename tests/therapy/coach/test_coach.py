"""The coach: when it prompts, when it keeps silent, what an answer does, what a restart and a turned clock change."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from poultice.therapy.coach.coach import (
    AGAIN_AFTER_DAYS,
    APART_S,
    INTERRUPTED_S,
    MISSED_AFTER_DAYS,
    SNOOZE_S,
    WAITS_S,
)
from poultice.therapy.coach.memory import ITEMS, Check, Memory
from poultice.therapy.coach.plan import KINDS, Hours, Plan, Rhythm, Strength
from poultice.therapy.coach.words import WORDS

MINUTE = 60.0
HOUR = 3600.0


def kinds(prompts: list[Any]) -> list[str]:
    return [prompt.kind for prompt in prompts if prompt.left_s > 0]


# --- Rhythms -------------------------------------------------------------------------------------------------------


def test_a_break_comes_after_its_minutes_and_not_before(new_day: Any, breaks: Any) -> None:
    day = new_day(breaks(25))
    day.look()
    assert day.run(25 * MINUTE - 1) == []
    (prompt,) = day.run(1)
    assert (prompt.kind, prompt.left_s, prompt.may_snooze, prompt.nudge) == ("breaks", WAITS_S["breaks"], True, False)
    assert day.answer("done") == "answered"
    assert day.counts("breaks") == (1, 0, 0)


def test_off_says_nothing_for_a_week(new_day: Any) -> None:
    assert new_day(Plan()).run(7 * 24 * HOUR, 30.0) == []


def test_a_prompt_that_nobody_answers_is_skipped_when_its_time_is_over(new_day: Any, breaks: Any) -> None:
    day = new_day(breaks(25))
    day.look()
    (prompt,) = day.run(25 * MINUTE)
    assert day.run(WAITS_S["breaks"] - 1) == []
    (over,) = day.run(1)
    assert (over.id, over.left_s) == (prompt.id, 0)
    assert day.counts("breaks") == (0, 0, 1)
    assert day.answer("done", prompt.id) == "prompt_over"


def test_who_walks_has_had_a_break_and_another_posture(new_day: Any) -> None:
    """All three together: of those that are due at once the longest speaks, and the others begin anew."""
    on = {kind: Rhythm(on=True, every_min=20) for kind in ("posture", "breaks", "active")}
    day = new_day(Plan(hours=Hours(begin="00:00", end="23:59"), quiet=Hours(begin="00:00", end="00:00"), **on))
    day.look()
    (prompt,) = day.run(20 * MINUTE)
    assert prompt.kind == "active"
    day.answer("done")
    assert day.run(APART_S + MINUTE) == []
    assert kinds(day.run(20 * MINUTE - APART_S - MINUTE)) == ["active"]


def test_prompts_are_never_closer_than_five_minutes(new_day: Any, breaks: Any) -> None:
    day = new_day(breaks(10, posture=Rhythm(on=True, every_min=11), active=Rhythm(on=True, every_min=12)))
    day.look()
    ended_s = float("-inf")
    for _ in range(3 * 3600):
        for prompt in day.run(1):
            if prompt.left_s > 0:
                assert day.s - ended_s >= APART_S
        if day.coach.open(day.moment) is not None:
            day.answer("done")
            ended_s = day.s
    assert len(set(kinds([prompt for _, prompt in day.said]))) >= 2


def test_the_hours_and_days_are_kept(new_day: Any, breaks: Any) -> None:
    """A week, unanswered: never outside of nine to five, never at the weekend, and the first one of a day after
    the first interval of that day."""
    day = new_day(breaks(25, hours=Hours(begin="09:00", end="17:00")), local=datetime.fromisoformat("2026-03-02T00:00"))
    day.look()
    begun_s, begun = day.s, day.local
    day.run(6 * 24 * HOUR, 20.0)
    shown = [begun + timedelta(seconds=s - begun_s) for s, prompt in day.said if prompt.left_s > 0]
    assert {at.date() for at in shown} == {date(2026, 3, number) for number in range(2, 7)}
    assert all(9 <= at.hour < 17 for at in shown)
    assert min((at.hour, at.minute) for at in shown) >= (9, 24), "the look that finds it open may have begun before"
    assert len(shown) == 5 * 19
    assert day.counts("breaks") == (0, 0, 5 * 19)


@pytest.mark.parametrize("why", ["clock", "session", "quiet", "closed", "off"])
def test_it_says_why_it_is_silent(new_day: Any, breaks: Any, why: str) -> None:
    day = new_day(breaks(10))
    day.look()
    day.run(9 * MINUTE)
    match why:
        case "clock":
            day.sure = False
        case "session":
            day.playing = "lower-back-ease"
        case "quiet":
            day.coach.plan = breaks(10, quiet=Hours(begin="09:00", end="21:00"))
        case "closed":
            day.coach.plan = breaks(10, days=("sun",))
        case "off":
            day.coach.plan = Plan()
    assert day.coach.standing(day.moment, day.playing) == why
    assert day.run(HOUR) == []
    day.sure, day.playing, day.coach.plan = True, None, day.plan
    assert day.coach.standing(day.moment) == "on"
    assert day.run(10 * MINUTE - 1) == [], "its interval begins anew"
    assert kinds(day.run(1)) == ["breaks"]


def test_the_words_take_turns(new_day: Any, breaks: Any) -> None:
    day = new_day(breaks(10))
    day.look()
    day.run(2 * HOUR)
    shown = [prompt.words for _, prompt in day.said if prompt.left_s > 0]
    assert set(shown) == set(WORDS["breaks"])


# --- Nudges --------------------------------------------------------------------------------------------------------


def test_a_nudge_is_asked_for_only_in_the_hours_for_it(new_day: Any, breaks: Any, always_nudges: Any) -> None:
    late = always_nudges.model_copy(update={"begin": "10:00", "end": "11:00"})
    day = new_day(breaks(25, nudge=late))
    day.look()
    nudged = []
    for _ in range(3 * 60):
        for prompt in day.run(MINUTE, 10.0):
            if prompt.left_s > 0:
                nudged.append((day.local.hour, prompt.nudge))
                day.answer("done")
    assert nudged == [(hour, hour == 10) for hour, _ in nudged]
    assert {hour for hour, _ in nudged} == {9, 10, 11}


def test_an_empty_chair_is_not_nudged_for_ever(new_day: Any, breaks: Any, always_nudges: Any) -> None:
    day = new_day(breaks(10, nudge=always_nudges))
    day.look()
    shown = [prompt.nudge for prompt in day.run(2 * HOUR) if prompt.left_s > 0]
    assert shown[:3] == [True] * 3
    assert not any(shown[3:])
    assert len(shown) > 5, "the words go on"
    while day.coach.open(day.moment) is None:
        day.run(1)
    day.answer("skip")
    assert [prompt.nudge for prompt in day.run(11 * MINUTE) if prompt.left_s > 0] == [True], "somebody is there"


# --- Answers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("answer", "counts"), [("done", (1, 0, 0)), ("skip", (0, 0, 1))])
def test_an_answer_counts_once(new_day: Any, breaks: Any, answer: str, counts: tuple[int, int, int]) -> None:
    day = new_day(breaks(10))
    day.look()
    (prompt,) = day.run(10 * MINUTE)
    assert day.answer(answer) == "answered"
    assert day.answer(answer, prompt.id) == "prompt_over"
    assert day.counts("breaks") == counts


def test_it_comes_back_once_and_not_twice(new_day: Any, breaks: Any, always_nudges: Any) -> None:
    day = new_day(breaks(10, nudge=always_nudges))
    day.look()
    (prompt,) = day.run(10 * MINUTE)
    assert day.answer("snooze") == "snoozed"
    assert day.coach.open(day.moment) is None
    assert day.answer("done", prompt.id) == "prompt_over", "it is not there to be answered"
    assert day.run(SNOOZE_S - 1) == []
    (again,) = day.run(1)
    assert (again.id, again.may_snooze, again.nudge) == (prompt.id, False, False)
    assert again.left_s == pytest.approx(WAITS_S["breaks"])
    assert day.answer("snooze") == "snoozed_once"
    assert day.coach.open(day.moment) is not None, "a refusal changes nothing"
    assert day.answer("done") == "answered"
    assert day.counts("breaks") == (1, 1, 0)


def test_put_off_into_the_quiet_hours_it_is_skipped(new_day: Any, breaks: Any) -> None:
    day = new_day(breaks(10, quiet=Hours(begin="09:12", end="21:00")))
    day.look()
    day.run(10 * MINUTE)
    day.answer("snooze")
    said = day.run(HOUR)
    assert kinds(said) == []
    assert day.counts("breaks") == (0, 1, 1)


def test_put_off_it_waits_for_the_end_of_a_session(new_day: Any, breaks: Any) -> None:
    day = new_day(breaks(10))
    day.look()
    day.run(10 * MINUTE)
    day.answer("snooze")
    day.playing = "short-massage"
    assert day.run(SNOOZE_S + MINUTE) == []
    day.playing = None
    assert kinds(day.run(1)) == ["breaks"]


def test_switched_off_while_it_waits_it_is_gone_and_not_counted(new_day: Any, breaks: Any) -> None:
    day = new_day(breaks(10))
    day.look()
    day.run(10 * MINUTE)
    day.coach.plan = Plan()
    (over,) = day.run(1)
    assert over.left_s == 0
    assert day.counts("breaks") == (0, 0, 0)


def test_the_program_that_was_prompted_and_played_is_done(new_day: Any, breaks: Any) -> None:
    plan = breaks(10, breaks=Rhythm(every_min=25), active=Rhythm(on=True, every_min=60))
    day = new_day(plan)
    day.look()
    (prompt,) = day.run(HOUR)
    assert day.coach.trained("lower-back-ease", day.moment) == []
    (over,) = day.coach.trained(prompt.program, day.moment)
    assert (over.id, over.left_s) == (prompt.id, 0)
    assert day.counts("active") == (1, 0, 0)


# --- The day's training --------------------------------------------------------------------------------------------

TRAINING = Plan(strength=Strength(on=True, at="17:30", days={"mon": "two-minute-neck", "wed": "strength-lower-back"}))


def test_the_training_is_asked_for_on_its_days_at_its_time(new_day: Any) -> None:
    day = new_day(TRAINING, local=datetime.fromisoformat("2026-03-02T00:00"))
    day.look()
    begun_s, begun = day.s, day.local
    day.run(6 * 24 * HOUR, 10.0)
    shown = [(begun + timedelta(seconds=s - begun_s), prompt.program) for s, prompt in day.said if prompt.left_s > 0]
    assert shown == [
        (datetime.fromisoformat("2026-03-02T17:30"), "two-minute-neck"),
        (datetime.fromisoformat("2026-03-04T17:30"), "strength-lower-back"),
    ]
    assert day.counts("strength") == (0, 0, 2)


@pytest.mark.parametrize(
    ("time", "asked"), [("17:29:58", False), ("17:29:59", True), ("19:29:58", True), ("19:30:00", False)]
)
def test_late_it_is_asked_for_within_two_hours(new_day: Any, time: str, asked: bool) -> None:
    day = new_day(TRAINING, local=datetime.fromisoformat(f"2026-03-02T{time}"))
    assert bool(day.run(1)) == asked


def test_done_before_it_was_asked_for_is_done(new_day: Any) -> None:
    day = new_day(TRAINING, local=datetime.fromisoformat("2026-03-02T12:00"))
    assert day.coach.trained("two-minute-neck", day.moment) == []
    assert day.run(8 * HOUR, 10.0) == []
    assert day.counts("strength") == (1, 0, 0)


def test_skipped_and_done_after_all_is_done(new_day: Any) -> None:
    day = new_day(TRAINING, local=datetime.fromisoformat("2026-03-02T17:29"))
    day.run(2 * MINUTE)
    day.answer("skip")
    for _ in range(2):
        day.coach.trained("two-minute-neck", day.moment)
        assert day.counts("strength") == (1, 0, 0)


def test_another_program_or_another_day_is_no_training(new_day: Any) -> None:
    day = new_day(TRAINING, local=datetime.fromisoformat("2026-03-03T12:00"))
    day.coach.trained("two-minute-neck", day.moment)
    day.local += timedelta(days=1)
    day.coach.trained("two-minute-neck", day.moment)
    assert day.counts("strength") == (0, 0, 0)


# --- The desk ------------------------------------------------------------------------------------------------------

DESK = Plan(ergonomics=True)


def test_the_checklist_is_asked_for_at_once_and_again_after_a_month(new_day: Any) -> None:
    day = new_day(DESK)
    day.look()
    assert kinds([prompt for _, prompt in day.said]) == ["ergonomics"]
    for item in ITEMS[:-1]:
        assert day.coach.check(item, True, day.moment) == []
    (over,) = day.coach.check(ITEMS[-1], False, day.moment)
    assert over.left_s == 0
    assert day.counts("ergonomics") == (1, 0, 0)
    assert day.memory.checks["lifting"] == Check(fits=False, on=date(2026, 3, 2))
    day.said.clear()
    day.run((AGAIN_AFTER_DAYS - 1) * 24 * HOUR, 50.0)
    assert day.said == []
    day.run(2 * 24 * HOUR, 50.0)
    assert kinds([prompt for _, prompt in day.said]) == ["ergonomics"]
    for item in ITEMS[:-1]:
        assert day.coach.check(item, True, day.moment) == [], "all four anew"


@pytest.mark.parametrize(("answer", "days"), [(None, MISSED_AFTER_DAYS), ("skip", AGAIN_AFTER_DAYS)])
def test_where_nobody_was_there_the_desk_is_asked_about_after_a_week(
    new_day: Any, answer: str | None, days: int
) -> None:
    day = new_day(DESK)
    day.look()
    if answer:
        day.answer(answer)
    day.run(HOUR)
    assert day.counts("ergonomics") == (0, 0, 1)
    day.said.clear()
    day.run((days - 1) * 24 * HOUR, 50.0)
    assert day.said == []
    day.run(4 * 24 * HOUR, 50.0)
    assert kinds([prompt for _, prompt in day.said])[:1] == ["ergonomics"], "on the next day with hours in it"


def test_answered_without_being_asked_it_is_not_asked_for_within_the_month(new_day: Any) -> None:
    day = new_day(DESK)
    for item in ITEMS:
        assert day.coach.check(item, True, day.moment) == []
    assert day.run(24 * HOUR, 50.0) == []


# --- Time that is not as it should be ------------------------------------------------------------------------------


@pytest.mark.parametrize("gap_s", [INTERRUPTED_S - 1, INTERRUPTED_S, HOUR, 10 * 24 * HOUR])
def test_after_a_sleep_the_interval_begins_anew(new_day: Any, breaks: Any, gap_s: float) -> None:
    day = new_day(breaks(10, days=("mon", "tue", "wed", "thu", "fri", "sat", "sun")))
    day.look()
    day.run(9 * MINUTE)
    day.sleep(gap_s)
    assert kinds(day.look()) == (["breaks"] if gap_s < INTERRUPTED_S and gap_s >= MINUTE else [])
    if gap_s >= INTERRUPTED_S:
        assert day.run(10 * MINUTE - 1) == []
        assert kinds(day.run(1)) == ["breaks"]


def test_what_was_open_when_the_computer_fell_asleep_is_over(new_day: Any, breaks: Any) -> None:
    day = new_day(breaks(10))
    day.look()
    day.run(10 * MINUTE)
    day.sleep(8 * HOUR)
    (over,) = day.look()
    assert over.left_s == 0
    assert day.counts("breaks") == (0, 0, 1)


@pytest.mark.parametrize("hours", [-48, -25, -1, 1, 25, 24 * 400])
def test_a_clock_that_is_turned_makes_no_storm(new_day: Any, breaks: Any, hours: int) -> None:
    """Everything on; then the wall clock jumps: of each kind one at most in the time that any of them takes."""
    week = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    plan = breaks(
        10,
        days=week,
        posture=Rhythm(on=True, every_min=10),
        active=Rhythm(on=True, every_min=10),
        ergonomics=True,
        strength=Strength(on=True, at="09:00", days=dict.fromkeys(week, "two-minute-neck")),
    )
    day = new_day(plan)
    day.run(HOUR)
    day.said.clear()
    day.local += timedelta(hours=hours)
    shown = kinds(day.run(10 * MINUTE))
    assert len(shown) == len(set(shown)) <= 3


def test_a_clock_that_was_ahead_does_not_silence_the_training_for_years(new_day: Any) -> None:
    day = new_day(TRAINING, local=datetime.fromisoformat("2036-03-03T17:30"))
    assert day.coach.plan.strength.days.keys() == {"mon", "wed"}
    day.run(MINUTE)
    day.local = datetime.fromisoformat("2026-03-02T17:00")
    assert kinds(day.run(3 * HOUR, 10.0)) == [], "once a day, whatever day that was"
    day.local = datetime.fromisoformat("2026-03-04T17:00")
    assert kinds(day.run(HOUR, 10.0)) == ["strength"]


# --- What is kept --------------------------------------------------------------------------------------------------


def test_an_open_prompt_survives_a_restart_of_the_controller(new_day: Any, breaks: Any) -> None:
    day = new_day(breaks(10))
    day.look()
    (prompt,) = day.run(10 * MINUTE)
    day.begin()
    day.look()
    again = day.coach.open(day.moment)
    assert again is not None
    assert (again.id, again.words) == (prompt.id, prompt.words)
    assert day.answer("done") == "answered"
    assert day.counts("breaks") == (1, 0, 0)


def test_put_off_before_a_restart_it_comes_back_after_it_and_only_once(new_day: Any, breaks: Any) -> None:
    day = new_day(breaks(10))
    day.look()
    day.run(10 * MINUTE)
    day.answer("snooze")
    day.begin()
    assert kinds(day.run(SNOOZE_S)) == ["breaks"]
    assert day.answer("snooze") == "snoozed_once"


def test_one_of_before_the_computer_was_switched_off_is_over(new_day: Any, breaks: Any) -> None:
    day = new_day(breaks(10))
    day.look()
    day.run(10 * MINUTE)
    day.begin()
    day.boot, day.s = "another", 5.0
    (over,) = day.look()
    assert over.left_s == 0
    assert day.counts("breaks") == (0, 0, 1)


def test_there_is_something_to_keep_whenever_something_changed(new_day: Any, breaks: Any) -> None:
    day = new_day(breaks(10))
    day.look()
    assert not day.coach.take_changed()
    kept = day.memory.model_dump_json()
    for _ in range(3 * 3600):
        day.run(1)
        if day.coach.open(day.moment) is not None and int(day.s) % 7 == 0:
            day.answer("snooze" if int(day.s) % 2 else "done")
        now = day.memory.model_dump_json()
        assert day.coach.take_changed() == (now != kept)
        kept = now
    assert sum(day.counts("breaks")) > 5


def test_counts_are_of_seven_days_and_kept_for_five_weeks() -> None:
    memory = Memory()
    first = date(2026, 1, 1)
    for number in range(100):
        memory.tally(first + timedelta(number), "breaks").done += 1
    assert len(memory.days) == 35
    assert memory.week(first + timedelta(99))["breaks"].done == 7
    assert memory.week(first + timedelta(99 + 6))["breaks"].done == 1
    assert memory.week(first + timedelta(99 + 7)) == {}


def test_every_kind_has_words_in_both_languages() -> None:
    assert set(WORDS) == set(KINDS) == set(WAITS_S)
    for variants in WORDS.values():
        for words in variants:
            assert set(words.text) == {"en", "de"}
            assert words.en != words.de
            assert max(map(len, words.text.values())) <= 110, "read at a glance"
