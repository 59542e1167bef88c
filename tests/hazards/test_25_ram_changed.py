"""Hazard 25: memory does not hold what was written, or registers do not. Each of these self-tests locks for good as
soon as it fails; how fast the chip finds a bit that turned over is measured on the emulator.
"""

from __future__ import annotations

import random

import pytest
from hazard_figures import Reaction, judge
from native import Device, heat
from poultice.link import contract

REACTION_S = 0.1
STEP_S = 0.01


@pytest.mark.slow
def test_any_bit_of_what_the_core_remembers() -> None:
    """Latches, timers, targets, what is armed: the next step finds it. tests/firmware/test_seal.py flips every byte."""
    chance = random.Random(25)
    for byte in range(0, Device().size, 5):
        device = Device()
        device.warm(33.0)
        device.run(300)
        device.press(500)
        device.run(2000, demand=heat(20.0, 40.0))
        assert any(device.outputs.heater_permille)
        device.flip(byte, chance.randrange(8))
        device.step()
        assert not any(device.outputs.heater_permille), f"byte {byte}"
        assert not device.outputs.enable
        assert contract.Fault.RAM_CHANGED in device.latched, f"byte {byte}"
    ram = contract.Fault.RAM_CHANGED
    judge(25, "any bit of the core's memory", Reaction(STEP_S, 33.0, 0.0), REACTION_S, ram, told={ram}, latched={ram})


@pytest.mark.parametrize("test", ["ram", "registers"])
def test_heat_ends_for_good(new_host, test: str) -> None:
    host = new_host(warm_c=36.0)
    host.heat(target_c=40.0)
    host.board.inject("failed-self-test", test=test)
    reaction = host.react(REACTION_S)
    host.judge(25, f"self-test of the {test} fails", reaction, REACTION_S, contract.Fault.RAM_CHANGED)
    assert host.status.state == contract.DeviceState.LATCHED_C
    assert host.stays_off()
