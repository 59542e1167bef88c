"""What `poultice broker setup` says where it cannot do its work: one sentence, and nothing is changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from poultice.broker_setup import PASSWORDS, Listener, set_up
from poultice.errors import SetupError

LISTENER = Listener("127.0.0.1", 1883)


@pytest.fixture(autouse=True)
def not_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a person sets it up: root would hand it over to the user mosquitto, who cannot enter a test's folder."""
    monkeypatch.setattr("os.geteuid", lambda: 1000)


def test_root_is_told_what_the_broker_cannot_reach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    tmp_path.chmod(0o700)
    with pytest.raises(SetupError, match="is closed to the user mosquitto"):
        list(set_up(tmp_path / "broker", LISTENER))
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_user_is_not_renewed(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="no user cook: --renew takes controller, panel, automation, viewer"):
        list(set_up(tmp_path, LISTENER, ["cook"]))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["{", "[]", "3"])
def test_passwords_that_cannot_be_read_are_not_replaced(tmp_path: Path, text: str) -> None:
    (tmp_path / PASSWORDS).write_text(text)
    with pytest.raises(SetupError, match="mend it, or delete it"):
        list(set_up(tmp_path, LISTENER))
    assert (tmp_path / PASSWORDS).read_text() == text


def test_a_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SetupError, match=r"file/broker cannot be written \(Not a directory\)"):
        list(set_up(tmp_path / "file" / "broker", LISTENER))


def test_without_mosquitto_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("poultice.broker_setup.find_mosquitto", lambda: None)
    with pytest.raises(SetupError, match="apt install mosquitto"):
        list(set_up(tmp_path, LISTENER))
