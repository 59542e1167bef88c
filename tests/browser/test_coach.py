"""The coach in a real browser: asked for on its sheet, it prompts on every open page; what is answered is counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from browsing import Visit
from playwright.sync_api import Locator, expect

pytestmark = [pytest.mark.browser, pytest.mark.realtime]

SCREENSHOTS = Path(__file__).with_name("screenshots")
STICKS_OUT = """body => [...body.querySelectorAll("*")].filter(
    (one) => one.getBoundingClientRect().right > body.getBoundingClientRect().right).map((one) => one.outerHTML)"""
Visitor = Callable[..., Visit]


def sheet(visit: Visit) -> Locator:
    return visit.page.get_by_role("dialog")


def prompt(visit: Visit) -> Locator:
    return visit.page.locator("section.prompt")


def look_at_all(visit: Visit, name: str) -> None:
    """Photographs the sheet from top to bottom, and lets axe look at each part."""
    body = sheet(visit).locator(".body")
    for number in range(1, 5):
        visit.page.screenshot(path=SCREENSHOTS / f"{name}-{number}.png")
        assert visit.violations() == []
        assert body.evaluate(STICKS_OUT) == []
        body.evaluate("body => body.scrollBy(0, body.clientHeight * 0.85)")


def test_a_training_is_asked_for_prompted_on_two_phones_and_put_off_once(visit: Visitor) -> None:
    one, other = visit(), visit(locale="de", dark=True)
    SCREENSHOTS.mkdir(exist_ok=True)
    one.page.get_by_role("button", name="Coach").click()
    expect(sheet(one).get_by_text("Everything is off: it says nothing.")).to_be_visible()
    expect(sheet(one).get_by_text("Nothing yet:")).to_be_visible()
    expect(prompt(one)).to_have_count(0)

    today = datetime.now().astimezone()
    day = today.strftime("%A")
    sheet(one).get_by_role("checkbox", name="Strength plan").check()
    expect(sheet(one).get_by_label("It asks at")).to_be_visible()
    sheet(one).get_by_label(day).select_option(label="Two minutes for the neck")
    expect(sheet(one).get_by_text("Saved.")).to_be_visible()
    for box in ("Quiet from", "Quiet to"):  # the same twice: no quiet hours
        sheet(one).get_by_label(box).fill("00:00")
    sheet(one).get_by_label("It asks at").fill(today.strftime("%H:%M"))
    look_at_all(one, "coach-light")
    one.page.keyboard.press("Escape")

    for each in (one, other):
        expect(prompt(each)).to_be_visible()
        picture = prompt(each).locator("img")
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 160
        assert each.violations() == []
    assert prompt(one).get_by_role("heading").inner_text() == "Strength plan"
    one.photograph(SCREENSHOTS / "prompt-light.png")
    other.photograph(SCREENSHOTS / "prompt-dark.png")

    prompt(one).get_by_role("button", name="Start: Two minutes for the neck").click()
    expect(sheet(one).get_by_role("heading", name="Two minutes for the neck")).to_be_visible()
    expect(one.page.locator("#phase")).to_have_text("Ready")  # a prompt starts nothing
    one.page.keyboard.press("Escape")

    prompt(other).get_by_role("button", name="Später").click()
    for each in (one, other):
        expect(prompt(each)).to_have_count(0)
    other.page.get_by_role("button", name="Coach").click()
    expect(sheet(other).get_by_role("row", name="Kraftplan 0 1 0")).to_be_visible()
    chair = sheet(other).get_by_role("group", name="Stuhl")
    chair.get_by_role("button", name="Zu ändern").click()
    expect(chair.get_by_role("button", name="Zu ändern")).to_have_attribute("aria-pressed", "true")
    look_at_all(other, "coach-dark")
    other.resize((320, 568))
    assert sheet(other).locator(".body").evaluate(STICKS_OUT) == []
    assert one.complaints == []
    assert other.complaints == []
