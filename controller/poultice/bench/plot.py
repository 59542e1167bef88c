"""The bench at one look: every contender on one typical pad, and how they spread over all pads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from poultice.bench.bound import BAND_K
from poultice.bench.contenders import OURS
from poultice.bench.course import HOTTEST_C, Seen
from poultice.bench.goals import ROWS
from poultice.bench.heat import Result
from poultice.bench.pad import TICK_S
from poultice.bench.pads import VARIED
from poultice.plotting import new_figure, save

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = ("#d1495b", "#e8a0a9", "#b8c0cc", "#edae49", "#00798c", "#6a4c93")  # ours first
NEVER_K = 8.0  # where a ratio without end is drawn
WARM_UP_S = 420.0
TOP_C = HOTTEST_C + 1.0


def draw(file: Path, results: Sequence[Result], typical: Mapping[str, Sequence[Seen]]) -> None:
    """Writes a PNG. `typical` has each contender's course on the typical pad. Raises SetupError without matplotlib."""
    figure = new_figure(15.0, 9.0)
    axes = figure.subplot_mosaic([["warm", "warm", "ratio"], ["course", "course", "over"]])
    colours = _colours(typical)
    _draw_warm_up(axes["warm"], typical, colours)
    _draw_course(axes["course"], typical, colours)
    _draw_spread(axes["ratio"], results, colours, "warm_up_ratio", "25→40: settling, × time-optimal bound")
    _draw_spread(axes["over"], results, colours, "overshoot_k", "overshoot of any step, K")
    file.parent.mkdir(parents=True, exist_ok=True)
    save(figure, file)


def _colours(typical: Mapping[str, object]) -> dict[str, str]:
    return {name: COLOURS[number % len(COLOURS)] for number, name in enumerate(typical)}


def _style(name: str) -> dict[str, Any]:
    return {"linewidth": 2.4, "zorder": 5} if name == OURS else {"linewidth": 1.2}


def _band(axes: Axes, from_s: float, to_s: float, setpoint_c: float) -> None:
    axes.fill_between([from_s, to_s], setpoint_c - BAND_K, setpoint_c + BAND_K, color="#00798c", alpha=0.12, lw=0)
    axes.plot([from_s, to_s], [setpoint_c, setpoint_c], color="#00798c", lw=0.7, alpha=0.6)


def _draw_warm_up(axes: Axes, typical: Mapping[str, Sequence[Seen]], colours: Mapping[str, str]) -> None:
    for name, course in typical.items():
        zone_c = course[0].zone_c[: round(WARM_UP_S / TICK_S)]
        axes.plot(
            [TICK_S * tick for tick in range(len(zone_c))], zone_c, color=colours[name], label=name, **_style(name)
        )
    first = next(iter(typical.values()))[0]
    _band(axes, 0.0, WARM_UP_S, first.setpoint_c)
    if first.bound:
        axes.axvline(first.bound.settled_s, color="black", lw=1.0, ls=":")
        axes.annotate(" nobody can be sooner", (first.bound.settled_s, 35.3), fontsize=9)
    axes.annotate(f" ± {BAND_K:g} °C", (0.0, first.setpoint_c + 0.1), fontsize=9)
    axes.set(title="A typical pad, first heat-up", xlabel="time, s", xlim=(0, WARM_UP_S), ylim=(35, 42.2))
    axes.set_ylabel("zone, °C")
    axes.legend(loc="lower right", fontsize=9)
    axes.grid(alpha=0.25)


def _draw_course(axes: Axes, typical: Mapping[str, Sequence[Seen]], colours: Mapping[str, str]) -> None:
    """Every phase is as long as it is for the contender that was watched longest; each starts at the same place."""
    lengths = [max(map(len, zones)) for zones in zip(*([s.zone_c for s in c] for c in typical.values()), strict=True)]
    begins = [sum(lengths[:number]) * TICK_S for number in range(len(lengths))]
    for name, course in typical.items():
        for seen, begin_s in zip(course, begins, strict=True):
            minutes = [(begin_s + TICK_S * tick) / 60.0 for tick in range(0, len(seen.zone_c), 10)]
            axes.plot(minutes, seen.zone_c[::10], color=colours[name], **_style(name))
    for number, (seen, begin_s) in enumerate(zip(next(iter(typical.values())), begins, strict=True)):
        _band(axes, begin_s / 60.0, (begin_s + lengths[number] * TICK_S) / 60.0, seen.setpoint_c)
        axes.axvline(begin_s / 60.0, color="black", lw=0.6, alpha=0.4)
        axes.annotate(seen.name, (begin_s / 60.0, TOP_C), rotation=60, fontsize=8, annotation_clip=False)
    axes.set(
        xlabel="the whole course: time, min",
        ylabel="zone, °C",
        ylim=(36.8, TOP_C),
        xlim=(0, sum(lengths) * TICK_S / 60.0),
    )
    axes.grid(alpha=0.25)


def _draw_spread(axes: Axes, results: Sequence[Result], colours: Mapping[str, str], key: str, title: str) -> None:
    row = next(row for row in ROWS if row.key == key)
    names = list(colours)
    for place, name in enumerate(names):
        read = [row.read(r.figures) for r in results if r.contender == name and r.pad.family == VARIED]
        values = sorted(min(NEVER_K, value) for value in read if value is not None)
        spread = [place + 0.6 * (number / max(1, len(values) - 1) - 0.5) for number in range(len(values))]
        axes.scatter(values, spread, s=14, color=colours[name], alpha=0.8, lw=0)
    if key.endswith("ratio"):
        axes.set_xscale("log")
        axes.set_xticks([1, 1.5, 2, 3, 5, NEVER_K], ["1", "1.5", "2", "3", "5", "never"])
        axes.minorticks_off()
    if row.goal[2] is not None:
        axes.axvline(row.goal[2], color="black", lw=1.0, ls=":")
        axes.annotate(" goal, worst", (row.goal[2], -0.4), fontsize=8)
    axes.set_yticks(range(len(names)), names, fontsize=9)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_title(title, fontsize=11)
    axes.grid(alpha=0.25)
