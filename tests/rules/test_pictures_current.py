"""Drawn pictures are what their descriptions say: draw again, compare."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("script", ["docs/draw_patterns.py"])
def test_the_pictures_are_current(root: Path, script: str) -> None:
    command = [sys.executable, script, "--check"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
