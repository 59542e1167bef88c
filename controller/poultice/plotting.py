"""Pictures for people, in PNG. matplotlib comes with the extra `plot`; nothing else needs it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from poultice.errors import SetupError
from poultice.therapy.preview import Preview

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


def draw_preview(seen: Preview, title: str, dose_max: float, file: Path) -> None:
    """Temperature with its band, power and dose over time."""
    figure = new_figure(9.0, 7.0)
    warm, power, dose = figure.subplots(3, 1, sharex=True, height_ratios=(3, 1, 1))
    minutes = [t_s / 60.0 for t_s in seen.t_s]
    for (name, zone), colour in zip(seen.zones.items(), COLOURS, strict=False):
        warm.fill_between(minutes, zone.low_c, zone.high_c, color=colour, alpha=0.2, linewidth=0)
        warm.plot(minutes, zone.temperature_c, color=colour, label=name.replace("_", " "))
        power.plot(minutes, zone.power_w, color=colour)
        dose.fill_between(minutes, zone.dose, zone.dose_high, color=colour, alpha=0.2, linewidth=0)
        dose.plot(minutes, zone.dose, color=colour)
    dose.axhline(dose_max, color="black", linewidth=0.8, linestyle=":")
    if seen.ends is not None:
        warm.axvline(seen.ends[0] / 60.0, color="black", linestyle=":", label="the dose limit would end it")
    for axes, label in ((warm, "°C"), (power, "W"), (dose, "CEM43 min")):
        axes.set_ylabel(label)
        axes.grid(alpha=0.3)
    warm.legend(loc="lower right", fontsize=9)
    dose.set_xlabel("min")
    figure.suptitle(f"{title}: what is expected, and the band in which 9 of 10 readings lie")
    save(figure, file)
