"""Real brokers for tests: mosquitto and amqtt, each a process of its own on a free port of 127.0.0.1.

with BrokerProcess("mosquitto", directory) as broker:
    ... broker.port ...
    broker.kill()
    broker.start()      # on the same port, with nothing remembered
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from poultice.mqtt.connection import BrokerAddress

KINDS = ("mosquitto", "amqtt")
MOSQUITTO = """
listener {port} 127.0.0.1
allow_anonymous true
persistence {persistence}
set_tcp_nodelay true
max_queued_messages 0
max_inflight_messages 200
"""
AMQTT = """
import asyncio, sys
from amqtt.broker import Broker
async def main():
    plugins = {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}}
    listener = {"type": "tcp", "bind": "127.0.0.1:" + sys.argv[1], "max_connections": 50}
    broker = Broker({"listeners": {"default": listener}, "plugins": plugins})
    await broker.start()
    await asyncio.Event().wait()
asyncio.run(main())
"""


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class BrokerProcess:
    """One broker that can be killed, frozen and started again."""

    def __init__(self, kind: str, directory: Path, *, remembers: bool = False) -> None:
        """`remembers`: what is retained survives `end()` and `start()`; mosquitto only."""
        self.kind = kind
        self._remembers = remembers
        self.port = free_port()
        self.address = BrokerAddress("127.0.0.1", self.port)
        self._directory = directory
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it and waits until it listens."""
        with (self._directory / f"{self.kind}-{self.port}.log").open("ab") as log:
            self._process = subprocess.Popen(self._command(), stdout=log, stderr=log)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise AssertionError(f"{self.kind} does not listen on {self.port}")

    def _command(self) -> list[str]:
        if self.kind == "amqtt":
            return [sys.executable, "-c", AMQTT, str(self.port)]
        config = self._directory / f"mosquitto-{self.port}.conf"
        persistence = f"true\npersistence_location {self._directory}/\nuser root" if self._remembers else "false"
        config.write_text(MOSQUITTO.format(port=self.port, persistence=persistence), encoding="utf-8")
        return ["mosquitto", "-c", str(config)]

    def kill(self) -> None:
        """Ends it without a good-bye."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    def end(self) -> None:
        """Ends it in good order: what it remembers is on the disk then."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    def freeze(self, frozen: bool) -> None:
        """Stops it from doing anything, or lets it go on."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGSTOP if frozen else signal.SIGCONT)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.kill()
