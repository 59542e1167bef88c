"""What several ask of one pad: within a tick the lower wins, after it the later holds, and a person's "less" lasts."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from poultice.therapy.contest import Contest
from poultice.therapy.inviting import HOUR_S, Inviting
from poultice.therapy.limits import HostLimits
from poultice.therapy.state import Phase, Role, Status

AUTOMATION, PHONE = Role.AUTOMATION, Role.PHONE
LISTED = HostLimits(automation_programs=frozenset({"warm"}))
TEN_MINUTES_S = 600.0  # stated once more on purpose
MOST_AN_HOUR = 3


@pytest.fixture
def warm(rig: Any) -> Any:
    """A session that heats at 39 °C and massages at 40 %."""
    rig.start("warm")
    rig.ask("skip")
    rig.run(0.1)
    return rig


def asked_c(rig: Any) -> float:
    return float(rig.view.zones["lumbar"].asked_c)


# --- Within one tick -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wishes", list(itertools.permutations([38.0, 38.5, 39.5])), ids=str)
def test_of_one_tick_the_lowest_holds_in_whatever_order(warm: Any, wishes: tuple[float, ...]) -> None:
    warm.tick()
    for i, wish_c in enumerate(wishes):
        reply = warm.ask_too("adjust", zone="lumbar", target=wish_c)
        lower = wish_c <= min(wishes[: i + 1])
        assert reply.status is (Status.ACCEPTED if lower else Status.REFUSED)
        assert lower or reply.reason.code == "less_asked"
    assert asked_c(warm) == 38.0


def test_of_two_ticks_the_later_holds(warm: Any) -> None:
    for wish_c in (38.0, 39.5, 38.5):
        assert warm.ask("adjust", zone="lumbar", target=wish_c).status is Status.ACCEPTED
        assert asked_c(warm) == wish_c


def test_who_asks_for_what_holds_already_holds_it_against_more(warm: Any) -> None:
    warm.tick()
    assert warm.ask_too("adjust", zone="lumbar", target=39.0).status is Status.ACCEPTED
    assert warm.ask_too("adjust", AUTOMATION, zone="lumbar", target=40.0).reason.code == "less_asked"
    assert asked_c(warm) == 39.0


def test_what_a_thermostat_and_a_fan_say_is_held_to_it_too(new_rig: Any) -> None:
    rig = new_rig(LISTED).connect()
    rig.start("warm")
    rig.ask("skip")
    rig.tick()
    assert rig.ask_too("adjust", heat="off", zone="lumbar").status is Status.ACCEPTED
    assert rig.ask_too("adjust", AUTOMATION, heat="on", zone="lumbar").reason.code == "less_asked"
    assert rig.ask_too("adjust", level=1).status is Status.ACCEPTED
    assert rig.ask_too("adjust", AUTOMATION, level=2).reason.code == "less_asked"
    rig.run(0.1)
    assert rig.ask("adjust", AUTOMATION, heat="on", zone="lumbar").reason.code == "person_lowered"
    assert rig.ask("adjust", AUTOMATION, level=2).reason.code == "person_lowered"
    assert rig.ask("adjust", AUTOMATION, level=0).status is Status.ACCEPTED
    assert rig.ask("adjust", heat="on", zone="lumbar").status is Status.ACCEPTED, "a person may"
    rig.tick()
    rig.ask_too("stop")
    assert rig.ask_too("adjust", heat="on", zone="lumbar").reason.code == "ended_now"
    assert rig.run(0.5).off


def test_the_same_value_twice_is_no_contest(warm: Any) -> None:
    warm.tick()
    for _ in range(2):
        assert warm.ask_too("adjust", zone="lumbar", target=39.5).status is Status.ACCEPTED


def test_of_the_massage_too_the_lower_holds(warm: Any) -> None:
    warm.tick()
    assert warm.ask_too("adjust", intensity=20).status is Status.ACCEPTED
    assert warm.ask_too("adjust", AUTOMATION, intensity=30).reason.code == "less_asked"
    assert warm.ask_too("adjust", zone="lumbar", target=39.5).status is Status.ACCEPTED, "another thing"
    warm.run(0.1)
    assert warm.ask("adjust", intensity=30).status is Status.ACCEPTED


@pytest.mark.parametrize("last", ["stop", "pause"])
@pytest.mark.parametrize("first", ["raise", "skip", "back"])
def test_off_wins_against_more_in_either_order(warm: Any, first: str, last: str) -> None:
    more = {"verb": "adjust", "zone": "lumbar", "target": 41.0} if first == "raise" else {"verb": first}
    warm.tick()
    warm.ask_too(**more)
    assert warm.ask_too(last).status is Status.ACCEPTED
    assert warm.run(0.5).off


@pytest.mark.parametrize(
    ("stop", "again"), [("stop", {"verb": "start", "program": "rub"}), ("pause", {"verb": "resume"})]
)
def test_what_was_ended_in_this_tick_nothing_begins_again_in_it(warm: Any, stop: str, again: dict[str, Any]) -> None:
    warm.tick()
    warm.ask_too(stop, AUTOMATION)
    assert warm.ask_too(**again).reason.code == "ended_now"
    assert warm.run(0.5).off
    assert warm.ask(**again).status is Status.ACCEPTED, "in the next one it may"


def test_less_and_more_of_one_tick_are_less(warm: Any) -> None:
    warm.ask("answer", question="comfort", value="less")
    warm.tick()
    assert warm.ask_too("answer", question="comfort", value="less").status is Status.ACCEPTED
    assert warm.ask_too("answer", question="comfort", value="more").reason.code == "less_asked"
    assert warm.ask_too("adjust", zone="lumbar", target=39.0).reason.code == "less_asked"
    assert asked_c(warm) == 38.0


def test_two_starts_of_one_tick_are_one(new_rig: Any) -> None:
    rig = new_rig(LISTED).connect()
    rig.tick()
    assert rig.ask_too("start", program="warm").status is Status.INVITED
    assert rig.ask_too("start", AUTOMATION, program="warm").reason.code == "busy"
    assert rig.view.invitation.role is PHONE


# --- After a person lowered ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "less",
    [
        {"verb": "adjust", "zone": "lumbar", "target": 38.0},
        {"verb": "answer", "question": "comfort", "value": "less"},
        {"verb": "pause"},
    ],
    ids=str,
)
def test_for_ten_minutes_automation_raises_nothing(new_rig: Any, less: dict[str, Any]) -> None:
    rig = new_rig().connect()
    rig.temperature_c = 38.0
    rig.start("long")
    assert rig.ask(**less).status is Status.ACCEPTED
    rig.ask("resume")
    rig.ask("adjust", AUTOMATION, zone="lumbar", target=38.0)
    rig.run(1.0)
    reply = rig.ask("adjust", AUTOMATION, zone="lumbar", target=39.0)
    assert (reply.status, reply.reason.code) == (Status.REFUSED, "person_lowered")
    assert TEN_MINUTES_S - 2.0 <= reply.reason.values["in_s"] <= TEN_MINUTES_S
    assert rig.ask("adjust", AUTOMATION, zone="lumbar", target=37.5).status is Status.ACCEPTED, "down it may"
    rig.run(TEN_MINUTES_S - 2.0)
    assert rig.ask("adjust", AUTOMATION, zone="lumbar", target=39.0).reason.code == "person_lowered"
    rig.run(2.0)
    assert rig.ask("adjust", AUTOMATION, zone="lumbar", target=39.0).status is Status.ACCEPTED


def test_a_person_may_raise_again_at_once_and_automations_own_lowering_binds_nobody(warm: Any) -> None:
    warm.ask("adjust", AUTOMATION, zone="lumbar", target=38.0)
    assert warm.ask("adjust", AUTOMATION, zone="lumbar", target=39.0).status is Status.ACCEPTED
    warm.ask("adjust", zone="lumbar", target=38.0)
    assert warm.ask("adjust", AUTOMATION, zone="lumbar", target=39.0).reason.code == "person_lowered"
    assert warm.ask("adjust", zone="lumbar", target=39.5).status is Status.ACCEPTED
    assert warm.ask("adjust", AUTOMATION, intensity=40).status is Status.ACCEPTED, "that raises nothing"


def test_a_skip_to_something_weaker_is_no_persons_less(warm: Any) -> None:
    warm.ask("skip")
    assert warm.view.session.step_id == "third"
    assert warm.ask("adjust", AUTOMATION, zone="lumbar", target=39.0).status is Status.ACCEPTED


@pytest.mark.parametrize(("after_s", "left_s"), [(0.0, 600.0), (599.999, 0.001), (600.0, 0.0), (1e6, 0.0)])
def test_the_wait_ends_to_the_instant(after_s: float, left_s: float) -> None:
    contest = Contest(HostLimits())
    assert contest.automation_waits_s(0.0) == 0.0, "nobody lowered anything yet"
    contest.turned_down(50.0)
    contest.turned_down(None)
    assert contest.automation_waits_s(50.0 + after_s) == pytest.approx(left_s)


# --- Invitations ---------------------------------------------------------------------------------------------------


def test_an_invitation_is_said_with_its_hash_and_starts_exactly_that(rig: Any, programs: Any) -> None:
    reply = rig.ask("start", program="warm")
    assert reply.applied == {"program": "warm", "content_hash": programs["warm"].content_hash}
    assert rig.view.invitation.content_hash == programs["warm"].content_hash
    invitation = rig.view.invitation
    for verb, role in itertools.product(("start", "select"), Role):
        rig.ask(verb, role, program="rub")
    assert rig.view.invitation == invitation, "nobody changes it"
    assert rig.ask("start", program="rub").reason.code == "busy"
    rig.press()
    assert rig.view.session.program == "warm"


def test_automation_invites_three_times_an_hour_and_a_person_may_still(new_rig: Any) -> None:
    rig = new_rig(LISTED).connect()
    for _ in range(MOST_AN_HOUR):
        assert rig.ask("start", AUTOMATION, program="warm").status is Status.INVITED
        rig.press()
        assert rig.ask("stop").status is Status.ACCEPTED
        rig.run(1.5)
    reply = rig.ask("start", AUTOMATION, program="warm")
    assert (reply.status, reply.reason.code) == (Status.REFUSED, "invited_enough")
    assert rig.ask("start", program="warm").status is Status.INVITED
    rig.ask("stop")
    rig.run(1.5)
    rig.press()
    assert rig.ask("start", AUTOMATION, program="warm").status is Status.ACCEPTED, "a press needs no invitation"


def test_of_a_person_only_those_count_that_no_press_answered(rig: Any) -> None:
    for _ in range(2 * MOST_AN_HOUR):
        rig.start("warm")
        assert rig.view.session is not None
        rig.ask("stop")
        rig.run(1.5)
    for _ in range(MOST_AN_HOUR):
        assert rig.ask("start", program="warm").status is Status.INVITED
        rig.ask("stop")
        rig.run(0.1)
    assert rig.ask("start", program="warm").reason.code == "invited_enough"


@pytest.mark.parametrize("role", Role)
def test_an_invitation_counts_for_an_hour_to_the_instant(role: Role) -> None:
    inviting = Inviting(HostLimits())
    for at_s in (0.0, 10.0, 20.0):
        assert inviting.waits_s(role, at_s) == 0.0
        inviting.invited(role, at_s)
    assert inviting.waits_s(role, 20.0) == HOUR_S - 20.0
    assert inviting.waits_s(role, HOUR_S - 0.001) == pytest.approx(0.001)
    assert inviting.waits_s(role, HOUR_S) == 0.0
    inviting.invited(role, HOUR_S)
    assert inviting.waits_s(role, HOUR_S) == 10.0
    inviting.answered(role)
    assert inviting.waits_s(role, HOUR_S) == (0.0 if role is PHONE else 10.0)


def test_in_quiet_hours_automation_invites_nobody_and_nothing_chirps(new_rig: Any) -> None:
    rig = new_rig(LISTED).connect()
    rig.pad.keep_quiet(True)
    assert rig.ask("start", AUTOMATION, program="warm").reason.code == "quiet"
    assert rig.ask("start", program="warm").status is Status.INVITED, "a person asks on a page, and is awake"
    assert rig.run(0.2).cue == "none"
    rig.pad.keep_quiet(False)
    assert rig.run(0.2).cue == "invited"
    rig.press()
    assert rig.view.session is not None


def test_in_quiet_hours_whoever_pressed_may_be_started_for(new_rig: Any) -> None:
    rig = new_rig(LISTED).connect()
    rig.pad.keep_quiet(True)
    rig.press()
    assert rig.ask("start", AUTOMATION, program="warm").status is Status.ACCEPTED
    assert rig.view.phase is Phase.WARMING


# --- Always --------------------------------------------------------------------------------------------------------

wishes = st.tuples(st.sampled_from(["a", "b"]), st.integers(0, 5).map(float))


@given(st.lists(st.one_of(wishes, st.just("tick")), max_size=30))
def test_after_each_tick_holds_the_lowest_that_was_accepted_in_it(story: list[Any]) -> None:
    contest, asked, accepted = Contest(HostLimits()), {"a": 3.0, "b": 3.0}, dict[str, list[float]]()
    for each in story:
        if each == "tick":
            contest.next_tick()
            accepted.clear()
            continue
        name, value = each
        if not contest.beats(name, value):
            before = dict(asked)
            asked[name] = value
            contest.claim({name: value})
            contest.settled(before, asked)
            accepted.setdefault(name, []).append(value)
        for changed, values in accepted.items():
            assert asked[changed] == min(values)
