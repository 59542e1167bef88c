"""What a program will do: the numbers of a preview, and its band against what then happens on pads that vary."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from poultice.therapy.limits import HostLimits
from poultice.therapy.preview import INSTANTS_MAX, preview
from preview_band import measure, pads

LIMITS = HostLimits()
HOT = "  - {id: a, duration: 40 min, heat: {lumbar: {target: 41.5 °C, ramp: 6 °C/min}}}\n"


def test_it_warms_to_the_target_and_stays(program: Any, layout: Any) -> None:
    seen = preview(program("  - {id: a, duration: 20 min, heat: {lumbar: {target: 40 °C}}}\n"), layout, LIMITS)
    zone = seen.zones["lumbar"]
    assert set(seen.zones) == {"lumbar"}
    assert len(seen.t_s) == len(zone.temperature_c) == len(zone.low_c) == len(zone.power_w) == len(zone.dose)
    assert (seen.t_s[0], seen.t_s[-1]) == (0.0, 1200.0)
    assert zone.temperature_c[0] == pytest.approx(22.0, abs=0.1)
    assert zone.temperature_c[-1] == pytest.approx(40.0, abs=0.1)
    assert all(low <= at <= high for low, at, high in zip(zone.low_c, zone.temperature_c, zone.high_c, strict=True))
    assert 0.0 <= min(zone.power_w) <= max(zone.power_w) <= 30.0
    assert zone.dose[-1] == pytest.approx(17 / 64, rel=0.1)
    assert zone.dose_high[-1] > zone.dose[-1]
    assert list(zone.dose) == sorted(zone.dose)
    assert seen.ends is None


def test_it_says_when_the_dose_would_end_it(program: Any, layout: Any) -> None:
    ends = preview(program(HOT), layout, LIMITS).ends
    assert ends is not None
    at_s, zone = ends
    assert zone == "lumbar"
    assert 15 * 60 < at_s < 20 * 60, "15 min at 41.5 °C, after minutes of warming"


def test_a_warm_start_and_a_known_room_narrow_it(program: Any, layout: Any) -> None:
    played = program("  - {id: a, duration: 5 min, heat: {lumbar: {target: 38 °C}}}\n")
    cold, warm = preview(played, layout, LIMITS), preview(played, layout, LIMITS, pad_c={"lumbar": 36.0}, room_c=22.0)
    assert warm.zones["lumbar"].temperature_c[0] == pytest.approx(36.0, abs=0.1)

    def width(seen: Any) -> float:
        zone = seen.zones["lumbar"]
        return float(sum(high - low for low, high in zip(zone.low_c, zone.high_c, strict=True)))

    assert width(warm) < width(cold)


def test_nothing_foretells_what_no_control_does(program: Any, layout: Any) -> None:
    zone = preview(program(HOT), layout, LIMITS).zones["lumbar"]
    assert max(zone.high_c) <= 41.5 + 0.5


def test_a_long_program_takes_no_more_instants(programs: Any, layout: Any) -> None:
    assert len(preview(programs["long"], layout, LIMITS).t_s) <= INSTANTS_MAX + 1
    assert preview(programs["rub"], layout, LIMITS).zones == {}


def test_the_power_of_a_long_program_does_not_swing(program: Any, layout: Any) -> None:
    zone = preview(program("  - {id: a, duration: 75 min, heat: {lumbar: {target: 40 °C}}}\n"), layout, LIMITS).zones[
        "lumbar"
    ]
    settled = zone.power_w[len(zone.power_w) // 2 :]
    assert max(abs(later - sooner) for sooner, later in itertools.pairwise(settled)) < 0.2


@pytest.mark.slow
def test_nine_of_ten_readings_lie_in_the_band() -> None:
    measured = [measure(parameters, number) for number, parameters in enumerate(pads(4), 1)]
    assert sum(each.inside for each in measured) / len(measured) >= 0.9
    assert min(each.inside for each in measured) >= 0.75
