"""Beside the bench's own figures those of the whole way: the same steps on the same pads through session, conversation,
frames and the real firmware core. Both are made by the same code, from the same pad's true temperature."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

from rich.table import Table

from poultice.bench import course, firmware, heat
from poultice.bench.contenders import OURS, new
from poultice.bench.course import HOTTEST_C, Phase
from poultice.bench.figures import Figures, figures
from poultice.bench.goals import ROWS, Row, Spread
from poultice.bench.heat import Result
from poultice.bench.pad import TICK_S, Pad
from poultice.bench.pads import BenchPad
from poultice.bench.table import cell, finite

FIRMWARE = "through the firmware"
# As in the course, but shorter at 42 °C, of which a session has no more than 6 minutes.
PHASES = (
    Phase("25→40", 40.0, 420.0, 2.0),
    Phase("40→42", HOTTEST_C, 220.0, 1.0),
    Phase("42→38", 38.0, 300.0, 2.0),
)
KEYS = (
    "warm_up_ratio",
    "step_up_ratio",
    "step_down_ratio",
    "undershoot_k",
    "overshoot_k",
    "hottest_over_k",
    "unsettled",
    "rms_k",
)
SAME_SHARE = 0.1
SAME_K = (
    0.05  # half a step of the converter at 40 °C; other noise alone moves the worst overshoot of 50 pads by as much
)


@dataclass(frozen=True, slots=True)
class Both:
    """One pad's figures without a board and through its firmware."""

    bench: Result
    firmware: Result


@dataclass(frozen=True, slots=True)
class Compared:
    """One row over all pads; None where there is nothing to compare."""

    row: Row
    bench: Spread | None
    firmware: Spread | None

    @property
    def same(self) -> bool:
        """Whether median, p95 and worst are alike within SAME_SHARE; for figures in K, or within SAME_K."""
        if self.bench is None or self.firmware is None:
            return False
        least = SAME_K if self.row.key.endswith("_k") else 0.0
        pairs = zip(_figures(self.bench), _figures(self.firmware), strict=True)
        return all(one == other or abs(one - other) <= max(least, SAME_SHARE * one) for one, other in pairs)


def _figures(spread: Spread) -> tuple[float, float, float]:
    return spread.median, spread.p95, spread.worst


def both(pad: BenchPad) -> Both:
    """Ours on one pad, twice. Steps last as long as the bench lets them."""
    seen = list(course.run(new(OURS), Pad(pad), PHASES))
    lengths_s = [len(each.zone_c) * TICK_S for each in seen]
    return Both(Result(OURS, pad, figures(seen)), Result(FIRMWARE, pad, _through(pad, lengths_s)))


def _through(pad: BenchPad, lengths_s: Sequence[float]) -> Figures:
    try:
        return figures(firmware.run(pad, PHASES, lengths_s))
    except firmware.SessionError as error:
        return Figures(failed=str(error))


def both_on_all(on: Sequence[BenchPad], done: Callable[[], object]) -> list[Both]:
    """On every pad; `done` is called after each."""
    return heat.on_all_cores([partial(both, pad) for pad in on], done)


def compared(found: Sequence[Both]) -> list[Compared]:
    """The rows of KEYS."""
    rows = {row.key: row for row in ROWS}
    one, other = [each.bench for each in found], [each.firmware for each in found]
    exact = [replace(rows[key], digits=3) for key in KEYS]
    return [Compared(row, row.spread(one), row.spread(other)) for row in exact]


def table(found: Sequence[Both]) -> Table:
    """Both beside each other, for people."""
    said = [
        f"{each.firmware.pad.name}: {each.firmware.figures.failed}" for each in found if each.firmware.figures.failed
    ]
    within = f"alike within {SAME_SHARE:.0%}, or {SAME_K:g} K"
    drawn = Table("median / p95 / worst", "the bench", FIRMWARE, within, caption="\n".join([_caption(found), *said]))
    for each in compared(found):
        verdict = "[green]✓[/]" if each.same else "[bold red]✗[/]"
        drawn.add_row(each.row.title, cell(each.row, each.bench), cell(each.row, each.firmware), verdict)
    return drawn


def _caption(found: Sequence[Both]) -> str:
    return f"{len(found)} varied pads, a session of 40, 42 and 38 °C each, no ramp"


def as_json(found: Sequence[Both]) -> dict[str, Any]:
    """The same for scripts, and every pad's figures."""
    rows = {
        each.row.key: {
            "title": each.row.title,
            "bench": finite(each.bench),
            "firmware": finite(each.firmware),
            "same": each.same,
        }
        for each in compared(found)
    }
    pads = [
        {"pad": each.bench.pad.name, "bench": asdict(each.bench.figures), "firmware": asdict(each.firmware.figures)}
        for each in found
    ]
    return {"rows": rows, "pads": pads}


def good(found: Sequence[Both]) -> bool:
    """Whether every row is alike."""
    return all(each.same for each in compared(found))
