"""A bit of the core's memory that turns over by itself: seen in the next step, whichever it is."""

from __future__ import annotations

from typing import Any

import pytest
from native import Device, heat
from poultice.link import contract
from poultice.link.contract import DeviceState, EventKind, Fault, ResetCause, SelfTest

WARM = heat(20.0, 40.0)


def test_the_seal_is_the_complement_of_the_sum_of_words(core: Any) -> None:
    assert core.seal_of(b"", 0) == 0xFFFF
    assert core.seal_of(b"\x01\x02\x03\x04", 4) == 0xFFFF ^ 0x0604
    assert core.seal_of(b"\x01\x02\x03", 3) == 0xFFFF ^ 0x0204
    assert core.seal_of(b"\xff\xff\x02\x00", 4) == 0xFFFF ^ 0x0001


@pytest.mark.parametrize("size", [6, 7])
def test_no_single_flip_escapes(core: Any, size: int) -> None:
    memory = bytes(range(1, size + 1))
    for place in range(size):
        for bit in range(8):
            flipped = bytearray(memory)
            flipped[place] ^= 1 << bit
            assert core.seal_of(bytes(flipped), size) != core.seal_of(memory, size)


def test_any_flip_of_any_variable_locks_for_good_in_the_next_step() -> None:
    size = Device().size
    for byte in range(0, size, 3):
        device = Device()
        device.arm()
        device.run(300, WARM)
        assert any(device.heater_permille)
        device.messages.clear()
        device.flip(byte, byte % 8)
        device.step()
        assert device.all_off
        assert Fault.RAM_CHANGED in device.latched
        assert device.status().state is DeviceState.LATCHED_C


def test_it_is_told_and_not_passed_any_more() -> None:
    device = Device()
    device.arm()
    device.messages.clear()
    device.flip(device.size - 1, 0)
    device.step()
    assert device.take_events() == [(EventKind.FAULT, Fault.RAM_CHANGED)]
    assert len(device.take(contract.Hello)) == 1, "it began anew"
    assert not device.self_tests & 1 << SelfTest.RAM
    device.run(1000)
    assert device.faults == {Fault.RAM_CHANGED}, "until a reset"


def test_what_it_changes_itself_it_seals_itself() -> None:
    device = Device()
    device.sealed = False  # nobody seals for it
    device.reset(ResetCause.POWER_ON)
    device.step()
    device.identify(b"POULTICE")
    device.step()
    device.run(500)
    assert device.latched == set()


def test_what_lies_behind_the_device_is_not_sealed(core: Any, ffi: Any) -> None:
    size, behind = core.probe_size(b"device"), 16
    memory = ffi.new("uint8_t[]", size + behind)
    device = ffi.cast("struct device *", memory)
    outputs = ffi.new("struct device_outputs *")
    start = ffi.new("struct device_start *", {"self_tests": 0xFFFF})
    inputs = ffi.new("struct device_inputs *", {"self_tests": 0xFFFF})
    core.device_reset(device, start)
    for filler in (b"\xff", b"\x55"):
        ffi.buffer(memory)[size:] = filler * behind
        core.device_step(device, inputs, outputs)
    assert core.device_latched(device) == 0


def test_beginning_anew_it_still_knows_its_own_number() -> None:
    device = Device()
    device.identify(b"POULTICE")
    device.settle()
    device.messages.clear()
    device.flip(device.size - 1, 0)
    device.step()
    (hello,) = device.take(contract.Hello)
    assert bytes(hello.board_id) == b"POULTICE"
