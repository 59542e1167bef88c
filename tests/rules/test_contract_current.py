"""What is generated is what the definitions say: regenerate, compare."""

from __future__ import annotations

import shutil
from pathlib import Path

import generate
import pytest

EXPECTED = {
    "firmware/core/contract.h",
    "firmware/core/facts.h",
    "firmware/core/thermistor_table.h",
    "firmware/avr/pins.h",
    "controller/poultice/link/contract.py",
    "controller/poultice/link/facts.py",
}


@pytest.fixture
def copy(root: Path, tmp_path: Path) -> Path:
    """The definitions and what was generated of them, to be spoiled."""
    for path in (generate.CONTRACT, generate.FACTS, *EXPECTED):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / path, tmp_path / path)
    return tmp_path


def test_every_generated_file_is_current(root: Path) -> None:
    files = generate.generate(root)
    assert set(files) == EXPECTED
    assert generate.stale(root, files) == [], "run `make contract`"


@pytest.mark.parametrize("path", sorted(EXPECTED))
@pytest.mark.parametrize("change", ["edited", "removed", "other line ends"])
def test_the_rule_notices_a_change_of_a_generated_file(copy: Path, path: str, change: str) -> None:
    file = copy / path
    content = file.read_bytes()
    if change == "removed":
        file.unlink()
    else:
        file.write_bytes(content.replace(b"\n", b"\r\n") if change == "other line ends" else content + b" ")
    assert generate.stale(copy, generate.generate(copy)) == [path]


@pytest.mark.parametrize(
    ("definition", "old", "new", "changed"),
    [
        (
            generate.CONTRACT,
            "value = 1500\n",
            "value = 1400\n",
            {"firmware/core/contract.h", "controller/poultice/link/contract.py"},
        ),
        (
            generate.FACTS,
            "beta_k = 3950",
            "beta_k = 3960",
            {"firmware/core/facts.h", "firmware/core/thermistor_table.h", "controller/poultice/link/facts.py"},
        ),
    ],
)
def test_the_rule_notices_a_change_of_a_definition(
    copy: Path, definition: str, old: str, new: str, changed: set[str]
) -> None:
    text = (copy / definition).read_text()
    assert old in text
    (copy / definition).write_text(text.replace(old, new, 1))
    assert set(generate.stale(copy, generate.generate(copy))) == changed
