"""What a press does, to the step: which test may not fail in the moment of arming, and what is told at once."""

from __future__ import annotations

import pytest
from native import ALL_PASSED, Device, Wish, heat, massage
from poultice.link.contract import FAULTS, DeviceState, DisarmReason, EventKind, Fault, Refusal, SelfTest, Status

WARM = heat(20.0, 40.0)
NEEDED = [
    SelfTest.REGISTERS,
    SelfTest.FLASH,
    SelfTest.RAM,
    SelfTest.STACK,
    SelfTest.WATCHDOG,
    SelfTest.CLOCK,
    SelfTest.OUTPUTS,
    SelfTest.RECORD,
]


def about_to_arm() -> Device:
    """The button was let go; with the next step the release is believed, and the hardware's latch has let go."""
    device = Device()
    device.settle()
    device.inputs.button_pressed = True
    device.run(500)
    device.inputs.button_pressed = False
    device.run(30)
    assert device.supervisor.armed_ms == 0
    device.messages.clear()
    return device


def test_it_arms_with_the_step_after_the_release_shows() -> None:
    device = about_to_arm()
    device.step()
    assert device.take_events() == [(EventKind.ARMED, 0)]


@pytest.mark.parametrize("test", NEEDED)
def test_each_needed_test_must_pass_in_the_very_step_that_would_arm(test: SelfTest) -> None:
    device = about_to_arm()
    device.inputs.self_tests = ALL_PASSED & ~(1 << test)
    device.step()
    assert device.take_events()[0] == (EventKind.REFUSED, Refusal.SELF_TEST_FAILED)
    assert device.supervisor.armed_ms == 0


@pytest.mark.parametrize("test", [each for each in SelfTest if each not in NEEDED])
def test_the_other_tests_are_made_elsewhere(test: SelfTest) -> None:
    """The converter and the trip are judged by what they show."""
    device = about_to_arm()
    device.inputs.self_tests = ALL_PASSED & ~(1 << test)
    device.step()
    assert device.take_events() == [(EventKind.ARMED, 0)]


@pytest.mark.parametrize("test", NEEDED)
def test_each_needed_test_must_pass_in_the_very_step_that_would_clear(test: SelfTest) -> None:
    device = Device(record_found=True, record={"latched": 1 << Fault.SENSOR_OPEN - 1})
    device.settle()
    device.inputs.button_pressed = True
    device.run(3000)
    device.inputs.button_pressed = False
    device.run(20)
    device.messages.clear()
    device.inputs.self_tests = ALL_PASSED & ~(1 << test)
    device.step()
    refused = [event for event in device.take_events() if event[0] in (EventKind.CLEARED, EventKind.REFUSED)]
    assert refused == [(EventKind.REFUSED, Refusal.SELF_TEST_FAILED)]
    assert Fault.SENSOR_OPEN in device.latched


@pytest.mark.parametrize("wish", [WARM, massage(50)])
def test_what_the_press_stops_is_told_in_its_step(wish: Wish) -> None:
    """Whatever is left until the next STATUS."""
    for offset in range(10):
        device = Device()
        device.arm()
        device.run(1000 + 10 * offset, wish)
        device.inputs.button_pressed = True
        for _ in range(3):
            assert device.outputs.enable or any(device.motor_pwm)
            device.messages.clear()
            device.step()
        assert device.all_off
        assert [status.state for status in device.take(Status)] == [DeviceState.IDLE], offset
        assert (EventKind.DISARMED, DisarmReason.BUTTON) in device.take_events()


def test_rest_is_what_refuses_where_rest_is_due() -> None:
    device = Device(record_found=True, record={"flags": 2, "heat_time_s": 5400})
    device.settle()
    device.press(500)
    assert device.take_events()[-1] == (EventKind.REFUSED, Refusal.REST_DUE)


@pytest.mark.parametrize("fault", [fault for fault, info in FAULTS.items() if info.lockout == "C"])
@pytest.mark.parametrize("held_ms", [500, 3000, 7000])
def test_no_press_is_answered_while_a_hard_fault_is_held(fault: Fault, held_ms: int) -> None:
    device = Device(record_found=True, record={"latched": 1 << fault - 1})
    device.settle()
    device.messages.clear()
    device.press(held_ms)
    assert device.take_events() == [(EventKind.BUTTON_PRESSED, 0), (EventKind.BUTTON_RELEASED, 0)]
    assert device.latched == {fault}
