"""The project speaks of itself alone: no path of somebody's computer, no host of a package registry."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

MACHINE_PATH = re.compile(
    r"""(?<![\w.:/~$}-])/(?:home/[a-z]|Users/[A-Za-z]|root/|work/|mnt/[a-z]|var/folders/)[^\s"'`)\]>,;]*"""
)
REGISTRY_HOST = re.compile(
    r"\b(?:pypi\.org|pythonhosted\.org|test\.pypi\.org|registry\.npmjs\.org|registry\.yarnpkg\.com|npmmirror\.com"
    r"|(?:deb|security|ftp|snapshot)\.debian\.org|archive\.ubuntu\.com|archive\.raspberrypi\.(?:com|org)|crates\.io"
    r"|proxy\.golang\.org|piwheels\.org)\b",
    re.IGNORECASE,
)
RULES = {"a path of one computer": MACHINE_PATH, "the host of a registry": REGISTRY_HOST}


def violations(name: str, text: str) -> list[str]:
    return [
        f"{name}:{number} has {what}: {match[0]}"
        for number, line in enumerate(text.splitlines(), 1)
        for what, pattern in RULES.items()
        if (match := pattern.search(line))
    ]


def text_of(file: Path) -> str | None:
    """The text of a file; None where it is none."""
    content = file.read_bytes()
    return None if b"\0" in content else content.decode("utf-8", errors="replace")


def test_no_file_speaks_of_elsewhere(root: Path, project_files: list[Path]) -> None:
    found, looked_at = [], 0
    for file in project_files:
        text = text_of(file)
        if text is not None:
            looked_at += 1
            found += violations(str(file.relative_to(root)), text)
    assert looked_at > 50
    assert found == []


@pytest.mark.parametrize(
    "path", ["/home" + "/ada/pad", "/Users" + "/Ada/pad", "/root" + "/.cache", "/work" + "/pad", "/mnt" + "/c/pad"]
)
@pytest.mark.parametrize("around", ["{}", 'x = "{}"', "see {} for it", "--root={}"])
def test_a_path_of_one_computer_is_noticed(path: str, around: str) -> None:
    assert len(violations("x", around.format(path))) == 1


@pytest.mark.parametrize(
    "host", ["pypi" + ".org", "registry.npmjs" + ".org", "deb.debian" + ".org", "files.pythonhosted" + ".org"]
)
@pytest.mark.parametrize("around", ["https://{}/a", '"resolved": "https://{}/x.tgz"', "from {}", "HTTP://{}"])
def test_the_host_of_a_registry_is_noticed(host: str, around: str) -> None:
    assert len(violations("package-lock.json", around.format(host))) == 1


@pytest.mark.parametrize(
    "text",
    ["$HOME/work/x", "controller/home/x", "~/poultice", "https://example.com/home/a", "/dev/ttyUSB0", "/etc/poultice"],
)
def test_other_paths_are_free(text: str) -> None:
    assert violations("x", text) == []
