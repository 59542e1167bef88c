"""How soon a page that was left open shows live values again, after panel, broker or controller came back."""

from __future__ import annotations

import contextlib
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
from household import AT_REST
from playwright.sync_api import Page
from running import Up, wait_until

from tests.bench.figures import Figure
from tests.bench.panel_chromium import phone
from tests.bench.panel_live import phase

LIMIT_S = 5.0
FRESH_S = 1.5  # a pad says something every second
LIVE = "() => document.querySelector('.live') && !document.querySelector('.live.lost')"


def measure(progress: Callable[[str], None]) -> Iterator[Figure]:
    """Each is killed, and started again by what watches over it; measured from when it is there again."""
    with tempfile.TemporaryDirectory() as directory, Up(Path(directory), "simulated") as up, phone() as page:
        wait_until(lambda: phase(up.url) in AT_REST, 20, "a pad at rest")
        page.goto(up.url)
        page.wait_for_function(LIVE)
        ports = {"panel": up.panel_port, "broker": up.broker_port}
        for name in ("panel", "broker", "controller"):
            progress(f"back after the {name} was killed")
            yield _back(up, name, ports.get(name), page)


def _back(up: Up, name: str, port: int | None, page: Page) -> Figure:
    """What is back before the page has missed it is back at once."""
    before, streams = up.children()[name].pid, []
    page.on("request", lambda request: streams.append(request.url) if request.url.endswith("/api/live") else None)
    up.kill(name)
    up.wait_for_another(name, before)
    if port is not None:
        wait_until(lambda: _listens(port), 20, f"the {name}")

    def live() -> bool:
        looks_live = bool(page.evaluate(LIVE))  # first of all: what the page requested is told to us meanwhile
        return looks_live and (name != "panel" or bool(streams)) and _fresh(up.url)

    seconds = wait_until(live, 60, f"live values after the {name} was killed")
    return Figure(f"live again after the {name} is back", seconds, "s", LIMIT_S)


def _fresh(url: str) -> bool:
    """Whether the panel itself knows the pad as it is."""
    with contextlib.suppress(httpx.HTTPError, IndexError, TypeError, KeyError):
        pad = httpx.get(f"{url}/api/pads", timeout=2).json()[0]
        return bool(pad["online"] and pad["controller_online"] and pad["state_age_s"] < FRESH_S)
    return False


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False
