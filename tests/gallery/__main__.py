"""`python -m tests.gallery [--only WORD]`: pictures of every screen in every state, in build/gallery/index.html.

The page is the built one; what it hears stands still, and what its sheets ask is answered by a controller in virtual
time. Nothing listens on a port.
"""

from __future__ import annotations

import html
import json
import mimetypes
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlsplit

import typer
from harness import VirtualHouse
from playwright.sync_api import Browser, Page, Route, sync_playwright
from playwright.sync_api import Error as BrowserError
from rich.console import Console

from tests.gallery.states import NOW, PAD, Scene, curve, ready, scenes

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "web" / "poultice_panel" / "static"
SHEETS = ROOT / "web" / "ui" / "src" / "lib" / "sheets.ts"
TARGET = ROOT / "build" / "gallery"
HOST = "http://gallery.invalid/"  # answered here, whatever it asks
PHONE, DESK = (390, 844), (1280, 800)
TALL = 1700  # for what lies below a phone's screen
SETTLED_MS = 350
CHROMIUM: dict[str, Any] = {"executable_path": "/usr/bin/chromium", "args": ["--no-sandbox", "--disable-gpu"]}
STREAM = """
window.EventSource = class extends EventTarget {
  constructor() {
    super();
    const say = (kind, data) => this.dispatchEvent(new MessageEvent(kind, { data: JSON.stringify(data) }));
    const beat = () => say("heartbeat", { broker_connected: SNAPSHOT.broker_connected });
    if (SNAPSHOT === null) return;
    setTimeout(() => { say("snapshot", SNAPSHOT); this.timer = setInterval(beat, 1000); }, 0);
  }
  close() { clearInterval(this.timer); }
};
"""


@dataclass(frozen=True)
class Look:
    """How a screen is looked at."""

    name: str
    size: tuple[int, int]
    language: str
    dark: bool
    scale: float = 1.0  # dots of the picture a pixel of the page


LOOKS = (
    Look("phone", PHONE, "en", False),
    Look("phone, dark, German", PHONE, "de", True),
    Look("desk, German", DESK, "de", False),
    Look("desk, dark", DESK, "en", True),
)
# Sheets that have more than one address of their own; every other of lib/sheets.ts is opened as it is.
ADDRESSES = {
    "#/program": ("#/program/lower-back-ease", "#/program/gone"),
    "#/edit": ("#/edit", "#/edit/lower-back-ease/copy", "#/edit/mine"),
}
MINE: dict[str, Any] = {
    "schema": "poultice-program/1",
    "id": "mine",
    "title": {"en": "My evening on the sofa", "de": "Mein Abend auf dem Sofa"},
    "evidence": "convention",
    "steps": [
        {"id": "warm", "duration": "8 min", "heat": {"lumbar": {"target": "39 °C"}}},
        {"repeat": 2, "steps": [{"id": "hold", "duration": "4 min", "heat": {"lumbar": {"target": "38 °C"}}}]},
    ],
}


class Panel:
    """Answers what the page asks: its own files, and the queries that a panel would pass on to a controller."""

    def __init__(self, house: VirtualHouse) -> None:
        self._house = house
        self.scene = Scene("loading", None)  # which is to be seen next

    def answer(self, route: Route) -> None:
        """One request."""
        parts = urlsplit(route.request.url)
        path = parts.path.lstrip("/") or "index.html"
        if path.startswith("api/"):
            body = json.loads(route.request.post_data or "{}") | dict(parse_qsl(parts.query))
            found = self._ask(path.split("/")[3:], body)
            route.fulfill(status=200 if found else 404, json=found or {"status": "error", "reason": _nobody()})
            return
        file = STATIC / path
        if not file.is_file():
            route.fulfill(status=404)
            return
        kind = mimetypes.guess_type(file.name)[0] or "text/javascript"
        route.fulfill(status=200, body=file.read_bytes(), content_type=kind)

    def _ask(self, way: list[str], body: dict[str, Any]) -> Mapping[str, Any] | None:
        match way:
            case ["curve"]:
                return curve((self.scene.snapshot or {})["pads"][PAD])
            case ["course"]:
                return self.scene.course or {"session": "", "program": "", "t": [], "at": [], "zones": {}}
            case _:
                return self._query(way, body)

    def _query(self, way: list[str], body: dict[str, Any]) -> dict[str, Any] | None:
        self._house.run(1.0)  # or it would be asked too much at once
        match way:
            case ["programs", op]:
                result = self._house.query("programs", op=op, **body)
            case ["preview"]:
                result = self._house.query("programs", op="preview", **body)
            case ["what-helped"]:
                result = self._house.query("sessions", op="what_helped", **body)
            case ["coach"]:
                result = self._house.query("coach", op="get", person="me")
            case ["settings"]:
                result = self._house.query("settings", op="get")
            case _:
                return None
        return result.model_dump(mode="json")


def _nobody() -> dict[str, Any]:
    return {"code": "gallery", "text": "Nobody answers in the gallery.", "values": {}}


def all_scenes(house: VirtualHouse) -> Iterator[Scene]:
    """The first screen in all its states, then each sheet; one that is new is here by itself."""
    info = house.broker.infos[-1].model_copy(update={"name": "Sofa pad"})
    yield from scenes(info)
    for address in re.findall(r'"(#/[a-z-]+)":', SHEETS.read_text(encoding="utf-8")):
        for route in ADDRESSES.get(address, (address,)):
            there = ".editor canvas" if route.startswith("#/edit") else '[role="dialog"]'
            yield Scene(f"sheet {route[2:]}", ready(info), route, there)
    turn = next(scene for scene in scenes(info) if scene.name == "your turn: a card")
    yield Scene("sheet card: large", turn.snapshot, "#/card", '[role="dialog"]')
    yield Scene("sheet edit: a step", ready(info), "#/edit/mine", ".editor ol", (".editor ol .name >> nth=0",))
    wrong = (".editor ol .name >> nth=0", ".editor .inside .pair input >> nth=0")
    yield Scene("sheet edit: not right", ready(info), "#/edit/mine", ".editor ol", wrong)


def shoot(browser: Browser, panel: Panel, scene: Scene, look: Look, file: Path) -> list[str]:
    """One picture; what the page complained of."""
    complaints: list[str] = []
    context = browser.new_context(
        viewport={"width": look.size[0], "height": TALL if scene.tall else look.size[1]},
        locale=look.language,
        color_scheme="dark" if look.dark else "light",
        device_scale_factor=look.scale,
        reduced_motion="reduce",
    )
    context.add_init_script(STREAM.replace("SNAPSHOT", json.dumps(scene.snapshot)))
    page = context.new_page()
    page.set_default_timeout(8000)
    page.clock.set_fixed_time(NOW)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.route("**/*", panel.answer)
    page.goto(HOST + scene.route)
    try:
        page.locator(scene.selector).first.wait_for()
        page.wait_for_timeout(SETTLED_MS)
        _act(page, scene)
    except BrowserError as error:
        complaints.append(str(error).splitlines()[0])
    page.screenshot(path=file)
    if wide := page.evaluate("() => document.documentElement.scrollWidth - innerWidth"):
        complaints.append(f"wider than its window by {wide} px")
    context.close()
    return complaints


def _act(page: Page, scene: Scene) -> None:
    for selector in scene.click:
        target = page.locator(selector)
        if target.evaluate("(one) => one.tagName") == "INPUT":
            target.fill("50")
        else:
            target.click()
        page.wait_for_timeout(2 * SETTLED_MS)


def main(only: Annotated[str, typer.Option(help="Only scenes whose name has this in it.")] = "") -> None:
    """Draws the gallery."""
    TARGET.mkdir(parents=True, exist_ok=True)
    console = Console()
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as playwright:
        house = VirtualHouse(Path(directory), programs=())
        assert house.query("programs", op="save", content=MINE).status == "ok"
        wanted = [scene for scene in all_scenes(house) if only in scene.name]
        browser = playwright.chromium.launch(**CHROMIUM)
        panel, complaints = Panel(house), []
        with console.status("") as status:
            for number, scene in enumerate(wanted):
                status.update(f"{number} of {len(wanted)}: {scene.name}")
                panel.scene = scene
                for look in LOOKS:
                    file = TARGET / _file(scene, look)
                    found = shoot(browser, panel, scene, look, file)
                    complaints += [f"{scene.name} ({look.name}): {each}" for each in found]
        browser.close()
    (TARGET / "index.html").write_text(_index(wanted), encoding="utf-8")
    for each in complaints:
        console.print(f"[red]{html.escape(each)}[/]")
    console.print(f"{len(wanted)} scenes in {len(LOOKS)} looks: {TARGET / 'index.html'}")
    raise typer.Exit(1 if complaints else 0)


def _file(scene: Scene, look: Look) -> str:
    return re.sub(r"[^a-z0-9]+", "-", f"{scene.name} {look.name}".lower()).strip("-") + ".png"


def _index(shown: list[Scene]) -> str:
    rows = "".join(
        f"<h2>{html.escape(scene.name)}</h2><div>"
        + "".join(
            f'<a href="{_file(scene, look)}"><img loading="lazy" src="{_file(scene, look)}" '
            f'alt="{html.escape(look.name)}" height="520"></a>'
            for look in LOOKS
        )
        + "</div>"
        for scene in shown
    )
    style = "body{font:16px system-ui;margin:2rem;background:#8883}div{display:flex;gap:1rem;overflow-x:auto}"
    return f'<!doctype html><meta charset="utf-8"><title>Poultice: gallery</title><style>{style}</style>{rows}'


if __name__ == "__main__":
    typer.run(main)
