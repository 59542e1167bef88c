"""A pad called sofa on a controller called attic, announced: what the tests of home automation look at.

`python -m tests.mqtt.home_assistant.samples` writes the snapshots anew; read what changed before you keep it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from poultice.description import pad_info
from poultice.mqtt.home_assistant.forms import Form, announcement
from poultice.mqtt.home_assistant.hub import hub
from poultice.mqtt.home_assistant.pad import pad
from poultice.mqtt.home_assistant.words import Language
from poultice.mqtt.messages import PadInfo, ProgramOutline, StepOutline
from poultice.therapy.limits import HostLimits

SNAPSHOTS = Path(__file__).with_name("snapshots")
LIMITS = HostLimits(automation_programs=frozenset({"gentle", "hot", "rub", "warmth"}))
PREFIX, VERSION = "homeassistant", "1.2.3"


def program(name: str, title_en: str, title_de: str, target_c: float | None) -> ProgramOutline:
    step = StepOutline(id="warm", duration_s=600, heat={} if target_c is None else {"lumbar": target_c})
    return ProgramOutline(
        id=name,
        title={"en": title_en, "de": title_de},
        evidence="convention",
        total_s=600,
        zones=["lumbar"],
        motors=[],
        heats=target_c is not None,
        steps=[step],
    )


PROGRAMS = [
    program("gentle", 'Gentle "first" use', "Sanft zum Kennenlernen, 1×", 40.0),
    program("hot", "Hot", "Heiß", 40.5),  # too warm for automation, whatever is listed
    program("rub", "Rub", "Reiben", None),  # a massage is not for automation
    program("unlisted", "Unlisted", "Nicht erlaubt", 38.0),
]


def info(**changed: Any) -> PadInfo:
    """What the pad of the facts says of itself, with few and lasting programs."""
    said = pad_info(name="Sofa", controller="attic", simulated=False, hello=None, limits=LIMITS, programs=())
    known = {"firmware_version": "0.1.0", "board_id": "0102030405060708", "programs": PROGRAMS}
    return said.model_copy(update={**known, **changed})


def announced(form: Form = "device", language: Language = "en", said: PadInfo | None = None) -> dict[str, Any]:
    """All payloads by topic, the hub's first."""
    devices = [hub("attic", VERSION, language), pad("sofa", said or info(), 40.0, language)]
    found = (announcement(device, form, PREFIX, VERSION, {}) for device in devices)
    return {topic: payload for payloads in found for topic, payload in payloads.items()}


def components(language: Language = "en") -> dict[str, dict[str, Any]]:
    """The pad's entities by key."""
    return dict(announced("device", language)["homeassistant/device/poultice-pad-sofa/config"]["cmps"])


def snapshots() -> Iterator[tuple[Path, str]]:
    """Every snapshot's file, and what belongs into it."""
    for form in get_args(Form):
        for language in get_args(Language):
            text = json.dumps(announced(form, language), indent=1, ensure_ascii=False)
            yield SNAPSHOTS / f"{form}-{language}.json", text + "\n"


if __name__ == "__main__":
    for path, text in snapshots():
        path.write_text(text, encoding="utf-8")
