"""From a message on the broker to a line for people. Pure; any bytes are survived, none of them moves the terminal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from poultice.mqtt.messages import (
    Message,
    PadEvent,
    PadInfo,
    PadState,
    PromptMessage,
    QueryMessage,
    ReplyMessage,
    RequestMessage,
    ResultMessage,
)
from poultice.mqtt.topics import Parsed, parse

LONGEST = 300  # characters of a line; --json has all of it
STEP_K = 0.5  # a temperature that moved by less is no news
MODELS: Mapping[str, type[Message]] = {
    "state": PadState, "event": PadEvent, "info": PadInfo, "prompt": PromptMessage, "request": RequestMessage,
    "reply": ReplyMessage, "query": QueryMessage, "result": ResultMessage,
}  # fmt: skip
GOOD, BAD, PLAIN = "green", "red", ""
TONES = {"accepted": GOOD, "invited": "yellow", "refused": BAD, "stale": BAD, "ok": GOOD}


@dataclass(frozen=True, slots=True)
class Line:
    """Whose, what kind of message, what it says, and in which tone."""

    whose: str
    kind: str
    text: str
    tone: str = PLAIN


class Reader:
    """Remembers what each pad showed last, so that a state is a line only where it is news."""

    def __init__(self) -> None:
        self._shown: dict[str, object] = {}

    def read(self, topic: str, payload: bytes, retained: bool) -> Line | None:
        """The line of a message; None where it says nothing new, or is none of ours."""
        parsed = parse(topic)
        if parsed is None:
            return None
        kind = parsed.path[0]
        if kind in ("availability", "health") or parsed.kind == "controller":
            return self._there(parsed, payload)
        if not payload:
            return Line(parsed.id, kind, f"{' '.join(parsed.path[1:])} cleared".strip())
        try:
            line = self._words(parsed, payload)
        except (ValidationError, ValueError, RecursionError):
            line = Line(parsed.id, kind, f"{' '.join(parsed.path[1:])} cannot be read: {_tame(payload)}", BAD)
        if line is None:
            return None
        kept = " (kept by the broker)" if retained and kind not in ("state", "info") else ""
        return Line(line.whose, line.kind, f"{_clean(line.text)[:LONGEST]}{kept}", line.tone)

    def _there(self, parsed: Parsed, payload: bytes) -> Line | None:
        """Whether somebody is there, where that is news; of the rest nothing."""
        if parsed.path != ("availability",):
            return None
        word = _tame(payload)
        if self._shown.get(f"{parsed.kind}/{parsed.id}") == word:
            return None
        self._shown[f"{parsed.kind}/{parsed.id}"] = word
        whose = parsed.id if parsed.kind == "pad" else f"controller {parsed.id}"
        return Line(whose, "there", word, GOOD if word == "online" else BAD)

    def _words(self, parsed: Parsed, payload: bytes) -> Line | None:
        kind, more = parsed.path[0], " ".join(parsed.path[1:])
        model = MODELS.get(kind)
        if model is None:
            return Line(parsed.id, kind, f"{more} {_tame(payload)}".strip())
        if kind == "request" and parsed.path[-1] == "stop":
            return Line(parsed.id, kind, more, BAD)  # whatever it says
        message = model.model_validate_json(payload)
        return (
            self._state(parsed.id, message) if isinstance(message, PadState) else _line(parsed.id, kind, more, message)
        )

    def _state(self, pad: str, state: PadState) -> Line | None:
        news = (
            state.phase, state.armed, state.outputs_off, state.reason.code, state.invitation is None,
            state.session and (state.session.id, state.session.step), tuple(fault.name for fault in state.faults),
            tuple((zone.asked, _coarse(zone.temperature)) for zone in state.zones.values()),
        )  # fmt: skip
        if self._shown.get(f"state/{pad}") == news:
            return None
        self._shown[f"state/{pad}"] = news
        parts = [f"{state.phase}: {state.reason.text}", *(_zone(name, zone) for name, zone in state.zones.items())]
        parts += ["armed"] if state.armed else []
        parts += ["all off"] if state.outputs_off else []
        parts += [f"{state.session.program}, {state.session.remaining_s / 60:.0f} min left"] if state.session else []
        parts += [f"FAULT {fault.name}" for fault in state.faults]
        return Line(pad, "state", " · ".join(parts), BAD if state.faults else PLAIN)


def _line(pad: str, kind: str, more: str, message: Message) -> Line:
    text, tone = more, PLAIN
    match message:
        case PadEvent():
            said = message.reason.text
            text, tone = said if said.startswith(message.kind) else f"{message.kind}: {said}", "cyan"
        case PadInfo():
            simulated = ", simulated" if message.simulated else ""
            text = f"{message.name}, at {message.controller}, firmware {message.firmware_version}{simulated}"
        case PromptMessage():
            text = f"{'over: ' if message.over else ''}{message.text.get('en', message.kind)}"
        case RequestMessage():
            text, tone = f"{more} {_args(message.args)}", "bold"
        case ReplyMessage() | ResultMessage():
            text, tone = f"{more} {message.status}: {message.reason.text}", TONES[message.status]
        case QueryMessage():
            text = f"{more} {message.args.get('op', '')}"
    return Line(pad, kind, text.strip(), tone)


def _coarse(temperature_c: float | None) -> float | None:
    return None if temperature_c is None else round(temperature_c / STEP_K) * STEP_K


def _zone(name: str, zone: Any) -> str:
    measured = "unknown" if zone.temperature is None else f"{zone.temperature:.1f} °C"
    asked = "" if zone.asked is None else f" of {zone.asked:g}, {zone.watts:.0f} W"
    return f"{name.replace('_', ' ')} {measured}{asked}"


def _args(args: Mapping[str, Any]) -> str:
    """What is asked for; not what hurts, nor what somebody noted."""
    hidden = "value" if args.get("question") in ("pain", "note") else ""
    return " ".join(f"{key}={'…' if key == hidden else json.dumps(value)}" for key, value in args.items())


def _tame(payload: bytes) -> str:
    return _clean(payload[:80].decode("utf-8", "replace"))


def _clean(text: str) -> str:
    return "".join(each if each.isprintable() else "�" for each in text)


def as_json(time: str, topic: str, payload: bytes, retained: bool) -> str:
    """One message for scripts: its payload as JSON where it is any, else as text."""
    try:
        body = json.loads(payload)
        json.dumps(body, allow_nan=False)
    except (ValueError, RecursionError):
        body = payload.decode("utf-8", "replace")
    return json.dumps({"time": time, "topic": topic, "retained": retained, "payload": body}, ensure_ascii=True)
