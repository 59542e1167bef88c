"""The reaction times as a picture: each row's worst beside its limit, native and on the chip."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.hazard_table.lines import CORES, Line

SHORTEST_S = 0.001  # what was off at once is drawn here: the axis is logarithmic
LONGEST_S = 4000.0
MARKS = {"native": ("o", "tab:blue", -0.2), "avr": ("D", "tab:orange", 0.2)}
TICKS = {0.001: "1 ms", 0.01: "10 ms", 0.1: "0.1 s", 1: "1 s", 10: "10 s", 60: "1 min", 600: "10 min"}
INCHES_A_LINE = 0.33


def draw(lines: Sequence[Line], file: Path) -> None:
    """Writes a PNG."""
    import matplotlib  # noqa: PLC0415 - slow to import, and needed here alone

    matplotlib.use("Agg")
    from matplotlib import pyplot  # noqa: PLC0415

    places = {place: at for at, place in enumerate(dict.fromkeys((line.row, line.fault) for line in lines))}
    figure, axes = pyplot.subplots(figsize=(11, 1.8 + INCHES_A_LINE * len(places)), layout="constrained")
    for core in CORES:
        _draw_core(axes, core, [line for line in lines if line.core == core], places)
    _label(axes, places)
    figure.savefig(file, dpi=120)
    pyplot.close(figure)


def _draw_core(axes: Any, core: str, lines: Sequence[Line], places: dict[tuple[int, str], int]) -> None:
    marker, colour, aside = MARKS[core]
    heights = [places[line.row, line.fault] + aside for line in lines]
    worst = [max(SHORTEST_S, line.seconds) for line in lines]
    limits = [max(SHORTEST_S, line.limit_s) for line in lines]
    axes.hlines(heights, SHORTEST_S, worst, color=colour, linewidth=1.2, alpha=0.5)
    axes.scatter(worst, heights, marker=marker, s=28, color=colour, label=f"slowest case, {CORES[core]}", zorder=3)
    name = "limit" if core == "native" else None
    axes.scatter(limits, heights, marker="|", s=90, color="tab:red", linewidths=1.6, label=name, zorder=4)
    for line, height, x in zip(lines, heights, limits, strict=True):
        text = f"{line.seconds:.3g} of {line.limit_s:g} s" + ("" if line.good else "  MISSED")
        colour_of_text = "0.35" if line.good else "tab:red"
        axes.annotate(
            text, (x, height), xytext=(6, 0), textcoords="offset points", va="center", fontsize=7, color=colour_of_text
        )


def _label(axes: Any, places: dict[tuple[int, str], int]) -> None:
    axes.set_yticks(list(places.values()), [f"{row}   {fault}" for row, fault in places], fontsize=9)
    axes.set_ylim(len(places) - 0.4, -0.6)
    axes.set_xscale("log")
    axes.set_xlim(SHORTEST_S * 0.8, LONGEST_S * 4)
    axes.set_xticks(list(TICKS), list(TICKS.values()))
    axes.minorticks_off()
    axes.set_xlabel("from when the fault shows until everything is off, or the fault is told")
    axes.set_title("Reaction to rehearsed hazards: what ends each row of SAFETY.md, and how fast", pad=30)
    axes.grid(axis="x", alpha=0.3)
    for at in range(0, len(places), 2):
        axes.axhspan(at - 0.5, at + 0.5, color="0.96", zorder=0)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, frameon=False)
