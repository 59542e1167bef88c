"""What the picture of a preview shows of a massage."""

from __future__ import annotations

from pathlib import Path

import pytest
from poultice.description import layout, load_programs
from poultice.preview_picture import draw_preview, massage_course
from poultice.therapy.limits import HostLimits
from poultice.therapy.preview import preview
from poultice.therapy.programs import Program

LIMITS = HostLimits()


@pytest.fixture(scope="module")
def presets() -> dict[str, Program]:
    return load_programs(Path("/nonexistent"), LIMITS)


def test_each_motor_has_its_course(presets: dict[str, Program]) -> None:
    program = presets["after-training"]
    courses = massage_course(program, layout(), [60.0, 310.0, 400.0], 0.5)
    assert courses["lower_left"] == courses["lower_right"] == [55, 0, 0]
    assert courses["upper_left"] == courses["upper_right"] == [0, 0, 50]


def test_of_a_quick_pattern_the_crest_is_seen(presets: dict[str, Program]) -> None:
    """A wave of 0.5 Hz within a slice of two seconds reaches its whole strength, wherever the slice lies."""
    program = presets["lower-back-ease"]
    instants_s = [500.0 + 0.3 * index for index in range(20)]
    for course in massage_course(program, layout(), instants_s, 2.0).values():
        assert min(course) >= 35
        assert max(course) <= 40


@pytest.mark.slow
def test_every_preset_can_be_drawn(presets: dict[str, Program], tmp_path: Path) -> None:
    for name, program in presets.items():
        seen = preview(program, layout(), LIMITS)
        draw_preview(seen, program, layout(), LIMITS.session_dose_max, tmp_path / f"{name}.png")
        assert (tmp_path / f"{name}.png").stat().st_size > 15_000
