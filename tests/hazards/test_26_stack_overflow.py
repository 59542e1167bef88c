"""Hazard 26: the stack grows into the variables. A canary between them is looked at in each pass: the chip is reset and
everything off within 0.1 s; where the stack merely came near, the self-test locks for good.
"""

from __future__ import annotations

import pytest
from board_host import BoardHost
from emulator import EmulatedBoard
from hazard_on_avr import heating, judge_reset, reaction_since
from poultice.link import contract

REACTION_S = 0.1


@pytest.mark.avr
@pytest.mark.slow
def test_a_stack_too_deep_is_reset(chip: EmulatedBoard, chip_host: BoardHost) -> None:
    heating(chip, chip_host)
    before = chip.fault_now("deep-stack")
    reaction = reaction_since(chip, before, REACTION_S)
    judge_reset(26, "the stack reaches its canary", reaction, REACTION_S, "canary, reset")
    chip_host.wait_for(contract.Status, timeout_s=5.0)
    assert chip_host.hello().reset_cause == contract.ResetCause.WATCHDOG
    assert chip_host.status().armed_remaining_ms == 0


def test_one_that_came_near_locks_for_good(new_host) -> None:
    host = new_host(warm_c=36.0)
    host.heat(target_c=40.0)
    host.board.inject("failed-self-test", test="stack")
    reaction = host.react(REACTION_S)
    host.judge(26, "self-test of the stack fails", reaction, REACTION_S, contract.Fault.RAM_CHANGED)
    assert host.status.state == contract.DeviceState.LATCHED_C
    assert host.stays_off()
