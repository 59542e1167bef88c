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
    peak_c: float | None
    peak_limit_c: float | None
    added_cem43: float | None
    added_limit_cem43: float | None
    fault: str
    lockout: str


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
    line = Judgement(
        row, case, core, round(reaction.seconds, 3), limit_s, round(reaction.peak_c, 2), peak_limit_c,
        round(reaction.added_cem43, 3), added_limit_cem43, fault.name.lower(), lockout,
    )  # fmt: skip
    write_down(line)
    assert reaction.seconds <= limit_s + 1e-6, line
    assert reaction.peak_c <= peak_limit_c, line
    assert reaction.added_cem43 <= added_limit_cem43, line
    assert fault in told, (line, told)
    assert (fault in latched) == (lockout != "A"), (line, latched)


def write_down(line: Judgement) -> None:
    """Where `make hazards` asks for it."""
    name = os.environ.get(FILE)
    if name:
        with open(name, "a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(line), ensure_ascii=False) + "\n")
