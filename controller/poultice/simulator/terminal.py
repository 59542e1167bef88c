"""A pseudo-terminal as the far end of a serial cable: pyserial opens `path`, the simulated board has the other side."""

from __future__ import annotations

import contextlib
import os
import pty
import tty

READ_BYTES = 65536


class Terminal:
    """Raw bytes, never waiting. What nobody fetches is lost when the terminal's buffer is full, as on a real line."""

    def __init__(self) -> None:
        self._ours, self._theirs = pty.openpty()  # theirs stays open, or reading fails while no host has opened it
        tty.setraw(self._theirs)
        os.set_blocking(self._ours, False)
        self.path = os.ttyname(self._theirs)

    def fileno(self) -> int:
        """For select: readable when the host has written."""
        return self._ours

    def read(self) -> bytes:
        """What the host has written since the last call."""
        with contextlib.suppress(BlockingIOError):
            return os.read(self._ours, READ_BYTES)
        return b""

    def write(self, data: bytes) -> None:
        """Sends to the host as much as there is room for."""
        if data:
            with contextlib.suppress(BlockingIOError):
                os.write(self._ours, data)

    def close(self) -> None:
        """Hangs up."""
        os.close(self._ours)
        os.close(self._theirs)
