"""tools/need tells a person who may not install what to run: also where a package has to come from backports."""

from __future__ import annotations

import platform
import subprocess
from pathlib import Path

import pytest

NEED = Path(__file__).resolve().parents[2] / "tools" / "need"
try:
    SUITE = platform.freedesktop_os_release().get("VERSION_CODENAME", "")
except OSError:
    SUITE = ""


@pytest.fixture
def stranger(tmp_path: Path) -> dict[str, str]:
    """Somebody without rights and without any package."""
    for name, does in {"id": "echo 1000", "dpkg-query": "exit 1", "apt-get": "exit 0"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / name).chmod(0o755)
    for name in ("sh", "sed", "grep", "head"):  # and no sudo
        (tmp_path / name).symlink_to(f"/bin/{name}" if Path(f"/bin/{name}").exists() else f"/usr/bin/{name}")
    return {"PATH": str(tmp_path)}


def said(stranger: dict[str, str], *packages: str) -> str:
    done = subprocess.run(
        ["/bin/sh", str(NEED), "make hardware", *packages], env=stranger, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    return done.stderr


def test_what_is_missing_is_named_in_one_line(stranger: dict[str, str]) -> None:
    line = "Run this as root, then try again:  apt-get install -y --no-install-recommends one two\n"
    assert said(stranger, "one", "two", "sed=three").endswith(line)


@pytest.mark.skipif(not SUITE, reason="only a system that names its suite has backports")
def test_what_is_too_old_here_comes_from_backports(stranger: dict[str, str]) -> None:
    words = said(stranger, "one", f"kicad/{SUITE}-backports")
    assert "apt-get install -y --no-install-recommends one && " in words
    assert words.rstrip().endswith(f"--no-install-recommends -t {SUITE}-backports kicad'")
    assert "apt-get update" in words


def test_backports_of_another_suite_are_none_of_ours(stranger: dict[str, str]) -> None:
    assert said(stranger, "kicad/buster-backports").endswith("apt-get install -y --no-install-recommends kicad\n")


def test_where_all_is_there_nothing_is_said(stranger: dict[str, str]) -> None:
    done = subprocess.run(["/bin/sh", str(NEED), "x", "sed=anything"], env=stranger, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
