"""A person's own ceiling narrows what they get, whoever asks and by whichever way, and never widens anything."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from poultice.therapy.ceiling import Ceiling, Ceilings
from poultice.therapy.limits import HostLimits
from poultice.therapy.session import Session
from poultice.therapy.state import Phase, Role, Status

CEILINGS = st.builds(
    Ceiling,
    st.floats(30.0, 42.0) | st.just(math.inf),
    st.floats(60.0, 5400.0) | st.just(math.inf),
    st.just(0) | st.integers(20, 100),
)


def playing(rig: Any, program: str, **ceiling: Any) -> Any:
    rig.pad.narrow_persons({"me": Ceiling(**ceiling), "ann": Ceiling(30.0, 60.0, 0)})
    rig.armed = program == "rub"  # which needs no press
    rig.start(program)
    return rig


def asked_c(rig: Any, zone: str = "lumbar") -> float | None:
    found: float | None = rig.view.zones[zone].asked_c
    return found


def test_a_program_that_asks_for_more_is_played_less_warm_and_says_why(rig: Any) -> None:
    playing(rig, "warm", target_max_c=38.5)
    assert asked_c(rig) == 38.5
    assert all(zone.target_c is None or zone.target_c <= 38.5 for d in rig.demands for zone in d.zones)
    assert rig.view.zones["lumbar"].limited_by.code == rig.view.reason.code == "ceiling"
    assert "limited by this person's own ceiling: 38.5 °C" in rig.view.reason.text


@pytest.mark.parametrize(
    ("ceiling_c", "holds_c", "limited"), [(39.9, 39.9, True), (40.0, 40.0, False), (41, 40, False)]
)
def test_it_never_makes_anything_warmer(rig: Any, ceiling_c: float, holds_c: float, limited: bool) -> None:
    playing(rig, "warm", target_max_c=ceiling_c)
    assert asked_c(rig) == holds_c
    assert (rig.view.zones["lumbar"].limited_by is not None) is limited


@pytest.mark.parametrize("role", list(Role))
def test_nobody_turns_it_warmer_than_that(rig: Any, role: Role) -> None:
    playing(rig, "warm", target_max_c=38.5)
    reply = rig.ask("adjust", role, zone="lumbar", target=38.6)
    assert (reply.status, reply.reason.code) == (Status.REFUSED, "ceiling")
    assert rig.ask("adjust", role, zone="lumbar", target=38.0).status is Status.ACCEPTED
    assert asked_c(rig) == 38.0
    assert rig.view.zones["lumbar"].limited_by is None, "now it is what was asked for"
    assert rig.ask("adjust", Role.PHONE, zone="lumbar", target=38.5).status is Status.ACCEPTED


def test_the_first_tap_on_cooler_is_felt(rig: Any) -> None:
    playing(rig, "warm", target_max_c=38.5)
    assert rig.ask("adjust", zone="lumbar", change="less").applied["target"] == 38.0
    assert asked_c(rig) == 38.0


def test_an_invitation_of_automation_is_the_persons_all_the_same(new_rig: Any) -> None:
    rig = new_rig(HostLimits(automation_programs=frozenset({"warm"}))).connect()
    rig.pad.narrow_persons({"me": Ceiling(target_max_c=37.0)})
    assert rig.ask("start", Role.AUTOMATION, program="warm").status is Status.INVITED
    rig.press()
    rig.run(0.2)
    assert asked_c(rig) == 37.0


def test_each_has_their_own(rig: Any) -> None:
    rig.pad.accept_checklist(("me", "ann"))
    rig.pad.narrow_persons({"ann": Ceiling(target_max_c=37.0)})
    rig.start("warm")
    assert asked_c(rig) == 40.0
    rig.ask("stop")
    rig.run(2.0)
    rig.ask("start", program="warm", person="ann")
    rig.press()
    rig.run(0.2)
    assert asked_c(rig) == 37.0


def test_what_is_narrowed_meanwhile_holds_at_once_and_what_is_widened_the_next_time(rig: Any) -> None:
    playing(rig, "warm", target_max_c=39.0)
    rig.pad.narrow_persons({"me": Ceiling(target_max_c=38.0)})
    assert asked_c(rig) == 38.0
    assert rig.run(0.1).zones[0].target_c <= 38.0
    rig.pad.narrow_persons({})
    rig.run(0.1)
    assert asked_c(rig) == 38.0
    rig.ask("stop")
    rig.run(2.0)
    assert asked_c(rig.start("warm")) == 40.0


def test_it_ends_after_the_minutes_and_says_why(rig: Any) -> None:
    playing(rig, "warm", session_max_s=60.0)
    assert rig.view.session.remaining_s == pytest.approx(59.8, abs=0.3)
    rig.run(58.0)
    assert rig.view.phase in (Phase.WARMING, Phase.RUNNING)
    rig.run(3.0)
    assert rig.view.session is None
    assert rig.view.reason.code == "ceiling_time"
    assert rig.demands[-1].off


def test_fewer_minutes_than_it_has_run_end_it(rig: Any) -> None:
    playing(rig, "warm", session_max_s=120.0)
    rig.run(70.0)
    rig.pad.narrow_persons({"me": Ceiling(session_max_s=60.0)})
    rig.run(0.1)
    assert rig.view.reason.code == "ceiling_time"


def test_a_program_that_is_short_enough_ends_as_ever(rig: Any) -> None:
    playing(rig, "rub", session_max_s=120.0)
    rig.run(121.0)
    assert rig.view.reason.code == "finished"


def test_the_massage_is_no_stronger_and_says_why(rig: Any) -> None:
    playing(rig, "rub", percent_max=30)
    rig.run(5.0)
    assert max(max(demand.motors_percent) for demand in rig.demands) <= 30
    assert {motor.strength_percent for motor in rig.view.motors.values()} == {0, 30}
    assert rig.view.reason.text == "massage: steady, 30 %; limited by this person's own ceiling: 30 %"
    for role in Role:
        reply = rig.ask("adjust", role, intensity=31)
        assert (reply.status, reply.reason.code) == (Status.REFUSED, "ceiling")
    assert rig.ask("adjust", intensity=20).status is Status.ACCEPTED
    rig.run(0.1)
    assert "ceiling" not in rig.view.reason.text
    assert rig.ask("adjust", Role.AUTOMATION, massage="on").status is Status.ACCEPTED
    assert rig.ask("adjust", Role.AUTOMATION, level=10).applied.get("intensity", 0) <= 30


def test_no_massage_at_all(rig: Any) -> None:
    playing(rig, "rub", percent_max=0)
    rig.demands.clear()
    rig.run(5.0)
    assert all(not any(demand.motors_percent) for demand in rig.demands)
    assert "limited by this person's own ceiling: 0 %" in rig.view.reason.text


def test_a_nudge_meets_anybody_so_the_weakest_of_the_pads_persons_counts(rig: Any) -> None:
    rig.pad.accept_checklist(("me", "ann"))
    rig.pad.narrow_persons({"ann": Ceiling(percent_max=20), "gone": Ceiling(percent_max=0)})
    rig.ask("nudge")
    rig.demands.clear()
    rig.run(3.0)
    assert max(max(demand.motors_percent) for demand in rig.demands) == 20
    rig.pad.narrow_persons({"ann": Ceiling(percent_max=0)})
    assert rig.ask("nudge").reason.code == "ceiling"
    rig.pad.allow_nudges(True)
    assert rig.pad.nudge(rig.now_s).code == rig.ask("nudge", Role.AUTOMATION).reason.code == "ceiling"
    rig.pad.narrow_persons({})
    rig.ask("nudge")
    rig.demands.clear()
    rig.run(3.0)
    assert max(max(demand.motors_percent) for demand in rig.demands) == HostLimits().nudge_percent_max


@given(CEILINGS, CEILINGS)
def test_two_of_them_are_never_more_than_one(one: Ceiling, other: Ceiling) -> None:
    both = one.below(other)
    assert both == other.below(one)
    for each in (one, other):
        assert both.target_max_c <= each.target_max_c
        assert both.session_max_s <= each.session_max_s
        assert both.percent_max <= each.percent_max
    assert one.below(Ceiling()) == one


@given(CEILINGS, CEILINGS, st.lists(st.floats(0.05, 400.0), min_size=1, max_size=8))
def test_a_session_keeps_below_it_whatever_happens(
    programs: Any, first: Ceiling, later: Ceiling, waits_s: list[float]
) -> None:
    session = Session("s", programs["hot"], HostLimits(), ceiling=first)
    free = Session("s", programs["hot"], HostLimits())
    for i, wait_s in enumerate(waits_s):
        bound = first
        if i == len(waits_s) // 2:
            session.narrow(later)
        if i >= len(waits_s) // 2:
            bound = first.below(later)
        session.advance(wait_s)
        free.advance(wait_s)
        if session.over:
            break
        for zone, wish in session.wishes.items():
            assert wish.wish_c <= min(bound.target_max_c, free.wishes[zone].asked_c)
            assert all(c is None or c <= bound.target_max_c for c, _ in session.ahead(zone))
        assert session.remaining_s <= max(0.0, bound.session_max_s - session.ran_s) + 1e-6


def test_who_has_none_is_not_bound() -> None:
    ceilings = Ceilings()
    ceilings.replace({"ann": Ceiling(percent_max=20)})
    assert ceilings.of("me") == Ceiling()
    assert ceilings.weakest_percent([]) == ceilings.weakest_percent(["me"]) == 100
    assert ceilings.weakest_percent(["me", "ann"]) == 20
