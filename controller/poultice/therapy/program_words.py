"""Words for what the models of a program file found wrong: what it is, and what to write instead."""

from __future__ import annotations

import difflib
from typing import Any

from pydantic_core import ErrorDetails

from poultice.therapy.problems import Path, Problem, written
from poultice.therapy.program_file import (
    CardPart,
    Description,
    EndPart,
    HeatPart,
    MassagePart,
    Part,
    ProgramFile,
    RepeatPart,
    Requires,
    StepPart,
    Title,
)
from poultice.therapy.yaml_source import Source

_PARTS: dict[str, type[Part]] = {
    "title": Title,
    "description": Description,
    "requires": Requires,
    "grounds": Description,
    "text": Description,
    "caution": Description,
    "massage": MassagePart,
    "(step)": StepPart,
    "(repeat)": RepeatPart,
    "(warm)": HeatPart,
    "(fade)": EndPart,
}

_KINDS = frozenset({"(step)", "(repeat)", "(warm)", "(off)", "(fade)", "[key]"})
_SHAPES = {
    "string_type": "a text",
    "int_type": "a whole number",
    "list_type": "a list, each entry after a hyphen or all in [ ]",
    "dict_type": "keys and values, like {target: 40 °C}",
    "model_type": "keys and values",
    "model_attributes_type": "keys and values",
}


def explained(error: ErrorDetails, source: Source) -> Problem:
    """One finding of pydantic as a problem of the file."""
    path = _path(error["loc"])
    message, remedy = _words(error, path)
    if error["type"] == "missing":  # it stands nowhere: point at what it is missing in
        return Problem(source.file, source.line(path[:-1]), written(path), message, remedy)
    return source.problem(path, message, remedy)


def _path(loc: tuple[str | int, ...]) -> Path:
    """pydantic puts the kind, like (step), behind what has several, and [key] behind a wrong key; neither is in the
    file."""
    return tuple(part for part in loc if part not in _KINDS)


def _words(error: ErrorDetails, path: Path) -> tuple[str, str]:
    """What is wrong and what to do, by pydantic's kind of error."""
    kind, context = error["type"], error.get("ctx", {})
    if kind in _SHAPES:
        return f"{_shown(error['input'])} does not fit here", f"write {_SHAPES[kind]}"
    if kind in ("quantity", "contradiction"):
        return str(context["message"]), str(context["remedy"])
    if kind == "missing":
        return "this is missing", f"add {path[-1]}"
    if kind == "extra_forbidden":
        return "unknown key", _known(error["loc"])
    return _about_value(error, context)


def _about_value(error: ErrorDetails, context: dict[str, Any]) -> tuple[str, str]:
    value = _shown(error["input"])
    match error["type"]:
        case "literal_error":
            return f"{value} is not known here", f"write {context['expected']}"
        case "string_pattern_mismatch":
            return f"{value} is not a name", "use lower-case letters, digits and hyphens"
        case "string_too_short" | "string_too_long":
            return "a text of the wrong length", f"write {_length(context)} characters"
        case "greater_than_equal" | "less_than_equal":
            return f"{error['input']} is out of range", f"write a number {_bound(context)}"
    return "nothing stands here", "write at least one entry"


def _cut(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:37] + "…"


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a group of keys"
    if isinstance(value, list):
        return "a list"
    return "nothing" if value is None else f'"{_cut(value)}"'


def _length(context: dict[str, Any]) -> str:
    return f"at most {context['max_length']}" if "max_length" in context else f"at least {context['min_length']}"


def _bound(context: dict[str, Any]) -> str:
    return f"of {context['ge']} or more" if "ge" in context else f"of {context['le']} or less"


def _known(loc: tuple[str | int, ...]) -> str:
    """What may stand where an unknown key stands: the nearest word, or all of them."""
    names = sorted(field.alias or name for name, field in _around(loc).model_fields.items())
    close = difflib.get_close_matches(str(loc[-1]), names, n=1)
    return f"did you mean {close[0]}?" if close else f"known here: {', '.join(names)}"


def _around(loc: tuple[str | int, ...]) -> type[Part]:
    if len(loc) == 1:
        return ProgramFile
    return CardPart if len(loc) == 3 and loc[0] == "cards" else _PARTS[str(loc[-2])]
