"""Heat through the real binary: what is asked for flows, and every way of ending it ends it in time.

Times are the board's own, from observation to observation, so that a busy computer does not stretch them.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from board_host import BoardHost, heat
from boards import Observation
from emulator import EmulatedBoard
from poultice.link import contract

ZONES = ("lumbar", "upper_back")


def off(seen: Observation) -> bool:
    """Neither a switch is driven nor a duty applied, nor does anything flow."""
    return not any(seen.everything["gate"]) and not any(seen.duty_permille) and not any(seen.heater_w)


def full_heat(board: EmulatedBoard, host: BoardHost) -> Observation:
    """Both zones heat, all the time; the moment at which that was seen."""
    host.wish(heat((30, 30)))
    board.wait_for(lambda seen: all(seen.heater_w) and min(seen.duty_permille) > 900, timeout_s=5)
    return board.observe()


def stays_off(board: EmulatedBoard, since: Observation) -> bool:
    """Nothing came back for more than a whole window."""
    time.sleep(1.2)
    seen = [each for each in board.history(since.time_monotonic_s) if each.board_s > since.board_s]
    return seen[-1].board_s - since.board_s > 1.0 and not any(any(each.heater_w) for each in seen)


def test_the_power_asked_for_flows(board: EmulatedBoard, armed: BoardHost, mean: Callable[..., float]) -> None:
    armed.wish(heat((10, 20), target_c=40))
    time.sleep(2.0)  # the estimate of the elements' power settles
    begin_s = time.monotonic()
    time.sleep(3.1)

    status = armed.status()
    seen = board.history(begin_s)
    window = [each for each in seen if each.board_s <= seen[0].board_s + 3.0]  # whole windows: all phases count alike
    for zone in range(2):
        duty = mean(window, lambda each, zone=zone: 1000 * each.everything["gate"][zone])
        asked = mean(window, lambda each, zone=zone: each.duty_permille[zone])
        assert duty == pytest.approx(asked, abs=10), "the pin does what the core decided"
        assert status.zone_duty_permille[zone] == pytest.approx(asked, abs=20), "and STATUS says so"
        assert mean(window, lambda each, zone=zone: each.heater_w[zone]) == pytest.approx((10, 20)[zone], rel=0.05)
    assert status.state == contract.DeviceState.ACTIVE
    assert all(each.enable and each.rail_on for each in window)


def test_zones_take_turns_while_their_sum_allows(board: EmulatedBoard, armed: BoardHost) -> None:
    armed.wish(heat((12, 12)))
    board.wait_for(lambda seen: min(seen.duty_permille) > 300, timeout_s=3)
    time.sleep(2.0)

    gates = [tuple(seen.everything["gate"]) for seen in board.history()]
    assert {(True, False), (False, True)} <= set(gates)
    assert (True, True) not in gates


def test_a_zone_is_not_heated_above_its_target(board: EmulatedBoard, armed: BoardHost) -> None:
    board.warm(37.5)
    time.sleep(0.3)
    armed.wish(heat((30, 30), target_c=36))
    status = armed.wait_for(contract.Status, lambda status: status.zone_asked_deci_w == (300, 300))

    assert status.zone_limited_by == (contract.LimitedBy.TARGET,) * 2
    assert off(board.observe())


def test_stop_ends_heat_within_30_ms(board: EmulatedBoard, armed: BoardHost) -> None:
    full_heat(board, armed)
    sent_s = time.monotonic()
    armed.stop()
    ended = board.wait_for(off, timeout_s=1, since_s=sent_s)

    assert ended.board_s - ended.everything["heard_s"] <= 0.030, "from the last byte of STOP at the board"
    assert armed.status().state == contract.DeviceState.IDLE
    assert stays_off(board, ended)


def test_a_silent_host_ends_heat_within_1_6_s(board: EmulatedBoard, armed: BoardHost) -> None:
    full_heat(board, armed)
    armed.wish(None)
    ended = board.wait_for(off, timeout_s=3)

    assert 1.4 <= ended.board_s - ended.everything["heard_s"] <= 1.6
    assert armed.status().faults & 1 << contract.Fault.LEASE_EXPIRED - 1
    assert stays_off(board, ended)


@pytest.mark.parametrize(
    ("name", "sensor", "fault"),
    [("open-ntc", "left", contract.Fault.SENSOR_OPEN), ("shorted-ntc", "right", contract.Fault.SENSOR_SHORT)],
)
def test_a_broken_thermistor_ends_heat_within_0_4_s(
    board: EmulatedBoard, armed: BoardHost, name: str, sensor: str, fault: contract.Fault
) -> None:
    before = full_heat(board, armed)
    board.fault(name, zone="upper_back", sensor=sensor)
    ended = board.wait_for(off, timeout_s=2)

    assert ended.board_s - before.board_s <= 0.4
    status = armed.wait_for(contract.Status, lambda status: status.state == contract.DeviceState.LATCHED_B)
    assert status.latched_faults == 1 << fault - 1
    broken = 2 if sensor == "left" else 3
    trusted = [trust == contract.SensorTrust.TRUSTED for trust in status.sensor_trust]
    assert trusted == [place != broken for place in range(4)], "the chip's channels are wired to the right sensors"
    assert stays_off(board, ended)


def test_a_shorted_switch_stops_with_the_enable(board: EmulatedBoard, armed: BoardHost) -> None:
    board.fault("shorted-mosfet", zone="lumbar")
    armed.wish(heat((0, 10)))
    board.wait_for(lambda seen: seen.heater_w[0] > 20 and not seen.everything["gate"][0], timeout_s=3)

    armed.stop()
    ended = board.wait_for(lambda seen: not any(seen.heater_w) and not seen.rail_on, timeout_s=2)

    assert ended.board_s - ended.everything["heard_s"] <= 0.030 + 0.100, "the charge pump holds for 100 ms"
    assert stays_off(board, ended)


def test_a_frozen_chip_loses_the_rail(board: EmulatedBoard, armed: BoardHost) -> None:
    full_heat(board, armed)
    before = board.observe()
    board.fault("frozen-mcu")
    ended = board.wait_for(lambda seen: not seen.rail_on, timeout_s=2)

    assert all(ended.everything["gate"]), "its pins stay as they were"
    assert not any(ended.heater_w)
    assert ended.board_s - before.board_s <= 0.15, "100 ms, and the way of the line that freezes it"


def test_a_hung_main_loop_loses_heat_and_is_reset(board: EmulatedBoard, armed: BoardHost) -> None:
    before = full_heat(board, armed)
    board.fault("hung-loop")
    gates_low = board.wait_for(lambda seen: not any(seen.everything["gate"]), timeout_s=2)
    rail_gone = board.wait_for(lambda seen: not seen.rail_on, timeout_s=2, since_s=before.time_monotonic_s)

    assert gates_low.board_s - before.board_s <= 0.15, "the duty was lent for 50 ms"
    assert rail_gone.board_s - before.board_s <= 0.2
    board.wait_for(lambda seen: seen.board_s - before.board_s > 0.5, timeout_s=2)
    board.clear("hung-loop")
    hello = armed.wait_for(contract.Hello, timeout_s=3)
    assert hello.reset_cause == contract.ResetCause.WATCHDOG
    assert armed.status().state == contract.DeviceState.IDLE, "heat never resumes by itself"
    assert stays_off(board, rail_gone)
