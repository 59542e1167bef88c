"""docs/mqtt.md is made of the code."""

from __future__ import annotations

from pathlib import Path

from poultice.mqtt.page import page


def test_the_page_is_current(root: Path) -> None:
    on_disk = (root / "docs" / "mqtt.md").read_text(encoding="utf-8")
    assert on_disk == page(), "run python -m poultice.mqtt.page docs/mqtt.md"
