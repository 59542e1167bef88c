"""A row of massage motors as a fan: on, its level and its pattern."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import get_args

from poultice.mqtt.home_assistant import words
from poultice.mqtt.home_assistant.component import NOTHING, QOS, Component, Maker, request
from poultice.mqtt.messages import MotorInfo
from poultice.mqtt.topics import PadTopics
from poultice.therapy.program_file import PatternName
from poultice.therapy.switch import LEVEL_PERCENT, LEVELS

# `s` is how strong the row is meant to be, percent: the pattern swells and ebbs too fast to be followed.
_LOOK = "{{% set s = [{strengths}] | max %}}"
_STATE = "{{ 'on' if s > 0 else 'off' }}"
_LEVEL = f"{{{{ [{LEVELS}, (s / {LEVEL_PERCENT}) | round(0, 'ceil') | int] | min }}}}"
_PATTERN = (
    "{{ value_json.session.pattern if value_json.session and value_json.session.pattern else '" + NOTHING + "' }}"
)


def rows(motors: Iterable[MotorInfo]) -> dict[str, list[str]]:
    """The motors by the part of the back where they sit."""
    found: dict[str, list[str]] = {}
    for motor in motors:
        where = "upper_back" if motor.y_m > 0 else "lower_back" if motor.y_m < 0 else "middle"
        found.setdefault(where, []).append(motor.name)
    return found


def fan(row: str, motors: list[str], topics: PadTopics, maker: Maker) -> Component:
    """The fan of some motors."""
    quoted = json.dumps(motors)
    strengths = (f"value_json.motors[{json.dumps(motor)}].strength" for motor in motors)
    look = _LOOK.format(strengths=", ".join(strengths))
    adjust = topics.request("automation", "adjust")
    return maker.make(
        f"massage_{row}",
        "fan",
        maker.word("fan", place=words.place(row, maker.language)),
        state_topic=topics.state,
        state_value_template=look + _STATE,
        command_topic=adjust,
        command_template=request({"motors": quoted, "massage": '"{{ value }}"'}),
        payload_on="on",
        payload_off="off",
        percentage_state_topic=topics.state,
        percentage_value_template=look + _LEVEL,
        percentage_command_topic=adjust,
        percentage_command_template=request({"motors": quoted, "level": "{{ value }}"}),
        speed_range_min=1,
        speed_range_max=LEVELS,
        preset_modes=list(get_args(PatternName)),
        preset_mode_state_topic=topics.state,
        preset_mode_value_template=_PATTERN,
        preset_mode_command_topic=adjust,
        preset_mode_command_template=request({"motors": quoted, "pattern": '"{{ value }}"'}),
        qos=QOS,
    )
