"""A reset leaves nothing of what stood there: not one byte of the next life depends on the last."""

from __future__ import annotations

from typing import Any

import electric
import native
import plausibility
import pytest


def after_reset(part: Any, name: str, filler: bytes) -> bytes:
    memory = part.interface().new(f"struct {name} *")
    buffer = part.interface().buffer(memory)
    buffer[:] = filler * len(buffer)
    getattr(part.core(), f"{name}_reset")(memory)
    return bytes(buffer)


def fields_after(part: Any, name: str, filler: bytes) -> list[str]:
    """Field by field: what lies between them is nobody's."""
    memory = part.interface().new(f"struct {name} *")
    part.interface().buffer(memory)[:] = after_reset(part, name, filler)
    return [_shown(part, getattr(memory, field)) for field, _ in part.interface().typeof(memory[0]).fields]


def _shown(part: Any, value: Any) -> str:
    return (
        repr(value)
        if isinstance(value, int)
        else bytes(part.interface().buffer(part.interface().addressof(value))).hex()
    )


@pytest.mark.parametrize(
    ("part", "name"),
    [
        (electric, "motor_current"),
        (electric, "open_heater"),
        (electric, "reference"),
        (electric, "stuck_on"),
        (electric, "supply"),
        (native, "supervisor"),
        (plausibility, "plausible"),
    ],
)
def test_every_field_is_the_same_whatever_stood_there(part: Any, name: str) -> None:
    assert fields_after(part, name, b"\xff") == fields_after(part, name, b"\0") == fields_after(part, name, b"\x55")
