"""Where the Poultice that runs now came from, so that the same one can be installed for the system."""

from __future__ import annotations

import json
from importlib.metadata import Distribution, distribution
from pathlib import Path
from urllib.parse import unquote, urlsplit


def own_source(found: Distribution | None = None) -> str:
    """What pip is to be given: the wheel or checkout that this was installed from where it is still there, else the
    version by name (pip then looks where it is told to)."""
    own = found or distribution("poultice")
    recorded = own.read_text("direct_url.json")  # PEP 610
    if recorded:
        parts = urlsplit(json.loads(recorded).get("url", ""))
        path = Path(unquote(parts.path))
        if parts.scheme == "file" and path.exists():
            return str(path)
    return f"poultice=={own.version}"
