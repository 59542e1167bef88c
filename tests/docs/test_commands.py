"""What the documents tell people to type exists; what can be tried here is tried."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from household import clean_environment
from poultice.cli import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "hardware" / "README.md",
    ROOT / "hardware" / "guide" / "README.md",
]
COMMAND = re.compile(r"(?:^|[\s`(])(?:[\w~./]*bin/)?poultice ((?:[a-z-]+|--)[^`\n|#]*)")
TRIED = (  # quick, and harmless anywhere
    "programs list",
    "programs preview lower-back-ease --room 18",
    "up --fault help",
    "sessions list",
    "install --dry-run",
    "flash --dry-run",
    "board test --port simulated",
    "--version",
)


def typed() -> Iterator[tuple[str, str]]:
    """Every command line of ours in the documents: the page, and what stands behind `poultice`."""
    for page in PAGES:
        for block in re.findall(r"```sh\n(.*?)```", page.read_text(), re.DOTALL):
            for line in block.splitlines():
                for rest in COMMAND.findall(line.split("  #")[0]):
                    yield page.name, rest.strip()
        for code in re.findall(r"`([^`\n]+)`", page.read_text()):
            if match := re.match(r"(?:sudo )?(?:[\w~./]*bin/)?poultice ([a-z-].*)", code):
                yield page.name, match[1].strip()


def make_targets() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for target in re.findall(r"(?:^|`)make ([a-z][a-z-]*)", page.read_text(), re.MULTILINE):
            yield page.name, target


@pytest.mark.parametrize(("page", "line"), sorted(set(typed())))
def test_it_exists_with_its_options(page: str, line: str) -> None:
    command = typer.main.get_command(app)
    for word in shlex.split(line.replace("…", "").replace("'", "")):
        inner = getattr(command, "commands", {})
        if word.startswith("-"):
            known = {option for one in command.params for option in (*one.opts, *one.secondary_opts)}
            assert word.split("=")[0] in known | {"--help"}, f"{page}: poultice {line}"
        elif inner:
            if word not in inner and getattr(command, "invoke_without_command", False):
                break  # it goes on in prose
            assert word.rstrip(",.;:") in inner, f"{page}: poultice {line}"
            command = inner[word.rstrip(",.;:")]


def test_something_was_found() -> None:
    found = {line.split()[0] for _, line in typed()}
    assert {"doctor", "programs", "install", "replay", "broker"} <= found


@pytest.mark.parametrize(("page", "target"), sorted(set(make_targets())))
def test_the_door_exists(page: str, target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE), f"{page}: make {target}"


@pytest.mark.slow
@pytest.mark.parametrize("line", TRIED)
def test_it_can_be_typed(line: str, tmp_path: Path) -> None:
    environment = clean_environment(XDG_DATA_HOME=str(tmp_path), HOME=str(tmp_path))
    command = [sys.executable, "-m", "poultice", *shlex.split(line)]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert "Traceback" not in done.stderr
    assert done.returncode in ((0, 1) if line.startswith("install") else (0,)), done.stderr
    assert done.stdout or done.stderr
