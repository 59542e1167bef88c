"""An hour on the pad in told time: the real core, the real conversation, therapy and loop. What it takes is benched."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import VirtualHouse

PRESETS = ("whole-back-wave", "lower-back-ease", "whole-back-wave")  # 21 + 19 + 21 minutes
SETTLED_S = 240.0  # after a zone's set-point is reached by its ramp, or lowered
BAND_K = 1.0
DOSE_MAX = 2.0  # CEM43 minutes
HOTTEST_C = 42.0


def off(house: VirtualHouse) -> bool:
    seen = house.board.observe()
    return not any((*seen.duty_permille, *seen.heater_w, *seen.motor_pwm)) and not seen.armed


def play(house: VirtualHouse, program: str) -> list[float]:
    """Starts a preset and follows it to its own end, looking each second; by how much each held zone is off its
    target, K."""
    house.start(program)
    session = house.state.session
    assert session is not None
    held_since_s: dict[tuple[int, float], float] = {}
    errors_k: list[float] = []
    while house.state.session is not None:
        house.run(1.0)
        seen = house.board.observe()
        assert max(seen.pad_c) < HOTTEST_C
        errors_k += _errors(house, held_since_s)
        assert house.state.session is None or house.state.session.id == session.id
    return errors_k


def _errors(house: VirtualHouse, held_since_s: dict[tuple[int, float], float]) -> list[float]:
    """What a thermometer in the pad says of each zone that has had one set-point for long."""
    seen = house.board.observe()
    errors_k = []
    for place, zone in enumerate(house.state.zones.values()):
        if zone.asked is not None and zone.target == zone.asked:
            since_s = held_since_s.setdefault((place, zone.asked), house.now_s)
            hottest_c = max(seen.sensor_c[2 * place : 2 * place + 2])
            errors_k += [hottest_c - zone.asked] if house.now_s - since_s > SETTLED_S else []
    return errors_k


@pytest.mark.slow
def test_an_hour_of_sessions(tmp_path: Path) -> None:
    house = VirtualHouse(tmp_path)
    begun_s = house.now_s
    for program in PRESETS:
        errors_k = play(house, program)
        assert len(errors_k) > 300, "it held a temperature for minutes"
        assert max(map(abs, errors_k)) <= BAND_K
        state = house.state
        assert state.phase in ("cooling", "ended")
        assert state.reason.code == "finished", state.reason.text
        assert state.faults == []
        assert 0 < max(state.dose.values()) < DOSE_MAX
        house.run(0.5)
        assert off(house)
    assert house.now_s - begun_s > 3600
    assert house.state.outputs_off
    kinds = [event.kind for event in house.broker.events]
    assert kinds.count("started") == kinds.count("finished") == len(PRESETS)
    assert "fault" not in kinds
