"""Reads a TOML file into a strict model, says every problem in a sentence, and fingerprints the meaning."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails


class Strict(BaseModel):
    """Base of all models here: no coercion, no unknown key, no NaN, nothing changed afterwards."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct: in which entry, what is wrong, what to do. `entry` is a dotted path or empty."""

    entry: str
    wrong: str
    remedy: str

    def sentence(self, file: str) -> str:
        """The problem as a person reads it."""
        entry = f"{self.entry} " if self.entry else ""
        return f"{file}: {entry}{self.wrong}: {self.remedy}."


class SourceError(Exception):
    """The TOML files cannot be used; every problem is one sentence."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


Model = TypeVar("Model", bound=BaseModel)


def read(path: Path, name: str, model: type[Model]) -> Model:
    """Reads `path` (called `name` in sentences) into `model`. Raises SourceError."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SourceError([f"{name}: is missing: restore it from the repository."]) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SourceError([f"{name}: cannot be read ({error}): correct the file."]) from error
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise SourceError([p.sentence(name) for p in _problems(error)]) from error


def fingerprint(content: Mapping[str, Any]) -> int:
    """32 bits of the meaning: independent of comments, layout and the order of keys."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return int.from_bytes(hashlib.sha256(canonical.encode()).digest()[:4], "big")


def _problems(error: ValidationError) -> Iterator[Problem]:
    said: set[str] = set()
    for item in error.errors():
        entry = _entry(item["loc"])
        if entry not in said:  # a value that is neither of two types is said twice
            said.add(entry)
            yield _problem(entry, item)


def _problem(entry: str, item: ErrorDetails) -> Problem:
    kind, given, context = item["type"], item.get("input"), item.get("ctx", {})
    if kind == "missing":
        return Problem(entry, "is missing", "add it")
    if kind == "extra_forbidden":
        return Problem(entry, "is not known here", "remove it or correct its spelling")
    if kind in _WORDS:
        return Problem(entry, f"is {_short(given)}", f"it must be {_WORDS[kind]} {next(iter(context.values()))}")
    message = item["msg"]
    return Problem(entry, f"is {_short(given)}", f"correct it ({message[0].lower()}{message[1:]})")


_WORDS = {
    "greater_than_equal": "at least",
    "less_than_equal": "at most",
    "greater_than": "more than",
    "less_than": "less than",
    "literal_error": "one of",
    "string_pattern_mismatch": "of the form",
}


def _entry(loc: tuple[int | str, ...]) -> str:
    """`("zones", 0, "area_m2")` as `zones[0].area_m2`; pydantic's own words left out."""
    if loc[-1] == "[key]" or (loc[-1] in ("int", "str") and loc[-2] in UNIONS):
        loc = loc[:-1]
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc).removeprefix(".")


UNIONS = ("count", "max")
"""Keys that are a number or a name; of these pydantic says which of the two it tried."""


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
