"""Files of a data directory put in the place of others, all of them or none, a power cut notwithstanding.

What is to come lies whole in the folder `restoring` before its `plan.json` is written; from then on whoever starts next
ends it. What was there goes into a folder of its own, with the plan that brings it back.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from poultice.backup.contents import SIDECARS, Places, belongs
from poultice.backup.holding import own_as
from poultice.errors import SetupError
from poultice.files import remove_file, replace_file, sync_directory

FOLDER = "restoring"
PLAN = "plan.json"
BEFORE = "before-restore-"


class Plan(BaseModel):
    """What comes and what goes, by name; what of it was there, and the folder that keeps that."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    put: list[str]
    remove: list[str] = []
    there: list[str] = []
    aside: str = ""  # none in the plan of a way back


def staging(directory: Path) -> Path:
    """An empty folder for what is to come. Raises OSError."""
    folder = directory / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    own_as(directory, folder)
    return folder


def abandon(directory: Path) -> None:
    """What lay ready is not wanted."""
    shutil.rmtree(directory / FOLDER, ignore_errors=True)


def commit(places: Places, put: Iterable[str], remove: Iterable[str], aside: str) -> None:
    """What lies in `staging` comes for good. Raises OSError; nothing has changed then."""
    directory = places.directory
    comes, goes = sorted(put), sorted(remove)
    there = [name for name in (*comes, *goes) if places.of(name).exists()]
    _sync(directory / FOLDER)
    _write(directory, directory / FOLDER / PLAN, Plan(put=comes, remove=goes, there=there, aside=aside))
    finish(places)


def _write(directory: Path, file: Path, plan: Plan) -> None:
    replace_file(file, plan.model_dump_json(indent=1))
    own_as(directory, file)


def _sync(folder: Path) -> None:
    """All files below a folder are on the disk, with their names."""
    for path in (*folder.rglob("*"), folder):
        _sync_one(path)


def _sync_one(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def pending(directory: Path) -> bool:
    """Whether an exchange was cut off that is to be ended."""
    return (directory / FOLDER / PLAN).exists()


def finish(places: Places) -> None:
    """Ends what `commit` began, wherever it was cut off. Raises OSError, or SetupError where the plan is none."""
    folder = places.directory / FOLDER
    plan = read(folder / PLAN)
    aside = places.directory / plan.aside
    _make_folder(places.directory, aside)
    for name in plan.remove:
        _move(places.directory, places.of(name), aside / name)
    for name in plan.put:
        if (folder / name).exists():
            if not (aside / name).exists():
                _move(places.directory, places.of(name), aside / name)
            _move(places.directory, folder / name, places.of(name))
    back = Plan(put=plan.there, remove=sorted(set(plan.put) - set(plan.there)))
    _write(places.directory, aside / PLAN, back)
    for changed in {aside, places.directory, *(places.of(name).parent for name in plan.put)}:
        sync_directory(changed)
    remove_file(folder / PLAN)
    shutil.rmtree(folder)


def read(file: Path) -> Plan:
    """A plan. Raises SetupError where it is none."""
    try:
        plan = Plan.model_validate_json(file.read_bytes())
    except (OSError, ValidationError):
        raise SetupError(f"{file} cannot be read: move its folder away, and restore again.") from None
    sidecar = tuple(f"history.sqlite{end}" for end in SIDECARS)
    if any(not belongs(name) and name not in sidecar for name in (*plan.put, *plan.remove)) or "/" in plan.aside:
        raise SetupError(f"{file} names files that no backup holds: move its folder away, and restore again.")
    return plan


def _move(directory: Path, source: Path, to: Path) -> None:
    """At once within a disk; from one to another (a database elsewhere) beside its place first."""
    if not source.exists():
        return
    _make_folder(directory, to.parent)
    own_as(to.parent, source)
    try:
        source.replace(to)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        new = to.with_name(f".{to.name}.new")
        shutil.copy2(source, new)
        own_as(to.parent, new)
        with new.open("rb") as file:
            os.fsync(file.fileno())
        new.replace(to)
        source.unlink()


def _make_folder(directory: Path, folder: Path) -> None:
    if not folder.exists():
        _make_folder(directory, folder.parent)
        folder.mkdir(mode=0o700)
        own_as(directory, folder)


def newest_aside(directory: Path) -> Path | None:
    """Where the last exchange put what was there before."""
    found = sorted(folder for folder in directory.glob(f"{BEFORE}*") if (folder / PLAN).is_file())
    return found[-1] if found else None
