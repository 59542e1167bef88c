"""Two forms of the same announcement: a payload a device, or one an entity for releases before 2024.11."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from poultice.mqtt.home_assistant.component import Device

Form = Literal["device", "component"]
Announced = dict[str, dict[str, str]]
"""By topic the entities announced there: their platform by key; of a topic with a single one, nothing."""


def announcement(
    device: Device, form: Form, prefix: str, version: str, gone: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """The payloads of a device by topic. `gone` are its entities of before, platform by key: in the device's form an
    entity goes only by being said to be nothing but its platform."""
    origin = {"name": "Poultice", "sw_version": version}
    if form == "device":
        parts = {part.key: {"p": part.platform, **part.config} for part in device.components}
        nothing = {key: {"p": platform} for key, platform in gone.items() if key not in parts}
        payload = {"dev": device.config, "o": origin, "cmps": {**parts, **nothing}}
        return {device_topic(device, prefix): payload}
    return {
        f"{prefix}/{part.platform}/{device.id}/{part.key}/config": {
            **part.config,
            "device": device.config,
            "origin": origin,
        }
        for part in device.components
    }


def device_topic(device: Device, prefix: str) -> str:
    """Where a device is announced as a whole."""
    return f"{prefix}/device/{device.id}/config"
