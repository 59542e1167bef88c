"""Pain by region, what helped, and forgetting, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from browsing import House, Visit, until
from household import PAD
from playwright.sync_api import Locator, expect

from tests.browser.test_guide import begin, guide

pytestmark = [pytest.mark.browser, pytest.mark.realtime]

SCREENSHOTS = Path(__file__).with_name("screenshots")
Visitor = Callable[..., Visit]


def sheet(visit: Visit, name: str) -> Locator:
    opened = visit.page.get_by_role("dialog", name=name)
    expect(opened).to_be_visible()
    return opened


def ask(visit: Visit, house: House, verb: str) -> None:
    answer = visit.page.request.post(f"{house.url}/api/pads/{PAD}/requests/{verb}", data={})
    assert answer.json()["status"] == "accepted", answer.text()


def skip_to(visit: Visit, house: House, step: str) -> None:
    """Skips steps until one of this name is played."""

    def there() -> bool:
        pad = next(pad for pad in visit.page.request.get(f"{house.url}/api/pads").json() if pad["id"] == PAD)
        if pad["state"]["session"]["step_id"] == step:
            return True
        ask(visit, house, "skip")
        return False

    until(there, 20, f"the step {step}")


def test_before_any_session_it_says_so_in_german_too(visit: Visitor) -> None:
    seen = visit(dark=True, locale="de")
    seen.page.get_by_role("button", name="Was half").click()
    opened = sheet(seen, "Was geholfen hat")
    expect(opened.get_by_text("Von dir ist noch keine Sitzung aufgezeichnet.")).to_be_visible()
    assert seen.violations() == []
    seen.photograph(SCREENSHOTS / "helped-empty.png")


def test_pain_before_and_after_is_summed_up_and_forgotten(visit: Visitor, house: House) -> None:
    seen = visit()
    begin(seen, "Strength for neck and shoulders")
    asks = guide(seen)
    where = asks.get_by_label("Where")
    expect(where).to_have_value("neck")
    ask(seen, house, "pause")  # a minute of the pad's is six seconds of ours
    where.select_option("shoulders")
    seen.page.wait_for_timeout(1200)  # the pad speaks each second; what was chosen stays chosen
    expect(where).to_have_value("shoulders")
    seen.photograph(SCREENSHOTS / "pain-where.png")
    assert seen.violations() == []
    ask(seen, house, "resume")
    expect(seen.page.locator("#phase")).to_have_text("Your turn")
    asks.locator(".pain button").nth(6).click()
    expect(asks.get_by_role("heading", name="Band row")).to_be_visible()
    skip_to(seen, house, "end")
    expect(where).to_have_value("shoulders")  # after is asked of the same place
    asks.locator(".pain button").nth(4).click()
    seen.page.get_by_role("button", name="What helped").click()
    opened = sheet(seen, "What helped")
    expect(opened.get_by_text("2 points less")).to_be_visible()
    expect(opened.get_by_text("Shoulders", exact=True)).to_be_visible()
    expect(opened.get_by_text("Fewer than 5 sessions")).to_be_visible()
    assert seen.violations() == []
    seen.photograph(SCREENSHOTS / "helped.png")
    opened.get_by_role("button", name="Forget my records").click()
    expect(opened.get_by_text("Nothing brings them back.")).to_be_visible()
    seen.photograph(SCREENSHOTS / "forget.png")
    assert seen.violations() == []
    opened.get_by_role("button", name="Keep them").click()
    expect(opened.get_by_text("2 points less")).to_be_visible()
    opened.get_by_role("button", name="Forget my records").click()
    opened.get_by_role("button", name="Erase them all").click()
    expect(opened.get_by_text("Erased. Sessions: 1.")).to_be_visible()
    expect(opened.get_by_text("2 points less")).to_have_count(0)
    seen.photograph(SCREENSHOTS / "forgotten.png")
