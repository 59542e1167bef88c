"""The whole core, step by step: bytes, contacts and sums in, outputs and frames out."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from native import (
    ALL_PASSED,
    HELLO_REQUEST,
    NOTHING,
    STOP,
    UPTIME_WRAPS,
    Device,
    Wish,
    current_sum,
    heat,
    massage,
    sum_of,
)
from poultice.link import contract, facts
from poultice.link.contract import (
    Cue,
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
from poultice.link.frames import encode

WARM = heat(20.0, 40.0)
WARM_PERMILLE = 20 * 1000 // 30
INVITED = Wish(cue=Cue.INVITED)


def heating(device: Device) -> Device:
    """Lets it heat, its rail known."""
    device.arm()
    device.run(4000, WARM)
    assert device.heater_permille == pytest.approx((WARM_PERMILLE,) * 2, abs=8)
    assert device.outputs.enable
    device.messages.clear()
    return device


# ---- start -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cause", ResetCause)
def test_says_hello_first(cause: ResetCause) -> None:
    device = Device(reset_cause=cause)
    device.identify(b"POULTICE")
    device.step()
    assert device.messages[0] == contract.Hello(
        contract_version=1,
        firmware_version=(0, 1, 0),
        contract_hash=contract.CONTRACT_HASH,
        facts_hash=facts.FACTS_HASH,
        board_id=tuple(b"POULTICE"),
        zone_count=2,
        motor_count=4,
        target_max_centi_c=4200,
        zone_power_max_deci_w=300,
        self_tests=ALL_PASSED,
        reset_cause=cause,
    )
    device.take(contract.Hello)
    device.run(1000)
    assert device.take(contract.Hello) == [], "once"


def test_says_hello_again_when_asked_and_changes_nothing_else(device: Device) -> None:
    heating(device)
    lease_ms, armed_ms = device.supervisor.lease_ms, device.supervisor.armed_ms
    device.step(HELLO_REQUEST, elapsed_ms=0)
    assert len(device.take(contract.Hello)) == 1
    assert (device.supervisor.lease_ms, device.supervisor.armed_ms) == (lease_ms, armed_ms)
    assert any(device.heater_permille)


def test_a_reset_in_the_middle_of_heat_forgets_everything() -> None:
    device = heating(Device(reset_cause=ResetCause.WATCHDOG))
    device.reset(ResetCause.WATCHDOG)
    assert device.memory == Device(reset_cause=ResetCause.WATCHDOG).memory
    device.step(device.next_demand(WARM))
    assert device.all_off
    assert [type(message) for message in device.messages] == [contract.Hello, contract.Status]
    assert set(device.messages[1].sensor_trust) == {SensorTrust.NOT_READ_YET}


def test_starts_off_disarmed_and_with_nothing_known(device: Device) -> None:
    device.adc_runs = False
    device.run(200, WARM)
    assert device.all_off
    device.take(contract.Status)
    device.run(90, WARM)
    (status,) = device.take(contract.Status)
    assert status.state is DeviceState.IDLE
    assert set(status.sensor_trust) == set(status.witness_trust) == {SensorTrust.NOT_READ_YET}
    assert (status.armed_remaining_ms, status.faults, status.latched_faults) == (0, 0, 0)
    assert status.zone_limited_by == (LimitedBy.NOT_ARMED,) * 2


def test_nothing_arms_before_the_first_readings(device: Device) -> None:
    device.adc_runs = False
    device.run(30)
    device.take_events()
    device.press(200)
    assert device.take_events()[-1] == (EventKind.REFUSED, Refusal.SENSOR_UNTRUSTED)
    assert device.supervisor.armed_ms == 0


# ---- the truth, ten times a second -----------------------------------------------------------------------------


def test_status_comes_every_100_ms(device: Device) -> None:
    device.run(10_000)
    times = [status.uptime_ms for status in device.take(contract.Status)]
    assert len(times) == 100
    assert {after - before for before, after in pairwise(times)} == {100}


def test_status_tells_all(device: Device) -> None:
    for sensor, celsius in enumerate((30.0, 31.5, 32.25, 38.01)):
        device.warm(celsius, [sensor])
    device.inputs.witness_sum = [sum_of(30.5), 65472]
    device.inputs.loop_time_us = 1234
    device.arm()
    wish = Wish((200, 100), (4000, 3800), (10, 20, 30, 100), Cue.LIMITED)
    device.run(3000, wish)
    status = device.status()
    assert status.state is DeviceState.ACTIVE
    assert status.sensor_temperature_centi_c == (3000, 3150, 3225, 3801)
    assert status.sensor_trust == (SensorTrust.TRUSTED,) * 4
    assert status.witness_temperature_centi_c == (3050, 0)
    assert status.witness_trust == (SensorTrust.TRUSTED, SensorTrust.OPEN)
    assert status.zone_asked_deci_w == (200, 100)
    assert status.zone_target_centi_c == (4000, 3800)
    assert status.zone_duty_permille == device.heater_permille
    assert status.zone_applied_deci_w == pytest.approx((200, 100), abs=1)
    assert status.zone_full_power_deci_w == pytest.approx((300, 300), abs=3)
    assert status.zone_limited_by == (LimitedBy.NONE,) * 2
    assert status.motor_asked_percent == status.motor_applied_percent == (10, 20, 30, 100)
    assert status.rail_mv == pytest.approx(24_000, abs=5)
    assert status.supply_current_ma == pytest.approx(2500, abs=1)
    assert 599_000 < status.armed_remaining_ms <= 600_000
    assert 1300 < status.lease_remaining_ms <= 1500
    assert status.demand_counter == device.counter
    assert (status.faults, status.latched_faults, status.frames_bad, status.demands_refused) == (0, 0, 0, 0)
    assert status.loop_time_us == 1234
    assert status.uptime_ms == device.uptime_ms


def test_everything_that_is_due_finds_room_in_the_end(device: Device) -> None:
    device.settle()
    device.messages.clear()
    refused = (heat(31, 40), heat(30, 43), massage(101), Wish(cue=9)) * 2
    device.step(b"".join(map(device.next_demand, refused)) + HELLO_REQUEST, elapsed_ms=100)
    assert [type(message) for message in device.messages] == [contract.Hello, contract.Status, *[contract.Event] * 2]
    device.run(20)
    assert [kind for kind, _ in device.take_events()] == [EventKind.REFUSED] * 8
    assert device.events.forgotten == 0


# ---- heat ------------------------------------------------------------------------------------------------------


def test_heats_when_armed_and_asked(armed: Device) -> None:
    armed.run(4000, WARM)
    assert armed.heater_permille == pytest.approx((WARM_PERMILLE,) * 2, abs=8)
    assert armed.outputs.enable
    assert not any(armed.motor_pwm)


def test_not_when_not_armed(device: Device) -> None:
    device.run(4000, WARM)
    assert device.all_off
    assert device.status().zone_limited_by == (LimitedBy.NOT_ARMED,) * 2


def test_enable_rests_while_no_heat_is_granted(armed: Device) -> None:
    armed.run(500, massage(100))
    assert any(armed.motor_pwm)
    assert not armed.outputs.enable
    armed.run(200, Wish((100, 0), (4000, 0)))
    assert armed.outputs.enable
    armed.warm(41.0)
    armed.run(100, Wish((100, 0), (4000, 0)))
    assert not armed.outputs.enable


def test_a_weak_supply_is_told_as_the_cap(armed: Device) -> None:
    armed.rail_v = 12.0
    armed.inputs.current_sum = [current_sum(amps) for amps in (0.0, 0.625, 0.625, 1.25)]
    armed.run(6000, heat(30.0, 40.0))
    status = armed.status()
    assert armed.heater_permille == (980, 980)
    assert status.zone_limited_by == (LimitedBy.CAP,) * 2
    assert status.zone_applied_deci_w == pytest.approx((73.5, 73.5), abs=2)


@pytest.mark.parametrize(("motors", "compared"), [((0,) * 4, True), ((50,) * 4, True), (None, False)])
def test_currents_are_compared_only_while_the_motors_stay_the_same(
    armed: Device, motors: tuple[int, int, int, int] | None, compared: bool
) -> None:
    """Off in one ADC cycle, on in the next: what it draws is the difference, unless a motor changed meanwhile."""
    armed.inputs.current_valid = [False] * 4
    for cycle in range(200):
        for switches in (0, 1):
            armed.inputs.current_valid[switches] = cycle % 2 == switches
        percent = motors if motors is not None else (20 + cycle % 2, 30, 40, 50)
        armed.run(100, Wish((200, 200), (4000, 4000), percent))
    full_deci_w = armed.status().zone_full_power_deci_w[0]
    assert full_deci_w == pytest.approx(300 if compared else 375, rel=0.02)


@pytest.mark.parametrize(("silent_ms", "heats"), [(1490, True), (1500, False), (1510, False)])
def test_a_silent_host_ends_heat_after_1_5_s(device: Device, silent_ms: int, heats: bool) -> None:
    heating(device)
    device.step(device.next_demand(WARM))
    device.run(silent_ms)
    assert any(device.heater_permille) is heats
    assert device.all_off is not heats
    assert (Fault.LEASE_EXPIRED in device.faults) is not heats


def test_a_silent_host_is_told_and_ends_the_arming_after_10_s(device: Device) -> None:
    heating(device)
    device.step(device.next_demand(WARM))
    device.run(9800)
    assert device.take_events() == [(EventKind.FAULT, Fault.LEASE_EXPIRED)]
    assert device.status().zone_limited_by == (LimitedBy.LEASE,) * 2
    device.run(200)
    assert device.take_events() == [(EventKind.DISARMED, DisarmReason.LINK_LOST)]
    device.run(1000, WARM)
    assert device.all_off
    assert device.take_events() == [(EventKind.FAULT_ENDED, Fault.LEASE_EXPIRED)]


def test_a_late_step_counts_the_time_gone(device: Device) -> None:
    heating(device)
    device.step(device.next_demand(WARM))
    device.step(elapsed_ms=1499)
    assert not any(device.heater_permille), "readings of 1.5 s ago are worth nothing"
    device.cycle()
    assert device.all_off


@pytest.mark.parametrize(("old_ms", "heats"), [(290, True), (300, False), (310, False)])
def test_old_readings_end_heat_and_lock(device: Device, old_ms: int, heats: bool) -> None:
    heating(device)
    device.step(device.next_demand(WARM), adc_complete=True)
    device.adc_runs = False
    device.run(old_ms, WARM)
    assert any(device.heater_permille) is heats
    device.run(100, WARM)
    status = device.status()
    assert status.supply_current_ma == pytest.approx(2500, abs=1), "of the last cycle: only temperatures are forgotten"
    assert set(status.sensor_trust) | set(status.witness_trust) == {SensorTrust.NOT_READ_YET}
    assert status.zone_limited_by == (LimitedBy.LATCHED,) * 2
    assert device.latched == {Fault.ADC_STUCK}


@pytest.mark.parametrize(("bad_sum", "fault"), [(65472, Fault.SENSOR_OPEN), (0, Fault.SENSOR_SHORT)])
@pytest.mark.parametrize("sensor", range(4))
def test_a_lost_sensor_ends_its_zone_at_once_and_then_everything(
    device: Device, sensor: int, bad_sum: int, fault: Fault
) -> None:
    heating(device)
    device.inputs.sensor_sum[sensor] = bad_sum
    device.cycle(device.next_demand(WARM))
    assert device.heater_permille[sensor // 2] == 0
    assert device.heater_permille[1 - sensor // 2] > 0
    device.cycle(device.next_demand(WARM))
    assert device.all_off
    assert device.latched == {fault}
    assert device.take_events() == [(EventKind.FAULT, fault), (EventKind.DISARMED, DisarmReason.FAULT)]
    assert device.status().state is DeviceState.LATCHED_B


def test_over_temperature_is_over_within_the_step_and_latched_in_300_ms(device: Device) -> None:
    heating(device)
    device.warm(44.0, [2])
    for _ in range(2):
        device.cycle(device.next_demand(heat(30.0, 42.0)))
        assert device.heater_permille[1] == 0
        assert device.latched == set()
    device.cycle(device.next_demand(heat(30.0, 42.0)))
    assert device.all_off
    assert device.latched == {Fault.OVER_TEMPERATURE}
    assert device.take_events() == [
        (EventKind.FAULT, Fault.OVER_TEMPERATURE_CUT),
        (EventKind.FAULT, Fault.OVER_TEMPERATURE),
        (EventKind.DISARMED, DisarmReason.FAULT),
    ]


def test_full_power_for_ever_holds_the_target_by_itself(armed: Device) -> None:
    """A host that asks for all it can get, and a pad that only warms while heated."""
    celsius, hottest = 30.0, 0.0
    for _ in range(3000):
        armed.warm(round(celsius, 2))
        armed.run(100, heat(30.0, 40.0))
        celsius += 0.02 if any(armed.heater_permille) else -0.01
        hottest = max(hottest, celsius)
    assert 40.9 < hottest < 41.1
    assert armed.latched == set()


# ---- STOP ------------------------------------------------------------------------------------------------------


def demands_around_stop(device: Device, before: int, after: int) -> bytes:
    wish = Wish((300, 300), (4000, 4000), (100,) * 4)
    return (
        b"".join(device.next_demand(wish) for _ in range(before))
        + STOP
        + b"".join(device.next_demand(wish) for _ in range(after))
    )


@pytest.mark.parametrize(("before", "after"), [(0, 0), (2, 0), (0, 2), (3, 3)])
def test_stop_wins_over_all_demands_of_its_step(device: Device, before: int, after: int) -> None:
    heating(device)
    device.run(1000, Wish((200, 200), (4000, 4000), (50,) * 4))
    device.step(demands_around_stop(device, before, after))
    assert device.all_off
    assert (device.supervisor.armed_ms, device.supervisor.lease_ms) == (0, 0)
    assert device.take_events() == [(EventKind.DISARMED, DisarmReason.STOP)]
    (status,) = device.take(contract.Status)[-1:]
    assert (status.uptime_ms, status.zone_duty_permille) == (device.uptime_ms, (0, 0)), "answered at once"


def test_stop_ends_heat_for_good_and_massage_until_asked_again(device: Device) -> None:
    heating(device)
    device.step(STOP)
    device.run(1000, WARM)
    assert device.all_off
    device.run(1000, massage(50))
    assert any(device.motor_pwm)


def test_stop_split_over_two_steps_acts_with_its_last_byte(device: Device) -> None:
    heating(device)
    device.step(STOP[:-1])
    assert any(device.heater_permille)
    device.step(STOP[-1:])
    assert device.all_off


def test_stop_wins_over_an_arming_of_its_step(device: Device) -> None:
    device.settle()
    device.inputs.button_pressed = True
    device.run(500)
    device.inputs.button_pressed = False
    device.run(30)
    device.messages.clear()
    device.step(STOP)
    assert device.take_events() == [
        (EventKind.ARMED, 0),
        (EventKind.DISARMED, DisarmReason.STOP),
    ]
    assert device.supervisor.armed_ms == 0


# ---- what a host may get wrong ---------------------------------------------------------------------------------


def bad_frames() -> dict[str, bytes]:
    demand = Wish((300, 300), (4000, 4000)).payload(1)
    damaged = bytearray(encode(contract.Demand.ID, 0, demand))
    damaged[3] ^= 0x10
    return {
        "damaged": bytes(damaged),
        "unknown": encode(99, 0, b""),
        "unknown with a payload": encode(99, 0, b"\1"),
        "from the board": encode(contract.Hello.ID, 0, bytes(29)),
        "stop with a payload": encode(contract.Stop.ID, 0, b"\1"),
        "hello request with a payload": encode(contract.HelloRequest.ID, 0, b"\1"),
        "short demand": encode(contract.Demand.ID, 0, demand[:-1]),
        "long demand": encode(contract.Demand.ID, 0, demand + b"\0"),
        "as long as it gets": encode(255, 0, bytes(120)),
    }


@pytest.mark.parametrize("kind", bad_frames())
def test_bad_frames_are_counted_and_nothing_else(device: Device, kind: str) -> None:
    heating(device)
    before = device.supervisor.counter, device.supervisor.lease_ms, device.heater_permille
    device.step(bad_frames()[kind], elapsed_ms=0)
    assert (device.supervisor.counter, device.supervisor.lease_ms, device.heater_permille) == before
    assert device.decoder.bad == 1
    assert device.status().frames_bad == 1


def test_repeated_nonsense_is_counted_each_time_and_told_once(device: Device) -> None:
    heating(device)
    device.cycle()
    device.messages.clear()
    for _ in range(30):
        device.step(device.next_demand(heat(30.0, 60.0)), elapsed_ms=5)
    assert device.take_events() == [(EventKind.REFUSED, Refusal.TARGET_OUT_OF_RANGE)]
    assert device.status().demands_refused == 30
    device.step(device.next_demand(massage(101)))
    device.step(device.next_demand(WARM, ahead=0))
    device.step(device.next_demand(WARM))
    device.step(device.next_demand(massage(101)))
    device.run(20)
    assert device.take_events() == [(EventKind.REFUSED, Refusal.INTENSITY_OUT_OF_RANGE)] * 2


def test_a_target_of_60_degrees_changes_nothing(device: Device) -> None:
    heating(device)
    device.step(device.next_demand(heat(30.0, 60.0)))
    assert device.heater_permille == pytest.approx((WARM_PERMILLE,) * 2, abs=8)
    device.run(1500, heat(30.0, 60.0))
    assert device.all_off, "a refused demand renews no lease"


def test_a_stale_demand_repeated_ends_heat(device: Device) -> None:
    heating(device)
    stale = device.next_demand(WARM)
    for _ in range(200):
        device.step(stale)
    assert device.all_off
    assert (EventKind.REFUSED, Refusal.COUNTER_DID_NOT_ADVANCE) in device.take_events()


# ---- massage ---------------------------------------------------------------------------------------------------


def test_massage_needs_no_arming_and_rises_softly(device: Device) -> None:
    device.settle()
    device.lease(massage(100))
    levels = []
    for _ in range(10):
        device.run(100, massage(100))
        levels.append(device.motor_pwm[0])
    assert levels == sorted(set(levels))
    assert levels[-1] == 254
    assert device.status().state is DeviceState.ACTIVE


def test_each_motor_gets_what_was_asked_of_it(device: Device) -> None:
    wish = Wish(motors_percent=(20, 40, 70, 100))
    device.lease(wish)
    device.run(3000, wish)
    assert list(device.motor_pwm) == pytest.approx([254 * percent / 100 for percent in wish.motors_percent], abs=3)


def test_massage_ends_with_the_lease_at_once(device: Device) -> None:
    device.lease(massage(100))
    device.run(1490)
    assert any(device.motor_pwm)
    device.run(10)
    assert device.all_off


# ---- the button ------------------------------------------------------------------------------------------------


def in_idle(device: Device) -> Wish | None:
    device.settle()
    return None


def in_invited(device: Device) -> Wish | None:
    device.run(300, INVITED)
    assert device.status().state is DeviceState.INVITED
    return INVITED


def in_unfit(device: Device) -> Wish | None:
    device.warm(2.0)
    device.settle()
    device.warm(25.0)
    device.run(100)
    return None


def in_armed(device: Device) -> Wish | None:
    device.arm()
    device.run(300, NOTHING)
    assert device.status().state is DeviceState.ARMED
    return NOTHING


def in_heating(device: Device) -> Wish | None:
    heating(device)
    assert device.status().state is DeviceState.ACTIVE
    return WARM


def in_massage(device: Device) -> Wish | None:
    device.run(300, massage(50))
    assert device.status().state is DeviceState.ACTIVE
    return massage(50)


def in_latched(device: Device) -> Wish | None:
    device.settle()
    device.warm(44.0)
    device.run(300, WARM)
    device.warm(30.0)
    device.run(200, WARM)
    assert device.status().state is DeviceState.LATCHED_B
    return WARM


STOPPED = [(EventKind.DISARMED, DisarmReason.BUTTON)]
ARMED = [(EventKind.ARMED, 0)]
PAIRING = [(EventKind.PAIRING, 0)]
CLEARED = [(EventKind.CLEARED, 0), (EventKind.FAULT_ENDED, Fault.OVER_TEMPERATURE)]
REFUSED = [(EventKind.REFUSED, Refusal.BOOT_WINDOW)]
NONE: list[Any] = []

# What events follow: as soon as pressed; then released after 0.5, 1.7, 3 and 7 s.
CELLS = {
    in_idle: (NONE, ARMED, NONE, NONE, PAIRING),
    in_invited: (NONE, ARMED, NONE, NONE, PAIRING),
    in_unfit: (NONE, REFUSED, NONE, NONE, PAIRING),
    in_armed: (STOPPED, NONE, NONE, NONE, NONE),
    in_heating: (STOPPED, NONE, NONE, NONE, NONE),
    in_massage: (STOPPED, NONE, NONE, NONE, NONE),
    in_latched: (NONE, NONE, NONE, CLEARED, NONE),
}


@pytest.mark.parametrize("situation", CELLS, ids=lambda situation: situation.__name__)
@pytest.mark.parametrize(("column", "held_ms"), [(1, 500), (2, 1700), (3, 3000), (4, 7000)])
def test_every_press_in_every_situation(
    device: Device, situation: Callable[[Device], Wish | None], column: int, held_ms: int
) -> None:
    wish = situation(device)
    device.messages.clear()
    device.inputs.button_pressed = True
    device.run(50, wish)
    assert device.take_events() == [(EventKind.BUTTON_PRESSED, 0), *CELLS[situation][0]]
    if CELLS[situation][0] is STOPPED:
        assert device.all_off, "within 50 ms"
        assert any(status.zone_duty_permille == (0, 0) for status in device.take(contract.Status)), "and told"
    device.run(held_ms - 50, wish)
    assert device.take_events() == NONE
    device.inputs.button_pressed = False
    device.run(60, wish)
    released = next(event for event in device.messages if isinstance(event, contract.Event))
    assert (released.kind, released.press_ms) == (EventKind.BUTTON_RELEASED, held_ms)
    assert device.take_events()[1:] == CELLS[situation][column]
    assert (device.supervisor.armed_ms > 0) is (CELLS[situation][column] is ARMED)
    device.run(500, wish)
    assert device.all_off, "a press alone switches nothing on, and what it stopped stays off"


def test_one_press_stops_and_the_next_one_arms(device: Device) -> None:
    in_heating(device)
    device.press(500, NOTHING)
    device.run(300, NOTHING)
    assert device.supervisor.armed_ms == 0
    device.press(500, NOTHING)
    assert device.supervisor.armed_ms > 0


def test_the_motors_wait_for_a_host_that_noticed_the_stop(device: Device) -> None:
    in_massage(device)
    device.press(300, massage(50))
    device.run(3000, massage(50))
    assert device.all_off
    device.run(100, NOTHING)
    device.run(100, massage(50))
    assert any(device.motor_pwm)


@pytest.mark.parametrize("celsius", [37.99, 38.0])
def test_cleared_only_once_cold(device: Device, celsius: float) -> None:
    in_latched(device)
    device.warm(celsius, [1])
    device.run(200, WARM)
    device.messages.clear()
    device.press(3000, WARM)
    device.run(50, WARM)
    cleared = celsius < 38.0
    assert (device.latched == set()) is cleared
    expected = CLEARED if cleared else [(EventKind.REFUSED, Refusal.TOO_WARM_TO_CLEAR)]
    assert device.take_events()[2:] == expected


def test_held_at_boot_arms_nothing_until_released_for_a_second(device: Device) -> None:
    device.inputs.button_pressed = True
    device.run(500)
    assert device.faults == {Fault.BUTTON_STUCK}
    device.inputs.button_pressed = False
    device.run(500)
    assert device.supervisor.armed_ms == 0
    device.messages.clear()
    device.press(300)
    device.run(50)
    assert device.take_events()[-1] == (EventKind.REFUSED, Refusal.BUTTON_STUCK)
    device.run(1000)
    assert device.faults == set()
    device.arm()


def test_held_for_longer_than_ten_seconds_is_stuck_and_told(device: Device) -> None:
    device.settle()
    device.messages.clear()
    device.inputs.button_pressed = True
    device.run(10_020)
    assert device.faults == set()
    device.run(20)
    assert device.faults == {Fault.BUTTON_STUCK}
    device.inputs.button_pressed = False
    device.run(1050)
    assert device.take_events() == [
        (EventKind.BUTTON_PRESSED, 0),
        (EventKind.FAULT, Fault.BUTTON_STUCK),
        (EventKind.BUTTON_RELEASED, 0),
        (EventKind.FAULT_ENDED, Fault.BUTTON_STUCK),
    ]
    assert device.supervisor.armed_ms == 0


def test_a_stuck_button_still_stops(device: Device) -> None:
    device.inputs.button_pressed = True
    device.run(500, massage(50))
    assert any(device.motor_pwm)
    device.inputs.button_pressed = False
    device.run(50, massage(50))
    device.inputs.button_pressed = True
    device.run(50, massage(50))
    assert device.all_off


# ---- expiry ----------------------------------------------------------------------------------------------------


def test_an_arming_that_nobody_uses_expires_after_a_minute(armed: Device) -> None:
    gone_ms = armed.run(70_000, NOTHING, until=lambda: armed.supervisor.armed_ms == 0)
    assert gone_ms == pytest.approx(60_000, abs=20)
    armed.run(20, NOTHING)
    assert armed.take_events() == [(EventKind.DISARMED, DisarmReason.EXPIRED)]


def test_massage_alone_does_not_lengthen_an_arming(armed: Device) -> None:
    gone_ms = armed.run(70_000, massage(50), until=lambda: armed.supervisor.armed_ms == 0)
    assert gone_ms == pytest.approx(60_000, abs=20)
    assert any(armed.motor_pwm)


def test_ten_minutes_without_heat_disarm(device: Device) -> None:
    heating(device)
    gone_ms = device.run(700_000, NOTHING, until=lambda: device.supervisor.armed_ms == 0)
    assert gone_ms == pytest.approx(600_000, abs=60)
    device.run(20, NOTHING)
    assert device.take_events() == [(EventKind.DISARMED, DisarmReason.EXPIRED)]


# ---- light and sound -------------------------------------------------------------------------------------------


def sounded_ms(device: Device, for_ms: int, wish: Wish | None = None) -> int:
    sounded = 0
    for _ in range(for_ms // 10):
        device.run(10, wish)
        sounded += 10 * device.outputs.buzzer
    return sounded


def test_an_invitation_chirps_once(device: Device) -> None:
    device.settle()
    assert sounded_ms(device, 5000, INVITED) == 50
    assert sounded_ms(device, 500, NOTHING) == 0
    assert sounded_ms(device, 500, INVITED) == 50


@pytest.mark.parametrize(
    ("situation", "held_ms", "tune_ms"),
    [
        (in_idle, 500, 150),
        (in_idle, 1700, 0),
        (in_unfit, 500, 500),
        (in_idle, 7000, 250),
        (in_armed, 500, 200),
    ],
)
def test_a_press_is_answered_by_sound(
    device: Device, situation: Callable[[Device], Wish | None], held_ms: int, tune_ms: int
) -> None:
    wish = situation(device)
    device.run(1000, wish)
    sounded = 0
    for pressed, for_ms in ((True, held_ms), (False, 1000)):
        device.inputs.button_pressed = pressed
        sounded += sounded_ms(device, for_ms, wish)
    assert sounded == tune_ms


def test_clearing_ends_the_alarm_with_a_sound(device: Device) -> None:
    in_latched(device)
    device.press(3000, WARM)
    assert device.outputs.buzzer
    assert 20 + sounded_ms(device, 10_000, WARM) == 150  # two steps of it passed while the release settled


def test_a_latch_keeps_sounding(device: Device) -> None:
    in_latched(device)
    device.run(1000)
    assert sounded_ms(device, 10_000) == 500


def test_a_silent_host_invites_nobody(device: Device) -> None:
    device.run(300, INVITED)
    assert device.status().state is DeviceState.INVITED
    device.run(1500)
    assert device.status().state is DeviceState.IDLE


def test_armed_is_a_steady_light(armed: Device) -> None:
    for _ in range(200):
        armed.run(10, NOTHING)
        assert armed.outputs.led


# ---- time ------------------------------------------------------------------------------------------------------


def story(start_ms: int) -> list[Any]:
    """A whole session with a silence, a stop and an expiry; what it put out in each step."""
    device = Device(uptime_ms=start_ms)
    seen = []
    device.settle()
    device.press(500)
    for wish, for_ms in ((WARM, 1000), (None, 1600), (WARM, 500), (massage(80), 800), (None, 11_000), (INVITED, 300)):
        for _ in range(for_ms // 10):
            device.run(10, wish)
            seen.append((device.heater_permille, device.motor_pwm, bool(device.outputs.enable)))
    return [seen, device.take_events()]


@pytest.mark.parametrize("before_wrap_ms", [10, 20, 150, 650, 1700, 3000, 4500, 12_000])
def test_the_wrap_of_the_uptime_changes_nothing(before_wrap_ms: int) -> None:
    seen = story(0)
    assert any(any(duty) for duty, _, _ in seen[0])
    assert any(any(pwm) for _, pwm, _ in seen[0])
    assert story(UPTIME_WRAPS - before_wrap_ms) == seen


def test_weeks_between_two_steps_end_everything(device: Device) -> None:
    heating(device)
    device.step(elapsed_ms=UPTIME_WRAPS - 1)
    assert device.all_off
    assert device.supervisor.armed_ms == 0


# ---- the smallest amounts --------------------------------------------------------------------------------------


def test_a_permille_of_heat_is_heat(device: Device) -> None:
    device.arm()
    device.inputs.current_sum = [current_sum(amps) for amps in (0.0, 2.2, 2.2, 4.4)]  # elements that draw too much
    device.run(5000, heat(0.1, 40.0))
    assert device.heater_permille == (1, 1)
    assert device.outputs.enable
    assert device.status().state is DeviceState.ACTIVE
    assert device.supervisor.armed_ms > 60_000, "it counts as heat"


@pytest.mark.parametrize(("wish", "state"), [(INVITED, DeviceState.INVITED), (NOTHING, DeviceState.IDLE)])
def test_the_last_millisecond_of_a_lease_is_a_lease(device: Device, wish: Wish, state: DeviceState) -> None:
    device.settle()
    device.lease(wish)
    device.take(contract.Status)
    for _ in range(11):
        device.supervisor.lease_ms = 11
        device.step()
    (status,) = device.take(contract.Status)
    assert (status.lease_remaining_ms, status.state) == (1, state)


def test_self_tests_are_known_before_the_first_step_and_that_takes_no_time() -> None:
    device = Device(self_tests=0x1234)
    assert device.self_tests == 0x1234
    device.step()
    assert (device.self_tests, device.button.free_ms) == (ALL_PASSED, 0)
    device.step(elapsed_ms=7)
    assert device.button.free_ms == 7


@pytest.mark.parametrize("later_ms", [0, 10, 30, 60, 90])
def test_a_trip_is_proof_with_the_second_cycle_of_readings_after_it(device: Device, later_ms: int) -> None:
    heating(device)
    cycles = 0
    device.step(device.next_demand(WARM), adc_complete=True)
    for _ in range(later_ms // 10):
        device.step()
    device.latch_tripped = True
    for _ in range(3):
        device.step()  # so many samples are believed
    while not device.latched and cycles < 10:
        device.cycle(device.next_demand(WARM))
        cycles += 1
    assert cycles == 2
    assert device.latched == {Fault.HARDWARE_TRIP}


@pytest.mark.parametrize("witness", [0, 1])
def test_each_witness_must_be_read_for_a_trip_to_be_proof(device: Device, witness: int) -> None:
    heating(device)
    device.inputs.witness_sum[witness] = 65_472
    device.run(300, WARM)
    device.latch_tripped = True
    device.run(2000, WARM)
    assert Fault.HARDWARE_TRIP not in device.latched


@pytest.mark.parametrize("zone", [0, 1])
def test_one_zone_alone_has_its_heat_and_its_rail(device: Device, zone: int) -> None:
    device.arm()
    powers, targets = [0, 0], [0, 0]
    powers[zone], targets[zone] = 200, 4000
    device.run(1000, Wish(tuple(powers), tuple(targets)))  # type: ignore[arg-type]
    assert device.heater_permille[zone] > 0
    assert device.heater_permille[1 - zone] == 0
    assert device.outputs.enable
    assert device.status().state is DeviceState.ACTIVE


def test_a_permille_of_massage_is_massage(device: Device) -> None:
    device.settle()
    device.lease(NOTHING)
    device.status()
    device.step(elapsed_ms=99)
    device.step(device.next_demand(Wish(motors_percent=(100, 0, 0, 0))), elapsed_ms=1)
    (status,) = device.take(contract.Status)
    assert status.state is DeviceState.ACTIVE


def test_two_trips_of_one_cycle_each_are_no_proof(device: Device) -> None:
    heating(device)
    for _ in range(3):
        device.latch_tripped = True
        for _ in range(3):
            device.step(device.next_demand(WARM))
        device.cycle(device.next_demand(WARM))
        device.latch_tripped = False
        device.step(device.next_demand(WARM))
        device.cycle(device.next_demand(WARM))
        assert device.latched == set()


# ---- fault by fault --------------------------------------------------------------------------------------------

SPOILS = {
    Fault.ADC_REFERENCE: SelfTest.ADC,
    Fault.ADC_STUCK: SelfTest.ADC,
    Fault.HEATER_STUCK_ON: SelfTest.OUTPUTS,
    Fault.RAIL_STUCK_ON: SelfTest.OUTPUTS,
    Fault.TRIP_TEST_FAILED: SelfTest.TRIP,
}


@pytest.mark.parametrize("fault", Fault)
def test_each_fault_that_is_held_is_told_once_and_spoils_its_own_self_test(fault: Fault) -> None:
    device = Device(record_found=True, record={"latched": 1 << fault - 1})
    device.step()
    device.run(1000)
    assert device.take_events() == [(EventKind.FAULT, fault)]
    assert device.self_tests == ALL_PASSED & ~(1 << SPOILS[fault] if fault in SPOILS else 0)


@pytest.mark.parametrize("fault", Fault)
def test_each_fault_that_is_cleared_is_told_once(fault: Fault) -> None:
    device = Device(record_found=True, record={"latched": 1 << fault - 1}, service_jumper=True)
    device.settle()
    device.messages.clear()
    device.press(3000)
    device.run(20)
    ended = [event for event in device.take_events() if event[0] is EventKind.FAULT_ENDED]
    assert ended == [(EventKind.FAULT_ENDED, fault)]


def test_a_proven_trip_is_present_as_long_as_the_latch_holds(device: Device) -> None:
    heating(device)
    device.latch_tripped = True
    device.run(5000, WARM)
    assert Fault.HARDWARE_TRIP in device.faults
    assert (EventKind.FAULT_ENDED, Fault.HARDWARE_TRIP) not in device.take_events()
    device.latch_tripped = False
    device.run(200, WARM)
    assert Fault.HARDWARE_TRIP not in device.faults


@pytest.mark.parametrize(("more_deci_w", "limit"), [(-1, LimitedBy.NONE), (0, LimitedBy.NONE), (1, LimitedBy.CAP)])
def test_asking_for_no_more_than_the_supply_can_give_is_no_limit(
    armed: Device, more_deci_w: int, limit: LimitedBy
) -> None:
    armed.rail_v = 20.0
    armed.inputs.current_sum = [current_sum(amps) for amps in (0.0, 1.0417, 1.0417, 2.0833)]
    armed.run(6000, heat(30.0, 40.0))
    full_deci_w = armed.status().zone_full_power_deci_w[0]
    assert 150 < full_deci_w < 300
    asked = Wish((full_deci_w + more_deci_w, 0), (4000, 4000))
    armed.run(1000, asked)
    armed.take(contract.Status)
    armed.run(100, asked)
    (status,) = armed.take(contract.Status)
    assert status.zone_full_power_deci_w[0] == full_deci_w
    assert status.zone_limited_by[0] is limit
