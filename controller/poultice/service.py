"""What each pad of this controller has behind it, in service.json of the data directory: heat, faults, sessions.

It moves nothing: a damaged file is set aside with a warning, and the counts begin anew.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from poultice.files import replace_file
from poultice.link import contract
from poultice.mqtt.messages import Service
from poultice.therapy.state import Reading

log = logging.getLogger(__name__)

NAME = "service.json"
DAMAGED = "service.damaged"
LONGEST_S = 1.0  # between two readings; what lasted longer was seen by nobody
KEEP_EVERY_S = 300.0
FAULTS = frozenset(fault.name.lower() for fault in contract.Fault)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    version: Literal[1] = 1
    pads: dict[str, Service] = {}
    boards: dict[str, str] = {}  # by pad: the id of the board that it was last


class ServiceStore:
    """The file; `later` does what waits for the disk."""

    def __init__(self, directory: Path, later: Callable[[Callable[[], None]], None] = lambda work: work()) -> None:
        self._path = directory / NAME
        self._later = later
        read = self._read()
        self._pads, self._boards = dict(read.pads), dict(read.boards)

    @property
    def pads(self) -> Collection[str]:
        """Those that were ever here."""
        return self._boards.keys()

    def of(self, pad: str) -> Service:
        """What is known of a pad."""
        return self._pads.get(pad, Service())

    def board_of(self, pad: str) -> str | None:
        """The id of the board that a pad was last; None where it was never here."""
        return self._boards.get(pad)

    def keep(self, pad: str, service: Service, board: str | None = None) -> None:
        """Keeps it, soon."""
        self._pads[pad] = service
        if board is not None:
            self._boards[pad] = board
        text = _File(pads=self._pads, boards=self._boards).model_dump_json(indent=1)
        self._later(lambda: self._write(text))

    def _write(self, text: str) -> None:
        try:
            replace_file(self._path, text)
        except OSError as error:
            log.warning("%s cannot be written (%s): hours and faults are counted anew", self._path, error.strerror)

    def _read(self) -> _File:
        try:
            return _File.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            pass
        except OSError as error:
            log.warning("%s cannot be read (%s): hours and faults are counted anew", self._path, error.strerror)
        except ValidationError:
            log.warning("%s is damaged and set aside as %s: hours and faults are counted anew", self._path, DAMAGED)
            self._path.replace(self._path.with_name(DAMAGED))
        return _File()


class Book:
    """One pad's counts, while its controller runs. Instants in s."""

    def __init__(self, pad: str, store: ServiceStore | None) -> None:
        self._pad = pad
        self._store = store
        self._kept = self.service = store.of(pad) if store else Service()
        self._kept_s = 0.0
        self._heated_s = self.service.heated_s
        self._read_s: float | None = None
        self._present: frozenset[str] = frozenset()

    @property
    def board(self) -> str | None:
        """The id of the board that this pad was last, where it was ever here."""
        return self._store.board_of(self._pad) if self._store else None

    def reading(self, reading: Reading) -> None:
        """Counts what a reading shows."""
        passed_s = 0.0 if self._read_s is None else reading.at_s - self._read_s
        self._read_s = reading.at_s
        if 0.0 < passed_s <= LONGEST_S and any(zone.applied_w > 0.0 for zone in reading.zones):
            self._heated_s += passed_s
        present = frozenset((*reading.faults, *reading.latched_faults))
        if present != self._present:
            self._add_faults(present - self._present)
            self._present = present

    def _add_faults(self, new: Iterable[str]) -> None:
        counts = dict(self.service.faults)
        for name in new:
            counts[name] = counts.get(name, 0) + 1
        self.service = self.service.model_copy(update={"faults": counts})

    def session(self) -> None:
        """One has ended."""
        self.service = self.service.model_copy(update={"sessions": self.service.sessions + 1})

    def at_least(self, other: Service) -> None:
        """Another controller had the pad before: the larger counts hold."""
        self._heated_s = max(self._heated_s, other.heated_s)
        faults = {name: max(count, self.service.faults.get(name, 0)) for name, count in other.faults.items()}
        self.service = Service(
            heated_s=self._heated_s,
            sessions=max(self.service.sessions, other.sessions),
            faults={**self.service.faults, **{name: n for name, n in faults.items() if name in FAULTS}},
        )

    def look(self, real_s: float) -> Service:
        """The counts now; written down once in a while."""
        self.service = self.service.model_copy(update={"heated_s": round(self._heated_s, 1)})
        if real_s - self._kept_s >= KEEP_EVERY_S:
            self._kept_s = real_s
            self.keep()
        return self.service

    def keep(self, board: str | None = None) -> None:
        """Writes them down, where they changed; `board` is the one that has just come."""
        self.service = self.service.model_copy(update={"heated_s": round(self._heated_s, 1)})
        if self._store is not None and (self.service != self._kept or board is not None):
            self._kept = self.service
            self._store.keep(self._pad, self.service, board)
