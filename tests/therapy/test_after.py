"""After a session: all is off, it cools, its result is shown for a while, and then the pad is as before."""

from __future__ import annotations

from typing import Any

import pytest
from poultice.therapy import reasons
from poultice.therapy.limits import HostLimits
from poultice.therapy.state import Phase, Status

LIMITS = HostLimits()


@pytest.fixture
def warm(rig: Any) -> Any:
    """A session was stopped on a pad of 39.2 °C."""
    rig.start("warm").run(1.0)
    rig.temperature_c = 39.2
    rig.run(1.0)
    rig.ask("stop")
    rig.run(0.2)
    return rig


def shown(rig: Any) -> tuple[Phase, str]:
    return rig.view.phase, rig.view.reason.text


def test_while_it_is_warm_it_says_how_warm_and_why_it_ended(warm: Any) -> None:
    assert shown(warm) == (Phase.COOLING, "stopped: heat and massage are off; cooling, 39.2 °C")
    assert (warm.view.reason.code, warm.view.reason.values["cooling_c"]) == ("stopped", 39.2)
    assert (warm.view.session, warm.run(5.0).off) == (None, True)
    warm.temperature_c = (38.04, 30.0)
    warm.run(0.2)
    assert shown(warm) == (Phase.COOLING, "stopped: heat and massage are off; cooling, 38 °C")


@pytest.mark.parametrize(("temperature_c", "phase"), [(38.0, Phase.COOLING), (37.99, Phase.ENDED), (None, Phase.ENDED)])
def test_it_is_cool_below_38_degrees_or_where_nothing_is_known(rig: Any, temperature_c: Any, phase: Phase) -> None:
    rig.ask("start", program="rub")
    rig.temperature_c = temperature_c
    rig.run(1.0)
    rig.ask("stop")
    rig.run(0.2)
    assert rig.view.phase is phase


def test_then_its_result_is_shown_for_three_minutes(warm: Any) -> None:
    warm.temperature_c = 37.0
    warm.run(0.2)
    assert shown(warm) == (Phase.ENDED, "stopped: heat and massage are off")
    warm.run(LIMITS.ended_shown_s - 1.0)
    assert warm.view.phase is Phase.ENDED
    warm.run(1.5)
    assert shown(warm) == (Phase.IDLE, "ready: choose a program")


def test_a_pad_that_the_sun_keeps_warm_is_not_cooling_for_ever(warm: Any) -> None:
    warm.run(LIMITS.cooling_max_s - 1.0)
    assert warm.view.phase is Phase.COOLING
    warm.run(1.5)
    assert warm.view.phase is Phase.ENDED


def test_what_is_played_without_warmth_ends_at_once(rig: Any) -> None:
    rig.ask("start", program="rub")
    rig.run(2.0)
    while rig.view.session is not None:
        rig.ask("skip")
    assert (rig.view.phase, rig.view.reason.code) == (Phase.ENDED, "finished")
    assert rig.view.reason.values["ran_s"] == 2


@pytest.mark.parametrize(
    ("ran_s", "words"), [(2.04, "2 s"), (50.0, "50 s"), (55.0, "1 min"), (1200.05, "20 min"), (5400.0, "1 h 30 min")]
)
def test_how_long_it_took_is_not_rounded_up(ran_s: float, words: str) -> None:
    assert reasons.finished("Warm", ran_s).text == f"finished: Warm, {words}"


@pytest.mark.parametrize("cool", [False, True], ids=["cooling", "ended"])
def test_a_new_start_is_possible_at_once(warm: Any, cool: bool) -> None:
    warm.temperature_c = 35.0 if cool else 39.2
    warm.run(0.2)
    assert warm.view.phase is (Phase.ENDED if cool else Phase.COOLING)
    reply = warm.ask("start", program="warm")
    assert (reply.status, warm.view.phase) == (Status.INVITED, Phase.INVITED)
    warm.ask("stop")
    assert warm.view.phase is Phase.IDLE, "somebody did something else"
    assert warm.ask("start", program="rub").status is Status.ACCEPTED


@pytest.mark.parametrize("cool", [False, True], ids=["cooling", "ended"])
def test_a_press_on_the_pad_s_button_is_something_else_too(warm: Any, cool: bool) -> None:
    warm.temperature_c = 35.0 if cool else 39.2
    warm.run(1.5)
    warm.armed = True
    warm.run(0.2)
    assert (warm.view.phase, warm.view.reason.code) == (Phase.IDLE, "armed")


@pytest.mark.parametrize("cool", [False, True], ids=["cooling", "ended"])
def test_stop_is_obeyed_and_changes_nothing_that_is_shown(warm: Any, cool: bool) -> None:
    warm.temperature_c = 35.0 if cool else 39.2
    warm.run(0.2)
    before, stops = shown(warm), warm.stops
    assert warm.ask("stop").status is Status.ACCEPTED
    assert (shown(warm), warm.stops) == (before, stops + 1), "the page repeats STOP until it is confirmed"


@pytest.mark.parametrize("cool", [False, True], ids=["cooling", "ended"])
def test_a_lost_cable_and_a_fault_are_told_as_ever(new_rig: Any, cool: bool) -> None:
    for fault in (False, True):
        rig = new_rig().connect()
        rig.ask("start", program="rub")
        rig.temperature_c = 35.0 if cool else 39.2
        rig.run(1.0)
        rig.ask("stop")
        rig.run(0.2)
        if fault:
            rig.extras = {"latched": ("over_temperature",)}
            rig.run(0.2)
            assert rig.view.phase is Phase.FAULTED
        else:
            rig.pad.link_lost(rig.now_s, "The cable is unplugged")
            assert rig.view.phase is Phase.OFFLINE
