"""Persons and phones: whole on the disk or not at all, readable by their owner alone, without any token."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from poultice_panel.people.store import DEFAULT_PERSON, NAME, Person, Phone, Store, StoreError, token_hash

TOKEN = "a token of 256 bits"  # noqa: S105  (of no phone)


def phone(**changes: object) -> Phone:
    values: dict[str, object] = {
        "id": "phone-1",
        "name": "Ada's phone",
        "role": "use",
        "persons": ("ada",),
        "person": "ada",
        "paired": datetime(2026, 1, 1, tzinfo=UTC),
        "token_hash": token_hash(TOKEN),
    }
    return Phone.model_validate({**values, **changes})


def test_there_is_one_person_by_default(tmp_path: Path) -> None:
    assert [(each.id, each.name) for each in Store(tmp_path).people.persons] == [(DEFAULT_PERSON, "")]
    assert not (tmp_path / NAME).exists(), "nothing is written that nobody said"


def test_what_was_kept_outlives_a_restart(tmp_path: Path) -> None:
    store = Store(tmp_path / "data")
    store.keep_person(Person(id="ada", name="Ada"))
    store.keep_phone(phone())
    again = Store(tmp_path / "data")
    assert again.people == store.people
    assert again.phone_of(TOKEN) == phone()
    assert again.phone_of("another") is None
    assert again.phone_of("") is None
    again.drop_phone("phone-1")
    assert Store(tmp_path / "data").phone_of(TOKEN) is None


def test_only_its_owner_reads_it_and_no_token_stands_in_it(tmp_path: Path) -> None:
    Store(tmp_path).keep_phone(phone())
    file = tmp_path / NAME
    assert file.stat().st_mode & 0o777 == 0o600
    assert TOKEN not in file.read_text()


def test_who_goes_is_asked_for_by_no_phone(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for name in ("ada", "bob"):
        store.keep_person(Person(id=name, name=name))
    store.keep_phone(phone(persons=("ada", "bob")))
    store.keep_phone(phone(id="phone-2", token_hash=token_hash("2")))
    store.keep(store.people.model_copy(update={"here": "ada"}))
    store.drop_person("ada")
    one, two = store.people.phone("phone-1"), store.people.phone("phone-2")
    assert one is not None
    assert two is not None
    assert (one.person, one.persons) == ("bob", ("bob",))
    assert (two.person, two.persons) == (DEFAULT_PERSON, (DEFAULT_PERSON,))
    assert store.people.here == DEFAULT_PERSON


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b'{"persons": 1}', b'{"phones": [{"id": "x"}]}', b"\xff"]
)
def test_a_damaged_file_lets_nobody_in_and_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)
    store = Store(tmp_path)
    assert store.people.phones == ()
    assert store.trouble is not None
    assert NAME in store.trouble
    with pytest.raises(StoreError, match="damaged"):
        store.keep_phone(phone())
    assert (tmp_path / NAME).read_bytes() == content


def test_a_disk_that_refuses_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    store = Store(None)
    store._path = tmp_path / NAME  # a folder cannot be replaced by a file
    with pytest.raises(StoreError, match="cannot be written"):
        store.keep_phone(phone())
    assert store.people.phones == ()
    assert [each.name for each in tmp_path.iterdir()] == [NAME], "nothing is left lying about"
