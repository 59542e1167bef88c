"""What tests in several folders need once a run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

# How long a case takes says how busy the computer is: `make bench` measures, a test does not.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
# For the desk, by `make test-quick`: a sixth of the random cases, and all that are named. Where a test says how many
# it takes, it takes them.
settings.register_profile("quick", parent=settings.get_profile("untimed"), max_examples=16)

LONG_ROOMS = {"hardware", "hazards", "replay", "stories"}  # whole rehearsals; `make test-quick` leaves them out
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes its time by what it is."""
    for item in items:
        if LONG_ROOMS.intersection(item.path.parts):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; one for all, because Playwright bears only one of itself in a thread."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=QUIET.split())
        yield browser
        browser.close()
