"""The phone page as Vite built it, or one sentence on how to build it."""

from __future__ import annotations

import mimetypes
import os
from pathlib import Path

import anyio.to_thread
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).with_name("static")
MISSING = "The page is not built yet: run `make run` (or `make page`) in the checkout of Poultice.\n"
FOR_EVER = "public, max-age=31536000, immutable"  # the names below assets/ carry a hash of their content

mimetypes.add_type("application/manifest+json", ".webmanifest")
mimetypes.add_type("text/javascript", ".js")


class Page(StaticFiles):
    """Serves the built page; it may be built while the panel runs."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory, html=True, check_dir=False)
        self._index = directory / "index.html"

    async def check_config(self) -> None:
        """A missing directory is said in words, below."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file of the page."""
        if not self._index.is_file():
            return PlainTextResponse(MISSING, 503)
        response = await self._packed(path, scope) or await super().get_response(path, scope)
        hashed = path.startswith(f"assets{os.sep}") and response.status_code in (200, 304)
        response.headers["Cache-Control"] = FOR_EVER if hashed else "no-cache"
        return response

    async def _packed(self, path: str, scope: Scope) -> Response | None:
        """The same gzipped, as the build put it beside the file; None where there is none, or it is not wanted."""
        wanted = "gzip" in Headers(scope=scope).get("accept-encoding", "")
        name = "index.html" if path in ("", ".") else path
        _, stat = await anyio.to_thread.run_sync(self.lookup_path, f"{name}.gz") if wanted else ("", None)
        if stat is None:
            return None
        response = await super().get_response(f"{name}.gz", scope)
        response.headers["Vary"] = "Accept-Encoding"
        if response.status_code == 200:
            response.headers["Content-Encoding"] = "gzip"
            response.headers["Content-Type"] = _kind(name)
        return response


def _kind(name: str) -> str:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
