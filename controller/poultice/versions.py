"""What code this is: names and hashes that a journal begins with, so that a re-run knows whether it is the same."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib import resources
from importlib.metadata import version

from poultice.link import contract, facts

CORE = ("therapy", "therapy/heat", "link/contract.py", "link/facts.py", "link/readings.py")


@cache
def about() -> dict[str, str]:
    """Versions of the core and of what it reckons with; `code` is a hash of the core's own sources."""
    return {
        "version": version("poultice"),
        "code": _hash_of_core(),
        "contract": f"{contract.CONTRACT_HASH:08x}",
        "facts": f"{facts.FACTS_HASH:08x}",
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "machine": platform.machine(),
    }


def _hash_of_core() -> str:
    found = hashlib.sha256()
    for name in CORE:
        entry = resources.files("poultice").joinpath(name)
        files = sorted(entry.iterdir(), key=lambda file: file.name) if entry.is_dir() else [entry]
        for file in files:
            if file.name.endswith(".py"):
                found.update(file.name.encode() + b"\0" + file.read_bytes())
    return found.hexdigest()[:16]
