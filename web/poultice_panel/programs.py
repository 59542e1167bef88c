"""Programs of one's own, written on the page: looked up, judged, kept and taken away by the pad's controller.

A program's `content` is what its file has, as JSON, quantities as people write them; the YAML is made and read by the
controller. Each answer is a `ResultMessage`: refused with a reason, or ok with what is described at each route.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from poultice.mqtt.messages import Args, ResultMessage
from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, model_validator
from pydantic.config import JsonDict

from poultice_panel.app import Body, PadId, TheHouse, know

EXAMPLE: JsonDict = {
    "schema": "poultice-program/1",
    "id": "my-evening",
    "title": {"en": "My evening", "de": "Mein Abend"},
    "evidence": "weak",
    "requires": {"zones": ["lumbar"]},
    "max_total": "20 min",
    "steps": [{"id": "warm", "duration": "12 min", "heat": {"lumbar": {"target": "39 °C"}}}],
}
ProgramId = Annotated[str, Field(min_length=1, max_length=64)]
Text = Annotated[str, Field(max_length=64 * 1024)]

_ARGS: TypeAdapter[dict[str, Any]] = TypeAdapter(Args)


def _one_of_args(content: dict[str, Any]) -> dict[str, Any]:
    """One level deeper it must still be what may be asked."""
    _ARGS.validate_python({"content": content})
    return content


Content = Annotated[dict[str, Any], AfterValidator(_one_of_args)]

routes = APIRouter(prefix="/api/pads/{pad}/programs")


class DraftBody(Body):
    """A program as content or as a file's text, one of the two; and how warm the room is, °C, where that is known."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"content": EXAMPLE}]})

    content: Content | None = None
    text: Text | None = None
    room_c: float | None = None

    @model_validator(mode="after")
    def _one(self) -> DraftBody:
        if (self.content is None) == (self.text is None):
            raise ValueError("say either content or text")
        return self


class SaveBody(Body):
    """A program to keep. `base` is what `get` said of the one that it is made of; none for a new one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"content": EXAMPLE}]})

    content: Content
    base: Annotated[str, Field(max_length=64)] | None = None


class ProgramBody(Body):
    """Which program."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"program": "my-evening"}]})

    program: ProgramId


@routes.post("/get")
async def get(pad: PadId, body: ProgramBody, house: TheHouse) -> ResultMessage:
    """A program: `{content, text, problems, outline, preview, own, base}`."""
    return await _ask(house, pad, "get", body.model_dump())


@routes.post("/check")
async def check(pad: PadId, body: DraftBody, house: TheHouse) -> ResultMessage:
    """What is to be said of one: `{content, text, problems: [{path, line, message, remedy}], outline, preview}`."""
    return await _ask(house, pad, "check", body.model_dump(exclude_none=True))


@routes.post("/save")
async def save(pad: PadId, body: SaveBody, house: TheHouse) -> ResultMessage:
    """Keeps one, where nothing speaks against it: `{program, base}`; else refused, with `problems` where it has any."""
    return await _ask(house, pad, "save", body.model_dump(exclude_none=True))


@routes.post("/delete")
async def delete(pad: PadId, body: ProgramBody, house: TheHouse) -> ResultMessage:
    """Takes one's own away: `{program, content}`, so that it can be had again."""
    return await _ask(house, pad, "delete", body.model_dump())


async def _ask(house: TheHouse, pad: str, op: str, args: dict[str, Any]) -> ResultMessage:
    await know(house, pad)
    return await house.asking.query(pad, "programs", {"op": op, **args})
