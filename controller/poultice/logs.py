"""The last lines that this process logged, for the page. Pain, notes and names are in no log."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Sequence

MOST_LINES = 200
LONGEST = 300  # characters of a line


class RecentLines(logging.Handler):
    """Remembers what was logged, oldest first."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%d %H:%M:%S"))
        self._lines: deque[str] = deque(maxlen=MOST_LINES)

    def emit(self, record: logging.LogRecord) -> None:
        """Keeps one."""
        self._lines.append(self.format(record)[:LONGEST])

    @property
    def lines(self) -> Sequence[str]:
        """What it remembers."""
        return tuple(self._lines)
