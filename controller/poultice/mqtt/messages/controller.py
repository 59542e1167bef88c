"""`info` and `health` of a controller."""

from __future__ import annotations

from datetime import datetime

from poultice.mqtt.messages.base import Message, Reason


class ControllerInfo(Message):
    """`info` of a controller. `boards`: the pads whose board is there now, with the id in its EEPROM."""

    version: str
    host: str
    pads: list[str]
    boards: dict[str, str] = {}


class ControllerHealth(Message):
    """`health` of a controller: how well its loop does, and what is wrong with its places and pads."""

    time: datetime
    uptime_s: float
    loop_jitter_p99_s: float
    loop_busy_p99_s: float | None = None
    """What of that may be its own work: what the longest turn of a round takes of the processor."""
    pads: int
    problems: list[Reason] = []
