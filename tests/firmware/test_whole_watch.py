"""What the parts find out reaches the judge, the button, the record and the host: the whole core, fault by fault."""

from __future__ import annotations

from typing import Any

import pytest
from native import ALL_PASSED, BANDGAP_SUM, NOTHING, Device, Wish, current_sum, heat, massage, rail_sum, sum_of
from poultice.link import contract
from poultice.link.contract import (
    DeviceState,
    DisarmReason,
    EventKind,
    Fault,
    LimitedBy,
    Refusal,
    ResetCause,
    SelfTest,
    SensorTrust,
)

WARM = heat(20.0, 40.0)
POISON = 0xFFFF
CYCLE_LATE_MS = 270  # an ADC that takes longer is not believed


def heating(device: Device) -> Device:
    device.arm()
    device.run(2000, WARM)
    assert all(device.heater_permille)
    device.messages.clear()
    return device


def told(device: Device) -> contract.Status:
    """The newest STATUS; no time passes."""
    return next(each for each in reversed(device.messages) if isinstance(each, contract.Status))


def record_of(device: Device) -> dict[str, Any]:
    """What a shell would have in its EEPROM."""
    kept = device.kept
    assert kept is not None, "nothing was handed over"
    return {"record_found": True, "record": kept}


def restarted(device: Device, cause: ResetCause = ResetCause.POWER_ON, **start: Any) -> Device:
    again = Device(reset_cause=cause, **record_of(device), **start)
    again.settle()
    return again


# ---- the converter ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("bandgap_sum", BANDGAP_SUM * 1056 // 1000, Fault.ADC_REFERENCE),
        ("bandgap_sum", BANDGAP_SUM * 944 // 1000, Fault.ADC_REFERENCE),
        ("bandgap_sum", POISON, Fault.ADC_STUCK),
        ("ground_sum", 2000, Fault.ADC_STUCK),
        ("ground_sum", POISON, Fault.ADC_STUCK),
        ("rail_sum", POISON, Fault.ADC_STUCK),
        ("quiet_sum", POISON, Fault.ADC_STUCK),
    ],
)
def test_a_converter_that_lies_ends_heat_and_locks(device: Device, field: str, value: int, fault: Fault) -> None:
    heating(device)
    device.overrides[field] = value
    device.cycle(device.next_demand(WARM))
    assert not any(device.heater_permille), "nothing that it measured is believed"
    assert device.latched == set(), "one disturbed conversion is not a broken converter"
    assert told(device).zone_limited_by == (LimitedBy.SENSOR,) * 2
    assert {*told(device).sensor_trust, *told(device).witness_trust} == {SensorTrust.NOT_READ_YET}
    device.cycle(device.next_demand(WARM))
    assert device.latched == {fault}
    assert not device.self_tests & 1 << SelfTest.ADC


@pytest.mark.parametrize(
    ("array", "index"),
    [
        ("sensor_sum", 0),
        ("sensor_sum", 3),
        ("witness_sum", 0),
        ("witness_sum", 1),
        ("current_sum", 0),
        ("current_sum", 3),
    ],
)
def test_a_channel_that_was_not_converted_is_no_reading(device: Device, array: str, index: int) -> None:
    heating(device)
    getattr(device.inputs, array)[index] = POISON
    device.cycle(device.next_demand(WARM))
    assert not any(device.heater_permille)
    device.cycle(device.next_demand(WARM))
    assert Fault.ADC_STUCK in device.latched


def test_a_current_that_was_not_valid_may_be_poison(device: Device) -> None:
    heating(device)
    device.inputs.current_valid[1] = False
    device.inputs.current_sum[1] = POISON
    device.inputs.quiet_valid = False
    device.overrides["quiet_sum"] = POISON
    device.run(1000, WARM)
    assert all(device.heater_permille)


def test_a_new_board_is_compared_with_what_it_first_read() -> None:
    device = Device()
    device.overrides["bandgap_sum"] = BANDGAP_SUM * 108 // 100
    heating(device)
    again = restarted(device)
    again.overrides["bandgap_sum"] = BANDGAP_SUM * 102 // 100  # 5.6 % less than it was
    again.run(300)
    assert again.latched == {Fault.ADC_REFERENCE}


def test_what_a_new_board_reads_while_its_converter_lies_is_nothing_to_compare_with() -> None:
    device = Device()
    device.overrides.update(bandgap_sum=BANDGAP_SUM * 108 // 100, ground_sum=2000)
    device.run(100)
    device.overrides.clear()
    device.run(500)
    assert device.latched == set()
    assert device.faults == set()
    assert record_of(device)["record"]["bandgap_sum"] == BANDGAP_SUM


# ---- self-tests ------------------------------------------------------------------------------------------------

LOCKS = {
    SelfTest.REGISTERS: Fault.RAM_CHANGED,
    SelfTest.RAM: Fault.RAM_CHANGED,
    SelfTest.STACK: Fault.RAM_CHANGED,
    SelfTest.FLASH: Fault.FLASH_CHANGED,
    SelfTest.CLOCK: Fault.CLOCK_WRONG,
}


@pytest.mark.parametrize("test", LOCKS)
def test_a_test_of_the_chip_that_fails_locks_in_its_step(device: Device, test: SelfTest) -> None:
    heating(device)
    device.inputs.self_tests = ALL_PASSED & ~(1 << test)
    device.step(device.next_demand(WARM))
    assert device.all_off
    assert device.latched == {LOCKS[test]}


@pytest.mark.parametrize("test", [SelfTest.WATCHDOG, SelfTest.OUTPUTS, SelfTest.RECORD])
def test_without_these_nothing_arms(device: Device, test: SelfTest) -> None:
    device.inputs.self_tests = ALL_PASSED & ~(1 << test)
    device.settle()
    device.messages.clear()
    device.press(500)
    assert device.take_events()[-1] == (EventKind.REFUSED, Refusal.SELF_TEST_FAILED)
    assert device.latched == set()


def test_nothing_is_cleared_while_a_test_fails(device: Device) -> None:
    device.settle()
    device.inputs.self_tests = ALL_PASSED & ~(1 << SelfTest.CLOCK)
    device.run(100)
    device.press(3000)
    assert device.take_events()[-1] == (EventKind.REFUSED, Refusal.SELF_TEST_FAILED)
    device.inputs.self_tests = ALL_PASSED
    device.press(3000)
    assert (EventKind.CLEARED, 0) in device.take_events()
    assert device.latched == set()


def test_nothing_is_cleared_that_is_still_there(device: Device) -> None:
    device.warm(36.0)
    device.settle()
    device.inputs.witness_sum[0] = sum_of(32.0)
    device.run(14_000)
    assert device.latched == {Fault.WITNESS_DISAGREES}
    device.press(3000)
    assert device.take_events()[-1] == (EventKind.REFUSED, Refusal.SELF_TEST_FAILED)
    device.inputs.witness_sum[0] = sum_of(36.0)
    device.run(14_000)
    device.press(3000)
    assert device.latched == set()


# ---- the hardware trip -----------------------------------------------------------------------------------------


def test_each_arming_tests_one_zone_in_turn(device: Device) -> None:
    device.settle()
    tested = []
    for _ in range(3):
        device.inputs.button_pressed = True
        device.run(50)
        tested.append(device.tested_zones)
        device.run(450)
        device.inputs.button_pressed = False
        device.run(50)
        assert device.supervisor.armed_ms > 0
        assert device.latched == set(), "a provoked trip is no evidence"
        device.press(50)
        device.run(100)
        device.tested_zones = set()
    assert tested == [{1}, {2}, {1}]


def test_a_trip_that_does_not_answer_lets_nothing_arm(device: Device) -> None:
    device.settle()
    device.trip_answers = False
    device.press(500)
    assert device.take_events()[-2:] == [
        (EventKind.REFUSED, Refusal.TRIP_TEST_FAILED),
        (EventKind.FAULT, Fault.TRIP_TEST_FAILED),
    ]
    assert not device.self_tests & 1 << SelfTest.TRIP
    assert device.supervisor.armed_ms == 0
    device.trip_answers = True
    device.run(2500)
    device.press(500)
    assert device.supervisor.armed_ms > 0
    assert device.self_tests == ALL_PASSED


def test_a_trip_that_nobody_provoked_locks_for_good(device: Device) -> None:
    heating(device)
    device.latch_tripped = True
    device.run(300, WARM)
    assert device.all_off
    assert device.latched == {Fault.HARDWARE_TRIP}
    assert device.status().state is DeviceState.LATCHED_C


def test_a_broken_wire_trips_it_too_and_is_no_proof_of_heat(device: Device) -> None:
    device.warm(36.0)
    heating(device)
    device.inputs.witness_sum[0] = 65_472
    device.latch_tripped = True
    device.run(9500, WARM)
    assert Fault.HARDWARE_TRIP not in device.latched
    device.run(1500, WARM)
    assert device.latched == {Fault.WITNESS_DISAGREES}


def test_a_trip_provoked_before_a_restart_is_no_proof_of_heat_while_the_button_is_held() -> None:
    device = Device()
    device.inputs.button_pressed = True
    device.latch_tripped = True
    device.run(1000)
    assert device.latched == set()
    device.inputs.button_pressed = False
    device.run(2000)
    assert device.latched == set()


def test_a_fault_while_the_trip_answers_arms_nothing(device: Device) -> None:
    device.settle()
    device.inputs.button_pressed = True
    device.run(400)
    device.inputs.self_tests = ALL_PASSED & ~(1 << SelfTest.CLOCK)
    device.inputs.button_pressed = False
    device.run(100)
    assert device.supervisor.armed_ms == 0
    assert device.latched == {Fault.CLOCK_WRONG}


def test_the_record_store_failing_during_the_press_refuses_it(device: Device) -> None:
    device.settle()
    device.inputs.button_pressed = True
    device.run(400)
    device.inputs.button_pressed = False
    device.run(30)
    device.inputs.self_tests = ALL_PASSED & ~(1 << SelfTest.RECORD)
    device.run(100)
    assert device.take_events()[-1] == (EventKind.REFUSED, Refusal.SELF_TEST_FAILED)
    assert device.supervisor.armed_ms == 0


# ---- currents --------------------------------------------------------------------------------------------------


def test_a_stuck_switch_is_checked_with_the_rail_on_and_locks_for_good(device: Device) -> None:
    heating(device)
    device.overrides["quiet_sum"] = current_sum(1.25)
    device.cycle(device.next_demand(WARM))
    assert device.heater_permille == (0, 0)
    assert device.outputs.enable, "a lower switch shows only while the upper one conducts"
    assert device.latched == set()
    assert told(device).zone_limited_by == (LimitedBy.CHECK,) * 2
    device.run(300, WARM)
    assert device.latched == {Fault.HEATER_STUCK_ON}
    assert device.all_off
    assert not device.self_tests & 1 << SelfTest.OUTPUTS


def test_a_rail_without_the_enable_locks_for_good(device: Device) -> None:
    device.settle()
    device.overrides["rail_sum"] = rail_sum(24.0)
    device.run(1000)
    assert device.latched == {Fault.RAIL_STUCK_ON}
    assert device.status().state is DeviceState.LATCHED_C
    assert not device.self_tests & 1 << SelfTest.OUTPUTS


def test_a_lock_while_a_switch_is_checked_ends_the_rail_at_once(device: Device) -> None:
    heating(device)
    device.overrides["quiet_sum"] = current_sum(1.25)
    device.cycle(device.next_demand(WARM))
    assert device.outputs.enable
    device.inputs.self_tests = ALL_PASSED & ~(1 << SelfTest.FLASH)
    device.step(device.next_demand(WARM))
    assert device.all_off


def test_a_hit_that_does_not_come_again_costs_a_moment(device: Device) -> None:
    heating(device)
    device.overrides["quiet_sum"] = current_sum(1.25)
    device.cycle(device.next_demand(WARM))
    assert not any(device.heater_permille)
    del device.overrides["quiet_sum"]
    device.cycle(device.next_demand(WARM))
    assert all(device.heater_permille)
    assert device.latched == set()


def test_massage_waits_while_a_switch_is_checked(device: Device) -> None:
    device.run(500, massage(50))
    assert any(device.motor_pwm)
    device.overrides["quiet_sum"] = current_sum(1.25)
    device.cycle(device.next_demand(massage(50)))
    assert not any(device.motor_pwm)
    assert not device.outputs.enable, "it was still, so it stays still"


def test_a_low_supply_pauses_heat_and_locks_nothing(device: Device) -> None:
    heating(device)
    device.rail_v = 10.0
    device.run(200, WARM)
    assert not any(device.heater_permille)
    assert device.status().zone_limited_by == (LimitedBy.SUPPLY,) * 2
    assert device.faults == {Fault.SUPPLY_DIP}
    device.rail_v = 24.0
    device.run(3000, WARM)
    assert all(device.heater_permille)
    assert device.latched == set()


@pytest.mark.parametrize(("zone", "amps"), [(0, (0.0, 0.0, 1.25, 1.25)), (1, (0.0, 1.25, 0.0, 1.25))])
def test_an_element_without_current_locks_after_a_second(
    device: Device, zone: int, amps: tuple[float, float, float, float]
) -> None:
    heating(device)
    device.inputs.current_sum = [current_sum(each) for each in amps]
    device.run(900, WARM)
    assert device.latched == set()
    assert device.heater_permille[zone] > 0
    device.run(400, WARM)
    assert device.latched == {Fault.HEATER_OPEN}
    assert device.all_off


def test_a_rail_that_was_switched_off_may_come_back_as_the_strongest(device: Device) -> None:
    """20 V were measured; a moment without the rail, and the next heat is dosed for 26.4 V, the highest allowed."""
    device.rail_v = 20.0
    device.inputs.current_sum = [current_sum(amps) for amps in (0.0, 1.0417, 1.0417, 2.0833)]
    device.arm()
    device.run(6000, WARM)
    weak = device.status().zone_full_power_deci_w
    device.run(100, NOTHING)
    assert not device.outputs.enable
    device.run(100, NOTHING)
    strong = told(device).zone_full_power_deci_w
    for before_deci_w, after_deci_w in zip(weak, strong, strict=True):
        assert after_deci_w == pytest.approx(before_deci_w * (26.4 / 20.0) ** 2, rel=0.02)


def test_a_blocked_motor_stops_all_motors_until_the_host_asks_for_none(device: Device) -> None:
    device.run(3000, massage(100))
    device.inputs.current_sum[0] = current_sum(1.2)
    device.run(1000, massage(100))
    assert not any(device.motor_pwm)
    assert device.faults == {Fault.MOTOR_CURRENT}
    device.inputs.current_sum[0] = 0
    device.run(1000, massage(100))
    assert not any(device.motor_pwm)
    device.run(200, NOTHING)
    device.run(1000, massage(100))
    assert any(device.motor_pwm)


# ---- what the zones are held by --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hold", "limit"),
    [
        ("look_ahead", LimitedBy.LOOK_AHEAD),
        ("dose_full", LimitedBy.DOSE),
        ("not_warming", LimitedBy.NOT_WARMING),
        ("uneven", LimitedBy.NONE),
    ],
)
def test_a_hold_keeps_heat_from_its_zone_alone(device: Device, hold: str, limit: LimitedBy) -> None:
    heating(device)
    setattr(device.supervisor.holds[1], hold, True)
    device.step(device.next_demand(WARM), elapsed_ms=0)
    assert device.heater_permille[0] > 0
    assert (device.heater_permille[1] == 0) is (limit is not LimitedBy.NONE)


@pytest.mark.parametrize(
    ("celsius", "limit"), [(37.99, LimitedBy.NONE), (38.0, LimitedBy.UNEVEN), (38.01, LimitedBy.UNEVEN)]
)
def test_an_uneven_zone_is_heated_to_38_degrees(device: Device, celsius: float, limit: LimitedBy) -> None:
    heating(device)
    device.warm(celsius)
    device.cycle(device.next_demand(WARM))
    device.supervisor.holds[0].uneven = True
    device.step(device.next_demand(WARM), elapsed_ms=0)
    assert device.limited_by(0) == limit
    assert (device.heater_permille[0] > 0) is (limit is LimitedBy.NONE)
    assert device.heater_permille[1] > 0


@pytest.mark.parametrize("zone", [0, 1])
def test_a_zone_that_does_not_warm_is_held_alone(device: Device, zone: int) -> None:
    """At full power for three minutes; the other one has too little power to expect it."""
    device.arm()
    power = [100, 100]
    power[zone] = 300
    wish = Wish((power[0], power[1]), (4000, 4000))
    device.run(4000, wish)
    for _ in range(1700):
        device.cycle(device.next_demand(wish))
    assert all(device.heater_permille)
    for _ in range(100):
        device.cycle(device.next_demand(wish))
    assert device.limited_by(zone) is LimitedBy.NOT_WARMING
    assert device.heater_permille[zone] == 0
    assert device.heater_permille[1 - zone] > 0
    assert device.faults == {Fault.NOT_WARMING}


@pytest.mark.parametrize("zone", [0, 1])
def test_whether_a_zone_should_warm_is_said_by_its_own_target(device: Device, zone: int) -> None:
    """The other one is nearly where it shall be: full power need not warm it."""
    device.arm()
    targets = [2600, 2600]
    targets[zone] = 4000
    wish = Wish((300, 300), (targets[0], targets[1]))
    device.run(4000, wish)
    for _ in range(1850):
        device.cycle(device.next_demand(wish))
    assert device.limited_by(zone) is LimitedBy.NOT_WARMING
    assert device.heater_permille[1 - zone] > 0
    assert device.faults == {Fault.NOT_WARMING}


@pytest.mark.parametrize(("celsius", "target_c"), [(25.0, 40.0), (-6.0, 0.01)])
def test_an_arming_forgets_what_did_not_warm_before_it(device: Device, celsius: float, target_c: float) -> None:
    """To whatever target; the press that ends the arming ends the hold with the next cycle."""
    device.arm()
    device.warm(celsius)
    wish = heat(30.0, target_c)
    device.run(4000, wish)
    for _ in range(1850):
        device.cycle(device.next_demand(wish))
    assert device.faults == {Fault.NOT_WARMING}
    device.press(500, wish)
    device.run(200, wish)
    assert device.supervisor.armed_ms == 0
    assert device.faults == set()


def test_nothing_is_cleared_while_nothing_is_measured(device: Device) -> None:
    device.settle()
    device.adc_runs = False
    device.run(500)
    assert device.latched == {Fault.ADC_STUCK}
    device.press(3000)
    assert device.take_events()[-1] == (EventKind.REFUSED, Refusal.SENSOR_UNTRUSTED)
    assert device.latched == {Fault.ADC_STUCK}


def show_zone(device: Device, zone: int, celsius: float) -> None:
    """The next cycle sees this in both sensors of a zone and in its witness."""
    for sensor in (2 * zone, 2 * zone + 1):
        device.inputs.sensor_sum[sensor] = sum_of(round(celsius, 2))
    device.inputs.witness_sum[zone] = sum_of(round(celsius, 2))


def rising(device: Device, zone: int, to_c: float) -> float:
    """By 0.4 K/s from 38 °C until it is cut ahead; gives where that was."""
    device.warm(38.0)
    heating(device)
    celsius = 38.0
    while celsius < to_c and device.limited_by(zone) is not LimitedBy.LOOK_AHEAD:
        celsius += 0.04
        show_zone(device, zone, celsius)
        device.cycle(device.next_demand(heat(20.0, 41.5)))
    return celsius


@pytest.mark.parametrize("zone", [0, 1])
def test_a_zone_that_rises_fast_is_cut_ahead_alone(device: Device, zone: int) -> None:
    assert 40.9 <= rising(device, zone, 42.5) <= 42.0
    assert device.heater_permille[zone] == 0
    assert device.heater_permille[1 - zone] > 0
    assert device.faults == {Fault.LOOK_AHEAD}


@pytest.mark.parametrize("lies", [False, True])
def test_how_fast_it_rose_before_the_converter_lied_says_nothing(device: Device, lies: bool) -> None:
    rising(device, 0, 40.8)
    assert device.faults == set()
    if lies:
        device.overrides["ground_sum"] = 2000
        device.cycle(device.next_demand(WARM))
        device.overrides.clear()
    show_zone(device, 0, 41.4)
    device.cycle(device.next_demand(heat(20.0, 41.5)))
    assert device.faults == (set() if lies else {Fault.LOOK_AHEAD})


@pytest.mark.parametrize("zone", [0, 1])
def test_a_zone_whose_sensors_differ_is_uneven_alone(device: Device, zone: int) -> None:
    device.warm(38.5)
    heating(device)
    celsius = 38.5
    for _ in range(400):
        celsius = max(33.5, celsius - 0.1)
        device.inputs.sensor_sum[2 * zone + 1] = sum_of(round(celsius, 2))
        device.cycle(device.next_demand(WARM))
    assert device.limited_by(zone) is LimitedBy.UNEVEN
    assert device.heater_permille[zone] == 0
    assert device.heater_permille[1 - zone] > 0


def test_a_full_dose_is_told_and_ends_the_heat_of_its_zone(device: Device) -> None:
    heating(device)
    device.warm(42.4, [0, 1])
    device.inputs.witness_sum[0] = sum_of(42.4)
    wish = heat(20.0, 42.0)
    seconds = 8 * 60 / (0.25**0.6 - 10 / (24 * 60))  # less what leaks meanwhile
    for _ in range(round(10 * seconds) - 100):
        device.cycle(device.next_demand(wish))
    assert Fault.DOSE_FULL not in device.faults
    for _ in range(200):
        device.cycle(device.next_demand(wish))
    assert device.faults == {Fault.DOSE_FULL}
    assert device.heater_permille[0] == 0
    assert device.heater_permille[1] > 0
    status = device.status()
    assert status.zone_dose_centi_cem43[0] >= 100 * contract.DOSE_FULL_CEM43 - 1
    assert status.zone_dose_centi_cem43[1] == 0


@pytest.mark.parametrize("zone", [0, 1])
def test_each_zone_counts_its_own_dose_by_the_time_of_the_cycles(device: Device, zone: int) -> None:
    """42 °C is a quarter of a CEM43 a minute; 10 leak away in a day."""
    device.settle()
    device.warm(42.0, [2 * zone])
    minutes = 10
    for _ in range(minutes * 600):
        device.cycle()
    counted = told(device).zone_dose_centi_cem43
    assert counted[zone] == pytest.approx(100 * minutes * (0.25 - 10 / (24 * 60)), abs=1)
    assert counted[1 - zone] == 0


@pytest.mark.parametrize("zone", [0, 1])
def test_a_dose_that_is_full_since_before_the_power_cut_holds_its_zone_alone(zone: int) -> None:
    dose_cs = [0, 0]
    dose_cs[zone] = round(contract.DOSE_FULL_CEM43 * 6000)
    device = Device(record_found=True, record={"dose_cs": dose_cs})
    device.arm()
    device.run(1000, WARM)
    assert device.faults == {Fault.DOSE_FULL}
    assert device.limited_by(zone) is LimitedBy.DOSE
    assert device.heater_permille[zone] == 0
    assert device.heater_permille[1 - zone] > 0


# ---- rest ------------------------------------------------------------------------------------------------------


def warmed_for_90_minutes(device: Device) -> None:
    device.arm()
    device.run(500, WARM)
    left_ms = round(contract.HEAT_TIME_MAX_S * 1000) - 60_000
    while left_ms > 0:
        device.step(device.next_demand(WARM), elapsed_ms=CYCLE_LATE_MS, adc_complete=True)
        left_ms -= CYCLE_LATE_MS


@pytest.mark.slow
def test_90_minutes_are_enough(device: Device) -> None:
    warmed_for_90_minutes(device)
    assert device.supervisor.armed_ms > 0
    device.messages.clear()
    device.run(70_000, WARM)
    assert device.all_off
    assert (EventKind.DISARMED, DisarmReason.REST_DUE) in device.take_events()
    assert Fault.REST_DUE in device.faults
    assert device.latched == set()
    device.run(1000, NOTHING)
    device.press(500, NOTHING)
    assert device.take_events()[-1] == (EventKind.REFUSED, Refusal.REST_DUE)
    again = restarted(device)
    assert Fault.REST_DUE in again.faults, "a power cut is no rest"


# ---- over a power cut ------------------------------------------------------------------------------------------


def test_a_latch_outlives_the_power(device: Device) -> None:
    heating(device)
    device.warm(44.5)
    device.run(600, WARM)
    again = restarted(device)
    assert again.latched == {Fault.OVER_TEMPERATURE}
    assert again.status().state is DeviceState.LATCHED_B
    again.press(3000)
    assert again.latched == set()


def test_a_record_that_was_not_found_says_nothing(device: Device) -> None:
    heating(device)
    device.warm(44.5)
    device.run(600, WARM)
    again = Device(**{**record_of(device), "record_found": False})
    again.settle()
    assert again.latched == set()


def test_the_third_lock_of_a_day_is_hard_and_the_jumper_frees_it(device: Device) -> None:
    device.settle()
    for lock in range(3):
        device.warm(44.5)
        device.run(600)
        assert Fault.OVER_TEMPERATURE in device.latched
        assert (Fault.LOCKS_AGAIN in device.latched) is (lock == 2)
        device.warm(25.0)
        device.run(300)
        device.press(3000)
    assert device.status().state is DeviceState.LATCHED_C
    assert restarted(device).status().state is DeviceState.LATCHED_C
    freed = restarted(device, service_jumper=True)
    assert Fault.LOCKS_AGAIN in freed.latched, "the jumper alone clears nothing"
    freed.press(3000)
    assert freed.latched == set()


def test_three_hangs_within_an_hour_are_enough(device: Device) -> None:
    for hang in range(3):
        device.settle()
        device.run(200)
        device = restarted(device, ResetCause.WATCHDOG)
        assert (Fault.HANGS_AGAIN in device.latched) is (hang == 2)


def test_an_unclean_end_is_counted_as_warm_time(device: Device) -> None:
    heating(device)
    device.run(2000, WARM)
    again = restarted(device)
    assert 290 <= again.status().heat_time_s <= 305
    assert again.supervisor.armed_ms == 0


def test_what_does_not_change_is_not_written(device: Device) -> None:
    device.settle()
    device.run(500)
    device.kept = None
    device.run(400_000)
    assert device.kept is None


def test_a_wish_that_is_forgotten_is_no_warm_time(device: Device) -> None:
    device.run(3000, Wish(target_centi_c=(4000, 4000)))
    assert device.status().heat_time_s == 0, "not armed"
