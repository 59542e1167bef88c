"""Hazard 1: a control bug asks for full power. A zone is heated only below its target + 1 K; at 43 °C it is cut."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from statistics import linear_regression

import pytest
from poultice.link import contract

CYCLE_S = 0.1
SLOPE_READINGS = 50  # 5 s
EARLY_K = 0.5  # what the readings' noise makes of the slope
OVERSHOOT_K = 0.7  # what is in the element, and the thermistor's lag, at 30 W on a covered pad
REACTION_S = 0.5


def off(seen) -> bool:
    return not any((*seen.duty_permille, *seen.heater_w))


def hottest(seen) -> float:
    return max(seen.pad_c)


@pytest.mark.parametrize("target_c", [*(pytest.param(each, marks=pytest.mark.slow) for each in (38.0, 40.0)), 42.0])
def test_full_duty_never_passes_the_target_far(covered, target_c: float) -> None:
    covered.heat((30.0, 30.0), target_c)
    peak_c: list[float] = []
    for _ in range(10):  # armed without a rest, for minutes
        covered.run(60.0, lambda seen: peak_c.append(hottest(seen)))
    assert max(peak_c) <= target_c + 1.0 + OVERSHOOT_K
    assert max(peak_c) >= target_c - 1.0, "it did heat"
    assert max(peak_c) <= 43.0 + OVERSHOOT_K


def test_a_pad_warmer_than_its_target_gets_nothing(new_host) -> None:
    host = new_host(warm_c=36.0)
    host.arm()
    host.ask((30.0, 30.0), 34.0)
    assert host.run(5.0).used_j == (0.0, 0.0)
    assert host.status.zone_limited_by == (contract.LimitedBy.TARGET,) * 2


def heating_at(host, temperature_c: float) -> None:
    """Long enough there for no slope to be left."""
    host.heat(target_c=42.0)
    host.warm(temperature_c - 1.0)
    host.run(6.0)
    host.warm(temperature_c)
    assert any(host.board.observe().duty_permille)


@pytest.mark.parametrize("warm_c", [43.2, 43.9])
def test_at_43_degrees_it_is_cut_and_comes_back_when_cooler(new_host, warm_c: float) -> None:
    host = new_host(warm_c=40.0)
    heating_at(host, 42.4)
    host.board.warm(warm_c)
    reaction = host.react(REACTION_S, 0.3)
    cut = contract.Fault.OVER_TEMPERATURE_CUT
    host.judge(1, f"at {warm_c} °C", reaction, REACTION_S, cut)
    assert host.status.zone_limited_by == (contract.LimitedBy.OVER_TEMPERATURE,) * 2
    host.warm(42.6)
    host.run(1.0)
    assert not any(host.board.observe().duty_permille), "not before it has cooled below 42.5 °C"
    host.warm(41.0)
    assert any(host.run(6.0).duty_permille)


def test_at_44_degrees_it_locks(new_host) -> None:
    host = new_host(warm_c=40.0)
    heating_at(host, 42.6)
    host.board.warm(44.5)
    reaction = host.react(REACTION_S)
    host.judge(1, "at 44.5 °C", reaction, REACTION_S, contract.Fault.OVER_TEMPERATURE)
    host.warm(36.0)
    assert host.stays_off(), "only a person clears it"
    assert host.latched == {contract.Fault.OVER_TEMPERATURE}


def in_ten_seconds_c(sensor_c: Sequence[float]) -> float:
    """Where the straight line through the readings of the last 5 s leads."""
    line = linear_regression([CYCLE_S * place for place in range(len(sensor_c))], sensor_c)
    return sensor_c[-1] + contract.LOOK_AHEAD_HORIZON_S * line.slope


def test_a_pad_that_warms_too_fast_is_cut_ahead(new_host) -> None:
    """Half the heat capacity under a blanket: at 42 °C it would be at 45 in ten seconds. By the true temperatures."""
    host = new_host(warm_c=38.0, parameters={"pad_j_per_k": 80.0, "contact_w_per_m2k": 2.0, "cover_w_per_m2k": 1.0})
    host.heat((30.0, 0.0), target_c=42.0)
    was_c: deque[float] = deque(maxlen=SLOPE_READINGS)
    leads_to_c = 0.0
    while leads_to_c < contract.LOOK_AHEAD_LIMIT_C and not (leads_to_c and off(host.board.observe())):
        was_c.append(host.run(CYCLE_S).sensor_c[0])
        leads_to_c = in_ten_seconds_c(was_c) if len(was_c) == SLOPE_READINGS else 0.0
    assert leads_to_c > contract.LOOK_AHEAD_LIMIT_C - EARLY_K
    assert max(was_c) < 43.0, "before the cut at 43 °C"
    reaction = host.react(REACTION_S)
    host.judge(1, "look-ahead", reaction, REACTION_S, contract.Fault.LOOK_AHEAD)
