"""The shipped automations and the dashboard name entities, services and states that there are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.mqtt.home_assistant.samples import components

DOCS = Path(__file__).parents[3] / "docs"
FILES = [DOCS / "home-assistant" / name for name in ("automations.yaml", "dashboard.yaml")]
ENTITIES = {config["default_entity_id"]: config for config in components().values() if "default_entity_id" in config}
SERVICES = {
    "climate.set_temperature": {"temperature"},
    "climate.set_hvac_mode": {"hvac_mode"},
    "button.press": set(),
    "fan.turn_on": set(),
    "notify.notify": {"message"},
}
TEXTS = re.compile(r"\b(?:climate|fan|select|button|sensor|binary_sensor|event)\.poultice_[a-z0-9_]+")


def inside(value: Any) -> Iterator[dict[str, Any]]:
    """Every mapping in a file."""
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from inside(each)


def named(value: Any) -> Iterator[str]:
    """Every entity of ours that a file names, in templates and instructions, too."""
    yield from TEXTS.findall(value if isinstance(value, str) else "")
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from named(each)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_entity_that_is_named_is_one_that_is_announced(file: Path) -> None:
    found = set(named(yaml.safe_load(file.read_text(encoding="utf-8"))))
    assert len(found) > 4
    assert found <= ENTITIES.keys()


def test_every_entity_in_the_guide_is_one_that_is_announced() -> None:
    found = set(TEXTS.findall((DOCS / "home-assistant.md").read_text(encoding="utf-8")))
    assert len(found) > 4
    assert found <= ENTITIES.keys()


def test_every_service_fits_its_entity_and_has_its_data() -> None:
    automations = yaml.safe_load(FILES[0].read_text(encoding="utf-8"))
    calls = [each for each in inside(automations) if "service" in each]
    assert len(calls) == 6
    for call in calls:
        assert set(call.get("data", {})) == SERVICES[call["service"]]
        target = call.get("target", {}).get("entity_id")
        assert call["service"].startswith("notify.") == (target is None)
        assert target is None or target.split(".")[0] == call["service"].split(".")[0]
        if "temperature" in call.get("data", {}):
            assert ENTITIES[target]["min_temp"] <= call["data"]["temperature"] <= ENTITIES[target]["max_temp"]
        assert call.get("data", {}).get("hvac_mode", "heat") in ENTITIES["climate.poultice_sofa_lumbar"]["modes"]


def test_every_state_that_is_waited_for_can_be() -> None:
    for file in FILES:
        for each in inside(yaml.safe_load(file.read_text(encoding="utf-8"))):
            config = ENTITIES.get(str(each.get("entity_id", each.get("entity"))), {})
            state = each.get("state", each.get("to"))
            if config and state is not None:
                assert state in (config.get("options") or ["on", "off"])


def test_attributes_that_templates_ask_for_are_there() -> None:
    asked = set()
    for file in FILES:
        asked |= set(re.findall(r"state_attr\('([a-z0-9_.]+)', '([a-z_]+)'\)", file.read_text(encoding="utf-8")))
    assert len(asked) >= 3
    for entity, attribute in asked:
        assert f"'{attribute}':" in ENTITIES[entity]["json_attributes_template"]


def test_an_invitation_names_its_temperature_before_it_begins() -> None:
    """The other way round a warmer one would be refused."""
    (evening, *_) = yaml.safe_load(FILES[0].read_text(encoding="utf-8"))
    services = [step["service"] for step in evening["action"] if "service" in step]
    assert services[:2] == ["climate.set_temperature", "climate.set_hvac_mode"]
