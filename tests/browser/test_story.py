"""The story of a first evening, in a real browser at the size of a phone: tick, press, start, warm, STOP."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from browsing import AT_REST, House, Visit, until
from playwright.sync_api import FloatRect, Locator, expect

pytestmark = [pytest.mark.browser, pytest.mark.realtime]

PROGRAM = "Lower back ease"
SIZES = [(320, 568), (390, 844), (844, 390), (1280, 800)]
SCREENSHOTS = Path(__file__).with_name("screenshots")
RECOVERS_MS = 5000
Visitor = Callable[..., Visit]


def stop_button(visit: Visit) -> Locator:
    return visit.page.get_by_role("button", name="STOP", exact=True)


def phase(visit: Visit, words: str | re.Pattern[str]) -> None:
    expect(visit.page.locator("#phase")).to_have_text(words)


def temperature_c(visit: Visit, zone: str = "Lower back") -> float:
    text = visit.page.locator("article", has_text=zone).locator(".warmth").inner_text()
    found = re.match(r"\d+[.,]\d", text)
    assert found, f"no temperature in {text!r}"
    return float(found[0].replace(",", "."))


def ask_for(visit: Visit, program: str) -> None:
    visit.page.get_by_role("button", name=program).click()
    visit.page.get_by_role("dialog").get_by_role("button", name="Start").click()


def start(visit: Visit, program: str = PROGRAM) -> None:
    ask_for(visit, program)
    phase(visit, "Press the button")
    visit.page.get_by_role("button", name="Press the button").click()
    phase(visit, "Warming")


def stop(visit: Visit) -> None:
    stop_button(visit).click()
    expect(visit.page.get_by_text("Confirmed: everything is off.")).to_be_visible()


def test_a_first_evening(house: House, visit: Visitor) -> None:
    """Nothing starts before the checklist; then it warms, and STOP ends it for certain."""
    first = visit()
    phase(first, "Ready")
    first.photograph(SCREENSHOTS / "1-new.png")

    reply = httpx.post(f"{house.url}/api/pads/sofa/requests/start", json={"args": {"program": "lower-back-ease"}})
    assert reply.json()["status"] == "refused", "the controller enforces the checklist, not the page"
    first.page.get_by_role("button", name=PROGRAM).click()
    expect(first.page.get_by_role("dialog").get_by_role("button", name="Start")).to_have_count(0)
    tick_the_checklist_from_the_sheet(first)

    first.photograph(SCREENSHOTS / "2-program.png")
    first.page.get_by_role("dialog").get_by_role("button", name="Start").click()
    phase(first, "Press the button")
    expect(first.page.get_by_role("button", name="Press the button")).to_be_in_viewport()
    first.photograph(SCREENSHOTS / "3-invited.png")
    cold = temperature_c(first)
    first.page.get_by_role("button", name="Press the button").click()
    phase(first, "Warming")
    until(lambda: temperature_c(first) > cold + 2, 20, "two degrees warmer")
    for one in (first, visit()):  # whoever comes later has what was measured before at once
        one.page.mouse.move(200, 400)
        one.page.mouse.wheel(0, 700)
        expect(one.page.get_by_role("heading", name="Expected and measured")).to_be_visible()
        expect(one.page.locator(".plot").first).to_have_attribute("aria-label", re.compile(r"°C, expected \d"))
        assert inked(one), "the curve is drawn"
    expect(first.page.locator(".asked").first).to_contain_text("°C")
    first.photograph(SCREENSHOTS / "4-warming.png")

    stop(first)
    phase(first, AT_REST)
    first.photograph(SCREENSHOTS / "5-stopped.png")
    state = httpx.get(f"{house.url}/api/pads").json()[0]["state"]
    assert state["outputs_off"]
    assert not state["armed"]
    assert first.complaints == []


def tick_the_checklist_from_the_sheet(visit: Visit) -> None:
    """An unticked line keeps it closed; accepting leads back to the program."""
    page = visit.page
    page.get_by_role("dialog").get_by_role("button", name="Read and tick the checklist").click()
    expect(page.get_by_role("heading", name="Before the first use")).to_be_visible()
    boxes = page.get_by_role("checkbox").all()
    assert len(boxes) >= 8
    for box in boxes[:-1]:
        box.check()
    page.get_by_role("button", name="All of this is so").click()
    expect(page.get_by_text("Please tick every line.")).to_be_visible()
    boxes[-1].check()
    page.get_by_role("button", name="All of this is so").click()
    expect(page.get_by_role("heading", name=PROGRAM)).to_be_visible()


def inked(visit: Visit) -> bool:
    """Whether something is drawn on the plot's canvas."""
    return bool(
        visit.page.evaluate(
            """() => { const c = document.querySelector('.plot canvas');
            return c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((v) => v > 0); }"""
        )
    )


def test_a_person_changes_it(visit: Visitor) -> None:
    """Warmer, further, paused, on again; what is not possible is said with its reason."""
    one = visit(dark=True)
    start(one)
    zone = one.page.locator("article", has_text="Lower back")
    expect(zone.locator(".asked")).to_contain_text("40.0")
    one.page.get_by_role("button", name="Lower back: half a degree cooler").click()
    expect(zone.locator(".asked")).to_contain_text("39.5")
    one.page.get_by_role("button", name="Pause").click()
    phase(one, "Paused")
    assert one.violations() == []
    one.photograph(SCREENSHOTS / "6-paused.png")
    one.page.get_by_role("button", name="Go on").click()
    expect(one.page.locator("#phase")).not_to_have_text("Paused")
    one.page.get_by_role("button", name="Next step").click()
    expect(one.page.get_by_text("Step 2 of")).to_be_visible()
    one.page.get_by_role("button", name="Step back").click()
    expect(one.page.get_by_text("Step 1 of")).to_be_visible()
    stop(one)
    assert one.complaints == []


def test_a_refusal_is_said_with_its_reason(house: House, visit: Visitor) -> None:
    one = visit()
    start(one)
    for _ in range(8):
        one.page.get_by_role("button", name="Lower back: half a degree warmer").click()
    expect(one.page.get_by_role("alert").filter(has_text="out of range")).to_be_visible()
    expect(one.page.locator("article", has_text="Lower back").locator(".asked")).to_contain_text("42.0")
    stop(one)


@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing(visit: Visitor, dark: bool) -> None:
    one = visit(dark=dark)
    phase(one, AT_REST)
    for size in (SIZES[0], SIZES[-1]):
        one.resize(size)
        assert one.violations() == [], size
        assert one.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    one.page.get_by_role("button", name=PROGRAM).click()
    expect(one.page.get_by_role("dialog")).to_be_visible()
    assert one.violations() == []


@pytest.mark.parametrize("path", ["/", "/#/program/lower-back-ease", "/#/checklist"])
def test_nothing_lies_over_stop(visit: Visitor, path: str) -> None:
    one = visit(path=path)
    phase(one, AT_REST)
    expect(one.page.get_by_role("dialog")).to_have_count(0 if path == "/" else 1)
    for size in SIZES:
        one.resize(size)
        box = stop_button(one).bounding_box()
        assert box is not None
        assert box["height"] >= 64
        assert 0 <= box["y"] <= size[1] - box["height"]
        assert on_top(one, box) == ["STOP"] * 3


def on_top(visit: Visit, box: FloatRect) -> list[str]:
    """Whose words lie uppermost at the left end, in the middle and at the right end of a box."""
    y = box["y"] + box["height"] / 2
    points = [[box["x"] + box["width"] * part, y] for part in (0.02, 0.5, 0.98)]
    script = "(points) => points.map(([x, y]) => document.elementFromPoint(x, y).closest('button')?.textContent.trim())"
    found: list[str] = visit.page.evaluate(script, points)
    return found


INSIDE = """(all) => {
    const bottom = (one) => one.getBoundingClientRect().bottom;
    return all.every((one) => bottom(one) <= bottom(one.parentElement) + 1);
}"""


def test_the_menu_leads_everywhere_and_back(visit: Visitor) -> None:
    """Each way opens a sheet, "back" closes it; on the narrowest phone every word of the menu can be scrolled to."""
    one = visit(size=(320, 640))
    phase(one, AT_REST)
    dialog = one.page.get_by_role("dialog")
    for way in ("What helped", "Coach", "Who may use heat"):
        one.page.get_by_role("button", name="Menu").click()
        ways = dialog.get_by_role("listitem")
        expect(ways.first).to_be_visible()
        assert ways.evaluate_all(INSIDE)
        dialog.get_by_role("button", name=way).click()
        expect(dialog).to_have_count(1)
        expect(dialog.get_by_role("heading", name="Menu")).to_have_count(0)
        one.page.go_back()
        expect(dialog).to_have_count(0)
    one.page.get_by_role("button", name="Menu").click()
    assert one.violations() == []


def test_german(visit: Visitor) -> None:
    """By the browser's language; a switch on the page is remembered."""
    one = visit(locale="de-AT")
    phase(one, re.compile("^(Bereit|Kühlt ab|Zu Ende)$"))
    assert one.page.locator("html").get_attribute("lang") == "de"
    expect(one.page.get_by_role("heading", name="Unterer Rücken").first).to_be_visible()
    one.page.get_by_role("button", name="Menü").click()
    one.page.get_by_role("button", name="English").click()
    expect(one.page.get_by_role("heading", name="Menu")).to_be_visible()
    one.page.keyboard.press("Escape")
    phase(one, AT_REST)
    one.page.reload()
    phase(one, AT_REST)
    assert one.page.locator("html").get_attribute("lang") == "en"


def test_the_keyboard_is_enough(visit: Visitor) -> None:
    one = visit()
    phase(one, AT_REST)
    one.page.get_by_role("button", name=PROGRAM).focus()
    one.page.keyboard.press("Enter")
    expect(one.page.get_by_role("heading", name=PROGRAM)).to_be_focused()
    one.page.keyboard.press("Escape")
    expect(one.page.get_by_role("dialog")).to_have_count(0)
    expect(one.page.get_by_role("button", name=PROGRAM)).to_be_focused()
    stop_button(one).focus()
    one.page.keyboard.press("Enter")
    expect(one.page.get_by_text("Confirmed: everything is off.")).to_be_visible()


def test_the_page_recovers_after_the_panel_is_gone(house: House, visit: Visitor) -> None:
    """While it is gone the values are said to be old, and a STOP that did not arrive is said loudly."""
    one = visit()
    phase(one, AT_REST)
    panel = panel_pid(house)
    os.kill(panel, signal.SIGSTOP)
    try:
        expect(one.page.get_by_text("No word from the panel")).to_be_visible()
        expect(one.page.locator(".live")).to_contain_text("old")
        stop_button(one).click()
        expect(one.page.get_by_text("NOT confirmed: use the pad's button!")).to_be_visible()
        one.photograph(SCREENSHOTS / "7-panel-gone.png")
    finally:
        os.kill(panel, signal.SIGKILL)
    expect(one.page.get_by_text("No word from the panel")).to_have_count(0, timeout=RECOVERS_MS)
    expect(one.page.locator(".live")).to_have_text("live")
    expect(one.page.get_by_text("NOT confirmed")).to_have_count(0)


def panel_pid(house: House) -> int:
    return int(house.facts["panel"]["pid"])
