"""What was learned of this controller's pads, in models.json of the data directory.

It only makes the next warm-up better: a damaged file is set aside, and each pad is taken for a nominal one again.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from poultice.files import replace_file
from poultice.therapy.heat.parameters import Parameters

log = logging.getLogger(__name__)

NAME = "models.json"
DAMAGED = "models.damaged"
VERSION = 1


class ModelStore:
    """The learned models of all pads, by pad and zone."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / NAME
        self._pads = self._read()

    def of(self, pad: str) -> dict[str, Parameters]:
        """What is known of a pad's zones; empty where nothing is."""
        return dict(self._pads.get(pad, {}))

    def keep(self, pad: str, learned: Mapping[str, Parameters]) -> None:
        """Keeps what was learned of some zones. Where the disk refuses, it is known until the end of this process."""
        self._pads[pad] = {**self._pads.get(pad, {}), **learned}
        plain = {name: {zone: each.to_plain() for zone, each in zones.items()} for name, zones in self._pads.items()}
        try:
            replace_file(self._path, json.dumps({"version": VERSION, "pads": plain}, indent=1, allow_nan=False))
        except OSError as error:
            log.warning("%s cannot be written (%s): the pad will be learned anew next time", self._path, error.strerror)

    def _read(self) -> dict[str, dict[str, Parameters]]:
        try:
            return _parsed(json.loads(self._path.read_bytes()))
        except FileNotFoundError:
            return {}
        except OSError as error:
            log.warning("%s cannot be read (%s): pads are learned anew", self._path, error.strerror)
        except (ValueError, RecursionError) as error:
            self._set_aside(error)
        return {}

    def _set_aside(self, error: Exception) -> None:
        aside = self._path.with_name(DAMAGED)
        try:
            self._path.replace(aside)
        except OSError:
            aside = self._path
        log.warning("%s is damaged (%s): it was set aside as %s and pads are learned anew", self._path, error, aside)


def _parsed(plain: Any) -> dict[str, dict[str, Parameters]]:
    if not isinstance(plain, dict) or plain.get("version") != VERSION or not isinstance(plain.get("pads"), dict):
        raise ValueError("it is not a file of models")
    return {pad: _zones(zones) for pad, zones in plain["pads"].items()}


def _zones(zones: Any) -> dict[str, Parameters]:
    if not isinstance(zones, dict):
        raise ValueError("a pad has no zones")
    return {zone: Parameters.from_plain(each) for zone, each in zones.items()}
