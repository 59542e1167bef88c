"""Hazards 25 and 26: memory does not hold what was written, registers do not, or the stack grew into it. Each of these
self-tests locks for good as soon as it fails; how fast the chip finds one is measured on the emulator.
"""

from __future__ import annotations

import pytest
from poultice.link import contract

REACTION_S = 0.1


@pytest.mark.parametrize(("row", "test"), [(25, "ram"), (25, "registers"), (26, "stack")])
def test_heat_ends_for_good(new_host, row: int, test: str) -> None:
    host = new_host(warm_c=36.0)
    host.heat(target_c=40.0)
    host.board.inject("failed-self-test", test=test)
    reaction = host.react(REACTION_S)
    host.judge(row, f"self-test of the {test} fails", reaction, REACTION_S, contract.Fault.RAM_CHANGED)
    assert host.status.state == contract.DeviceState.LATCHED_C
    assert host.stays_off()
