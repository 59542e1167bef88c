"""What a program will do: the numbers of a preview, and its band against what then happens on pads that vary."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from poultice.therapy.limits import HostLimits
from poultice.therapy.preview import INSTANTS_MAX, preview
from preview_band import learn, measure, pads

LIMITS = HostLimits()
HOT = "  - {id: a, duration: 40 min, heat: {lumbar: {target: 41.5 °C, ramp: 6 °C/min}}}\n"


def width(seen: Any) -> float:
    zone = seen.zones["lumbar"]
    return float(sum(high - low for low, high in zip(zone.low_c, zone.high_c, strict=True)))


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

    assert width(warm) < width(cold)


def test_a_weak_supply_warms_later(program: Any, layout: Any) -> None:
    played = program("  - {id: a, duration: 5 min, heat: {lumbar: {target: 40 °C}}}\n")
    strong, weak = (preview(played, layout, LIMITS, full_w={"lumbar": full_w}) for full_w in (36.0, 24.0))
    assert max(strong.zones["lumbar"].power_w) == 30.0, "never more than the cap"
    assert max(weak.zones["lumbar"].power_w) == 24.0
    assert all(
        late <= soon + 0.01
        for soon, late in zip(strong.zones["lumbar"].temperature_c, weak.zones["lumbar"].temperature_c, strict=True)
    )


def test_an_adapter_that_nobody_measured_is_doubted(program: Any, layout: Any) -> None:
    played = program("  - {id: a, duration: 3 min, heat: {lumbar: {target: 40 °C}}}\n")
    assert width(preview(played, layout, LIMITS, full_w={"lumbar": 30.0})) < width(preview(played, layout, LIMITS))


@pytest.mark.parametrize(("pad_c", "like_c"), [(16.0, 16.0), (22.0, 22.0), (29.0, 25.5), (36.0, 26.0)])
def test_a_room_that_nobody_measured_goes_with_the_pad(program: Any, layout: Any, pad_c: float, like_c: float) -> None:
    played = program("  - {id: a, duration: 5 min, heat: {lumbar: {target: 38 °C}}}\n")
    told, guessed = (preview(played, layout, LIMITS, pad_c={"lumbar": pad_c}, room_c=each) for each in (like_c, None))
    assert told.zones["lumbar"].temperature_c == guessed.zones["lumbar"].temperature_c
    assert width(told) < width(guessed)


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


# Pads and days on which what was learned, taken at its word, foretold badly: blood, room and skin of the first day had
# been taken for the pad's contact, and the fall of the unheated zone was 1 to 3 K deeper.
OTHER_DAYS = [
    (
        13,
        {
            "pad_j_per_k": 148.43,
            "contact_w_per_m2k": 35.51,
            "cover_w_per_m2k": 6.37,
            "supply_v": 25.99,
            "room_c": 28.85,
            "lag_s": 2.4,
            "skin_start_c": 33.51,
        },
        {
            "contact_w_per_m2k": 35.82,
            "supply_v": 25.69,
            "room_c": 30.07,
            "skin_start_c": 33.76,
            "perfusion_w_per_m2k": 16.24,
        },
    ),
    (
        18,
        {
            "pad_j_per_k": 163.67,
            "contact_w_per_m2k": 44.24,
            "cover_w_per_m2k": 5.38,
            "supply_v": 25.57,
            "room_c": 21.83,
            "lag_s": 1.87,
            "skin_start_c": 33.71,
        },
        {
            "contact_w_per_m2k": 37.6,
            "supply_v": 25.41,
            "room_c": 21.87,
            "skin_start_c": 33.45,
            "perfusion_w_per_m2k": 17.14,
        },
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "first", "today"), OTHER_DAYS)
def test_so_they_do_on_another_day_of_a_pad_that_was_learned(seed: int, first: Any, today: Any) -> None:
    known = learn(first, seed)
    assert known
    measured = measure(first | today, seed + 100, known)
    assert measured.inside >= 0.9
    assert measured.half_width_k <= 2.2, "a band that holds everything says nothing"
