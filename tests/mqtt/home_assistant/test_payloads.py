"""What Home Assistant is told, as readable snapshots, and what holds for every entity of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from paho.mqtt.client import topic_matches_sub
from poultice.link.contract import FAULTS
from poultice.mqtt.access import USERS
from poultice.mqtt.home_assistant import words
from poultice.mqtt.home_assistant.choice import titles
from poultice.mqtt.home_assistant.fan import rows
from poultice.mqtt.home_assistant.forms import announcement
from poultice.mqtt.home_assistant.pad import pad
from poultice.mqtt.messages import MotorInfo
from poultice.mqtt.topics import ControllerTopics, PadTopics
from poultice.therapy.state import Phase

from tests.mqtt.home_assistant.samples import announced, components, info, program, snapshots

DEVICE = "homeassistant/device/poultice-pad-sofa/config"
RIGHTS = {user.name: user for user in USERS}
ENTITIES = sorted(components().items())
WITH_IDS = [(key, config) for key, config in ENTITIES if config["p"] != "device_automation"]


@pytest.mark.parametrize(("path", "text"), list(snapshots()), ids=lambda each: getattr(each, "stem", ""))
def test_what_is_announced_is_what_was_read_and_kept(path: Any, text: str) -> None:
    assert path.read_text(encoding="utf-8") == text, "read it, then: python -m tests.mqtt.home_assistant.samples"


def test_the_kinds_of_entities_that_a_pad_has() -> None:
    kinds = [config["p"] for _, config in ENTITIES]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "climate": 2,  # a zone each
        "fan": 2,  # a row of motors each
        "select": 1,
        "button": 2,  # start and stop
        "sensor": 12,
        "binary_sensor": 5,
        "event": 1,
        "device_automation": 1,
    }


def test_the_hub_comes_first_and_its_pads_are_reached_through_it() -> None:
    (_, first), (topic, second) = announced().items()
    assert topic == DEVICE
    assert second["dev"]["via_device"] in first["dev"]["identifiers"]
    assert first["o"]["name"] == second["o"]["name"] == "Poultice"
    (connected,) = first["cmps"].values()
    assert (connected["device_class"], connected["payload_off"]) == ("connectivity", "offline")
    assert connected["state_topic"] == ControllerTopics("attic").availability


def test_both_forms_say_the_same_of_every_entity() -> None:
    device = announced("device")[DEVICE]
    single = announced("component")
    assert len(single) == 1 + len(device["cmps"])
    for key, config in device["cmps"].items():
        platform = config.pop("p")
        found = single[f"homeassistant/{platform}/poultice-pad-sofa/{key}/config"]
        assert found == {**config, "device": device["dev"], "origin": device["o"]}
    assert not any("model_id" in payload["device"] for payload in single.values()), "old releases refuse it"


def test_ids_are_unique_and_the_same_in_every_language() -> None:
    english, german = components("en"), components("de")
    ids = [config["unique_id"] for _, config in WITH_IDS]
    assert len(set(ids)) == len(ids)
    for key, config in WITH_IDS:
        for name in ("unique_id", "object_id", "default_entity_id"):
            assert config[name] == english[key][name] == german[key][name]
        assert config["default_entity_id"] == f"{config['p']}.{config['object_id']}"
        assert set(config["object_id"]) <= set("abcdefghijklmnopqrstuvwxyz0123456789_")


def test_names_differ_by_language_and_within_one() -> None:
    for language in ("en", "de"):
        names = [config["name"] for config in components(language).values() if config["p"] != "device_automation"]
        assert len(set(names)) == len(names)
    english, german = components("en"), components("de")
    assert (english["lumbar"]["name"], german["lumbar"]["name"]) == ("Warmth lower back", "Wärme unterer Rücken")
    assert german["dose_lumbar"]["unit_of_measurement"] == "CEM43-Minuten"
    assert all(
        set(each) == {"en", "de"} for table in (words.NAMES, words.ZONES, words.UNITS) for each in table.values()
    )


@pytest.mark.parametrize(("key", "config"), ENTITIES)
def test_every_topic_is_one_that_the_brokers_rights_allow(key: str, config: dict[str, Any]) -> None:
    read = [config[name] for name in config if name.endswith("topic") and "command" not in name]
    read += [each["topic"] for each in config.get("availability", ())]
    written = [config[name] for name in config if name.endswith("command_topic")]
    assert read or written
    for topic in read:
        assert any(topic_matches_sub(mine, topic) for mine in RIGHTS["automation"].reads), topic
        assert any(topic_matches_sub(mine, topic) for mine in RIGHTS["controller"].writes), topic
    for topic in written:
        assert topic.startswith("poultice/v1/pad/sofa/request/automation/"), "nobody has a private door"
        assert any(topic_matches_sub(mine, topic) for mine in RIGHTS["automation"].writes), topic


@pytest.mark.parametrize("form", ["device", "component"])
def test_every_announcement_is_one_that_the_brokers_rights_allow(form: Any) -> None:
    for topic in announced(form):
        assert any(topic_matches_sub(mine, topic) for mine in RIGHTS["controller"].writes), topic


@pytest.mark.parametrize(("key", "config"), WITH_IDS)
def test_a_pad_is_there_when_its_controller_and_it_are(key: str, config: dict[str, Any]) -> None:
    topics = [each["topic"] for each in config["availability"]]
    both = [ControllerTopics("attic").availability, PadTopics("sofa").availability]
    expected = {"stop": [], "link": both[:1], "ends_at": [*both, PadTopics("sofa").state]}
    assert topics == expected.get(key, both)
    assert "availability_topic" not in config
    assert not topics or config["availability_mode"] == "all"


@pytest.mark.parametrize(("key", "config"), ENTITIES)
def test_nothing_is_called_none_and_nothing_is_optimistic(key: str, config: dict[str, Any]) -> None:
    lists = [value for value in config.values() if isinstance(value, list)]
    assert not any(str(each).lower() == "none" for value in lists for each in value)
    assert "optimistic" not in config
    assert config.get("retain", False) is False, "a command is never retained"
    assert config["qos"] == 1


def test_a_thermostat_ends_at_40_whatever_the_pad_can() -> None:
    said = {key: components()[key] for key in ("lumbar", "upper_back")}
    for config in said.values():
        assert config["modes"] == ["off", "heat"]
        assert (config["min_temp"], config["max_temp"], config["temp_step"]) == (30.0, 40.0, 0.5)
    narrowed = info(limits={**info().limits, "target_max_c": 39.0})
    assert announced(said=narrowed)[DEVICE]["cmps"]["lumbar"]["max_temp"] == 39.0


def test_only_what_may_be_started_can_be_selected() -> None:
    assert components()["program"]["options"] == ['Gentle "first" use']
    assert components("de")["program"]["options"] == ["Sanft zum Kennenlernen, 1×"]
    without = announced(said=info(programs=[]))[DEVICE]["cmps"]
    assert "program" not in without
    assert "start" not in without
    assert "stop" in without


def test_titles_that_mean_nothing_or_two_things_give_way_to_the_id() -> None:
    programs = [
        program("a", "Same", "Gleich", 38.0),
        program("b", "Same", "Anders", 38.0),
        program("c", "none", "keins", 38.0),
        program("d", "None", "kein", 38.0),
    ]
    assert titles(programs, "en") == {"a": "a", "b": "b", "c": "c", "d": "d"}
    assert titles(programs, "de") == {"Gleich": "a", "Anders": "b", "keins": "c", "kein": "d"}


def test_motors_are_grouped_by_where_they_sit() -> None:
    places = {"low": -0.1, "high": 0.1, "other": 0.1, "mid": 0.0}
    motors = [MotorInfo(name=name, x_m=0.0, y_m=y_m) for name, y_m in places.items()]
    assert rows(motors) == {"lower_back": ["low"], "upper_back": ["high", "other"], "middle": ["mid"]}
    assert rows([]) == {}


def test_states_come_from_lists_that_have_them_all() -> None:
    found = components()
    assert found["phase"]["options"] == [str(phase) for phase in Phase]
    assert found["fault"]["options"] == ["ok", *(fault.name for fault in FAULTS.values())]
    assert {"started", "step", "finished", "stopped", "fault", "refused", "button"} <= set(
        found["happening"]["event_types"]
    )
    assert found["button"]["automation_type"] == "trigger"


def test_what_is_gone_is_said_to_be_nothing_but_its_platform() -> None:
    zones = info().zones
    device = pad("sofa", info(zones=zones[:1]), 40.0, "en")
    before = {"lumbar": "climate", "upper_back": "climate", "dose_upper_back": "sensor"}
    parts = announcement(device, "device", "homeassistant", "1", before)[DEVICE]["cmps"]
    assert parts["upper_back"] == {"p": "climate"}
    assert parts["dose_upper_back"] == {"p": "sensor"}
    assert parts["lumbar"]["modes"]
    assert not any(
        "upper_back" in topic for topic in announcement(device, "component", "ha", "1", before) if "fan" not in topic
    )


def test_a_pad_that_has_not_said_hello_says_no_more_than_it_knows() -> None:
    device = announced(said=info(firmware_version="", board_id=""))[DEVICE]["dev"]
    assert {"sw_version", "serial_number"} & device.keys() == set()
    simulated = announced(said=info(simulated=True, board_id="0000000000000000"))[DEVICE]["dev"]
    assert simulated["model"].startswith("Simulated")
    assert "serial_number" not in simulated


def test_an_announcement_is_small_enough_for_any_broker() -> None:
    assert max(len(json.dumps(payload)) for payload in announced().values()) < 32 * 1024
