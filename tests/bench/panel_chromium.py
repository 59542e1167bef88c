"""Debian's Chromium for benches: a phone's page, and the instants of what happens on it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from playwright.sync_api import Page, sync_playwright

PHONE = {"width": 390, "height": 844}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]

WATCH = """([what, pattern]) => {
  const fits = new RegExp(pattern);
  window.seen = {};
  const look = () => {
    const found = fits.exec(document.querySelector(what)?.textContent ?? "");
    if (found === null || found[0] in window.seen) return;
    window.seen[found[0]] = 0;
    requestAnimationFrame(() => { window.seen[found[0]] = (performance.timeOrigin + performance.now()) / 1000; });
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  look();
}"""


@contextlib.contextmanager
def phone() -> Iterator[Page]:
    """A page of a phone's size, in a browser of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        page = browser.new_context(viewport=PHONE, reduced_motion="reduce").new_page()  # type: ignore[arg-type]
        page.set_default_timeout(15_000)
        yield page
        browser.close()


def watch(page: Page, selector: str, pattern: str) -> None:
    """From now on notes when each new match of a pattern was first painted there."""
    page.evaluate(WATCH, [selector, pattern])


def seen(page: Page) -> dict[str, float]:
    """When each was painted, s since 1970; what waits for its frame is not in it."""
    return {text: at_s for text, at_s in page.evaluate("() => window.seen").items() if at_s}
