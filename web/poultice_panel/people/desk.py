"""Pairs phones and keeps persons: what the console, the pad's button and the page may ask for. Nothing here waits."""

from __future__ import annotations

import logging
import secrets
import sys
from collections.abc import Callable
from typing import Annotated

from poultice.mqtt.messages import PadEvent, PersonCeiling
from pydantic import BaseModel, Field, ValidationError

from poultice_panel.clock import Clock
from poultice_panel.people.rights import HERE, RoleName, Viewer
from poultice_panel.people.store import (
    DEFAULT_PERSON,
    MOST_PERSONS,
    MOST_PHONES,
    People,
    Person,
    Phone,
    Store,
    StoreError,
    token_hash,
)
from poultice_panel.people.window import DIGITS, MINUTE_S, OPEN_S, Logins, Pairing, Verdict, Window
from poultice_panel.problems import ProblemError

log = logging.getLogger(__name__)

TOKEN_BYTES = 32
UNKNOWN_PERSON = ProblemError(404, "unknown_person", "There is no such person: look at the list of persons again.")
UNKNOWN_PHONE = ProblemError(404, "unknown_phone", "There is no such phone: look at the list of phones again.")
NOT_YOURS = ProblemError(
    403, "not_yours", "This phone may not ask for that person: an admin can allow it, under phones."
)
NOTES_OFF = ProblemError(409, "notes_off", "Notes are not kept here: an admin switched them off, under persons.")
PersonName = Annotated[str, Field(min_length=1, max_length=40)]


class PersonView(BaseModel):
    """A person as the page shows it; an empty name is the default person's."""

    id: str
    name: str
    ceiling: PersonCeiling

    @classmethod
    def of(cls, person: Person) -> PersonView:
        """Of what is kept."""
        return cls(id=person.id, name=person.name, ceiling=person.ceiling or PersonCeiling())


class Me(BaseModel):
    """Who this phone is: its id and name, what it may, for whom it asks now and for whom it may; `here`: it is this
    computer, which is not paired; `notes`: whether notes about sessions are kept."""

    phone: str
    name: str
    role: RoleName
    person: str
    persons: list[PersonView]
    here: bool
    notes: bool


class PhoneView(BaseModel):
    """A paired phone as admins see it."""

    id: str
    name: str
    role: RoleName
    person: str
    persons: list[str]
    paired: str


def draw_code() -> str:
    """Eight digits that nobody can foresee."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def new_id() -> str:
    """The id of a person or a phone: it says nothing about either."""
    return secrets.token_hex(6)


class Desk:
    """Lives in the event loop; `changed` is told which phone has to come in anew."""

    def __init__(self, store: Store, clock: Clock, changed: Callable[[str], None]) -> None:
        self._store = store
        self._clock = clock
        self._changed = changed
        self.persons_changed: Callable[[], None] = _nobody
        self._pairing = Pairing()
        self._logins = Logins()
        if store.trouble is not None:
            log.error("%s", store.trouble)

    @property
    def people(self) -> People:
        """All persons and phones."""
        return self._store.people

    @property
    def trouble(self) -> str | None:
        """What is wrong with the file of them."""
        return self._store.trouble

    @property
    def notes(self) -> bool:
        """Whether what people write about their sessions is kept."""
        return self.people.notes

    def keep_notes(self, kept: bool) -> None:
        """From now on notes are kept, or not; those that are there stay. Raises ProblemError."""
        self._keep(lambda: self._store.keep(self.people.model_copy(update={"notes": kept})))
        self._tell_all()

    # -- Who am I

    def me(self, viewer: Viewer | None) -> Me | None:
        """What a phone is told of itself."""
        if viewer is None:
            return None
        persons = [PersonView.of(each) for each in self.people.persons if may_be(viewer, each.id)]
        role, here = viewer.role, viewer.here
        notes = self.people.notes
        return Me(
            phone=viewer.phone,
            name=viewer.name,
            role=role,
            person=viewer.person,
            persons=persons,
            here=here,
            notes=notes,
        )

    def person_for(self, viewer: Viewer, asked: str | None) -> str:
        """For whom somebody asks: themselves, or whom they may ask for. Raises ProblemError."""
        person = viewer.person if asked is None else asked
        if not may_be(viewer, person):
            raise NOT_YOURS
        return person

    def become(self, viewer: Viewer, person: str) -> None:
        """Another person has this phone in hand. Raises ProblemError."""
        if self.people.person(person) is None:
            raise UNKNOWN_PERSON
        if not may_be(viewer, person):
            raise NOT_YOURS
        if viewer.here:
            self._keep(lambda: self._store.keep(self.people.model_copy(update={"here": person})))
        else:
            phone = self._phone(viewer.phone)
            self._keep(lambda: self._store.keep_phone(phone.model_copy(update={"person": person})))
        self._changed(viewer.phone)

    # -- Pairing

    def open(self, role: RoleName, person: str | None) -> Window:
        """Opens the window. Raises ProblemError."""
        if person is not None and self.people.person(person) is None:
            raise UNKNOWN_PERSON
        return self._pairing.open(draw_code(), role, person, self._clock.now_s())

    def window(self) -> tuple[Window, float] | None:
        """The open window, and for how long still, s."""
        now_s = self._clock.now_s()
        window = self._pairing.window(now_s)
        return None if window is None else (window, window.until_s - now_s)

    def close(self) -> None:
        """Closes the window."""
        self._pairing.close()

    def heard_event(self, payload: bytes) -> None:
        """A pad's button that was held opens the window; its code is on the console and on admins' pages only."""
        try:
            event = PadEvent.model_validate_json(payload)
        except ValidationError:
            return
        if event.kind == "pairing" and self.window() is None:
            window = self.open("use", DEFAULT_PERSON)
            sys.stdout.write(
                f"The pad's button was held: pair a phone with the code {window.code}, within {OPEN_S:.0f} s.\n"
            )
            sys.stdout.flush()

    def claim(self, code: str, name: str, address: str) -> tuple[Phone, str]:
        """A phone says a code: the phone and its token, which is known nowhere else. Raises ProblemError."""
        now_s = self._clock.now_s()
        wait_s = self._logins.wait_s(address, now_s)
        if wait_s > 0:
            raise ProblemError(429, "slow", f"Too many tries: wait {min(wait_s, MINUTE_S):.0f} s, then try again.")
        if len(self.people.phones) >= MOST_PHONES:
            raise ProblemError(409, "full", f"{MOST_PHONES} phones are paired: revoke one that is not used any more.")
        verdict, window = self._pairing.claim(code, now_s)
        if verdict is Verdict.WRONG:
            raise ProblemError(403, "wrong_code", "This is not the code: look at it again.")
        if window is None:
            raise ProblemError(403, "no_window", "No code is valid now: ask an admin for a new one.")
        return self._welcome(window, name)

    def _welcome(self, window: Window, name: str) -> tuple[Phone, str]:
        person = window.person
        if person is None or self.people.person(person) is None:
            person = self.add_person(name).id
        token = secrets.token_urlsafe(TOKEN_BYTES)
        phone = Phone(
            id=new_id(),
            name=name,
            role=window.role,
            persons=(person,),
            person=person,
            paired=self._clock.wall(),
            token_hash=token_hash(token),
        )
        self._keep(lambda: self._store.keep_phone(phone))
        return phone, token

    # -- Phones

    def phones(self) -> list[PhoneView]:
        """All paired phones."""
        return [
            PhoneView(
                id=each.id,
                name=each.name,
                role=each.role,
                person=each.person,
                persons=list(each.persons),
                paired=each.paired.isoformat(timespec="minutes"),
            )
            for each in self.people.phones
        ]

    def change_phone(
        self, phone_id: str, *, name: str | None = None, role: RoleName | None = None, persons: tuple[str, ...] = ()
    ) -> None:
        """Renames a phone, changes what it may, or for whom. Raises ProblemError."""
        phone = self._phone(phone_id)
        if any(self.people.person(each) is None for each in persons):
            raise UNKNOWN_PERSON
        update: dict[str, object] = {"name": name or phone.name, "role": role or phone.role}
        if persons:
            update |= {"persons": persons, "person": phone.person if phone.person in persons else persons[0]}
        self._keep(lambda: self._store.keep_phone(phone.model_copy(update=update)))
        self._changed(phone_id)

    def revoke(self, phone_id: str) -> None:
        """A phone comes in no more, from this moment. Raises ProblemError."""
        self._phone(phone_id)
        self._keep(lambda: self._store.drop_phone(phone_id))
        self._changed(phone_id)

    def _phone(self, phone_id: str) -> Phone:
        phone = self.people.phone(phone_id)
        if phone is None:
            raise UNKNOWN_PHONE
        return phone

    # -- Persons

    def add_person(self, name: str) -> Person:
        """A new person. Raises ProblemError."""
        if len(self.people.persons) >= MOST_PERSONS:
            raise ProblemError(409, "full", f"There are {MOST_PERSONS} persons: forget one who does not come any more.")
        person = Person(id=new_id(), name=name)
        self._keep(lambda: self._store.keep_person(person))
        self._tell_all()
        return person

    def rename_person(self, person_id: str, name: str) -> None:
        """Raises ProblemError."""
        self._change_person(person_id, {"name": name})

    def set_ceiling(self, person_id: str, ceiling: PersonCeiling) -> None:
        """What a person is never asked for more of. Raises ProblemError."""
        self._change_person(person_id, {"ceiling": ceiling})

    def _change_person(self, person_id: str, change: dict[str, object]) -> None:
        person = self.people.person(person_id)
        if person is None:
            raise UNKNOWN_PERSON
        self._keep(lambda: self._store.keep_person(person.model_copy(update=change)))
        self._tell_all()

    def drop_person(self, person_id: str) -> None:
        """The name of a person is forgotten; the default person stays, without one. Raises ProblemError."""
        if self.people.person(person_id) is None:
            raise UNKNOWN_PERSON
        if person_id == DEFAULT_PERSON:
            self._keep(lambda: self._store.keep_person(Person(id=DEFAULT_PERSON, name="")))
        else:
            self._keep(lambda: self._store.drop_person(person_id))
        self._tell_all()

    def restore(self, persons: tuple[Person, ...]) -> None:
        """Persons of a backup: names as they were then; who came since stays. Raises ProblemError."""
        known = {each.id: each for each in (*self.people.persons, *persons)}
        if len(known) > MOST_PERSONS:
            raise ProblemError(409, "full", f"That would make more than {MOST_PERSONS} persons: forget some first.")
        self._keep(lambda: self._store.keep(self.people.model_copy(update={"persons": tuple(known.values())})))
        self._tell_all()

    def _tell_all(self) -> None:
        """Names are on every page, and ceilings hold at every pad."""
        self.persons_changed()
        for phone in (HERE, *(each.id for each in self.people.phones)):
            self._changed(phone)

    @staticmethod
    def _keep(change: Callable[[], None]) -> None:
        try:
            change()
        except StoreError as error:
            raise ProblemError(507, "disk", str(error)) from None


def _nobody() -> None:
    """Who wants to know while nobody does."""


def may_be(viewer: Viewer, person: str) -> bool:
    """Whether somebody may ask for a person: their own, or anybody's where they are an admin."""
    return viewer.admin or person == viewer.person or person in viewer.persons
