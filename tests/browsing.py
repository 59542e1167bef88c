"""A household that really runs, and a person's look at its page in a real Chromium. Nothing may leave this computer."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

AT_REST = re.compile("^(Ready|Cooling|Ended)$")  # nothing plays, and anything may be started


@dataclass(frozen=True)
class House:
    """`poultice up` as it says of itself."""

    url: str
    facts: Mapping[str, Any]


class Visit:
    """One person's look at the page. Remembers every request and whatever the page complained of."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        context.on("request", lambda request: self.requests.append(request.url))
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._heard)
        self.page.set_default_timeout(15_000)
        self.page.goto(url)

    def _heard(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.complaints.append(said.text)

    def strangers(self) -> list[str]:
        """Requests that left this computer."""
        return [url for url in self.requests if urlsplit(url).hostname != "127.0.0.1"]

    def violations(self) -> list[str]:
        """What axe finds on the page as it is now."""
        found = Axe().run(self.page).response["violations"]
        return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]

    def resize(self, size: tuple[int, int]) -> None:
        """Turns the phone, or takes another."""
        self.page.set_viewport_size({"width": size[0], "height": size[1]})

    def photograph(self, file: Path) -> None:
        """Keeps a picture of the first screen to look at."""
        self.page.evaluate("scrollTo(0, 0)")
        file.parent.mkdir(exist_ok=True)
        self.page.screenshot(path=file)


def until(condition: Callable[[], bool], within_s: float, what: str) -> None:
    """Waits for something that the page cannot be asked to wait for."""
    end_s = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < end_s, f"not within {within_s} s: {what}"
        time.sleep(0.05)
