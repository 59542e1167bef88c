"""The bench's pads vary within what they should, the same each time, and sense as the board does."""

from __future__ import annotations

from dataclasses import asdict, replace
from itertools import islice
from statistics import fmean, pstdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from poultice.bench.bound import can_hold
from poultice.bench.course import HOTTEST_C
from poultice.bench.heat import FAMILY_SIZE, pads
from poultice.bench.pad import Pad
from poultice.bench.pads import FAMILIES, VARIED, BenchPad, PadSettings, family_pads, varied_pads, vary
from poultice.link import contract, facts
from poultice.simulator import native

RANGES = {
    "element_w": (0.7 * 30.0, 1.3 * 30.0),
    "supply_factor": (0.9, 1.1),
    "heat_j_per_k": (0.6 * 177.0, 1.4 * 177.0),
    "contact_w_per_m2k": (0.5 * 60.0, 1.5 * 60.0),
    "room_c": (15.0, 30.0),
    "lag_s": (1.0, 10.0),
    "winding_s": (0.5, 10.0),
    "delay_s": (0.0, 3.0),
}
QUIET = PadSettings(noise_lsb=0.0, gradient_k_per_w=0.0, delay_s=0.0, winding_s=0.01)


def pad_of(**changes: float) -> Pad:
    return Pad(BenchPad("of a test", VARIED, 1, replace(QUIET, **changes)))


def test_quantities_fill_their_ranges_and_stay_within() -> None:
    drawn = [asdict(pad.settings) for pad in islice(varied_pads(1), 400)]
    for name, (low, high) in RANGES.items():
        values = [settings[name] for settings in drawn]
        assert low <= min(values) < low + 0.05 * (high - low), name
        assert high - 0.05 * (high - low) < max(values) <= high, name
    assert {settings["noise_lsb"] for settings in drawn} == {1.0}
    assert {settings["power_max_w"] for settings in drawn} == {30.0}
    assert {settings["start_c"] for settings in drawn} == {25.0}


def test_the_same_seed_makes_the_same_pads_and_any_count_begins_alike() -> None:
    few, many = pads(3, seed=5, families=False), pads(6, seed=5, families=False)
    assert many[:3] == few
    assert pads(3, seed=6, families=False) != few
    readings = [[pad.tick(0.7) for _ in range(50)] for pad in (Pad(few[0]), Pad(few[0]), Pad(few[1]))]
    assert readings[0] == readings[1] != readings[2]


def test_every_family_is_outside_in_its_own_way() -> None:
    found = {name: next(family_pads(name, 1)) for name in FAMILIES}
    assert found["20 W"].settings.element_w == 20.0
    assert found["60 W"].settings.element_w == 60.0
    assert found["thick pad"].settings.heat_j_per_k > RANGES["heat_j_per_k"][1]
    assert not found["off body"].on_body
    assert found["warm restart"].settings.start_c == 36.0
    assert found["noise 4 LSB"].settings.noise_lsb == 4.0
    assert all(pad.family == name for name, pad in found.items())


@pytest.mark.slow
def test_only_pads_that_can_hold_the_highest_set_point_are_judged() -> None:
    weak = replace(vary("weak", 1), settings=replace(QUIET, element_w=8.0))
    assert not can_hold(Pad(weak), HOTTEST_C)
    judged = pads(5, seed=1)
    assert len(judged) == 5 + FAMILY_SIZE * len(FAMILIES)
    assert all(can_hold(Pad(pad), HOTTEST_C) for pad in judged)


@pytest.mark.parametrize(
    ("element_w", "supply", "full_w"),
    [
        (20.0, 1.0, 0.98 * 20.0),
        (30.0, 1.0, 0.98 * 30.0),
        (30.0, 0.9, 0.98 * 24.3),
        (60.0, 1.0, 30.0),
        (39.0, 1.1, 30.0),
    ],
)
def test_full_duty_gives_the_element_s_power_but_never_more_than_the_cap(
    element_w: float, supply: float, full_w: float
) -> None:
    pad = pad_of(element_w=element_w, supply_factor=supply)
    assert full_w * 0.998 <= pad.full_w <= full_w + 1e-9 <= contract.ZONE_POWER_MAX_W + 1e-9
    before_j = pad.used_j
    pad.run(1.0, 100)
    assert (pad.used_j - before_j) / 10.0 == pytest.approx(pad.full_w, rel=0.01)


def test_a_sag_of_a_fifth_leaves_two_thirds_of_the_power() -> None:
    pad = pad_of(element_w=25.0)
    before_w = pad.full_w
    pad.supply(0.8)
    assert pad.full_w == pytest.approx(0.64 * before_w)


@settings(max_examples=20, deadline=None)
@given(duty=st.sampled_from([0.0, 0.001, 0.0999, 0.25, 0.5, 0.979, 0.98, 1.0]))
def test_duty_is_what_flows_over_a_window(duty: float) -> None:
    pad = pad_of(element_w=24.0)
    pad.run(duty, 100)
    assert pad.used_j / 10.0 == pytest.approx(24.0 * min(0.98, int(1000 * duty + 1e-9) / 1000), abs=1e-6)


def test_heat_arrives_after_its_delay() -> None:
    pads_by_delay = {delay_s: pad_of(delay_s=delay_s, lag_s=0.1, start_c=33.0, room_c=30.0) for delay_s in (0.0, 3.0)}
    courses = {delay_s: pad.run(1.0, 60) for delay_s, pad in pads_by_delay.items()}
    off = pad_of(lag_s=0.1, start_c=33.0, room_c=30.0).run(0.0, 60)
    arrives = {
        d: next(i for i, (y, o) in enumerate(zip(c, off, strict=True)) if y > o + 0.01) for d, c in courses.items()
    }
    assert arrives[3.0] - arrives[0.0] == pytest.approx(30, abs=1)


@pytest.mark.parametrize("temperature_c", [25.0, 38.0, 40.0, 42.0])
@pytest.mark.parametrize("noise_lsb", [1.0, 4.0])
def test_readings_are_the_zone_with_the_noise_of_the_board(temperature_c: float, noise_lsb: float) -> None:
    pad = pad_of(start_c=temperature_c, skin_start_c=temperature_c, noise_lsb=noise_lsb)
    errors = [pad.reading_c() - pad.zone_c for _ in range(2000)]
    kelvin_per_lsb = 0.107  # at 40 °C, from the thermistor's curve
    sigma = noise_lsb * kelvin_per_lsb / facts.ADC.oversampling**0.5
    assert abs(fmean(errors) - 0.56 * sigma) < 0.01  # the hotter of two sensors
    assert pstdev(errors) == pytest.approx(0.83 * sigma, rel=0.25)


def test_a_copy_goes_its_own_way() -> None:
    pad = pad_of()
    pad.run(1.0, 200)
    other = pad.copy()
    assert other.run(1.0, 50) == pad.run(1.0, 50)
    other.run(0.0, 50)
    assert other.zone_c < pad.copy().run(1.0, 50)[-1]


def test_the_header_and_the_settings_have_the_same_fields() -> None:
    header = (native.HERE / "bench_pad.h").read_text(encoding="utf-8")
    body = header.split("struct bench_pad_settings {")[1].split("};")[0]
    named = [line.split("double ")[1].split(";")[0] for line in body.splitlines() if "double " in line]
    assert sorted(named) == sorted(asdict(PadSettings()))
