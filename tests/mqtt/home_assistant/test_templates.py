"""Every template as Home Assistant renders it: commands become requests that fit, states values that it takes."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from harness import VirtualHouse
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from poultice.mqtt.incoming import RequestIn, as_request, read
from poultice.mqtt.messages import PadEvent, Reason
from poultice.therapy.limits import HostLimits
from poultice.therapy.state import Reply, Request, Role

from tests.mqtt.home_assistant.samples import components

LIMITS = HostLimits(automation_programs=frozenset({"warmth", "warm", "gentle-first-use"}))
ENTITIES = components()
HOME = ImmutableSandboxedEnvironment(undefined=StrictUndefined)  # as Home Assistant's, but that nothing may be missing
PLATFORMS_ON_STATE = ("climate", "fan", "select", "sensor", "binary_sensor", "button")


@cache
def template(text: str) -> Any:
    return HOME.from_string(text)


def command(key: str, what: str, value: Any = None) -> RequestIn:
    """What a command of an entity becomes at the controller; `what` is as in `mode_command_template`."""
    config = ENTITIES[key]
    if config["p"] == "button":
        topic, payload = config["command_topic"], config["payload_press"]
    else:
        topic, payload = config[f"{what}command_topic"], template(config[f"{what}command_template"]).render(value=value)
    incoming = read(topic, payload.encode(), retained=False)
    assert isinstance(incoming, RequestIn), (payload, incoming)
    return incoming


UPPER = ["upper_left", "upper_right"]
COMMANDS: list[tuple[str, str, Any, str, dict[str, Any]]] = [
    ("lumbar", "mode_", "heat", "adjust", {"zone": "lumbar", "heat": "on"}),
    ("lumbar", "mode_", "off", "adjust", {"zone": "lumbar", "heat": "off"}),
    ("upper_back", "temperature_", 38.5, "adjust", {"zone": "upper_back", "target": 38.5}),
    ("lumbar", "temperature_", 60.0, "adjust", {"zone": "lumbar", "target": 60.0}),
    ("lumbar", "temperature_", 41.3, "adjust", {"zone": "lumbar", "target": 41.3}),
    ("massage_upper_back", "", "on", "adjust", {"motors": UPPER, "massage": "on"}),
    ("massage_upper_back", "", "off", "adjust", {"motors": UPPER, "massage": "off"}),
    ("massage_lower_back", "percentage_", 2, "adjust", {"motors": ["lower_left", "lower_right"], "level": 2}),
    ("massage_lower_back", "percentage_", 0, "adjust", {"motors": ["lower_left", "lower_right"], "level": 0}),
    ("massage_upper_back", "preset_mode_", "tap", "adjust", {"motors": UPPER, "pattern": "tap"}),
    ("program", "", 'Gentle "first" use', "select", {"program": "gentle"}),
    ("start", "", None, "start", {"program": "@selected", "person": "me"}),
    ("stop", "", None, "stop", {}),
]  # fmt: skip


@pytest.mark.parametrize(("key", "what", "value", "verb", "args"), COMMANDS)
def test_a_command_is_a_request_that_fits(key: str, what: str, value: Any, verb: str, args: dict[str, Any]) -> None:
    incoming = command(key, what, value)
    assert (incoming.pad, incoming.role, incoming.verb) == ("sofa", Role.AUTOMATION, verb)
    request = as_request(incoming)
    assert isinstance(request, Request)
    assert request.args == args
    assert (request.id, request.epoch, request.retained) == ("", None, False)


def test_every_command_of_every_entity_is_among_these() -> None:
    tried = {(key, what) for key, what, *_ in COMMANDS}
    zones, rows = ("lumbar", "upper_back"), ("massage_upper_back", "massage_lower_back")
    alike = {what for key, what in tried if key in zones}, {what for key, what in tried if key in rows}
    for key, config in ENTITIES.items():
        mine = {name.removesuffix("command_topic") for name in config if name.endswith("command_topic")}
        known = alike[0] if key in zones else alike[1] if key in rows else {what for k, what in tried if k == key}
        assert mine == known, key


@pytest.mark.parametrize("value", [4, -1, "nan"])
def test_a_level_out_of_range_is_refused_before_it_reaches_the_pad(value: Any) -> None:
    payload = template(ENTITIES["massage_upper_back"]["percentage_command_template"]).render(value=value)
    incoming = read(ENTITIES["massage_upper_back"]["percentage_command_topic"], payload.encode(), retained=False)
    assert not isinstance(incoming, RequestIn) or isinstance(as_request(incoming), Reply)


# --- What states become ---------------------------------------------------------------------------------------------


def shown(key: str, what: str, state: Mapping[str, Any]) -> str:
    """A value of an entity, of a payload; `what` is as in `mode_state_template`."""
    return str(template(ENTITIES[key][what]).render(value_json=state))


def look(key: str, state: Mapping[str, Any]) -> dict[str, str]:
    """All that an entity shows, by its template's name."""
    names = [name for name in ENTITIES[key] if name.endswith("_template") and "command" not in name]
    return {name: shown(key, name, state) for name in names}


def is_number(value: str, low: float = 0.0, high: float = math.inf) -> bool:
    return low <= float(value) <= high


def takes(config: Mapping[str, Any], name: str, value: str) -> bool:
    """Whether Home Assistant takes this value of an entity without a complaint."""
    ons = (config.get("payload_on", "ON"), config.get("payload_off", "OFF"))
    by_device_class = {
        "enum": lambda: value in config["options"],
        "timestamp": lambda: datetime.fromisoformat(value).tzinfo is not None,
    }
    rules = {
        "json_attributes_template": lambda: isinstance(json.loads(value), dict),
        "mode_state_template": lambda: value in config["modes"],
        "action_template": lambda: value in ("off", "preheating", "heating", "idle"),
        "temperature_state_template": lambda: is_number(value, 30.0, 42.0),
        "current_temperature_template": lambda: value == "None" or is_number(value, 1.0, 60.0),
        "state_value_template": lambda: value in ons,
        "percentage_value_template": lambda: is_number(value, 0, config["speed_range_max"]),
        "preset_mode_value_template": lambda: value in [*config["preset_modes"], "None"],
    }
    of_kind = {
        "select": lambda: value in [*config["options"], "None"],
        "binary_sensor": lambda: value in ons,
        "sensor": by_device_class.get(str(config.get("device_class")), lambda: value == "None" or is_number(value)),
    }
    return bool(rules.get(name, of_kind.get(config["p"], lambda: False))())


def check(key: str, state: Mapping[str, Any], topic: str = "state") -> None:
    """Every value that an entity makes of a payload of that topic."""
    config = ENTITIES[key]
    if any(str(config[name]).endswith(f"/{topic}") for name in config if name.endswith("topic")):
        for name, value in look(key, state).items():
            assert value == value.strip() != ""
            assert takes(config, name, value), (key, name, value)


@pytest.fixture
def house(tmp_path: Path) -> VirtualHouse:
    return VirtualHouse(tmp_path, limits=LIMITS)


def state_of(house: VirtualHouse) -> dict[str, Any]:
    house.run(1.0)
    return dict(json.loads(house.state.model_dump_json()))


def look_at_all(house: VirtualHouse) -> dict[str, Any]:
    state = state_of(house)
    for key, config in ENTITIES.items():
        if config["p"] in PLATFORMS_ON_STATE and key != "ends_at":
            check(key, state)
    if state["session"] and state["session"]["ends_at"]:
        check("ends_at", state)
    return state


def ask(house: VirtualHouse, key: str, what: str, value: Any = None) -> str:
    """Puts a command of Home Assistant through; its answer's status."""
    incoming = command(key, what, value)
    message = incoming.message
    return str(house.request_as(incoming.verb, "automation", message.id, message.epoch, args=message.args).status)


@pytest.mark.slow
def test_what_is_shown_in_every_phase_is_what_home_assistant_takes(house: VirtualHouse) -> None:
    seen = {look_at_all(house)["phase"]}
    house.accept_checklist()
    ask(house, "lumbar", "temperature_", 40.0)
    ask(house, "lumbar", "mode_", "heat")
    seen.add(look_at_all(house)["phase"])
    house.press()
    seen.add(look_at_all(house)["phase"])
    house.run_until(lambda: house.state.phase == "running", 900)
    seen.add(look_at_all(house)["phase"])
    house.request("pause")
    seen.add(look_at_all(house)["phase"])
    house.request("stop")
    seen.add(look_at_all(house)["phase"])
    assert seen >= {"idle", "invited", "warming", "running", "paused", "cooling"}


def test_a_thermostat_follows_its_zone(house: VirtualHouse) -> None:
    def zone() -> tuple[str, ...]:
        state = state_of(house)
        names = ("mode_state_template", "action_template", "temperature_state_template")
        return tuple(shown("lumbar", name, state) for name in names)

    house.accept_checklist()
    assert zone() == ("off", "off", "38.0")
    assert ask(house, "lumbar", "temperature_", 39.0) == "accepted"
    assert zone() == ("off", "off", "39.0")
    assert ask(house, "lumbar", "mode_", "heat") == "invited"
    assert zone() == ("heat", "idle", "39.0")
    attributes = json.loads(shown("lumbar", "json_attributes_template", state_of(house)))
    assert attributes["reason"] == "press the pad's button to start Warmth at 39 °C"
    assert attributes["invitation"] == "Warmth at 39 °C"
    for too_warm in (60.0, 41.3):
        assert ask(house, "lumbar", "temperature_", too_warm) == "refused"
        assert zone() == ("heat", "idle", "39.0"), "the state that holds"
    house.press()
    assert zone() == ("heat", "preheating", "39.0")
    assert ask(house, "lumbar", "temperature_", 36.5) == "accepted"
    house.run_until(lambda: house.state.phase == "running", 900)
    assert zone()[0::2] == ("heat", "36.5")
    assert zone()[1] in ("heating", "idle")
    for too_warm in (60.0, 41.3):
        assert ask(house, "lumbar", "temperature_", too_warm) == "refused"
        assert zone()[2] == "36.5"
    assert shown("upper_back", "mode_state_template", state_of(house)) == "off"
    assert ask(house, "lumbar", "mode_", "off") == "accepted"
    assert zone() == ("off", "off", "36.5")
    assert house.state.session is None


def test_a_zone_without_a_trusted_sensor_has_no_temperature(house: VirtualHouse) -> None:
    state = state_of(house)
    state["zones"]["lumbar"]["temperature"] = None
    assert shown("lumbar", "current_temperature_template", state) == "None"
    check("lumbar", state)


@pytest.mark.parametrize(("percent", "level"), [(0, 0), (1, 1), (20, 1), (21, 2), (40, 2), (60, 3), (61, 3), (100, 3)])
def test_a_fan_shows_its_strongest_motor(house: VirtualHouse, percent: int, level: int) -> None:
    state = state_of(house)
    state["motors"]["upper_right"]["strength"] = percent
    assert shown("massage_upper_back", "percentage_value_template", state) == str(level)
    assert shown("massage_upper_back", "state_value_template", state) == ("on" if percent else "off")
    assert shown("massage_lower_back", "state_value_template", state) == "off"


def test_a_selection_is_echoed_and_what_is_not_listed_shows_as_unknown(house: VirtualHouse) -> None:
    state = state_of(house)
    for selected, value in [(None, "None"), ("gentle", 'Gentle "first" use'), ("long-low-heat", "None")]:
        assert shown("program", "value_template", {**state, "selected": selected}) == value


def test_faults_are_shown_with_what_to_do(house: VirtualHouse) -> None:
    state = state_of(house)
    faults = [
        {"name": "over_temperature_cut", "lockout": "A", "latched": False, "sentence": "It's hot.", "action": "Wait."},
        {"name": "pair_uneven", "lockout": "A", "latched": False, "sentence": "Uneven.", "action": "Look."},
    ]
    assert [shown(key, "value_template", state) for key in ("problem", "too_warm", "fault")] == ["OFF", "OFF", "ok"]
    state["faults"] = faults
    values = [shown(key, "value_template", state) for key in ("problem", "too_warm", "fault")]
    assert values == ["ON", "ON", "over_temperature_cut"]
    attributes = json.loads(shown("problem", "json_attributes_template", state))
    assert attributes == {"faults": ["It's hot.", "Uneven."], "actions": ["Wait.", "Look."]}
    state["faults"] = faults[1:]
    assert shown("too_warm", "value_template", state) == "OFF"


def test_health_info_and_events_are_shown(house: VirtualHouse) -> None:
    house.run(6.0)
    health = json.loads(house.broker.healths[-1].model_dump_json())
    assert health["witnesses"].keys() == house.state.zones.keys()
    for key in ("witness_lumbar", "witness_upper_back", "link_errors"):
        check(key, health, "health")
    assert shown("witness_lumbar", "value_template", {**health, "witnesses": {}}) == "None"
    info = json.loads(house.broker.infos[-1].model_dump_json())
    check("limits", info, "info")
    event = PadEvent(time=house.state.time, kind="refused", reason=Reason(code="x", text='It\'s "<no>"\nnow.'))
    told = json.loads(shown("happening", "value_template", json.loads(event.model_dump_json())))
    assert told == {"event_type": "refused", "reason": 'It\'s "<no>"\nnow.'}
    assert shown("button", "value_template", {"kind": "button"}) == ENTITIES["button"]["payload"]


# --- No command starts heat -----------------------------------------------------------------------------------------

STORY = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["lumbar", "upper_back"]),
            st.just("temperature_"),
            st.one_of(st.sampled_from([30.0, 36.5, 40.0, 40.1, 41.3, 60.0]), st.floats(0, 100)),
        ),
        st.tuples(st.sampled_from(["lumbar", "upper_back"]), st.just("mode_"), st.sampled_from(["heat", "off"])),
        st.tuples(st.sampled_from(["massage_upper_back"]), st.just(""), st.sampled_from(["on", "off"])),
        st.tuples(st.sampled_from(["massage_lower_back"]), st.just("percentage_"), st.integers(0, 3)),
        st.tuples(st.just("massage_lower_back"), st.just("preset_mode_"), st.sampled_from(["wave", "tap"])),
        st.tuples(st.sampled_from(["start", "start", "stop"]), st.just(""), st.none()),
        st.tuples(st.just("select"), st.just(""), st.sampled_from(["warm", "hot", "calibration", "warmth"])),
        st.tuples(st.just("raw"), st.sampled_from(["start", "resume", "skip", "back", "answer", "pause"]), st.none()),
    ),
    max_size=25,
)  # fmt: skip


def put(house: VirtualHouse, key: str, what: str, value: Any) -> None:
    if key == "select":  # as its template makes it, of any program
        house.request_as("select", "automation", None, None, args={"program": value})
    elif key == "raw":
        args = {"program": "warm"} if what == "start" else {"question": "next"} if what == "answer" else {}
        house.request_as(what, "automation", None, None, args=args)
    else:
        ask(house, key, what, value)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(story=STORY, checklist=st.sampled_from([True, True, False]))
def test_unarmed_no_command_does_more_than_invite(tmp_path_factory: Any, story: Any, checklist: bool) -> None:
    house = VirtualHouse(tmp_path_factory.mktemp("story"), limits=LIMITS)
    house.accept_checklist(checklist)
    house.pad.allow_nudges(True)
    for key, what, value in story:
        put(house, key, what, value)
        house.run(0.2)
        state = house.state
        assert state.phase in ("idle", "invited")
        assert state.session is None
        assert not state.armed
        assert state.invitation is None or (checklist and max(state.invitation.heat.values(), default=40.0) <= 40.0)
        assert all(zone.asked is None and zone.duty == 0.0 and zone.watts == 0.0 for zone in state.zones.values())
        assert not any(house.board.observe().heater_w)
        assert max(motor.asked for motor in state.motors.values()) <= 30
        assert all(30.0 <= (zone.thermostat or 0.0) <= 40.0 for zone in state.zones.values())
