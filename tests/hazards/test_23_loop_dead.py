"""Hazard 23: the main loop hangs or leaves a task out while interrupts live on. Only a pass that went through every
task toggles the enable line and feeds the watchdog: heat ends, and the chip is reset, within 0.5 s. Only a chip can
suffer it: on the real binary in the emulator. tests/on_avr/test_self_tests.py leaves out every task in turn.
"""

from __future__ import annotations

from typing import Any

import pytest
from board_host import BoardHost
from emulator import EmulatedBoard
from hazard_on_avr import heating, judge_reset, latched, reaction_since
from poultice.link import contract

pytestmark = [pytest.mark.avr, pytest.mark.slow]

REACTION_S = 0.5


@pytest.mark.parametrize(
    ("fault", "with_"), [("hung-loop", {}), ("skipped-task", {"at": "adc_take"})], ids=["hangs", "leaves a task out"]
)
def test_it_is_reset_and_stays_off(
    chip: EmulatedBoard, chip_host: BoardHost, fault: str, with_: dict[str, Any]
) -> None:
    heating(chip, chip_host)
    before = chip.fault_now(fault, **with_)
    reaction = reaction_since(chip, before, REACTION_S)
    judge_reset(23, fault.replace("-", " "), reaction, REACTION_S, "watchdog")
    chip.clear(fault)
    chip_host.wait_for(contract.Status, timeout_s=5.0)
    assert chip_host.hello().reset_cause == contract.ResetCause.WATCHDOG
    assert chip_host.status().armed_remaining_ms == 0
    assert latched(chip_host) <= {contract.Fault.HANGS_AGAIN}, "what hangs three times in an hour is locked for good"
