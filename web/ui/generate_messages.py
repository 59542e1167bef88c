"""Writes src/lib/messages.ts and history-shapes.ts: the payloads of poultice.mqtt.messages and the panel's answers
about history that the page reads, and the limit that it draws; and src/lib/program-file.ts: the shape of a program's
content, as the editor holds it.

`python web/ui/generate_messages.py [--check]`; a rule test runs the check, so that page and controller cannot drift.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from poultice.link.contract import OVER_TEMPERATURE_CUT_C
from poultice.mqtt import messages
from poultice.therapy.program_file import ProgramFile
from poultice_panel.history import shapes
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

LIB = Path(__file__).resolve().parent / "src" / "lib"
ROOTS: tuple[type[BaseModel], ...] = (
    messages.PadInfo,
    messages.PadState,
    messages.PadHealth,
    messages.ReplyMessage,
    messages.ResultMessage,
    messages.PromptMessage,
    messages.CoachReport,
)
HISTORY: tuple[type[BaseModel], ...] = (
    shapes.SessionPage,
    shapes.SessionDetail,
    shapes.Summary,
    shapes.Report,
    shapes.AfterSession,
)
LIMIT_WORDS = "No heat at or above it, whatever is asked."
SCALARS = {"string": "string", "number": "number", "integer": "number", "boolean": "boolean", "null": "null"}


def type_of(schema: dict[str, Any]) -> str:
    """The TypeScript type of one JSON Schema."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if options := schema.get("anyOf") or (not schema.get("properties") and schema.get("oneOf")):
        return " | ".join(type_of(option) for option in options)
    if words := schema.get("enum") or ([schema["const"]] if "const" in schema else None):
        return " | ".join(json.dumps(value) for value in words)
    kind = schema.get("type")
    if kind == "array":
        item = type_of(schema["items"])
        return f"({item})[]" if " " in item else f"{item}[]"
    if kind == "object":
        values = schema.get("additionalProperties") or next(iter(schema.get("patternProperties", {}).values()), None)
        return f"Record<string, {type_of(values) if isinstance(values, dict) else 'unknown'}>"
    return SCALARS.get(str(kind), "unknown")


def declaration(name: str, schema: dict[str, Any], *, sent: bool = True) -> str:
    """One interface, or one union of words. What is `sent` by us has all its fields; what is read may miss some."""
    if "properties" not in schema:
        return f"export type {name} = {type_of(schema)};"
    always = schema["properties"].keys() if sent else schema.get("required", ())
    fields = "".join(
        f"  {key}{'' if key in always else '?'}: {type_of(value)};\n" for key, value in schema["properties"].items()
    )
    return f"export interface {name} {{\n{fields}}}"


def declarations(roots: tuple[type[BaseModel], ...], known: tuple[type[BaseModel], ...] = ()) -> list[str]:
    """The models and what they hold, but for what is `known` from elsewhere."""
    _, schema = models_json_schema([(model, "serialization") for model in roots], ref_template="#/$defs/{model}")
    there = {model.__name__ for model in known}
    return [declaration(name, body) for name, body in sorted(schema["$defs"].items()) if name not in there]


def texts() -> dict[str, str]:
    """Each file, by its name."""
    made = "// Made by generate_messages.py from poultice.mqtt.messages and the contract; do not edit."
    limit = f"/** {LIMIT_WORDS} */\nexport const OVER_TEMPERATURE_CUT_C = {OVER_TEMPERATURE_CUT_C:g};"
    shaped = "// Made by generate_messages.py from poultice_panel.history.shapes; do not edit."
    reason = 'import type { Reason } from "./messages";'
    files = {
        "messages.ts": [made, limit, *declarations(ROOTS)],
        "history-shapes.ts": [f"{shaped}\n{reason}", *declarations(HISTORY, (messages.Reason,))],
    }
    return {**{name: "\n\n".join(parts) + "\n" for name, parts in files.items()}, "program-file.ts": program_text()}


def program_text() -> str:
    """A program's content: quantities are texts, "40 °C", and what is left out has its default."""
    schema = ProgramFile.model_json_schema()
    shapes = sorted([*schema.pop("$defs").items(), ("ProgramFile", schema)])
    declared = [declaration(name, body, sent=False) for name, body in shapes]
    head = "// Made by generate_messages.py from poultice.therapy.program_file; do not edit."
    return "\n\n".join([head, *declared]) + "\n"


def main() -> None:
    """Writes the files, or with --check compares them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only")
    check = parser.parse_args().check
    for name, text in texts().items():
        file = LIB / name
        if not check:
            file.write_text(text, encoding="utf-8")
        elif file.read_text(encoding="utf-8") != text:
            raise SystemExit(f"{name} is not what the models say: run python web/ui/generate_messages.py")


if __name__ == "__main__":
    main()
