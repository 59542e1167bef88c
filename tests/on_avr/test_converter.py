"""A converter, its multiplexer or its reference that lies: heat ends within a second. Times are the board's own."""

from __future__ import annotations

import pytest
from board_host import BoardHost, heat
from emulator import EmulatedBoard
from poultice.link import contract

CONVERTER_FAULTS = (contract.Fault.ADC_REFERENCE, contract.Fault.ADC_STUCK)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("stuck-mux", {"channel": "lumbar_left"}),
        ("stuck-mux", {"channel": "ground"}),
        ("frozen-adc", {}),
        ("dead-adc", {}),
        ("shifted-reference", {"percent": 10}),
        ("shifted-reference", {"percent": -10}),
    ],
)
def test_a_lying_converter_ends_heat_within_a_second(
    board: EmulatedBoard, armed: BoardHost, name: str, arguments: dict[str, object]
) -> None:
    armed.wish(heat((30, 30)))
    board.wait_for(lambda seen: all(seen.heater_w), timeout_s=5)
    before = board.observe()
    board.fault(name, **arguments)
    ended = board.wait_for(lambda seen: not any(seen.duty_permille), timeout_s=3)

    assert ended.board_s - before.board_s <= 1.0
    status = armed.wait_for(contract.Status, lambda status: status.state == contract.DeviceState.LATCHED_B)
    assert any(status.latched_faults & 1 << fault - 1 for fault in CONVERTER_FAULTS)
