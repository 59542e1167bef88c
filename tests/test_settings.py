"""Settings made on the page: careful by default, whole on the disk or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from poultice.errors import SetupError
from poultice.mqtt.messages import NarrowerLimits, PadSettings, PersonCeiling
from poultice.settings import NAME, SettingsStore
from poultice.therapy.coach.plan import Plan

NAMED = PadSettings(name="Sofa", limits=NarrowerLimits(target_max_c=39.0))


def test_nothing_is_accepted_until_somebody_does(tmp_path: Path) -> None:
    assert not SettingsStore(tmp_path).accepted("pad")


def test_what_was_set_survives_a_restart_for_that_pad_only(tmp_path: Path) -> None:
    store = SettingsStore(tmp_path / "data")
    store.set("sofa", NAMED)
    assert store.of("sofa") == NAMED
    again = SettingsStore(tmp_path / "data")
    assert again.of("sofa") == NAMED
    assert again.of("desk") == PadSettings()
    again.set("desk", NAMED)
    again.set("sofa", PadSettings())
    assert SettingsStore(tmp_path / "data").of("desk") == NAMED
    assert SettingsStore(tmp_path / "data").of("sofa") == PadSettings()


def test_a_persons_ceiling_is_kept_until_it_is_taken_away(tmp_path: Path) -> None:
    store = SettingsStore(tmp_path)
    store.set_ceilings({"ann": PersonCeiling(target_max_c=38.5), "bob": PersonCeiling(massage_max_percent=0)})
    store.set_ceilings({"bob": None, "gone": None})
    assert SettingsStore(tmp_path).ceilings() == {"ann": PersonCeiling(target_max_c=38.5)}


@pytest.mark.parametrize(
    ("ceiling", "fits"),
    [
        ({"target_max_c": 30.0}, True),
        ({"target_max_c": 29.9}, False),
        ({"target_max_c": 42.0}, True),
        ({"target_max_c": 42.1}, False),
        ({"session_max_min": 1}, True),
        ({"session_max_min": 0.9}, False),
        ({"session_max_min": 90}, True),
        ({"session_max_min": 90.1}, False),
        ({"massage_max_percent": 0}, True),
        ({"massage_max_percent": 1}, False),
        ({"massage_max_percent": 19}, False),
        ({"massage_max_percent": 20}, True),
        ({"massage_max_percent": 100}, True),
        ({"massage_max_percent": 101}, False),
        ({"massage_max_percent": 30.5}, False),
    ],
)
def test_a_ceiling_is_within_what_a_pad_can_do(ceiling: dict[str, float], fits: bool) -> None:
    try:
        PersonCeiling.model_validate(ceiling)
    except ValueError:
        assert not fits
    else:
        assert fits


def test_who_has_accepted_is_kept_for_each_pad_and_person(tmp_path: Path) -> None:
    store = SettingsStore(tmp_path)
    for person in ("me", "ann"):
        store.accept("sofa", person, True)
    store.accept("desk", "ann", True)
    store.accept("sofa", "bob", False)
    again = SettingsStore(tmp_path)
    assert (again.accepted("sofa"), again.accepted("desk")) == ({"me", "ann"}, {"ann"})
    again.accept("sofa", "me", False)
    assert again.forget_checklists("ann") == 2
    assert again.forget_checklists("ann") == 0
    assert SettingsStore(tmp_path).accepted("sofa") == frozenset()
    assert "ann" not in (tmp_path / NAME).read_text()


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ('{"pads": {"sofa": {"checklist_accepted": true}}}', {"me"}),
        ('{"pads": {"sofa": {"checklist_accepted": false}}}', set()),
        ('{"pads": {"sofa": {}}}', set()),
        ('{"pads": {"desk": {"checklist_accepted": true}}, "comfort": {}}', set()),
    ],
)
def test_the_flag_of_before_there_were_persons_is_the_default_persons(
    tmp_path: Path, text: str, accepted: set[str]
) -> None:
    (tmp_path / NAME).write_text(text)
    store = SettingsStore(tmp_path)
    assert store.accepted("sofa") == accepted
    store.accept("sofa", "ann", True)
    assert SettingsStore(tmp_path).accepted("sofa") == accepted | {"ann"}
    assert "checklist_accepted" not in (tmp_path / NAME).read_text()


def test_what_the_coach_was_asked_for_is_kept_for_each_pad_and_person(tmp_path: Path) -> None:
    plan = Plan(ergonomics=True)
    store = SettingsStore(tmp_path)
    assert store.coach("sofa") == {}
    store.set("sofa", NAMED)
    store.set_coach("sofa", "me", plan)
    store.set_coach("sofa", "ann", Plan())
    again = SettingsStore(tmp_path)
    assert again.coach("sofa") == {"me": plan, "ann": Plan()}
    assert again.coach("desk") == {}
    assert again.of("sofa") == NAMED


def test_a_write_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = SettingsStore(tmp_path)
    store.set("sofa", NAMED)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("poultice.files.os.fsync", full)
        with pytest.raises(SetupError, match="No space left"):
            store.set("sofa", PadSettings())
    assert store.of("sofa") == NAMED
    assert SettingsStore(tmp_path).of("sofa") == NAMED
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
