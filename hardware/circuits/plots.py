"""The curves as pictures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from circuits import divider as thermistors

DPI = 110
LIMIT = "tab:red"
OK = "tab:blue"


@contextmanager
def picture(file: Path, title: str, rows: int = 1, height: float = 4.5) -> Iterator[Any]:
    """The axes to draw on; written to `file` afterwards."""
    import matplotlib  # noqa: PLC0415 - slow to import

    matplotlib.use("Agg")
    from matplotlib import pyplot  # noqa: PLC0415

    figure, axes = pyplot.subplots(rows, 1, figsize=(9, height), layout="constrained", squeeze=False)
    figure.suptitle(title)
    yield [row[0] for row in axes]
    for row in axes:
        row[0].grid(alpha=0.3)
    figure.savefig(file, dpi=DPI)
    pyplot.close(figure)


def divider(result: thermistors.Result, file: Path) -> None:
    """What the board shows less what is, over the temperature."""
    title = f"Error of the thermistor inputs: {len(result.chance.error_k)} boards by chance"
    with picture(file, title) as (axes,):
        axes.plot(result.chance.place_c, result.chance.error_k.T, color=OK, alpha=0.08, linewidth=0.8)
        axes.plot([], [], color=OK, label="one input each, parts even within their tolerance")
        axes.plot(result.worst.place_c, result.worst.error_k.T, color="0.3", linestyle="--", linewidth=1.2)
        axes.plot([], [], color="0.3", linestyle="--", label="all parts at their worst together")
        low, high = thermistors.WHERE_IT_MATTERS_C
        axes.fill_between([low, high], -2, -thermistors.ERROR_MAX_K, color=LIMIT, alpha=0.15, linewidth=0)
        axes.fill_between(
            [low, high], thermistors.ERROR_MAX_K, 2, color=LIMIT, alpha=0.15, linewidth=0, label="not allowed"
        )
        axes.set(xlabel="true temperature, °C", ylabel="shown less true, K", xlim=(-10, 80), ylim=(-1.6, 1.6))
        axes.legend(loc="lower left", frameon=False)
