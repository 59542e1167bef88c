"""The ring of the last hour."""

from __future__ import annotations

import json

from poultice.mqtt.messages import ZoneState
from poultice_panel.last_hour import APART_S, KEEP_S, Curve

from tests.panel.conftest import state


def at(temperature: float | None, target: float | None = None, zone: str = "lumbar"):
    return state(zones={zone: ZoneState(temperature=temperature, target=target)})


def test_empty():
    assert json.loads(Curve().as_json(5.0)) == {"t": [], "zones": {}}


def test_seconds_before_now_oldest_first_asked_beside_actual():
    curve = Curve()
    curve.add(at(30.0), 1.0)
    curve.add(at(None, 40.0), 2.0)
    curve.add(at(31.5, 40.0), 3.0)
    assert json.loads(curve.as_json(4.0)) == {
        "t": [3.0, 2.0, 1.0],
        "zones": {"lumbar": {"temperature": [30.0, None, 31.5], "target": [None, 40.0, 40.0]}},
    }


def test_about_one_sample_a_second_of_two_states_a_second():
    curve = Curve()
    for half in range(21):
        curve.add(at(30.0), half * 0.5)
    assert json.loads(curve.as_json(10.0))["t"] == [10.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 0.0]


def test_samples_are_at_least_so_far_apart():
    curve = Curve()
    curve.add(at(30.0), 0.0)
    curve.add(at(31.0), APART_S - 0.001)
    assert len(json.loads(curve.as_json(1.0))["t"]) == 1
    curve.add(at(31.0), APART_S)
    assert len(json.loads(curve.as_json(1.0))["t"]) == 2


def test_an_hour_is_kept_and_no_more():
    curve = Curve()
    for second in range(int(KEEP_S) + 100):
        curve.add(at(float(second)), float(second))
    now_s = KEEP_S + 99
    drawn = json.loads(curve.as_json(now_s))
    assert len(drawn["t"]) == KEEP_S
    assert drawn["zones"]["lumbar"]["temperature"][0] == 100.0


def test_after_a_silence_of_an_hour_nothing_old_is_drawn():
    curve = Curve()
    curve.add(at(30.0), 0.0)
    assert json.loads(curve.as_json(KEEP_S))["t"] == [KEEP_S]
    assert json.loads(curve.as_json(KEEP_S + 0.01))["t"] == []


def test_a_zone_that_comes_later_has_no_past():
    curve = Curve()
    curve.add(at(30.0), 0.0)
    curve.add(at(33.0, zone="upper-back"), 1.0)
    zones = json.loads(curve.as_json(1.0))["zones"]
    assert zones["lumbar"]["temperature"] == [30.0, None]
    assert zones["upper-back"]["temperature"] == [None, 33.0]
