"""`python -m poultice.house_name`: keeps avahi told that `poultice.local` is this computer, at the address it has now.

Avahi answers by this computer's own name already; a name that is the same in every house needs to be said besides, and
once more whenever the router gives another address. It stays in memory: nothing but the standard library.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
from collections.abc import Callable
from typing import Protocol

NAME = "poultice.local"
LOOK_APART_S = 5.0
MOST_TURNS = 60  # five minutes between tries where avahi refuses: somebody else has the name, or avahi is not there
MULTICAST = ("224.0.0.251", 5353)  # RFC 6762; nothing is sent, only the way there is looked up


class Child(Protocol):
    """A program that says the name for as long as it runs."""

    def poll(self) -> int | None:
        """None while it runs."""

    def terminate(self) -> None:
        """Takes the name back."""

    def wait(self, timeout: float | None = None) -> int:
        """Until it has ended, s."""


class Announcer:
    """Told this computer's address again and again. `say` starts a child that says the name at an address."""

    def __init__(self, say: Callable[[str], Child]) -> None:
        self._say = say
        self._child: Child | None = None
        self._address: str | None = None
        self._wait_turns = 0
        self._next_wait_turns = 1

    def turn(self, address: str | None) -> None:
        """The address of now; None without a network."""
        if address != self._address:
            self.end()
            self._address, self._wait_turns, self._next_wait_turns = address, 0, 1
        elif self._child is not None and self._child.poll() is not None:
            self._child = None
            self._wait_turns = self._next_wait_turns
            self._next_wait_turns = min(2 * self._next_wait_turns, MOST_TURNS)
        if self._child is not None or address is None:
            return
        if self._wait_turns > 0:
            self._wait_turns -= 1
            return
        self._child = self._say(address)

    def end(self) -> None:
        """The name is nobody's."""
        if self._child is not None:
            self._child.terminate()
            self._child.wait(5)
            self._child = None


def own_address() -> str | None:
    """The address from which multicast DNS would leave this computer; None where none does."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(MULTICAST)
        except OSError:
            return None
        address = str(probe.getsockname()[0])
    return None if address.startswith("127.") else address


def publish(address: str) -> subprocess.Popen[str]:
    """Without the way back from address to name: that is the computer's own. Where another computer has the name the
    child ends: by itself it would take another name, which nobody looks for."""
    print(f"{NAME} is {address}.", flush=True)  # noqa: T201  (to the journal)
    child = subprocess.Popen(
        ["avahi-publish", "-a", "-R", NAME, address],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    threading.Thread(target=_end_at_collision, args=(child,), daemon=True).start()
    return child


def _end_at_collision(child: subprocess.Popen[str]) -> None:
    for line in child.stderr or ():
        if "collision" in line:
            print(f"Another computer in the house is {NAME}: this one has its own name.", flush=True)  # noqa: T201
            child.terminate()
        else:
            print(line.rstrip(), flush=True)  # noqa: T201


def main() -> None:
    """Until SIGTERM."""
    ending = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ending.set())
    announcer = Announcer(publish)
    while not ending.is_set():
        announcer.turn(own_address())
        ending.wait(LOOK_APART_S)
    announcer.end()


if __name__ == "__main__":
    main()
