"""Massage motors, measured at the timers' outputs."""

from __future__ import annotations

import pytest
from board_host import NOTHING, BoardHost, massage
from emulator import EmulatedBoard
from poultice.link import contract


@pytest.mark.parametrize("motor", range(contract.COUNT_MOTORS))
def test_each_motor_has_its_own_pin(board: EmulatedBoard, host: BoardHost, motor: int) -> None:
    asked = [0] * contract.COUNT_MOTORS
    asked[motor] = 60
    host.wish(massage(*asked))
    status = host.wait_for(contract.Status, lambda status: status.motor_applied_percent[motor] == 60)

    assert [percent > 0 for percent in status.motor_applied_percent] == [percent > 0 for percent in asked]
    seen = board.observe()
    assert [pwm > 0 for pwm in seen.motor_pwm] == [percent > 0 for percent in asked]
    assert seen.motor_pwm[motor] == pytest.approx(60 / 100 * 254, abs=2)


def test_a_motor_ramps_and_never_reaches_255(board: EmulatedBoard, host: BoardHost) -> None:
    host.wish(massage(100, 100, 100, 100))
    board.wait_for(lambda seen: seen.motor_pwm == (254,) * 4, timeout_s=4)

    seen = [each for each in board.history() if each.motor_pwm[0] > 0]
    assert seen[-1].board_s - seen[0].board_s >= 0.7, "from still to full in about a second"
    assert len({each.motor_pwm[0] for each in seen}) > 20
    assert max(max(each.motor_pwm) for each in seen) <= 254


def test_nothing_asked_disconnects_the_motors(board: EmulatedBoard, host: BoardHost) -> None:
    host.wish(massage(50, 50, 50, 50))
    board.wait_for(lambda seen: min(seen.motor_pwm) > 100, timeout_s=3)
    host.wish(NOTHING)

    board.wait_for(lambda seen: seen.motor_pwm == (0, 0, 0, 0), timeout_s=3)
    assert host.status().motor_applied_percent == (0, 0, 0, 0)
