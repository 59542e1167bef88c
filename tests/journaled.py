"""A house in virtual time whose journal is on the disk, and a program that asks, rubs and waits."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from harness import VirtualHouse
from poultice.journal.writing import Journal
from poultice.replay.files import files_of

GUIDED = """
schema: poultice-program/1
id: guided
title: {en: Guided, de: Begleitet}
evidence: convention
requires: {zones: [lumbar], motors: [upper_left, upper_right]}
max_total: 30 min
steps:
  - {id: warm, duration: 40 s, heat: {lumbar: {target: 39 °C}}}
  - {id: ask, duration: 1 min, ask: pain, wait: person, heat: {lumbar: {target: 39 °C}}}
  - id: rub
    duration: 2 min
    heat: {lumbar: {target: 38 °C}}
    massage: {pattern: wave, motors: [upper_left, upper_right], intensity: 40 %}
"""


class House(VirtualHouse):
    """A house whose journal is on the disk."""

    def __init__(self, directory: Path, file_bytes: int = 1_300_000, **given: Any) -> None:
        self.directory = directory
        self.disk: Journal | None = None

        def journal(wall: Callable[[], datetime]) -> Journal:
            self.disk = Journal(directory, wall, pytest.fail, file_bytes)
            return self.disk

        super().__init__(directory, journal=journal, keeps_budgets=True, **given)

    def close(self) -> None:
        """Everything is on the disk then."""
        assert self.disk is not None
        assert self.budgets is not None
        self.disk.close()
        self.disk._thread.join(20)
        self.budgets.close()

    @property
    def paths(self) -> list[Path]:
        """The journal's files, the oldest first."""
        return files_of(self.directory)


def plain(file: Path) -> bytes:
    return gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
