"""What stands on this computer: directory, disk, kept files, programs, clock, the cable's port, the page."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from poultice.clock import synchronised
from poultice.config import Config
from poultice.description import load_library, own_programs_directory
from poultice.doctor.finding import Finding, bad, good, warning
from poultice.errors import PoulticeError
from poultice.link.serial_port import discover, known_ports
from poultice.simulator.native import PREBUILT, find_compiler

FREE_WARNING_BYTES = 500_000_000  # a pad's journal takes 80 MB; a system that runs full does odd things
FREE_BAD_BYTES = 20_000_000
KEPT = {  # by file: how bad it is, and what is to be done; nobody is told to delete how warm the pad has been
    "settings.json": (bad, "It holds the checklist and what people set: correct or delete it"),
    "people.json": (bad, "It holds persons and paired phones: correct it, or delete it and pair the phones again"),
    "budgets.json": (warning, "Leave it: the controller sets it aside, and takes the heat of a day for used up"),
    "models.json": (warning, "Leave it: the controller sets it aside, and learns the pad anew"),
}


def look(config: Config) -> Iterator[Finding]:
    """All of it."""
    yield from data(config.data.directory)
    yield programs(config)
    yield clock()
    for place in config.places:
        yield port(place.port)
    yield page()


def data(directory: Path) -> Iterator[Finding]:
    """The data directory, its disk and the files in it."""
    place = next(parent for parent in (directory, *directory.parents) if parent.exists())
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        yield bad("data", f"{place} cannot be written: correct its rights, or set data.directory to one that can.")
        return
    yield good("data", f"{directory} can be written." if directory.exists() else f"{directory} will be made.")
    yield disk(place, shutil.disk_usage(place).free)
    for name, (verdict, remedy) in KEPT.items():
        if why := _why_unreadable(directory / name):
            yield verdict("data", f"{directory / name} is damaged ({why}). {remedy}.")


def disk(place: Path, free_bytes: int) -> Finding:
    """How much room is left."""
    words = f"{free_bytes / 1e9:.1f} GB are free at {place}"
    if free_bytes < FREE_BAD_BYTES:
        return bad("disk", f"{words}: free some space, or nothing can be kept.")
    return (
        warning("disk", f"{words}: free some space.") if free_bytes < FREE_WARNING_BYTES else good("disk", f"{words}.")
    )


def _why_unreadable(file: Path) -> str:
    try:
        json.loads(file.read_bytes())
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as error:
        return str(error)
    return ""


def programs(config: Config) -> Finding:
    """The presets and the person's own."""
    library = load_library(own_programs_directory(config.data.directory), config.limits.host_limits())
    if library.refused:
        name, error = next(iter(library.refused.items()))
        more = f" and {len(library.refused) - 1} more" if len(library.refused) > 1 else ""
        return warning("programs", f"{name}{more} is left out: see `poultice programs check {name}`. {_first(error)}")
    return good("programs", f"{len(library.programs)} can be played.")


def _first(error: PoulticeError) -> str:
    return str(error).splitlines()[0]


def clock() -> Finding:
    """Whether days can be counted."""
    if synchronised():
        return good("clock", "It is kept right by a time service.")
    return warning(
        "clock",
        "No time service keeps it right: yesterday's heat is not forgotten and schedules wait. "
        "Switch one on: sudo timedatectl set-ntp true.",
    )


def port(setting: str) -> Finding:
    """Where the board hangs, by controller.port."""
    if setting == "simulated":
        return _simulated("controller.port says so")
    path = discover() if setting in ("auto", "board") else setting
    if path is None:
        if setting == "auto":
            return _simulated("no board is connected")
        return bad("port", "No board is connected: plug the pad's cable in.")
    if not Path(path).exists():
        there = ", ".join(known_ports()) or "none"
        return bad("port", f"There is no serial port {path} (there are: {there}): correct controller.port.")
    if not os.access(path, os.R_OK | os.W_OK):
        return bad("port", f"{path} may not be opened: sudo usermod -aG dialout $USER, then log in again.")
    return good("port", f"A board hangs at {path}.")


def _simulated(why: str) -> Finding:
    try:
        _ = PREBUILT.exists() or find_compiler()
    except PoulticeError as error:
        return bad("port", f"A simulated pad serves ({why}), but {error}.")
    return good("port", f"A simulated pad serves: {why}.")


def page() -> Finding:
    """Whether the panel has a page to show."""
    spec = find_spec("poultice_panel")
    folders = [Path(folder) for folder in (spec.submodule_search_locations or ())] if spec else []
    if any((folder / "static" / "index.html").exists() for folder in folders):
        return good("page", "It is built.")
    return bad("page", "It is not built: make page.")
