"""The pages of the reference, made of the code itself: nothing is written by hand, so nothing can be out of date."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
import typer.main
from poultice.cli import app as command_line
from poultice.config import Config
from poultice.link import contract
from poultice.mqtt.connection import BrokerAddress
from poultice_panel.app import create_app
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

MADE_OF = "*This page is made of {source}.*\n"


def pages() -> dict[str, str]:
    """By path within the documents: Markdown."""
    return {
        "reference/command-line.md": "\n".join(_command_line()),
        "reference/configuration.md": "\n".join(_configuration()),
        "reference/http.md": "\n".join(_http()),
        "reference/faults.md": "\n".join(_faults()),
    }


def _cell(text: object) -> str:
    return " ".join(str(text).split()).replace("|", "\\|").replace("<", "&lt;")


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command with its whole name, `poultice` first."""
    group = typer.main.get_command(command_line)
    yield "poultice", group
    yield from _below("poultice", group)


def _below(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    for word, inner in sorted(getattr(command, "commands", {}).items()):
        yield f"{name} {word}", inner
        yield from _below(f"{name} {word}", inner)


def _command_line() -> Iterator[str]:
    yield "# Command line\n"
    yield MADE_OF.format(source="the program's own help")
    yield "Exit codes: 0 good, 1 refused or failed, 2 wrong usage. An error is one sentence that says what to do.\n"
    for name, command in commands():
        yield f"## `{name}`\n"
        yield f"{_cell(command.help or '')}\n"
        yield from _options(command)


def _options(command: click.Command) -> Iterator[str]:
    context = click.Context(command)
    rows = [record for one in command.params if (record := one.get_help_record(context)) is not None]
    arguments = [one for one in command.params if isinstance(one, click.Argument)]
    if not rows and not arguments:
        return
    yield "| | |\n|---|---|"
    for argument in arguments:
        yield f"| `{argument.make_metavar(context)}` | {_cell(getattr(argument, 'help', '') or '')} |"
    for option, words in rows:
        if not option.startswith("-") or option == "--help":
            continue
        code = option.replace("|", "/")
        yield f"| `{code}` | {_cell(words)} |"
    yield ""


def _configuration() -> Iterator[str]:
    yield "# Configuration\n"
    yield MADE_OF.format(source="the models that read it")
    yield (
        "`poultice.toml` is looked for at `--config`, `$POULTICE_CONFIG`, `./poultice.toml` and "
        "`/etc/poultice/poultice.toml`, in that order. `POULTICE_SECTION__KEY` in the environment goes "
        "before the file. An unknown key is an error.\n"
    )
    for name, field in Config.model_fields.items():
        section = field.annotation
        if not (isinstance(section, type) and issubclass(section, BaseModel)):
            continue
        yield f"## `[{name}]`\n"
        yield f"{_cell((section.__doc__ or '').partition(': ')[2])}\n"
        yield "| key | by itself | meaning |\n|---|---|---|"
        for key, inner in section.model_fields.items():
            yield f"| `{key}` | {_default(inner.default)} | {_cell(inner.description or '')} |"
        yield ""


def _default(value: Any) -> str:
    if value is PydanticUndefined:
        return "of this computer"
    return "–" if value in (None, (), "") else f"`{_cell(value)}`"


def _http() -> Iterator[str]:
    schema = create_app(BrokerAddress()).openapi()
    yield "# HTTP\n"
    yield MADE_OF.format(source="the panel's OpenAPI document, which a running panel serves at `/openapi.json`")
    yield "Bodies are JSON; an error is `{status, reason: {code, text, values}}`.\n"
    yield "| | | |\n|---|---|---|"
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            words = operation.get("description", operation.get("summary", ""))
            yield f"| {method.upper()} | `{path}` | {_cell(words)} |"


def _faults() -> Iterator[str]:
    yield "# Faults\n"
    yield MADE_OF.format(source="`firmware/contract.toml`, as board and page have it")
    yield (
        "A cuts and comes back by itself; B stays off until a press of 2 to 5 s on a cool pad; C until somebody sets "
        "the service jumper.\n"
    )
    yield "| number | name | class | what it says | what to do |\n|---|---|---|---|---|"
    for fault in contract.Fault:
        about = contract.FAULTS[fault]
        words = f"{_cell(about.sentence)} | {_cell(about.action)}"
        yield f"| {fault.value} | `{about.name}` | {about.lockout} | {words} |"
