"""The pad's own button, seen by the chip."""

from __future__ import annotations

from board_host import BoardHost, heat
from emulator import EmulatedBoard
from poultice.link import contract


def test_a_short_press_arms(board: EmulatedBoard, host: BoardHost) -> None:
    board.press(0.4)
    released = host.wait_for(contract.Event, lambda event: event.kind == contract.EventKind.BUTTON_RELEASED)

    assert abs(released.press_ms - 400) <= 20
    assert host.status().state == contract.DeviceState.ARMED


def test_nothing_heats_without_a_press(board: EmulatedBoard, host: BoardHost) -> None:
    host.wish(heat((30, 30)))
    status = host.wait_for(contract.Status, lambda status: status.zone_asked_deci_w == (300, 300))

    assert status.zone_limited_by == (contract.LimitedBy.NOT_ARMED,) * 2
    assert not any(board.observe().heater_w)
    assert not board.observe().enable


def test_a_press_while_it_heats_stops_at_once(board: EmulatedBoard, armed: BoardHost) -> None:
    armed.wish(heat((30, 30)))
    board.wait_for(lambda seen: sum(seen.heater_w) > 10, timeout_s=3)

    pressed = board.observe()
    board.press(0.1)
    off = board.wait_for(lambda seen: not any(seen.everything["gate"]) and not any(seen.duty_permille), timeout_s=1)

    assert off.board_s - pressed.board_s <= 0.08, "50 ms from the pin, and the way of the line that presses it"
    assert armed.status().state == contract.DeviceState.IDLE
