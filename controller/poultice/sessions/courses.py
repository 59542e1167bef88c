"""The course of each session, once a second, beside its record: `sessions/ID.course` in the data directory.

So that after a cut the record still tells how warm it was. The first line names the columns; each further one is
`[t_s, at_s, phase, [°C, asked °C, W, dose], …]`: s since the session began, s on the program's timeline, then by zone.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from poultice.sessions.records import FOLDER
from poultice.therapy.view import Moment

SCHEMA = "poultice-course/1"
SUFFIX = ".course"
EVERY_S = 1.0
LINES_MAX = 10_000  # of one session: 2 h 46 min with its pauses, at most 800 kB
Append = Callable[[Path, bytes], None]


class Courses:
    """Writes them with `append`. Instants are s of the loop's clock."""

    def __init__(self, directory: Path, wall: Callable[[], datetime], append: Append) -> None:
        self._directory = directory / FOLDER
        self._wall = wall
        self._append = append
        self._session = ""
        self._begun_s = 0.0
        self._told_s = -math.inf
        self._lines = 0

    def due(self, now_s: float) -> bool:
        """Whether a second has passed since the last look."""
        return not self._told_s <= now_s < self._told_s + EVERY_S

    def look(self, moment: Moment | None, now_s: float) -> None:
        """Writes down what a session is at; None where there is none."""
        self._told_s = now_s
        if moment is None:
            return
        if moment.session != self._session:
            self._session, self._begun_s, self._lines = moment.session, now_s, 0
            self._write(self._head(moment))
        self._lines += 1
        if self._lines <= LINES_MAX:
            zones = [_zone(*zone) for zone in moment.zones.values()]
            self._write([round(now_s - self._begun_s, 2), round(moment.elapsed_s, 1), moment.phase, *zones])

    def _head(self, moment: Moment) -> dict[str, object]:
        columns = ["t_s", "at_s", "phase", *moment.zones]
        return {
            "schema": SCHEMA,
            "session": moment.session,
            "program": moment.program,
            "time": self._wall().isoformat(timespec="milliseconds"),
            "columns": columns,
            "zone": ["temperature_c", "asked_c", "watts", "dose"],
        }

    def _write(self, content: object) -> None:
        line = json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"
        self._append(self._directory / f"{self._session}{SUFFIX}", line.encode())


def _zone(temperature_c: float | None, asked_c: float | None, watts: float, dose: float) -> list[float | None]:
    return [
        None if temperature_c is None else round(temperature_c, 2),
        None if asked_c is None else round(asked_c, 2),
        round(watts, 1),
        round(dose, 4),
    ]
