"""A session guides a person: it waits, asks, hears, remembers; it looks whether they sleep, and offers what is left."""

from __future__ import annotations

from typing import Any

import pytest
from poultice.therapy.awake import Awake
from poultice.therapy.comfort import LESS_MAX, Comfort
from poultice.therapy.limits import HostLimits
from poultice.therapy.state import Phase, Role, Status

pytestmark = pytest.mark.slow

HALF_HOUR = 30 * 60.0


def heats(demand: Any) -> bool:
    return any(zone.target_c is not None for zone in demand.zones)


def at(rig: Any, step_id: str) -> Any:
    """Skips to a step."""
    while rig.view.session.step_id != step_id:
        assert rig.ask("skip").status is Status.ACCEPTED
    rig.run(0.1)
    return rig


def answer(rig: Any, question: str, value: Any = None, **how: Any) -> Any:
    args = {"question": question} | ({} if value is None else {"value": value})
    return rig.ask("answer", **how, **args)


# --- Waiting for a person ------------------------------------------------------------------------------------------


def test_a_step_that_waits_shows_its_card_and_goes_on_when_told(rig: Any) -> None:
    at(rig.start("guided"), "stretch")
    view = rig.view
    assert (view.phase, view.session.card, view.session.wait) == (Phase.WAITING, "bend", "person")
    demand = rig.run(2.0)
    assert heats(demand), "it stays as warm as the step says"
    assert demand.motors_percent == (0, 0, 40, 0)
    assert rig.view.session.step_remaining_s == pytest.approx(57.9, abs=0.2)
    assert answer(rig, "next").status is Status.ACCEPTED
    assert rig.view.session.step_id == "pain"


def test_nobody_is_waited_for_longer_than_the_step_lasts(rig: Any) -> None:
    at(rig.start("guided"), "stretch")
    rig.run(59.5)
    assert rig.view.session.step_id == "stretch"
    rig.run(1.0)
    assert rig.view.session.step_id == "pain"


def test_after_a_wait_it_warms_or_runs_again(rig: Any) -> None:
    at(rig.start("guided"), "rest")
    assert rig.view.phase is Phase.RUNNING
    rig.ask("back")
    assert rig.view.phase is Phase.WAITING


def test_paused_while_it_waits_nothing_is_on_and_nothing_is_next(rig: Any) -> None:
    at(rig.start("guided"), "stretch")
    rig.ask("pause")
    assert rig.run(2.0).off
    assert rig.view.phase is Phase.PAUSED
    assert answer(rig, "next").reason.code == "not_asked"
    assert rig.ask("resume").status is Status.ACCEPTED
    rig.run(0.2)
    assert (rig.view.phase, rig.view.session.step_id) == (Phase.WAITING, "stretch")


def test_next_is_for_steps_that_wait(rig: Any) -> None:
    rig.start("guided")
    assert answer(rig, "next").reason.code == "not_asked"


def test_without_heat_and_massage_it_says_whom_it_waits_for(rig: Any) -> None:
    at(rig.start("guided"), "pain")
    assert rig.run(0.2).reason.code == "waits_next"


# --- Waiting for the press -----------------------------------------------------------------------------------------


@pytest.fixture
def at_the_press(rig: Any) -> Any:
    """Ten minutes without heat have gone by, and the board's arming with them."""
    at(rig.start("again"), "still")
    rig.run(599.0, step_s=0.25)
    rig.disarm("expired")
    assert rig.view.session is not None, "an arming that expires before a press is waited for ends nothing"
    rig.run(1.5)
    return rig


def test_the_press_that_is_waited_for_goes_on_with_heat(at_the_press: Any) -> None:
    rig = at_the_press
    demand = rig.run(1.0)
    assert demand.off
    assert (demand.cue, demand.reason.code, rig.view.phase) == ("invited", "waits_press", Phase.WAITING)
    rig.press()
    demand = rig.run(0.5)
    assert rig.view.session.step_id == "warm-again"
    assert heats(demand)


def test_without_the_press_it_ends(at_the_press: Any) -> None:
    rig = at_the_press
    rig.run(121.0)
    assert (rig.view.phase, rig.view.reason.code) == (Phase.ENDED, "press_missed")
    assert rig.run(1.0).off


def test_a_press_cannot_be_skipped_by_phone(at_the_press: Any) -> None:
    assert at_the_press.ask("skip").reason.code == "not_armed"
    assert answer(at_the_press, "next").reason.code == "not_asked"


def test_armed_still_it_goes_on_by_itself(rig: Any) -> None:
    at(rig.start("again"), "still")
    rig.run(601.0)
    assert rig.armed
    assert rig.view.session.step_id == "warm-again"


def test_any_other_press_ends_the_session(rig: Any) -> None:
    at(rig.start("again"), "still")
    rig.pad.board_event("button_pressed", None, None, rig.now_s)
    assert (rig.view.session, rig.view.reason.code) == (None, "stopped_at_pad")


# --- Answers -------------------------------------------------------------------------------------------------------


def test_questions_are_shown_with_the_time_that_is_left(rig: Any) -> None:
    at(rig.start("guided"), "check")
    asked = rig.view.session.asked
    assert (asked.question, asked.remaining_s) == ("comfort", pytest.approx(19.9, abs=0.2))


def test_less_lowers_at_once_and_every_step_after(rig: Any) -> None:
    at(rig.start("guided"), "check")
    reply = answer(rig, "comfort", "less")
    assert (reply.status, reply.applied) == (Status.ACCEPTED, {"steps": 1})
    assert rig.view.zones["lumbar"].asked_c == 39.5
    at(rig, "stretch")
    assert rig.view.zones["lumbar"].asked_c == 37.5
    assert rig.run(1.5).motors_percent == (0, 0, 30, 0)


def test_less_is_remembered_by_person_and_program(rig: Any) -> None:
    at(rig.start("guided"), "check")
    answer(rig, "comfort", "less")
    answer(rig, "comfort", "less")
    assert rig.pad.take_comfort() == {("me", "guided"): 2}
    assert rig.pad.take_comfort() == {}
    rig.ask("stop")
    rig.run(2.0)
    rig.start("guided")
    assert rig.view.zones["lumbar"].asked_c == 39.0
    rig.ask("stop")
    rig.run(2.0)
    rig.pad.accept_checklist(("me", "other"))
    rig.ask("start", program="guided", person="other")
    rig.press()
    rig.run(0.2)
    assert rig.view.zones["lumbar"].asked_c == 40.0


def test_what_was_remembered_before_counts(new_rig: Any) -> None:
    rig = new_rig()
    rig.pad.remember_comfort({("me", "guided"): 1, ("me", "rub"): 99})
    rig.connect().start("guided")
    assert rig.view.zones["lumbar"].asked_c == 39.5
    assert answer(rig, "comfort", "more").applied == {"steps": 0}
    assert rig.view.zones["lumbar"].asked_c == 40.0
    assert answer(rig, "comfort", "more").reason.code == "no_more"


def test_there_is_an_end_to_less(rig: Any) -> None:
    at(rig.start("guided"), "check")
    codes = [answer(rig, "comfort", "less").reason.code for _ in range(LESS_MAX + 1)]
    assert codes == ["comfort"] * LESS_MAX + ["least_already"]
    assert rig.view.zones["lumbar"].asked_c == 38.0


def test_less_lowers_what_a_person_had_raised(rig: Any) -> None:
    at(rig.start("guided"), "check")
    rig.ask("adjust", zone="lumbar", target=41.0)
    answer(rig, "comfort", "less")
    assert rig.view.zones["lumbar"].asked_c == 40.5


def test_less_never_turns_what_is_off_on_nor_stalls_a_motor(rig: Any) -> None:
    at(rig.start("guided"), "stretch")
    rig.ask("adjust", motors=["lower_left"], intensity=0)
    for _ in range(LESS_MAX):
        answer(rig, "comfort", "less")
    assert rig.run(1.5).motors_percent == (0, 0, 0, 0)
    rig.ask("stop")
    rig.run(2.0)
    at(rig.start("guided"), "stretch")
    assert rig.run(1.5).motors_percent == (0, 0, 20, 0)


def test_stop_in_an_answer_is_a_stop_whoever_and_however_old(rig: Any) -> None:
    for role, fresh in ((Role.PHONE, False), (Role.AUTOMATION, True)):
        at(rig.start("guided"), "check")
        before = rig.stops
        assert answer(rig, "comfort", "stop", role=role, fresh=fresh).status is Status.ACCEPTED
        assert (rig.view.session, rig.stops) == (None, before + 1)
        rig.run(2.0)


def test_pain_is_asked_for_and_an_answer_ends_the_wait(rig: Any, programs: Any) -> None:
    rig.start("guided")
    assert answer(rig, "pain", 4).reason.code == "not_asked"
    at(rig, "pain")
    assert answer(rig, "pain", 4).status is Status.ACCEPTED
    assert rig.view.session.step_id == "rest"
    began, said = rig.pad.take_entries()
    assert (began.session, began.program, began.content_hash) == (
        said.session,
        "guided",
        programs["guided"].content_hash,
    )
    assert (said.question, said.value, said.step_id, said.person, said.program) == ("pain", 4, "pain", "me", "guided")
    assert (said.region, said.moment) == ("lower_back", "after"), "the only thing that this program treats"
    assert rig.pad.take_entries() == []


def test_pain_and_notes_are_in_no_happening(rig: Any) -> None:
    at(rig.start("guided"), "pain")
    rig.kinds()
    answer(rig, "note", "left knee hurts")
    answer(rig, "pain", 7)
    told = rig.pad.take_events() + rig.happened
    assert [happening.kind for happening in told][:2] == ["answered", "answered"]
    assert not any("7" in str(happening) or "knee" in str(happening) for happening in told)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("pain", -1), ("pain", 11), ("pain", 4.5), ("pain", True), ("pain", "4"), ("pain", None),
        ("comfort", "hotter"), ("comfort", None), ("comfort", ["less"]), ("note", ""), ("note", "x" * 501), ("note", 3),
        ("weight", 80), (None, 1), ([], 1),
    ],
)  # fmt: skip
def test_what_fits_no_question_is_refused(rig: Any, question: Any, value: Any) -> None:
    at(rig.start("guided"), "pain")
    assert rig.ask("answer", question=question, value=value).reason.code == "bad_answer"


@pytest.mark.parametrize("value", [0, 10])
def test_the_ends_of_the_pain_scale(rig: Any, value: int) -> None:
    at(rig.start("guided"), "pain")
    assert answer(rig, "pain", value).status is Status.ACCEPTED


def test_answers_are_for_people_who_see_the_page_now(rig: Any) -> None:
    at(rig.start("guided"), "check")
    assert answer(rig, "comfort", "less", role=Role.AUTOMATION).reason.code == "role"
    assert answer(rig, "comfort", "less", fresh=False).status is Status.STALE
    rig.ask("stop")
    assert answer(rig, "comfort", "less").reason.code == "no_session"


def test_comfort_counts_from_none_to_the_most() -> None:
    comfort = Comfort()
    assert not comfort.change("a", "p", -1)
    assert [comfort.change("a", "p", 1) for _ in range(LESS_MAX + 1)] == [True] * LESS_MAX + [False]
    comfort.remember({("a", "p"): -3})
    assert comfort.steps("a", "p") == 0


# --- Less and more, by zone and for the massage --------------------------------------------------------------------


def test_less_and_more_of_one_zone_are_half_a_kelvin(rig: Any) -> None:
    rig.start("warm")
    rig.ask("skip")
    assert rig.ask("adjust", zone="lumbar", change="less").applied == {"zone": "lumbar", "target": 38.5}
    assert rig.ask("adjust", zone="upper_back", change="more").applied == {"zone": "upper_back", "target": 38.5}
    assert rig.view.zones["lumbar"].asked_c == rig.view.zones["upper_back"].asked_c == 38.5


def test_less_and_more_of_the_massage_are_ten_percent(rig: Any) -> None:
    rig.start("warm")
    rig.ask("skip")
    assert rig.ask("adjust", change="more").applied["intensity"] == 50
    assert rig.ask("adjust", change="less", motors=["lower_left"]).applied == {
        "motors": ["lower_left"],
        "intensity": 40,
    }


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ({"change": "warmer"}, "arguments"),
        ({"change": "less", "target": 38.0, "zone": "lumbar"}, "arguments"),
        ({"change": "less", "zone": "upper_back"}, "not_heated"),
        ({"change": "less"}, "not_massaged"),
        ({"change": "more", "zone": ["lumbar"]}, "arguments"),
    ],
)
def test_what_cannot_be_changed_is_refused(rig: Any, args: Any, code: str) -> None:
    rig.start("warm")
    assert rig.ask("adjust", **args).reason.code == code


def test_more_keeps_to_the_limits_and_to_rights(rig: Any) -> None:
    rig.start("hot")
    assert rig.ask("adjust", zone="lumbar", change="more").reason.code == "out_of_range"
    assert rig.ask("adjust", Role.AUTOMATION, zone="lumbar", change="less").status is Status.ACCEPTED
    assert rig.ask("adjust", Role.AUTOMATION, zone="lumbar", change="more").reason.code == "automation_limit"
    assert rig.ask("adjust", fresh=False, zone="lumbar", change="more").status is Status.STALE


# --- Still awake? --------------------------------------------------------------------------------------------------


@pytest.fixture
def long(rig: Any) -> Any:
    """Heat for half an hour less a second, and not a word from anybody."""
    rig.temperature_c = 39.8
    rig.start("long")
    rig.run(HALF_HOUR - 1.5, step_s=0.25)
    assert rig.view.session.asked is None
    return rig


def test_after_half_an_hour_of_heat_it_asks_by_page_light_and_sound(long: Any) -> None:
    demand = long.run(1.5)
    assert (demand.cue, demand.reason.code) == ("still_awake", "still_awake")
    assert long.view.session.asked.question == "awake"
    assert long.kinds()[-1] == "asked"
    assert heats(demand)


def test_nobody_there_lowers_it_for_the_rest(long: Any) -> None:
    long.run(1.5)
    long.run(119.0)
    assert long.view.zones["lumbar"].target_c > 38.0
    demand = long.run(2.0)
    assert max(zone.target_c or 0.0 for zone in demand.zones) <= 38.0
    assert demand.cue == "none"
    zone = long.view.zones["lumbar"]
    assert (zone.asked_c, zone.limited_by.code) == (40.0, "asleep")
    assert long.ask("adjust", zone="lumbar", target=38.5).reason.code == "asleep"
    assert long.ask("adjust", zone="lumbar", target=38.0).status is Status.ACCEPTED
    long.run(60.0)
    assert max(zone.target_c or 0.0 for zone in long.run(1.0).zones) <= 38.0


@pytest.mark.parametrize(
    ("verb", "args"),
    [
        ("answer", {"question": "awake"}),
        pytest.param("adjust", {"zone": "lumbar", "target": 39.0}, marks=pytest.mark.slow),
    ],
)
def test_any_tap_is_a_sign_of_life_for_another_half_hour(long: Any, verb: str, args: Any) -> None:
    long.run(1.5)
    assert long.ask(verb, **args).status is Status.ACCEPTED
    assert long.run(130.0).cue == "none"
    assert long.view.zones["lumbar"].limited_by is None
    assert long.view.session.asked is None
    long.run(HALF_HOUR - 131.0, step_s=0.25)
    assert long.view.session.asked is None
    assert long.run(2.0).cue == "still_awake"


@pytest.mark.parametrize(("role", "fresh"), [(Role.AUTOMATION, True), (Role.PHONE, False)])
def test_what_nobody_need_have_tapped_is_none(long: Any, role: Role, fresh: bool) -> None:
    long.run(1.5)
    assert long.ask("adjust", role, fresh, zone="lumbar", target=39.9).status is Status.ACCEPTED
    assert long.view.session.asked.question == "awake"


def test_a_press_is_a_sign_of_life(at_the_press: Any) -> None:
    rig = at_the_press
    rig.pad._stage.awake.pass_time(HALF_HOUR, heating=True)
    assert rig.run(0.2).cue == "invited", "the press is asked for before all else"
    rig.press()
    assert rig.run(0.5).cue == "none"


def test_only_heat_counts() -> None:
    awake = Awake(HostLimits())
    awake.pass_time(1e6, heating=False)
    assert not awake.asks
    awake.pass_time(HALF_HOUR - 0.01, heating=True)
    assert not awake.asks
    awake.pass_time(0.01, heating=True)
    assert awake.asks
    awake.pass_time(119.99, heating=False)
    assert (awake.asks, awake.asleep) == (True, False)
    awake.pass_time(0.02, heating=False)
    assert (awake.asks, awake.asleep) == (False, True)
    awake.tapped()
    assert awake.asleep, "what was lowered stays lowered"


# --- The rest of it ------------------------------------------------------------------------------------------------


def test_a_lost_link_offers_the_rest_and_starts_nothing(rig: Any) -> None:
    at(rig.start("guided"), "check")
    rig.pad.link_lost(rig.now_s, "The cable is unplugged.")
    rig.armed = False
    rig.connect()
    assert rig.run(5.0).off
    offer = rig.view.offer
    assert (offer.program, offer.step, offer.steps, offer.remaining_s) == ("guided", 1, 5, 170.0)
    assert rig.ask("start", program="warm", rest=True).reason.code == "no_rest"
    assert rig.ask("start", program="guided", rest=True).status is Status.INVITED
    rig.press()
    rig.run(0.2)
    assert (rig.view.session.step_id, rig.view.offer) == ("check", None)
    assert rig.view.session.elapsed_s == pytest.approx(60.0, abs=1.0)


def test_the_rest_begins_with_what_was_hot_before(rig: Any, programs: Any) -> None:
    hot = programs["hot"]
    assert rig.pad.offer_rest("hot", hot.content_hash, 1, "me", rig.now_s)
    rig.ask("start", program="hot", rest=True)
    rig.press()
    rig.run(12.0)
    rig.ask("back")
    assert rig.run(0.2).zones[0].target_c is not None
    rig.run(11.0, step_s=0.1)
    assert rig.view.zones["lumbar"].limited_by.code == "time_used_up", "350 s of 360 had been played before"


def test_nothing_is_offered_of_a_program_that_changed_or_is_gone(rig: Any, programs: Any) -> None:
    assert not rig.pad.offer_rest("guided", "other", 1, "me", rig.now_s)
    assert not rig.pad.offer_rest("gone", programs["guided"].content_hash, 1, "me", rig.now_s)
    assert not rig.pad.offer_rest("guided", programs["guided"].content_hash, 5, "me", rig.now_s)
    assert not rig.pad.offer_rest("guided", programs["guided"].content_hash, -1, "me", rig.now_s)
    assert rig.view.offer is None
    assert rig.ask("start", program="guided", rest=True).reason.code == "no_rest"


def test_an_offer_says_so_and_expires(rig: Any, programs: Any) -> None:
    rig.pad.offer_rest("guided", programs["guided"].content_hash, 1, "me", rig.now_s)
    assert rig.view.reason.code == "offered"
    rig.run(HALF_HOUR + 1, step_s=0.5)
    assert (rig.view.offer, rig.view.reason.code) == (None, "ready")
    assert rig.ask("start", program="guided", rest=True).reason.code == "no_rest"


def test_motors_begin_and_end_softly_and_not_between_steps_that_both_run_them(rig: Any) -> None:
    rig.ask("start", program="rub")
    rising = [rig.run(0.1).motors_percent[2] for _ in range(12)]
    assert rising == sorted(rising)
    assert rising[1] < 40 == rising[-1]
    rig.run(58.0)
    lower_left, lower_right = rig.run(0.4).motors_percent[2:]
    assert lower_left == 40, "the next step runs it, too"
    assert lower_right < 40
    rig.ask("pause")
    rig.run(1.0)
    rig.ask("resume")
    assert rig.run(0.2).motors_percent[2] < 40
