"""A measured warm-up through the whole house: the numbers found are the pad's, and what is wrong with it is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from harness import VirtualHouse
from poultice.description import layout
from poultice.therapy.calibration import BINS_MIN, Course, Found, identify, zone_of

THERMAL = layout().thermal
AREA_M2 = 0.06


def calibrated(directory: Path, lifted_s: tuple[float, float] | None = None, **parameters: Any) -> dict[str, Found]:
    """`lifted_s`: after how long the pad is lifted off, and for how long."""
    house = VirtualHouse(directory, parameters=parameters, programs=())
    house.start("calibration")
    if lifted_s is not None:
        house.run(lifted_s[0])
        house.board.lift_off()
        house.run(lifted_s[1])
        house.board.lift_off(lifted=False)
    while house.state.session is not None:
        house.run(5.0)
    assert house.state.reason.code == "finished"
    result = house.query("calibration")
    assert result.status == "ok"
    assert len(result.model_dump_json()) < 32_000
    found = {}
    for name, zone in result.result["zones"].items():
        course = Course(zone["temperature_c"], zone["power_w"], zone["pair_k"], zone["element_w"])
        found[name] = identify(course, zone_of(layout(), name), THERMAL, 30.0)
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pad_j_per_k", "contact_w_per_m2k", "room_c"), [(177.0, 60.0, 22.0), (230.0, 40.0, 22.0), (130.0, 75.0, 18.0)]
)
def test_it_finds_the_pad_within_its_own_doubt(
    tmp_path: Path, pad_j_per_k: float, contact_w_per_m2k: float, room_c: float
) -> None:
    plant: dict[str, Any] = {"pad_j_per_k": pad_j_per_k, "contact_w_per_m2k": contact_w_per_m2k, "room_c": room_c}
    for found in calibrated(tmp_path, **plant).values():
        believed = found.parameters
        for name, truth in (("pad_j_per_k", pad_j_per_k), ("contact_w_per_k", contact_w_per_m2k * AREA_M2)):
            assert believed.value(name) == pytest.approx(truth, abs=2.5 * believed.sigma(name)), name
            assert believed.sigma(name) < 0.15 * truth, "and it says something"
        assert found.verdict == ("fine",)
        assert found.misfit < 2.0
        assert found.element_w == pytest.approx(30.0, rel=0.05)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("plant", "word"),
    [
        ({"element_w": 22.0}, "element weaker than its label: 2"),
        ({"lag_s": 9.0}, "thermistor loose? it takes"),
        ({"sensor_offset_k": (0.0, 2.7, 0.0, 2.7)}, "thermistor loose? the zone's two were"),
        ({"contact_w_per_m2k": 8.0}, "nobody on it?"),
    ],
    ids=["weak", "slow", "apart", "nobody"],
)
def test_it_says_what_is_wrong(tmp_path: Path, plant: dict[str, Any], word: str) -> None:
    for found in calibrated(tmp_path, **plant).values():
        assert word in "; ".join(found.verdict), found.verdict


@pytest.mark.slow
def test_it_says_that_somebody_moved(tmp_path: Path) -> None:
    for found in calibrated(tmp_path, lifted_s=(100.0, 40.0)).values():
        assert "something moved" in "; ".join(found.verdict), found.verdict


def test_too_little_tells_nothing() -> None:
    course = Course([25.0] * (BINS_MIN - 1), [0.0] * (BINS_MIN - 1))
    with pytest.raises(ValueError, match="too little"):
        identify(course, zone_of(layout(), "lumbar"), THERMAL, 30.0)


def test_without_a_calibration_there_is_nothing_to_tell(tmp_path: Path) -> None:
    house = VirtualHouse(tmp_path)
    assert house.query("calibration").reason.code == "no_calibration"
    assert house.query("calibration", "automation").status == "refused"
    assert "calibration" not in [program.id for program in house.broker.infos[-1].programs]
