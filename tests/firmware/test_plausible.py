"""All rules together on a pad of two zones: which thermistor counts for which rule, and what is held back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plausibility import OPEN_SUM, SHORT_SUM, Zones, core, interface
from poultice.link.contract import Fault, SensorTrust

LUMBAR, UPPER_BACK = 0, 1
SENSORS_OF = {LUMBAR: (0, 1), UPPER_BACK: (2, 3)}
BOTH = pytest.mark.parametrize("zone", [LUMBAR, UPPER_BACK])


def cuts_ahead(zones: Zones) -> list[bool]:
    return [core().plausible_cuts_ahead(zones.memory, zone) for zone in (LUMBAR, UPPER_BACK)]


def uneven(zones: Zones) -> list[bool]:
    return [core().plausible_uneven(zones.memory, zone) for zone in (LUMBAR, UPPER_BACK)]


def held(zones: Zones) -> list[bool]:
    return [core().plausible_not_warming(zones.memory, zone) for zone in (LUMBAR, UPPER_BACK)]


def only(zone: int) -> list[bool]:
    return [zone == LUMBAR, zone == UPPER_BACK]


@pytest.fixture
def zones() -> Zones:
    pad = Zones()
    pad.show(25.0)
    assert pad.faults == set()
    return pad


def test_a_reset_forgets_everything(zones: Zones) -> None:
    interface().buffer(zones.memory)[:] = b"\xff" * interface().sizeof("struct plausible")
    core().plausible_reset(zones.memory)
    assert bytes(interface().buffer(zones.memory)) == bytes(interface().sizeof("struct plausible"))


def test_a_pad_at_rest_has_no_faults(zones: Zones) -> None:
    zones.show(25.0, cycles=3000)
    assert zones.ever == set()
    assert (cuts_ahead(zones), uneven(zones), held(zones)) == ([False] * 2, [False] * 2, [False] * 2)


# ---- jump and boot window --------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(6))
def test_each_thermistor_that_jumps_loses_trust_and_the_third_time_is_a_fault(zones: Zones, number: int) -> None:
    thermistors = [*zones.sensors, *zones.witnesses]
    zones.show(28.0, (number,))
    assert [one.trust for one in thermistors].count(SensorTrust.JUMPED) == 1
    assert thermistors[number].trust == SensorTrust.JUMPED
    zones.show(25.0, (number,))
    assert zones.faults == set()
    zones.show(28.0, (number,))
    assert zones.faults == {Fault.SENSOR_JUMP}
    zones.show(28.0, (number,))
    assert zones.faults == set()


def test_three_thermistors_that_jump_once_each_are_no_fault(zones: Zones) -> None:
    for number in range(6):
        zones.show(28.0, (number,))
    assert zones.ever == set()


@pytest.mark.parametrize("number", range(6))
@pytest.mark.parametrize(("celsius", "faults"), [(2.9, {Fault.BOOT_WINDOW}), (3.0, set()), (43.0, set())])
def test_the_first_reading_of_each_is_judged(number: int, celsius: float, faults: set[Fault]) -> None:
    zones = Zones()
    zones.show(celsius, (number,))
    assert zones.faults == faults
    assert core().plausible_boot_outside(zones.memory) is bool(faults)
    zones.glide(25.0, (number,), from_c=celsius)
    assert zones.faults == faults


# ---- look-ahead ------------------------------------------------------------------------------------------------


@BOTH
@pytest.mark.parametrize("which", [0, 1])
def test_the_hotter_sensor_leads_the_look_ahead(zones: Zones, zone: int, which: int) -> None:
    zones.glide(38.0)
    zones.show(38.0, cycles=100)
    sensor = SENSORS_OF[zone][which]
    celsius = 38.0
    while not any(cuts_ahead(zones)) and celsius < 43.0:
        celsius = round(celsius + 0.05, 2)
        zones.show(celsius, (sensor,))
    assert cuts_ahead(zones) == only(zone)
    assert zones.faults == {Fault.LOOK_AHEAD}
    assert 40.0 <= celsius <= 42.0  # 0.5 K/s: 40.0 were it seen without delay
    zones.show(celsius, cycles=100)
    assert zones.faults == set()


def test_a_zone_that_loses_a_sensor_forgets_its_slope_and_keeps_its_cut(zones: Zones) -> None:
    zones.glide(42.0)
    assert cuts_ahead(zones) == [True, True]
    zones.feed(OPEN_SUM, (1,))
    assert (cuts_ahead(zones), zones.faults) == ([True, True], {Fault.LOOK_AHEAD})
    zones.show(42.0, (1,))
    zones.show(42.0, cycles=19)
    assert cuts_ahead(zones) == [False, True]  # the other zone still knows how fast it rose


def test_blindness_forgets_the_slopes_and_nothing_else(zones: Zones) -> None:
    zones.glide(42.0)
    core().plausible_blind(zones.memory)
    assert cuts_ahead(zones) == [True, True]
    assert not any(slope.begun for slope in zones.memory.slopes)
    zones.show(42.0)
    assert cuts_ahead(zones) == [False, False]


def test_blindness_touches_no_other_byte(zones: Zones) -> None:
    memory = interface().buffer(zones.memory)
    memory[:] = b"\x01" * len(memory)
    core().plausible_blind(zones.memory)
    assert not any(slope.begun for slope in zones.memory.slopes)
    for slope in zones.memory.slopes:
        slope.begun = True
    assert bytes(memory) == b"\x01" * len(memory)


# ---- witness and pair ------------------------------------------------------------------------------------------


@BOTH
def test_the_witness_is_held_against_the_sensor_beside_it(zones: Zones, zone: int) -> None:
    zones.glide(36.0)
    zones.glide(33.0, (SENSORS_OF[zone][1],), from_c=36.0)  # the other sensor of the zone
    zones.show(33.0, (SENSORS_OF[zone][1],), cycles=200)
    assert Fault.WITNESS_DISAGREES not in zones.ever
    zones.glide(39.0, (4 + zone,), from_c=36.0)
    zones.show(39.0, (4 + zone,), cycles=100)
    assert Fault.WITNESS_DISAGREES in zones.faults


@BOTH
@pytest.mark.parametrize("total", [OPEN_SUM, SHORT_SUM])
def test_a_witness_that_is_lost_disagrees(zones: Zones, zone: int, total: int) -> None:
    zones.glide(36.0)
    zones.feed(total, (4 + zone,), cycles=99)
    assert zones.faults == set()
    zones.feed(total, (4 + zone,))
    assert zones.faults == {Fault.WITNESS_DISAGREES}


@BOTH
@pytest.mark.parametrize("which", [0, 1])
def test_uneven_is_each_zone_by_itself(zones: Zones, zone: int, which: int) -> None:
    zones.glide(36.0)
    sensor = SENSORS_OF[zone][which]
    zones.glide(31.0, (sensor,), from_c=36.0)
    zones.show(31.0, (sensor,), cycles=300)
    assert uneven(zones) == only(zone)
    assert Fault.PAIR_UNEVEN in zones.faults
    assert Fault.PAIR_DEAF not in zones.ever


@BOTH
def test_one_that_came_off_is_deaf(zones: Zones, zone: int) -> None:
    zones.view.duty_permille = [300, 300]
    sensor = SENSORS_OF[zone][1]  # has no witness
    zones.glide(38.0)
    zones.glide(22.0, (sensor,), from_c=38.0, step_c=1.0)
    zones.show(22.0, (sensor,), cycles=1189)
    assert zones.faults == {Fault.PAIR_UNEVEN}
    zones.show(22.0, (sensor,), cycles=11)
    assert zones.faults == {Fault.PAIR_UNEVEN, Fault.PAIR_DEAF}


@pytest.mark.parametrize(("duty", "deaf"), [(0, False), (1, True)])
def test_deafness_needs_duty(zones: Zones, duty: int, deaf: bool) -> None:
    zones.glide(38.0)
    zones.view.duty_permille = [duty, 0]
    zones.glide(22.0, (1, 3), from_c=38.0, step_c=1.0)
    zones.show(22.0, (1, 3), cycles=1300)
    assert (Fault.PAIR_DEAF in zones.ever) is deaf


def test_where_one_of_two_is_not_trusted_nothing_is_compared(zones: Zones) -> None:
    zones.glide(38.0)
    zones.view.duty_permille = [1000, 1000]
    zones.feed(SHORT_SUM, (1, 3), cycles=2000)
    assert (uneven(zones), zones.ever) == ([False, False], set())


# ---- heat ------------------------------------------------------------------------------------------------------


@BOTH
def test_not_warming_is_each_zone_by_itself(zones: Zones, zone: int) -> None:
    zones.view.target_centi_c = [4000, 4000]
    zones.view.duty_permille = [900 if each == zone else 899 for each in (LUMBAR, UPPER_BACK)]
    zones.show(25.0, cycles=1801)
    assert held(zones) == only(zone)
    assert zones.faults == {Fault.NOT_WARMING}
    zones.view.target_centi_c = [0, 0]
    zones.show(25.0)
    assert (held(zones), zones.faults) == ([False, False], set())


def test_a_weak_supply_gives_what_it_can(zones: Zones) -> None:
    zones.view.target_centi_c, zones.view.full_deci_w = [4000, 4000], [75, 76]
    zones.view.duty_permille = [980, 880]
    zones.show(25.0, cycles=1801)
    assert held(zones) == only(LUMBAR)


@BOTH
def test_what_warms_without_duty_is_told(zones: Zones, zone: int) -> None:
    zones.glide(38.0)
    zones.show(38.0, cycles=600)
    pair = (*SENSORS_OF[zone], 4 + zone)
    zones.glide(39.2, pair, from_c=38.0, step_c=0.02)
    zones.show(39.2, pair, cycles=10)
    assert zones.faults == {Fault.WARMS_BY_ITSELF}
    zones.view.duty_permille = [1 if each == zone else 0 for each in (LUMBAR, UPPER_BACK)]
    zones.show(39.2, pair)
    assert zones.faults == set()


def test_two_zones_may_have_different_faults(zones: Zones) -> None:
    zones.glide(36.0)
    zones.glide(31.0, (1,), from_c=36.0)
    zones.feed(OPEN_SUM, (5,), cycles=300)
    assert zones.faults == {Fault.PAIR_UNEVEN, Fault.WITNESS_DISAGREES}


# ---- whatever it sees ------------------------------------------------------------------------------------------

SUMS = st.sampled_from([0, SHORT_SUM, 120 * 64, 20000, 32768, 40000, 900 * 64, OPEN_SUM, 65472, 65535])


@given(
    cycles=st.lists(
        st.tuples(st.lists(SUMS, min_size=6, max_size=6), st.sampled_from([0, 1, 100, 299, 300, 65535])),
        min_size=1,
        max_size=40,
    ),
    duty=st.tuples(st.sampled_from([0, 1, 980, 1000]), st.sampled_from([0, 1, 980, 1000])),
    full=st.tuples(st.sampled_from([1, 75, 300, 65535]), st.sampled_from([1, 75, 300, 65535])),
    target=st.sampled_from([0, 4200]),
)
@settings(max_examples=200)
def test_nothing_that_can_be_read_is_undefined(
    cycles: list[tuple[list[int], int]], duty: tuple[int, int], full: tuple[int, int], target: int
) -> None:
    """Undefined behaviour would end the process. What is open or shorted is never jumped, and the reverse."""
    zones = Zones()
    zones.view.duty_permille, zones.view.full_deci_w, zones.view.target_centi_c = duty, full, (target, target)
    for sums, elapsed_ms in cycles:
        zones.sums = sums
        zones.cycle(elapsed_ms)
        for one, total in zip((*zones.sensors, *zones.witnesses), sums, strict=True):
            bad = total < 120 * 64 or total > 900 * 64
            assert (one.trust in (SensorTrust.OPEN, SensorTrust.SHORT)) is bad
