"""What systemd hears of a service, on a real socket."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from poultice.notify import Notifier

WATCHDOG_US = "9000000"


class Systemd:
    """The other end."""

    def __init__(self, address: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address)
        self.socket.setblocking(False)

    def heard(self) -> list[str]:
        said = []
        while True:
            try:
                said.append(self.socket.recv(1000).decode())
            except BlockingIOError:
                return said


@pytest.fixture(params=["file", "abstract"])
def systemd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Systemd, Callable[..., Notifier]]]:
    """Somebody listening, and who talks to them."""
    name = f"{tmp_path.name}-{os.getpid()}"
    path = str(tmp_path / "notify") if request.param == "file" else f"@{name}"
    other = Systemd(path if request.param == "file" else f"\0{name}")
    yield other, lambda **more: Notifier({"NOTIFY_SOCKET": path, **more})
    other.socket.close()


def test_ready_once_then_a_third_of_the_watchdog_apart(systemd: tuple[Systemd, Callable[..., Notifier]]) -> None:
    other, notifier = systemd
    mine = notifier(WATCHDOG_USEC=WATCHDOG_US, WATCHDOG_PID=str(os.getpid()))
    assert other.heard() == []
    for now_s, expected in (
        (100.0, ["READY=1"]),
        (102.9, []),
        (103.0, ["WATCHDOG=1"]),
        (105.9, []),
        (200.0, ["WATCHDOG=1"]),
    ):
        mine.alive(now_s)
        assert other.heard() == expected, now_s
    mine.ending()
    assert other.heard() == ["STOPPING=1"]


@pytest.mark.parametrize("more", [{}, {"WATCHDOG_USEC": WATCHDOG_US, "WATCHDOG_PID": "1"}, {"WATCHDOG_USEC": "soon"}])
def test_without_a_watchdog_of_its_own_only_ready(
    systemd: tuple[Systemd, Callable[..., Notifier]], more: dict[str, str]
) -> None:
    other, notifier = systemd
    mine = notifier(**more)
    for now_s in range(100):
        mine.alive(float(now_s))
    assert other.heard() == ["READY=1"]


def test_a_gone_or_silent_systemd_harms_nobody(tmp_path: Path) -> None:
    for environment in ({}, {"NOTIFY_SOCKET": str(tmp_path / "gone"), "WATCHDOG_USEC": WATCHDOG_US}):
        alone = Notifier(environment)
        alone.alive(0.0)
        alone.alive(10.0)
        alone.ending()
