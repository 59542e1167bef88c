"""What every payload is made of: the strict model, ids and names, free arguments, a reason in words."""

from __future__ import annotations

from math import isfinite
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class Message(BaseModel):
    """Base of all payloads: frozen; an unknown key is an error; NaN and infinity are not JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, ser_json_inf_nan="null")


Id = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$")]
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^\S(.*\S)?$")]
ProgramName = Annotated[str, Field(min_length=1, max_length=64)]
PersonName = Annotated[str, Field(min_length=1, max_length=64)]
ARGS_DEPTH_MAX = 32  # nothing that is asked of a pad is nested so deeply; what is could not be written as JSON again


def _plain(value: Any) -> Any:
    """Refuses NaN and infinity wherever they hide (a number that is none must not reach a comparison), and what is
    nested beyond reason."""
    _look(value, 0)
    return value


def _look(value: Any, deep: int) -> None:
    if isinstance(value, float) and not isfinite(value):
        raise ValueError("NaN and infinity are not JSON")
    if deep > ARGS_DEPTH_MAX:
        raise ValueError(f"nest at most {ARGS_DEPTH_MAX} levels")
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _look(item, deep + 1)


Args = Annotated[dict[str, Any], AfterValidator(_plain)]


class Reason(Message):
    """Why, in words; `code` and `values` for translation."""

    code: str
    text: str
    values: dict[str, float | str] = {}
