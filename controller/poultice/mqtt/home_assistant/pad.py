"""A pad as a device, with all its entities, made of what it says of itself."""

from __future__ import annotations

from collections.abc import Iterator

from poultice.mqtt.home_assistant import hub
from poultice.mqtt.home_assistant.choice import choice, stop
from poultice.mqtt.home_assistant.component import Component, Device, Maker, available_with
from poultice.mqtt.home_assistant.fan import fan, rows
from poultice.mqtt.home_assistant.sensors import sensors
from poultice.mqtt.home_assistant.thermostat import thermostat
from poultice.mqtt.home_assistant.words import Language
from poultice.mqtt.messages import PadInfo, ProgramOutline
from poultice.mqtt.topics import PadTopics


def pad(pad_id: str, info: PadInfo, target_max_c: float, language: Language) -> Device:
    """A pad. Of its programs home automation may start those that it says, but none above `target_max_c`."""
    owner = f"poultice_{pad_id}"
    maker = Maker(owner, available_with(info.controller, pad_id), language)
    programs = [each for each in info.programs if each.id in info.automation and _gentle(each, target_max_c)]
    config = {
        "identifiers": [f"poultice_pad_{pad_id}"],
        "name": info.name,
        "manufacturer": "Poultice",
        "model": maker.word("simulated" if info.simulated else "model"),
        "via_device": hub.identifier(info.controller),
    }
    told = {"sw_version": info.firmware_version, "serial_number": info.board_id}
    config |= {key: value for key, value in told.items() if value.strip("0")}  # what only a real board's hello says
    components = _components(PadTopics(pad_id), info, programs, target_max_c, maker)
    return Device(f"poultice-pad-{pad_id}", config, tuple(components))


def _components(
    topics: PadTopics, info: PadInfo, programs: list[ProgramOutline], target_max_c: float, maker: Maker
) -> Iterator[Component]:
    zones = [zone.name for zone in info.zones]
    low_c, high_c = info.limits["target_min_c"], min(target_max_c, info.limits["target_max_c"])
    for zone in zones:
        yield thermostat(zone, topics, low_c, high_c, maker)
    for row, motors in rows(info.motors).items():
        yield fan(row, motors, topics, maker)
    yield from choice(programs, topics, maker)
    yield stop(topics, maker)
    yield from sensors(zones, topics, maker)


def _gentle(program: ProgramOutline, target_max_c: float) -> bool:
    """Whether automation may start it, were it allowed: it heats, and never above the bound."""
    hottest = max((target for step in program.steps for target in step.heat.values()), default=None)
    return hottest is not None and hottest <= target_max_c
