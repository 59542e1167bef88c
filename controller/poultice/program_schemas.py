"""The JSON Schemas of program and cards files, made from their models and shipped beside the presets.

`python -m poultice.program_schemas` writes them anew; a test compares. An editor finds them by a file's first line,
`# yaml-language-server: $schema=poultice-program-1.schema.json`.
"""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel

from poultice import programs
from poultice.therapy.program_file import CardsFile, ProgramFile

DIRECTORY = Path(programs.__path__[0])
DIALECT = "https://json-schema.org/draft/2020-12/schema"
MODELS: dict[str, type[BaseModel]] = {"poultice-program/1": ProgramFile, "poultice-cards/1": CardsFile}


def schemas() -> dict[str, str]:
    """Every schema's text by its file's name, such as `poultice-program-1.schema.json`."""
    return {f"{name.replace('/', '-')}.schema.json": _text(name, model) for name, model in MODELS.items()}


def _text(name: str, model: type[BaseModel]) -> str:
    body = {"$schema": DIALECT, "$id": f"urn:{name.replace('/', ':')}", **model.model_json_schema()}
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


def write(directory: Path = DIRECTORY) -> None:
    """Writes all of them."""
    for file_name, text in schemas().items():
        (directory / file_name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
