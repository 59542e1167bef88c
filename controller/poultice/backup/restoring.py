"""A backup judged as a whole before anything changes, and what it would change, in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from poultice.backup.archive import Manifest, unpack
from poultice.backup.contents import HISTORY, PEOPLE, SETTINGS, SIDECARS, Places, stays
from poultice.errors import SetupError
from poultice.settings import SettingsStore

Judge = Callable[[Path], None]
"""Brings a staged file up to date. Raises ValueError with a sentence where it cannot be used."""


@dataclass(frozen=True, slots=True)
class Restore:
    """What lies ready, and what is to be done with it."""

    manifest: Manifest
    put: tuple[str, ...]
    remove: tuple[str, ...]
    words: tuple[str, ...]


def prepare(places: Places, file: Path, folder: Path, judges: Mapping[str, Judge]) -> Restore:
    """Unpacks and judges `file` in `folder`. Raises SetupError with why it cannot be used; nothing has changed then."""
    manifest = unpack(file, folder)
    held = manifest.parts
    for name in judges.keys() & held.keys():
        try:
            judges[name](folder / name)
        except ValueError as error:
            raise SetupError(f"{name} in {file} cannot be used ({error}): nothing has changed.") from None
    if SETTINGS in held:
        SettingsStore(folder)
    phones = _keep_revoked_out(places.of(PEOPLE), folder / PEOPLE) if PEOPLE in held else None
    wanted = {name for name in held if places.history is not None or name != HISTORY}
    put = tuple(sorted(name for name in wanted if not (stays(name) and places.of(name).exists())))
    sidecars = tuple(f"{HISTORY}{end}" for end in SIDECARS) if HISTORY in put else ()
    return Restore(manifest, put, sidecars, tuple(_words(places, folder, manifest, put, phones)))


def _keep_revoked_out(now: Path, staged: Path) -> int | None:
    """Where people are known here, who came since stays, and phones are those of now: one that was revoked since does
    not come back. How many stay out; None where all come."""
    here, saved = _plain(now), json.loads(staged.read_bytes())
    if here is None:
        return None
    phones, persons = _records(here, "phones"), _records(saved, "persons")
    known = {person.get("id") for person in persons}
    persons += [person for person in _records(here, "persons") if person.get("id") not in known]
    kept = {**saved, "persons": persons, "phones": phones}
    staged.write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    ids = {phone.get("id") for phone in phones}
    return sum(phone.get("id") not in ids for phone in _records(saved, "phones"))


def _plain(file: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _records(people: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
    return [each for each in people.get(kind, []) if isinstance(each, dict)]


# -- Words -----------------------------------------------------------------------------------------------------------


def _words(
    places: Places, folder: Path, manifest: Manifest, put: tuple[str, ...], phones_out: int | None
) -> Iterator[str]:
    replaced = [name for name in put if places.of(name).exists()]
    yield f"The backup of {manifest.made:%Y-%m-%d %H:%M} (Poultice {manifest.version}) is whole: {_sum(manifest)}."
    yield f"It replaces: {_listed(replaced)}." if replaced else "It replaces nothing that is here."
    if added := len(put) - len(replaced):
        yield f"It adds {added} file{'' if added == 1 else 's'}."
    yield "poultice.toml, the broker's passwords, the journal, today's heat and sessions' records stay as they are."
    yield from _of_people(places, folder, manifest, phones_out)
    if HISTORY in manifest.parts and places.history is None:
        yield "The history in it is left out: database.url names another database."
    if SETTINGS in replaced:
        yield "Limits and quiet hours are those of then: look at them on the page before the next session."


def _of_people(places: Places, folder: Path, manifest: Manifest, phones_out: int | None) -> Iterator[str]:
    if PEOPLE not in manifest.parts:
        return
    here = {each.get("id") for each in _records(_plain(places.of(PEOPLE)) or {}, "persons")}
    back = [each for each in _records(_plain(folder / PEOPLE) or {}, "persons") if here and each.get("id") not in here]
    if back:
        who = ", ".join(str(each.get("name") or each["id"]) for each in back)
        yield f"Not here now, and back then with what is kept of them: {who}. Forget them anew if they asked for it."
    if phones_out:
        which = "1 phone in it stays" if phones_out == 1 else f"{phones_out} phones in it stay"
        yield f"{which} out, not being paired here now: pair it anew if it is to come in."


def _sum(manifest: Manifest) -> str:
    sessions = sum(name.startswith("sessions/") and name.endswith(".jsonl") for name in manifest.parts)
    programs = sum(name.startswith("programs/") for name in manifest.parts)
    size = sum(part.bytes for part in manifest.parts.values()) / 1e6
    own = [f"{len(manifest.parts)} files", f"{sessions} sessions' records", f"{programs} programs", f"{size:.1f} MB"]
    return ", ".join(own)


def _listed(found: list[str]) -> str:
    programs = [name for name in found if name.startswith("programs/")]
    others = [name for name in found if name not in programs]
    return ", ".join([*others, *([f"{len(programs)} programs"] if programs else [])])
