"""Hazard 4: both switches of a zone are shorted. No software can end that heat: the board sees it, calls for the plug
and locks for good; the bimetal in series with the element ends it. What is left is stated in SAFETY.md.
"""

from __future__ import annotations

import pytest
from poultice.link import contract

REACTION_S = 0.5
SLOT_S = 1.0  # until the next moment in which everything should be off
BIMETAL_C = 55.0  # 50 ± 5 °C


def hears_of_it(host) -> bool:
    return bool(host.latched & {contract.Fault.HEATER_STUCK_ON, contract.Fault.RAIL_STUCK_ON})


@pytest.mark.parametrize("zone", ["lumbar", "upper_back"])
@pytest.mark.parametrize("heating", [True, False])
def test_it_is_seen_and_called_out(host, zone: str, heating: bool) -> None:
    if heating:
        host.heat(target_c=40.0)
    host.board.inject("both-switches", zone=zone)
    assert host.seconds_until(hears_of_it, REACTION_S + SLOT_S * heating) <= REACTION_S + SLOT_S * heating
    host.run(1.0)
    assert host.status.state == contract.DeviceState.LATCHED_C
    assert host.board.observe().duty_permille == (0, 0)
    sounds: list[bool] = []
    host.run(3.0, lambda seen: sounds.append(seen.buzzer))
    assert any(sounds), "it calls for the plug"


def test_the_bimetal_ends_what_no_software_can(covered) -> None:
    covered.board.inject("both-switches", zone="lumbar")
    assert covered.run(1800.0).peak_pad_c[0] <= BIMETAL_C
    assert covered.board.observe().used_j[0] > 1000, "the fault did heat"
