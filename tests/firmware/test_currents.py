"""All watches on one circuit: no false trip on a healthy pad, and no more watts than were asked."""

from __future__ import annotations

from random import Random

import pytest
from electric import Circuit, Watched
from poultice.link.contract import Fault

POWER_W = 30.0


def healthy(random: Random) -> Circuit:
    """Elements 30 % off, a supply 10 % off that sags, motors 20 % off, a shunt 5 % off, noise of up to half an LSB of
    the mean."""
    return Circuit(
        supply_v=24.0 * random.uniform(0.9, 1.1),
        supply_ohm=random.uniform(0.05, 0.5),
        element_w=(random.uniform(21, 39), random.uniform(21, 39)),
        motor_times=random.uniform(0.8, 1.2),
        board_a=random.uniform(0.01, 0.035),
        shunt_times=random.uniform(0.95, 1.05),
        noise_a=random.uniform(0, 0.0025),
        random=random,
    )


@pytest.mark.parametrize("seed", range(60))
def test_no_false_trip(seed: int) -> None:
    random = Random(seed)
    watched = Watched(healthy(random))
    for _ in range(20):
        power_w = random.choice([0.0, 0.0, 1.0, 5.0, 15.0, POWER_W, POWER_W])
        percent = random.choice([0, 0, 10, 17, 18, 30, 60, 100])
        watched.run(random.choice([1, 2, 3, 5, 8, 20, 40]), power_w, percent)
    assert watched.told == set()


@pytest.mark.parametrize("seed", range(20))
def test_no_false_trip_on_12_v(seed: int) -> None:
    random = Random(seed)
    circuit = healthy(random)
    circuit.supply_v = random.uniform(12.0, 13.2)
    circuit.supply_ohm = random.uniform(0.05, 0.3)
    watched = Watched(circuit)
    for _ in range(10):
        watched.run(random.choice([5, 20, 40]), random.choice([5.0, POWER_W]), random.choice([0, 30, 100]))
    assert watched.told == set()


@pytest.mark.parametrize("watts", [(33.0, 33.0), (40.0, 40.0), (60.0, 60.0), (90.0, 90.0), (21.0, 60.0), (60.0, 21.0)])
@pytest.mark.parametrize("percent", [0, 100])
def test_a_strong_element_gives_no_more_than_was_asked(watts: tuple[float, float], percent: int) -> None:
    watched = Watched(Circuit(element_w=watts))
    watched.run(20, POWER_W, percent)
    for _ in range(100):
        watched.cycle(POWER_W, percent)
        for zone in (0, 1):
            assert watched.circuit.watts(watched.duty, zone) <= POWER_W * 1.03
    assert watched.told <= {Fault.MOTOR_CURRENT}


@pytest.mark.parametrize("supply_v", [12.0, 21.6, 24.0, 26.4])
def test_a_sound_element_gives_what_it_can(supply_v: float) -> None:
    watched = Watched(Circuit(supply_v=supply_v, supply_ohm=0.05))
    watched.run(60, POWER_W)
    can_w = min(POWER_W, 30.0 * (supply_v / 24) ** 2)
    mean_w = [0.0, 0.0]
    for _ in range(100):
        watched.cycle(POWER_W)
        for zone in (0, 1):
            mean_w[zone] += watched.circuit.watts(watched.duty, zone) / 100
    assert mean_w == [pytest.approx(can_w, rel=0.07)] * 2
    assert max(watched.duty) <= 980


def test_an_element_that_becomes_strong_is_seen_behind_switches_that_are_always_on() -> None:
    watched = Watched(Circuit(element_w=(29.0, 29.0)))
    watched.run(60, POWER_W)
    assert max(watched.duty) == 980
    watched.circuit.element_w = (29.0, 60.0)
    watched.run(40, POWER_W)
    assert watched.circuit.watts(watched.duty, 1) <= POWER_W * 1.03


def test_zones_that_take_turns_without_a_pause_get_one() -> None:
    watched = Watched(Circuit())
    watched.run(40, 14.9)
    assert sum(watched.duty) >= 900
    for _ in range(50):
        watched.run(5, 14.9)
        assert max(watched.heater.unseen_cycles) < 20


def test_a_weak_supply_is_tried_again_every_two_seconds() -> None:
    watched = Watched(Circuit(supply_v=12.0, supply_ohm=1.5))
    on = [bool(watched.cycle(POWER_W)) for _ in range(100)]
    assert watched.told == {Fault.SUPPLY_DIP}
    assert 0.8 <= sum(on) / len(on) <= 0.95
    assert on[-22:].count(False) > 0
