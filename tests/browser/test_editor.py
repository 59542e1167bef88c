"""A program is written in a real browser: a copy of a preset, made wrong and right again, saved, and started."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from browsing import House, Visit
from household import PAD
from playwright.sync_api import Locator, expect

pytestmark = [pytest.mark.browser, pytest.mark.realtime]

SCREENSHOTS = Path(__file__).with_name("screenshots")
Visitor = Callable[..., Visit]
COPY = "#/edit/short-massage/copy"


@pytest.fixture(autouse=True)
def ticked(visit: Visitor, house: House) -> None:
    """The checklist was read before."""
    page = visit().page
    answer = page.request.post(f"{house.url}/api/pads/{PAD}/checklist", data={"accepted": True})
    assert answer.ok, answer.text()


def sheet(visit: Visit) -> Locator:
    return visit.page.get_by_role("dialog")


def steps(visit: Visit) -> Locator:
    return visit.page.locator(".editor ol > li")


def test_from_a_preset_to_a_start(visit: Visitor, tmp_path: Path) -> None:
    seen = visit()
    SCREENSHOTS.mkdir(exist_ok=True)
    seen.page.get_by_role("button", name="Lower back ease").click()
    sheet(seen).get_by_role("button", name="Change a copy of it").click()
    expect(sheet(seen).get_by_label("Name", exact=True)).to_have_value("Lower back ease (my own)")
    expect(sheet(seen).get_by_text("This pad can play it.")).to_be_visible()
    sheet(seen).get_by_label("Name", exact=True).fill("Softer evening")

    steps(seen).first.locator(".name").click()
    target = sheet(seen).get_by_label("To how many °C")
    target.fill("50")
    wrong = "50 °C is out of range: write 30 to 42 °C."
    expect(steps(seen).first.get_by_text(wrong).first).to_be_visible()
    expect(target).to_have_attribute("aria-invalid", "true")
    save = sheet(seen).get_by_role("button", name="Save", exact=True)
    expect(save).to_have_attribute("aria-disabled", "true")
    assert seen.violations() == []
    seen.page.screenshot(path=SCREENSHOTS / "editor-wrong.png")
    steps(seen).first.locator(".name").click()
    expect(target).to_have_count(0)
    sheet(seen).get_by_role("button", name="One thing is not right yet").click()
    expect(target).to_be_focused()

    seen.page.reload()
    expect(sheet(seen).get_by_text("Changes that were not saved")).to_be_visible()
    expect(sheet(seen).get_by_label("Name", exact=True)).to_have_value("Softer evening")
    steps(seen).first.locator(".name").click()
    target.fill("38.5")
    expect(save).to_have_attribute("aria-disabled", "false")
    sheet(seen).get_by_role("button", name="Card", exact=True).click()
    sheet(seen).get_by_label("Card to show").select_option(label="A new card of your own …")
    sheet(seen).get_by_label("What it is called", exact=True).fill("Roll your shoulders")
    sheet(seen).get_by_label("What to do", exact=True).fill("")
    expect(sheet(seen).get_by_role("button", name="2 things are not right yet")).to_be_visible()
    sheet(seen).get_by_label("What to do", exact=True).fill("Ten times back, slowly.")
    sheet(seen).get_by_label("Drawing", exact=True).select_option("bridge")
    expect(sheet(seen).get_by_text("This pad can play it.")).to_be_visible()
    assert seen.violations() == []
    with seen.page.expect_download() as download:
        sheet(seen).get_by_role("button", name="Save as a file").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name == "softer-evening.yaml"
    written = yaml.safe_load(file.read_text())
    assert written["steps"][0]["heat"]["lumbar"]["target"] == "38.5 °C"
    assert written["cards"]["my-card"]["text"] == {"en": "Ten times back, slowly.", "de": "Ten times back, slowly."}
    assert written["cards"]["my-card"]["drawing"] == "bridge"

    save.click()
    expect(sheet(seen).get_by_role("heading", name="Softer evening")).to_be_visible()
    sheet(seen).get_by_role("button", name="Start").click()
    expect(seen.page.locator("#phase")).to_have_text("Press the button")
    seen.page.get_by_role("button", name="STOP", exact=True).click()
    expect(seen.page.get_by_text("Confirmed: everything is off.")).to_be_visible()

    seen.page.goto(seen.page.url.split("#")[0] + "#/own")
    own = sheet(seen).get_by_role("button", name="Take Softer evening away")
    expect(own).to_be_visible()
    assert seen.violations() == []
    own.click()
    expect(own).to_have_count(0)
    sheet(seen).get_by_role("button", name="Bring it back").click()
    expect(own).to_be_visible()
    seen.page.set_input_files("input[type=file]", file)
    expect(sheet(seen).get_by_label("Name", exact=True)).to_have_value("Softer evening")
    assert seen.complaints == []


def test_by_keyboard_alone_in_german(visit: Visitor, house: House) -> None:
    seen = visit(locale="de", dark=True, path=f"/{COPY}")
    keyboard = seen.page.keyboard
    expect(sheet(seen).get_by_text("Dieses Kissen kann es spielen.")).to_be_visible()
    before = steps(seen).count()
    words = [text.split("\n")[0] for text in steps(seen).locator(".what").all_inner_texts()]
    grip = sheet(seen).get_by_role("button", name="Schritt 1 ziehen")
    grip.focus()
    keyboard.press("ArrowDown")
    expect(steps(seen).locator(".what").nth(1)).to_have_text(words[0])
    keyboard.press("Control+z")
    expect(steps(seen).locator(".what").nth(0)).to_have_text(words[0])
    sheet(seen).get_by_role("button", name="Frage", exact=True).focus()
    keyboard.press("Enter")
    expect(steps(seen)).to_have_count(before + 1)
    assert seen.page.evaluate("document.activeElement.className").startswith("name")
    keyboard.press("Control+z")
    expect(steps(seen)).to_have_count(before)
    keyboard.press("Control+Shift+z")
    expect(steps(seen)).to_have_count(before + 1)
    sheet(seen).get_by_label("Name", exact=True).focus()
    keyboard.press("Control+a")
    keyboard.type("Meine Pause")
    expect(sheet(seen).get_by_text("Dieses Kissen kann es spielen.")).to_be_visible()
    save = sheet(seen).get_by_role("button", name="Sichern", exact=True)
    expect(save).to_have_attribute("aria-disabled", "false")
    assert seen.violations() == []
    save.focus()
    keyboard.press("Enter")
    expect(sheet(seen).get_by_role("heading", name="Meine Pause")).to_be_visible()
    keyboard.press("Escape")
    expect(seen.page.get_by_role("button", name="Meine Pause")).to_be_visible()
    assert seen.complaints == []


@pytest.mark.parametrize("size", [(320, 568), (844, 390)], ids=["narrow", "landscape"])
def test_nothing_sticks_out(visit: Visitor, size: tuple[int, int]) -> None:
    seen = visit(size=size, path=f"/{COPY}")
    steps(seen).first.locator(".name").click()
    expect(sheet(seen).get_by_label("How long").first).to_be_visible()
    body = sheet(seen).locator(".body")
    assert body.evaluate("one => one.scrollWidth - one.clientWidth") <= 0
    seen.page.screenshot(path=SCREENSHOTS / f"editor-{size[0]}.png")
