"""Drawn pictures are what their descriptions say: draw again, compare."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from poultice import description


@pytest.mark.parametrize("script", ["docs/draw_patterns.py", "web/ui/cards/draw.py"])
def test_the_pictures_are_current(root: Path, script: str) -> None:
    command = [sys.executable, script, "--check"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_every_card_has_a_drawing_of_its_own_that_follows_dark_and_light(root: Path) -> None:
    drawings = {path.stem: path.read_text() for path in (root / "web" / "ui" / "public" / "cards").glob("*.svg")}
    assert set(drawings) == set(description.cards())
    bodies = {text.split("</style>")[1] for text in drawings.values()}
    assert len(bodies) == len(drawings)
    for name, text in drawings.items():
        assert "currentColor" in text
        assert "prefers-color-scheme:dark" in text
        assert "http" not in text.replace("http://www.w3.org/2000/svg", ""), name
        assert len(text) < 4096
