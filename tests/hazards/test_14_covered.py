"""Hazard 14: the pad is folded or covered and keeps its heat. The hottest thermistor, the dose and the trip hold the
limits; a spot between the thermistors stays the residual risk that SAFETY.md states.
"""

from __future__ import annotations

import pytest
from hazard_figures import Reaction, cem43_min
from poultice.link import contract

PEAK_C = 43.7  # cut at 43.0; what is in the element
DOSE_FULL = 8.0
SENSING_K = 0.2  # by which a thermistor may lag behind while the dose is counted
STRIDE_S = 0.1

THIRD = {"contact_w_per_m2k": 20.0, "cover_w_per_m2k": 5.0 / 3.0, "skin_to_tissue_w_per_m2k": 30.0}
HALF = {"contact_w_per_m2k": [60.0, 20.0], "cover_w_per_m2k": 5.0 / 3.0}


@pytest.mark.parametrize("pad", [THIRD, HALF], ids=["a third of the conductance", "one zone of two"])
@pytest.mark.parametrize("target_c", [40.0, 42.0])
@pytest.mark.slow
def test_full_power_for_an_hour_holds_every_limit(new_host, pad, target_c: float) -> None:
    host = new_host(parameters=pad)
    host.heat((30.0, 30.0), target_c)
    dose = 0.0
    for _ in range(round(3600 / STRIDE_S)):
        dose += cem43_min(max(host.run(STRIDE_S).pad_c), STRIDE_S)
    seen = host.board.observe()
    assert max(seen.peak_pad_c) <= min(target_c + 1.7, PEAK_C)
    assert dose <= DOSE_FULL * 4**SENSING_K, "the bucket ends it"
    assert not host.latched, "limits hold without a lock"
    assert max(seen.peak_pad_c) >= target_c, "it did heat"


@pytest.mark.slow
def test_the_dose_ends_what_a_person_sleeps_through(new_host) -> None:
    """42 °C at full power: a zone's heat ends for good when its bucket holds 8 minutes at 43 °C."""
    host = new_host(warm_c=41.0, parameters=THIRD)
    host.heat((30.0, 0.0), 42.0)  # one zone: the other one has a bucket of its own
    dose, passed_s = 0.0, 0.0
    while contract.Fault.DOSE_FULL not in host.told and passed_s < 5400:
        dose += cem43_min(max(host.run(STRIDE_S).pad_c), STRIDE_S)
        passed_s += STRIDE_S
    zone = max(range(2), key=lambda zone: host.status.zone_dose_centi_cem43[zone])
    off_s = host.seconds_until(lambda host: host.board.observe().duty_permille[zone] == 0, 0.5)
    reaction = Reaction(off_s, max(host.board.observe().peak_pad_c), dose)
    most = DOSE_FULL * 4**SENSING_K
    host.judge(14, "dose full at 42 °C", reaction, 0.5, contract.Fault.DOSE_FULL, added_limit_cem43=most)
    assert 0.7 * DOSE_FULL <= dose <= DOSE_FULL * 4**SENSING_K
    host.seconds_until(lambda host: host.status.zone_limited_by[zone] == contract.LimitedBy.DOSE, 900.0, 1.0)
    host.warm(36.0)
    assert host.stays_off(60.0)
