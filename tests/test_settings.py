"""Settings made on the page: careful by default, whole on the disk or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from poultice.errors import SetupError
from poultice.settings import NAME, PadSettings, SettingsStore
from poultice.therapy.coach.plan import Plan

ACCEPTED = PadSettings(checklist_accepted=True)


def test_nothing_is_accepted_until_somebody_does(tmp_path: Path) -> None:
    assert not SettingsStore(tmp_path).of("pad").checklist_accepted


def test_what_was_set_survives_a_restart_for_that_pad_only(tmp_path: Path) -> None:
    store = SettingsStore(tmp_path / "data")
    store.set("sofa", ACCEPTED)
    assert store.of("sofa") == ACCEPTED
    again = SettingsStore(tmp_path / "data")
    assert again.of("sofa") == ACCEPTED
    assert not again.of("desk").checklist_accepted
    again.set("desk", ACCEPTED)
    again.set("sofa", PadSettings())
    assert SettingsStore(tmp_path / "data").of("desk") == ACCEPTED
    assert not SettingsStore(tmp_path / "data").of("sofa").checklist_accepted


def test_what_the_coach_was_asked_for_is_kept_for_each_pad_and_person(tmp_path: Path) -> None:
    plan = Plan(ergonomics=True)
    store = SettingsStore(tmp_path)
    assert store.coach("sofa") == {}
    store.set("sofa", ACCEPTED)
    store.set_coach("sofa", "me", plan)
    store.set_coach("sofa", "ann", Plan())
    again = SettingsStore(tmp_path)
    assert again.coach("sofa") == {"me": plan, "ann": Plan()}
    assert again.coach("desk") == {}
    assert again.of("sofa") == ACCEPTED


def test_a_write_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = SettingsStore(tmp_path)
    store.set("sofa", ACCEPTED)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("poultice.files.os.fsync", full)
        with pytest.raises(SetupError, match="No space left"):
            store.set("sofa", PadSettings())
    assert store.of("sofa") == ACCEPTED
    assert SettingsStore(tmp_path).of("sofa") == ACCEPTED
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"pads": {"sofa": {"checklist_accepted": "yes"}}}',
        '{"pads": {"sofa": {"chekclist": true}}}',
        "\0",
    ],
)
def test_a_damaged_file_is_never_taken_for_consent(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    with pytest.raises(SetupError, match="damaged") as error:
        SettingsStore(tmp_path)
    assert "\n" not in str(error.value)
