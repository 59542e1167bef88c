"""From the start of a program to its place in history, in a real browser: pain, note, curve, export, report."""

from __future__ import annotations

import csv
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from browsing import AT_REST, House, Visit, until
from household import PAD
from playwright.sync_api import Locator, expect

from tests.browser.test_guide import begin, guide
from tests.browser.test_helped import ask, sheet, skip_to

pytestmark = [pytest.mark.browser, pytest.mark.realtime]

SCREENSHOTS = Path(__file__).with_name("screenshots")
NOTE = "Der Nacken ist frei; slept well"
Visitor = Callable[..., Visit]


def history(visit: Visit) -> Locator:
    """Through the menu."""
    visit.page.get_by_role("button", name="Menu").click()
    visit.page.get_by_role("button", name=re.compile("^History")).click()
    return sheet(visit, "History")


def test_before_any_session_there_is_nothing_to_show(visit: Visitor) -> None:
    seen = visit(locale="de", dark=True, path="/#/history")
    expect(sheet(seen, "Verlauf").get_by_text("Von dir ist noch keine Sitzung aufgezeichnet.")).to_be_visible()
    assert seen.violations() == []


def test_a_session_is_seen_in_history_exported_and_reported(visit: Visitor, house: House, tmp_path: Path) -> None:
    seen = visit()
    begin(seen, "Strength for neck and shoulders")
    asks = guide(seen)
    asks.locator(".pain button").nth(6).click()
    expect(asks.get_by_role("heading", name="Band row")).to_be_visible()
    ask(seen, house, "pause")
    seen.page.wait_for_timeout(1500)  # seconds of the pad's, so that its curve shows it
    ask(seen, house, "resume")
    skip_to(seen, house, "end")
    asks.locator(".pain button").nth(3).click()
    expect(seen.page.locator("#phase")).to_have_text(AT_REST)

    # after it: a note, and the way to the session
    after = seen.page.locator("section.card", has=seen.page.get_by_role("button", name="See this session"))
    expect(after.get_by_text("6 → 3")).to_be_visible()
    after.get_by_label("Anything to note?").fill(NOTE)
    after.get_by_role("button", name="Keep the note").click()
    expect(after.get_by_text("Kept.")).to_be_visible()
    assert seen.violations() == []
    seen.photograph(SCREENSHOTS / "history-after.png")

    # the calendar, the list, the session
    opened = history(seen)
    expect(opened.get_by_role("button", name=re.compile("1 session, pain 3 less"))).to_be_visible()
    row = opened.get_by_role("button", name=re.compile("Strength for neck and shoulders.*With a note"))
    expect(row).to_contain_text("6 → 3")
    assert seen.violations() == []
    row.click()
    one = sheet(seen, "Strength for neck and shoulders")
    expect(one.locator("canvas")).to_be_visible()
    expect(one.get_by_role("textbox", name="Your note")).to_have_value(NOTE)
    expect(one.get_by_text("Paused")).to_be_visible()
    assert seen.violations() == []
    seen.photograph(SCREENSHOTS / "history-session.png")
    one.get_by_role("button", name="All sessions").click()

    # how pain and heat went
    opened = sheet(seen, "History")
    for view in ("Pain", "Heat"):
        opened.get_by_role("button", name=view, exact=True).click()
        expect(opened.get_by_role("button", name="3 months")).to_be_visible()
        assert seen.violations() == []

    # a file that parses
    with seen.page.expect_download() as caught:
        opened.get_by_role("link", name="Save as CSV").click()
    saved = tmp_path / caught.value.suggested_filename
    caught.value.save_as(saved)
    with saved.open(newline="", encoding="utf-8") as file:
        (line,) = csv.DictReader(file)
    assert (line["region"], line["pain_before"], line["pain_after"], line["notes"]) == ("neck", "6", "3", NOTE)

    # a page that prints without what is around it
    opened.get_by_role("button", name="Report", exact=True).click()
    report = sheet(seen, "Report")
    report.get_by_label("For").fill("Ada Lovelace")
    report.get_by_label("With my notes").check()
    expect(report.get_by_text(NOTE)).to_be_visible()
    expect(report.get_by_role("cell", name="6 → 3")).to_be_visible()
    assert seen.violations() == []
    seen.page.emulate_media(media="print")
    expect(report.get_by_text("Ada Lovelace")).to_be_visible()
    for hidden in ("STOP", "Print, or save as PDF", "3 months"):
        expect(seen.page.get_by_role("button", name=hidden)).to_have_count(0)
    assert b"/Type /Page" in seen.page.pdf()
    seen.page.screenshot(path=SCREENSHOTS / "history-report.png")
    seen.page.emulate_media(media="screen")


def test_where_a_program_did_not_ask_the_page_asks_and_it_counts(visit: Visitor, house: House) -> None:
    seen = visit(dark=True)
    begin(seen, "Two minutes for the neck")
    expect(seen.page.locator("#phase")).to_have_text("Your turn")
    seen.page.get_by_role("button", name="STOP", exact=True).click()
    asks = seen.page.locator("section.card", has=seen.page.get_by_role("heading", name="How is it now?"))
    asks.get_by_label("Where").select_option("shoulders")
    asks.locator(".pain button").nth(2).click()
    expect(asks.or_(seen.page.get_by_text("Kept.")).last).to_be_visible()
    expect(seen.page.get_by_text("Kept.")).to_be_visible()

    def counted() -> bool:
        sessions = seen.page.request.get(f"{house.url}/api/history/sessions").json()["sessions"]
        return {"region": "shoulders", "before": None, "after": 2} in sessions[0]["pain"]

    until(counted, 10, "the score in the history")


def test_a_locked_history_says_so_and_stop_works(visit: Visitor, house: House) -> None:
    seen = visit()
    file = Path(house.facts["data"]) / "history.sqlite"
    assert file.stat().st_mode & 0o777 == 0o600
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        opened = history(seen)
        expect(opened.get_by_text("Another program holds the history")).to_be_visible()
        assert seen.violations() == []
        seen.page.get_by_role("button", name="STOP", exact=True).click()
        expect(seen.page.get_by_text("Confirmed: everything is off.")).to_be_visible()
    finally:
        other.execute("ROLLBACK")
        other.close()
    opened.get_by_role("button", name="Try again").click()
    expect(opened.get_by_role("button", name="Sessions", exact=True)).to_be_visible()
    seen.complaints.clear()  # a 503 was meant
    assert seen.page.request.get(f"{house.url}/api/pads").json()[0]["id"] == PAD
