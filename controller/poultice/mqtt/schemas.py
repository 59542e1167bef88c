"""The JSON Schemas of all payloads, made from the models and shipped beside them in schemas/.

`python -m poultice.mqtt.schemas` writes them anew; a test compares, so that models and files cannot drift.
"""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel

from poultice import queries
from poultice.editing import desk as editing
from poultice.mqtt.incoming import ARGS
from poultice.mqtt.messages import PAYLOADS
from poultice.mqtt.results import RESULTS
from poultice.sessions import desk

DIRECTORY = Path(__file__).with_name("schemas")
DIALECT = "https://json-schema.org/draft/2020-12/schema"
MODELS: dict[str, type[BaseModel]] = {
    **PAYLOADS,
    **{f"pad/request/{verb}": model for verb, model in ARGS.items()},
    **{f"pad/query/{what}": model for what, model in {**queries.ARGS, **desk.ARGS, **editing.ARGS}.items()},
    **{f"pad/result/{what}": model for what, model in RESULTS.items()},
}


def schemas() -> dict[str, str]:
    """Every schema's text by its file's name, such as `pad-state.json`."""
    return {f"{name.replace('/', '-')}.json": _text(name, model) for name, model in sorted(MODELS.items())}


def _text(name: str, model: type[BaseModel]) -> str:
    body = {"$schema": DIALECT, "$id": f"urn:poultice:v1:{name.replace('/', ':')}", **model.model_json_schema()}
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


def write(directory: Path = DIRECTORY) -> None:
    """Writes all schemas and removes files that are none."""
    wanted = schemas()
    directory.mkdir(exist_ok=True)
    for path in directory.glob("*.json"):
        if path.name not in wanted:
            path.unlink()
    for file_name, text in wanted.items():
        (directory / file_name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
