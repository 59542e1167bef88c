"""`poultice backup` and `poultice restore`, and what each start does about a restore that was cut off."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from poultice.backup import exchange
from poultice.backup.contents import Places
from poultice.backup.holding import WAIT_S, Alone, share
from poultice.backup.restoring import Judge, prepare
from poultice.backup.saving import save
from poultice.errors import SetupError

log = logging.getLogger(__name__)

SQLITE = "sqlite:///"
PAGE_NAME = ".page.poultice"
Say = Callable[[str], None]


def places_of(directory: Path, database_url: str) -> Places:
    """Where a configuration has its data."""
    history = Path(database_url.removeprefix(SQLITE)) if database_url.startswith(SQLITE) else None
    return Places(directory, history)


def backup(places: Places, file: Path, made: datetime, say: Say) -> None:
    """Saves everything into `file`. Raises SetupError."""
    manifest = save(places, file.absolute(), made)
    size = file.stat().st_size / 1e6
    say(f"{file} holds {len(manifest.parts)} files, {size:.1f} MB. It is as private as the people in it: keep it so.")
    if places.history is None:
        say("The history is not in it: database.url names a database of its own, which pg_dump saves.")


def save_for_page(directory: Path, database_url: str, made: datetime) -> Path:
    """The same for a page to take away; the file may be removed then. Raises ValueError with a sentence."""
    file = directory / PAGE_NAME
    try:
        save(places_of(directory, database_url), file, made)
    except SetupError as error:
        raise ValueError(str(error)) from None
    return file


def restore(
    places: Places, file: Path, now: datetime, judges: Mapping[str, Judge], *, say: Say, agreed: Callable[[], bool]
) -> bool:
    """Brings a backup back after `agreed`; whether it did. Raises SetupError; nothing has changed then."""
    with Alone(places.directory):
        _end_pending(places)
        try:
            prepared = prepare(places, file, exchange.staging(places.directory), judges)
            for sentence in prepared.words:
                say(sentence)
            if not agreed():
                exchange.abandon(places.directory)
                return False
            aside = f"{exchange.BEFORE}{now:%Y%m%d-%H%M%S}"
            exchange.commit(places, prepared.put, prepared.remove, aside)
        except BaseException as error:
            if not exchange.pending(places.directory):
                exchange.abandon(places.directory)
            if isinstance(error, OSError):
                raise _told(places, error) from None
            raise
    say(f"It is back. What was here lies in {places.directory / aside}; `poultice restore --undo` brings that back.")
    return True


def undo(places: Places, now: datetime, say: Say) -> None:
    """Brings back what the last restore replaced. Raises SetupError."""
    with Alone(places.directory):
        _end_pending(places)
        before = exchange.newest_aside(places.directory)
        if before is None:
            raise SetupError(f"There is nothing to undo in {places.directory}: nothing was restored there.")
        plan = exchange.read(before / exchange.PLAN)
        aside = f"{exchange.BEFORE}{now:%Y%m%d-%H%M%S}"
        try:
            folder = exchange.staging(places.directory)
            shutil.copytree(before, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(exchange.PLAN))
            exchange.commit(places, plan.put, plan.remove, aside)
            shutil.rmtree(before)
        except OSError as error:
            raise _told(places, error) from None
    say(f"It is as before the restore. What the restore had brought lies in {places.directory / aside}.")


def begin(directory: Path, database_url: str) -> None:
    """A controller or a panel begins to work there; a restore that was cut off is ended first. Raises SetupError."""
    if exchange.pending(directory):
        with Alone(directory, WAIT_S):
            _end_pending(places_of(directory, database_url))
    share(directory)


def _end_pending(places: Places) -> None:
    if exchange.pending(places.directory):
        try:
            exchange.finish(places)
        except OSError as error:
            raise _told(places, error) from None
        log.warning("A restore in %s had been cut off; it is ended now.", places.directory)


def _told(places: Places, error: OSError) -> SetupError:
    return SetupError(
        f"{error.filename or places.directory} cannot be written ({error.strerror}): free some space or correct its "
        "rights, then do the same again; nothing is lost."
    )
