"""The regions of the body that pain is asked of, and which of them zones and motors treat."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

BodyRegion = Literal["neck", "shoulders", "upper_back", "lower_back", "hips", "arms", "legs", "elsewhere"]
REGIONS: tuple[str, ...] = get_args(BodyRegion)
ELSEWHERE = "elsewhere"  # where nobody named one: a score without a place is still a score
_TREATED = {"lumbar": "lower_back", "upper_back": "upper_back", "lower": "lower_back", "upper": "upper_back"}


def treated(zones: Iterable[str], motors: Iterable[str]) -> tuple[str, ...]:
    """What becomes warm or is massaged, by the names of zones and motors, from the top."""
    names = [*zones, *(motor.split("_")[0] for motor in motors)]
    found = {_TREATED[name] for name in names if name in _TREATED}
    return tuple(region for region in REGIONS if region in found)
