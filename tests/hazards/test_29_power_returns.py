"""Hazard 29: the power comes back while the host still asks. The board boots disarmed: no heat without a press."""

from __future__ import annotations

import random

import pytest
from hazard_figures import Reaction, end
from poultice.link import contract
from poultice.simulator.board import STEP_S, Observation

CYCLES = 1000


def off(seen: Observation) -> bool:
    return not any((*seen.duty_permille, *seen.heater_w, *seen.motor_pwm, seen.enable))


@pytest.mark.slow
def test_a_thousand_power_cycles_heat_nobody(new_host) -> None:
    host = new_host(warm_c=30.0)
    host.heat(target_c=40.0)
    host.run(10.0)
    chance = random.Random(29)
    host.board.reset(contract.ResetCause.POWER_ON)
    before, began_s = host.board.observe().used_j, host.board.now_s
    on: list[Observation] = []
    for _ in range(CYCLES):
        length_s = chance.choice((0.01, 0.05, 0.1, 0.3, 1.0, 2.5))
        host.run(length_s, lambda seen: None if off(seen) else on.append(seen))
        assert not host.board.observe().armed
        host.board.reset(chance.choice((contract.ResetCause.POWER_ON, contract.ResetCause.BROWN_OUT)))
    assert host.run(3.0).used_j == before
    assert host.board.now_s - began_s > CYCLES * 0.5
    reaction = Reaction(len(on) * STEP_S, max(host.board.observe().pad_c), 0.0)
    end(29, f"{CYCLES} power cycles while the host asks", reaction, 0.0, "boots disarmed")
    assert not host.latched, "and it locks nobody out"
    host.arm()
    assert any(host.run(5.0).duty_permille), "a press still works"


def test_a_lock_survives_every_cut(new_host) -> None:
    host = new_host(warm_c=36.0)
    host.heat(target_c=40.0)
    host.board.inject("open-ntc", zone="lumbar")
    host.run(1.0)
    host.board.clear_fault("open-ntc")
    for _ in range(20):
        host.board.reset(contract.ResetCause.POWER_ON)
        host.run(0.7)
        assert host.latched == {contract.Fault.SENSOR_OPEN}
    host.warm(30.0)
    host.board.press(3.0)
    host.run(4.0)
    assert not host.latched, "the long press on a cold and whole pad clears it"


def test_the_third_lock_within_a_day_is_hard(new_host) -> None:
    host = new_host(warm_c=30.0)
    for _ in range(3):
        host.heat((5.0, 5.0), 34.0)
        host.board.inject("open-ntc", zone="lumbar")
        host.run(1.0)
        host.board.clear_fault("open-ntc")
        host.ask((0.0, 0.0), 0.0)
        host.run(3.0)
        host.board.press(3.0)
        host.run(4.0)
    assert contract.Fault.LOCKS_AGAIN in host.latched
    assert host.status.state == contract.DeviceState.LATCHED_C
    host.board.service_jumper(True)
    host.board.reset(contract.ResetCause.POWER_ON)
    host.run(1.0)
    host.board.press(3.0)
    host.run(4.0)
    assert not host.latched, "only with the service jumper, on a cold pad"


@pytest.mark.slow
def test_rest_and_dose_survive_it_too(new_host) -> None:
    """90 minutes with a target set: disarmed, and neither a press nor a power cut gives more before the rest."""
    host = new_host(warm_c=34.0)
    host.heat((8.0, 8.0), 36.0)
    took_s = host.seconds_until(lambda host: contract.Fault.REST_DUE in host.told, 5410.0, 1.0)
    assert took_s > 5390.0
    assert not host.board.observe().armed
    host.board.reset(contract.ResetCause.POWER_ON)
    host.run(1.0)
    host.board.press(0.5)
    assert not host.run(2.0).armed
    assert contract.Refusal.REST_DUE in host.events(contract.EventKind.REFUSED)
    host.ask((0.0, 0.0), 0.0)
    host.run(1801.0 + 100.0)
    host.arm()
