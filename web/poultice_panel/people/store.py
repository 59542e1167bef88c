"""Persons and paired phones, in one small file that nobody else may read.

Of a phone's token only a hash is kept: who reads the file cannot come in with it. A damaged file is left as it is: then
nobody is paired and nothing is changed, until it was mended; live control from this computer and STOP go on.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Annotated

from poultice.mqtt.messages import PersonCeiling
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from poultice_panel.people.rights import RoleName

NAME = "people.json"
DEFAULT_PERSON = "me"  # whose records are those of before there were persons
MOST_PERSONS = 64
MOST_PHONES = 64

PersonId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-z0-9-]+$")]
Name = Annotated[str, Field(min_length=1, max_length=40)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Person(_Record):
    """Whose sessions, scores and notes; the name stands nowhere but here. An empty one is the default person's. The
    ceiling is what they are never asked for more of, at every pad; None: nobody ever set one."""

    id: PersonId
    name: Annotated[str, Field(max_length=40)]
    ceiling: PersonCeiling | None = None


class Phone(_Record):
    """A paired phone: what it may, for whom it may ask and for whom it asks now; `token_hash` is SHA-256, in hex."""

    id: PersonId
    name: Name
    role: RoleName
    persons: tuple[PersonId, ...] = Field(min_length=1, strict=False)
    person: PersonId
    paired: Annotated[datetime, Field(strict=False)]
    token_hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class People(_Record):
    """All of it; `here` is the person who sits at this computer, which needs no pairing; `notes`: whether what people
    write about their sessions is kept."""

    persons: tuple[Person, ...] = Field((Person(id=DEFAULT_PERSON, name=""),), strict=False)
    phones: tuple[Phone, ...] = Field((), strict=False)
    here: PersonId = DEFAULT_PERSON
    notes: bool = True

    def person(self, person_id: str) -> Person | None:
        """A person by id."""
        return next((each for each in self.persons if each.id == person_id), None)

    def phone(self, phone_id: str) -> Phone | None:
        """A phone by id."""
        return next((each for each in self.phones if each.id == phone_id), None)


class StoreError(Exception):
    """The file cannot be read or written; `str()` of it says what to do."""


def token_hash(token: str) -> str:
    """A token is 256 random bits: no salt and no slow hash would make guessing it harder."""
    return hashlib.sha256(token.encode()).hexdigest()


class Store:
    """The one copy of People; `directory` None keeps it in memory only."""

    def __init__(self, directory: Path | None) -> None:
        self._path = None if directory is None else directory / NAME
        self.trouble: str | None = None
        self.people = self._read()

    def keep(self, people: People) -> None:
        """Replaces everything. Raises StoreError where the disk refuses; nothing has changed then."""
        if self.trouble is not None:
            raise StoreError(self.trouble)
        if self._path is not None:
            try:
                _replace(self._path, people.model_dump_json(indent=2))
            except OSError as error:
                raise StoreError(
                    f"{self._path} cannot be written ({error.strerror}): free some space or correct its rights."
                ) from None
        self.people = people

    def keep_phone(self, phone: Phone) -> None:
        """Adds a phone, or changes the one of this id."""
        others = tuple(each for each in self.people.phones if each.id != phone.id)
        self.keep(self.people.model_copy(update={"phones": (*others, phone)}))

    def drop_phone(self, phone_id: str) -> None:
        """A phone is paired no more."""
        others = tuple(each for each in self.people.phones if each.id != phone_id)
        self.keep(self.people.model_copy(update={"phones": others}))

    def keep_person(self, person: Person) -> None:
        """Adds a person, or renames the one of this id."""
        people = self.people
        if people.person(person.id) is None:
            persons = (*people.persons, person)
        else:
            persons = tuple(person if each.id == person.id else each for each in people.persons)
        self.keep(people.model_copy(update={"persons": persons}))

    def drop_person(self, person_id: str) -> None:
        """A person is there no more; who asked for them asks for the default person from now on."""
        people = self.people
        phones = tuple(_without(phone, person_id) for phone in people.phones)
        persons = tuple(each for each in people.persons if each.id != person_id)
        here = DEFAULT_PERSON if people.here == person_id else people.here
        self.keep(people.model_copy(update={"persons": persons, "phones": phones, "here": here}))

    def phone_of(self, token: str) -> Phone | None:
        """The phone that carries this token."""
        wanted = token_hash(token)
        return next((phone for phone in self.people.phones if phone.token_hash == wanted), None)

    def _read(self) -> People:
        if self._path is None:
            return People()
        try:
            return People.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return People()
        except OSError as error:
            self.trouble = f"{self._path} cannot be read ({error.strerror}): correct its rights, then start anew."
        except ValidationError:
            self.trouble = (
                f"{self._path} is damaged: correct it, or delete it to pair all phones again, then start anew."
            )
        return People()


def _without(phone: Phone, person_id: str) -> Phone:
    persons = tuple(each for each in phone.persons if each != person_id) or (DEFAULT_PERSON,)
    return phone.model_copy(
        update={"persons": persons, "person": persons[0] if phone.person == person_id else phone.person}
    )


def _replace(path: Path, text: str) -> None:
    """A power cut leaves the old file or the new one. mkstemp makes it readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)  # else a phone that was revoked just now is back after a power cut
    finally:
        os.close(directory)
