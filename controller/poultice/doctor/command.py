"""The command: looks, says a line for each finding, and whether anything is bad."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from poultice.config import find, load
from poultice.doctor import computer, house
from poultice.doctor.finding import Finding, Verdict, bad, good
from poultice.errors import SetupError

COLOURS = {Verdict.GOOD: "green", Verdict.WARNING: "yellow", Verdict.BAD: "red"}


def look(explicit: Path | None, show: Callable[[Finding], None] = lambda _finding: None) -> list[Finding]:
    """All findings, each shown as it is found. Without a configuration that can be read there is nothing to look at."""
    findings = []
    for finding in _findings(explicit):
        show(finding)
        findings.append(finding)
    return findings


def _findings(explicit: Path | None) -> Iterator[Finding]:
    try:
        config = load(explicit)
    except SetupError as error:
        yield bad("configuration", str(error))
        return
    yield _configuration(explicit)
    yield from computer.look(config)
    yield from house.look(config)


def _configuration(explicit: Path | None) -> Finding:
    file = find(explicit)
    return good("configuration", f"{file} is good." if file else "There is no poultice.toml: the defaults serve.")


def run(explicit: Path | None, as_json: bool, console: Console) -> bool:
    """Prints a line for each, or JSON; True where nothing is bad."""
    findings = look(explicit, (lambda _finding: None) if as_json else lambda finding: _print(console, finding))
    if as_json:
        console.file.write(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2) + "\n")
    elif all(finding.verdict is Verdict.GOOD for finding in findings):
        console.print("Nothing is to be done.")
    return all(finding.verdict is not Verdict.BAD for finding in findings)


def _print(console: Console, finding: Finding) -> None:
    mark = f"[{COLOURS[finding.verdict]}]{finding.verdict.value:<8}[/]"
    console.print(f"{mark} {finding.subject:<15}", end="")
    console.print(finding.text, markup=False, highlight=False, soft_wrap=True)
