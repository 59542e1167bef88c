"""The heat budgets of this controller's pads, in budgets.json of the data directory.

Written whole, by a thread of its own (the loop never waits for a disk), at most every 30 s and at the beginning and end
of warmth. After an end without good-bye those 30 s are taken for as warm as any pad may be. A damaged file is set aside
and everything taken for used up: what nobody knows is never taken for nothing.
"""

from __future__ import annotations

import logging
import math
import queue
import threading
from collections.abc import Iterable
from dataclasses import fields, replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from poultice.clock import Clock
from poultice.errors import SetupError
from poultice.files import replace_file
from poultice.therapy import dose
from poultice.therapy.budget import Budget, Kept, Slice, WallTime
from poultice.therapy.limits import HostLimits
from poultice.therapy.pad import Pad

log = logging.getLogger(__name__)

NAME = "budgets.json"
DAMAGED = "budgets.damaged"
WRITE_EVERY_S = 30.0  # 12 hours of warmth are 1,440 writes of a kilobyte
WRITE_REAL_S = 1.0  # where a simulated pad's time runs faster
TELL_EVERY_S = 1.0
CLOSE_S = 1.0


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("not a number")
    return value


Amount = Annotated[float, Field(ge=0.0), AfterValidator(_finite)]
Instant = Annotated[float, AfterValidator(_finite)]


class _Slice(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    from_s: Instant | None
    dose: dict[str, Amount]
    warm_s: Amount


class _Pad(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    slices: list[_Slice]
    warm_s: Amount
    resting: bool
    warming: bool
    believed_s: Instant | None
    synchronised: bool
    told_s: Instant
    boot: str

    @classmethod
    def of(cls, kept: Kept) -> _Pad:
        """As the file has it."""
        slices = [_Slice(from_s=each.from_s, dose=each.dose, warm_s=each.warm_s) for each in kept.slices]
        return cls(slices=slices, **{name: getattr(kept, name) for name in _PLAIN})

    def kept(self) -> Kept:
        """As therapy has it."""
        slices = tuple(Slice(each.from_s, dict(each.dose), each.warm_s) for each in self.slices)
        return Kept(slices=slices, **{name: getattr(self, name) for name in _PLAIN})


_PLAIN = tuple(each.name for each in fields(Kept) if each.name != "slices")


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_: Annotated[Literal["poultice-budgets/1"], Field(alias="schema")] = "poultice-budgets/1"
    pads: dict[str, _Pad] = {}


_FILE = TypeAdapter(_File)


class BudgetStore:
    """The file, read once and written by its own thread."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / NAME
        self._damaged = False
        self._pads = self._read()
        self._waiting: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._failing = False
        self._thread = threading.Thread(target=self._run, name="budgets", daemon=True)
        self._thread.start()

    def budget(self, pad: str, zones: Iterable[str], limits: HostLimits) -> Budget:
        """What a pad has had; nothing for one that was never written down."""
        if self._damaged:
            return Budget.used_up(zones, limits)
        there = self._pads.get(pad)
        kept = None if there is None else there.kept()
        return Budget(limits, kept if kept is None or not kept.warming else _after_a_crash(kept, zones, limits))

    def write(self, pad: str, kept: Kept) -> None:
        """Keeps it, soon; nothing waits for the disk."""
        self._pads[pad] = _Pad.of(kept)
        self._waiting.put(_File(pads=self._pads).model_dump_json(by_alias=True))

    def close(self) -> None:
        """Waits a moment until what was given is written."""
        self._waiting.put(None)
        self._thread.join(CLOSE_S)

    def _read(self) -> dict[str, _Pad]:
        try:
            return dict(_FILE.validate_json(self._path.read_bytes()).pads)
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise SetupError(f"{self._path} cannot be read ({error.strerror}): correct its rights.") from None
        except ValidationError:
            self._set_aside()
            return {}

    def _set_aside(self) -> None:
        self._damaged = True
        try:
            self._path.replace(self._path.with_name(DAMAGED))
        except OSError as error:
            raise SetupError(f"{self._path} is damaged and stays in the way ({error.strerror}): remove it.") from None
        log.warning(
            "%s is damaged and was set aside as %s: until a day has passed on a synchronised clock, "
            "the pad's heat is taken for used up",
            self._path,
            DAMAGED,
        )

    def _run(self) -> None:
        ending = False
        while not ending:
            text = self._waiting.get()
            while not self._waiting.empty():
                newer = self._waiting.get()
                ending = ending or newer is None
                text = newer or text
            ending = ending or text is None
            if text is not None:
                self._write(text)

    def _write(self, text: str) -> None:
        try:
            replace_file(self._path, text)
            self._failing = False
        except OSError as error:
            if not self._failing:
                log.warning(
                    "%s cannot be written (%s): a restart would forget today's heat; free some space",
                    self._path,
                    error.strerror,
                )
            self._failing = True


def _after_a_crash(kept: Kept, zones: Iterable[str], limits: HostLimits) -> Kept:
    """With what may have come after the last writing."""
    unseen = Slice(None, dict.fromkeys(zones, dose.rate(limits.hot_pause_c) * WRITE_EVERY_S / 60.0), WRITE_EVERY_S)
    return replace(kept, slices=(*kept.slices, unseen), warm_s=kept.warm_s + WRITE_EVERY_S, warming=False)


class BudgetKeeper:
    """Tells a pad the time of day, and has what it must remember written down."""

    def __init__(self, pad_id: str, pad: Pad, store: BudgetStore | None, clock: Clock) -> None:
        self._pad_id = pad_id
        self._pad = pad
        self._store = store
        self._clock = clock
        self._told_s = self._written_s = self._written_real_s = -math.inf
        self._written = Kept()

    def look(self, now_s: float) -> None:
        """Once in a while; cheap where nothing is due."""
        if now_s - self._told_s < TELL_EVERY_S:
            return
        self._told_s = now_s
        wall_s, synchronised, boot, since_boot_s = self._clock.calendar()
        self._pad.tell_time(WallTime(wall_s, synchronised, boot), since_boot_s)
        kept = self._pad.kept_budget()
        if kept.warming != self._written.warming or (self._due(now_s) and self._changed(kept)):
            self._write(kept, now_s)

    def end(self, now_s: float) -> None:
        """The controller ends in good order: heat is off."""
        self._write(replace(self._pad.kept_budget(), warming=False), now_s)

    def _due(self, now_s: float) -> bool:
        real_s = self._clock.real_s()
        return now_s - self._written_s >= WRITE_EVERY_S and real_s - self._written_real_s >= WRITE_REAL_S

    def _changed(self, kept: Kept) -> bool:
        """Time alone is no news, unless something rests or cools meanwhile."""
        return _timeless(kept) != _timeless(self._written)

    def _write(self, kept: Kept, now_s: float) -> None:
        self._written, self._written_s, self._written_real_s = kept, now_s, self._clock.real_s()
        if self._store is not None:
            self._store.write(self._pad_id, kept)


def _timeless(kept: Kept) -> Kept:
    return replace(kept, believed_s=None, synchronised=False, told_s=0.0, boot="")
