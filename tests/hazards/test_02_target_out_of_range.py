"""Hazard 2: a target of 60 °C is sent. A demand with any field out of range is refused whole, and counted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from poultice.link import contract

LEASE_S = 1.52  # and the step that hears the last demand, and the one that ends it
TARGET_MAX = 4200
POWER_MAX = 300
REFUSED = contract.EventKind.REFUSED


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("zone_target_centi_c", (6000, 4000)),
        ("zone_target_centi_c", (4000, TARGET_MAX + 1)),
        ("zone_target_centi_c", (-1, 4000)),
        ("zone_target_centi_c", (32767, -32768)),
        ("zone_power_deci_w", (POWER_MAX + 1, 0)),
        ("zone_power_deci_w", (0, 65535)),
        ("motor_intensity_percent", (0, 0, 0, 101)),
    ],
)
def test_it_is_refused_and_lends_nothing(host, field: str, values: tuple[int, ...]) -> None:
    host.arm()
    host.ask((30.0, 30.0), 40.0)
    good = host.wish
    host.wish = replace(good, **{field: values})
    host.run(1.0)
    host.sends = host.say_nothing
    seen = host.run(0.2)  # the newest STATUS counts all of them
    assert seen.duty_permille == (0, 0)
    assert seen.used_j == (0.0, 0.0)
    assert host.status.demands_refused == 20
    assert host.events(REFUSED), "a person is told"
    host.sends, host.wish = host.demand, good
    assert any(host.run(1.0).duty_permille), "a good one is obeyed as ever"


def test_refused_demands_let_running_heat_end(host) -> None:
    host.heat(target_c=40.0)
    host.wish = replace(host.wish, zone_target_centi_c=(6000, 6000))
    reaction = host.react(LEASE_S, 5.0)
    host.judge(2, "60 °C asked while heating", reaction, LEASE_S, contract.Fault.LEASE_EXPIRED)
    assert host.stays_off()


def test_the_limits_themselves_are_obeyed(host) -> None:
    host.arm()
    host.wish = replace(host.wish, zone_target_centi_c=(TARGET_MAX,) * 2, zone_power_deci_w=(POWER_MAX,) * 2)
    assert all(host.run(1.0).duty_permille)
