"""The curves as pictures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from circuits import divider as thermistors
from circuits import latch as latches
from circuits import pump as pumps
from circuits import trip_point as trips

DPI = 110
LIMIT = "tab:red"
OK = "tab:blue"


@contextmanager
def picture(file: Path, title: str, rows: int = 1, height: float = 4.5) -> Iterator[Any]:
    """The axes to draw on; written to `file` afterwards."""
    import matplotlib  # noqa: PLC0415 - slow to import

    matplotlib.use("Agg")
    from matplotlib import pyplot  # noqa: PLC0415

    figure, axes = pyplot.subplots(rows, 1, figsize=(9, height), layout="constrained", squeeze=False)
    figure.suptitle(title)
    yield [row[0] for row in axes]
    for row in axes:
        row[0].grid(alpha=0.3)
    figure.savefig(file, dpi=DPI)
    pyplot.close(figure)


def divider(result: thermistors.Result, file: Path) -> None:
    """What the board shows less what is, over the temperature."""
    title = f"Error of the thermistor inputs: {len(result.chance.error_k)} boards by chance"
    with picture(file, title) as (axes,):
        axes.plot(result.chance.place_c, result.chance.error_k.T, color=OK, alpha=0.08, linewidth=0.8)
        axes.plot([], [], color=OK, label="one input each, parts even within their tolerance")
        axes.plot(result.worst.place_c, result.worst.error_k.T, color="0.3", linestyle="--", linewidth=1.2)
        axes.plot([], [], color="0.3", linestyle="--", label="all parts at their worst together")
        low, high = thermistors.WHERE_IT_MATTERS_C
        axes.fill_between([low, high], -2, -thermistors.ERROR_MAX_K, color=LIMIT, alpha=0.15, linewidth=0)
        axes.fill_between(
            [low, high], thermistors.ERROR_MAX_K, 2, color=LIMIT, alpha=0.15, linewidth=0, label="not allowed"
        )
        axes.set(xlabel="true temperature, °C", ylabel="shown less true, K", xlim=(-10, 80), ylim=(-1.6, 1.6))
        axes.legend(loc="lower left", frameon=False)


def trip_point(result: trips.Result, file: Path) -> None:
    """How often the trip turns at which temperature, by the logic supply."""
    trip = result.facts.trip
    edges = np.arange(44.6, 46.5, 0.05)
    with picture(file, f"Where the independent trip turns: {trips.TRIPS} boards by chance") as (axes,):
        for supply_v, hot_c in result.trips_c.items():
            axes.hist(hot_c, edges, histtype="step", linewidth=1.6, label=f"logic supply {supply_v:g} V")
        for number, worst_c in enumerate(result.worst_c):
            axes.axvline(worst_c, color="0.3", linestyle="--", label=None if number else "all parts at their worst")
        for sign in (-1, 1):
            limit_c = trip.comparator_c + sign * trip.comparator_tolerance_k
            axes.axvspan(limit_c, limit_c + sign, color=LIMIT, alpha=0.15, linewidth=0)
        axes.plot([], [], color=LIMIT, alpha=0.3, linewidth=8, label="not allowed")
        axes.set(xlabel="temperature of the place, °C", ylabel="boards", xlim=(44.3, 47.2))
        axes.legend(loc="upper right", frameon=False)


def pump(result: pumps.Result, file: Path) -> None:
    """The rail after the enable line freezes high."""
    with picture(file, "The heaters' rail when the enable line freezes high", 2, 6.0) as axes:
        for ax, (name, curves) in zip(axes, result.pictures.items(), strict=True):
            now_ms = 1000 * (curves["x"] - pumps.STOP_S)
            ax.plot(now_ms, curves["v(pin)"], color="0.5", linewidth=1, label="enable line")
            ax.plot(now_ms, curves["v(rail0)"], color=OK, linewidth=1.8, label=f"rail, parts for the {name} life")
            ax.axvspan(result.facts.enable.holds_ms, 150, color=LIMIT, alpha=0.15, linewidth=0, label="not allowed on")
            ax.set(xlim=(-60, 150), ylim=(-1, 34), ylabel="V")
            ax.legend(loc="upper center", frameon=False, ncols=3)
        axes[-1].set_xlabel("ms since the toggling stopped")


def latch(result: latches.Result, file: Path) -> None:
    """The long story of the latch."""
    story = result.story
    events = (
        (0.4, "47 °C"), (0.6, "45 °C"), (0.8, "released:\ntoo warm"), (1.0, "40 °C"), (1.3, "released"),
        (1.6, "test\nhigh"), (1.9, "released\n\n"), (2.0, "test\nlow"), (2.3, "released"),
    )  # fmt: skip
    with picture(file, "What sets the trip's latch and what frees it", 2, 5.5) as axes:
        axes[0].plot(story["x"], story["v(q)"], color=LIMIT, label="latch: high = tripped")
        axes[0].plot(story["x"], story["v(edge)"], color="0.5", linewidth=1, label="pulse of a release")
        axes[0].set(ylabel="V", ylim=(-0.8, 9))
        axes[1].plot(story["x"], story["i(vheater)"], color=OK, label="current of the element")
        axes[1].set(ylabel="A", xlabel="s", ylim=(-0.1, 1.7))
        for at_s, words in events:
            axes[1].axvline(at_s, color="0.8", linewidth=0.8, zorder=0)
            axes[0].axvline(at_s, color="0.8", linewidth=0.8, zorder=0)
            axes[0].annotate(words, (at_s, 5.4), xytext=(2, 0), textcoords="offset points", fontsize=8, va="bottom")
        for ax in axes:
            ax.set_xlim(0, story["x"][-1])
            ax.legend(loc="upper left", frameon=False, fontsize=8)
