"""What of a re-run is shown to people: the sessions in it, and the course of heat and massage, thinned out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from poultice.therapy.state import Demand, Reading

EVERY_S = 0.5
RUNS = "not ended"
ENDS = ("finished", "stopped", "fault", "link_lost")
TIME_LEFT = re.compile(r", \d+ (s|min|h)\b")
INPUTS = ("request", "board", "begun", "goes_on", "ended", "broken", "misfit")


@dataclass(frozen=True, slots=True)
class Point:
    """An instant, s: by zone what is asked (°C, W), measured (°C) and given (W); by motor asked and given, percent."""

    at_s: float
    target_c: tuple[float | None, ...]
    asked_w: tuple[float, ...]
    measured_c: tuple[float | None, ...]
    given_w: tuple[float, ...]
    asked_percent: tuple[int, ...]
    given_percent: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Happened:
    """A request, an event or a beginning at an instant, s, in words."""

    at_s: float
    time: datetime
    text: str


@dataclass(slots=True)
class Played:
    """A session: when it began and ended (s, and of day), its title, and how it ended, in words."""

    begun_s: float
    begun: datetime
    title: str
    ended_s: float
    end: str = RUNS


@dataclass
class Course:
    """Watches a re-run; `finely` keeps points and reasons, too, for a picture: 60 MB a day of the journal."""

    finely: bool = True
    points: list[Point] = field(default_factory=list)
    happened: list[Happened] = field(default_factory=list)
    reasons: list[tuple[float, str]] = field(default_factory=list)
    """Since when, s, which reason held, in words without the time that is left."""
    sessions: list[Played] = field(default_factory=list)
    first: datetime | None = None
    last: datetime | None = None

    def tick(self, at_s: float, demand: Demand, reading: Reading | None) -> None:
        """Keeps what is asked, and what was last read."""
        self._move_on(at_s)
        if not self.finely:
            return
        text = TIME_LEFT.sub("", demand.reason.text)
        if not self.reasons or self.reasons[-1][1] != text:
            self.reasons.append((at_s, text))
        if self.points and 0 <= at_s - self.points[-1].at_s < EVERY_S:
            return
        zones = reading.zones if reading else ()
        self.points.append(
            Point(
                at_s,
                tuple(zone.target_c for zone in demand.zones),
                tuple(zone.power_w for zone in demand.zones),
                tuple(zone.temperature_c for zone in zones) or (None,) * len(demand.zones),
                tuple(zone.applied_w for zone in zones) or (0.0,) * len(demand.zones),
                demand.motors_percent,
                reading.motors_percent if reading else (0,) * len(demand.motors_percent),
            )
        )

    def _move_on(self, at_s: float) -> None:
        if self.sessions and self.sessions[-1].end == RUNS:
            self.sessions[-1].ended_s = at_s
        if self.happened and self.last is not None:
            last = self.happened[-1]
            self.last = max(self.last, last.time + timedelta(seconds=at_s - last.at_s))

    def mark(self, at_s: float, time: datetime, kind: str, line: Mapping[str, Any]) -> None:
        """Keeps requests and events, and what of them begins and ends sessions."""
        self.first, self.last = self.first or time, time
        if kind == "event":
            self._event(at_s, time, line["what"], line["reason"])
        elif kind in INPUTS:
            if kind == "begun" and self.sessions and self.sessions[-1].end == RUNS:
                self.sessions[-1].end = "cut off: the controller began anew"
            self.happened.append(Happened(at_s, time, _words(kind, line)))

    def _event(self, at_s: float, time: datetime, what: str, reason: str) -> None:
        self.happened.append(Happened(at_s, time, told(what, reason)))
        if what == "started":
            self.sessions.append(Played(at_s, time, reason.removeprefix("started: "), at_s))
        elif what in ENDS and self.sessions and self.sessions[-1].end == RUNS:
            self.sessions[-1].ended_s, self.sessions[-1].end = at_s, told(what, reason)


def told(what: str, reason: str) -> str:
    """An event: its kind before the reason, unless the reason says it."""
    return reason if reason.startswith(what) else f"{what.replace('_', ' ')}: {reason}"


def _words(kind: str, line: Mapping[str, Any]) -> str:
    match kind:
        case "request":
            given = line["args"].items()
            args = " ".join(name if value is True else str(value) for name, value in given if name != "person")
            return f"{line['verb']} {args}".strip() + f" ({line['role']}): {line.get('status', 'broke')}"
        case "board":
            return " ".join(str(line[name]) for name in ("what", "detail") if line[name]).replace("_", " ")
        case "begun" | "goes_on":
            return f"controller {line.get('version', '')} {kind.replace('_', ' ')}"
    return " ".join(str(line[name]) for name in ("verb", "reason") if name in line) or f"controller {kind}"
