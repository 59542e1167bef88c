"""The program to start as a selection, a button that starts it, and the button that stops everything."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator

from poultice.mqtt.home_assistant.component import NOTHING, QOS, Component, Maker, request
from poultice.mqtt.home_assistant.words import Language
from poultice.mqtt.messages import ProgramOutline
from poultice.mqtt.topics import PadTopics

_ATTRIBUTES = (
    "{{ {'armed': value_json.armed, "
    "'invitation': value_json.invitation.title.%s if value_json.invitation else none} | tojson }}"
)


def titles(programs: Iterable[ProgramOutline], language: Language) -> dict[str, str]:
    """Ids by title; a title that two share, or that means nothing to Home Assistant, gives way to the id."""
    listed = list(programs)
    count = Counter(program.title[language] for program in listed)
    count[NOTHING] = 2
    return {
        program.id if count[title] > 1 or title.lower() == NOTHING.lower() else title: program.id
        for program in listed
        for title in [program.title[language]]
    }


def choice(programs: Iterable[ProgramOutline], topics: PadTopics, maker: Maker) -> Iterator[Component]:
    """Selection and start, where there is anything to start."""
    ids = titles(programs, maker.language)
    if not ids:
        return
    names = {program: title for title, program in ids.items()}
    attributes = _ATTRIBUTES % maker.language
    yield maker.make(
        "program",
        "select",
        maker.word("program"),
        options=list(ids),
        state_topic=topics.state,
        value_template=f"{{{{ {json.dumps(names)}.get(value_json.selected, '{NOTHING}') }}}}",
        command_topic=topics.request("automation", "select"),
        command_template=request({"program": f"{{{{ {json.dumps(ids)}.get(value, '') | tojson }}}}"}),
        json_attributes_topic=topics.state,
        json_attributes_template=attributes,
        qos=QOS,
    )
    yield maker.make(
        "start",
        "button",
        maker.word("start"),
        command_topic=topics.request("automation", "start"),
        payload_press=request({"program": '"@selected"'}),
        json_attributes_topic=topics.state,
        json_attributes_template=attributes,
        qos=QOS,
    )


def stop(topics: PadTopics, maker: Maker) -> Component:
    """Available always: a button that is not is pressed without a word, and publishes nothing."""
    button = maker.make(
        "stop",
        "button",
        maker.word("stop"),
        command_topic=topics.request("automation", "stop"),
        payload_press=request({}),
        qos=QOS,
    )
    del button.config["availability_mode"]
    return Component(button.key, button.platform, {**button.config, "availability": []})
