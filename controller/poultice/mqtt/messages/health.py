"""`health` of a pad: how well it does, and what it has behind it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from poultice.mqtt.messages.base import Message, Reason


class Service(Message):
    """What a pad has behind it, as far as its controllers knew: s of heat, sessions, how often each fault came."""

    heated_s: Annotated[float, Field(ge=0)] = 0.0
    sessions: Annotated[int, Field(ge=0)] = 0
    faults: dict[str, Annotated[int, Field(ge=0)]] = {}


class Spent(Message):
    """What a pad's zones had within the last 24 hours: CEM43 minutes by zone, s of warmth; and s of warmth since its
    last rest, with whether a rest is due. Whoever takes the pad over counts it in."""

    dose: dict[str, Annotated[float, Field(ge=0)]] = {}
    warm_day_s: Annotated[float, Field(ge=0)] = 0.0
    warm_s: Annotated[float, Field(ge=0)] = 0.0
    resting: bool = False


class PadHealth(Message):
    """`health`: how well the loop and the link do."""

    uptime_s: float
    reading_age_s: float | None
    loop_jitter_p99_s: float
    link_errors: int
    frames_bad: int
    demands_refused: int
    board_uptime_s: float | None
    heat_models: dict[str, str] = {}
    """By zone: nominal, learning, learned, relearning, mistrusted or plain."""
    witnesses: dict[str, float | None] = {}
    """By zone what the thermistor of its independent trip says, °C; null where it is not to be believed."""
    controller: str = ""
    time: datetime | None = None
    service: Service | None = None
    spent: Spent | None = None
    problem: Reason | None = None
    """What speaks against relying on the pad; see the fleet."""
