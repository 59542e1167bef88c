"""What a person reads at the end of an installation. Commands cannot really be run here, nor does systemd."""

from __future__ import annotations

import getpass
import io
from pathlib import Path

import pytest
from poultice.clock import VirtualClock
from poultice.errors import SetupError
from poultice.install.command import Installer
from poultice.install.places import Places
from poultice.install.plan import Wish
from poultice.install.serving import Served
from poultice.install.steps import Version
from poultice.pairing import Offer
from rich.console import Console

from tests.install.test_plan import Computer, free


class Running(Computer):
    """One with systemd."""

    @property
    def runs_systemd(self) -> bool:
        return True


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    """The program is there already, and whoever tests is the services' user."""
    places = Places(tmp_path)
    version = places.opt / "versions" / "1.0"
    version.mkdir(parents=True)
    (version / Version.COMPLETE).write_text("poultice 1.0, contract 0")
    monkeypatch.setattr("poultice.install.plan.USER", getpass.getuser())
    monkeypatch.setattr("poultice.install.command.answers", lambda _url: True)
    monkeypatch.setattr("poultice.install.command.offer", lambda _config: Offer("12345678", "http://10.0.0.7", 120.0))
    return places


def install(places: Places, page: Served, computer: Computer | None = None) -> str:
    said = io.StringIO()
    console = Console(file=said, highlight=False, soft_wrap=True, emoji=False)
    wish = Wish("poultice.whl", "1.0", page, broker_url="mqtt://house")
    Installer(console, places, computer or Running(), VirtualClock()).install(wish, dry_run=False)
    return said.getvalue()


def test_a_house_is_told_where_the_page_is_how_it_travels_and_a_code(places: Places) -> None:
    words = install(places, Served(lan=True, port=free()))
    assert "serves its page at http://poultice.local:" in words
    assert "whoever is in your network could read along" in words
    assert "open http://10.0.0.7 (code 1234 5678" in words
    assert "sudo poultice pair" in words


def test_the_port_of_every_browser_is_not_said(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("poultice.install.plan.why_port_busy", lambda _host, _port: None)
    assert "at http://poultice.local, after" in install(places, Served(lan=True, port=80))


def test_a_second_run_lets_no_phone_in(places: Places) -> None:
    page = Served(lan=True, port=free())
    install(places, page)
    computer = Running()
    assert "1234" not in install(places, page, computer)
    assert any(command[:2] == ("systemctl", "start") for command in computer.asked)
    assert not any(command[:2] == ("systemctl", "restart") for command in computer.asked)


def test_without_avahi_it_is_said_what_is_missing(places: Places) -> None:
    words = install(places, Served(lan=True, port=free()), Running(without="avahi-publish"))
    assert "apt install avahi-daemon avahi-utils" in words
    assert "http://poultice.local" not in words
    assert "serves your house" in words


def test_this_computer_alone_is_asked_for_no_pairing(places: Places) -> None:
    port = free()
    words = install(places, Served(lan=False, port=port))
    assert f"serves its page at http://127.0.0.1:{port}" in words
    assert "pair" not in words


def test_a_page_that_does_not_answer_is_said_with_where_to_look(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("poultice.install.command.answers", lambda _url: False)
    with pytest.raises(SetupError, match=r"does not answer .*journalctl.*sudo poultice doctor"):
        install(places, Served(lan=True, port=free()))
