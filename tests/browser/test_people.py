"""The way of two phones into a house that knows neither: pairing, the checklist of each person, and being revoked."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from brokers import free_port
from browsing import AT_REST, House, Visit
from household import Process, write_configuration
from playwright.sync_api import Page, expect

from tests.browser.conftest import SPEED, build_page

pytestmark = [pytest.mark.browser, pytest.mark.realtime]
Visitor = Callable[..., Visit]
AT_ONCE_MS = 3000
START = """() => fetch("/api/pads/sofa/requests/start", {
    method: "POST", headers: {"Content-Type": "application/json"},
    body: JSON.stringify({args: {program: "short-massage"}}),
}).then((answer) => answer.json())"""


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("house")


@pytest.fixture(scope="module")
def house(directory: Path) -> Iterator[House]:
    """A household where nobody is trusted for sitting at the computer."""
    build_page()
    panel_port = free_port()
    broker = f"port = {free_port()}"
    file = write_configuration(directory, broker=broker, panel_port=panel_port, panel="trust_loopback = false")
    with Process(directory, "up", "--config", str(file), "--speed", str(SPEED), "--json") as up:
        line = up.line()
        assert line.startswith("{"), up.complaints()
        yield House(f"http://127.0.0.1:{panel_port}", json.loads(line))
        up.end()


def code_of_the_console(house: House, directory: Path, role: str, person: str | None) -> str:
    """What `poultice pair` would print."""
    key = (directory / "data" / "panel-console.key").read_text()
    headers = {"Authorization": f"Bearer {key}"}
    answer = httpx.post(f"{house.url}/api/pairing", json={"role": role, "person": person}, headers=headers)
    return str(answer.json()["code"])


def tab_to(page: Page, name: str) -> None:
    """By keyboard alone, to what has this name."""
    for _ in range(60):
        page.keyboard.press("Tab")
        script = "() => (document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()"
        if page.evaluate(script).startswith(name):
            return
    raise AssertionError(f"{name} cannot be reached by keyboard")


def test_two_phones_come_in_and_one_goes(house: House, directory: Path, visit: Visitor) -> None:
    first = visit()
    expect(first.page.get_by_role("heading", name="Pair this phone")).to_be_visible()
    assert first.violations() == []
    first.page.get_by_role("button", name="STOP", exact=True).click()
    expect(first.page.get_by_text("Confirmed: everything is off.")).to_be_visible()

    # The first phone, by keyboard alone: a wrong code is said, the right one opens.
    tab_to(first.page, "Code, eight digits")
    first.page.keyboard.type("12 34")
    first.page.keyboard.press("Enter")
    expect(first.page.get_by_role("alert").get_by_text("The code has eight digits.")).to_be_visible()
    code = code_of_the_console(house, directory, "admin", "me")
    first.page.keyboard.press("Control+A")
    first.page.keyboard.type(f"{code[:4]} {code[4:]}")
    first.page.keyboard.press("Tab")
    first.page.keyboard.type("Boss")
    first.page.keyboard.press("Enter")
    expect(first.page.locator("#phase")).to_have_text(AT_REST)
    tick(first)

    # The second, by the address that a camera reads; the first one's tick is not this person's.
    first.page.goto(f"{house.url}/#/phones")
    sheet = first.page.get_by_role("dialog")
    expect(sheet.get_by_text("This phone is “Boss”.")).to_be_visible()
    sheet.get_by_role("button", name="Make a code").click()
    shown = sheet.locator(".code")
    expect(shown).to_have_text(re.compile(r"^\d{4} \d{4}$"))
    second = visit(path=f"/#/pair/{shown.inner_text().replace(' ', '')}")
    second.page.get_by_label("What shall this phone be called?").fill("Ada")
    second.page.get_by_role("button", name="Pair", exact=True).click()
    expect(second.page.locator("#phase")).to_have_text(AT_REST)
    assert second.page.evaluate(START)["reason"]["code"] == "checklist", "the controller refuses, not the page"
    tick(second)
    assert second.page.evaluate(START)["status"] == "accepted"
    second.page.get_by_role("button", name="STOP", exact=True).click()
    expect(second.page.get_by_text("Confirmed: everything is off.")).to_be_visible()

    # It may use the pad and no more; revoked it is a stranger at once, and may stop still.
    second.page.goto(f"{house.url}/#/phones")
    expect(second.page.get_by_text("An admin can rename it")).to_be_visible()
    expect(second.page.get_by_role("button", name="Make a code")).to_have_count(0)
    sheet.locator("summary", has_text="Ada").click()
    sheet.locator("details[open] select[name=role]").select_option("view")
    sheet.locator("details[open] form button").click()
    second.page.goto(f"{house.url}/#/")
    expect(second.page.get_by_text("This phone only looks on.")).to_be_visible()
    expect(second.page.get_by_role("button", name="Press the button")).to_have_count(0)
    sheet.get_by_role("button", name="Revoke …").locator("visible=true").click()
    sheet.get_by_role("button", name="Revoke now").click()
    expect(second.page.get_by_role("heading", name="Pair this phone")).to_be_visible(timeout=AT_ONCE_MS)
    second.page.get_by_role("button", name="STOP", exact=True).click()
    expect(second.page.get_by_text("Confirmed: everything is off.")).to_be_visible()
    assert first.complaints == []


def tick(visit: Visit) -> None:
    """Reads and accepts the checklist."""
    visit.page.get_by_role("button", name="Read and tick the checklist").first.click()
    sheet = visit.page.get_by_role("dialog")
    expect(sheet.get_by_role("checkbox").first).to_be_visible()
    for box in sheet.get_by_role("checkbox").all():
        box.check()
    sheet.get_by_role("button", name="All of this is so").click()
    expect(sheet).to_have_count(0)


def test_the_sheets_of_set_up(house: House, directory: Path, visit: Visitor) -> None:
    """A person is added and chosen, the pad gets a name, everything is found well; nothing for axe to complain of."""
    code = code_of_the_console(house, directory, "admin", "me")
    one = visit(path=f"/#/pair/{code}")
    one.page.get_by_label("What shall this phone be called?").fill("Desk")
    one.page.get_by_role("button", name="Pair", exact=True).click()
    expect(one.page.locator("#phase")).to_have_text(AT_REST)
    sheet = one.page.get_by_role("dialog")

    one.page.goto(f"{house.url}/#/persons")
    sheet.get_by_role("textbox", name="New person").fill("Bob")
    sheet.get_by_role("button", name="Add").click()
    sheet.get_by_role("radio", name="Bob").check()
    expect(sheet.get_by_role("radio", name="Bob")).to_be_checked()
    sheet.locator("summary", has_text="Limits of Bob").click()
    sheet.get_by_label("Warmest at most").locator("visible=true").select_option("38.5")
    sheet.get_by_label("Massage at most").locator("visible=true").select_option("0")
    sheet.get_by_role("button", name="Save limits").locator("visible=true").click()
    expect(sheet.get_by_text("Saved: every pad has it.")).to_be_visible()
    expect(sheet.get_by_text("38.5 °C · no massage")).to_be_visible()
    told = one.page.evaluate("() => fetch('/api/pads/sofa/settings').then((answer) => answer.json())")
    assert told["result"]["ceiling"] == {"target_max_c": 38.5, "session_max_min": None, "massage_max_percent": 0}
    assert one.violations() == []
    one.page.goto(f"{house.url}/#/")
    whose = one.page.get_by_role("group", name="For")
    expect(whose.get_by_role("button", name="Bob")).to_have_attribute("aria-pressed", "true")
    whose.get_by_role("button", name="Me").click()
    expect(whose.get_by_role("button", name="Me")).to_have_attribute("aria-pressed", "true")
    assert one.violations() == []
    one.page.goto(f"{house.url}/#/persons")
    sheet.get_by_role("button", name="Forget Bob …").click()
    sheet.get_by_role("button", name="Erase everything").click()
    expect(sheet.get_by_text("Bob is forgotten.")).to_be_visible()
    expect(sheet.get_by_role("radio", name="Bob")).to_have_count(0)

    one.page.goto(f"{house.url}/#/pad")
    sheet.get_by_label("Name of the pad").fill("Sofa")
    sheet.get_by_label("Warmest at most").select_option("39")
    sheet.get_by_role("button", name="Save").click()
    expect(sheet.get_by_text("Saved.")).to_be_visible()
    expect(one.page.get_by_role("heading", name="Sofa", include_hidden=True)).to_have_count(1)
    assert one.violations() == []

    one.page.goto(f"{house.url}/#/fleet")
    sheet.locator("summary", has_text="Sofa").click()
    sheet.get_by_label("Name of “Lower back”").fill("Kreuz")
    sheet.get_by_role("button", name="Save names").click()
    expect(sheet.get_by_text("Saved.")).to_be_visible()
    assert one.violations() == []
    sheet.get_by_role("button", name="Show this pad").click()
    expect(one.page.get_by_text("Kreuz").first).to_be_visible()
    one.page.goto(f"{house.url}/#/pad")
    expect(sheet.get_by_label("Name of the pad")).to_have_value("Sofa")
    expect(sheet.get_by_label("Warmest at most")).to_have_value("39")

    one.page.goto(f"{house.url}/#/health")
    expect(sheet.get_by_text("No fault.")).to_be_visible()
    with one.page.expect_download() as saved:
        sheet.get_by_role("link", name="Save a backup").click()
    file = directory / "backup.json"
    saved.value.save_as(file)
    sheet.get_by_label("Bring a backup back …").set_input_files(file)
    expect(sheet.get_by_text("The backup is back.")).to_be_visible()
    with one.page.expect_download() as everything:
        sheet.get_by_role("link", name="Save everything").click()
    assert {"settings.json", "people.json", "history.sqlite"} < set(zipfile.ZipFile(everything.value.path()).namelist())
    file.write_text("{}")
    sheet.get_by_label("Bring a backup back …").set_input_files(file)
    expect(sheet.get_by_text("This file is no backup of Poultice")).to_be_visible()
    assert one.violations() == []

    one.page.goto(f"{house.url}/#/menu")
    one.page.get_by_role("button", name="Dark").click()
    expect(one.page.locator("html")).to_have_attribute("data-theme", "dark")
    one.page.reload()
    expect(one.page.locator("html")).to_have_attribute("data-theme", "dark")
    assert one.violations() == []
