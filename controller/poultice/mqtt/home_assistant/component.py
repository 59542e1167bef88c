"""One entity of a device, as Home Assistant's discovery has it, and whose it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from poultice.mqtt.home_assistant import words
from poultice.mqtt.home_assistant.words import Language
from poultice.mqtt.topics import ControllerTopics, PadTopics

Config = dict[str, Any]
QOS = 1  # of what is listened to, and of every command
NOTHING = "None"  # what Home Assistant takes for: not known


@dataclass(frozen=True, slots=True)
class Component:
    """An entity: `key` names it within its device for ever, `platform` is Home Assistant's kind of entity."""

    key: str
    platform: str
    config: Config


@dataclass(frozen=True, slots=True)
class Device:
    """What the entities belong to; `id` is a part of topics, `config` what Home Assistant shows of it."""

    id: str
    config: Config
    components: tuple[Component, ...]


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the entities of one device: `owner` is its part of their ids, `availability` what they all depend on."""

    owner: str
    availability: tuple[str, ...]
    language: Language

    def make(self, key: str, platform: str, name: str, **config: Any) -> Component:
        """An entity by the name that `words` has for it; config that is None is left out."""
        said = {option: value for option, value in config.items() if value is not None}
        return Component(key, platform, {"name": name, **self._ids(key, platform), **self._available(), **said})

    def word(self, key: str, **values: str) -> str:
        """A name in this device's language."""
        return words.name(key, self.language, **values)

    def _ids(self, key: str, platform: str) -> Config:
        """Each release reads its own of the last two and ignores the other; both are the same in every language."""
        entity = f"{self.owner}_{key}".replace("-", "_")
        return {
            "unique_id": f"{self.owner}_{key}",
            "object_id": entity,
            "default_entity_id": f"{platform}.{entity}",
        }

    def _available(self) -> Config:
        if not self.availability:
            return {"availability": []}
        return {"availability": [{"topic": topic} for topic in self.availability], "availability_mode": "all"}


def available_with(controller: str, pad: str) -> tuple[str, ...]:
    """A pad is there when its controller and it are."""
    return ControllerTopics(controller).availability, PadTopics(pad).availability


def request(args: Mapping[str, str]) -> str:
    """The template of a request: its arguments, each a JSON value or a template that becomes one."""
    inside = ", ".join(f"{json.dumps(name)}: {value}" for name, value in args.items())
    return f'{{"args": {{{inside}}}}}'
