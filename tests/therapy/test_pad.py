"""The pad from plug to unplug: phases, invitation, ends, reasons, STOPs and the view."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest
from poultice.therapy.limits import HostLimits
from poultice.therapy.phases import TABLE, Signal, following
from poultice.therapy.state import Phase, SensorReading, Status
from poultice.therapy.warmth import Warmth

STEADY_S = 2.5


def heats(demand: Any) -> bool:
    return any(zone.target_c is not None or zone.power_w > 0 for zone in demand.zones)


# --- Link ----------------------------------------------------------------------------------------------------------


def test_a_pad_begins_offline_off_and_says_so(new_rig: Any) -> None:
    rig = new_rig()
    assert rig.pad.tick(0.0).off
    assert rig.pad.view(0.0).phase is Phase.OFFLINE
    assert rig.pad.view(0.0).reason.text == "no pad is connected: plug in its cable"
    assert not rig.pad.view(0.0).outputs_off
    assert rig.ask("start", program="rub").reason.code in ("checklist", "offline")


def test_a_reading_before_hello_says_nothing(new_rig: Any, reading: Any) -> None:
    rig = new_rig()
    rig.pad.reading(reading(rig.now_s), rig.now_s)
    assert rig.view.phase is Phase.OFFLINE


def test_hello_and_a_first_reading_bring_it_online(new_rig: Any) -> None:
    rig = new_rig()
    rig.pad.accept_checklist(("me",))
    rig.pad.link_up(rig.now_s)
    assert (rig.view.phase, rig.view.reason.code) == (Phase.OFFLINE, "waiting")
    rig.read()
    assert (rig.view.phase, rig.view.reason.text) == (Phase.IDLE, "ready: choose a program")
    assert rig.view.outputs_off
    assert rig.kinds() == ["link_up"]


def test_without_the_checklist_it_says_what_to_do_first(new_rig: Any) -> None:
    rig = new_rig().connect(checklist=False)
    assert rig.view.reason.code == "checklist"
    rig.pad.accept_checklist(("me",))
    assert rig.view.reason.code == "ready"


def test_a_pulled_cable_ends_the_session_says_so_and_stops(rig: Any) -> None:
    rig.start("warm").run(10.0)
    rig.kinds()
    before = rig.stops
    rig.pad.link_lost(rig.now_s, "The cable to the pad is unplugged.")
    demand = rig.tick()
    assert demand.off
    text = "The cable to the pad is unplugged: heat is off; the session has ended"
    assert demand.reason.text == rig.view.reason.text == text
    assert (rig.view.phase, rig.view.session) == (Phase.OFFLINE, None)
    assert all(zone.temperature_c is None for zone in rig.view.zones.values())
    assert not rig.view.outputs_off
    assert rig.stops == before + 1
    assert rig.kinds() == ["link_lost"]


def test_plugged_in_again_nothing_resumes_by_itself(rig: Any) -> None:
    rig.start("warm").run(10.0)
    rig.pad.link_lost(rig.now_s, "The cable to the pad is unplugged.")
    rig.run(3.0)
    rig.pad.link_up(rig.now_s)
    rig.armed = True  # a board that has not yet read the STOP that every HELLO is answered by
    assert rig.run(0.9).off
    assert not rig.view.armed
    rig.armed = False
    assert rig.run(5.0).off
    assert rig.view.phase is Phase.IDLE
    assert rig.view.reason.text == "connected again: the session has ended, start it anew if you like"


def test_words_of_a_port_that_was_never_there_are_shown(new_rig: Any) -> None:
    rig = new_rig()
    rig.pad.link_lost(rig.now_s, "No board was found on any serial port: plug one in.")
    assert rig.view.reason.text == "No board was found on any serial port: plug one in: heat is off"
    assert rig.kinds() == []


def test_a_board_that_says_hello_again_has_restarted(rig: Any) -> None:
    rig.start("warm").run(5.0)
    rig.pad.link_up(rig.now_s)
    assert (rig.view.phase, rig.view.session) == (Phase.OFFLINE, None)
    assert rig.run(1.0).off
    assert rig.view.phase is Phase.IDLE


@pytest.mark.parametrize("state", ["idle", "invited", "running", "paused"])
def test_a_second_of_silence_ends_whatever_is_and_not_sooner(rig: Any, state: str) -> None:
    if state == "invited":
        rig.ask("start", program="warm")
    elif state != "idle":
        rig.start("warm").run(5.0)
    if state == "paused":
        rig.ask("pause")
    rig.read()
    rig.silent = True
    rig.run(1.0)
    assert rig.view.phase is not Phase.OFFLINE
    rig.run(0.05)
    assert (rig.view.phase, rig.view.session, rig.view.invitation) == (Phase.OFFLINE, None, None)
    assert rig.demands[-1].off
    assert "silent for more than a second" in rig.view.reason.text
    rig.silent = False
    rig.run(1.0)
    assert rig.view.phase is Phase.IDLE
    assert rig.demands[-1].off


def test_old_repeated_and_future_readings_say_nothing(rig: Any, reading: Any) -> None:
    now_s = rig.now_s = rig.now_s + 2.0
    rig.pad.reading(reading(now_s, 31.0), now_s)
    for at_s in (now_s, now_s - 0.1, now_s + 0.1):
        rig.pad.reading(reading(at_s, 39.0), now_s)
    rig.now_s = now_s + 1.1
    rig.pad.reading(reading(now_s + 0.05, 39.0), rig.now_s)
    assert rig.pad.view(now_s).zones["lumbar"].temperature_c == 31.0


def test_a_controller_that_stood_still_does_not_simply_go_on(rig: Any) -> None:
    """As after being frozen: the readings that queued up come before the next tick."""
    rig.start("warm").run(5.0)
    rig.now_s += 1.001
    rig.read()
    demand = rig.tick()
    assert demand.off
    assert (rig.view.phase, rig.view.reason.code) == (Phase.ENDED, "stalled")


def test_a_tick_that_is_a_second_late_is_none_of_that(rig: Any) -> None:
    rig.start("warm").run(5.0)
    rig.now_s += 1.0
    rig.read()
    rig.tick()
    assert rig.view.phase is Phase.WARMING


# --- Arming and invitation -----------------------------------------------------------------------------------------


def test_an_unarmed_start_invites_and_the_press_starts_exactly_that(rig: Any) -> None:
    reply = rig.ask("start", program="warm")
    assert (reply.status, reply.reason.text) == (Status.INVITED, "press the pad's button to start warm en")
    assert (rig.view.phase, rig.view.invitation.program) == (Phase.INVITED, "warm")
    demand = rig.run(1.0)
    assert (demand.off, demand.cue) == (True, "invited")
    second = rig.ask("start", program="hot")
    assert (second.status, second.reason.code) == (Status.REFUSED, "busy")
    rig.press()
    assert rig.view.session.program == "warm"
    demand = rig.run(0.5)
    assert heats(demand)
    assert demand.cue == "none"
    assert rig.kinds() == ["link_up", "invited", "refused", "button", "armed", "started"]


def test_a_press_first_then_a_start_begins_at_once(rig: Any) -> None:
    rig.press()
    assert rig.view.reason.code == "armed"
    reply = rig.ask("start", program="warm")
    assert (reply.status, reply.applied["program"]) == (Status.ACCEPTED, "warm")
    assert reply.applied["session"] == rig.view.session.id
    assert heats(rig.run(0.5))


def test_a_lost_event_does_not_lose_the_press(rig: Any) -> None:
    rig.ask("start", program="warm")
    rig.armed = True
    assert heats(rig.run(0.5))


def test_an_invitation_lasts_ten_minutes_and_not_longer(rig: Any) -> None:
    rig.ask("start", program="warm")
    rig.run(599.0, step_s=0.25)
    rig.run(0.95)
    assert rig.view.invitation.remaining_s == pytest.approx(0.05, abs=0.01)
    rig.run(0.05)
    assert (rig.view.phase, rig.view.invitation) == (Phase.IDLE, None)
    assert rig.view.reason.code == "invitation_expired"
    rig.press()
    rig.run(1.0)
    assert rig.view.phase is Phase.IDLE


@pytest.mark.parametrize("event", ["stop", "lost", "restart", "fault", "silence"])
def test_an_invitation_survives_nothing_it_should_not(rig: Any, event: str) -> None:
    rig.ask("start", program="warm")
    if event == "stop":
        rig.ask("stop")
    elif event == "lost":
        rig.pad.link_lost(rig.now_s, "gone")
        rig.pad.link_up(rig.now_s)
    elif event == "restart":
        rig.pad.link_up(rig.now_s)
    elif event == "fault":
        rig.extras = {"latched": ("sensor_open",)}
        rig.run(0.2)
        rig.extras = {}
    else:
        rig.now_s += 2.0
        rig.tick()
    rig.run(2.0)
    rig.press()
    rig.run(1.0)
    assert rig.view.phase is Phase.IDLE
    assert rig.demands[-1].off


def test_what_was_armed_before_a_stop_does_not_count_until_the_board_obeyed(rig: Any, reading: Any) -> None:
    rig.press()
    rig.ask("stop")
    rig.now_s += 0.1
    rig.pad.reading(reading(rig.now_s, armed=True), rig.now_s)  # said before the STOP arrived
    assert not rig.view.armed
    assert rig.ask("start", program="warm").status is Status.INVITED
    rig.now_s += 0.1
    rig.pad.reading(reading(rig.now_s, armed=True), rig.now_s)
    assert rig.view.phase is Phase.INVITED
    rig.pad.reading(reading(rig.now_s + 0.1, armed=False), rig.now_s + 0.1)
    rig.press()
    assert rig.view.session is not None


def test_heat_is_asked_for_only_while_the_board_says_armed(rig: Any, reading: Any) -> None:
    rig.start("warm").run(2.0)
    assert heats(rig.demands[-1])
    rig.now_s += 0.05
    rig.pad.reading(reading(rig.now_s, 31.0, armed=False), rig.now_s)
    demand = rig.pad.tick(rig.now_s)
    assert demand.off
    assert (rig.view.phase, rig.view.reason.code) == (Phase.ENDED, "disarmed")
    rig.pad.board_event("disarmed", "button", None, rig.now_s)  # why, a little later
    assert rig.view.reason.code == "stopped_at_pad"
    rig.pad.board_event("disarmed", "expired", None, rig.now_s)
    assert rig.view.reason.code == "stopped_at_pad"


@pytest.mark.parametrize(
    ("why", "code"),
    [
        ("button", "stopped_at_pad"),
        ("expired", "disarmed"),
        ("fault", "disarmed"),
        ("link_lost", "disarmed"),
        ("stop", "stopped"),
    ],
)
def test_disarming_ends_a_session_that_heats(rig: Any, why: str, code: str) -> None:
    rig.start("warm").run(2.0)
    rig.kinds()
    rig.disarm(why)
    assert rig.tick().off
    assert (rig.view.phase, rig.view.reason.code) == (Phase.ENDED, code)
    assert rig.kinds() == ["disarmed", "stopped"]


def test_an_arming_that_expires_where_no_heat_is_to_come_ends_nothing(rig: Any) -> None:
    rig.start("warm-then-rub").run(60.0)
    rig.disarm("expired")
    demand = rig.run(60.0)
    assert rig.view.phase is Phase.RUNNING
    assert any(demand.motors_percent)
    assert rig.ask("back").reason.code == "not_armed"


@pytest.mark.parametrize(("why", "ends"), [("expired", False), ("button", True), ("fault", True), ("link_lost", True)])
def test_disarming_ends_a_massage_unless_it_merely_expired(rig: Any, why: str, ends: bool) -> None:
    rig.press()
    rig.ask("start", program="rub")
    rig.run(1.0)
    rig.disarm(why)
    assert rig.run(1.0).off is ends


@pytest.mark.parametrize("program", ["warm", "rub"])
@pytest.mark.parametrize("paused", [False, True])
def test_a_press_while_a_session_is_on_ends_it_whatever_it_does(rig: Any, program: str, paused: bool) -> None:
    rig.ask("start", program=program)
    if program == "warm":
        rig.press()
    rig.run(2.0)
    if paused:
        rig.ask("pause")
    before = rig.stops
    rig.pad.board_event("button_pressed", None, None, rig.now_s)
    assert rig.tick().off
    assert (rig.view.phase, rig.view.reason.code) == (Phase.ENDED, "stopped_at_pad")
    assert rig.stops == before + 1


def test_a_refused_press_is_explained(rig: Any) -> None:
    rig.pad.board_event("refused", "too_warm_to_clear", None, rig.now_s)
    assert rig.view.reason.text == "the press was refused: the pad is still too warm; let it cool below 38 °C"
    rig.pad.board_event("refused", "target_out_of_range", None, rig.now_s)
    assert rig.view.reason.code == "press_refused"


# --- A session -----------------------------------------------------------------------------------------------------


def test_the_whole_program_is_played_then_all_is_off_and_disarmed(rig: Any) -> None:
    rig.start("warm")
    rig.kinds()
    rig.temperature_c = 39.8
    rig.run(59.8)
    assert rig.view.session.step_id == "second"
    rig.run(89.0)
    before = rig.stops
    rig.run(2.0)
    assert (rig.view.phase, rig.view.reason.text) == (
        Phase.COOLING,
        "finished: warm en, 2 min; cooling, 39.8 °C",
    )
    assert rig.stops == before + 1
    assert not rig.view.armed
    assert rig.demands[-1].off
    assert rig.kinds() == ["step", "step", "finished"]


def test_it_is_warming_until_each_zone_is_near_its_target(rig: Any) -> None:
    rig.start("warm")
    rig.run(1.0)
    assert (rig.view.phase, rig.view.reason.text) == (Phase.WARMING, "warming to 40 °C, 2 min")
    rig.temperature_c = 39.49
    rig.run(STEADY_S)  # a thermistor that jumps is not believed at once
    assert rig.view.phase is Phase.WARMING
    rig.temperature_c = 39.5
    rig.run(0.2)
    assert (rig.view.phase, rig.view.reason.text) == (Phase.RUNNING, "holding 40 °C")
    rig.temperature_c = 39.0
    rig.run(0.2)
    assert (rig.view.phase, rig.view.reason.code) == (Phase.RUNNING, "warming")
    rig.temperature_c = 40.6
    rig.run(0.2)
    assert rig.view.reason.text == "cooling down to 40 °C"


def test_with_massage_both_are_said(rig: Any) -> None:
    rig.temperature_c = (39.0, 38.0)
    rig.start("warm")
    rig.ask("skip")
    demand = rig.run(1.2)
    assert demand.reason.text == "holding 39 °C; massage: steady, 40 %"
    assert demand.motors_percent == (0, 0, 40, 40)
    assert rig.view.motors["lower_left"].asked_percent == 40


def test_massage_alone_needs_no_press_and_asks_for_no_heat(rig: Any) -> None:
    reply = rig.ask("start", program="rub")
    assert reply.status is Status.ACCEPTED
    demand = rig.run(1.2)
    assert (rig.view.phase, demand.reason.text) == (Phase.RUNNING, "massage: steady, 40 %")
    assert demand.motors_percent == (0, 0, 40, 40)
    assert not heats(demand)


def test_a_pause_is_all_off_and_time_stands_still(rig: Any) -> None:
    rig.start("warm").run(10.0)
    rig.ask("skip")
    rig.run(5.0)
    before = rig.view.session
    rig.kinds()
    assert rig.ask("pause").status is Status.ACCEPTED
    assert rig.tick().off
    demand = rig.run(60.0)
    assert demand.off
    assert (rig.view.phase, demand.reason.text) == (Phase.PAUSED, "paused: heat and massage are off")
    assert rig.view.session == before
    assert all(zone.asked_c is None for zone in rig.view.zones.values())
    assert rig.ask("pause").status is Status.ACCEPTED
    assert rig.ask("resume").status is Status.ACCEPTED
    assert heats(rig.run(0.5))
    assert rig.view.session.elapsed_s == pytest.approx(before.elapsed_s + 0.5, abs=0.06)
    assert rig.kinds() == ["paused", "resumed"]


def test_a_pause_lasts_ten_minutes_at_most(rig: Any) -> None:
    rig.start("warm")
    rig.ask("pause")
    rig.run(599.0, step_s=0.25)
    rig.run(0.95)
    assert rig.view.phase is Phase.PAUSED
    rig.run(0.05)
    assert (rig.view.phase, rig.view.reason.code) == (Phase.ENDED, "paused_too_long")


@pytest.mark.parametrize("verb", ["pause", "adjust", "skip", "back"])
def test_without_a_session_there_is_nothing_to_change(rig: Any, verb: str) -> None:
    assert rig.ask(verb, zone="lumbar", target=38.0).reason.code == "no_session"


def test_resume_needs_a_pause_and_start_needs_none(rig: Any) -> None:
    assert rig.ask("resume").reason.code == "not_paused"
    rig.start("warm")
    assert rig.ask("resume").reason.code == "not_paused"
    assert rig.ask("start", program="warm").reason.code == "busy"
    rig.ask("pause")
    assert rig.ask("start", program="rub").reason.code == "busy"


def test_skip_goes_on_and_beyond_the_last_step_ends(rig: Any) -> None:
    rig.start("warm")
    assert rig.ask("skip").applied == {"step": 1, "step_id": "second"}
    assert rig.ask("back").applied == {"step": 0, "step_id": "first"}
    rig.ask("skip")
    rig.ask("skip")
    before = rig.stops
    assert rig.ask("skip").reason.code == "finished"
    assert rig.view.phase is Phase.ENDED
    assert rig.stops == before + 1


def test_a_lowered_target_is_obeyed_in_the_same_tick(rig: Any) -> None:
    rig.temperature_c = 39.9
    rig.start("warm").run(20.0)
    rig.ask("adjust", zone="lumbar", target=38.0)
    demand = rig.tick()
    assert demand.zones[0].target_c == 38.0
    rig.run(0.2)
    assert rig.demands[-1].zones[0].power_w == 0.0


def test_back_in_a_massage_needs_no_press(rig: Any) -> None:
    rig.ask("start", program="rub")
    rig.ask("skip")
    assert rig.ask("back").applied == {"step": 0, "step_id": "one"}


def test_a_dose_is_reached_at_its_very_number(layout: Any) -> None:
    warmth = Warmth(layout, HostLimits())
    warmth.doses["upper_back"].minutes = 1.999
    assert not warmth.dose_reached
    warmth.doses["upper_back"].minutes = 2.0
    assert warmth.dose_reached


def test_the_dose_of_a_session_ends_it_without_a_fault(rig: Any) -> None:
    rig.start("warm").run(1.0)
    rig.temperature_c = 44.0  # two a minute; in truth the board would have cut long before
    rig.run(14.0)
    assert rig.view.dose["lumbar"] == pytest.approx(0.47, abs=0.02)
    assert rig.view.phase is Phase.RUNNING
    rig.run(1.5)  # 0.5, and 1.5 that the pad's cooling may still bring
    assert (rig.view.phase, rig.view.reason.code) == (Phase.COOLING, "dose")
    assert rig.view.faults == ()


@pytest.mark.slow
def test_a_session_lasts_ninety_minutes_at_most(rig: Any, new_rig: Any) -> None:
    short = new_rig(HostLimits(session_max_s=20.0, first_heat_within_s=50.0)).connect()
    assert short.ask("start", program="warm").reason.code == "unplayable"
    rig.start("long")
    rig.temperature_c = 38.0  # no dose
    rig.run(85 * 60 - 1, step_s=0.25)
    rig.ask("back")
    rig.run(5 * 60 + 0.5, step_s=0.25)
    assert rig.view.session is not None
    rig.run(1.0)
    assert (rig.view.phase, rig.view.reason.code) == (Phase.COOLING, "longest")


# --- Limits, sensors, faults ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("unknown", [None, float("nan"), float("inf")])
def test_a_zone_that_nobody_knows_is_not_heated_and_the_other_one_is(rig: Any, unknown: float | None) -> None:
    rig.start("warm")
    rig.ask("skip")
    rig.run(1.0)
    rig.temperature_c = (unknown, 35.0)
    demand = rig.run(0.2)
    assert demand.zones[0].target_c is None
    assert demand.zones[0].power_w == 0.0
    assert rig.run(STEADY_S).zones[1].power_w > 0.0
    assert rig.view.zones["lumbar"].limited_by.code == "sensor"
    assert rig.view.zones["lumbar"].temperature_c is None
    assert rig.view.reason.code == "sensor"
    rig.temperature_c = (36.0, 35.0)
    assert rig.run(0.5).zones[0].power_w > 0.0


def test_a_program_for_a_zone_that_nobody_knows_is_refused(rig: Any) -> None:
    rig.temperature_c = (None, 30.0)
    rig.run(0.2)
    assert rig.ask("start", program="warm").reason.code == "sensor"
    assert rig.ask("start", program="rub").status is Status.ACCEPTED


def test_near_the_limit_heat_pauses_and_says_so(rig: Any) -> None:
    rig.start("hot")
    rig.temperature_c = 42.8
    demand = rig.run(0.2)
    assert demand.zones[0].power_w == 0.0
    assert demand.reason.text == "lowered: the pad is near its limit"
    assert rig.view.zones["lumbar"].limited_by.code == "near_limit"
    rig.temperature_c = 41.0
    assert rig.run(STEADY_S).zones[0].power_w > 0.0


def test_a_thermistor_that_jumps_gets_no_heat_until_it_is_steady(rig: Any) -> None:
    rig.temperature_c = 35.0
    rig.start("warm")
    assert rig.run(0.2).zones[0].power_w > 0.0
    rig.temperature_c = 37.1
    assert rig.run(1.5).zones[0].power_w == 0.0
    assert rig.view.zones["lumbar"].limited_by.code == "stepping"
    assert rig.run(1.0).zones[0].power_w > 0.0
    assert rig.view.zones["lumbar"].limited_by is None


@pytest.mark.parametrize(
    ("warmest_c", "apart_k", "within_s"),
    [(36.0, 8.1, 0.3), (36.0, 4.1, 30.5), (30.1, 4.1, 30.5), (30.1, 20.0, 0.3)],
)
def test_thermistors_that_contradict_each_other_get_no_heat(
    rig: Any, warmest_c: float, apart_k: float, within_s: float
) -> None:
    rig.temperature_c = warmest_c
    rig.start("long").run(5.0)
    rig.extras = {"apart_k": apart_k}
    assert not heats(rig.run(within_s))
    zone = rig.view.zones["lumbar"]
    assert zone.limited_by.code == rig.view.reason.code == "contradicting"
    assert zone.temperature_c == warmest_c
    assert rig.view.phase in (Phase.WARMING, Phase.RUNNING)
    rig.extras = {"apart_k": 3.6}
    assert not heats(rig.run(2.0))
    rig.extras = {"apart_k": 3.4}
    assert heats(rig.run(1.0))
    assert zone.limited_by.text.startswith("off: ")


@pytest.mark.parametrize(
    ("warmest_c", "apart_k", "seconds"), [(36.0, 4.1, 29.0), (36.0, 3.9, 120.0), (29.9, 20.0, 120.0)]
)
def test_a_zone_that_is_uneven_for_a_while_is_heated(
    rig: Any, warmest_c: float, apart_k: float, seconds: float
) -> None:
    rig.temperature_c = warmest_c
    rig.start("long").run(5.0)
    rig.extras = {"apart_k": apart_k}
    assert heats(rig.run(seconds))
    rig.extras = {}
    rig.run(1.0)
    rig.extras = {"apart_k": apart_k}
    assert heats(rig.run(seconds))  # it begins to count anew


def test_what_contradicting_thermistors_said_is_not_learned(rig: Any) -> None:
    rig.temperature_c = 36.0
    rig.start("long").run(60.0)
    assert rig.pad.knowledge["lumbar"].value == "learning"
    rig.extras = {"apart_k": 9.0}
    rig.run(120.0)
    assert rig.pad.knowledge["lumbar"].value == "nominal"
    rig.ask("stop")
    assert rig.pad.take_learned() == {}


@pytest.mark.parametrize("sensors", [(math.nan, 36.0), (36.0, math.nan), (math.inf, 36.0), (36.0, -math.inf)])
def test_a_zone_with_a_thermistor_that_says_no_number_has_no_temperature(
    reading: Any, sensors: tuple[float, float]
) -> None:
    zone = replace(reading(0.0).zones[0], sensors=tuple(map(SensorReading, sensors)))
    assert zone.temperature_c is None


@pytest.mark.parametrize("limit", ["over_temperature", "lease", "latched", "sensor", "not_armed", "cap", "target"])
def test_what_the_board_lowers_is_said_in_words(rig: Any, limit: str) -> None:
    rig.start("warm")
    rig.extras = {"limited_by": limit}
    rig.run(0.5)
    assert rig.view.zones["lumbar"].limited_by.code == limit
    assert rig.view.zones["upper_back"].limited_by is None
    assert (rig.view.reason.code == limit) is (limit not in ("cap", "target"))


@pytest.mark.parametrize("fault", ["sensor_open", "sensor_short", "over_temperature"])
@pytest.mark.parametrize("way", ["reading", "event"])
def test_a_latched_fault_ends_everything_until_it_is_cleared(rig: Any, fault: str, way: str) -> None:
    rig.start("warm").run(2.0)
    rig.kinds()
    before = rig.stops
    if way == "event":
        rig.pad.board_event("fault", fault, None, rig.now_s)
    rig.extras = {"latched": (fault,)}
    rig.run(0.1)
    assert rig.demands[-1].off
    assert (rig.view.phase, rig.view.reason.code) == (Phase.FAULTED, "fault")
    assert rig.view.reason.values == {"fault": fault}
    assert rig.stops == before + 1
    assert [(f.name, f.latched) for f in rig.view.faults] == [(fault, True)]
    assert rig.kinds() == (["fault", "fault"] if way == "event" else ["fault"])
    assert rig.ask("start", program="rub").reason.code == "fault"
    rig.run(1.0)
    rig.extras = {}
    rig.run(0.2)
    assert (rig.view.phase, rig.view.reason.code) == (Phase.IDLE, "ready")


def test_an_unknown_fault_or_a_locked_board_is_taken_for_the_worst(rig: Any) -> None:
    rig.extras = {"faults": ("gremlin",)}
    rig.run(0.2)
    assert rig.view.phase is Phase.FAULTED
    rig.extras = {}
    rig.run(0.2)
    rig.extras = {"state": "latched_c"}
    rig.run(0.2)
    assert rig.view.phase is Phase.FAULTED


def test_a_cut_that_ends_by_itself_ends_no_session(rig: Any) -> None:
    rig.start("warm").run(2.0)
    rig.kinds()
    rig.pad.board_event("fault", "over_temperature_cut", None, rig.now_s)
    rig.extras = {"faults": ("over_temperature_cut",)}
    rig.run(1.0)
    assert rig.view.phase is Phase.WARMING
    assert [(f.name, f.latched) for f in rig.view.faults] == [("over_temperature_cut", False)]
    assert rig.kinds() == ["fault"]


# --- The view ------------------------------------------------------------------------------------------------------


def test_the_view_shows_asked_beside_actual(rig: Any) -> None:
    rig.temperature_c = (35.0, 31.0)
    rig.start("warm")
    rig.extras = {"applied_w": 20.0, "motors": (0, 0, 12, 13)}
    rig.run(1.0)
    view = rig.view
    lumbar = view.zones["lumbar"]
    assert (lumbar.asked_c, lumbar.temperature_c, lumbar.watts) == (40.0, 35.0, 20.0)
    assert 35.0 < lumbar.target_c < 40.0
    assert view.zones["upper_back"].asked_c is None
    assert view.zones["upper_back"].temperature_c == 31.0
    assert [motor.actual_percent for motor in view.motors.values()] == [0, 0, 12, 13]
    assert list(view.zones) == ["lumbar", "upper_back"]
    assert (view.armed, view.armed_remaining_s, view.outputs_off) == (True, 60.0, False)
    assert (view.session.step, view.session.steps, view.session.step_id) == (0, 3, "first")
    assert view.session.remaining_s == pytest.approx(150.0 - view.session.elapsed_s)
    assert view.session.title == {"en": "warm en", "de": "warm de"}
    assert view.accepted_by == ("me",)


@pytest.mark.parametrize(
    ("extras", "off"), [({}, True), ({"motors": (0, 0, 0, 1)}, False), ({"applied_w": 0.1}, False)]
)
def test_outputs_are_off_when_the_board_says_so_and_not_when_asked(rig: Any, extras: Any, off: bool) -> None:
    rig.extras = extras
    rig.run(0.2)
    assert rig.demands[-1].off
    assert rig.view.outputs_off is off


def test_happenings_are_bounded_where_nobody_takes_them(new_rig: Any) -> None:
    rig = new_rig().connect()
    for _ in range(3000):
        rig.pad.board_event("button_released", None, 0.1, rig.now_s)
    assert len(rig.pad.take_events()) == 1000
    assert rig.pad.take_events() == []


# --- The table of phases -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("signal", Signal)
def test_the_table_is_complete_and_closed(phase: Phase, signal: Signal) -> None:
    if signal in TABLE[phase]:
        assert following(phase, signal) is TABLE[phase][signal]
    else:
        with pytest.raises(ValueError, match="knows no signal"):
            following(phase, signal)


def test_only_a_start_leads_into_play_and_only_where_nothing_plays() -> None:
    into = {(phase, signal) for phase, row in TABLE.items() for signal, to in row.items() if to is Phase.WARMING}
    assert into == {
        (Phase.IDLE, Signal.START),
        (Phase.COOLING, Signal.START),
        (Phase.ENDED, Signal.START),
        (Phase.INVITED, Signal.START),
        (Phase.PAUSED, Signal.RESUME),
        (Phase.WAITING, Signal.GO),
    }
    for phase in set(Phase) - {Phase.OFFLINE}:
        assert TABLE[phase][Signal.LOST] is Phase.OFFLINE
