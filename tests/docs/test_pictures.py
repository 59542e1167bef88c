"""The pictures in the documents: all are taken by `make pictures`, and shown in their language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.gallery.documents import DOCS, FIRST_SCREEN, LOOKS, PICTURES, SHOWN

NAMES = {*SHOWN, "trend"}


def shown_in(page: Path) -> set[str]:
    return set(re.findall(r"pictures/([a-z]+\.[a-z]{2}\.png)", page.read_text(encoding="utf-8")))


def test_each_is_there_in_both_languages_and_no_other() -> None:
    wanted = {f"{name}.{look.language}.png" for name in NAMES for look in LOOKS}
    assert {path.name for path in PICTURES.glob("*")} == wanted
    assert FIRST_SCREEN.read_bytes() == (PICTURES / "during.en.png").read_bytes()


@pytest.mark.parametrize(("page", "language"), [("daily-use.md", "en"), ("daily-use.de.md", "de")])
def test_every_day_shows_all_of_its_language(page: str, language: str) -> None:
    assert shown_in(DOCS / page) == {f"{name}.{language}.png" for name in NAMES}


def test_both_languages_say_the_same_in_the_same_order() -> None:
    english, german = ((DOCS / name).read_text(encoding="utf-8") for name in ("daily-use.md", "daily-use.de.md"))
    shape = r"^(#+|\||!\[|\*\*STOP)"
    assert re.findall(shape, english, re.MULTILINE) == re.findall(shape, german, re.MULTILINE)
