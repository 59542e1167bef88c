"""What session was running, in unfinished-PAD.json of the data directory: after a restart its rest can be offered.

Heat never resumes by itself: this file only lets a person be asked. What cannot be read or written offers nothing.
"""

from __future__ import annotations

import json
import logging
import os
from dataclasses import asdict
from pathlib import Path

from poultice.therapy.offer import Unfinished

log = logging.getLogger(__name__)


class UnfinishedStore:
    """One small file for one pad, written when a step begins and removed when the session ends."""

    def __init__(self, directory: Path, pad: str) -> None:
        self._path = directory / f"unfinished-{pad}.json"
        self._noted: Unfinished | None = None

    def read(self) -> Unfinished | None:
        """What the controller of before left unfinished; the file is gone then, so it is offered once."""
        try:
            body = json.loads(self._path.read_bytes())
            left = Unfinished(str(body["program"]), str(body["content_hash"]), int(body["step"]), str(body["person"]))
        except (OSError, ValueError, TypeError, KeyError):
            left = None
        self._remove()
        return left

    def note(self, now: Unfinished | None) -> None:
        """What is running now; None where nothing is."""
        if now == self._noted:
            return
        self._noted = now
        if now is None:
            self._remove()
        else:
            self._write(now)

    def _write(self, now: Unfinished) -> None:
        """No fsync: it stands in the way of no heat, and a power cut that loses it loses an offer."""
        new = self._path.with_suffix(".new")
        try:
            new.touch(mode=0o600)
            new.write_text(json.dumps(asdict(now)), encoding="utf-8")
            os.replace(new, self._path)
        except OSError as error:
            log.warning("%s cannot be written (%s): after a restart no rest will be offered.", new, error.strerror)

    def _remove(self) -> None:
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("%s cannot be removed (%s).", self._path, error.strerror)
