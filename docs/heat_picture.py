"""Draws docs/heat.svg: one pad that nobody has seen before, warmed, held, warmed more and left to cool.

Run: python docs/heat_picture.py
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
from poultice.bench.pad import TICK_S, Pad
from poultice.bench.pads import varied_pads
from poultice.description import layout
from poultice.therapy.heat import Contender
from poultice.therapy.heat.model import Body
from poultice.therapy.heat.parameters import Parameters
from poultice.therapy.heat.predict import Start, predict_power

PAD, SEED = 8, 1
STEPS = ((40.0, 240.0), (42.0, 120.0), (38.0, 240.0))  # set-point, s
NOTED_S = (10.0, 40.0)
NOMINAL_W = layout().zones[0].nominal_w
BLUE, RED, GREY, GREEN = "#2060a0", "#c0392b", "#888888", "#3a7d44"


def play() -> tuple[dict[str, list[float]], dict[float, Parameters]]:
    """The course, and the model as it was at NOTED_S."""
    pad = Pad(next(islice(varied_pads(SEED), PAD, None)))
    contender, reading_c, now_s = Contender(layout()), pad.reading_c(), 0.0
    seen: dict[str, list[float]] = {"t": [], "zone": [], "aim": [], "watts": []}
    models: dict[float, Parameters] = {}
    for setpoint_c, seconds in STEPS:
        contender.setpoint_c = setpoint_c
        for _ in range(round(seconds / TICK_S)):
            duty = contender.update(reading_c, now_s)
            reading_c = pad.tick(duty)
            now_s = round(now_s + TICK_S, 1)
            if now_s in NOTED_S:
                models[now_s] = contender.loop.model.parameters
            for name, value in zip(seen, (now_s, pad.zone_c, setpoint_c, duty * NOMINAL_W), strict=True):
                seen[name].append(value)
    return seen, models


def main() -> None:
    """Draws it."""
    plt.switch_backend("svg")
    mpl.rcParams["svg.hashsalt"] = "heat"  # the same picture at each run
    seen, models = play()
    figure, (upper, lower) = plt.subplots(
        2, 1, figsize=(9.0, 6.0), sharex=True, gridspec_kw={"height_ratios": [3, 1]}, layout="constrained"
    )
    zone = layout().zones[0]
    body = Body.nominal(zone, layout().thermal)
    watts = [sum(seen["watts"][i : i + 10]) / 10.0 for i in range(0, 1200, 10)]
    for (at_s, parameters), shade in zip(models.items(), (0.12, 0.25), strict=True):
        foreseen = predict_power(parameters, body, Start(25.0, 22.0, 33.5), watts)
        upper.fill_between(
            foreseen.t_s,
            foreseen.low_c,
            foreseen.high_c,
            color=GREEN,
            alpha=shade,
            lw=0,
            label=f"foreseen by the model after {at_s:.0f} s (90 %)",
        )
    upper.plot(seen["t"][::5], seen["aim"][::5], color=GREY, ls="--", label="set-point")
    upper.plot(seen["t"][::5], seen["zone"][::5], color=RED, label="zone")
    upper.set_ylabel("°C")
    upper.set_ylim(24, 46)
    upper.legend(loc="lower right", frameon=False)
    cut = next(i for i, watt in enumerate(seen["watts"]) if watt < 29.0)
    upper.annotate(
        "cut: the coast will peak at 40",
        (seen["t"][cut], seen["zone"][cut]),
        (seen["t"][cut] + 12, 35.5),
        arrowprops={"arrowstyle": "->", "color": GREY},
    )
    lower.plot(seen["t"][::2], seen["watts"][::2], color=BLUE, lw=1)
    lower.set_ylabel("W asked")
    lower.set_xlabel("s")
    for axis in (upper, lower):
        axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(Path(__file__).with_name("heat.svg"), metadata={"Date": None})


if __name__ == "__main__":
    main()
