"""Hazard 39: safety edited away. A configuration that widens a limit refuses to start; narrowing holds."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from harness import VirtualHouse
from household import clean_environment, write_configuration
from hypothesis import example, given
from hypothesis import strategies as st
from poultice import config
from poultice.errors import SetupError
from poultice.link import contract
from poultice.mqtt.messages import NarrowerLimits
from poultice.therapy.limits import HostLimits, narrowed
from pydantic import ValidationError

# Stated once more on purpose: whoever widens a limit elsewhere has to come by here.
WIDEST = {"target_max_c": 42.0, "zone_power_max_w": 30.0, "session_max_min": 90.0, "session_dose_max": 2.0}
KEYS = sorted(WIDEST)

HALF_AN_HOUR = """
schema: poultice-program/1
id: half-an-hour
title: {en: Half an hour, de: Halbe Stunde}
evidence: convention
requires: {zones: [lumbar]}
max_total: 30 min
steps:
  - {id: warm, duration: 30 min, heat: {lumbar: {target: 38 °C}}}
"""


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of this computer comes in."""
    for name in [name for name in os.environ if name.startswith("POULTICE_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the configuration stands."""
    return tmp_path_factory.mktemp("config") / "poultice.toml"


def limits_of(file: Path, **limits: Any) -> config.LimitsSection:
    file.write_text("[limits]\n" + "".join(f"{key} = {value!r}\n" for key, value in limits.items()))
    return config.load(file).limits


def why_refused(file: Path, **limits: Any) -> str:
    with pytest.raises(SetupError) as refused:
        limits_of(file, **limits)
    return str(refused.value)


def test_every_limit_that_can_be_set_is_tried() -> None:
    assert set(config.LimitsSection.model_fields) == set(WIDEST)
    assert config.LimitsSection().model_dump() == WIDEST
    assert WIDEST["target_max_c"] <= contract.TARGET_MAX_C
    assert WIDEST["zone_power_max_w"] <= contract.ZONE_POWER_MAX_W


wider = st.floats(min_value=0, exclude_min=True, allow_infinity=False, allow_nan=False)


@given(key=st.sampled_from(KEYS), by=wider)
@example(key="target_max_c", by=1e-9)
@example(key="zone_power_max_w", by=0.1)
@example(key="session_max_min", by=math.ulp(90.0))
@example(key="session_dose_max", by=1e300)
def test_a_wider_limit_refuses_with_file_line_and_key(file: Path, key: str, by: float) -> None:
    value = max(WIDEST[key] + by, math.nextafter(WIDEST[key], math.inf))
    value = value if math.isfinite(value) else 1e308
    why = why_refused(file, **{key: value})
    assert f"{file}, line 2: limits.{key} = " in why
    assert "wider" in why
    assert why.count("\n") == 0
    assert why.endswith(".")


values = st.floats() | st.integers() | st.booleans() | st.just("42") | st.just([])


@given(st.dictionaries(st.sampled_from(KEYS), values, min_size=1))
def test_whatever_stands_there_nothing_becomes_wider(file: Path, limits: dict[str, Any]) -> None:
    file.write_text("[limits]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in limits.items()))
    try:
        loaded = config.load(file).limits
    except SetupError:
        return
    for key, widest in WIDEST.items():
        assert 0 <= getattr(loaded, key) <= widest
        assert getattr(loaded, key) == float(limits.get(key, widest))


def _toml(value: Any) -> str:
    return json.dumps(value) if isinstance(value, bool) else repr(value)


BOARD_LIMITS = ["over_temperature_cut", "over_temperature_latch", "lease", "target_margin", "reading_age_max_s"]


@pytest.mark.parametrize("key", BOARD_LIMITS)
def test_what_the_board_holds_cannot_be_set_at_all(file: Path, key: str) -> None:
    why = why_refused(file, **{key: 1.0})
    assert f"{file}, line 2: unknown key limits.{key}" in why


@pytest.mark.parametrize("key", KEYS)
def test_the_environment_is_no_way_around(file: Path, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv(f"POULTICE_LIMITS__{key.upper()}", str(WIDEST[key] + 1))
    why = why_refused(file)
    assert f"POULTICE_LIMITS__{key.upper()}: limits.{key}" in why
    assert "wider" in why


@pytest.mark.slow
@pytest.mark.parametrize("command", ["controller", "up", "panel", "broker"])
def test_no_command_starts_with_it(tmp_path: Path, command: str) -> None:
    file = write_configuration(tmp_path, broker="port = 1")
    file.write_text(file.read_text() + "[limits]\ntarget_max_c = 42.5\n")
    line = len(file.read_text().splitlines())
    done = subprocess.run(
        [sys.executable, "-m", "poultice", command, "--config", str(file)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=clean_environment(),
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    expected = rf"{re.escape(str(file))}, line {line}: limits\.target_max_c = 42\.5 .*: 42 or less\.\n"
    assert re.fullmatch(expected, done.stderr)


# -- In force


def house_with(file: Path, directory: Path, **limits: float) -> VirtualHouse:
    """A house whose limits come from a file."""
    host = limits_of(file, **limits).host_limits()
    return VirtualHouse(directory, limits=host, programs=[HALF_AN_HOUR])


def test_a_start_above_the_narrowed_target_is_refused(file: Path, tmp_path: Path) -> None:
    assert house_with(file, tmp_path / "as-is").broker.infos[-1].limits["target_max_c"] == 42.0
    house = house_with(file, tmp_path, target_max_c=37.5)
    house.accept_checklist()
    reply = house.request("start", program="half-an-hour")
    assert reply.status == "refused"
    assert "37.5" in reply.reason.text
    house.press()
    assert house.state.session is None
    assert not any(house.board.observe().used_j)


def test_presets_above_it_are_not_offered_and_not_raised_to(file: Path, tmp_path: Path) -> None:
    house = house_with(file, tmp_path, target_max_c=38.0)
    hottest = [
        max((target for step in program.steps for target in step.heat.values()), default=0.0)
        for program in house.broker.infos[-1].programs
    ]
    assert max(hottest) <= 38.0
    house.start("half-an-hour")
    reply = house.request("adjust", zone="lumbar", target=38.5)
    assert reply.status == "refused"
    house.run(120.0)
    asked = [zone.asked for state in house.broker.states for zone in state.zones.values() if zone.asked is not None]
    assert asked
    assert max(asked) <= 38.0


def test_no_more_power_flows(file: Path, tmp_path: Path) -> None:
    house = house_with(file, tmp_path, zone_power_max_w=10.0)
    house.start("half-an-hour")
    house.run(5.0)
    before = house.board.observe().used_j[0]
    house.run(60.0)
    mean_w = (house.board.observe().used_j[0] - before) / 60.0
    assert 9.0 <= mean_w <= 10.5, "it heats a cold pad as fast as it may"


def test_no_session_lasts_longer(file: Path, tmp_path: Path) -> None:
    house = house_with(file, tmp_path, session_max_min=5)
    house.accept_checklist()
    reply = house.request("start", program="half-an-hour")
    assert reply.status == "refused"
    assert "5 min" in reply.reason.text
    house.press()
    house.run(3.0)
    assert house.state.session is None
    assert not any(house.board.observe().used_j)


@pytest.mark.slow
def test_no_session_gives_more_dose(file: Path, tmp_path: Path) -> None:
    house = house_with(file, tmp_path, session_dose_max=0.05)
    house.start("half-an-hour")
    assert house.request("adjust", zone="lumbar", target=40.0).status == "accepted"
    house.run_until(lambda: house.state.session is None, 900)
    assert max(house.state.dose.values()) <= 0.05
    assert house.state.reason.code == "dose"
    assert not any(house.board.observe().duty_permille)


# -- What people set on the page

SET_ON_THE_PAGE = st.fixed_dictionaries(
    {}, optional={key: st.none() | st.floats(allow_nan=True) | st.integers() for key in NarrowerLimits.model_fields}
)


@given(wish=SET_ON_THE_PAGE)
@example(wish={"target_max_c": 42.0, "session_max_min": 90})
@example(wish={"target_max_c": 42.000001})
@example(wish={"session_max_min": 90.001})
def test_no_setting_widens_anything(wish: dict[str, Any]) -> None:
    """Whatever stands in settings.json cannot be read, or holds at most what the configuration allows."""
    configured = replace(HostLimits(), target_max_c=40.0, session_max_s=3600.0)
    try:
        said = NarrowerLimits.model_validate(wish)
    except ValidationError:
        return
    longest_s = None if said.session_max_min is None else said.session_max_min * 60
    for wide in (HostLimits(), configured):
        narrow = narrowed(wide, target_max_c=said.target_max_c, session_max_s=longest_s, automation=frozenset({"x"}))
        assert narrow.target_max_c <= wide.target_max_c
        assert 60.0 <= narrow.session_max_s <= wide.session_max_s
        same = replace(narrow, target_max_c=wide.target_max_c, session_max_s=wide.session_max_s)
        assert replace(same, automation_programs=wide.automation_programs) == wide, "nothing else is touched"


@pytest.mark.parametrize(
    ("limits", "status"),
    [
        ({"target_max_c": 42.0, "session_max_min": 90}, "ok"),
        ({"target_max_c": 30.0, "session_max_min": 1}, "ok"),
        ({"target_max_c": 42.001}, "refused"),
        ({"target_max_c": 29.999}, "refused"),
        ({"session_max_min": 90.001}, "refused"),
        ({"session_max_min": 0.999}, "refused"),
        ({"target_max_c": None, "session_max_min": None}, "ok"),
        ({"zone_power_max_w": 5}, "refused"),
    ],
)
def test_what_is_wider_is_refused(tmp_path: Path, limits: dict[str, Any], status: str) -> None:
    house = VirtualHouse(tmp_path)
    assert house.query("settings", op="set", pad={"limits": limits}).status == status


@given(target_c=st.floats(), longest_s=st.floats())
def test_not_even_a_wrong_call_widens(target_c: float, longest_s: float) -> None:
    narrow = narrowed(HostLimits(), target_max_c=target_c, session_max_s=longest_s, automation=frozenset())
    assert narrow.target_max_c <= HostLimits().target_max_c
    assert narrow.session_max_s <= HostLimits().session_max_s


def test_what_is_set_holds_from_the_next_session_on(tmp_path: Path) -> None:
    house = VirtualHouse(tmp_path, programs=[HALF_AN_HOUR])
    house.accept_checklist()
    said = house.query("settings", op="set", pad={"limits": {"target_max_c": 37.5}, "name": "Sofa"})
    assert said.status == "ok", said.reason.text
    assert house.broker.infos[-1].limits["target_max_c"] == 37.5
    assert house.broker.infos[-1].name == "Sofa"
    reply = house.request("start", program="half-an-hour")
    assert reply.status == "refused"
    assert "37.5" in reply.reason.text
    house.begin_controller()
    house.run(1.0)
    assert house.request("start", program="half-an-hour").status == "refused", "after a restart, too"
    assert house.query("settings", op="set", pad={"limits": {"target_max_c": 42.5}}).status == "refused"
    assert house.query("settings").result["pad"]["limits"]["target_max_c"] == 37.5, "and nothing has changed"
    assert house.query("settings").result["pad"]["name"] == "Sofa", "what is left out stays"
    assert house.query("settings", op="set", pad={"limits": {}}).status == "ok"
    assert house.request("start", program="half-an-hour").status == "invited"


def test_a_persons_ceiling_outlives_controller_and_records(tmp_path: Path) -> None:
    house = VirtualHouse(tmp_path, programs=[HALF_AN_HOUR])
    house.accept_checklist()
    assert house.query("settings", "automation", op="set", ceilings={"me": {}}).status == "refused"
    assert house.query("settings", op="set", ceilings={"me": {"target_max_c": 42.5}}).status == "refused"
    assert house.query("settings", op="set", ceilings={"me": {"target_max_c": 37.5}, "ann": None}).status == "ok"
    assert house.query("persons", op="forget", person="me").status == "ok"
    house.begin_controller()
    house.run(1.0)
    house.accept_checklist()
    house.start("half-an-hour")
    house.run(3.0)
    assert house.state.zones["lumbar"].asked == 37.5
    assert house.state.zones["lumbar"].limited_by is not None
    assert house.state.zones["lumbar"].limited_by.code == "ceiling"
    assert house.query("settings").result["ceiling"]["target_max_c"] == 37.5
    assert house.query("settings", op="set", ceilings={"me": None}).status == "ok"
    assert house.query("settings").result["ceiling"]["target_max_c"] is None


def test_an_invitation_does_not_outlive_narrower_limits(tmp_path: Path) -> None:
    house = VirtualHouse(tmp_path, programs=[HALF_AN_HOUR])
    house.accept_checklist()
    assert house.request("start", program="half-an-hour").status == "invited"
    house.query("settings", op="set", pad={"limits": {"session_max_min": 5}})
    house.press()
    house.run(3.0)
    assert house.state.session is None
    assert not any(house.board.observe().used_j)


def test_home_automation_starts_what_people_allow_and_sets_nothing(tmp_path: Path) -> None:
    house = VirtualHouse(tmp_path, programs=[HALF_AN_HOUR])
    house.accept_checklist()
    pad = {"automation": ["half-an-hour"]}
    assert house.query("settings", "automation", op="set", pad=pad).status == "refused"
    assert house.request("start", "automation", program="half-an-hour").status == "refused"
    assert house.query("settings", op="set", pad={"automation": ["nothing-like-it"]}).status == "refused"
    assert house.query("settings", op="set", pad=pad).status == "ok"
    assert house.request("start", "automation", program="half-an-hour").status == "invited"
