"""A session of `warmth`, asked for by a thermostat: its record, and its journal re-run, from its middle, too."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from journaled import House
from poultice.description import cards, layout
from poultice.replay.files import lines_of
from poultice.replay.rerun import Found, Replay
from poultice.therapy.limits import HostLimits
from poultice.versions import about

LIMITS = replace(HostLimits(), automation_programs=frozenset({"warmth"}))


def replayed(*paths: Path) -> Found:
    again = Replay(layout(), cards(), about())
    for line in lines_of(list(paths), again.found.note):
        again.take(line)
    return again.found


def test_it_is_recorded_and_re_run_exactly_from_its_beginning_and_from_its_middle(tmp_path: Path) -> None:
    house = House(tmp_path, 26_000, limits=LIMITS)
    house.accept_checklist()
    for args in ({"zone": "upper_back", "target": 38.5}, {"zone": "upper_back", "heat": "on"}):
        house.request_as("adjust", "automation", None, None, args=args)
    house.press()
    for target_c in (39.0, 41.3, 37.5):
        house.run(20)
        house.request_as("adjust", "automation", None, None, args={"zone": "upper_back", "target": target_c})
    house.run(60)
    house.request_as("adjust", "automation", None, None, args={"zone": "upper_back", "heat": "off"})
    house.run(2)
    assert house.state.session is None
    house.close()
    files = house.paths
    assert len(files) > 2
    for found in (replayed(*files), replayed(*files[1:])):
        assert found.differences == []
        assert found.unreadable == 0
        assert found.ticks > 500
    assert any("middle of a run" in note for note in replayed(*files[1:]).notes)
    (record,) = (tmp_path / "sessions").glob("*.jsonl")
    began = json.loads(record.read_text().splitlines()[0])
    assert (began["program"], began["title"]["de"]) == ("warmth", "Wärme mit 38,5 °C")
