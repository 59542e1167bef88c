"""What Home Assistant is told by this controller, and what it was told by earlier runs, in announced.json.

Without that file nobody would know what to take back: of a pad, a zone or a form that is no more. What a run took back
that did not end in good order is taken back by the next one, too: it may have lost its broker just then.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Iterable, Iterator
from importlib.metadata import version
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from poultice.config import HomeAssistantSection
from poultice.files import replace_file
from poultice.mqtt.home_assistant.component import Device
from poultice.mqtt.home_assistant.forms import announcement, device_topic
from poultice.mqtt.home_assistant.hub import hub
from poultice.mqtt.home_assistant.pad import pad
from poultice.mqtt.messages import PadInfo
from poultice.therapy.limits import HostLimits
from poultice.therapy.tailored import warmest_c

log = logging.getLogger(__name__)

NAME = "announced.json"
NOTHING = b""  # retained, it takes back what was announced on its topic


class _Told(BaseModel):
    """`devices`: by device its topics; by topic the platforms of its entities, those of before among them."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    devices: dict[str, dict[str, dict[str, str]]] = {}
    gone: list[str] = []


class Discovery:
    """Called with a pad and what it says of itself: the payloads to be retained, by topic, the first first."""

    def __init__(
        self,
        settings: HomeAssistantSection,
        controller: str,
        pads: Collection[str],
        limits: HostLimits,
        directory: Path,
    ) -> None:
        self._settings = settings
        self._controller = controller
        self._limits = limits
        self._path = directory / NAME
        self._version = version("poultice")
        self._hub = hub(controller, self._version, settings.language)
        self._written = self._read()
        self._mine = {self._hub.id, *(f"poultice-pad-{name}" for name in pads)}
        self._to_take_back = self._written.gone
        self._told = self._written.model_copy(update={"gone": []})

    def adopt(self, pads: Iterable[str]) -> None:
        """Pads that are here, too, or may come again."""
        self._mine |= {f"poultice-pad-{name}" for name in pads}

    def __call__(self, pad_id: str, info: PadInfo) -> Iterable[tuple[str, bytes]]:
        """What to say now; what is to be taken back goes first, so that it does not take the new along."""
        devices = [self._hub, self._pad(pad_id, info)] if self._settings.enabled else []
        payloads: dict[str, bytes] = {}
        told = dict(self._told.devices)
        for device in devices:
            found = self._announced(device)
            payloads |= {topic: json.dumps(payload).encode() for topic, payload in found.items()}
            told[device.id] = {topic: self._platforms(device, topic) for topic in found}
        told = {name: topics for name, topics in told.items() if devices and name in self._mine}
        gone = [topic for topic in _topics(self._told.devices) if topic not in set(_topics(told))]
        self._remember(_Told(devices=told, gone=[*self._told.gone, *gone]))
        taken_back = dict.fromkeys([*self._to_take_back, *gone], NOTHING)
        self._to_take_back = []  # said once: Home Assistant complains of what it no longer knows
        return [
            *((topic, nothing) for topic, nothing in taken_back.items() if topic not in payloads),
            *payloads.items(),
        ]

    def settle(self) -> None:
        """The broker has had it all for a while: nothing needs to be taken back a second time."""
        self._remember(self._told.model_copy(update={"gone": []}))

    def _pad(self, pad_id: str, info: PadInfo) -> Device:
        return pad(pad_id, info, warmest_c(self._limits), self._settings.language)

    def _announced(self, device: Device) -> dict[str, dict[str, object]]:
        settings = self._settings
        before = self._before(device)
        return announcement(device, settings.form, settings.prefix, self._version, before)

    def _before(self, device: Device) -> dict[str, str]:
        return self._told.devices.get(device.id, {}).get(device_topic(device, self._settings.prefix), {})

    def _platforms(self, device: Device, topic: str) -> dict[str, str]:
        """What is said to be gone is kept in mind: Home Assistant may not have heard it yet."""
        if topic != device_topic(device, self._settings.prefix):
            return {}
        return {**self._before(device), **{part.key: part.platform for part in device.components}}

    # -- The file

    def _read(self) -> _Told:
        try:
            return _Told.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return _Told()
        except (OSError, ValidationError) as error:
            log.warning("%s is not readable (%.100s): what was announced before stays announced", self._path, error)
            return _Told()

    def _remember(self, told: _Told) -> None:
        self._told = told
        if told == self._written:
            return
        self._written = told
        try:
            replace_file(self._path, told.model_dump_json(indent=1))
        except OSError as error:
            log.warning("%s cannot be written (%s): an entity that goes may stay shown", self._path, error.strerror)


def _topics(devices: dict[str, dict[str, dict[str, str]]]) -> Iterator[str]:
    for topics in devices.values():
        yield from topics
