"""The words of the journal: what a run began with, and what went into the core and came out of it, as lines.

A line is a JSON object for what is rare, with `t` (s of the loop's clock), `time` (of day) and `kind`; and a JSON array
for what comes many times a second: its letter first, then the instant in 0.1 ms since the one before it.
docs/journal.md has them all.
"""

from __future__ import annotations

import base64
import json
import math
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, fields
from typing import Any

from poultice.clock import INSTANTS_PER_S
from poultice.therapy.budget import Kept, Slice, WallTime
from poultice.therapy.cards import Card
from poultice.therapy.ceiling import Ceiling
from poultice.therapy.fitting import fit
from poultice.therapy.layout import PadLayout
from poultice.therapy.limits import HostLimits, TimeAbove
from poultice.therapy.programs import Program, parse
from poultice.therapy.state import Demand, Reason

SCHEMA = "poultice-journal/2"
BEGUN, GOES_ON = "begun", "goes_on"
READING, TICKS, VIEW, STOP, WALL = "r", "t", "v", "s", "w"
TICKS_MAX = 20  # in a line: a second of them
SAME = "0"  # in a line of ticks: as in the one before
ZIPPED_MAX = 4_000_000  # bytes of all programs

Item = tuple[Any, ...] | str
Heat = list[int | None]
Words = list[str]


def instant(t_s: float) -> int:
    """An instant of our clocks, in 0.1 ms."""
    return round(t_s * INSTANTS_PER_S)


def seconds(number: int) -> float:
    """The same instant, s: exactly what the clock said."""
    return number / INSTANTS_PER_S


# -- What is asked of the board ------------------------------------------------------------------------------------


def heat_of(demand: Demand) -> Heat:
    """By zone the power, mW, and the target, mK above 0 °C, or None: finer than what the wire says."""
    heat: Heat = []
    for zone in demand.zones:
        heat += (round(zone.power_w * 1000), None if zone.target_c is None else round(zone.target_c * 1000))
    return heat


def words_of(demand: Demand) -> Words:
    """What light and sound say, and why it is asked for."""
    return [demand.cue, demand.reason.code, demand.reason.text]


def raw_of(text: str) -> bytes:
    """The bytes of a STATUS again."""
    return base64.b64decode(text, validate=True)


def shown(phase: str, reason: Reason) -> list[str]:
    """What of a view is compared."""
    return [str(phase), reason.code, reason.text]


def plain_ceiling(ceiling: Ceiling) -> list[float | None]:
    """°C, s and percent; None: no bound, for JSON has no infinity."""
    values = (ceiling.target_max_c, ceiling.session_max_s, ceiling.percent_max)
    return [value if math.isfinite(value) else None for value in values]


def ceilings_of(plain: Mapping[str, list[Any]]) -> dict[str, Ceiling]:
    """The same again, by person."""
    return {
        person: Ceiling(math.inf if warm_c is None else warm_c, math.inf if long_s is None else long_s, percent)
        for person, (warm_c, long_s, percent) in plain.items()
    }


class Writer:
    """Makes lines of items, in their order. An item is a tuple that begins with its letter:

    - (TICKS, now_s, demand): a tick, and what it asked for; ticks that asked for the same share a line
    - (READING, now_s, raw): a STATUS as it came over the cable
    - (VIEW, now_s, phase, reason): the pad was looked at
    - (STOP,): a STOP was taken to be sent
    - (WALL, wall, since_boot_s): the time of day was told

    or a line that is one already. It has a thread of its own, so that the loop pays for none of this.
    """

    def __init__(self) -> None:
        self._makers: dict[str, Callable[..., str]] = {
            READING: self._reading,
            VIEW: self._view,
            STOP: self._stop,
            WALL: self._wall,
        }
        self.begin(0.0)

    def begin(self, now_s: float) -> None:
        """What comes is told without what was; instants are counted from `now_s`."""
        self._then = instant(now_s)
        self._ticks: list[int] = []
        self._demand: Demand | None = None
        self._change = f"{SAME},{SAME},{SAME}"
        self._shown: tuple[object, ...] = ()
        self._boot: str | None = None

    def lines(self, items: Iterable[Item]) -> Iterator[str]:
        """The lines of these items; ticks may wait for the next ones."""
        for item in items:
            if isinstance(item, tuple):
                if item[0] == TICKS:
                    yield from self._tick(item[1], item[2])
                    continue
                made = self._makers[item[0]](*item[1:])
            else:
                made = item
            yield from self.flushed()
            yield made

    def flushed(self) -> Iterator[str]:
        """The ticks that wait for one that asks for something else."""
        if self._ticks:
            yield f'["{TICKS}",[{",".join(map(str, self._ticks))}],{self._change}]\n'
            self._ticks, self._change = [], f"{SAME},{SAME},{SAME}"

    def _after(self, now_s: float) -> int:
        now = instant(now_s)
        after, self._then = now - self._then, now
        return after

    def _tick(self, now_s: float, demand: Demand) -> Iterator[str]:
        if len(self._ticks) >= TICKS_MAX or demand != self._demand:
            yield from self.flushed()
            self._change = self._changed(demand, self._demand)
            self._demand = demand
        self._ticks.append(self._after(now_s))

    @staticmethod
    def _changed(demand: Demand, last: Demand | None) -> str:
        heat = SAME if last and demand.zones == last.zones else _compact(heat_of(demand))
        motors = SAME if last and demand.motors_percent == last.motors_percent else _compact(demand.motors_percent)
        same = last and (demand.cue, demand.reason) == (last.cue, last.reason)
        return f"{heat},{motors},{SAME if same else _compact(words_of(demand))}"

    def _reading(self, now_s: float, raw: bytes) -> str:
        return f'["{READING}",{self._after(now_s)},"{base64.b64encode(raw).decode()}"]\n'

    def _view(self, now_s: float, phase: str, reason: Reason) -> str:
        """Phase and words only where they differ from the last look."""
        is_same, self._shown = self._shown == (phase, reason), (phase, reason)
        return _compact([VIEW, self._after(now_s), *([] if is_same else [shown(phase, reason)])]) + "\n"

    @staticmethod
    def _stop() -> str:
        return f'["{STOP}"]\n'

    def _wall(self, wall: WallTime, since_boot_s: float) -> str:
        """The boot only where it is another."""
        is_same, self._boot = self._boot == wall.boot, wall.boot
        said = [WALL, wall.wall_s, since_boot_s, int(wall.synchronised), *([] if is_same else [wall.boot])]
        return _compact(said) + "\n"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


# -- What a run begins with ----------------------------------------------------------------------------------------


def packed(programs: Mapping[str, Program]) -> str:
    """Programs with all that is in them, as text; they are told apart by their content's hash."""
    plain = {
        name: {"file": each.source.file, "hash": each.content_hash, "content": each.source.value}
        for name, each in programs.items()
    }
    return base64.b85encode(zlib.compress(json.dumps(plain, ensure_ascii=False).encode(), 9)).decode()


def unpacked(text: str, layout: PadLayout, cards: Mapping[str, Card]) -> dict[str, Program]:
    """The programs again. Raises ValueError with the name of one that this version understands differently."""
    plain = json.loads(zlib.decompressobj().decompress(base64.b85decode(text), ZIPPED_MAX))
    return {name: _unpacked(name, each, layout, cards) for name, each in plain.items()}


def _unpacked(name: str, plain: Mapping[str, Any], layout: PadLayout, cards: Mapping[str, Card]) -> Program:
    program = fit(parse(json.dumps(plain["content"], ensure_ascii=False), plain["file"]), layout, cards)
    if program.content_hash != plain["hash"]:
        raise ValueError(f"the program {name} means something else here")
    return program


def plain_limits(limits: HostLimits) -> dict[str, Any]:
    """As JSON has them."""
    return {**asdict(limits), "automation_programs": sorted(limits.automation_programs)}


def limits_of(plain: Mapping[str, Any]) -> HostLimits:
    """The limits again. Raises TypeError where this version has others."""
    above = tuple(TimeAbove(**each) for each in plain["times_above"])
    return HostLimits(**{**plain, "times_above": above, "automation_programs": frozenset(plain["automation_programs"])})


def kept_of(plain: Mapping[str, Any]) -> Kept:
    """What a budget began with. Raises TypeError where this version keeps something else."""
    slices = tuple(Slice(**each) for each in plain["slices"])
    return Kept(**{**{each.name: plain[each.name] for each in fields(Kept)}, "slices": slices})
