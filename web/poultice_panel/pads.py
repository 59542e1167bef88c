"""What the panel knows of every pad: a pure fold of what is published over MQTT. Nothing here reads a clock.

An entry, as `/api/pads`, `/api/live` and the page see it:

    {id, controller_online, online, info, state, state_age_s, health, prompts}

`info`, `state` and `health` are the payloads of the same names, or null; `online` is the pad's own word, and a pad is
there when its controller and it are both online. `prompts` is the one that still waits for this
person's answer, if any: what the coach says to others is theirs.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from poultice.mqtt import topics
from poultice.mqtt.messages import (
    ControllerHealth,
    ControllerInfo,
    Message,
    PadHealth,
    PadInfo,
    PadState,
    PromptMessage,
)
from pydantic import ValidationError

log = logging.getLogger(__name__)

MOST_PADS = 1000  # what one panel shows; bench-mqtt holds it to 500
MOST_CONTROLLERS = 256
MOST_PROMPTS = 32
LARGEST_BYTES = 256 * 1024
M = TypeVar("M", bound=Message)
PAYLOADS: dict[str, type[Message]] = {"info": PadInfo, "state": PadState, "health": PadHealth}


@dataclass(slots=True)
class Pad:
    """One pad; `info` is without programs and cards, which stand in `info_json` alone; `at_s` is when its state was
    true, by our own clock, as far as we can know; `heard` is whether that state came over the present connection to the
    broker: the epoch of an older one is void."""

    id: str
    online: bool = False
    info: PadInfo | None = None
    state: PadState | None = None
    health: PadHealth | None = None
    at_s: float = 0.0
    heard: bool = False
    info_json: str = "null"
    state_json: str = "null"
    health_json: str = "null"
    prompts: dict[str, tuple[float, str]] = field(default_factory=dict)  # by person: until when, s, and the payload


@dataclass(slots=True)
class Controller:
    """One controller; `pads` are those it says it has, None where it has not said."""

    online: bool = False
    pads: frozenset[str] | None = None
    info: ControllerInfo | None = None
    health: ControllerHealth | None = None


class Pads:
    """All pads that were heard of."""

    def __init__(self) -> None:
        self._pads: dict[str, Pad] = {}
        self._controllers: dict[str, Controller] = {}

    def __iter__(self) -> Iterator[Pad]:
        return iter(sorted(self._pads.values(), key=lambda pad: pad.id))

    def __len__(self) -> int:
        return len(self._pads)

    @property
    def controllers(self) -> Mapping[str, Controller]:
        """All controllers that were heard of."""
        return self._controllers

    def get(self, pad_id: str) -> Pad | None:
        """A pad, or None where it was not heard of."""
        return self._pads.get(pad_id)

    def forget_who_is_there(self) -> list[str]:
        """After a new connection to the broker: who is there is said anew by what it retains. The pads changed."""
        for pad in self._pads.values():
            pad.online = pad.heard = False
            pad.prompts.clear()  # not retained: those that still wait are said anew
        for controller in self._controllers.values():
            controller.online = False
        return sorted(self._pads)

    def fold(self, topic: str, payload: bytes, retained: bool, now_s: float, wall: datetime) -> list[str]:
        """Takes in one message; the ids of the pads whose entries changed. What cannot be read changes nothing."""
        parsed = topics.parse(topic)
        if parsed is None or len(parsed.path) != 1 or len(payload) > LARGEST_BYTES:
            return []
        word = parsed.path[0]
        if parsed.kind == "controller":
            return self._fold_controller(parsed.id, word, payload)
        if word == "prompt":
            return [] if retained else self._fold_prompt(parsed.id, payload, now_s, wall)
        changed = self._fold_pad(parsed.id, word, payload)
        pad = self._pads.get(parsed.id)
        if changed and word == "state" and pad is not None and pad.state is not None:
            pad.at_s = now_s - (_age_s(pad.state, wall) if retained else 0.0)
            pad.heard = True
        return changed

    def entry_json(self, pad: Pad, now_s: float, person: str, *, with_info: bool = True) -> str:
        """A pad's entry as JSON, with the prompt of this person alone; the payloads in it are the texts that were
        checked when they came. The info is nine tenths of it and changes hardly ever."""
        info = f'"info":{pad.info_json},' if with_info else ""
        until_s, prompts = pad.prompts.get(person, (now_s, ""))
        prompts = prompts if now_s < until_s else ""
        age = "null" if pad.state is None else f"{max(0.0, now_s - pad.at_s):.3f}"
        return (
            f'{{"id":{json.dumps(pad.id)},"controller_online":{_word(self.controller_online(pad))},'
            f'"online":{_word(pad.online)},{info}"state":{pad.state_json},"state_age_s":{age},'
            f'"health":{pad.health_json},"prompts":[{prompts}]}}'
        )

    def controller_online(self, pad: Pad) -> bool:
        """Whether a pad's controller is there, and has it."""
        controller = self._controllers.get(pad.info.controller) if pad.info else None
        return controller is not None and controller.online and (controller.pads is None or pad.id in controller.pads)

    def _fold_controller(self, name: str, word: str, payload: bytes) -> list[str]:
        if name not in self._controllers and len(self._controllers) >= MOST_CONTROLLERS:
            return []
        controller = self._controllers.setdefault(name, Controller())
        if word == "availability":
            controller.online = payload == b"online"
        elif word == "info":
            info = controller.info = _read(ControllerInfo, payload)
            controller.pads = frozenset(info.pads) if info else None
        elif word == "health":
            controller.health = _read(ControllerHealth, payload)
            return []
        return sorted(pad.id for pad in self._pads.values() if pad.info and pad.info.controller == name)

    def _fold_prompt(self, pad_id: str, payload: bytes, now_s: float, wall: datetime) -> list[str]:
        """A prompt of a pad that is known, or that it is over."""
        pad, prompt = self._pads.get(pad_id), _read(PromptMessage, payload)
        if pad is None or prompt is None or prompt.until.tzinfo is None:
            return []
        left_s = (prompt.until - wall).total_seconds()
        if left_s > 0 and not prompt.over:
            pad.prompts.pop(prompt.person, None)
            pad.prompts[prompt.person] = (now_s + left_s, prompt.model_dump_json())
        else:
            pad.prompts.pop(prompt.person, None)
        for person in list(pad.prompts)[:-MOST_PROMPTS]:
            del pad.prompts[person]
        return [pad_id]

    def _fold_pad(self, pad_id: str, word: str, payload: bytes) -> list[str]:
        if word != "availability" and word not in PAYLOADS:
            return []
        if pad_id not in self._pads and (len(self._pads) >= MOST_PADS or not payload):
            return []
        pad = self._pads.setdefault(pad_id, Pad(pad_id))
        if word == "availability":
            pad.online = payload == b"online"
        elif not _take(pad, word, payload):
            return []
        return [pad_id]


def _take(pad: Pad, word: str, payload: bytes) -> bool:
    """Puts a payload in its place; an empty one clears it. False where it cannot be read."""
    message = _read(PAYLOADS[word], payload) if payload else None
    if payload and message is None:
        return False
    setattr(pad, f"{word}_json", message.model_dump_json() if message else "null")
    if isinstance(message, PadInfo):  # of 500 pads their programs alone, as objects, would fill a small computer
        message = message.model_copy(update={"programs": [], "cards": {}})
    setattr(pad, word, message)
    return True


def _age_s(state: PadState, wall: datetime) -> float:
    """How old a state is that the broker kept for us: by the time in it, which is the best that we have."""
    try:
        return max(0.0, (wall - state.time).total_seconds())
    except TypeError:  # a time without zone
        return 0.0


def _read(model: type[M], payload: bytes) -> M | None:
    try:
        return model.model_validate_json(payload)
    except ValidationError as error:
        log.debug("A %s was dropped: %s", model.__name__, error)
        return None


def _word(value: bool) -> str:
    return "true" if value else "false"
