"""What the coach remembers of one pad's persons, in coach-PAD.json of the data directory, replaced as a whole.

It moves nothing: a damaged file is set aside with a warning, and the counts begin anew.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from poultice.files import replace_file
from poultice.therapy.coach.memory import Memory

log = logging.getLogger(__name__)


class Remembered(BaseModel):
    """The file. `nudged` is when the pad nudged by itself within the last hour, s since 1970."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    version: Literal[1] = 1
    nudged: Annotated[list[float], Field(max_length=100)] = []
    persons: dict[str, Memory] = {}


class CoachStore:
    """One small file for one pad: written when a prompt is said or answered, a few times an hour."""

    def __init__(self, directory: Path, pad: str) -> None:
        self._path = directory / f"coach-{pad}.json"
        self._failing = False

    def read(self) -> Remembered:
        """What was kept; nothing where nothing can be read."""
        try:
            return Remembered.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            pass
        except OSError as error:
            log.warning("%s cannot be read (%s): the coach counts anew; correct its rights", self._path, error.strerror)
        except ValidationError:
            self._set_aside()
        return Remembered()

    def keep(self, remembered: Remembered) -> None:
        """Keeps it. Where the disk refuses, it is known until the end of this process."""
        try:
            replace_file(self._path, remembered.model_dump_json(indent=1))
            self._failing = False
        except OSError as error:
            if not self._failing:
                log.warning(
                    "%s cannot be written (%s): a restart would forget the coach's counts; free some space",
                    self._path,
                    error.strerror,
                )
            self._failing = True

    def _set_aside(self) -> None:
        aside = self._path.with_suffix(".damaged")
        try:
            self._path.replace(aside)
        except OSError:
            aside = self._path
        log.warning("%s is damaged: it was set aside as %s, and the coach counts anew", self._path, aside)
