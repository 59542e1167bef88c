"""A pad's session until now, and what was expected of it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from poultice.mqtt.messages import PadState, QueryMessage, Reason, ResultMessage, SessionState, ZoneState
from poultice.therapy.state import Phase
from poultice_panel.asking import Asking
from poultice_panel.foretelling import Foretelling
from poultice_panel.so_far import APART_S, BEGINS_S, MOST, MOST_EXPECTED, SoFar

from tests.panel.conftest import state


def at(elapsed_s: float | None, temperature: float = 30.0, phase: Phase = Phase.RUNNING, name: str = "one") -> PadState:
    session = None
    if elapsed_s is not None:
        session = SessionState(
            id=name,
            program="ease",
            title={"en": "Ease"},
            step=0,
            steps=1,
            step_id="warm",
            elapsed_s=elapsed_s,
            remaining_s=100.0,
        )
    return state(phase=phase, session=session, zones={"lumbar": ZoneState(temperature=temperature, target=40.0)})


def told(course: SoFar, now_s: float) -> dict[str, Any]:
    seen: dict[str, Any] = json.loads(course.as_json(now_s))
    return seen


def preview(count: int = 3) -> dict[str, Any]:
    column = [30.0 + each for each in range(count)]
    zone = dict.fromkeys(("temperature_c", "low_c", "high_c", "power_w"), column)
    return {"program": "ease", "t_s": [2.0 * each for each in range(count)], "zones": {"lumbar": zone}}


def test_nothing_before_the_first_session():
    course = SoFar()
    assert not course.add(at(None, phase=Phase.IDLE), 1.0)
    assert not course.add(at(None, phase=Phase.COOLING), 5.0)
    empty = {"session": "", "program": "", "t": [], "at": [], "zones": {}, "expected": None}
    assert told(course, 6.0) == empty


def test_where_the_program_was_beside_how_warm_and_no_place_while_it_stands_still():
    course = SoFar()
    assert course.add(at(1.0), 11.0)
    assert not course.add(at(3.0, 31.0), 13.0)
    course.add(at(3.5, 32.0, Phase.PAUSED), 15.0)
    course.add(at(None, 33.0, Phase.COOLING), 17.0)
    assert told(course, 20.0) == {
        "session": "one",
        "program": "ease",
        "t": [9.0, 7.0, 5.0, 3.0],
        "at": [1.0, 3.0, None, None],
        "zones": {"lumbar": {"temperature": [30.0, 31.0, 32.0, 33.0], "target": [40.0] * 4}},
        "expected": None,
    }
    course.add(at(None, 30.0, Phase.IDLE), 19.0)
    course.add(at(None, 30.0, Phase.COOLING), 22.0)
    assert len(told(course, 22.0)["t"]) == 4, "what comes after it is not of it"


def test_the_next_session_begins_anew():
    course = SoFar()
    course.add(at(1.0), 1.0)
    course.foresee("one", preview())
    assert course.add(at(0.0, 35.0, name="two"), 1.5)
    seen = told(course, 2.0)
    assert (seen["session"], seen["t"], seen["expected"]) == ("two", [0.5], None)
    course.foresee("one", preview())
    assert told(course, 2.0)["expected"] is None, "an answer that comes too late is not this one's"


@pytest.mark.parametrize(("elapsed_s", "begins"), [(BEGINS_S, True), (BEGINS_S + 0.1, False)])
def test_one_that_is_well_under_way_is_not_foretold(elapsed_s: float, begins: bool):
    assert SoFar().add(at(elapsed_s), 100.0) is begins


def test_samples_are_far_enough_apart_and_never_too_many():
    course = SoFar()
    course.add(at(0.0), 0.0)
    course.add(at(1.0), APART_S - 0.01)
    assert len(told(course, 2.0)["t"]) == 1
    course.add(at(1.0), APART_S)
    assert len(told(course, 2.0)["t"]) == 2
    for each in range(int(5400 / APART_S)):
        course.add(at(each * APART_S), each * APART_S)
    seen = told(course, 5400.0)
    assert MOST / 2 < len(seen["t"]) <= MOST
    assert seen["t"][0] == 5400.0, "the whole of it"
    assert seen["t"][-1] < 10.0


def test_what_is_expected_is_thinned():
    course = SoFar()
    course.add(at(0.0), 0.0)
    course.foresee("one", preview(601))
    expected = told(course, 1.0)["expected"]
    assert len(expected["t_s"]) <= MOST_EXPECTED
    assert set(expected["zones"]["lumbar"]) == {"temperature_c", "low_c", "high_c"}
    assert [len(column) for column in expected["zones"]["lumbar"].values()] == [len(expected["t_s"])] * 3


def test_a_program_without_heat_is_not_foretold():
    course = SoFar()
    course.add(at(0.0), 0.0)
    course.foresee("one", {"t_s": [], "zones": {}})
    assert told(course, 1.0)["expected"] is None


@pytest.mark.parametrize("status", ["ok", "refused", "nobody"])
def test_the_controller_is_asked_once_when_it_begins(status: str):
    asked: list[QueryMessage] = []

    async def play() -> SoFar:
        def publish(_topic: str, payload: bytes) -> bool:
            asked.append(QueryMessage.model_validate_json(payload))
            reason = Reason(code=status, text="So.")
            result = ResultMessage(id=asked[-1].id, status=status, reason=reason, result=preview())
            loop.call_soon(asking.heard_answer, "result", result.model_dump_json().encode())
            return True

        loop = asyncio.get_running_loop()
        asking = Asking(publish if status != "nobody" else lambda *_: False, loop.time)
        course, foretelling = SoFar(), Foretelling(asking)
        course.add(at(0.0), 0.0)
        foretelling.begin("sofa", course)
        for _ in range(10):
            await asyncio.sleep(0)
        foretelling.close()
        return course

    course = asyncio.run(play())
    assert (course.expected is not None) == (status == "ok")
    assert [each.args for each in asked] == [{"op": "preview", "program": "ease"}] * (status != "nobody")
