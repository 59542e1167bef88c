"""Which pads the bench has: seeded variations of the pad in facts.toml, and families that nobody was prepared for."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count

from poultice.link import contract, facts

NOMINAL_W = facts.ZONES[0].nominal_w
FAMILY_SEEDS_FROM = 10_000


@dataclass(frozen=True, slots=True)
class PadSettings:
    """One pad, its bed and its sensing: the fields of `struct bench_pad_settings` in bench_pad.h, told there."""

    element_w: float = NOMINAL_W
    power_max_w: float = contract.ZONE_POWER_MAX_W
    supply_factor: float = 1.0
    heat_j_per_k: float = facts.PAD.heat_capacity_j_per_k
    contact_w_per_m2k: float = facts.PAD.contact_w_per_m2k
    cover_w_per_m2k: float = facts.PAD.cover_w_per_m2k
    neighbour_w_per_k: float = facts.PAD.neighbour_w_per_k
    gradient_k_per_w: float = 0.01  # as the simulator's pad has it
    gradient_s: float = 15.0
    lag_s: float = facts.NTC.lag_s
    winding_s: float = 3.0
    delay_s: float = 1.0
    noise_lsb: float = facts.ADC.noise_lsb
    perfusion_w_per_m2k: float = facts.BODY.perfusion_w_per_m2k
    room_c: float = facts.ROOM.temperature_c
    skin_start_c: float = facts.BODY.skin_start_c
    start_c: float = 25.0


@dataclass(frozen=True, slots=True)
class BenchPad:
    """A pad of the bench: its settings, the seed of its noise, and whether somebody lies on it."""

    name: str
    family: str
    seed: int
    settings: PadSettings
    on_body: bool = True


VARIED = "varied"


def vary(name: str, seed: int) -> BenchPad:
    """Each quantity even within its range, independent of the others. Power, mass, contact, room and supply vary as
    pads, beds and supplies do; lags and delay as much as a bead's place in the felt can matter: warmth takes about a
    second through 3 mm of it and three through 5 (x² / 6a with a = 1.5e-6 m²/s) beside the winding's own."""
    chance = random.Random(seed)  # noqa: S311  (pads, not keys)
    base = PadSettings()
    settings = replace(
        base,
        element_w=base.element_w * chance.uniform(0.7, 1.3),
        supply_factor=chance.uniform(0.9, 1.1),
        heat_j_per_k=base.heat_j_per_k * chance.uniform(0.6, 1.4),
        contact_w_per_m2k=base.contact_w_per_m2k * chance.uniform(0.5, 1.5),
        cover_w_per_m2k=base.cover_w_per_m2k * chance.uniform(0.7, 1.3),
        neighbour_w_per_k=chance.uniform(0.0, 0.1),
        gradient_k_per_w=chance.uniform(0.0, 0.02),
        gradient_s=base.gradient_s * chance.uniform(0.5, 1.5),
        lag_s=chance.uniform(1.0, 10.0),
        winding_s=chance.uniform(0.5, 10.0),
        delay_s=chance.uniform(0.0, 3.0),
        perfusion_w_per_m2k=base.perfusion_w_per_m2k * chance.uniform(0.5, 1.5),
        room_c=chance.uniform(15.0, 30.0),
        skin_start_c=chance.uniform(32.0, 35.0),
    )
    return BenchPad(name, VARIED, seed, settings)


def _thick(pad: BenchPad) -> PadSettings:
    old = pad.settings
    return replace(old, heat_j_per_k=2.2 * facts.PAD.heat_capacity_j_per_k, lag_s=old.lag_s + 6.0, gradient_s=30.0)


def _late(pad: BenchPad) -> PadSettings:
    """A pad that touches little, with its beads deep in the felt: who is in time cuts 1 to 4 K below the set-point."""
    old = pad.settings
    return replace(
        old,
        contact_w_per_m2k=0.4 * old.contact_w_per_m2k,
        lag_s=old.lag_s + 6.0,
        winding_s=old.winding_s + 8.0,
        delay_s=old.delay_s + 2.0,
    )


FAMILIES: dict[str, Callable[[BenchPad], BenchPad]] = {
    "20 W": lambda pad: replace(pad, settings=replace(pad.settings, element_w=20.0, supply_factor=1.0)),
    "60 W": lambda pad: replace(pad, settings=replace(pad.settings, element_w=60.0, supply_factor=1.0)),
    "thick pad": lambda pad: replace(pad, settings=_thick(pad)),
    "off body": lambda pad: replace(pad, on_body=False),
    "warm restart": lambda pad: replace(pad, settings=replace(pad.settings, start_c=36.0, skin_start_c=35.5)),
    "late beads": lambda pad: replace(pad, settings=_late(pad)),
    "noise 4 LSB": lambda pad: replace(pad, settings=replace(pad.settings, noise_lsb=4.0)),
}


def varied_pads(seed: int) -> Iterator[BenchPad]:
    """Ever more pads, whose seeds follow `seed`."""
    return (vary(f"pad {number}", seed + number) for number in count())


def family_pads(family: str, seed: int) -> Iterator[BenchPad]:
    """Ever more pads of a family: varied as the others, but for what makes the family."""
    for number in count():
        pad = vary(f"{family} {number}", seed + FAMILY_SEEDS_FROM + number)
        yield replace(FAMILIES[family](pad), family=family)
