"""Tells systemd that a service is ready and that it still turns (sd_notify(3)); says nothing where nobody asked."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping

SHARE = 3  # of the time that systemd grants: two pings may be late


class Notifier:
    """Talks to the socket that systemd names in a service's environment."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        asked_us = environment.get("WATCHDOG_USEC", "")
        mine = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        self._apart_s = int(asked_us) / 1e6 / SHARE if mine and asked_us.isdigit() else None
        self._said_s: float | None = None

    def alive(self, now_s: float) -> None:
        """The service turns; from the first time on it is ready. May be called as often as one likes: it is said again
        after a third of the time that the watchdog grants, by the caller's own monotonic clock."""
        if self._said_s is None:
            self._say("READY=1")
        elif self._apart_s is None or now_s - self._said_s < self._apart_s:
            return
        else:
            self._say("WATCHDOG=1")
        self._said_s = now_s

    def ending(self) -> None:
        """The service was told to end, and does."""
        self._say("STOPPING=1")

    def _say(self, line: str) -> None:
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as systemd:
                systemd.sendto(line.encode(), address)
        except OSError:
            return  # nobody listens any more: the service does its work without
