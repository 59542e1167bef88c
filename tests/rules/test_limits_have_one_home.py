"""A limit's number stands in firmware/contract.toml and nowhere else: code says its name."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import generate
import pytest
from generator.contract_model import Contract

GENERATED = {
    "firmware/core/contract.h",
    "firmware/core/facts.h",
    "firmware/core/thermistor_table.h",
    "firmware/avr/pins.h",
    "controller/poultice/link/contract.py",
    "controller/poultice/link/facts.py",
}
# Numbers that mean a hundred other things too.
EVERYDAY = {1, 2, 3, 5, 10, 20, 30, 50, 90, 100, 200, 250, 400, 800, 1000, 2000, 3000, 5000, 10_000}
EVERYDAY_IN_PYTHON = EVERYDAY | {120, 300, 900, 60_000}

COINCIDENCES = {
    ("firmware/core/dose.c", 4300.0): "the reference of CEM43 is a definition of medicine",
    ("firmware/core/dose.c", 86_400_000.0): "milliseconds of a day",
    ("firmware/core/lockout.c", 60_000.0): "milliseconds of a minute",
    ("firmware/core/plausible.c", 120.0): "bytes of RAM",
    ("controller/poultice/therapy/dose.py", 43.0): "the reference of CEM43 is a definition of medicine",
    ("controller/poultice/therapy/limits.py", 42.5): "where the host's own pause ends; the host's, not the board's",
}
"""Numbers that are a limit's by chance, each with what they are."""


def limit_numbers_of_c(contract: Contract) -> set[float]:
    return {abs(limit.value) for limit in contract.limits.values()} - EVERYDAY


def limit_numbers_of_python(contract: Contract) -> set[float]:
    """Those of the wire, and temperatures in °C; 38 and 1 degrees are too common to be told apart."""
    wire = {limit.value for limit in contract.limits.values()} - EVERYDAY_IN_PYTHON
    celsius = {limit.value / 100 for limit in contract.limits.values() if limit.unit == "centi_c"}
    return wire | {value for value in celsius if value > 40}


def c_numbers(text: str) -> list[tuple[int, float]]:
    """Line and value of every number in C, comments and texts left out."""

    def blank(match: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", match[0])

    bare = re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"', blank, text, flags=re.S)
    numbers = []
    for number, line in enumerate(bare.splitlines(), 1):
        for match in re.finditer(r"(?<![\w.])(0[xX][0-9a-fA-F]+|\d+)(?:[uUlL]*)(?![\w.])", line):
            numbers.append((number, float(int(match[1], 16 if match[1][:2].lower() == "0x" else 10))))
    return numbers


def python_numbers(text: str) -> list[tuple[int, float]]:
    """Line and value of every number in Python."""
    return [
        (node.lineno, float(node.value))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and type(node.value) in (int, float)
    ]


def numbers_of(path: str, text: str) -> list[tuple[int, float]]:
    return python_numbers(text) if path.endswith(".py") else c_numbers(text)


def repeated(path: str, numbers: list[tuple[int, float]], limits: set[float]) -> list[str]:
    return [
        f"{path}:{line} repeats {value:g}"
        for line, value in numbers
        if value in limits and (path, value) not in COINCIDENCES
    ]


def sources(root: Path) -> dict[str, str]:
    files = [*root.glob("firmware/core/*.[ch]"), *root.glob("firmware/avr/*.[ch]")]
    files += [*root.glob("controller/**/*.py"), *root.glob("web/poultice_panel/**/*.py")]
    named = {str(f.relative_to(root)): f for f in files}
    return {name: named[name].read_text(encoding="utf-8") for name in sorted(set(named) - GENERATED)}


def test_no_limit_is_written_twice(root: Path) -> None:
    contract = generate.load(root)[0]
    of_c, of_python = limit_numbers_of_c(contract), limit_numbers_of_python(contract)
    found, seen = [], 0
    for path, text in sources(root).items():
        numbers = numbers_of(path, text)
        seen += len(numbers)
        found += repeated(path, numbers, of_python if path.endswith(".py") else of_c)
    assert seen > 100
    assert not found, "use the name (LIMIT_… in C, poultice.link.contract in Python): " + ", ".join(found)


def test_every_coincidence_is_still_there(root: Path) -> None:
    for path, value in COINCIDENCES:
        numbers = {number for _, number in numbers_of(path, (root / path).read_text(encoding="utf-8"))}
        assert value in numbers, f"remove {path} {value}"


def test_the_limits_that_matter_are_looked_for(root: Path) -> None:
    contract = generate.load(root)[0]
    assert {4200, 4250, 4300, 4400, 3800, 1500, 300, 120, 900, 60_000, 600_000} <= limit_numbers_of_c(contract)
    assert {4200, 4250, 4300, 4400, 3800, 1500, 600_000, 42, 42.5, 43, 44} <= limit_numbers_of_python(contract)


@pytest.mark.parametrize("line", ["if (t > 4200) {", "x = 1500u;", "#define CUT 0x10CC", "y = -4400L;", "f(600000UL);"])
def test_a_limit_in_c_is_noticed(root: Path, line: str) -> None:
    limits = limit_numbers_of_c(generate.load(root)[0])
    assert len(repeated("x.c", c_numbers(line), limits)) == 1


@pytest.mark.parametrize(
    "line", ["/* 4200 */", 'puts("4200");', "// 1500", "a4200 = b_1500u;", "1500.5", "LIMIT_LEASE_MS"]
)
def test_words_and_names_in_c_are_free(root: Path, line: str) -> None:
    assert repeated("x.c", c_numbers(line), limit_numbers_of_c(generate.load(root)[0])) == []


@pytest.mark.parametrize("line", ["x = 4200", "cut_c = 43", "f(limit=42.0)", "y = -44.0", "ms = 600_000"])
def test_a_limit_in_python_is_noticed(root: Path, line: str) -> None:
    limits = limit_numbers_of_python(generate.load(root)[0])
    assert len(repeated("x.py", python_numbers(line), limits)) == 1


def test_words_in_python_are_free(root: Path) -> None:
    line = "x = '4200'  # 4200\ny = True\nz = 4201\n"
    assert repeated("x.py", python_numbers(line), limit_numbers_of_python(generate.load(root)[0])) == []
