"""The pad of arithmetic obeys physics, and warms like the pad that facts.toml describes."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from poultice.link import facts

NewBench = Callable[..., Any]
SLOW_OK = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
VARIED = st.fixed_dictionaries(
    {
        "pad_j_per_k": st.floats(60, 400),
        "contact_w_per_m2k": st.floats(5, 150),
        "cover_w_per_m2k": st.floats(0.5, 25),
        "room_c": st.floats(0, 35),
        "skin_start_c": st.floats(20, 36),
        "neighbour_w_per_k": st.floats(0, 0.5),
        "perfusion_w_per_m2k": st.floats(0, 80),
        "lag_s": st.floats(0.2, 20),
        "gradient_k_per_w": st.floats(-0.05, 0.05),
    }
)
WATTS = st.tuples(st.floats(0, 40), st.floats(0, 40))
LSB_MV = facts.BOARD.logic_mv / 1024


@SLOW_OK
@given(parameters=VARIED, watts=WATTS, seconds=st.sampled_from([0.01, 1, 60]), lifted=st.booleans())
@example(parameters={}, watts=(30.0, 30.0), seconds=600, lifted=False)
def test_no_heat_is_made_or_lost(
    new_bench: NewBench, parameters: Any, watts: Any, seconds: float, lifted: bool
) -> None:
    bench = new_bench(**parameters)
    before_j = bench.stored_j()
    bench.plant.on_body = not lifted
    bench.heat(watts, seconds)
    gained_j = bench.stored_j() - before_j
    assert bench.plant.in_j == pytest.approx(sum(watts) * seconds, rel=1e-9, abs=1e-9)
    assert bench.plant.in_j == pytest.approx(gained_j + bench.plant.to_room_j + bench.plant.to_core_j, abs=1e-5)


@SLOW_OK
@given(parameters=VARIED, lifted=st.booleans(), warm_c=st.sampled_from([None, 20.0, 37.0, 45.0]))
def test_unheated_nothing_passes_the_warmest_or_coldest_around(
    new_bench: NewBench, parameters: Any, lifted: bool, warm_c: float | None
) -> None:
    bench = new_bench(**parameters)
    if warm_c is not None:
        bench.c.plant_warm_start(bench.plant, warm_c)
    bench.plant.on_body = not lifted
    around = [*bench.temperatures(), bench.parameters.room_c, bench.parameters.core_c]
    bench.heat((0.0, 0.0), 120, dt_s=0.05)
    assert all(min(around) - 1e-9 <= t <= max(around) + 1e-9 for t in bench.temperatures())


@SLOW_OK
@given(parameters=VARIED, watts=WATTS)
def test_heated_it_is_never_warmer_than_its_own_capacity_allows(
    new_bench: NewBench, parameters: Any, watts: tuple[float, float]
) -> None:
    bench = new_bench(**parameters)
    around = [*bench.temperatures(), bench.parameters.room_c, bench.parameters.core_c]
    bench.heat(watts, 60)
    bound_c = max(around) + bench.plant.in_j / bench.parameters.pad_j_per_k[0]
    assert all(math.isfinite(t) and min(around) - 1e-9 <= t <= bound_c for t in bench.plant.pad_c)
    assert all(math.isfinite(t) for t in bench.temperatures())


def test_a_covered_pad_warms_by_a_sixth_of_a_kelvin_a_second(new_bench: NewBench) -> None:
    bench = new_bench(contact_w_per_m2k=0.0)
    bench.plant.blanket_factor = 10.0
    bench.heat((30.0, 30.0), 10)
    assert (bench.plant.pad_c[0] - facts.ROOM.temperature_c) / 10 == pytest.approx(30 / 177, rel=0.01)


def test_lying_on_it_40_degrees_take_minutes_and_then_under_15_watts(new_bench: NewBench) -> None:
    bench = new_bench(room_c=25.0)
    seconds = 0
    while bench.plant.pad_c[0] < 40 and seconds < 1000:
        bench.heat((30.0, 30.0), 1)
        seconds += 1
    assert 60 <= seconds <= 300
    for _ in range(18_000):  # 30 min, held by the simplest of controllers
        bench.heat(tuple(30.0 if t < 40 else 0.0 for t in bench.plant.pad_c), 0.1, dt_s=0.1)
    before_j = bench.plant.in_j
    for _ in range(6_000):
        bench.heat(tuple(30.0 if t < 40 else 0.0 for t in bench.plant.pad_c), 0.1, dt_s=0.1)
    assert 5 < (bench.plant.in_j - before_j) / 600 / 2 < 15
    assert 36 < bench.plant.skin_c[0] < 40  # under the pad, above where it began


def test_blood_carries_twice_as_much_at_42_and_no_more_beyond(new_bench: NewBench) -> None:
    def to_core_w(tissue_c: float) -> float:
        bench = new_bench(tissue_to_core_w_per_m2k=0.0)
        bench.plant.tissue_c = (tissue_c, tissue_c)
        bench.heat((0.0, 0.0), 0.01)
        return float(bench.plant.to_core_j) / 0.01 / (tissue_c - facts.BODY.core_c)

    base = 2 * 0.06 * facts.BODY.perfusion_w_per_m2k
    assert to_core_w(36.9) == pytest.approx(base)
    assert to_core_w(39.5) == pytest.approx(base * math.sqrt(2))
    assert to_core_w(42.0) == pytest.approx(2 * base)
    assert to_core_w(44.0) == pytest.approx(2 * base)


def test_zones_warm_each_other_a_little(new_bench: NewBench) -> None:
    bench = new_bench()
    alone = new_bench(neighbour_w_per_k=0.0)
    for each in (bench, alone):
        each.heat((30.0, 0.0), 120)
    assert 0.05 < bench.plant.pad_c[1] - alone.plant.pad_c[1] < 2
    assert bench.plant.pad_c[0] < alone.plant.pad_c[0]


def test_lifted_off_pad_and_skin_cool_to_the_room(new_bench: NewBench) -> None:
    lifted, lying = new_bench(), new_bench()
    lifted.plant.on_body = False
    for bench in (lifted, lying):
        bench.c.plant_warm_start(bench.plant, 40.0)
        bench.heat((0.0, 0.0), 300)
    assert lifted.plant.pad_c[0] < 30
    assert lying.plant.pad_c[0] > 36
    assert lifted.plant.skin_c[0] < lying.plant.skin_c[0]


def test_a_blanket_keeps_it_warm(new_bench: NewBench) -> None:
    bare, covered = new_bench(), new_bench()
    covered.plant.blanket_factor = 3.0
    for bench in (bare, covered):
        bench.heat((10.0, 10.0), 1200)
    assert covered.plant.pad_c[0] > bare.plant.pad_c[0] + 0.5


def test_a_thermistor_lags_by_its_time_constant(new_bench: NewBench) -> None:
    bench = new_bench(gradient_k_per_w=0.0, lag_s=2.0, pad_j_per_k=1e9)
    bench.plant.pad_c = (30.0, 30.0)
    bench.heat((0.0, 0.0), 2.0)
    reached = (bench.plant.sensor_c[0] - facts.ROOM.temperature_c) / (30.0 - facts.ROOM.temperature_c)
    assert reached == pytest.approx(1 - math.exp(-1), abs=0.003)
    assert bench.plant.witness_c[0] == pytest.approx(bench.plant.sensor_c[0])


def test_unevenness_follows_the_power_and_the_witness_is_beside_the_left_one(new_bench: NewBench) -> None:
    bench = new_bench()
    bench.heat((30.0, 0.0), 120)
    left, right, cold_left, cold_right = bench.plant.sensor_c
    assert left - right == pytest.approx(30 * 0.015, abs=0.01)
    assert cold_left == pytest.approx(cold_right)
    assert bench.plant.witness_c[0] == pytest.approx(left)
    bench = new_bench()
    bench.heat((0.0, 30.0), 120)
    assert bench.plant.witness_c[1] == pytest.approx(bench.plant.sensor_c[2])
    assert bench.plant.sensor_c[2] - bench.plant.sensor_c[3] == pytest.approx(30 * 0.015, abs=0.01)


@pytest.mark.parametrize(
    ("temperature_c", "ohm"),
    [(25.0, 10_000.0), (0.0, 33_620.0), (50.0, 3_588.0)],  # of a 10 k, B 3950 thermistor's data sheet curve
)
def test_a_thermistor_is_read_by_its_divider(new_bench: NewBench, temperature_c: float, ohm: float) -> None:
    bench = new_bench(noise_lsb=0.0)
    bench.c.plant_warm_start(bench.plant, temperature_c)
    expected = 64 * math.floor(1024 * ohm / (ohm + 10_000))
    assert bench.c.plant_adc_sum(bench.plant, 0) == pytest.approx(expected, abs=64)
    assert bench.c.plant_adc_mv(bench.plant, 5) == pytest.approx(5000 * ohm / (ohm + 10_000), rel=0.002)


@pytest.mark.parametrize("channel", range(6))
def test_open_reads_the_top_of_the_range_and_shorted_the_bottom(new_bench: NewBench, channel: int) -> None:
    bench = new_bench()
    bench.plant.ntc[channel] = bench.c.PLANT_NTC_OPEN
    assert bench.c.plant_adc_sum(bench.plant, channel) > 64 * 1020
    bench.plant.ntc[channel] = bench.c.PLANT_NTC_SHORTED
    assert bench.c.plant_adc_sum(bench.plant, channel) < 64 * 3
    others = [bench.c.plant_adc_sum(bench.plant, other) for other in range(6) if other != channel]
    assert all(64 * 120 < code < 64 * 900 for code in others)


def test_offsets_are_errors_of_the_thermistor_not_of_the_pad(new_bench: NewBench) -> None:
    bench = new_bench(sensor_offset_k=-5.0, witness_offset_k=2.0)
    truth = new_bench()
    for channel in range(4):  # colder: more ohm
        assert bench.c.plant_pin_v(bench.plant, channel) > truth.c.plant_pin_v(truth.plant, channel)
    for channel in (4, 5):
        assert bench.c.plant_pin_v(bench.plant, channel) < truth.c.plant_pin_v(truth.plant, channel)
    assert bench.plant.sensor_c[0] == facts.ROOM.temperature_c


def test_noise_is_one_code_a_conversion_and_repeats_with_its_seed(new_bench: NewBench) -> None:
    def sums(seed: int) -> list[int]:
        bench = new_bench(seed=seed)
        return [bench.c.plant_adc_sum(bench.plant, 0) for _ in range(2000)]

    bench = new_bench()
    conversions = [bench.c.plant_adc_mv(bench.plant, 0) / LSB_MV for _ in range(5000)]
    assert statistics.stdev(conversions) == pytest.approx(1.0, rel=0.05)
    assert statistics.stdev(sums(1)) == pytest.approx(8.0, rel=0.1)  # the square root of 64 conversions
    assert sums(1) == sums(1) != sums(2)


@pytest.mark.parametrize(("gates", "parallel"), [((False, False), 0), ((True, False), 1), ((True, True), 2)])
def test_rail_and_current_obey_ohm(new_bench: NewBench, gates: tuple[bool, bool], parallel: int) -> None:
    bench = new_bench(board_a=0.0, noise_lsb=0.0)
    bench.switch(gates)
    amps = parallel * 24 / (19.2 + parallel * 0.15)
    assert bench.plant.supply_a == pytest.approx(amps)
    assert bench.plant.rail_v == pytest.approx(24 - 0.15 * amps)
    assert list(bench.plant.heater_w) == pytest.approx([(amps / max(parallel, 1)) ** 2 * 19.2 * gate for gate in gates])
    assert bench.c.plant_adc_mv(bench.plant, 6) == pytest.approx(1000 * bench.plant.rail_v * 10 / 66)
    assert bench.c.plant_adc_mv(bench.plant, 7) == pytest.approx(1000 * amps)


def test_motors_draw_by_their_duty(new_bench: NewBench) -> None:
    bench = new_bench(board_a=0.0)
    bench.switch((False, False), motors=0.5)
    assert bench.plant.supply_a == pytest.approx(4 * 0.06)
    assert bench.plant.rail_v == pytest.approx(24 - 0.15 * 4 * 0.06)


def test_upper_switches_live_a_tenth_of_a_second_after_the_last_edge(new_bench: NewBench) -> None:
    bench = new_bench()
    assert not bench.c.plant_upper_on(bench.plant)
    bench.c.plant_enable_edge(bench.plant)
    bench.heat((0.0, 0.0), 0.09)
    assert bench.c.plant_upper_on(bench.plant)
    bench.heat((0.0, 0.0), 0.01)
    assert not bench.c.plant_upper_on(bench.plant)


def test_a_shorted_lower_switch_needs_the_upper_one(new_bench: NewBench) -> None:
    bench = new_bench()
    bench.plant.mosfet_shorted[0] = True
    bench.c.plant_switch(bench.plant, (False, False), (0.0,) * 4)
    assert list(bench.plant.heater_w) == [0.0, 0.0]
    bench.switch((False, False))
    assert bench.plant.heater_w[0] > 28
    assert bench.plant.heater_w[1] == 0.0


def test_a_reset_mends_everything(new_bench: NewBench) -> None:
    bench = new_bench()
    bench.plant.ntc[0] = bench.c.PLANT_NTC_OPEN
    bench.plant.mosfet_shorted[1] = True
    bench.heat((30.0, 30.0), 10)
    bench.c.plant_reset(bench.plant, bench.parameters, 1)
    fresh = new_bench()
    assert bytes(bench.ffi.buffer(bench.plant)) == bytes(fresh.ffi.buffer(fresh.plant))
