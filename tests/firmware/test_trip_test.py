"""The hardware's trip: provoked under the button, answered, held, let go; and what it means unprovoked."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from keeping import core, new
from poultice.link.contract import Fault

FAILED, TRIPPED = 1 << Fault.TRIP_TEST_FAILED - 1, 1 << Fault.HARDWARE_TRIP - 1


class Stage(IntEnum):
    REST = 0
    PROVOKED = 1
    HELD = 2
    SPOILT = 3
    RELEASED = 4
    SETTLING = 5


class Outcome(IntEnum):
    NOTHING = 0
    ARM = 1
    REFUSE = 2


class Hardware:
    """A comparator and a latch that the button's release resets, both with their ways to fail."""

    def __init__(self, zone: int = 0, answers_ms: int | None = 20, holds: bool = True, lets_go: bool = True) -> None:
        self.trip = new("struct trip *")
        core().trip_test_start(self.trip, zone)
        self.answers_ms, self.holds, self.lets_go = answers_ms, holds, lets_go
        self.provoked_ms = 0
        self.hot = False
        self.latched = False
        self.outcomes: list[Outcome] = []

    def step(self, count: int = 1, elapsed_ms: int = 10) -> None:
        for _ in range(count):
            self.provoked_ms = self.provoked_ms + elapsed_ms if core().trip_test_output(self.trip) else 0
            answers = self.answers_ms is not None and self.provoked_ms > self.answers_ms
            tripped = self.hot or answers
            self.latched = tripped or (self.latched and self.holds)
            self.note(core().trip_test_step(self.trip, self.latched, elapsed_ms))

    def note(self, outcome: int) -> None:
        if outcome:
            self.outcomes.append(Outcome(outcome))

    def press(self) -> None:
        core().trip_test_begin(self.trip, self.latched)

    def release(self, arms: bool = True) -> None:
        """Contacts open 30 ms before the release is believed; the latch is reset at once, unless still tripped."""
        if self.lets_go and not self.hot:
            self.latched = False
        self.step(3)
        self.note(core().trip_test_release(self.trip, arms))

    def press_for(self, ms: int, arms: bool = True) -> None:
        self.press()
        self.step(ms // 10 - 3)
        self.release(arms)

    @property
    def stage(self) -> Stage:
        return Stage(self.trip.stage)

    @property
    def faults(self) -> int:
        return int(core().trip_test_faults(self.trip))


@pytest.mark.parametrize(("recorded", "zone"), [(0, 0), (1, 1), (2, 0), (255, 0)])
def test_begins_with_the_recorded_zone(recorded: int, zone: int) -> None:
    trip = new("struct trip *", stage=5, left_ms=9, tripped_samples=3, arms=True, failed=True)
    core().trip_test_start(trip, recorded)
    assert (trip.stage, trip.zone, trip.left_ms, trip.tripped_samples) == (0, zone, 0, 0)
    assert not trip.arms
    assert core().trip_test_faults(trip) == 0
    assert core().trip_test_output(trip) == 0


@pytest.mark.parametrize("held_ms", [200, 500, 1500])
def test_a_sound_trip_arms_and_gives_its_turn_on(held_ms: int) -> None:
    board = Hardware()
    for zone in (0, 1, 0, 1):
        assert board.trip.zone == zone
        board.press()
        assert core().trip_test_output(board.trip) == zone + 1
        board.step(held_ms // 10 - 3)
        assert board.stage is Stage.HELD
        assert core().trip_test_output(board.trip) == 0, "answered, so no longer provoked: the release must reset it"
        board.release()
        assert board.outcomes == []
        board.step()
        assert board.outcomes == [Outcome.ARM]
        assert board.stage is Stage.REST
        board.step(300)
        assert board.outcomes == [Outcome.ARM]
        assert board.faults == 0
        board.outcomes.clear()


@pytest.mark.parametrize("held_ms", [200, 1500])
def test_a_comparator_that_does_not_answer_arms_nothing(held_ms: int) -> None:
    board = Hardware(answers_ms=None)
    board.press_for(held_ms)
    assert board.outcomes == [Outcome.REFUSE]
    assert core().trip_test_output(board.trip) == 0
    board.step(1000)
    assert board.outcomes == [Outcome.REFUSE]
    assert board.faults == FAILED


def test_the_zone_that_failed_keeps_its_turn_and_a_pass_ends_the_fault() -> None:
    board = Hardware(answers_ms=None)
    for _ in range(3):
        board.press_for(300)
        board.step(300)
        assert board.trip.zone == 0
    board.answers_ms = 20
    assert board.faults == FAILED
    board.press_for(300)
    board.step()
    assert board.outcomes[-1] is Outcome.ARM
    assert (board.faults, board.trip.zone) == (0, 1)


@pytest.mark.parametrize(("steps", "stage"), [(199, Stage.PROVOKED), (200, Stage.SPOILT), (201, Stage.SPOILT)])
def test_provoked_for_two_seconds_at_most(steps: int, stage: Stage) -> None:
    board = Hardware(answers_ms=None)
    board.press()
    board.step(steps)
    assert board.stage is stage
    assert core().trip_test_output(board.trip) == (stage is Stage.PROVOKED)


@pytest.mark.parametrize(("last_ms", "stage"), [(1999, Stage.HELD), (2000, Stage.HELD), (5000, Stage.HELD)])
def test_an_answer_in_the_last_moment_is_one(last_ms: int, stage: Stage) -> None:
    trip = new("struct trip *")
    core().trip_test_begin(trip, False)
    core().trip_test_step(trip, True, last_ms)
    assert Stage(trip.stage) is stage


@pytest.mark.parametrize(("let_go_ms", "outcome"), [(1990, Outcome.ARM), (1999, Outcome.ARM), (2000, Outcome.REFUSE)])
def test_the_latch_must_let_go_within_two_seconds(let_go_ms: int, outcome: Outcome) -> None:
    board = Hardware(lets_go=False)
    board.press_for(300)
    core().trip_test_step(board.trip, True, let_go_ms)
    board.note(core().trip_test_step(board.trip, False, 1) if outcome is Outcome.ARM else 2)
    assert board.outcomes == [outcome]
    assert (board.stage is Stage.SETTLING) is (outcome is Outcome.REFUSE)


def test_a_latch_that_never_lets_go_is_a_failed_test_and_no_evidence_of_heat() -> None:
    board = Hardware(lets_go=False)
    board.press_for(300)
    board.step(199)
    assert board.outcomes == []
    board.step(1)
    assert board.outcomes == [Outcome.REFUSE]
    board.step(5000)
    assert board.faults == FAILED
    board.press_for(300)
    assert board.outcomes == [Outcome.REFUSE] * 2, "tripped already, it cannot show that it trips"
    board.step(5000)
    assert board.faults == FAILED
    board.lets_go = True
    board.press_for(300)
    board.step(300)
    assert board.stage is Stage.REST
    assert board.faults == FAILED
    board.press_for(300)
    board.step()
    assert board.outcomes[-1] is Outcome.ARM
    assert board.faults == 0


@pytest.mark.parametrize(("samples", "spoilt"), [(5, False), (6, True), (7, True)])
def test_a_latch_that_does_not_hold_until_the_release_fails(samples: int, spoilt: bool) -> None:
    """Six samples: a release shows in the latch some 30 ms before it is believed."""
    trip = new("struct trip *")
    core().trip_test_begin(trip, False)
    core().trip_test_step(trip, True, 10)
    for _ in range(20):
        core().trip_test_step(trip, True, 10)
    for _ in range(samples):
        core().trip_test_step(trip, False, 10)
    assert (trip.stage == Stage.SPOILT) is spoilt
    assert core().trip_test_release(trip, True) == (Outcome.REFUSE if spoilt else Outcome.NOTHING)
    assert core().trip_test_faults(trip) == (FAILED if spoilt else 0)


@pytest.mark.parametrize(("gone_ms", "stage"), [(59, Stage.HELD), (60, Stage.SPOILT)])
def test_it_may_be_reset_sixty_milliseconds_before_the_release_shows(gone_ms: int, stage: Stage) -> None:
    trip = new("struct trip *")
    core().trip_test_begin(trip, False)
    for tripped, elapsed_ms in ((True, 500), (True, 500), (False, gone_ms)):
        core().trip_test_step(trip, tripped, elapsed_ms)
    assert Stage(trip.stage) is stage


def test_a_latch_without_memory_fails() -> None:
    board = Hardware(holds=False)
    board.press_for(500)
    assert board.outcomes == [Outcome.REFUSE]
    assert board.faults == FAILED


@pytest.mark.parametrize("held_ms", [1600, 3000, 7000])
def test_a_press_that_does_not_arm_tests_all_the_same(held_ms: int) -> None:
    board = Hardware()
    board.press_for(held_ms, arms=False)
    board.step(300)
    assert board.outcomes == []
    assert (board.stage, board.faults, board.trip.zone) == (Stage.REST, 0, 1)


def test_a_bump_is_no_failed_test() -> None:
    board = Hardware(answers_ms=50)
    board.press()
    board.step(1)
    board.release(arms=False)
    assert board.stage is Stage.SETTLING
    board.step(300)
    assert (board.stage, board.faults, board.outcomes, board.trip.zone) == (Stage.REST, 0, [], 0)


def test_an_answer_that_comes_too_late_is_no_evidence_of_heat() -> None:
    board = Hardware(answers_ms=None)
    board.press_for(200)
    board.latched = True
    board.step(1000)
    assert board.faults == FAILED


@pytest.mark.parametrize(("settled_ms", "stage"), [(1999, Stage.SETTLING), (2000, Stage.REST)])
def test_settling_takes_two_seconds(settled_ms: int, stage: Stage) -> None:
    board = Hardware(answers_ms=None)
    board.press_for(200)
    core().trip_test_step(board.trip, False, settled_ms)
    assert board.stage is stage


def test_a_release_without_a_test_arms_nothing() -> None:
    board = Hardware()
    board.release()
    assert board.outcomes == [Outcome.REFUSE]
    assert board.faults == 0
    board.outcomes.clear()
    board.release(arms=False)
    assert board.outcomes == []


def test_a_second_press_while_the_first_waits_begins_anew() -> None:
    board = Hardware(lets_go=False)
    board.press_for(300)
    board.step(10)
    board.press()
    assert board.stage is Stage.SPOILT
    board.lets_go = True
    board.step(30)
    board.release()
    board.step(300)
    assert board.outcomes == [Outcome.REFUSE], "the first press was withdrawn, the second is refused"


@pytest.mark.parametrize("arms", [False, True])
def test_a_bump_leaves_the_last_verdict_as_it_was(arms: bool) -> None:
    """Only a press that arms, or one that came to a trip already tripped, says more than the test before it."""
    board = Hardware(answers_ms=50)
    board.trip.failed = True
    board.press_for(40, arms=False)
    assert board.faults == FAILED, "still"
    board.step(300)
    board.trip.failed = False
    board.press_for(40, arms=arms)
    assert board.faults == (FAILED if arms else 0)


def test_a_bump_on_a_trip_already_tripped_is_a_failed_test() -> None:
    board = Hardware()
    board.latched = True
    board.press_for(40, arms=False)
    assert (board.faults, board.outcomes) == (FAILED, [])


def test_no_stage_without_a_deadline_has_time_left() -> None:
    """Spoilt and at rest there is nothing to wait for; what failed settles as soon as the latch has let go."""
    spoilt = Hardware(answers_ms=None)
    spoilt.press()
    spoilt.step(200)
    assert (spoilt.stage, spoilt.trip.left_ms) == (Stage.SPOILT, 0)
    lost = Hardware(holds=False)
    lost.press()
    lost.step(20)
    assert (lost.stage, lost.trip.left_ms) == (Stage.SPOILT, 0)
    passed = Hardware()
    passed.press_for(300)
    passed.step()
    assert (passed.stage, passed.trip.left_ms) == (Stage.REST, 0)
    stays = Hardware(lets_go=False)
    stays.press_for(300)
    stays.step(200)
    assert (stays.stage, stays.trip.left_ms) == (Stage.SETTLING, 0)
    core().trip_test_step(stays.trip, False, 0)
    assert (stays.stage, stays.trip.left_ms) == (Stage.REST, 0)


def test_each_stage_begins_with_its_whole_time() -> None:
    """2 s for the comparator's answer; 60 ms in which the latch shows that it holds; none where nothing is awaited."""
    trip = new("struct trip *", stage=Stage.REST, tripped_samples=2)
    core().trip_test_begin(trip, False)
    assert (trip.stage, trip.left_ms, trip.tripped_samples) == (Stage.PROVOKED, 2000, 0)
    core().trip_test_step(trip, True, 0)
    assert (trip.stage, trip.left_ms) == (Stage.HELD, 60)
    core().trip_test_step(trip, False, 60)
    assert (trip.stage, trip.left_ms) == (Stage.SPOILT, 0)


@pytest.mark.parametrize(("stage", "provoked"), [(each, each is Stage.PROVOKED) for each in Stage])
@pytest.mark.parametrize("zone", [0, 1])
def test_only_in_one_stage_a_zone_is_provoked(zone: int, stage: Stage, provoked: bool) -> None:
    trip = new("struct trip *", stage=stage, zone=zone)
    assert core().trip_test_output(trip) == (zone + 1 if provoked else 0)


# ---- not provoked ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("samples", "present"), [(1, False), (2, False), (3, True), (4, True), (300, True)])
def test_a_trip_that_nobody_provoked_is_a_hard_fault(samples: int, present: bool) -> None:
    board = Hardware()
    board.hot = True
    board.step(samples)
    assert board.faults == (TRIPPED if present else 0)


def test_noise_is_none() -> None:
    board = Hardware()
    for _ in range(50):
        for tripped in (True, True, False):
            core().trip_test_step(board.trip, tripped, 10)
            assert board.faults == 0


def test_it_is_present_as_long_as_the_latch_shows_it() -> None:
    board = Hardware()
    board.hot = True
    board.step(10)
    board.hot = False
    board.step(1000)
    assert board.faults == TRIPPED
    board.latched = False
    board.step()
    assert board.faults == 0


def test_after_a_passed_test_the_next_trip_counts_at_once() -> None:
    board = Hardware()
    board.press_for(300)
    board.step()
    board.hot = True
    board.step(3)
    assert board.faults == TRIPPED


def test_noise_before_a_test_does_not_count_after_it() -> None:
    board = Hardware()
    for tripped in (True, True, False, True, True):
        core().trip_test_step(board.trip, tripped, 10)
    board.press_for(300)
    board.step()
    assert board.outcomes == [Outcome.ARM]
    core().trip_test_step(board.trip, True, 10)
    assert board.faults == 0


def test_a_trip_in_the_moment_of_the_press_is_not_the_tests_merit() -> None:
    board = Hardware()
    board.hot = True
    board.step(2)
    board.press_for(300)
    board.step(300)
    assert board.outcomes == [Outcome.REFUSE]
    assert board.faults == FAILED


@given(
    what=st.lists(
        st.tuples(st.sampled_from(["step", "press", "release", "bump"]), st.booleans(), st.integers(0, 3000)),
        max_size=60,
    )
)
def test_it_never_arms_but_after_an_answer_that_was_let_go(what: list[tuple[str, bool, int]]) -> None:
    trip: Any = new("struct trip *")
    answered = waiting = False
    for action, tripped, elapsed_ms in what:
        if action == "press":
            core().trip_test_begin(trip, tripped)
            answered = waiting = False
        elif action in ("release", "bump"):
            assert core().trip_test_release(trip, action == "release") != Outcome.ARM
            waiting = waiting or (answered and action == "release")  # a second release without a press says nothing new
            answered = False
        else:
            provoked = core().trip_test_output(trip) > 0
            outcome = core().trip_test_step(trip, tripped, elapsed_ms)
            if outcome == Outcome.ARM:
                assert waiting
                assert not tripped
                waiting = answered = False
            answered = answered or (provoked and tripped)
