"""What comes in over MQTT, as values: one message read, or why it was dropped. Pure; any bytes are survived."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from poultice.mqtt import topics
from poultice.mqtt.envelope import PLAIN, Envelope
from poultice.mqtt.messages import (
    AdjustArgs,
    AnswerArgs,
    ButtonMessage,
    ControllerInfo,
    NoArgs,
    NudgeArgs,
    PadHealth,
    QueryMessage,
    RequestMessage,
    SelectArgs,
    StartArgs,
)
from poultice.therapy.state import Reason, Reply, Request, Role, Status, Verb

MAX_REQUEST_BYTES = 8 * 1024
MAX_QUERY_BYTES = 256 * 1024
MAX_BUTTON_BYTES = 256

ROLES = frozenset(str(role) for role in Role)
VERBS = frozenset(str(verb) for verb in Verb)
ARGS: dict[Verb, type[BaseModel]] = {
    Verb.START: StartArgs,
    Verb.ADJUST: AdjustArgs,
    Verb.ANSWER: AnswerArgs,
    Verb.NUDGE: NudgeArgs,
    Verb.SELECT: SelectArgs,
    Verb.RESUME: NoArgs,
    Verb.SKIP: NoArgs,
    Verb.BACK: NoArgs,
}  # stop and pause are obeyed whatever is said with them
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class RequestIn:
    """Somebody asks something of a pad; `role` and `verb` are the topic's. Only a `stop` can be `retained`. The
    envelope grants no right: it says where else to answer, and lets the request count for a shorter time."""

    pad: str
    role: Role
    verb: Verb
    message: RequestMessage
    retained: bool = False
    envelope: Envelope = PLAIN


@dataclass(frozen=True, slots=True)
class QueryIn:
    """Somebody asks what moves no output."""

    pad: str
    role: Role
    what: str
    message: QueryMessage
    envelope: Envelope = PLAIN


@dataclass(frozen=True, slots=True)
class SimulatedButtonIn:
    """The pin of a simulated pad's button is pressed for `press_s`."""

    pad: str
    press_s: float


@dataclass(frozen=True, slots=True)
class Connected:
    """The broker answers, by MQTT `protocol` "5" or "3.1.1". Every epoch handed out before is void."""

    protocol: str


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The broker is gone or does not let us in; `reason` is a sentence for people."""

    reason: str


@dataclass(frozen=True, slots=True)
class ControllerSaid:
    """A controller, perhaps this one, says whether it is there, or what it is."""

    controller: str
    said: bool | ControllerInfo


class PadName(BaseModel):
    """What matters of another controller's info of a pad; the rest is large, and may be of another version."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: Annotated[str, Field(min_length=1, max_length=64)]
    controller: Annotated[str, Field(max_length=64)]


@dataclass(frozen=True, slots=True)
class PadSaid:
    """What a controller, perhaps this one, says of a pad that is also here: its info or its health."""

    pad: str
    said: PadName | PadHealth


@dataclass(frozen=True, slots=True)
class Born:
    """Home automation has begun, and may have forgotten what it was told."""


Incoming = RequestIn | QueryIn | SimulatedButtonIn | ControllerSaid | PadSaid | Connected | Disconnected | Born


@dataclass(frozen=True, slots=True)
class Dropped:
    """A message that was not for us or not fit to read, and why."""

    why: str


def read(topic: str, payload: bytes, retained: bool, envelope: Envelope = PLAIN) -> Incoming | Dropped:
    """Reads one message on a pad's topic. Empty payloads only clear retained messages and mean nothing."""
    parsed = topics.parse(topic)
    if parsed is None:
        return Dropped("not one of our topics")
    if not payload:
        return Dropped("empty")
    if parsed.kind == "controller":
        return _of_controller(parsed.id, parsed.path, payload)
    return _of_pad(parsed, payload, retained, envelope)


def _of_pad(parsed: topics.Parsed, payload: bytes, retained: bool, envelope: Envelope) -> Incoming | Dropped:
    match parsed.path:
        case ("request", role, verb):
            request = _request(parsed.id, role, verb, payload, retained)
            return replace(request, envelope=envelope) if isinstance(request, RequestIn) else request
        case ("query", role, what):
            query = _query(parsed.id, role, what, payload, retained)
            return replace(query, envelope=envelope) if isinstance(query, QueryIn) else query
        case ("simulated", "button"):
            return _button(parsed.id, payload, retained)
    return _pad_said(parsed.id, parsed.path, payload)


def _pad_said(pad: str, path: tuple[str, ...], payload: bytes) -> Incoming | Dropped:
    match path:
        case ("info",):
            name = _parse(PadName, payload, MAX_QUERY_BYTES)
            return name if isinstance(name, Dropped) else PadSaid(pad, name)
        case ("health",):
            health = _parse(PadHealth, payload, MAX_REQUEST_BYTES)
            return health if isinstance(health, Dropped) else PadSaid(pad, health)
    return Dropped("nothing is read on this topic")


def as_request(incoming: RequestIn) -> Request | Reply:
    """The request for the therapy core, its arguments checked; or the refusal to send back."""
    message = incoming.message
    model = ARGS.get(incoming.verb)
    try:
        args = message.args if model is None else model.model_validate(message.args).model_dump(exclude_none=True)
    except ValidationError as error:
        reason = Reason("arguments", f"The arguments of {incoming.verb} do not fit: {first_problem(error)}.")
        return Reply(message.id or "", Status.REFUSED, reason)
    return Request(incoming.role, incoming.verb, message.id or "", message.epoch, dict(args), incoming.retained)


def first_problem(error: ValidationError) -> str:
    """The first thing wrong with a payload, in half a sentence without the payload's own words."""
    problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(part)[:40] for part in problem["loc"])
    text = problem["msg"][0].lower() + problem["msg"][1:160]
    return f"{where}: {text}" if where else text


def _request(pad: str, role: str, verb: str, payload: bytes, retained: bool) -> RequestIn | Dropped:
    if role not in ROLES or verb not in VERBS:
        return Dropped("unknown role or verb")
    if verb == Verb.STOP:
        return RequestIn(pad, Role(role), Verb.STOP, _stop_message(payload), retained)
    if retained:
        return Dropped("a retained request is never obeyed, except stop")
    message = _parse(RequestMessage, payload, MAX_REQUEST_BYTES)
    return message if isinstance(message, Dropped) else RequestIn(pad, Role(role), Verb(verb), message)


def _stop_message(payload: bytes) -> RequestMessage:
    """Whatever is said on `stop` stops; an id is only needed to answer."""
    message = _parse(RequestMessage, payload, MAX_REQUEST_BYTES)
    return RequestMessage() if isinstance(message, Dropped) else message


def _query(pad: str, role: str, what: str, payload: bytes, retained: bool) -> QueryIn | Dropped:
    if role not in ROLES or retained:
        return Dropped("unknown role, or retained")
    message = _parse(QueryMessage, payload, MAX_QUERY_BYTES)
    return message if isinstance(message, Dropped) else QueryIn(pad, Role(role), what, message)


def _of_controller(name: str, path: tuple[str, ...], payload: bytes) -> Incoming | Dropped:
    match path:
        case ("availability",):
            return ControllerSaid(name, payload == b"online")
        case ("info",):
            info = _parse(ControllerInfo, payload, MAX_REQUEST_BYTES)
            return info if isinstance(info, Dropped) else ControllerSaid(name, info)
    return Dropped("nothing is read on this topic")


def _button(pad: str, payload: bytes, retained: bool) -> Incoming | Dropped:
    if retained:
        return Dropped("a retained press is never obeyed")
    message = _parse(ButtonMessage, payload, MAX_BUTTON_BYTES)
    return message if isinstance(message, Dropped) else SimulatedButtonIn(pad, message.press_s)


def _parse(model: type[Model], payload: bytes, limit: int) -> Model | Dropped:
    if len(payload) > limit:
        return Dropped(f"{len(payload)} bytes are more than {limit}")
    try:
        return model.model_validate_json(payload)
    except ValidationError as error:
        return Dropped(first_problem(error))
