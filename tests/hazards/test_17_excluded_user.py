"""Hazard 17: somebody who must not use the pad. Nothing starts, whatever the way in, before the checklist is accepted.

The checklist is accepted by each person for one pad, in settings.json; what cannot be read there counts as not
accepted. A phone starts for its own persons alone (tests/panel/people); who really lies down, nobody sees.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from harness import PAD, VirtualHouse
from household import clean_environment, write_configuration
from poultice.errors import SetupError
from poultice.settings import NAME, SettingsStore
from poultice.therapy.limits import HostLimits

HEAT, MASSAGE = "warm", "short-massage"
ALLOWING = replace(HostLimits(), automation_programs=frozenset({HEAT}))
Way = Callable[[VirtualHouse], None]


def on_phone(house: VirtualHouse) -> None:
    house.request("start", program=HEAT)


def by_automation(house: VirtualHouse) -> None:
    house.request("start", "automation", program=HEAT)


def press_first(house: VirtualHouse) -> None:
    house.press()
    house.request("start", program=HEAT)


def start_first(house: VirtualHouse) -> None:
    house.request("start", program=HEAT)
    house.press()


def massage(house: VirtualHouse) -> None:
    house.request("start", program=MASSAGE)


def several_times(house: VirtualHouse) -> None:
    for _ in range(3):
        house.press()
        house.request("start", program=HEAT)
        house.request("start", "automation", program=HEAT)


WAYS_IN = (on_phone, by_automation, press_first, start_first, massage, several_times)


@pytest.fixture
def house(tmp_path: Path) -> VirtualHouse:
    """A pad that has never been used; automation may start `warm` on it."""
    return VirtualHouse(tmp_path, limits=ALLOWING)


def nothing_happened(house: VirtualHouse) -> bool:
    """No session, no invitation, and nothing ever flowed or moved."""
    house.run(3.0)
    seen, state = house.board.observe(), house.state
    still = not any((*seen.used_j, *seen.duty_permille, *seen.motor_pwm))
    return still and state.outputs_off and state.session is None and state.invitation is None


@pytest.mark.parametrize("way", WAYS_IN)
def test_no_way_in_before_it_is_accepted(house: VirtualHouse, way: Way) -> None:
    way(house)
    assert house.broker.replies
    assert all((reply.status, reply.reason.code) == ("refused", "checklist") for reply in house.broker.replies)
    assert nothing_happened(house)
    assert not house.state.checklist_accepted


@pytest.mark.parametrize("way", WAYS_IN)
def test_afterwards_each_of_them_is_one(house: VirtualHouse, way: Way) -> None:
    house.accept_checklist()
    way(house)
    assert house.broker.replies[0].status in ("accepted", "invited")
    assert house.state.session is not None or house.state.invitation is not None


def test_nobody_answers_for_another(house: VirtualHouse) -> None:
    house.accept_checklist(person="ada")
    for way in (start_first, press_first, massage):
        way(house)
        assert house.broker.replies[-1].reason.code == "checklist"
    assert house.request("start", program=HEAT, person="bob").reason.code == "checklist"
    assert house.request("start", "automation", program=HEAT).reason.code == "checklist"
    assert nothing_happened(house)
    assert house.state.accepted_by == ["ada"]
    assert house.request("start", program=HEAT, person="ada").status in ("accepted", "invited")


def test_an_invitation_is_for_whom_it_was_made(house: VirtualHouse) -> None:
    for person in ("ada", "bob"):
        house.accept_checklist(person=person)
    assert house.request("start", program=HEAT, person="ada").status == "invited"
    house.accept_checklist(False, "ada")
    house.press()
    assert nothing_happened(house)


def test_who_is_forgotten_has_to_answer_again(house: VirtualHouse) -> None:
    house.accept_checklist()
    assert house.query("persons", op="forget", person="me").status == "ok"
    start_first(house)
    assert nothing_happened(house)


def test_an_invitation_does_not_outlive_the_acceptance(house: VirtualHouse) -> None:
    house.accept_checklist()
    assert house.request("start", program=HEAT).status == "invited"
    house.accept_checklist(False)
    house.press()
    assert nothing_happened(house)
    assert [event.reason.code for event in house.broker.events if event.kind == "refused"] == ["checklist"]


@pytest.mark.parametrize("accepted", [True, False])
def test_what_was_said_survives_a_restart(house: VirtualHouse, tmp_path: Path, accepted: bool) -> None:
    house.accept_checklist()
    house.accept_checklist(accepted)
    house.settings = SettingsStore(tmp_path)
    house.begin_controller()
    house.run(1.0)
    assert house.state.checklist_accepted is accepted
    reply = house.request("start", program=HEAT)
    assert reply.status == ("invited" if accepted else "refused")


def test_another_pads_acceptance_is_not_this_ones(tmp_path: Path) -> None:
    pads = {"other": {"checklist_accepted": True}, f"{PAD}2": {"checklist_accepted": True}}
    (tmp_path / NAME).write_text(json.dumps({"pads": pads}))
    house = VirtualHouse(tmp_path)
    start_first(house)
    assert nothing_happened(house)


DAMAGED = [
    b"",
    b"{",
    b"\xff\xfe",
    b"null",
    b"[]",
    b'{"pads": {"pad": true}}',
    b'{"pads": {"pad": {"checklist_accepted": "yes"}}}',
    b'{"pads": {"pad": {"checklist_accepted": 1}}}',
    b'{"pads": {"pad": {"checklist_accepted": tru',
    b'{"pads": {"pad": {"checklist_acepted": true}}}',
]


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_file_accepts_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(SetupError, match=f"{NAME} is damaged"):
        VirtualHouse(tmp_path)
    assert (tmp_path / NAME).read_bytes() == content, "nothing is thrown away that a person may mend"


@pytest.mark.parametrize(
    "content", [b"{}", b'{"pads": {}}', b'{"pads": {"pad": {}}}', b'{"pads": {"pad": {"checklist_accepted": false}}}']
)
def test_a_file_that_does_not_say_so_accepts_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)
    house = VirtualHouse(tmp_path)
    start_first(house)
    assert nothing_happened(house)


@pytest.mark.slow
def test_the_command_does_not_start_with_a_damaged_file(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / NAME).write_text("{")
    file = write_configuration(tmp_path, broker='url = "mqtt://127.0.0.1:1"')
    done = subprocess.run(
        [sys.executable, "-m", "poultice", "controller", "--config", str(file)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=clean_environment(),
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert NAME in done.stderr
    assert "Traceback" not in done.stderr


def test_a_disk_that_refuses_to_keep_it_accepts_nothing(house: VirtualHouse, tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()  # a folder cannot be replaced by a file
    result = house.query("settings", op="set", checklist_accepted=True)
    assert result.status == "refused"
    assert NAME in result.reason.text
    start_first(house)
    assert nothing_happened(house)
