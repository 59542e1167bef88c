"""The controller as a device: whether it is there. Its pads are reached through it."""

from __future__ import annotations

from poultice.mqtt.home_assistant import words
from poultice.mqtt.home_assistant.component import QOS, Device, Maker
from poultice.mqtt.home_assistant.words import Language
from poultice.mqtt.topics import ControllerTopics


def identifier(controller: str) -> str:
    """By what Home Assistant knows the controller."""
    return f"poultice_controller_{controller}"


def hub(controller: str, version: str, language: Language) -> Device:
    """A controller by its id; its last will says when it is gone."""
    owner = identifier(controller)
    connected = Maker(owner, (), language).make(
        "connected",
        "binary_sensor",
        words.name("controller", language),
        device_class="connectivity",
        entity_category="diagnostic",
        state_topic=ControllerTopics(controller).availability,
        payload_on="online",
        payload_off="offline",
        qos=QOS,
    )
    config = {
        "identifiers": [owner],
        "name": words.name("hub", language, id=controller),
        "manufacturer": "Poultice",
        "model": words.name("hub_model", language),
        "sw_version": version,
    }
    return Device(f"poultice-controller-{controller}", config, (connected,))
