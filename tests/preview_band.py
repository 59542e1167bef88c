"""How well the preview's band holds what then happens: whole sessions of the simulated board on pads that vary.

`python tests/preview_band.py [--learned] [--plot PNG]` prints the share of readings inside the band for each pad.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from harness import VirtualHouse
from poultice.link import facts
from poultice.therapy.heat.parameters import Parameters
from poultice.therapy.preview import Preview
from poultice.therapy.programs import parse

PROGRAM = """schema: poultice-program/1
id: band
title: {en: Band, de: Band}
evidence: convention
requires: {zones: [lumbar, upper_back]}
max_total: 20 min
steps:
  - {id: up, duration: 9 min, heat: {lumbar: {target: 40 °C, ramp: 3 °C/min}, upper_back: {target: 39 °C}}}
  - {id: down, duration: 6 min, heat: {lumbar: {target: 38 °C}}}
"""
FIRST = """schema: poultice-program/1
id: first
title: {en: First, de: Erste}
evidence: convention
requires: {zones: [lumbar, upper_back]}
max_total: 20 min
steps:
  - {id: up, duration: 7 min, heat: {lumbar: {target: 39 °C}, upper_back: {target: 40 °C}}}
"""
ZONES = [zone.name for zone in facts.ZONES]
MOVES_K = 0.4  # of half a band: a zone that is merely held has less, and says little about a band


@dataclass(frozen=True)
class Measured:
    """One session beside its preview: for each zone (s, °C) by second, and the share of them inside the band."""

    parameters: dict[str, float]
    foreseen: Preview
    readings: dict[str, list[tuple[float, float]]]

    @property
    def inside(self) -> float:
        """Share of all readings that lie in the band."""
        hits = [low <= at_c <= high for _, at_c, low, high in self._beside()]
        return sum(hits) / len(hits)

    @property
    def half_width_k(self) -> float:
        """Half of the band where it says something, K, in the median."""
        halves = [(high - low) / 2 for _, _, low, high in self._beside()]
        return median(half for half in halves if half > MOVES_K)

    def _beside(self) -> Iterator[tuple[float, float, float, float]]:
        step_s = self.foreseen.t_s[1]
        for name, readings in self.readings.items():
            zone = self.foreseen.zones[name]
            for t_s, at_c in readings:
                place = min(round(t_s / step_s), len(zone.low_c) - 1)
                yield t_s, at_c, zone.low_c[place], zone.high_c[place]


def pads(count: int, seed: int = 5) -> Iterator[dict[str, float]]:
    """Pads, people and rooms, spread as evenly as nobody knows better."""
    chance = random.Random(seed)

    def around(value: float, share: float) -> float:
        return value * chance.uniform(1.0 - share, 1.0 + share)

    for _ in range(count):
        yield {
            "pad_j_per_k": around(facts.PAD.heat_capacity_j_per_k, 0.4),
            "contact_w_per_m2k": around(facts.PAD.contact_w_per_m2k, 0.5),
            "cover_w_per_m2k": around(facts.PAD.cover_w_per_m2k, 0.4),
            "supply_v": around(24.0, 0.1),
            "room_c": chance.uniform(15.0, 30.0),
            "lag_s": around(facts.NTC.lag_s, 0.4),
        }


def another_day(parameters: dict[str, float], seed: int) -> dict[str, float]:
    """The same pad in another room, under another body or the same one lying otherwise."""
    chance = random.Random(seed)
    return parameters | {
        "contact_w_per_m2k": parameters["contact_w_per_m2k"] * chance.uniform(0.75, 1.25),
        "room_c": parameters["room_c"] + chance.uniform(-4.0, 4.0),
        "skin_start_c": chance.uniform(32.0, 35.0),
        "perfusion_w_per_m2k": facts.BODY.perfusion_w_per_m2k * chance.uniform(0.5, 1.5),
        "supply_v": parameters["supply_v"] * chance.uniform(0.98, 1.02),
    }


def learn(parameters: dict[str, float], seed: int) -> dict[str, Parameters]:
    """What a first session teaches of a pad."""
    with tempfile.TemporaryDirectory() as folder:
        house = VirtualHouse(Path(folder), seed=seed, parameters=parameters, programs=[FIRST])
        house.start("first")
        house.run_until(lambda: house.state.session is None, 500)
        return house.pad.take_learned()


def measure(parameters: dict[str, float], seed: int, known: dict[str, Parameters] | None = None) -> Measured:
    """Foretells a session, then plays it. The room is measured, as the pad itself does before it was ever warm."""
    program = parse(PROGRAM, "band.yaml")
    with tempfile.TemporaryDirectory() as folder:
        house = VirtualHouse(Path(folder), seed=seed, parameters=parameters, programs=[PROGRAM])
        house.pad.prepare_heat(known or {}, plain=False)
        house.start("band")
        foreseen = house.pad.foresee(program, parameters["room_c"])
        readings: dict[str, list[tuple[float, float]]] = {name: [] for name in ZONES}
        while (session := house.state.session) is not None:
            for name in ZONES:
                readings[name].append((session.elapsed_s, house.state.zones[name].temperature or 0.0))
            house.run(5.0)
    return Measured(parameters, foreseen, readings)


def measure_learned(parameters: dict[str, float], seed: int) -> Measured:
    """A pad that was learned, on another day, with another program."""
    return measure(another_day(parameters, seed), seed + 100, learn(parameters, seed))


def draw(measured: list[Measured], file: Path) -> None:
    """The first sessions beside their bands."""
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(11, 7), layout="constrained")
    axes = figure.subplots(2, 3, sharex=True, sharey=True).flat
    for place, each in zip(axes, measured, strict=False):
        for name, colour in zip(each.foreseen.zones, ("tab:red", "tab:blue"), strict=True):
            zone = each.foreseen.zones[name]
            minutes = [t_s / 60 for t_s in each.foreseen.t_s]
            place.fill_between(minutes, zone.low_c, zone.high_c, color=colour, alpha=0.2, linewidth=0)
            place.plot(minutes, zone.temperature_c, color=colour, linestyle="--", linewidth=1)
            place.plot(
                [t / 60 for t, _ in each.readings[name]], [at_c for _, at_c in each.readings[name]], color=colour
            )
        place.set_title(f"{100 * each.inside:.0f} % inside", fontsize=9)
        place.set_xlabel("min")
        place.set_ylabel("°C")
    figure.suptitle("Foretold with its band (dashed, shaded) and measured (solid)")
    figure.savefig(file, dpi=120)


def main() -> None:
    """Prints the shares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--pads", type=int, default=12)
    parser.add_argument("--learned", action="store_true", help="each pad has been warmed once before, on another day")
    options = parser.parse_args()
    play = measure_learned if options.learned else measure
    measured = []
    for number, parameters in enumerate(pads(options.pads), 1):
        measured.append(each := play(parameters, number))
        print(f"{100 * each.inside:5.1f} %  ± {each.half_width_k:.2f} K  {each.parameters}", flush=True)  # noqa: T201
    print(f"{100 * sum(each.inside for each in measured) / len(measured):5.1f} % of all")  # noqa: T201
    if options.plot:
        draw(measured, options.plot)


if __name__ == "__main__":
    main()
