"""A fault that nobody rehearses is one merely hoped about: each has a reaction, a test and a sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from poultice.link import contract

ROWS = range(1, 40)
NO_TEST_OF_OURS = {36, 37}  # no program can rehearse a chafed cable or a liquid
OF_THE_HOST = {16, 18, 30, 31, 32, 33, 34}  # of sessions, requests and the broker: tests of the controller


@pytest.fixture(scope="module")
def rehearsals(root: Path) -> dict[str, str]:
    """The tests of hazards by file name."""
    return {file.name: file.read_text() for file in sorted((root / "tests" / "hazards").glob("test_*.py"))}


@pytest.mark.parametrize("fault", contract.Fault, ids=lambda fault: fault.name.lower())
def test_every_fault_is_provoked(fault: contract.Fault, rehearsals: dict[str, str]) -> None:
    spoken_of = re.compile(rf"\bFault\.{fault.name}\b")
    assert any(spoken_of.search(text) for text in rehearsals.values()), (
        f"no test in tests/hazards provokes {fault.name}"
    )


@pytest.mark.parametrize("fault", contract.Fault, ids=lambda fault: fault.name.lower())
def test_every_fault_has_a_reaction(fault: contract.Fault, root: Path) -> None:
    core = [file for file in (root / "firmware" / "core").glob("*.c") if file.name != "contract.c"]
    assert any(re.search(rf"\bFAULT_{fault.name}\b", file.read_text()) for file in core), "nothing in the core finds it"


@pytest.mark.parametrize("fault", contract.Fault, ids=lambda fault: fault.name.lower())
def test_every_fault_has_a_sentence_and_says_what_to_do(fault: contract.Fault, root: Path) -> None:
    info = contract.FAULTS[fault]
    assert re.fullmatch(r"[A-Z].{10,}\.", info.sentence)
    assert re.fullmatch(r"[A-Z].{5,}\.", info.action)


@pytest.mark.parametrize("row", [row for row in ROWS if row not in NO_TEST_OF_OURS | OF_THE_HOST])
def test_every_hazard_of_the_board_has_a_rehearsal(row: int, rehearsals: dict[str, str]) -> None:
    named = any(name.startswith(f"test_{row:02}_") for name in rehearsals)
    judged = any(re.search(rf"judge(?:_reset)?\(\s*{row},|\({row}, \"", text) for text in rehearsals.values())
    assert named or judged, f"no test in tests/hazards rehearses row {row}"


@pytest.mark.parametrize("row", ROWS)
def test_safety_md_tells_of_every_hazard(row: int, root: Path) -> None:
    table = (root / "SAFETY.md").read_text()
    told = [line for line in table.splitlines() if re.match(r"\| [0-9, ]+ \|", line)]
    rows = {int(number) for line in told for number in line.split("|")[1].split(",")}
    assert row in rows, f"the table in SAFETY.md says nothing of hazard {row}"


def test_safety_md_names_only_tests_that_exist(root: Path) -> None:
    named = set(re.findall(r"`(tests/[\w/.]+)`", (root / "SAFETY.md").read_text()))
    assert named
    assert [path for path in sorted(named) if not (root / path).exists()] == []
