"""The reaction times as a picture: each row's worst beside its limit."""

from __future__ import annotations

from pathlib import Path

from tests.hazard_table.lines import Line

SHORTEST_S = 0.01  # what was off at once is drawn here: the axis is logarithmic
COLOURS = {"native": "tab:blue", "avr": "tab:orange"}


def draw(lines: list[Line], file: Path) -> None:
    """Writes a PNG."""
    import matplotlib  # noqa: PLC0415 - slow to import, and needed here alone

    matplotlib.use("Agg")
    from matplotlib import pyplot  # noqa: PLC0415

    figure, axes = pyplot.subplots(figsize=(10, 1.5 + 0.28 * len(lines)), layout="constrained")
    places = range(len(lines))
    for core, colour in COLOURS.items():
        mine = [(place, line) for place, line in zip(places, lines, strict=True) if line.core == core]
        worst = [max(SHORTEST_S, line.seconds) for _, line in mine]
        axes.barh([place for place, _ in mine], worst, height=0.6, color=colour, label=f"slowest case, {core}")
    axes.scatter([line.limit_s for line in lines], places, marker="|", s=180, color="tab:red", label="limit", zorder=3)
    axes.set_yticks(places, [f"{line.row}  {line.fault.replace('_', ' ')}  {line.core}" for line in lines])
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.set_xlabel("s from when the fault shows to all outputs off")
    axes.set_title("Reaction to rehearsed hazards")
    axes.grid(axis="x", alpha=0.3)
    axes.legend()
    figure.savefig(file, dpi=120)
