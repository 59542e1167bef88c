"""The curves as pictures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from circuits import burn as burns
from circuits import cable as cables
from circuits import divider as thermistors
from circuits import latch as latches
from circuits import pump as pumps
from circuits import switches as switching
from circuits import trip_point as trips

DPI = 110
LIMIT = "tab:red"
OK = "tab:blue"
FILLS = {"o": "none", ".": "full"}


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


def losses(result: switching.Result, file: Path) -> None:
    """How hot the switches get over the rail."""
    circuit, rail_v = result.facts.circuit, result.losses["x"]
    title = f"Junctions at {switching.ZONE_W:g} W a zone, the air around them {circuit.ambient_max_c:g} °C"
    with picture(file, title) as (axes,):
        axes.plot(rail_v, result.losses["v(tl)"], color=OK, label="lower switch, one zone's current")
        axes.plot(
            rail_v,
            result.losses["v(tu)"],
            color="tab:orange",
            label="upper switch, both zones' (up to the current limit)",
        )
        axes.axhspan(circuit.junction_max_c, 160, color=LIMIT, alpha=0.15, linewidth=0, label="not allowed")
        axes.set(
            xlabel="rail, V (below 24 V with elements made for it)", ylabel="°C", ylim=(50, 125), xlim=(12, rail_v[-1])
        )
        axes.legend(loc="lower left", frameon=False)


def peaks(result: switching.Result, file: Path) -> None:
    """Gate and drain of a lower switch, drain of a motor's, and the inrush."""
    with picture(file, "Switching, a stalled motor, and the plug", 3, 9.0) as (gate, motor, plug):
        now_us = 1e6 * result.gate["x"]
        gate.plot(now_us, result.gate["v(dd)"], color=OK, label="lower switch's drain")
        gate.plot(now_us, result.gate["v(g)"], color="tab:orange", label="its gate")
        gate.axvline(1e6 * switching.RESET_S, color="0.4", linestyle=":", label="the chip resets: pin floats")
        gate.set(xlim=(0, 420), ylim=(-1, 42), ylabel="V", xlabel="µs")
        now_ms = 1e3 * result.motor["x"]
        motor.plot(now_ms, result.motor["v(d)"], color=OK, label="motor switch's drain")
        motor.plot(now_ms, 100 * result.motor["i(lmotor)"], color="tab:orange", label="motor's current, in 10 mA")
        motor.set(xlim=(0, now_ms[-1]), ylim=(-1, 42), ylabel="V", xlabel="ms")
        plug.plot(1e6 * result.inrush["x"], result.inrush["i(vsense)"], color=OK, label="current of the plug, A")
        plug.plot(1e6 * result.inrush["x"], result.inrush["v(bulk)"], color="tab:orange", label="bulk capacitor, V")
        plug.axhline(
            result.facts.circuit.supply.source_max_a,
            color=LIMIT,
            label="what the switch against wrong polarity bears, A",
        )
        plug.set(xlim=(0, 150), ylim=(-2, 112), xlabel="µs")
        for axes in (gate, motor, plug):
            axes.legend(loc="upper center", frameon=False, ncols=3, fontsize=9)


def cable(result: cables.Result, file: Path) -> None:
    """The power in a chafed spot, and what becomes of it."""
    rail_v = result.facts.board.rail_nominal_mv / 1000
    with picture(file, f"Two wires of the cable touch, at {rail_v:g} V: power in the spot") as (axes,):
        for place, marker, size in zip(cables.PLACES, "o.", (10, 9), strict=True):
            spots = [spot for spot in result.spots if spot.place == place]
            ended = [spot for spot in spots if not spot.goes_on_w]
            lasting = [spot for spot in spots if spot.goes_on_w]
            axes.plot(
                [s.ohm for s in ended],
                [s.before_w for s in ended],
                marker,
                markersize=size,
                fillstyle=FILLS[marker],
                color=OK,
                label=f"{place}: ended within 10 ms",
            )
            axes.plot(
                [s.ohm for s in lasting],
                [s.goes_on_w for s in lasting],
                marker,
                markersize=size,
                fillstyle=FILLS[marker],
                color="tab:orange",
                label=f"{place}: goes on",
            )
        axes.axhspan(cables.LIMITED_POWER_W, 1e4, color=LIMIT, alpha=0.15, linewidth=0, label="must not go on")
        axes.set(xscale="log", yscale="log", xlabel="resistance of the chafed spot, ohm", ylabel="W", ylim=(5, 4000))
        axes.set_xticks([0.2, 0.5, 1, 2, 4, 10, 20, 60], ["0.2", "0.5", "1", "2", "4", "10", "20", "60"])
        axes.set_yticks([10, 100, 1000], ["10", "100", "1000"])
        axes.minorticks_off()
        axes.legend(loc="upper right", frameon=False, fontsize=9)


def burn(result: burns.Result, file: Path) -> None:
    """The hottest place over time, all software wrong."""
    with picture(file, "All software wrong from 42 °C on, one part broken: the element's hottest place") as (axes,):
        for course in result.ended:
            if course.case.zone_w == max(burns.ZONES_W):
                axes.plot(course.time_s, course.hottest_c, label=f"{course.case.name}: {course.cem43:.0f} CEM43 min")
        for course in (each for each in result.lost if each.case.zone_w == max(burns.ZONES_W)):
            axes.plot(
                course.time_s,
                course.hottest_c,
                color="0.3",
                linestyle="--",
                label=f"{course.case.name}: {course.cem43:.0f}",
            )
        axes.set(xlabel="s since all software went wrong", ylabel="°C", xlim=(0, 300), ylim=(38, 56))
        axes.legend(loc="upper right", frameon=False, fontsize=9, title=f"{max(burns.ZONES_W):g} W a zone")
