"""A motor that draws more than its switch explains stops all of them; the third time within 5 minutes locks the pad."""

from __future__ import annotations

from typing import Any

import pytest
from electric import Circuit, Watched, core, faults, interface, new
from poultice.link.contract import Fault

STALL, OFTEN = {Fault.MOTOR_CURRENT}, {Fault.MOTOR_CURRENT, Fault.MOTOR_STALLS}
BOARD_MA = 20
FULL_MA = 480 + 15  # four motors of 120 mA, and 3 %
ALLOWED_MA = 120
NEVER = 255


class Motors:
    """The watch alone, with currents told to it."""

    def __init__(self, percent: int = 100) -> None:
        self.motors, self.heater = new("motor_current"), new("heater")
        self.massage: Any = interface().new("struct massage *", {"permille": [percent * 10] * 4})
        self.heater.rail_steady = True

    def cycle(self, drawn_ma: dict[int, int], asked: bool = True, elapsed_ms: int = 100) -> set[Fault]:
        """One ADC cycle that saw these combinations of heater switches."""
        for switches in range(4):
            self.heater.drawn_age[switches] = 0 if switches in drawn_ma else NEVER
            self.heater.drawn_ma[switches] = drawn_ma.get(switches, 0)
        core().motor_current_pass_time(self.motors, asked, elapsed_ms)
        core().motor_current_watch(self.motors, self.heater, self.massage, BOARD_MA)
        return faults(core().motor_current_faults(self.motors))

    def trip(self) -> set[Fault]:
        """A stall, and what it is called."""
        for _ in range(3):
            assert self.cycle({0: 4000}) == set()
        return self.cycle({0: 4000})


@pytest.mark.parametrize(("percent", "expected_ma"), [(100, FULL_MA), (50, 247), (18, 84 + 2), (17, 240 + 7), (1, 12)])
@pytest.mark.parametrize("more_ma", [0, 1])
def test_more_than_one_motor_above_what_the_switches_explain(percent: int, expected_ma: int, more_ma: int) -> None:
    motors = Motors(percent)
    drawn_ma = BOARD_MA + expected_ma + ALLOWED_MA + more_ma
    for _ in range(3):
        assert motors.cycle({0: drawn_ma}) == set()
    assert motors.cycle({0: drawn_ma}) == (STALL if more_ma else set())


def test_a_cycle_without_it_starts_the_400_ms_again() -> None:
    motors = Motors()
    for _ in range(5):
        for _ in range(3):
            assert motors.cycle({0: 900}) == set()
        assert motors.cycle({0: 500}) == set()


def test_motors_that_rest_start_the_400_ms_again() -> None:
    motors = Motors()
    for _ in range(5):
        motors.massage.permille = [1000] * 4
        for _ in range(3):
            assert motors.cycle({0: 900}) == set()
        motors.massage.permille = [0] * 4
        assert motors.cycle({}) == set(), "nothing was seen"
        assert motors.cycle({}) == set(), "and they rest"


def test_a_cycle_in_which_nothing_was_seen_says_nothing() -> None:
    motors = Motors()
    for _ in range(3):
        motors.cycle({0: 900})
        assert motors.cycle({}) == set()
    assert motors.cycle({0: 900}) == STALL


def test_a_motor_that_was_stopped_a_moment_ago_explains_its_current_for_one_more_cycle() -> None:
    motors = Motors()
    motors.cycle({0: 500})
    motors.massage.permille = [0] * 4
    motors.cycle({0: 500})
    assert motors.motors.over == 0
    motors.cycle({0: 500})
    assert motors.motors.over == 0, "and without motors there is nothing to stop: this is the quiet slot's business"


def test_tripped_until_the_host_asks_all_motors_to_rest() -> None:
    motors = Motors()
    assert motors.trip() == STALL
    motors.massage.permille = [0] * 4
    for _ in range(100):
        assert motors.cycle({0: 20}) == STALL
    assert motors.cycle({0: 20}, asked=False) == set()
    assert motors.cycle({0: 20}) == set()


def test_the_third_within_5_minutes_is_too_often() -> None:
    motors = Motors()
    for expected in (STALL, STALL, OFTEN, OFTEN):
        assert motors.trip() == expected
        assert motors.cycle({0: 20}) == expected
        assert motors.cycle({0: 20}, asked=False) == set()


def test_a_stall_that_nobody_stops_trips_again_every_400_ms() -> None:
    motors = Motors()
    told = [motors.cycle({0: 4000}) for _ in range(12)]
    assert told == [set()] * 3 + [STALL] * 8 + [OFTEN]


@pytest.mark.parametrize(("elapsed_ms", "expected"), [(299_099, OFTEN), (299_100, STALL)])  # and 900
def test_counted_from_the_first_of_the_three(elapsed_ms: int, expected: set[Fault]) -> None:
    motors = Motors()
    motors.trip()
    motors.cycle({0: 20}, asked=False)
    motors.trip()
    motors.cycle({0: 20}, asked=False, elapsed_ms=elapsed_ms)
    assert motors.trip() == expected


# ---- beside the heaters


def test_what_the_heaters_draw_is_learnt_while_the_motors_rest() -> None:
    motors = Motors(percent=0)
    motors.cycle({1: BOARD_MA + 1700, 3: BOARD_MA + 3300})
    assert list(motors.motors.heaters_ma) == [0, 1700, 65535, 3300]
    motors.massage.permille = [1000] * 4
    limit_ma = BOARD_MA + FULL_MA + ALLOWED_MA
    for _ in range(20):
        assert motors.cycle({1: limit_ma + 1700, 3: limit_ma + 3300}) == set()
    assert motors.motors.over == 0
    for _ in range(4):
        told = motors.cycle({1: limit_ma + 1700, 3: limit_ma + 3301})
    assert told == STALL


def test_what_flows_with_all_heaters_off_is_never_learnt_as_theirs() -> None:
    motors = Motors(percent=0)
    motors.cycle({0: BOARD_MA + 300})
    motors.massage.permille = [1000] * 4
    for _ in range(4):
        told = motors.cycle({0: BOARD_MA + FULL_MA + ALLOWED_MA + 1})
    assert told == STALL


def test_less_than_the_board_alone_is_learnt_as_nothing() -> None:
    motors = Motors(percent=0)
    motors.cycle({1: BOARD_MA - 5})
    assert motors.motors.heaters_ma[1] == 0


def test_a_combination_never_seen_at_rest_is_the_sum_of_its_zones() -> None:
    motors = Motors()
    motors.heater.own_ma = (1000, 1500)
    limit_ma = BOARD_MA + FULL_MA + ALLOWED_MA
    motors.cycle({1: limit_ma + 1000, 2: limit_ma + 1500, 3: limit_ma + 2500})
    assert list(motors.motors.heaters_ma) == [0, 1000, 1500, 2500]
    assert motors.motors.over == 0
    motors.heater.own_ma = (2000, 2000)
    motors.cycle({3: limit_ma + 2501})
    assert motors.motors.over == 1, "a stall is not learnt as heat"


@pytest.mark.parametrize("own_ma", [(0, 0), (0, 1250), (1250, 0)])
def test_with_a_zone_never_measured_it_says_nothing(own_ma: tuple[int, int]) -> None:
    motors = Motors()
    motors.heater.own_ma = own_ma
    for _ in range(10):
        assert motors.cycle({3: 4900}) == set()


def test_a_rail_that_rose_in_the_middle_is_neither_learnt_nor_judged() -> None:
    motors = Motors(percent=0)
    motors.heater.rail_steady = False
    motors.cycle({1: 300})
    assert motors.motors.heaters_ma[1] == 65535
    motors.heater.own_ma = (1250, 1250)
    motors.massage.permille = [1000] * 4
    for _ in range(10):
        assert motors.cycle({1: 4900}) == set()
    for _ in range(4):
        told = motors.cycle({0: 4900})
    assert told == STALL, "without heaters the rail does not matter"


# ---- in a circuit


@pytest.mark.parametrize("power_w", [0.0, 5.0, 15.0, 30.0])
@pytest.mark.parametrize(("motor_times", "shunt_times"), [(1.0, 1.0), (0.9, 0.95), (1.2, 1.05)])
@pytest.mark.parametrize("element_w", [(30.0, 30.0), (21.0, 39.0), (39.0, 39.0)])
def test_one_of_four_stalls(
    power_w: float, motor_times: float, shunt_times: float, element_w: tuple[float, float]
) -> None:
    watched = Watched(Circuit(element_w=element_w, motor_times=motor_times, shunt_times=shunt_times))
    watched.run(30, power_w)
    assert watched.run(60, power_w, percent=100) == set()
    watched.circuit.stalled = 1
    assert watched.cycles_until(Fault.MOTOR_CURRENT, power_w, percent=100) <= 5
    assert watched.circuit.motors_permille == 0
    assert watched.told == STALL


def test_blocked_from_the_start() -> None:
    watched = Watched(Circuit(stalled=1))
    watched.run(30, 30.0)
    assert watched.cycles_until(Fault.MOTOR_CURRENT, 30.0, percent=100) <= 10 + 5


@pytest.mark.parametrize(
    ("permille", "expected_ma"),
    [
        (1000, 120 + 3),
        (983, 117 + 3),  # 117.96 and 3.66
        (517, 62 + 1),  # 62.04 and 1.94
        (180, 21 + 0),
        (179, 63 + 1),  # 21.48 thrice: perhaps it stands still
        (0, 0),
    ],
)
@pytest.mark.parametrize("motor", range(4))
def test_what_one_motor_may_draw_to_the_milliampere(motor: int, permille: int, expected_ma: int) -> None:
    motors = Motors(0)
    motors.massage.permille[motor] = permille
    motors.cycle({0: 0})
    assert motors.motors.expected_ma == expected_ma
