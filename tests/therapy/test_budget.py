"""What a day and a rest allow: what is forgotten, when, and whatever clocks do."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from poultice.therapy.allowance import dose_ends_in_s, start_refusal
from poultice.therapy.budget import SLICE_S, Budget, Kept, Slice, Spent, WallTime
from poultice.therapy.limits import HostLimits
from poultice.therapy.session import Session

LIMITS = HostLimits()
NOON_S = 1_800_000_000.0
DAY_S = 24 * 3600.0


class Told:
    """A budget, its monotonic clock and the wall clock beside it."""

    def __init__(
        self,
        kept: Kept | None = None,
        wall_s: float = NOON_S,
        synchronised: bool = True,
        boot: str = "",
        now_s: float = 7,
    ) -> None:
        self.budget = Budget(LIMITS, kept)
        self.boot = boot
        self.now_s = now_s
        self.wall_s = wall_s
        self.synchronised = synchronised
        self.budget.tell(WallTime(wall_s, synchronised, boot), self.now_s)

    def live(self, seconds: float, warming: bool = False, dose: float = 0.0, step_s: float = 60.0) -> Told:
        for _ in range(round(seconds / step_s)):
            self.now_s += step_s
            self.wall_s += step_s
            self.budget.tell(WallTime(self.wall_s, self.synchronised, self.boot), self.now_s)
            self.budget.pass_time(step_s, warming)
            self.budget.add_dose("lumbar", dose * step_s / seconds)
        return self

    def again(self, away_s: float = 0.0, jump_s: float = 0.0, synchronised: bool = True) -> Told:
        """The computer is switched off and on."""
        return Told(self.budget.kept(), self.wall_s + away_s + jump_s, synchronised)

    def restarted(self, away_s: float = 0.0, jump_s: float = 0.0, synchronised: bool = True) -> Told:
        """Only the controller ends and begins anew: the monotonic clock goes on."""
        kept, wall_s = self.budget.kept(), self.wall_s + away_s + jump_s
        return Told(kept, wall_s, synchronised, self.boot, self.now_s + away_s)


def test_a_new_pad_has_room_for_everything() -> None:
    budget = Told().budget
    assert budget.dose_left("lumbar") == 10.0
    assert budget.warm_left_s == LIMITS.warm_max_s
    assert (budget.rest_s(5400.0), budget.warm_fits_in_s(6 * 3600.0), budget.dose_fits_in_s("lumbar", 10.0)) == (
        0,
        0,
        0,
    )


def test_a_dose_is_forgotten_once_all_of_its_quarter_hour_is_a_day_old() -> None:
    told = Told().live(600, dose=4.0)
    told.live(DAY_S + SLICE_S - 600)
    assert told.budget.dose("lumbar") == pytest.approx(4.0)
    assert told.live(60).budget.dose("lumbar") == 0.0


def test_it_says_when_there_will_be_room_and_then_there_is() -> None:
    told = Told().live(600, dose=4.0).live(3600).live(600, dose=5.0)
    in_s = told.budget.dose_fits_in_s("lumbar", 2.0)
    assert in_s is not None
    assert in_s == pytest.approx(DAY_S + SLICE_S - 4800 + 60)
    told.live(in_s - 60)
    assert told.budget.dose_left("lumbar") < 2.0
    assert told.live(120).budget.dose_left("lumbar") == pytest.approx(5.0)


def test_zones_have_budgets_of_their_own() -> None:
    told = Told().live(600, dose=9.5)
    assert told.budget.dose_left("lumbar") == pytest.approx(0.5)
    assert told.budget.dose_left("upper_back") == 10.0


def test_ninety_minutes_need_half_an_hour_of_rest_to_its_end() -> None:
    told = Told().live(89 * 60, warming=True)
    assert not told.budget.resting
    told.live(60, warming=True)
    assert told.budget.resting
    assert told.budget.warm_left_s == 0.0
    assert told.budget.rest_s() == pytest.approx(1800)
    told.live(29 * 60)
    assert told.budget.rest_s() == pytest.approx(60)
    assert told.budget.resting
    told.live(60)
    assert not told.budget.resting
    assert told.budget.warm_left_s == LIMITS.warm_max_s


def test_short_rests_count_threefold_and_a_program_that_would_not_fit_waits() -> None:
    told = Told().live(60 * 60, warming=True).live(10 * 60)
    assert told.budget.warm_s == pytest.approx(30 * 60)
    assert told.budget.rest_s(60 * 60) == 0.0
    assert told.budget.rest_s(75 * 60) == pytest.approx(5 * 60)


def test_six_hours_a_day_are_the_most() -> None:
    told = Told()
    for _ in range(6):
        told.live(60 * 60, warming=True).live(30 * 60)
    assert told.budget.warm_left_s == 0.0
    in_s = told.budget.warm_fits_in_s(60 * 60)
    assert in_s is not None
    assert told.live(in_s - 120).budget.warm_left_s < 3600
    assert told.live(240).budget.warm_left_s >= 3600


# -- Restarts and clocks ---------------------------------------------------------------------------------------------


def test_a_restart_forgets_nothing_and_time_off_counts_on_a_synchronised_clock() -> None:
    told = Told().live(600, warming=True, dose=4.0)
    again = told.again(away_s=60)
    assert again.budget.dose("lumbar") == pytest.approx(4.0)
    assert again.budget.warm_s == pytest.approx(600 - 180)
    assert told.again(away_s=DAY_S + SLICE_S).budget.dose("lumbar") == 0.0


def test_without_a_synchronised_clock_everything_only_grows() -> None:
    told = Told().live(600, warming=True, dose=4.0)
    again = told.again(away_s=3 * DAY_S, synchronised=False)
    assert again.budget.dose("lumbar") == pytest.approx(4.0)
    assert again.budget.warm_s == pytest.approx(600)
    again.live(2 * DAY_S, step_s=3600).live(600, dose=4.0)
    assert again.budget.dose("lumbar") == pytest.approx(8.0)
    assert again.budget.dose_fits_in_s("lumbar", 4.0) is None
    assert again.budget.warm_s == 0.0, "a rest is a duration: it passes by the monotonic clock"


def test_what_nobody_could_date_counts_from_the_moment_the_clock_is_set() -> None:
    told = Told(synchronised=False).live(600, dose=4.0).live(5 * 3600)
    told.synchronised = True
    told.live(DAY_S + SLICE_S)
    assert told.budget.dose("lumbar") == pytest.approx(4.0)
    assert told.live(60).budget.dose("lumbar") == 0.0


@pytest.mark.parametrize("jump_s", [DAY_S, 30 * DAY_S, -DAY_S, 3600.0])
def test_a_wall_clock_that_jumps_while_it_runs_forgets_nothing_early(jump_s: float) -> None:
    told = Told().live(600, dose=4.0)
    told.wall_s += jump_s
    told.live(60)
    assert told.budget.dose("lumbar") == pytest.approx(4.0)
    told.live(DAY_S - 900)
    assert told.budget.dose("lumbar") == pytest.approx(4.0)


@pytest.mark.parametrize("jump_s", [-DAY_S, -365 * DAY_S])
def test_a_clock_that_was_far_ahead_blocks_for_no_more_than_a_day(jump_s: float) -> None:
    again = Told().live(600, dose=4.0).again(jump_s=jump_s)
    assert again.budget.dose("lumbar") == pytest.approx(4.0)
    assert again.live(DAY_S + SLICE_S).budget.dose("lumbar") == 0.0


@pytest.mark.parametrize("jump_s", [DAY_S, 30 * DAY_S, -DAY_S, 0.0])
@pytest.mark.parametrize("synchronised", [True, False])
def test_over_a_restart_of_the_controller_the_monotonic_clock_is_the_judge(jump_s: float, synchronised: bool) -> None:
    told = Told(boot="b").live(1200, warming=True, dose=4.0)
    told.synchronised = synchronised
    told.live(60)
    again = told.restarted(away_s=180, jump_s=jump_s)
    assert again.budget.dose("lumbar") == pytest.approx(4.0)
    assert again.budget.warm_s == pytest.approx(1200 - 3 * 240)
    again.live(DAY_S - 1500, step_s=100)
    assert again.budget.dose("lumbar") == pytest.approx(4.0)
    assert again.live(2400 if jump_s >= 0 else DAY_S, step_s=100).budget.dose("lumbar") == 0.0


def test_a_controller_that_starts_without_a_clock_rests_all_the_same() -> None:
    told = Told(boot="b", synchronised=False).live(90 * 60, warming=True)
    assert told.restarted(away_s=1801, synchronised=False).budget.rest_s() == 0.0


def test_rest_without_a_date_is_not_guessed_at() -> None:
    told = Told().live(60, warming=True)
    told.synchronised = False
    told.live(89 * 60, warming=True)
    assert not told.budget.kept().synchronised
    assert told.again(away_s=60).budget.rest_s() == pytest.approx(1800)


def test_a_clock_that_says_nonsense_is_no_clock() -> None:
    told = Told(wall_s=float("nan")).live(600, dose=4.0)
    assert not told.budget.synchronised
    assert told.budget.kept().believed_s is None


def test_used_up_means_no_heat_for_a_day() -> None:
    budget = Budget.used_up(["lumbar", "upper_back"], LIMITS)
    budget.tell(WallTime(NOON_S, True), 0.0)
    assert budget.dose_left("lumbar") == budget.dose_left("upper_back") == budget.warm_left_s == 0.0
    assert budget.dose_fits_in_s("upper_back", 1.0) == pytest.approx(DAY_S + SLICE_S)


def test_a_clock_that_comes_and_goes_costs_no_memory() -> None:
    told = Told()
    for i in range(2000):
        told.synchronised = i % 2 == 0
        told.live(2, warming=True, dose=0.0001, step_s=1.0)
    assert len(told.budget.kept().slices) <= 8
    assert told.budget.dose("lumbar") == pytest.approx(0.2)


STEPS = st.lists(
    st.tuples(
        st.sampled_from([60.0, 900.0, 3600.0, 20_000.0]),
        st.sampled_from([0.0, 0.0, DAY_S, -DAY_S, 1e6]),
        st.booleans(),
        st.sampled_from([0.0, 0.5, 2.0]),
        st.booleans(),
    ),
    max_size=30,
)


@given(STEPS)
def test_whatever_clocks_do_while_it_runs_a_day_is_never_shorter(steps: list[Any]) -> None:
    told, had = Told(), []
    for seconds, jump_s, synchronised, dose, warming in steps:
        told.wall_s += jump_s
        told.synchronised = synchronised
        told.live(seconds, warming, dose, step_s=seconds)
        had.append((told.now_s, dose))
        least = sum(minutes for at_s, minutes in had if told.now_s - at_s < DAY_S)
        assert told.budget.dose("lumbar") >= least - 1e-6


# -- What a program and a session may --------------------------------------------------------------------------------


def code(reason: Any) -> str | None:
    return None if reason is None else reason.code


def test_a_program_that_does_not_fit_is_refused_with_the_time_from_which_it_does(programs: Any) -> None:
    told = Told()
    assert start_refusal(programs["long"], told.budget, LIMITS) is None
    told.live(600, dose=9.0)
    why = start_refusal(programs["long"], told.budget, LIMITS)
    assert code(why) == "day_dose"
    assert "lumbar" in why.text
    assert "it can have more in" in why.text
    assert start_refusal(programs["warm"], told.budget, LIMITS) is None, "a small one still fits"
    assert start_refusal(programs["rub"], told.budget, LIMITS) is None


def test_without_a_clock_the_refusal_says_what_to_do(programs: Any) -> None:
    why = start_refusal(programs["long"], Told(synchronised=False).live(600, dose=9.0).budget, LIMITS)
    assert "clock is set by the network" in why.text
    assert why.values["why"] == "no_clock"


def test_rest_comes_before_the_day(programs: Any) -> None:
    told = Told().live(90 * 60, warming=True)
    why = start_refusal(programs["long"], told.budget, LIMITS)
    assert code(why) == "rest"
    assert why.values["rest_s"] == 1800
    assert start_refusal(programs["rub"], told.budget, LIMITS) is None


def test_six_hours_are_a_refusal_too(programs: Any) -> None:
    kept = Kept((Slice(NOON_S, {}, 6 * 3600.0 - 60.0),))
    assert code(start_refusal(programs["long"], Told(kept).budget, LIMITS)) == "day_warm"


def test_it_knows_when_the_dose_will_end_the_session(program: Any) -> None:
    session = Session("s", program("  - {id: a, duration: 80 min, heat: {lumbar: {target: 40 °C}}}\n"), LIMITS)
    budget = Budget(LIMITS)
    assert dose_ends_in_s(session, {"lumbar": 0.0}, budget, LIMITS) is None
    in_s = dose_ends_in_s(session, {"lumbar": 1.0}, budget, LIMITS)
    assert in_s == pytest.approx(64 * 60 - 90), "the last of it comes while the pad cools"
    session.advance(600.0)
    assert dose_ends_in_s(session, {"lumbar": 1.0}, budget, LIMITS) == pytest.approx(64 * 60 - 90)
    session.set_target("lumbar", 39.0)
    assert dose_ends_in_s(session, {"lumbar": 1.0}, budget, LIMITS) is None
    budget.add_dose("lumbar", 10.0)
    assert dose_ends_in_s(session, {"lumbar": 0.0}, budget, LIMITS) == 0.0


amounts = st.floats(0, 50)


class TestWhatOthersKnow:
    @given(known=amounts, told=amounts, warm_day_s=st.floats(0, 30_000), warm_s=st.floats(0, 9000), rest=st.booleans())
    def test_nothing_is_ever_taken_away_nor_counted_twice(
        self, known: float, told: float, warm_day_s: float, warm_s: float, rest: bool
    ) -> None:
        told_by = Told().live(3600.0, warming=True, dose=known)
        budget = told_by.budget
        before = budget.spent()
        spent = Spent({"lumbar": told}, warm_day_s, warm_s, rest)
        budget.count_at_least(spent)
        once = budget.spent()
        had = before.dose.get("lumbar", 0.0)
        assert once.dose.get("lumbar", 0.0) == pytest.approx(max(had, told), abs=1e-9)
        assert once.warm_day_s == pytest.approx(max(before.warm_day_s, warm_day_s))
        assert once.warm_s == max(before.warm_s, warm_s)
        assert once.resting or not (rest or before.resting or once.warm_s >= LIMITS.warm_max_s)
        budget.count_at_least(spent)
        assert budget.dose("lumbar") == pytest.approx(once.dose.get("lumbar", 0.0), abs=1e-9)
        assert budget.spent().warm_day_s == pytest.approx(once.warm_day_s)

    def test_it_counts_as_of_now_and_is_forgotten_a_day_later(self) -> None:
        told = Told()
        told.budget.count_at_least(Spent({"lumbar": 10.0}, LIMITS.day_warm_max_s, 0.0, False))
        assert told.budget.dose_left("lumbar") == 0.0
        told.live(DAY_S - 60.0)
        assert told.budget.dose_left("lumbar") == 0.0
        told.live(SLICE_S + 120.0)
        assert told.budget.dose_left("lumbar") == 10.0
        assert told.budget.warm_left_s > 0.0

    def test_it_outlives_the_process(self) -> None:
        told = Told()
        told.budget.count_at_least(Spent({"lumbar": 4.0}, 3600.0, 1800.0, True))
        again = told.again()
        assert again.budget.dose("lumbar") == 4.0
        assert again.budget.resting

    @pytest.mark.parametrize(("warm_s", "resting"), [(LIMITS.warm_max_s - 1.0, False), (LIMITS.warm_max_s, True)])
    def test_a_rest_is_due_where_so_much_warmth_is_told(self, warm_s: float, resting: bool) -> None:
        budget = Told().budget
        budget.count_at_least(Spent({}, warm_s, warm_s, False))
        assert budget.resting is resting
