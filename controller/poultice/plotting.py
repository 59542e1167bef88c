"""Pictures for people, in PNG. matplotlib comes with the extra `plot`; nothing else needs it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from poultice.errors import SetupError
from poultice.therapy.calibration import STEP_S, Course, Found

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS = ("#d1495b", "#00798c", "#edae49", "#6a4c93")  # by zone
DPI = 120


def new_figure(width_in: float, height_in: float) -> Figure:
    """An empty figure, in inches. Raises SetupError without matplotlib."""
    try:
        from matplotlib.figure import Figure  # noqa: PLC0415
    except ImportError:
        raise SetupError("The plot needs matplotlib: pip install 'poultice[plot]', or leave --plot away.") from None
    return Figure(figsize=(width_in, height_in), layout="constrained")


def save(figure: Figure, file: Path) -> None:
    """Writes it. Raises SetupError where that cannot be."""
    try:
        figure.savefig(file, dpi=DPI)
    except (OSError, ValueError) as error:
        raise SetupError(f"{file} cannot be written ({error}): name a .png in a folder that exists.") from None


def draw_calibration(courses: Mapping[str, Course], found: Mapping[str, Found], file: Path) -> None:
    """What was measured of each zone, what its model has of it, what is left over, and the power."""
    figure = new_figure(10.0, 7.0)
    rows = figure.subplots(3, len(courses), sharex=True, sharey="row", height_ratios=(3, 1, 1), squeeze=False)
    for place, (name, course) in enumerate(courses.items()):
        warm, left, power = (row[place] for row in rows)
        model_c = found[name].model_c
        minutes = [index * STEP_S / 60.0 for index in range(len(course.temperature_c))]
        warm.plot(minutes, course.temperature_c, color=COLOURS[0], label="measured")
        warm.plot(minutes[: len(model_c)], model_c, color="black", linestyle="--", linewidth=1, label="model")
        over_k = [measured - model for measured, model in zip(course.temperature_c, model_c, strict=False)]
        left.plot(minutes[: len(over_k)], over_k, color=COLOURS[1], linewidth=0.8)
        power.plot(minutes, course.power_w, color=COLOURS[2])
        warm.set_title(f"{name.replace('_', ' ')}: {'; '.join(found[name].verdict)}", fontsize=9, wrap=True)
        warm.legend(loc="lower right", fontsize=9)
        power.set_xlabel("min")
    for row, label in zip(rows, ("°C", "measured - model, K", "W"), strict=True):
        row[0].set_ylabel(label)
        for axes in row:
            axes.grid(alpha=0.3)
    save(figure, file)
