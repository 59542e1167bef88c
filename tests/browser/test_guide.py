"""Cards and questions in a real browser: the drawing is shown, an answer counts, next goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from browsing import AT_REST, Visit
from playwright.sync_api import Locator, expect

pytestmark = [pytest.mark.browser, pytest.mark.realtime]

SCREENSHOTS = Path(__file__).with_name("screenshots")
Visitor = Callable[..., Visit]


def guide(visit: Visit) -> Locator:
    return visit.page.locator("section.guide")


def begin(visit: Visit, program: str) -> None:
    """Without heat nothing is to be pressed. Ticks the checklist where this pad has not seen it."""
    ready = visit.page.locator("#phase")
    expect(ready).to_have_text(AT_REST)
    if (open_it := visit.page.get_by_role("button", name="Read and tick the checklist").first).is_visible():
        open_it.click()
        boxes = visit.page.get_by_role("checkbox")
        expect(boxes).to_have_count(9)  # the list is loaded once it is asked for, and all() waits for nothing
        for box in boxes.all():
            box.check()
        visit.page.get_by_role("button", name="All of this is so").click()
        expect(visit.page.get_by_role("dialog")).to_have_count(0)
    visit.page.get_by_role("button", name=program).click()
    visit.page.get_by_role("dialog").get_by_role("button", name="Start").click()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_card_with_its_drawing_and_next(visit: Visitor, dark: bool) -> None:
    seen = visit(dark=dark)
    begin(seen, "Two minutes for the neck")
    expect(seen.page.locator("#phase")).to_have_text("Your turn")
    card = guide(seen)
    expect(card.get_by_role("heading", name="Band pull-apart")).to_be_visible()
    expect(card.get_by_text("12 ×")).to_be_visible()
    drawing = card.locator("img")
    assert drawing.evaluate("image => image.decode().then(() => image.naturalWidth)") == 160
    seen.photograph(SCREENSHOTS / f"card-{'dark' if dark else 'light'}.png")
    card.get_by_role("button", name="Done: next step").click()
    expect(seen.page.locator("#phase")).to_have_text("Running")
    seen.page.get_by_role("button", name="STOP", exact=True).click()
    expect(seen.page.get_by_text("Confirmed: everything is off.")).to_be_visible()


def test_a_question_of_pain_has_eleven_answers_and_one_goes_on(visit: Visitor) -> None:
    seen = visit()
    begin(seen, "Strength for neck and shoulders")
    asks = guide(seen)
    expect(asks.get_by_role("heading", name="How much does it hurt now?")).to_be_visible()
    scores = asks.locator(".pain button")
    expect(scores).to_have_count(11)
    assert scores.all_inner_texts() == [str(score) for score in range(11)]
    seen.photograph(SCREENSHOTS / "pain.png")
    scores.nth(3).click()
    expect(asks.get_by_role("heading", name="Band row")).to_be_visible()
    seen.page.get_by_role("button", name="STOP", exact=True).click()
    expect(seen.page.get_by_text("Confirmed: everything is off.")).to_be_visible()
