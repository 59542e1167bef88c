"""The words of the journal: what a run began with, and what went into the core and came out of it, as lines.

A line is a JSON object for what is rare, with `t` (s of the loop's clock), `time` (of day) and `kind`; and a JSON array
for what comes many times a second: its letter first, then the instant in 0.1 ms since the one before it.
docs/journal.md has them all.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from poultice.clock import INSTANTS_PER_S
from poultice.therapy.budget import Kept, Slice
from poultice.therapy.cards import Card
from poultice.therapy.fitting import fit
from poultice.therapy.layout import PadLayout
from poultice.therapy.limits import HostLimits, TimeAbove
from poultice.therapy.programs import Program, parse
from poultice.therapy.state import Demand, Reason

SCHEMA = "poultice-journal/2"
BEGUN, GOES_ON = "begun", "goes_on"
READING, TICKS, VIEW, STOP, WALL = "r", "t", "v", "s", "w"
SAME = "0"  # in a line of ticks: as in the one before
ZIPPED_MAX = 4_000_000  # bytes of all programs

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
    """By zone the power, mW, and the target, mK above 0 °C, or None: a hundredth of what the wire can say."""
    heat: Heat = []
    for zone in demand.zones:
        heat += (round(zone.power_w * 1000), None if zone.target_c is None else round(zone.target_c * 1000))
    return heat


def words_of(demand: Demand) -> Words:
    """What light and sound say, and why it is asked for."""
    return [demand.cue, demand.reason.code, demand.reason.text]


def ticks_line(after: list[int], heat: Heat | None, motors: tuple[int, ...] | None, words: Words | None) -> str:
    """Ticks that asked for the same; None is what the line of ticks before this asked for, too."""
    heat_text = SAME if heat is None else f"[{','.join('null' if each is None else str(each) for each in heat)}]"
    motors_text = SAME if motors is None else f"[{','.join(map(str, motors))}]"
    words_text = SAME if words is None else json.dumps(words, ensure_ascii=False, separators=(",", ":"))
    return f'["{TICKS}",[{",".join(map(str, after))}],{heat_text},{motors_text},{words_text}]\n'


def reading_line(after: int, raw: bytes) -> str:
    """A STATUS as it came over the cable."""
    return f'["{READING}",{after},"{base64.b64encode(raw).decode()}"]\n'


def raw_of(text: str) -> bytes:
    """The bytes of a STATUS again."""
    return base64.b64decode(text, validate=True)


def view_line(after: int, shown: list[str] | None) -> str:
    """The pad was looked at: phase, and code and words of its reason, where they differ from the last look."""
    told = "" if shown is None else "," + json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
    return f'["{VIEW}",{after}{told}]\n'


def shown(phase: str, reason: Reason) -> list[str]:
    """What of a view is compared."""
    return [str(phase), reason.code, reason.text]


def wall_line(wall_s: float, since_boot_s: float, synchronised: bool, boot: str | None) -> str:
    """What the computer's clock said; the boot only where it is another."""
    return json.dumps([WALL, wall_s, since_boot_s, int(synchronised), *([] if boot is None else [boot])]) + "\n"


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
