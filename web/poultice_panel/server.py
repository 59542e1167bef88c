"""Serves the panel on this computer until told to end."""

from __future__ import annotations

import signal
import socket
import sys
import threading
from pathlib import Path

import uvicorn
from poultice.mqtt.connection import BrokerAddress

from poultice_panel.app import Alive, create_app
from poultice_panel.history.database import IN_MEMORY
from poultice_panel.house import SaveAll
from poultice_panel.page import STATIC
from poultice_panel.people.door import Access

UNREAD_MS = 10_000  # a phone that has not taken what was sent for so long is gone; its page asks again when it is back


class PanelError(Exception):
    """The panel cannot be served; `str()` of it is the sentence to show."""


class Server(uvicorn.Server):
    """Ends the pages' event streams first, which would otherwise keep it from ending."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Ends within a second."""
        app = self.config.app
        app.state.house.live.close()  # type: ignore[union-attr]  # it is ours
        await super().shutdown(sockets)


def listen(host: str = "127.0.0.1", port: int = 8080) -> socket.socket:
    """The listening socket; `port` 0 takes a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named so that asyncio switches off Nagle's delay on every connection: answers to STOP are small.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if sys.platform == "linux":  # every connection inherits it
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_MS)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise PanelError(
            f"The panel cannot listen on {host}:{port} ({error.strerror}): end what listens there, or set panel.port."
        ) from None
    sock.listen(128)
    return sock


def make_server(
    broker: BrokerAddress,
    static: Path = STATIC,
    *,
    access: Access | None = None,
    database_url: str = IN_MEMORY,
    alive: Alive = lambda _now_s: None,
    save_all: SaveAll | None = None,
) -> Server:
    """The server, not yet running: `run([socket])` blocks, `should_exit` ends it; the rest as for the app."""
    config = uvicorn.Config(
        create_app(broker, static, access=access, database_url=database_url, alive=alive, save_all=save_all),
        http="h11",
        ws="none",
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )
    return Server(config)


def serve(
    host: str,
    port: int,
    broker: BrokerAddress,
    *,
    access: Access | None = None,
    database_url: str = IN_MEMORY,
    alive: Alive = lambda _now_s: None,
    save_all: SaveAll | None = None,
) -> None:
    """Serves until SIGTERM or Ctrl-C and returns; exits with one sentence where the port is taken."""
    try:
        sock = listen(host, port)
    except PanelError as error:
        raise SystemExit(str(error)) from None
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):  # uvicorn raises them again once it has ended
            signal.signal(number, lambda *_: None)
    make_server(broker, access=access, database_url=database_url, alive=alive, save_all=save_all).run([sock])
