"""The page is served with the right names and ages; without one, a sentence says how to build it."""

from __future__ import annotations

import asyncio
import gzip
import shutil
from pathlib import Path

import httpx
import pytest
from brokers import free_port
from poultice.mqtt.connection import BrokerAddress
from poultice_panel.app import create_app
from poultice_panel.server import PanelError, listen, serve

NOWHERE = BrokerAddress("127.0.0.1", 1)


class Page:
    """The app without a server or a broker."""

    def __init__(self, static: Path) -> None:
        self._app = create_app(NOWHERE, static)

    def get(self, path: str, packed: bool = False, **headers: str) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
                encoding = "gzip, br" if packed else "identity"
                return await client.get(path, headers={"Accept-Encoding": encoding, **headers})

        return asyncio.run(ask())


def test_the_index_is_asked_for_each_time_and_what_has_a_hash_never_again(static):
    page = Page(static)
    assert page.get("/").headers["cache-control"] == "no-cache"
    assert page.get("/").text.startswith("<!doctype html>")
    assert page.get("/index.html").headers["cache-control"] == "no-cache"
    script = page.get("/assets/index-abc.js")
    assert "immutable" in script.headers["cache-control"]
    assert script.headers["content-type"].startswith("text/javascript")
    manifest = page.get("/manifest.webmanifest")
    assert manifest.headers["content-type"] == "application/manifest+json"
    assert manifest.headers["cache-control"] == "no-cache"


def test_it_is_sent_packed_to_whoever_can_unpack_it(static, tmp_path):
    shutil.copytree(static, tmp_path / "page")
    for name, kind in {"index.html": "text/html", "assets/index-abc.js": "text/javascript"}.items():
        file = tmp_path / "page" / name
        file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(b"packed"))
        page, way = Page(tmp_path / "page"), "/" if name == "index.html" else f"/{name}"
        answer = page.get(way, packed=True)
        assert (answer.text, answer.headers["content-encoding"]) == ("packed", "gzip")
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["content-type"] == f"{kind}; charset=utf-8"
        assert answer.headers["cache-control"] == page.get(way).headers["cache-control"]
        assert "content-encoding" not in page.get(way).headers
        assert page.get(way).text != "packed"
        known = page.get(way, packed=True, **{"If-None-Match": answer.headers["etag"]})
        assert known.status_code == 304
    assert Page(tmp_path / "page").get("/manifest.webmanifest", packed=True).text == "{}"
    assert Page(tmp_path / "page").get("/assets/../../secret", packed=True).status_code == 404


def test_what_is_not_there_is_not_kept(static):
    answer = Page(static).get("/assets/gone.js")
    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("cache-control", "")


@pytest.mark.parametrize(
    "path", ["/../app.py", "/%2e%2e/app.py", "/assets/../../app.py", "/assets/%2e%2e%2f%2e%2e%2fapp.py"]
)
def test_nothing_outside_of_the_page_is_served(static, path):
    (static.parent / "app.py").write_text("secret", encoding="utf-8")
    answer = Page(static).get(path)
    assert answer.status_code == 404
    assert "secret" not in answer.text


def test_a_page_that_is_not_built_is_a_sentence_until_it_is(tmp_path):
    page = Page(tmp_path / "static")
    answer = page.get("/")
    assert answer.status_code == 503
    assert "make run" in answer.text
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "index.html").write_text("built", encoding="utf-8")
    assert page.get("/").text == "built"


def test_no_documentation_that_loads_scripts_from_outside(static):
    page = Page(static)
    assert [page.get(path).status_code for path in ("/docs", "/redoc")] == [404, 404]
    assert page.get("/openapi.json").json()["openapi"].startswith("3.")


def test_a_busy_port_is_one_sentence():
    port = free_port()
    with listen(port=port), pytest.raises(PanelError) as caught:
        listen(port=port)
    assert str(caught.value) == (
        f"The panel cannot listen on 127.0.0.1:{port} (Address already in use): "
        "end what listens there, or set panel.port."
    )
    with listen(port=port), pytest.raises(SystemExit) as ended:
        serve("127.0.0.1", port, NOWHERE)
    assert str(ended.value) == str(caught.value)
