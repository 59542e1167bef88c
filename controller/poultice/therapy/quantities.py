"""Quantities as people write them, "40 °C" or "0.5 Hz", each with its unit: a bare number never says what it means."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from poultice.therapy.limits import HostLimits

_WRITTEN = re.compile(r"(-?[0-9]{1,4}(?:\.[0-9]{1,3})?) ?([^0-9\s.]\S{0,11})", re.ASCII)


def _reader(units: Mapping[str, float], low: float, high: float, example: str) -> Callable[[Any], float]:
    def read(value: Any) -> float:
        match = _WRITTEN.fullmatch(value) if isinstance(value, str) else None
        if match is None or match[2] not in units:
            raise _wrong(f"{_shown(value)} is not a quantity in {' or '.join(units)}", f'write it like "{example}"')
        # Rounded, so that 6 °C/min is 0.1 °C/s and not a hair beyond its own range.
        number = round(float(match[1]) * units[match[2]], 9)
        if not round(low, 9) <= number <= round(high, 9):
            raise _wrong(f"{value} is out of range", f"write {_range(low, high, units)}")
        return number

    return read


def _quantity(units: Mapping[str, float], low: float, high: float, example: str) -> tuple[BeforeValidator, Any]:
    """What reads a quantity of those units, and what its text looks like to an editor; the range is in base units."""
    pattern = rf"^[0-9]{{1,4}}(\.[0-9]{{1,3}})? ?({'|'.join(units)})$"
    words = f"{_range(low, high, units)}, like {example}"
    shape = WithJsonSchema({"type": "string", "pattern": pattern, "description": words, "examples": [example]})
    return BeforeValidator(_reader(units, low, high, example)), shape


def _wrong(message: str, remedy: str) -> PydanticCustomError:
    return PydanticCustomError("quantity", "{message}", {"message": message, "remedy": remedy})


def _shown(value: Any) -> str:
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else text[:37] + "…"


def _range(low: float, high: float, units: Mapping[str, float]) -> str:
    unit, factor = next(iter(units.items()))
    return f"{low / factor:g} to {high / factor:g} {unit}"


_WIDEST = HostLimits()
_SECONDS = {"s": 1.0, "min": 60.0}
_MINUTES = {"min": 60.0, "s": 1.0}

Temperature = Annotated[float, *_quantity({"°C": 1.0}, _WIDEST.target_min_c, _WIDEST.target_max_c, "40 °C")]
"""°C, within what any zone may be asked for."""
Ramp = Annotated[float, *_quantity({"°C/min": 1.0 / 60.0}, 0.1 / 60.0, _WIDEST.ramp_max_c_per_s, "2 °C/min")]
"""°C/s, written as °C/min."""
StepDuration = Annotated[float, *_quantity(_SECONDS, 1.0, _WIDEST.session_max_s, "8 min")]
"""s; a second is the shortest that motors can follow."""
FadeDuration = Annotated[float, *_quantity(_SECONDS, 10.0, 600.0, "2 min")]
"""s; longer than ten minutes is a step of its own."""
TotalDuration = Annotated[float, *_quantity(_MINUTES, 60.0, _WIDEST.session_max_s, "30 min")]
"""s, written in minutes, at most the longest session."""
Percent = Annotated[float, *_quantity({"%": 1.0}, 1.0, 100.0, "40 %")]
"""Percent; an omitted output is off, so 0 need not be written."""
Frequency = Annotated[float, *_quantity({"Hz": 1.0}, 0.05, 2.0, "0.5 Hz")]
"""Hz; motors take a second from still to full, so faster patterns would only blur."""
Turn = Annotated[float, *_quantity({"°": 1.0 / 360.0}, 0.0, 1.0, "90 °")]
"""Turns, written in degrees: where in its period a pattern begins."""
