"""Hazard 22: the chip freezes with its pins as they are. The enable line no longer toggles: the rail of the upper
switches is gone within 0.1 s. Only a chip can suffer it: on the real binary in the emulator.
"""

from __future__ import annotations

import pytest
from board_host import BoardHost, heat
from emulator import EmulatedBoard
from hazard_figures import Reaction
from hazard_on_avr import MORE, heating, judge_reset

pytestmark = [pytest.mark.avr, pytest.mark.slow]

REACTION_S = 0.1


@pytest.mark.parametrize("watts", [(30, 30), pytest.param((30, 0), marks=MORE)])
def test_it_loses_the_rail(chip: EmulatedBoard, chip_host: BoardHost, watts: tuple[float, float]) -> None:
    heating(chip, chip_host, heat(watts, 40.0))
    chip.wait_for(lambda seen: any(seen.everything["gate"]), 3.0)
    before = chip.fault_now("frozen-mcu")
    ended = chip.wait_for(lambda seen: not seen.rail_on, 2.0, since_s=before.time_monotonic_s)
    reaction = Reaction(ended.board_s - before.board_s, max(ended.pad_c), 0.0)
    judge_reset(22, f"{watts[0]} + {watts[1]} W flow", reaction, REACTION_S, "enable line stands still")
    assert ended.everything["gate"] == before.everything["gate"], "its pins stay as they were"
    later = chip.wait_for(lambda seen: seen.board_s >= ended.board_s + 1.2, 5.0)
    assert not any(any(seen.heater_w) for seen in chip.history(ended.time_monotonic_s))
    assert not later.rail_on
