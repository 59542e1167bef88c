"""`request` and `reply`: what shall be done, the arguments of each verb, and the answer."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from poultice.mqtt.messages.base import Args, Id, Message, ProgramName, Reason
from poultice.therapy.body import BodyRegion
from poultice.therapy.program_file import PatternName
from poultice.therapy.state import Status
from poultice.therapy.switch import LEVELS


class RequestMessage(Message):
    """`request/<role>/<verb>`: never retained. `automation` may leave out id and epoch."""

    id: Id | None = None
    epoch: str | None = None
    args: Args = {}


class StartArgs(Message):
    """Arguments of `start`: a program, or `@selected`; `rest` begins where the offered session was cut off. The program
    `warmth`, and no other, needs a `zone` and a `target` in °C, 40 at most."""

    program: ProgramName
    zone: str | None = None
    target: Annotated[float, Field(ge=0, le=100)] | None = None
    person: Annotated[str, Field(min_length=1, max_length=64)] = "me"
    rest: bool | None = None


class AdjustArgs(Message):
    """Arguments of `adjust`: a zone with a target in °C, or motors with an intensity in percent; or a `change` by one
    step, of the zone that is named, else of the massage. Or, as thermostats and fans speak: `heat` of a zone on or off;
    `massage` on or off, its `level` (0 to 3, of 20 % each) or its `pattern`, of `motors` or of all."""

    zone: str | None = None
    target: Annotated[float, Field(ge=0, le=100)] | None = None
    motors: list[str] | None = None
    intensity: Annotated[int, Field(ge=0, le=100)] | None = None
    change: Literal["less", "more"] | None = None
    heat: Literal["on", "off"] | None = None
    massage: Literal["on", "off"] | None = None
    level: Annotated[int, Field(strict=True, ge=0, le=LEVELS)] | None = None
    pattern: PatternName | None = None


class AnswerArgs(Message):
    """Arguments of `answer`: `next` (done with the step), `awake`, `rest` ("no": it is not offered again), `comfort`
    (less, fine, more, stop), `pain` (0 to 10, in the `region` that is asked of, or in another) or `note` (a text)."""

    question: Literal["next", "awake", "rest", "comfort", "pain", "note"]
    value: (
        Annotated[int, Field(strict=True, ge=0, le=10)] | Annotated[str, Field(min_length=1, max_length=500)] | None
    ) = None
    region: BodyRegion | None = None


class SelectArgs(Message):
    """Arguments of `select`: the program that a start of `@selected` shall mean. Nothing moves."""

    program: ProgramName


class NoArgs(Message):
    """Arguments of `resume`, `skip` and `back`: none. (`stop` and `pause` are obeyed whatever is said with them.)"""


class NudgeArgs(Message):
    """Arguments of `nudge`: none; how strong and how long is fixed."""


class ReplyMessage(Message):
    """`reply/<role>/<verb>`."""

    id: str
    status: Status
    reason: Reason
    applied: dict[str, Any] = {}
