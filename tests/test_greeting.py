"""Home automation begins: all is said anew, but not in a flood."""

from __future__ import annotations

from pathlib import Path

from harness import VirtualHouse
from poultice.controller import GREETING_S
from poultice.mqtt.incoming import Born


def test_home_automation_that_begins_is_told_all_anew(tmp_path: Path) -> None:
    house = VirtualHouse(tmp_path)
    house.run(7.0)
    states, healths = len(house.broker.states), len(house.broker.healths)
    house.inbox.put(Born())
    house.run(0.1)
    assert house.broker.repeated == 1
    assert len(house.broker.states) > states
    assert len(house.broker.healths) == healths + 1


def test_a_flood_of_beginnings_is_heard_once_a_while(tmp_path: Path) -> None:
    house = VirtualHouse(tmp_path)
    for _ in range(40):
        house.inbox.put(Born())
        house.run(0.1)
    assert house.broker.repeated == 4.0 / GREETING_S
