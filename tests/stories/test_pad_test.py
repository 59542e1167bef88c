"""The built-in test of a pad: each motor answers alone, then each zone warms alone, and never above lukewarm."""

from __future__ import annotations

from pathlib import Path

from harness import VirtualHouse

LUKEWARM_C = 35.0


def test_each_motor_and_each_zone_alone(tmp_path: Path) -> None:
    house = VirtualHouse(tmp_path)
    house.start("pad-test")
    moved: list[str] = []
    warmed: list[str] = []
    while house.state.session is not None:
        house.run(0.5)
        motors = [name for name, motor in house.state.motors.items() if motor.asked]
        zones = [name for name, zone in house.state.zones.items() if zone.asked is not None]
        assert len(motors) + len(zones) <= 1
        moved += [name for name in motors if name not in moved]
        warmed += [name for name in zones if name not in warmed]
        assert all(zone.asked is None or zone.asked <= LUKEWARM_C for zone in house.state.zones.values())
    assert moved == ["lower_left", "lower_right", "upper_left", "upper_right"]
    assert warmed == ["lumbar", "upper_back"]
    assert house.state.reason.code == "finished"
    lukewarm = [zone.temperature for zone in house.state.zones.values()]
    assert all(each is not None and each > 28.0 for each in lukewarm), "each of them was felt"


def test_it_is_in_no_list(tmp_path: Path) -> None:
    house = VirtualHouse(tmp_path)
    house.run(1.0)
    assert "pad-test" not in [program.id for program in house.broker.infos[-1].programs]


def test_the_last_lines_are_for_phones_alone(tmp_path: Path) -> None:
    house = VirtualHouse(tmp_path)
    assert house.query("logs").result == {"lines": []}
    assert house.query("logs", "automation").status == "refused"
