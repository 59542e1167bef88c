"""A journal's lines through the core once more: whatever comes out differently is told. Pure: no clock, no file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from poultice.journal import lines
from poultice.journal import state as journal_state
from poultice.link import contract
from poultice.link.readings import to_reading
from poultice.therapy.budget import Budget, Spent, WallTime
from poultice.therapy.cards import Card
from poultice.therapy.heat.parameters import Parameters
from poultice.therapy.layout import PadLayout
from poultice.therapy.pad import Pad
from poultice.therapy.session_ids import SessionIds
from poultice.therapy.state import Demand, Reading, Request, Role, Verb
from poultice.therapy.view import PadHappening

DIFFERENCES_KEPT = 1000  # the first ones; once it has gone astray, each tick differs
STANDS_FOR = {"pain": 0, "note": "-"}  # what the journal does not have, and the core is indifferent to


@dataclass(frozen=True, slots=True)
class Difference:
    """Something came out otherwise: at which instant (s of the loop's clock, and of day), what, and how."""

    at_s: float
    time: str
    field: str
    recorded: Any
    replayed: Any


class Watcher(Protocol):
    """Somebody who wants to see more of a re-run than what differs."""

    def tick(self, at_s: float, demand: Demand, reading: Reading | None) -> None:
        """What was asked at an instant, s, and last read."""
        ...

    def mark(self, at_s: float, time: datetime, kind: str, line: Mapping[str, Any]) -> None:
        """Something rare stands in the journal; `time` is that of day."""
        ...


@dataclass
class Found:
    """What came of a re-run: how much was compared, what differed, and what is to be known about it."""

    ticks: int = 0
    readings: int = 0
    requests: int = 0
    sessions: int = 0
    runs: int = 0
    begun_s: float | None = None
    ended_s: float = 0.0
    differing: int = 0
    differences: list[Difference] = field(default_factory=list)
    skipped: int = 0
    unreadable: int = 0
    notes: list[str] = field(default_factory=list)

    def note(self, sentence: str) -> None:
        """Something to be said, once."""
        if sentence not in self.notes:
            self.notes.append(sentence)


Take = Callable[[Pad, Mapping[str, Any], float], object]


class Replay:
    """Takes one line after the other. `layout` and `cards` are this version's; `code` is the hash of its core."""

    def __init__(
        self,
        layout: PadLayout,
        cards: Mapping[str, Card],
        about: Mapping[str, str],
        watcher: Watcher | None = None,
    ) -> None:
        self.found = Found()
        self._layout = layout
        self._cards = cards
        self._about = about
        self._watcher = watcher
        self._pad: Pad | None = None
        self._seed = ""
        self._now = 0
        self._wall: tuple[float, datetime] | None = None
        self._boot = ""
        self._reading: Reading | None = None
        self._heat: lines.Heat = []
        self._motors: list[int] = []
        self._words: lines.Words = []
        self._shown: list[str] = []
        self._happened: list[PadHappening] = []
        self._stop_due = False
        self._rare: dict[str, Take] = {
            "prepared": self._prepared,
            "programs": self._programs,
            "checklist": lambda pad, line, _: pad.accept_checklist(_accepted_by(line)),
            "narrowed": lambda pad, line, _: pad.narrow(
                line["target_max_c"], line["session_max_s"], line["automation"]
            ),
            "ceilings": lambda pad, line, _: pad.narrow_persons(lines.ceilings_of(line["ceilings"])),
            "comfort": lambda pad, line, _: pad.remember_comfort({(a, b): n for a, b, n in line["steps"]}),
            "offer_rest": self._offer_rest,
            "forget": lambda pad, line, _: pad.forget(line["person"]),
            "allow_nudges": lambda pad, line, _: pad.allow_nudges(bool(line["automation"])),
            "quiet": lambda pad, line, _: pad.keep_quiet(bool(line["quiet"])),
            "nudged_before": lambda pad, line, now_s: pad.remember_nudges(line["ages_s"], now_s),
            "nudge": lambda pad, _, now_s: pad.nudge(now_s),
            "spent": lambda pad, line, _: pad.count_at_least(_spent(line)),
            "link_up": lambda pad, _, now_s: pad.link_up(now_s),
            "link_lost": lambda pad, line, now_s: pad.link_lost(now_s, line["sentence"]),
            "board": lambda pad, line, now_s: pad.board_event(line["what"], line["detail"], line["press_s"], now_s),
            "request": self._request,
            "event": self._event,
            "broken": self._broken,
        }
        self._frequent: dict[str, Callable[[Pad, list[Any]], None]] = {
            lines.READING: self._read,
            lines.TICKS: self._ticks,
            lines.VIEW: self._view,
            lines.STOP: self._stop,
            lines.WALL: self._tell,
        }

    def take(self, line: Any) -> None:
        """The next line, as JSON has it. What cannot be taken is said, and what follows it left out."""
        try:
            self._take_rare(line) if isinstance(line, dict) else self._take_frequent(line)
        except Exception as error:  # noqa: BLE001 - a damaged line, or a core that breaks, does so in any way
            self._pad = None
            self.found.unreadable += 1
            self.found.note(f"At {self._time(lines.seconds(self._now))} it cannot be re-run further: {_said(error)}.")

    def _take_frequent(self, line: list[Any]) -> None:
        take = self._frequent[line[0]]
        if self._pad is None:
            self.found.skipped += 1
        else:
            self._leftover(lines.seconds(self._now))
            take(self._pad, line)

    def _take_rare(self, line: Mapping[str, Any]) -> None:
        kind = line["kind"]
        if kind == "damaged":
            self._pad, self.found.unreadable = None, self.found.unreadable + 1
        elif kind == "lost" or "dropped_before" in line:
            self._lose(int(line.get("dropped_before") or line.get("lines", 0)))
        if "t" not in line:
            return
        now_s = float(line["t"])
        self._wall = (now_s, datetime.fromisoformat(line["time"]))
        if kind in (lines.BEGUN, lines.GOES_ON):
            self._begin(line, now_s)
        elif kind in self._rare:
            self._take_input(self._rare[kind], line, now_s)
        if self._watcher is not None and self._pad is not None:
            self._watcher.mark(now_s, self._wall[1], kind, line)

    def _take_input(self, take: Take, line: Mapping[str, Any], now_s: float) -> None:
        if self._pad is None:
            self.found.skipped += 1
            return
        if line["kind"] != "event":
            self._leftover(now_s)
        take(self._pad, line, now_s)

    def _lose(self, count: int) -> None:
        self._pad = None
        self.found.note(f"{count} lines could not be written then: what follows is left out up to the next beginning.")

    # -- Beginnings

    def _begin(self, line: Mapping[str, Any], now_s: float) -> None:
        goes_on = line["kind"] == lines.GOES_ON and self._pad is not None and line["seed"] == self._seed
        self._now = lines.instant(now_s)
        self._heat, self._motors, self._words, self._shown = [], [], [], []
        if goes_on:
            return
        self._compare_versions(line)
        self._happened, self._stop_due = [], False  # what a run that ended did not tell is no difference
        self._pad = None
        self._pad = self._new_pad(line) if line["kind"] == lines.BEGUN else self._restored(line)
        self._seed, self._boot, self._reading = line["seed"], "", None
        self.found.runs += 1
        self.found.begun_s = now_s if self.found.begun_s is None else self.found.begun_s
        if line["kind"] == lines.GOES_ON:
            self.found.note(f"It begins in the middle of a run, at {self._time(now_s)}, from the state kept then.")

    def _compare_versions(self, line: Mapping[str, Any]) -> None:
        others = [
            f"{name} {line.get(name)} (here {here})" for name, here in self._about.items() if line.get(name) != here
        ]
        if others:
            self.found.note(f"It was written with {', '.join(others)}.")

    def _new_pad(self, line: Mapping[str, Any]) -> Pad:
        limits = lines.limits_of(line["limits"])
        programs = lines.unpacked(line["programs"], self._layout, self._cards)
        budget = Budget(limits, lines.kept_of(line["budget"]))
        return Pad(self._layout, programs, limits, SessionIds(line["seed"]), budget)

    def _restored(self, line: Mapping[str, Any]) -> Pad:
        return journal_state.from_text(line["state"], lines.unpacked(line["programs"], self._layout, self._cards))

    # -- What went in

    def _after(self, units: int) -> float:
        self._now += units
        now_s = lines.seconds(self._now)
        self.found.ended_s = now_s
        return now_s

    def _read(self, pad: Pad, line: list[Any]) -> None:
        now_s = self._after(line[1])
        raw = lines.raw_of(line[2])
        self._reading = to_reading(contract.Status.unpack(raw), now_s, raw)
        self.found.readings += 1
        pad.reading(self._reading, now_s)

    def _tell(self, pad: Pad, line: list[Any]) -> None:
        wall_s, since_boot_s, synchronised = line[1:4]
        self._boot = line[4] if len(line) > 4 else self._boot
        pad.tell_time(WallTime(wall_s, bool(synchronised), self._boot), since_boot_s)

    @staticmethod
    def _prepared(pad: Pad, line: Mapping[str, Any], _now_s: float) -> None:
        known = {name: Parameters.from_plain(each) for name, each in line["known"].items()}
        pad.prepare_heat(known, plain=line["plain"])

    def _programs(self, pad: Pad, line: Mapping[str, Any], _now_s: float) -> None:
        pad.replace_programs(lines.unpacked(line["programs"], self._layout, self._cards))

    @staticmethod
    def _offer_rest(pad: Pad, line: Mapping[str, Any], now_s: float) -> None:
        pad.offer_rest(line["program"], line["content_hash"], line["at_step"], line["person"], now_s)

    # -- What came out

    def _ticks(self, pad: Pad, line: list[Any]) -> None:
        _, after, heat, motors, words = line
        self._heat = heat or self._heat
        self._motors = motors or self._motors
        self._words = words or self._words
        for units in after:
            now_s = self._after(units)
            self._miss_stop(pad, now_s)
            demand = pad.tick(now_s)
            self.found.ticks += 1
            self._compare(now_s, demand)
            if self._watcher is not None:
                self._watcher.tick(now_s, demand, self._reading)

    def _compare(self, now_s: float, demand: Demand) -> None:
        self._differ("heat", now_s, self._heat, lines.heat_of(demand))
        self._differ("motors", now_s, self._motors, list(demand.motors_percent))
        self._differ("reason", now_s, self._words, lines.words_of(demand))

    def _view(self, pad: Pad, line: list[Any]) -> None:
        now_s = self._after(line[1])
        self._shown = line[2] if len(line) > 2 else self._shown
        view = pad.view(now_s)
        self._differ("shown", now_s, self._shown, lines.shown(view.phase, view.reason))

    def _stop(self, pad: Pad, _line: list[Any]) -> None:
        if not (pad.take_stop() or self._stop_due):
            self._differ("STOP", lines.seconds(self._now), "taken", "not due")
        self._stop_due = False

    def _miss_stop(self, pad: Pad, now_s: float) -> None:
        """One tick may pass between what makes a STOP due and the loop that takes it, but not two."""
        if self._stop_due:
            self._differ("STOP", now_s, "not taken", "due")
        self._stop_due = pad.take_stop()

    def _request(self, pad: Pad, line: Mapping[str, Any], now_s: float) -> None:
        args = dict(line["args"])
        if line.get("withheld") == "fits":
            args["value"] = STANDS_FOR.get(args["question"])
        request = Request(Role(line["role"]), Verb(line["verb"]), line["id"], None, args, line["retained"])
        reply = pad.request(request, now_s, line["fresh"])
        self.found.requests += 1
        if "status" in line:
            recorded = [line["status"], line["reason"], line["applied"]]
            self._differ(
                f"reply to {line['verb']}", now_s, recorded, [str(reply.status), reply.reason.text, reply.applied]
            )

    def _event(self, pad: Pad, line: Mapping[str, Any], now_s: float) -> None:
        self._happened = self._happened or pad.take_events()
        happening = self._happened.pop(0) if self._happened else None
        replayed = None if happening is None else [happening.kind, happening.reason.text]
        self.found.sessions += line["what"] == "started"
        self._differ("event", now_s, [line["what"], line["reason"]], replayed)

    def _broken(self, pad: Pad, _line: Mapping[str, Any], now_s: float) -> None:
        """The core itself broke then, and should now."""
        try:
            pad.tick(now_s)
        except Exception as error:  # noqa: BLE001 - whatever it was
            self.found.note(f"At {self._time(now_s)} the core broke, then as now: {_said(error)}.")
        else:
            self._differ("core", now_s, "broke", "goes on")

    def _leftover(self, now_s: float) -> None:
        """Events are told all at once: what is left of them was not told then."""
        for happening in self._happened:
            self._differ("event", now_s, None, [happening.kind, happening.reason.text])
        self._happened = []

    # -- What differs

    def _differ(self, what: str, now_s: float, recorded: Any, replayed: Any) -> None:
        if recorded == replayed:
            return
        self.found.differing += 1
        if len(self.found.differences) < DIFFERENCES_KEPT:
            self.found.differences.append(Difference(now_s, self._time(now_s), what, recorded, replayed))

    def _time(self, now_s: float) -> str:
        """The time of day of an instant, as far as the journal says it."""
        if self._wall is None:
            return "?"
        then_s, wall = self._wall
        return (wall + timedelta(seconds=now_s - then_s)).isoformat(timespec="milliseconds")


def _said(error: Exception) -> str:
    """An error in few words."""
    words = " ".join(str(error).split())[:200]
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def _spent(line: Mapping[str, Any]) -> Spent:
    return Spent(dict(line["dose"]), float(line["warm_day_s"]), float(line["warm_s"]), bool(line["resting"]))


def _accepted_by(line: Mapping[str, Any]) -> list[str]:
    """Before there were persons it was said of the pad."""
    return list(line["persons"]) if "persons" in line else ["me"] * bool(line["accepted"])
