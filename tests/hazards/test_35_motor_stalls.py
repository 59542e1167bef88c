"""Hazard 35: hair or cloth stops a motor. It draws more than its switch explains: all motors are off within 0.5 s, and
the third time within five minutes locks.
"""

from __future__ import annotations

import pytest
from poultice.link import contract, facts

REACTION_S = 0.5
MOTORS = [motor.name for motor in facts.MOTORS]


def still(host) -> bool:
    return not any(host.board.observe().motor_pwm)


@pytest.mark.parametrize("motor", MOTORS)
@pytest.mark.parametrize("watts", [(0.0, 0.0), (20.0, 20.0)])
@pytest.mark.parametrize("percent", [60, 100])
def test_all_motors_are_off(new_host, motor: str, watts, percent: int) -> None:
    host = new_host(warm_c=36.0)
    host.arm()
    host.ask(watts, 40.0 if any(watts) else 0.0)
    host.run(3.0)  # what the heaters draw is learnt while the motors rest
    host.ask(watts, 40.0 if any(watts) else 0.0, (percent,) * 4)
    host.run(3.0)
    assert not still(host)
    host.board.inject("motor-stall", motor=motor)
    took_s = host.seconds_until(still, REACTION_S)
    host.run(0.5)
    reaction = host.react(0.5, 1.0)
    host.judge(
        35,
        f"{motor.replace('_', ' ')} at {percent} %",
        reaction.after(took_s),
        REACTION_S,
        contract.Fault.MOTOR_CURRENT,
    )
    assert still(host), "until the host has asked for none"


def test_the_third_time_locks(new_host) -> None:
    host = new_host(warm_c=36.0)
    for _ in range(3):
        assert not host.latched
        host.ask((0.0, 0.0), 0.0, (80,) * 4)
        host.run(3.0)
        host.board.inject("motor-stall", motor="upper_left")
        host.seconds_until(still, REACTION_S)
        host.board.clear_fault("motor-stall")
        host.ask((0.0, 0.0), 0.0)
        host.run(20.0)
    assert host.latched == {contract.Fault.MOTOR_STALLS}
    host.ask((0.0, 0.0), 0.0, (80,) * 4)
    host.run(3.0)
    assert still(host)
