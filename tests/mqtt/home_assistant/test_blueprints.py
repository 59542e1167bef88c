"""The shipped blueprints: what Home Assistant's own schema asks of one, inputs that are used, entities that there are.

Of the schema (its component `blueprint`): name and domain are needed; further keys are only the known ones; an input
has name, description, default and one selector; `min_version` has three parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.mqtt.home_assistant.test_examples import DOCS, ENTITIES, FILES, SERVICES, inside, named

BLUEPRINTS = sorted((DOCS / "home-assistant" / "blueprints").glob("*.yaml"))
METADATA = {"name", "description", "domain", "author", "homeassistant", "input", "source_url"}
AUTOMATION = {"blueprint", "mode", "trigger", "condition", "action"}
INPUT = {"name", "description", "default", "selector"}
GIVEN = {
    "person": "person.anna",
    "thermostat": "climate.poultice_sofa_lumbar",
    "phase": "sensor.poultice_sofa_phase",
    "stop": "button.poultice_sofa_stop",
    "occupied": "binary_sensor.desk_occupied",
    "running": "binary_sensor.poultice_sofa_running",
    "massage": "fan.poultice_sofa_massage_upper_back",
}
"""What somebody with our pad would choose."""


@dataclass(frozen=True)
class Input:
    """A place where a blueprint takes what was chosen."""

    name: str


class Loader(yaml.SafeLoader):
    """YAML with Home Assistant's `!input`."""


Loader.add_constructor("!input", lambda loader, node: Input(str(loader.construct_scalar(node))))  # type: ignore[arg-type]


def loaded(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(file.read_text(encoding="utf-8"), Loader)  # noqa: S506  (a safe one)
    return found


def inputs(value: Any) -> Iterator[str]:
    """The inputs that are taken anywhere in it."""
    if isinstance(value, Input):
        yield value.name
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from inputs(each)


def chosen(value: Any, choices: dict[str, Any]) -> Any:
    """With what was chosen in its places."""
    if isinstance(value, Input):
        return choices[value.name]
    if isinstance(value, dict):
        return {key: chosen(each, choices) for key, each in value.items()}
    return [chosen(each, choices) for each in value] if isinstance(value, list) else value


def automation(file: Path) -> dict[str, Any]:
    """What becomes of a blueprint for somebody with our pad, who leaves the rest as it is."""
    blueprint = loaded(file)
    wanted = blueprint.pop("blueprint")["input"]
    found = chosen(blueprint, {name: GIVEN.get(name, each.get("default")) for name, each in wanted.items()})
    assert isinstance(found, dict)
    return found


def test_there_is_one_for_each_purpose() -> None:
    assert [file.stem for file in BLUEPRINTS] == ["evening_invitation", "remind_to_move", "stop_when_leaving"]


@pytest.mark.parametrize("file", BLUEPRINTS, ids=lambda file: file.stem)
class TestEach:
    def test_it_is_what_home_assistant_calls_a_blueprint(self, file: Path) -> None:
        blueprint = loaded(file)
        assert blueprint.keys() == AUTOMATION
        about = blueprint["blueprint"]
        assert about.keys() <= METADATA
        assert about["domain"] == "automation"
        assert about["name"].startswith("Poultice: ")
        assert re.fullmatch(r"\d+\.\d+\.\d+", about["homeassistant"]["min_version"])
        for wanted in about["input"].values():
            assert wanted.keys() <= INPUT
            assert wanted["name"]
            (selector,) = wanted["selector"].items()
            assert selector[0] in ("entity", "number", "time", "action")
            assert isinstance(selector[1], dict)

    def test_every_input_is_used_and_every_one_that_is_used_is_there(self, file: Path) -> None:
        blueprint = loaded(file)
        assert set(inputs(blueprint)) == blueprint["blueprint"]["input"].keys()

    def test_what_it_lets_choose_is_what_is_announced(self, file: Path) -> None:
        for name, wanted in loaded(file)["blueprint"]["input"].items():
            if "entity" not in wanted["selector"]:
                assert "default" in wanted, "nobody must fill in more than what only they know"
                continue
            (kind,) = wanted["selector"]["entity"]["filter"]
            entity = GIVEN.get(name, wanted.get("default"))
            assert entity.split(".")[0] == kind["domain"]
            assert (kind.get("integration") == "mqtt") == (entity in ENTITIES)
            assert kind.get("device_class") in (None, ENTITIES.get(entity, {}).get("device_class"))

    def test_its_services_and_states_are_possible(self, file: Path) -> None:
        made = automation(file)
        for each in inside(made):
            if "service" in each:
                assert set(each.get("data", {})) == SERVICES[each["service"]]
                assert each["target"]["entity_id"].split(".")[0] == each["service"].split(".")[0]
            config = ENTITIES.get(str(each.get("entity_id")), {})
            states = each.get("state", each.get("to"))
            if config and states is not None:
                options = config.get("options") or ["on", "off"]
                assert set([states] if isinstance(states, str) else states) <= set(options)
        assert set(named(made)) <= ENTITIES.keys()

    def test_it_does_what_the_plain_automation_does(self, file: Path) -> None:
        """The services, their entities and what is said to them, in the same order."""
        plain = {each["id"]: each for each in yaml.safe_load(FILES[0].read_text(encoding="utf-8"))}
        there = plain[f"poultice_{file.stem}"]
        calls = [each for each in there["action"] if each.get("service", "notify.").startswith("notify.") is False]
        made = automation(file)
        assert [each for each in made["action"] if "service" in each] == calls
        assert made["mode"] == there["mode"]
        for asked, expected in zip(made["trigger"], there["trigger"], strict=True):
            assert asked["platform"] == expected["platform"]
            assert asked.get("entity_id") == expected.get("entity_id")


def test_temperatures_that_may_be_chosen_are_those_that_automation_may_ask_for() -> None:
    choice = loaded(BLUEPRINTS[0])["blueprint"]["input"]["temperature"]
    bounds, thermostat = choice["selector"]["number"], ENTITIES[GIVEN["thermostat"]]
    assert thermostat["min_temp"] <= bounds["min"] <= choice["default"] <= bounds["max"] == thermostat["max_temp"]
    assert bounds["step"] == thermostat["temp_step"]
