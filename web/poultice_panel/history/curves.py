"""A session's course: packed for the database, thinned for a screen, with what happened in it. Pure.

A course is what the controller wrote once a second: `columns`, and rows `[t_s, at_s, phase, [°C, asked °C, W, dose],
…]` with s since the session began, s on the program's own timeline, and one list a zone. Rows of another shape are left
out.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

POINTS = 400  # about one a pixel of a phone
FIXED = ("t_s", "at_s", "phase")
QUANTITIES = ("temperature_c", "asked_c", "watts", "dose")
UNPACKED_MAX_BYTES = 4 * 1024 * 1024  # a course has at most 10,000 rows
Number = float | None


@dataclass(slots=True)
class Zone:
    """One zone's columns: °C, asked °C, W, CEM43 minutes in this session."""

    temperature_c: list[Number] = field(default_factory=list)
    asked_c: list[Number] = field(default_factory=list)
    watts: list[Number] = field(default_factory=list)
    dose: list[Number] = field(default_factory=list)

    def hottest_c(self) -> Number:
        """The hottest reading; None where there is none."""
        return max((each for each in self.temperature_c if each is not None), default=None)

    def last_dose(self) -> float:
        """The dose at the end."""
        return next((each for each in reversed(self.dose) if each is not None), 0.0)


@dataclass(slots=True)
class Course:
    """A course by columns."""

    t_s: list[float] = field(default_factory=list)
    at_s: list[float] = field(default_factory=list)
    phase: list[str] = field(default_factory=list)
    zones: dict[str, Zone] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.t_s)

    def only(self, indices: Sequence[int]) -> Course:
        """Some rows of it."""
        zones = {
            name: Zone(*([getattr(zone, quantity)[i] for i in indices] for quantity in QUANTITIES))
            for name, zone in self.zones.items()
        }
        return Course(
            [self.t_s[i] for i in indices], [self.at_s[i] for i in indices], [self.phase[i] for i in indices], zones
        )


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened at `t_s`: `paused`, `resumed`, a phase, an answer, a note."""

    t_s: float
    kind: str
    text: str = ""


def of_rows(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Course:
    """The course that a controller sent."""
    names = [name for name in columns if name not in FIXED]
    course = Course(zones={name: Zone() for name in names})
    for row in rows:
        if _fits(row, len(names)) and (not course.t_s or row[0] >= course.t_s[-1]):
            course.t_s.append(float(row[0]))
            course.at_s.append(float(row[1]))
            course.phase.append(str(row[2])[:20])
            for name, values in zip(names, row[3:], strict=True):
                for quantity, value in zip(QUANTITIES, values, strict=True):
                    getattr(course.zones[name], quantity).append(value)
    return course


def _fits(row: Sequence[Any], zones: int) -> bool:
    return (
        len(row) == len(FIXED) + zones
        and all(map(_is_number, row[:2]))
        and all(
            isinstance(values, list)
            and len(values) == len(QUANTITIES)
            and all(value is None or _is_number(value) for value in values)
            for values in row[3:]
        )
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def pack(course: Course) -> bytes:
    """Small, and readable by whatever reads zlib and JSON: a tenth of what the controller wrote."""
    columns = {
        "t_s": course.t_s,
        "at_s": course.at_s,
        "phase": course.phase,
        "zones": {name: {each: getattr(zone, each) for each in QUANTITIES} for name, zone in course.zones.items()},
    }
    return zlib.compress(json.dumps(columns, separators=(",", ":")).encode(), 6)


def unpack(content: bytes) -> Course:
    """What was packed. Raises ValueError where it is damaged."""
    try:
        text = zlib.decompressobj().decompress(content, UNPACKED_MAX_BYTES)
        body = json.loads(text)
        zones = {name: Zone(**columns) for name, columns in body["zones"].items()}
        return Course(body["t_s"], body["at_s"], body["phase"], zones)
    except (zlib.error, KeyError, TypeError, AttributeError) as error:
        raise ValueError("the course is damaged") from error


def thinned(course: Course, points: int = POINTS) -> Course:
    """At most about `points` rows a zone, which keep what matters: of each stretch of time the coldest and the hottest
    row of every zone, both ends, and the rows around a change of phase or of whether heat is asked. So the hottest
    moment is always drawn, which an average or a triangle's area does not promise."""
    if len(course) <= points:
        return course
    keep = {0, len(course) - 1, *_turns(course)}
    stretch = math.ceil(2 * len(course) / points)
    for begin in range(0, len(course), stretch):
        for zone in course.zones.values():
            keep.update(_extremes(zone.temperature_c, begin, min(begin + stretch, len(course))))
    return course.only(sorted(keep))


def _turns(course: Course) -> Iterator[int]:
    """Rows before and after a change of phase, or of whether heat is asked."""
    for i in range(1, len(course)):
        asked = any((zone.asked_c[i] is None) != (zone.asked_c[i - 1] is None) for zone in course.zones.values())
        if asked or course.phase[i] != course.phase[i - 1]:
            yield i - 1
            yield i


def _extremes(values: Sequence[Number], begin: int, end: int) -> tuple[int, ...]:
    known = [i for i in range(begin, end) if values[i] is not None]
    if not known:
        return (begin,)
    return min(known, key=lambda i: values[i] or 0.0), max(known, key=lambda i: values[i] or 0.0)


def marks(course: Course, said: Mapping[str, Iterable[tuple[float, str]]]) -> list[Mark]:
    """What happened, in order: pauses and faults by the phases of the course, and what was `said` (by kind, with its
    place on the program's timeline, s)."""
    found = [
        Mark(course.t_s[i], course.phase[i] if course.phase[i] in STANDS else "resumed")
        for i in range(1, len(course))
        if course.phase[i] != course.phase[i - 1] and {course.phase[i], course.phase[i - 1]} & STANDS
    ]
    found += [Mark(_when(course, at_s), kind, text) for kind, all_ in said.items() for at_s, text in all_]
    return sorted(found, key=lambda mark: mark.t_s)


STANDS = {"paused", "faulted", "offline"}  # phases in which a session stands still


def _when(course: Course, at_s: float) -> float:
    """When the program was at `at_s`, s since the session began."""
    return next((t_s for t_s, there_s in zip(course.t_s, course.at_s, strict=True) if there_s >= at_s), at_s)
