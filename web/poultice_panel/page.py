"""The phone page as Vite built it, or one sentence on how to build it."""

from __future__ import annotations

import mimetypes
import os
from pathlib import Path

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
        response = await super().get_response(path, scope)
        hashed = path.startswith(f"assets{os.sep}") and response.status_code in (200, 304)
        response.headers["Cache-Control"] = FOR_EVER if hashed else "no-cache"
        return response
