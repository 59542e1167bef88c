"""The built-in program `warmth`, made for the one zone and the one temperature that a start asks for."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from poultice.therapy import reasons
from poultice.therapy.layout import PadLayout
from poultice.therapy.limits import HostLimits
from poultice.therapy.programs import HeatStep, Program, content_hash
from poultice.therapy.state import Reason

PROGRAM = "warmth"
FIRST_C = 38.0  # where nobody has asked for a temperature yet: felt as warm, and harmless all night


def tailored(program: Program, zone: str, target_c: float) -> Program:
    """`program` with its heat in `zone` alone, at `target_c` °C. It has a hash of its own, and tells what it was made
    of, so that it can be made again."""
    said = f"{target_c:g}"
    steps = tuple(replace(step, heat={zone: HeatStep(target_c)} if step.heat else {}) for step in program.steps)
    return replace(
        program,
        title={"en": f"Warmth at {said} °C", "de": f"Wärme mit {said.replace('.', ',')} °C"},
        zones=(zone,),
        steps=steps,
        content_hash=content_hash(program.id, program.max_total_s, steps),
        tailored=(zone, target_c),
    )


def target_refusal(zone: Any, target_c: Any, layout: PadLayout, limits: HostLimits) -> Reason | None:
    """Why `warmth` cannot be made for this zone and temperature, whatever they are; None where it can."""
    is_number = isinstance(target_c, int | float) and not isinstance(target_c, bool) and math.isfinite(target_c)
    if zone not in layout.zone_names or not is_number:
        return reasons.BAD_ARGUMENTS
    low_c, high_c = limits.target_min_c, warmest_c(limits)
    if low_c <= target_c <= high_c:
        return None
    text = f"refused: {reasons.degrees(target_c)} is out of range; choose {low_c:g} to {high_c:g} °C"
    return reasons.refused("out_of_range", text, low_c=low_c, high_c=high_c)


def warmest_c(limits: HostLimits) -> float:
    """The most that `warmth` may be asked for, by anyone: what automation may, °C."""
    return min(limits.automation_target_max_c, limits.target_max_c)
