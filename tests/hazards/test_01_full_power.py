"""Hazard 1: a control bug asks for full power. A zone is heated only below its target + 1 K; at 43 °C it is cut."""

from __future__ import annotations

import pytest
from poultice.link import contract

OVERSHOOT_K = 0.7  # what is in the element, and the thermistor's lag, at 30 W on a covered pad
REACTION_S = 0.5


def hottest(seen) -> float:
    return max(seen.pad_c)


@pytest.mark.parametrize("target_c", [38.0, 40.0, 42.0])
def test_full_duty_never_passes_the_target_far(covered, target_c: float) -> None:
    covered.heat((30.0, 30.0), target_c)
    peak_c: list[float] = []
    for _ in range(10):  # armed without a rest, for minutes
        covered.run(60.0, lambda seen: peak_c.append(hottest(seen)))
    assert max(peak_c) <= target_c + 1.0 + OVERSHOOT_K
    assert max(peak_c) >= target_c - 1.0, "it did heat"
    assert max(peak_c) <= 43.0 + OVERSHOOT_K


def test_a_pad_warmer_than_its_target_gets_nothing(host) -> None:
    host.board.warm(36.0)
    host.run(0.5)
    host.arm()
    host.ask((30.0, 30.0), 34.0)
    assert host.run(5.0).used_j == (0.0, 0.0)
    assert host.status.zone_limited_by == (contract.LimitedBy.TARGET,) * 2


@pytest.mark.parametrize("warm_c", [43.2, 43.9])
def test_at_43_degrees_it_is_cut_and_comes_back_when_cooler(host, warm_c: float) -> None:
    host.heat(target_c=42.0)
    host.board.warm(warm_c)
    assert host.seconds_until_off(REACTION_S) <= REACTION_S
    assert host.run(0.2).latched is False
    assert host.status.zone_limited_by == (contract.LimitedBy.OVER_TEMPERATURE,) * 2
    assert host.status.faults & 1 << contract.Fault.OVER_TEMPERATURE_CUT - 1
    host.board.warm(42.6)
    host.run(1.0)
    assert not any(host.board.observe().duty_permille), "not before it has cooled below 42.5 °C"
    host.board.warm(41.0)
    assert any(host.run(1.0).duty_permille)


def test_at_44_degrees_it_locks(host) -> None:
    host.heat(target_c=42.0)
    host.board.warm(44.5)
    assert host.seconds_until_off(REACTION_S) <= REACTION_S
    assert host.run(REACTION_S).latched
    host.board.warm(36.0)
    assert host.stays_off(), "only a person clears it"
    assert host.status.latched_faults == 1 << contract.Fault.OVER_TEMPERATURE - 1
