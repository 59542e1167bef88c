"""A heat zone as a thermostat: heat is a start of the program `warmth`, off lowers this zone only."""

from __future__ import annotations

import json

from poultice.mqtt.home_assistant import words
from poultice.mqtt.home_assistant.component import NOTHING, QOS, Component, Maker, request
from poultice.mqtt.topics import PadTopics

STEP_C = 0.5  # as little as a person can feel
PRECISION_C = 0.1

# What a zone is: `z` its state, `i` what it is invited to, °C, or nothing. While a start waits for the pad's button the
# thermostat says heat, and that it idles.
_LOOK = (
    "{{% set z = value_json.zones[{zone}] %}}"
    "{{% set i = value_json.invitation.heat[{zone}] "
    "if value_json.invitation and {zone} in value_json.invitation.heat else none %}}"
)
_MODE = "{{ 'heat' if z.asked is not none or i is not none else 'off' }}"
_TARGET = "{{ z.asked if z.asked is not none else i if i is not none else z.thermostat }}"
_ACTION = (
    "{% if z.asked is none %}{{ 'off' if i is none else 'idle' }}"
    "{% elif z.duty > 0 %}{{ 'preheating' if value_json.phase == 'warming' else 'heating' }}"
    "{% else %}idle{% endif %}"
)
_MEASURED = "{{ z.temperature if z.temperature is not none else '" + NOTHING + "' }}"
_ATTRIBUTES = (
    "{{ {'reason': value_json.reason.text, 'limited_by': z.limited_by.text if z.limited_by else none, "
    "'invitation': value_json.invitation.title.%s if value_json.invitation else none} | tojson }}"
)


def thermostat(zone: str, topics: PadTopics, target_min_c: float, target_max_c: float, maker: Maker) -> Component:
    """The thermostat of a zone; both bounds are °C."""
    quoted = json.dumps(zone)
    look = _LOOK.format(zone=quoted)
    adjust = topics.request("automation", "adjust")
    return maker.make(
        zone,
        "climate",
        maker.word("climate", place=words.place(zone, maker.language)),
        modes=["off", "heat"],
        mode_state_topic=topics.state,
        mode_state_template=look + _MODE,
        mode_command_topic=adjust,
        mode_command_template=request({"zone": quoted, "heat": "\"{{ 'on' if value == 'heat' else 'off' }}\""}),
        temperature_state_topic=topics.state,
        temperature_state_template=look + _TARGET,
        temperature_command_topic=adjust,
        temperature_command_template=request({"zone": quoted, "target": "{{ value }}"}),
        current_temperature_topic=topics.state,
        current_temperature_template=look + _MEASURED,
        action_topic=topics.state,
        action_template=look + _ACTION,
        json_attributes_topic=topics.state,
        json_attributes_template=look + _ATTRIBUTES % maker.language,
        temperature_unit="C",
        min_temp=target_min_c,
        max_temp=target_max_c,
        temp_step=STEP_C,
        precision=PRECISION_C,
        qos=QOS,
    )
