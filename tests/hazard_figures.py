"""What each rehearsed hazard came to: reaction time, hottest pad, dose and lock-out class, beside its limits.

`make hazards` names a file in POULTICE_HAZARD_FIGURES; each judgement adds one JSON line to it.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace

from poultice.link import contract

FILE = "POULTICE_HAZARD_FIGURES"


@dataclass(frozen=True, slots=True)
class Reaction:
    """Seconds from the fault until every output was off; hottest true pad temperature and dose from then on."""

    seconds: float
    peak_c: float
    added_cem43: float  # minutes, of the hottest zone, into the cooling

    def after(self, seconds: float) -> Reaction:
        """The same, where the reaction took so long and the outputs were off at once then."""
        return replace(self, seconds=seconds)


@dataclass(frozen=True, slots=True)
class Judgement:
    """One line of the table."""

    row: int  # of the hazards in SAFETY.md
    case: str
    core: str  # native or avr
    seconds: float
    limit_s: float
    peak_c: float
    peak_limit_c: float
    added_cem43: float
    added_limit_cem43: float | None  # None: what is left over of a residual risk that SAFETY.md states
    fault: str  # or what ends it, where no fault is told
    lockout: str  # A, B, C, or - where there is no fault

    @property
    def held(self) -> bool:
        """Whether time, temperature and dose kept within their limits."""
        dosed = self.added_limit_cem43 is None or self.added_cem43 <= self.added_limit_cem43
        return self.seconds <= self.limit_s + 1e-6 and self.peak_c <= self.peak_limit_c and dosed


def cem43_min(temperature_c: float, seconds: float) -> float:
    """Sapareto and Dewey (1984): minutes at 43 °C that are worth as much."""
    if temperature_c < 39.0:
        return 0.0
    base = 0.5 if temperature_c >= 43.0 else 0.25
    return float(seconds / 60.0 * base ** (43.0 - temperature_c))


def judge(
    row: int,
    case: str,
    reaction: Reaction,
    limit_s: float,
    fault: contract.Fault,
    *,
    told: set[contract.Fault],
    latched: set[contract.Fault],
    peak_limit_c: float = 44.7,  # latched at 44.0, three samples and the lag later
    added_limit_cem43: float = 3.4,  # the concept's figure for a firmware trip at 30 W
    core: str = "native",
) -> None:
    """Asserts all four; latched is what must be, by the fault's class, and nothing milder than class A is."""
    lockout = contract.FAULTS[fault].lockout
    line = _line(row, case, core, reaction, limit_s, (peak_limit_c, added_limit_cem43), fault.name.lower(), lockout)
    write_down(line)
    assert line.held, line
    assert fault in told, (line, told)
    assert (fault in latched) == (lockout != "A"), (line, latched)


def end(
    row: int,
    case: str,
    reaction: Reaction,
    limit_s: float,
    by: str,
    *,
    peak_limit_c: float = 44.7,
    added_limit_cem43: float | None = 3.4,
    core: str = "native",
) -> None:
    """Asserts time, peak and dose of what is ended without a fault being told: by hardware, or by never beginning."""
    line = _line(row, case, core, reaction, limit_s, (peak_limit_c, added_limit_cem43), by, "-")
    write_down(line)
    assert line.held, line


def _line(  # noqa: PLR0917  (one parameter a column)
    row: int,
    case: str,
    core: str,
    reaction: Reaction,
    limit_s: float,
    limits: tuple[float, float | None],
    fault: str,
    lockout: str,
) -> Judgement:
    return Judgement(
        row, case, core, round(reaction.seconds, 3), limit_s, round(reaction.peak_c, 2), limits[0],
        round(reaction.added_cem43, 3), limits[1], fault, lockout,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Number:
    """A figure of the whole board that must stay below a limit, and its unit."""

    number: str
    value: float
    limit: float
    unit: str

    @property
    def held(self) -> bool:
        """Whether it does."""
        return self.value <= self.limit


def measured(name: str, value: float, limit: float, unit: str) -> None:
    """Asserts a figure of the board, and writes it down."""
    line = Number(name, value, limit, unit)
    write_down(line)
    assert line.held, line


def write_down(line: Judgement | Number) -> None:
    """Where `make hazards` asks for it."""
    name = os.environ.get(FILE)
    if name:
        with open(name, "a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(line), ensure_ascii=False) + "\n")
