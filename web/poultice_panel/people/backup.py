"""What the panel knows as one file to take away and bring back. Phones are not in it: who was revoked stays out.

Each part is read and judged before anything is changed: a damaged or foreign file changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from poultice_panel.people.desk import Desk
from poultice_panel.people.store import MOST_PERSONS, Person
from poultice_panel.problems import ProblemError

SCHEMA = "poultice-panel-backup/1"
FOREIGN = ProblemError(422, "foreign", "This file is no backup of Poultice: choose the one that was saved here.")

Apply = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of data: `read` gives what JSON can hold; `judge` takes it back and gives what to do, or raises
    ValueError where it is not what `read` gave."""

    read: Callable[[], Any]
    judge: Callable[[Any], Apply]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    schema_: str = Field(alias="schema", pattern=f"^{SCHEMA}$")
    made: datetime
    parts: dict[str, Any]


@dataclass
class Backup:
    """All parts, by name."""

    parts: dict[str, Part] = field(default_factory=dict)

    def text(self, made: datetime) -> str:
        """The file."""
        parts = {name: part.read() for name, part in self.parts.items()}
        return json.dumps({"schema": SCHEMA, "made": made.isoformat(timespec="seconds"), "parts": parts}, indent=1)

    def restore(self, text: bytes) -> list[str]:
        """Brings back what is in a file; the names of its parts. Raises ProblemError; nothing has changed then."""
        found = _parsed(text)
        strange = sorted(set(found) - set(self.parts))
        if strange or not found:
            raise ProblemError(
                422, "newer", "This backup holds what this version does not know: update Poultice first."
            )
        changes = [self._judged(name, data) for name, data in found.items()]
        for change in changes:
            change()
        return list(found)

    def _judged(self, name: str, data: Any) -> Apply:
        try:
            return self.parts[name].judge(data)
        except ValueError:
            raise ProblemError(
                422, "damaged", f"The backup is damaged (its part {name}): nothing was changed. Try an older one."
            ) from None


def _parsed(text: bytes) -> Mapping[str, Any]:
    try:
        return _File.model_validate_json(text).parts
    except ValidationError:
        raise FOREIGN from None


_PERSONS: TypeAdapter[tuple[Person, ...]] = TypeAdapter(tuple[Person, ...])


def persons_part(desk: Desk) -> Part:
    """Persons with their names."""

    def judge(data: Any) -> Apply:
        persons = _PERSONS.validate_json(json.dumps(data))
        if len({each.id for each in persons}) != len(persons) or len(persons) > MOST_PERSONS:
            raise ValueError("a person stands in it twice, or there are too many")
        return lambda: desk.restore(persons)

    return Part(lambda: [each.model_dump() for each in desk.people.persons], judge)
