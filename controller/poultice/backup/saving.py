"""A data directory saved while everything runs: small files are replaced whole, and SQLite reads the database."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from poultice.backup.archive import Manifest, write
from poultice.backup.contents import HISTORY, Places, names
from poultice.errors import SetupError

LOCKED_S = 10.0


def save(places: Places, file: Path, made: datetime) -> Manifest:
    """Writes all there is into `file`. Raises SetupError with what is wrong; a file that was there is as it was."""
    if not places.directory.is_dir():
        raise SetupError(f"There is no data directory {places.directory}: name the right poultice.toml with --config.")
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".poultice-") as folder:
            parts = {name: places.of(name) for name in names(places)}
            if HISTORY in parts:
                parts[HISTORY] = _copied(parts[HISTORY], Path(folder) / HISTORY)
            if not parts:
                raise SetupError(f"There is nothing in {places.directory} yet that could be saved.")
            manifest = write(file, parts, made, version("poultice"))
    except OSError as error:
        raise SetupError(
            f"{file} cannot be saved ({error.strerror}: {error.filename or file}): free some space, correct its "
            "rights, or run it with sudo."
        ) from None
    _give_to_caller(file)
    return manifest


def _copied(history: Path, to: Path) -> Path:
    """As it was at one moment, whoever writes to it meanwhile."""
    os.close(os.open(to, os.O_WRONLY | os.O_CREAT, 0o600))
    try:
        with (
            contextlib.closing(
                sqlite3.connect(f"{history.absolute().as_uri()}?mode=rw", uri=True, timeout=LOCKED_S)
            ) as source,
            contextlib.closing(sqlite3.connect(to)) as copy,
        ):
            source.backup(copy)
            said = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        raise SetupError(_words(history, str(error))) from None
    if said != "ok":
        raise SetupError(_words(history, "it is damaged"))
    return to


def _words(history: Path, why: str) -> str:
    return (
        f"{history} cannot be saved ({why}): set it aside on the history page (what the pads still have comes back), "
        "then save again."
    )


def _give_to_caller(file: Path) -> None:
    """Who ran it by sudo may carry it away."""
    user, group = os.environ.get("SUDO_UID", ""), os.environ.get("SUDO_GID", "")
    if os.geteuid() == 0 and user.isdigit() and group.isdigit():
        os.chown(file, int(user), int(group))
