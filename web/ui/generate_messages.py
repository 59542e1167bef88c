"""Writes src/lib/messages.ts: the payloads of poultice.mqtt.messages that the page reads, and the limit that it draws.

`python web/ui/generate_messages.py [--check]`; a rule test runs the check, so that page and controller cannot drift.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from poultice.link.contract import OVER_TEMPERATURE_CUT_C
from poultice.mqtt import messages
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

TARGET = Path(__file__).resolve().parent / "src" / "lib" / "messages.ts"
ROOTS: tuple[type[BaseModel], ...] = (
    messages.PadInfo,
    messages.PadState,
    messages.PadHealth,
    messages.ReplyMessage,
    messages.ResultMessage,
    messages.PromptMessage,
    messages.CoachReport,
)
LIMIT_WORDS = "No heat at or above it, whatever is asked."
SCALARS = {"string": "string", "number": "number", "integer": "number", "boolean": "boolean", "null": "null"}


def type_of(schema: dict[str, Any]) -> str:
    """The TypeScript type of one JSON Schema."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " | ".join(type_of(option) for option in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    kind = schema.get("type")
    if kind == "array":
        item = type_of(schema["items"])
        return f"({item})[]" if " " in item else f"{item}[]"
    if kind == "object":
        values = schema.get("additionalProperties")
        return f"Record<string, {type_of(values) if isinstance(values, dict) else 'unknown'}>"
    return SCALARS.get(str(kind), "unknown")


def declaration(name: str, schema: dict[str, Any]) -> str:
    """One interface, or one union of words."""
    if "properties" not in schema:
        return f"export type {name} = {type_of(schema)};"
    fields = "".join(f"  {key}: {type_of(value)};\n" for key, value in schema["properties"].items())
    return f"export interface {name} {{\n{fields}}}"


def text() -> str:
    """The whole file."""
    _, schema = models_json_schema([(model, "serialization") for model in ROOTS], ref_template="#/$defs/{model}")
    declarations = [declaration(name, body) for name, body in sorted(schema["$defs"].items())]
    head = "// Made by generate_messages.py from poultice.mqtt.messages and the contract; do not edit."
    limit = f"/** {LIMIT_WORDS} */\nexport const OVER_TEMPERATURE_CUT_C = {OVER_TEMPERATURE_CUT_C:g};"
    return "\n\n".join([head, limit, *declarations]) + "\n"


def main() -> None:
    """Writes the file, or with --check compares it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only")
    if not parser.parse_args().check:
        TARGET.write_text(text(), encoding="utf-8")
    elif TARGET.read_text(encoding="utf-8") != text():
        raise SystemExit(f"{TARGET.name} is not what the messages say: run python web/ui/generate_messages.py")


if __name__ == "__main__":
    main()
