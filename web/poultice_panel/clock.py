"""The only reader of real time in the panel."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class Clock:
    """Instants are s, monotonic; wall time is for people."""

    def now_s(self) -> float:
        """The instant now, s."""
        return time.monotonic()

    def wall(self) -> datetime:
        """The time of day, with zone."""
        return datetime.now(UTC).astimezone()
