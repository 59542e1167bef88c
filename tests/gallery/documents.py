"""`python -m tests.gallery.documents`: the pictures in docs, of the page as it is now, in a real browser.

States stand still as in the gallery; history, persons and phones are answered by a real panel with a made-up year.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import httpx
import typer
from harness import VirtualHouse
from made_history import course, fill, outcomes
from PIL import Image
from playwright.sync_api import Route, sync_playwright
from poultice.mqtt.connection import BrokerAddress
from poultice_panel.app import create_app
from poultice_panel.clock import Clock
from poultice_panel.history.database import Database
from poultice_panel.history.history import History
from poultice_panel.people.door import Access

from tests.gallery.__main__ import CHROMIUM, MINE, PHONE, Look, Panel, all_scenes, shoot
from tests.gallery.states import NOW, Scene

DOCS = Path(__file__).resolve().parents[2] / "docs"
FIRST_SCREEN = DOCS / "phone.png"  # in the README
PICTURES = DOCS / "pictures"
LOOKS = tuple(Look(language, PHONE, language, dark=False, scale=1.5) for language in ("en", "de"))
COLOURS = 256  # of a picture's palette: nobody sees the difference, and a clone is a third of the size
SHOWN = {  # by the picture's name, the scene's
    "ready": "ready",
    "start": "sheet program/lower-back-ease",
    "during": "running, with massage",
    "card": "sheet card: large",
    "pain": "asked: pain",
    "after": "finished",
    "history": "sheet history",
    "edit": "sheet edit/mine",
    "coach": "sheet coach",
    "persons": "sheet persons",
}


class FullPanel(Panel):
    """Asks a real panel what only a panel knows. It has no broker."""

    def __init__(self, house: VirtualHouse, directory: Path) -> None:
        super().__init__(house)
        self._app = create_app(BrokerAddress("127.0.0.1", 1), access=Access(directory=directory, lan=True))
        self._url = f"sqlite:///{directory / 'history.sqlite'}"
        self._thread = ThreadPoolExecutor(1)  # the browser's own loop runs in ours
        self._thread.submit(asyncio.run, self._fill()).result()
        for path, name in (("/api/persons/me", "Anna"), ("/api/persons", "Ben")):
            self._request("POST", path, {"name": name}).raise_for_status()

    def answer(self, route: Route) -> None:
        """One request."""
        parts = urlsplit(route.request.url)
        if parts.path.startswith(("/api/history/", "/api/persons", "/api/phones", "/api/pairing")):
            answer = self._request(route.request.method, f"{parts.path}?{parts.query}", route.request.post_data_json)
            kind = answer.headers.get("content-type", "application/json")
            route.fulfill(status=answer.status_code, body=answer.content, content_type=kind)
            return
        super().answer(route)

    def _request(self, method: str, path: str, body: Mapping[str, Any] | None) -> httpx.Response:
        return self._thread.submit(asyncio.run, self._asked(method, path, body)).result()

    async def _asked(self, method: str, path: str, body: Mapping[str, Any] | None) -> httpx.Response:
        house = self._app.state.house
        self._app.state.history = History(Database(self._url), house.pads, house.asking.query, Clock())
        transport = httpx.ASGITransport(self._app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            answer = await client.request(method, path, json=body)
        await self._app.state.history.close()
        return answer

    async def _fill(self) -> None:
        database = Database(self._url)
        sessions = [one for one in outcomes(200, NOW, timedelta(days=1.7)) if one.program != "long-name"]
        await fill(database, sessions, course(1140))
        await database.close()


def keep(picture: Path) -> None:
    """Fewer colours, so that a clone stays small."""
    whole = Image.open(picture).convert("RGB")
    whole.quantize(COLOURS, kmeans=2, dither=Image.Dither.NONE).save(picture, optimize=True)


def find(scenes: list[Scene]) -> dict[str, Scene]:
    """By the picture's name."""
    by_name = {scene.name: scene for scene in scenes}
    over_time = replace(by_name["sheet history"], selector=".views", click=(".views button >> nth=1",))
    return {picture: by_name[name] for picture, name in SHOWN.items()} | {"trend": over_time}


def main(only: Annotated[str, typer.Option(help="Only this picture.")] = "") -> None:
    """Takes them all."""
    PICTURES.mkdir(exist_ok=True)
    complaints = []
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as playwright:
        house = VirtualHouse(Path(directory), programs=())
        assert house.query("programs", op="save", content=MINE).status == "ok"
        panel = FullPanel(house, Path(directory))
        browser = playwright.chromium.launch(**CHROMIUM)
        for name, scene in find(list(all_scenes(house))).items():
            panel.scene = scene
            for look in LOOKS if only in name else ():
                file = PICTURES / f"{name}.{look.name}.png"
                complaints += [f"{file.name}: {each}" for each in shoot(browser, panel, scene, look, file)]
                keep(file)
        browser.close()
    FIRST_SCREEN.write_bytes((PICTURES / "during.en.png").read_bytes())
    for each in complaints:
        typer.echo(each, err=True)
    raise typer.Exit(1 if complaints else 0)


if __name__ == "__main__":
    typer.run(main)
