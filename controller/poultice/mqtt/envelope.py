"""What MQTT 5 says around a message. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Envelope:
    """What MQTT 5 says around a message that came in: where an answer is wanted, what is to be written on it, and until
    when the message counts, s (monotonic). All None with 3.1.1."""

    response_topic: str | None = None
    correlation: bytes | None = None
    expires_s: float | None = None


PLAIN = Envelope()
