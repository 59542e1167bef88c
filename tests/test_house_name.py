"""`poultice.local` follows this computer's address; who refuses it is not asked again and again."""

from __future__ import annotations

import itertools
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from poultice.house_name import MOST_TURNS, Announcer, own_address, publish


@dataclass
class Said:
    """A name that is said at an address until it ends."""

    address: str
    code: int | None = None
    ends: bool = field(default=False)

    def poll(self) -> int | None:
        return self.code

    def terminate(self) -> None:
        self.ends = True
        self.code = 0

    def wait(self, timeout: float | None = None) -> int:
        assert self.ends
        assert timeout
        return 0


@pytest.fixture
def said() -> list[Said]:
    return []


@pytest.fixture
def announcer(said: list[Said]) -> Announcer:
    def say(address: str) -> Said:
        said.append(Said(address))
        return said[-1]

    return Announcer(say)


def test_it_is_said_once_while_nothing_changes(announcer: Announcer, said: list[Said]) -> None:
    for _ in range(1000):
        announcer.turn("192.168.1.20")
    assert [one.address for one in said] == ["192.168.1.20"]


def test_another_address_takes_the_place_of_the_first(announcer: Announcer, said: list[Said]) -> None:
    announcer.turn("192.168.1.20")
    announcer.turn("192.168.1.31")
    assert [(one.address, one.ends) for one in said] == [("192.168.1.20", True), ("192.168.1.31", False)]


def test_a_day_without_wi_fi(announcer: Announcer, said: list[Said]) -> None:
    announcer.turn("192.168.1.20")
    for _ in range(17_280):
        announcer.turn(None)
    assert [one.ends for one in said] == [True]
    announcer.turn("192.168.1.20")
    assert len(said) == 2
    announcer.end()
    assert said[-1].ends


def test_who_refuses_is_asked_later_each_time(announcer: Announcer, said: list[Said]) -> None:
    """An hour of turns: five minutes apart in the end; a new address is said at once."""
    asked_at = []
    for turn in range(720):
        before = len(said)
        announcer.turn("192.168.1.20")
        if len(said) > before:
            asked_at.append(turn)
            said[-1].code = 1
    apart = [later - earlier for earlier, later in itertools.pairwise(asked_at)]
    assert apart == sorted(apart)
    assert apart[0] <= 2
    assert apart[-1] == MOST_TURNS + 1
    announcer.turn("10.0.0.7")
    assert said[-1].address == "10.0.0.7"


@pytest.mark.parametrize(("says", "ends"), [("Name collision, picking new name", True), ("Established under", False)])
def test_a_name_that_another_computer_has_is_left_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str, ends: bool
) -> None:
    """The program that says a name is a stand-in; it would go on under another name."""
    program = tmp_path / "avahi-publish"
    program.write_text(f"#!/bin/sh\necho '{says}' >&2\nexec sleep 30\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    child = publish("192.168.1.20")
    try:
        if ends:
            assert child.wait(10) != 0
        else:
            with pytest.raises(subprocess.TimeoutExpired):
                child.wait(0.3)
    finally:
        child.kill()
        child.wait(5)


def test_the_own_address_is_never_this_computers_alone() -> None:
    address = own_address()
    assert address is None or not address.startswith("127.")
