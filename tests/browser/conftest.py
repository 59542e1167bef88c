"""A real Chromium before a real `poultice up` with a simulated pad; nothing may leave this computer."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from brokers import free_port
from browsing import House, Visit
from household import Process, write_configuration
from playwright.sync_api import Browser, BrowserContext, expect

ROOT = Path(__file__).resolve().parents[2]
SPEED = 10
PHONE = (390, 844)
expect.set_options(timeout=15_000)  # what has to be sooner than that is measured by the test that promises it


def build_page() -> None:
    """The page as its sources say; quick where it was built before."""
    subprocess.run([sys.executable, "web/ui/build.py"], cwd=ROOT, check=True, timeout=300)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One household for a file of tests; its pad has never been used."""
    build_page()
    directory = tmp_path_factory.mktemp("house")
    panel_port = free_port()
    file = write_configuration(directory, broker=f"port = {free_port()}", panel_port=panel_port)
    with Process(directory, "up", "--config", str(file), "--speed", str(SPEED), "--json") as up:
        line = up.line()
        assert line.startswith("{"), up.complaints()
        yield House(f"http://127.0.0.1:{panel_port}", json.loads(line))
        up.end()


Visitor = Callable[..., Visit]


@pytest.fixture
def visit(chromium: Browser, house: House) -> Iterator[Visitor]:
    """Opens the page: `visit(size=(390, 844), locale="en", dark=False)`."""
    contexts: list[BrowserContext] = []
    visits: list[Visit] = []

    def opened(
        size: tuple[int, int] = PHONE, locale: str = "en", dark: bool = False, still: bool = True, path: str = "/"
    ) -> Visit:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            locale=locale,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce" if still else "no-preference",
        )
        contexts.append(context)
        visits.append(Visit(context, house.url + path))
        return visits[-1]

    yield opened
    for context in contexts:
        context.close()
    assert [stranger for one in visits for stranger in one.strangers()] == []
