"""What the firmware may use of the chip, at its busiest: flash, memory with the deepest stack, time."""

from __future__ import annotations

import subprocess
import time
from dataclasses import replace

import pytest
from board_host import BoardHost, heat
from emulator import EmulatedBoard, build
from hazard_figures import measured
from hazard_on_avr import LEARNT_S
from poultice.link import contract

pytestmark = [pytest.mark.avr, pytest.mark.slow]

RAM_BYTES = 2048
FLASH_MAX_BYTES = 28 * 1024
RAM_MAX_BYTES = 1638  # 1.6 KiB
LOOP_MAX_US = 5000  # half of a pass
BUSY = replace(heat((10, 20), 40.0), motor_intensity_percent=(30, 50, 70, 100))


def section_bytes(*names: str) -> int:
    """Of the ELF, by avr-size."""
    told = subprocess.run(
        ["avr-size", "-A", str(build() / "poultice.elf")], capture_output=True, text=True, check=True, timeout=30
    )
    words = [line.split() for line in told.stdout.splitlines()]
    return sum(int(word[1]) for word in words if word and word[0] in names)


def test_the_flash() -> None:
    """What is programmed: code, constants and the variables' first values."""
    measured("flash", section_bytes(".text", ".data"), FLASH_MAX_BYTES, "bytes")


def test_memory_and_time_at_the_busiest(chip: EmulatedBoard, chip_host: BoardHost) -> None:
    """Heat, massage, questions, a thermistor that breaks, records written: then the worst since power-on counts."""
    chip_host.wish(BUSY)
    time.sleep(LEARNT_S)
    for _ in range(20):
        chip_host.send(contract.HelloRequest())
        time.sleep(0.05)
    chip.fault("open-ntc", zone="lumbar")
    status = chip_host.wait_for(contract.Status, lambda status: status.latched_faults != 0, 5.0)
    chip_host.hello()
    chip.press(2.5)
    chip_host.wait_for(contract.Event, lambda event: event.kind == contract.EventKind.BUTTON_RELEASED, 20.0)
    status = chip_host.status()
    measured("slowest pass of the main loop", status.loop_time_us, LOOP_MAX_US, "µs")
    left = chip.observe().everything["stack_left"]
    assert left < RAM_BYTES - section_bytes(".data", ".bss", ".noinit"), "the stack was used"
    measured("variables and deepest stack", RAM_BYTES - left, RAM_MAX_BYTES, "bytes")
