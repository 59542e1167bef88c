"""`event`: what happened to a pad."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from poultice.mqtt.messages.base import Message, Reason

EventKind = Literal[
    "started",
    "step",
    "finished",
    "stopped",
    "fault",
    "refused",
    "invited",
    "button",
    "link_lost",
    "link_up",
    "paused",
    "resumed",
    "adjusted",
    "armed",
    "disarmed",
    "asked",
    "answered",
    "asleep",
    "relearning",
    "nudged",
    "pairing",
]


class PadEvent(Message):
    """`event`: something happened."""

    time: datetime
    kind: EventKind
    reason: Reason
    session: str | None = None
