"""What of a pad is only looked at: session, faults, heat, link, limits and what happens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, get_args

from poultice.link.contract import FAULTS
from poultice.mqtt.home_assistant import words
from poultice.mqtt.home_assistant.component import NOTHING, QOS, Component, Maker
from poultice.mqtt.messages import EventKind
from poultice.mqtt.topics import PadTopics
from poultice.therapy.state import Phase

NO_FAULT = "ok"
DIAGNOSTIC = {"entity_category": "diagnostic"}
CELSIUS = {"device_class": "temperature", "unit_of_measurement": "°C"}
MEASURED = {"state_class": "measurement", "suggested_display_precision": 1}

_FAULTS = (
    "{{ {'faults': value_json.faults | map(attribute='sentence') | list, "
    "'actions': value_json.faults | map(attribute='action') | list} | tojson }}"
)
_HAPPENING = "{{ {'event_type': value_json.kind, 'reason': value_json.reason.text} | tojson }}"


def _yes(what: str) -> str:
    return f"{{{{ 'ON' if {what} else 'OFF' }}}}"


def sensors(zones: list[str], topics: PadTopics, maker: Maker) -> Iterator[Component]:
    """All of a pad."""
    yield from _session(topics, maker)
    yield from _faults(topics, maker)
    for zone in zones:
        yield from _zone(zone, topics, maker)
    yield from _link(topics, maker)
    yield from _happenings(topics, maker)


def _of(key: str, platform: str, topic: str, template: str, maker: Maker, **config: Any) -> Component:
    name = config.pop("name", None) or maker.word(key)
    return maker.make(key, platform, name, state_topic=topic, value_template=template, qos=QOS, **config)


def _ends_at(topics: PadTopics, maker: Maker) -> Component:
    """Not there while nobody knows it: releases of 2024 complain of each timestamp that is none."""
    known = "value_json.session and value_json.session.ends_at"
    made = _of(
        "ends_at",
        "sensor",
        topics.state,
        f"{{{{ value_json.session.ends_at if {known} else value_json.time }}}}",
        maker,
        device_class="timestamp",
    )
    is_known = {"topic": topics.state, "value_template": f"{{{{ 'online' if {known} else 'offline' }}}}"}
    config = {**made.config, "availability": [*made.config["availability"], is_known]}
    return Component(made.key, made.platform, config)


def _session(topics: PadTopics, maker: Maker) -> Iterator[Component]:
    minutes = "(value_json.session.remaining_s / 60) | round(0, 'ceil') | int"
    left = f"{{{{ {minutes} if value_json.session else '{NOTHING}' }}}}"
    yield _ends_at(topics, maker)
    yield _of(
        "remaining",
        "sensor",
        topics.state,
        left,
        maker,
        device_class="duration",
        unit_of_measurement=words.UNITS["minutes"][maker.language],
    )
    phases = [str(phase) for phase in Phase]
    yield _of("phase", "sensor", topics.state, "{{ value_json.phase }}", maker, device_class="enum", options=phases)
    yield _of("armed", "binary_sensor", topics.state, _yes("value_json.armed"), maker)
    yield _of("running", "binary_sensor", topics.state, _yes("value_json.session"), maker, device_class="running")


def _faults(topics: PadTopics, maker: Maker) -> Iterator[Component]:
    too_warm = [info.name for info in FAULTS.values() if info.name.startswith("over_temperature")]
    names = "value_json.faults | map(attribute='name') | list"
    hot = " or ".join(f"{json.dumps(name)} in names" for name in too_warm)
    first = f"{{{{ value_json.faults[0].name if value_json.faults else '{NO_FAULT}' }}}}"
    yield _of(
        "problem",
        "binary_sensor",
        topics.state,
        _yes("value_json.faults"),
        maker,
        device_class="problem",
        json_attributes_topic=topics.state,
        json_attributes_template=_FAULTS,
        **DIAGNOSTIC,
    )
    yield _of(
        "too_warm",
        "binary_sensor",
        topics.state,
        f"{{% set names = {names} %}}" + _yes(hot),
        maker,
        device_class="heat",
        **DIAGNOSTIC,
    )
    options = [NO_FAULT, *(info.name for info in FAULTS.values())]
    yield _of("fault", "sensor", topics.state, first, maker, device_class="enum", options=options, **DIAGNOSTIC)


def _zone(zone: str, topics: PadTopics, maker: Maker) -> Iterator[Component]:
    place, quoted = words.place(zone, maker.language), json.dumps(zone)
    dose = f"{{{{ value_json.dose[{quoted}] | default(0) | round(2) }}}}"
    duty = f"{{{{ (value_json.zones[{quoted}].duty * 100) | round | int }}}}"
    guard = f"value_json.witnesses[{quoted}]"
    for key, topic, template, more in (
        ("dose", topics.state, dose, {"unit_of_measurement": words.UNITS["dose"][maker.language]}),
        ("duty", topics.state, duty, {"unit_of_measurement": "%"}),
        ("witness", topics.health, f"{{{{ {guard} if {guard} is number else '{NOTHING}' }}}}", CELSIUS),
    ):
        made: dict[str, Any] = {**more, **MEASURED, **DIAGNOSTIC, "name": maker.word(key, place=place)}
        yield maker.make(
            f"{key}_{zone}", "sensor", made.pop("name"), state_topic=topic, value_template=template, qos=QOS, **made
        )


def _link(topics: PadTopics, maker: Maker) -> Iterator[Component]:
    there = {"device_class": "connectivity", "payload_on": "online", "payload_off": "offline"}
    link = Maker(maker.owner, maker.availability[:1], maker.language)  # it says that the pad is not there
    yield link.make(
        "link", "binary_sensor", link.word("link"), state_topic=topics.availability, qos=QOS, **there, **DIAGNOSTIC
    )
    counted = {"state_class": "total_increasing", **DIAGNOSTIC}
    yield _of("link_errors", "sensor", topics.health, "{{ value_json.link_errors }}", maker, **counted)
    yield _of(
        "limits",
        "sensor",
        topics.info,
        "{{ value_json.limits.target_max_c }}",
        maker,
        json_attributes_topic=topics.info,
        json_attributes_template="{{ value_json.limits | tojson }}",
        **CELSIUS,
        **DIAGNOSTIC,
    )


def _happenings(topics: PadTopics, maker: Maker) -> Iterator[Component]:
    kinds = list(get_args(EventKind))
    yield _of("happening", "event", topics.event, _HAPPENING, maker, event_types=kinds)
    yield Component(
        "button",
        "device_automation",
        {
            "automation_type": "trigger",
            "type": "button_short_press",
            "subtype": "button",
            "topic": topics.event,
            "value_template": "{{ value_json.kind }}",
            "payload": "button",
            "qos": QOS,
        },
    )
