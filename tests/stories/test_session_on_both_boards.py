"""The same session by the same controller, at the simulated board and at the firmware's binary in the emulator.

Times are those of the board's outputs, as seen from outside of it, by its own clock.
"""

from __future__ import annotations

import signal
import time
from typing import Any

import pytest
from boards import Observation
from household import AT_REST
from running import board_seconds, heating, off

pytestmark = [pytest.mark.realtime, pytest.mark.broker]

LEASE_S = 1.6  # the board's lease of 1.5 s, and a tenth for the way
STOP_S = 0.25  # on a busy computer; the bench measures it at leisure
FOUND_S = 5.0


def hottest(seen: Observation) -> float:
    """Of the lumbar zone, °C."""
    return max(seen.sensor_c[:2])


def stays_off(system, since_s: float, seconds: float = 1.5) -> None:
    """Nothing comes back, for longer than the window of the heaters."""
    system.board.wait_for(lambda seen: seen.time_monotonic_s >= since_s + seconds, seconds + 5, since_s=since_s)
    seen = system.board.history(since_s, since_s + seconds)
    assert len(seen) >= 10
    assert all(map(off, seen))


def test_a_session_from_start_to_stop(system) -> None:
    board, phone = system.board, system.phone
    assert off(board.observe())
    assert phone.request("start", program="lower-back-ease")["reason"]["code"] == "checklist"
    begun = system.begin_session()
    assert phone.state["phase"] in ("warming", "running")
    assert phone.state["armed"]

    states: list[dict[str, Any]] = []

    def warmer_and_heated() -> bool:
        """In one state: between two of its pulses a zone that follows a ramp has no duty."""
        states.append(phone.state)
        zone = states[-1]["zones"]["lumbar"]
        return zone["temperature"] >= hottest(begun) + 0.3 and zone["duty"] > 0

    phone.wait(warmer_and_heated, 30)
    state, seen = states[-1], board.observe()
    lumbar, upper_back = state["zones"]["lumbar"], state["zones"]["upper_back"]
    assert lumbar["asked"] == 40.0
    assert hottest(begun) < lumbar["target"] <= 40.0, "it rises with the ramp"
    assert lumbar["temperature"] == pytest.approx(hottest(seen), abs=0.4), "what the page shows is what is"
    assert hottest(seen) <= lumbar["target"] + 1.0
    assert lumbar["duty"] > 0
    assert not state["outputs_off"]
    assert upper_back["asked"] is None
    assert not any(each.duty_permille[1] for each in board.history()), "the program does not heat it"

    asked_s = time.monotonic()
    assert phone.request("stop")["status"] == "accepted"
    ended = board.wait_for(off, 3, since_s=asked_s)
    assert ended.time_monotonic_s - asked_s <= STOP_S
    phone.wait(lambda: phone.state["outputs_off"], 2)
    assert phone.state["phase"] in ("cooling", "ended")
    assert (phone.state["session"], phone.state["armed"]) == (None, False)
    assert phone.state["reason"]["code"] == "stopped"
    stays_off(system, ended.time_monotonic_s)


def test_a_frozen_controller_ends_heat_and_the_session(system) -> None:
    board, phone = system.board, system.phone
    system.begin_session()
    frozen_s = time.monotonic()
    system.controller.send(signal.SIGSTOP)
    assert heating(board.history(until_s=frozen_s)[-1])
    ended = board.wait_for(off, 5, since_s=frozen_s)
    assert board_seconds(board, frozen_s, ended) <= LEASE_S
    stays_off(system, ended.time_monotonic_s)

    thawed_s = time.monotonic()
    system.controller.send(signal.SIGCONT)
    phone.wait(lambda: phone.state["phase"] in AT_REST and phone.state["outputs_off"], 5)
    assert (phone.state["session"], phone.state["armed"]) == (None, False)
    assert phone.state["reason"]["code"] in ("stalled", "link_back")
    assert "ended" in phone.state["reason"]["text"]
    assert board.observe().armed in (False, None)
    stays_off(system, thawed_s)


def test_a_pulled_cable_ends_heat_and_is_found_again(system) -> None:
    board, phone = system.board, system.phone
    system.begin_session()
    pulled_s = time.monotonic()
    system.cable.pull()
    assert heating(board.history(until_s=pulled_s)[-1])
    phone.wait(lambda: phone.state["phase"] == "offline", 3)
    assert "heat is off; the session has ended" in phone.state["reason"]["text"]
    phone.wait(lambda: phone.last[phone.topics.availability] == b"offline", 1)
    ended = board.wait_for(off, 5, since_s=pulled_s)
    assert board_seconds(board, pulled_s, ended) <= LEASE_S
    stays_off(system, ended.time_monotonic_s)

    plugged_s = time.monotonic()
    system.cable.plug()
    phone.wait(lambda: phone.state["phase"] == "idle", FOUND_S)
    assert (phone.state["session"], phone.state["armed"]) == (None, False)
    phone.wait(lambda: phone.last[phone.topics.availability] == b"online", 1)
    board.wait_for(lambda seen: not seen.armed, 1, since_s=time.monotonic())  # each HELLO is answered by STOP
    stays_off(system, plugged_s)
    system.begin_session()  # and it is as good as before
