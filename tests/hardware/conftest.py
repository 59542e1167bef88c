"""The facts as they are, and with one of them changed alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from circuits import values
from generator.facts_model import Facts

Change = Callable[[str, Any], Facts]


@pytest.fixture(scope="session")
def facts() -> Facts:
    return values.load()


@pytest.fixture(scope="session")
def changed(facts: Facts) -> Change:
    """`changed("circuit.resistors.shunt.ohm", 0.04)`: the facts with that value and no other different."""

    def change(path: str, value: Any) -> Facts:
        content = facts.model_dump()
        *tables, key = path.split(".")
        at = content
        for table in tables:
            at = at[table]
        assert at[key] != value
        at[key] = value
        return Facts.model_validate(content)

    return change
