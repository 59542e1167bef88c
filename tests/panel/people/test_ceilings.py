"""Persons' own ceilings reach every controller: when they are set, when a controller comes, until it took them."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from poultice.mqtt.messages import PersonCeiling, Reason, ResultMessage
from poultice_panel.asking import NoAnswerError
from poultice_panel.people import ceilings as subject
from poultice_panel.people.ceilings import Ceilings
from poultice_panel.people.store import Person

from tests.panel.people.conftest import House

COOL = PersonCeiling(target_max_c=38.0)


class Controllers:
    """Who is asked, and what they were told; `deaf` ones do not answer."""

    def __init__(self) -> None:
        self.persons: list[Person] = [Person(id="me", name=""), Person(id="ann", name="Ann", ceiling=COOL)]
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.deaf: set[str] = set()
        self.old: set[str] = set()
        self.ceilings = Ceilings(lambda: self.persons, self.query)

    async def query(self, pad: str, what: str, args: dict[str, Any]) -> ResultMessage:
        assert (what, args["op"]) == ("settings", "set")
        if pad in self.deaf:
            raise NoAnswerError
        self.told.append((pad, args["ceilings"]))
        status = "refused" if pad in self.old else "ok"
        return ResultMessage(id="x", status=status, reason=Reason(code="ok", text="done"))  # type: ignore[arg-type]

    def see(self, pad: str, controller: str, there: bool = True) -> None:
        known: Any = SimpleNamespace(id=pad, info=SimpleNamespace(controller=controller))
        self.ceilings.look(known, there)


async def turn() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def story(house: Controllers) -> None:
    running = asyncio.create_task(house.ceilings.run())
    house.see("sofa", "den")
    house.see("bed", "den")
    await turn()
    assert house.told == [("sofa", {"ann": COOL.model_dump()})], "once a controller, and only what was ever set"
    house.see("desk", "office")
    await turn()
    assert [pad for pad, _ in house.told] == ["sofa", "desk"]
    house.persons[0] = Person(id="me", name="", ceiling=PersonCeiling())
    assert await house.ceilings.changed() == []
    assert house.told[2:] == [
        (pad, {"me": PersonCeiling().model_dump(), "ann": COOL.model_dump()}) for pad in ("sofa", "desk")
    ]
    house.see("sofa", "den", there=False)
    house.see("bed", "den", there=False)
    house.told.clear()
    assert await house.ceilings.changed() == []
    assert [pad for pad, _ in house.told] == ["desk"], "who is away is told when it comes"
    house.see("bed", "den")
    await turn()
    assert [pad for pad, _ in house.told] == ["desk", "bed"]
    running.cancel()


def test_each_controller_is_told_when_it_comes_and_when_something_changed() -> None:
    asyncio.run(story(Controllers()))


@pytest.mark.parametrize("how", ["deaf", "old"])
def test_who_has_not_taken_it_is_told_again(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    async def tell(house: Controllers) -> None:
        house.see("sofa", "den")
        getattr(house, how).add("sofa")
        assert await house.ceilings.changed() == ["den"]
        getattr(house, how).clear()
        house.told.clear()
        running = asyncio.create_task(house.ceilings.run())
        await asyncio.sleep(0.02)
        assert [pad for pad, _ in house.told] == ["sofa"]
        assert await house.ceilings.changed() == []
        running.cancel()

    monkeypatch.setattr(subject, "AGAIN_S", 0.001)
    asyncio.run(tell(Controllers()))


def test_an_admin_switches_notes_off_for_the_whole_house(house: House) -> None:
    phone = house.paired("use")
    assert house.me(phone)["notes"] is True
    assert phone.post("/api/notes", json={"kept": False}).status_code == 403
    with house.console() as console:
        assert console.post("/api/notes", json={"kept": False}).status_code == 200
    assert house.me(phone)["notes"] is False
    answer = phone.post("/api/pads/sofa/requests/answer", json={"args": {"question": "note", "value": "secret"}})
    assert (answer.status_code, answer.json()["reason"]["code"]) == (409, "notes_off")


def test_it_is_kept_by_name_and_told_to_the_person(house: House) -> None:
    with house.console() as console:
        ann = console.post("/api/persons", json={"name": "Ann"}).json()["id"]
        body = {"target_max_c": 38.5, "massage_max_percent": 0}
        assert console.post(f"/api/persons/{ann}/ceiling", json=body).json() == {"status": "ok", "waits": []}
        assert console.post(f"/api/persons/{ann}/ceiling", json={"target_max_c": 42.5}).status_code == 422
        assert console.post(f"/api/persons/{ann}/ceiling", json={"massage_max_percent": 10}).status_code == 422
        assert console.post("/api/persons/nobody/ceiling", json=body).status_code == 404
        console.post(f"/api/persons/{ann}", json={"name": "Anna"})
    house.restart()
    phone = house.paired("use", person=ann)
    (person,) = phone.get("/api/me").json()["persons"]
    assert person["name"] == "Anna"
    assert person["ceiling"] == {"target_max_c": 38.5, "session_max_min": None, "massage_max_percent": 0}
    assert phone.post(f"/api/persons/{ann}/ceiling", json={}).status_code == 403
