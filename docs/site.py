"""mkdocs' hooks: the pages that stand at the root of the project, and the reference made of the code, join the site."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[1]
AT_THE_ROOT = {
    "index.md": "README.md",
    "ARCHITECTURE.md": "ARCHITECTURE.md",
    "SAFETY.md": "SAFETY.md",
    "CONTRIBUTING.md": "CONTRIBUTING.md",
    "CHANGELOG.md": "CHANGELOG.md",
    "hardware.md": "hardware/README.md",
}
_LINK = re.compile(r"(?<=\]\()([^)#\s]+)(?=[)#])")
_IMAGE = re.compile(r'(?<=src=")docs/')


def on_files(files: Files, config: Any) -> Files:
    """Adds what does not lie in this folder."""
    sys.path.insert(0, str(Path(__file__).parent))
    import reference  # noqa: PLC0415  (a neighbour, found by the line above)

    for place, source in AT_THE_ROOT.items():
        text = _at_home((ROOT / source).read_text(encoding="utf-8"), Path(source).parent)
        files.append(File.generated(config, place, content=text))
    for place, text in reference.pages().items():
        files.append(File.generated(config, place, content=text))
    return files


def _at_home(text: str, folder: Path) -> str:
    """Links of a page that stands elsewhere, as they are from here."""
    return _IMAGE.sub("", _LINK.sub(lambda link: _target(link[1], folder), text))


def _target(link: str, folder: Path) -> str:
    if re.match(r"[a-z]+:", link):
        return link
    path = (folder / link).as_posix()
    moved = {source: place for place, source in AT_THE_ROOT.items()}
    return moved.get(path, path.removeprefix("docs/"))


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Links of this folder's own pages to the root's."""
    if page.file.generated_by:
        return markdown
    return _LINK.sub(
        lambda link: _target((Path("docs") / link[1]).as_posix().replace("docs/../", ""), Path()), markdown
    )
