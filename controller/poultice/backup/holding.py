"""Who is at work in a data directory: a controller and a panel share it, a restore must have it alone."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from poultice.clock import RealClock
from poultice.errors import SetupError

NAME = ".in-use"
AGAIN_S = 0.1
WAIT_S = 5.0  # while another process of the same start ends a restore that was cut off

CLOCK = RealClock()

_held: list[int] = []  # open as long as this process lives; the kernel lets go of a killed one's


def share(directory: Path) -> None:
    """This process works there until it ends. Where no lock can be had (a card that is read-only), nothing can be
    restored there either."""
    if (descriptor := _open(directory)) is not None:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        _held.append(descriptor)


class Alone:
    """Nobody else works there meanwhile. Raises SetupError where somebody does."""

    def __init__(self, directory: Path, wait_s: float = 0.0) -> None:
        self._directory = directory
        self._tries = 1 + round(wait_s / AGAIN_S)
        self._descriptor: int | None = None

    def __enter__(self) -> None:
        self._descriptor = _open(self._directory)
        if self._descriptor is None:
            raise SetupError(f"{self._directory} cannot be written: correct its rights, or run it with sudo.")
        for left in reversed(range(self._tries)):
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if left:
                    CLOCK.sleep_until(CLOCK.now_s() + AGAIN_S)
            else:
                return
        self.__exit__()
        raise SetupError(
            f"Poultice is running in {self._directory}: stop it first (end `poultice up`, or sudo systemctl stop "
            "poultice-controller poultice-panel); nothing has changed."
        )

    def __exit__(self, *_: object) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _open(directory: Path) -> int | None:
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(directory / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        own_as(directory, directory / NAME)
    except OSError:
        return None
    return descriptor


def own_as(directory: Path, path: Path) -> None:
    """What root makes in somebody's data directory is theirs. Raises OSError."""
    if os.geteuid() == 0:
        owner = directory.stat()
        os.chown(path, owner.st_uid, owner.st_gid)
