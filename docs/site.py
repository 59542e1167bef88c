"""mkdocs' hooks: what pages link to from outside this folder, and the reference made of the code, join the site.

A page that stands elsewhere in the project keeps its path in the site, but for those of the root that have a place of
their own; links are turned to where their targets are.
"""

from __future__ import annotations

import posixpath
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[1]
DOCS = "docs"
PLACES = {"README.md": "index.md", "hardware/README.md": "hardware.md", "hardware/guide/README.md": "build-the-pad.md"}
BEGIN = (*PLACES, "ARCHITECTURE.md", "SAFETY.md", "CONTRIBUTING.md", "CHANGELOG.md")
_LINK = re.compile(r"(?<=\]\()([^)#\s]+)(?=[)#])")
_IMAGE = re.compile(r'(?<=src=")([^"]+)(?=")')


def on_files(files: Files, config: Any) -> Files:
    """Adds what does not lie in this folder."""
    sys.path.insert(0, str(Path(__file__).parent))
    import reference  # noqa: PLC0415  (a neighbour, found by the line above)

    for path in sorted(_outside()):
        if path.endswith(".md"):
            text = (ROOT / path).read_text(encoding="utf-8")
            files.append(File.generated(config, _place(path), content=_turned(text, path)))
        else:
            files.append(File.generated(config, _place(path), abs_src_path=str(ROOT / path)))
    for place, text in reference.pages().items():
        files.append(File.generated(config, place, content=text))
    return files


def _outside() -> set[str]:
    """The paths in the project, not below this folder, that pages of the site lead to."""
    waiting = [*BEGIN, *(f"{DOCS}/{path.name}" for path in (ROOT / DOCS).glob("*.md"))]
    seen: set[str] = set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        if path.endswith(".md"):
            waiting += [link for link in _links(path) if (ROOT / link).is_file()]
    return {path for path in seen if not path.startswith(f"{DOCS}/")}


def _links(path: str) -> Iterator[str]:
    text = (ROOT / path).read_text(encoding="utf-8")
    for pattern in (_LINK, _IMAGE):
        for link in pattern.findall(text):
            if not re.match(r"[a-z]+:", link):
                yield posixpath.normpath(posixpath.join(posixpath.dirname(path), link))


def _place(path: str) -> str:
    """Where a path of the project is in the site."""
    return PLACES.get(path, path.removeprefix(f"{DOCS}/"))


def _turned(text: str, path: str) -> str:
    """A page of the project with its links as they are in the site."""
    here = posixpath.dirname(_place(path)) or "."

    def turn(link: re.Match[str]) -> str:
        if re.match(r"[a-z]+:", link[1]):
            return link[1]
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), link[1]))
        return posixpath.relpath(_place(target), here)

    return _IMAGE.sub(turn, _LINK.sub(turn, text))


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Links of this folder's own pages."""
    return markdown if page.file.generated_by else _turned(markdown, f"{DOCS}/{page.file.src_uri}")
