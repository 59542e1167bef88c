"""A fault that nobody rehearses is one merely hoped about: each has a reaction, a test and a sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from poultice.link import contract

from tests.hazard_table.lines import NATIVE, ON_CHIP

ROWS = range(1, 40)
NO_TEST_OF_OURS = {37}  # no program can rehearse a liquid
# Of sessions, a circuit, requests and the configuration: no time to react in
WITHOUT_A_TIME = {15, 16, 17, 18, 30, 31, 32, 34, 36, 39}
MARKED_AVR = {1, 2, 3, 5, 6, 11, 19, 20, 22, 23, 26, 35}  # by the concept; SAFETY.md may mark more


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


def files_of(row: int, rehearsals: dict[str, str]) -> list[str]:
    return [name for name in rehearsals if name.startswith(f"test_{row:02}_")]


@pytest.mark.parametrize("row", [row for row in ROWS if row not in NO_TEST_OF_OURS])
def test_every_hazard_has_a_rehearsal_named_after_its_number(row: int, rehearsals: dict[str, str]) -> None:
    assert files_of(row, rehearsals), f"there is no tests/hazards/test_{row:02}_*.py"


@pytest.mark.parametrize("row", sorted(NO_TEST_OF_OURS))
def test_no_exception_outlives_its_reason(row: int, rehearsals: dict[str, str]) -> None:
    assert not files_of(row, rehearsals), f"hazard {row} has its rehearsal now: it is no exception any more"


def test_the_table_of_reaction_times_wants_a_figure_of_each_row() -> None:
    timed = set(ROWS) - NO_TEST_OF_OURS - WITHOUT_A_TIME
    assert timed == NATIVE | ON_CHIP
    assert ON_CHIP == MARKED_AVR


@pytest.mark.parametrize("row", sorted(MARKED_AVR))
def test_what_is_marked_is_judged_on_the_chip(row: int, rehearsals: dict[str, str]) -> None:
    judged = re.compile(rf"judge_(?:chip|reset)\(\s*{row},|Case\({row},")
    assert any(judged.search(text) for text in rehearsals.values()), f"nothing judges hazard {row} on the chip"


@pytest.fixture(scope="module")
def told(root: Path) -> dict[int, str]:
    """The lines of the table in SAFETY.md by row."""
    lines = [line for line in (root / "SAFETY.md").read_text().splitlines() if re.match(r"\| [0-9, ]+ \|", line)]
    return {int(number): line for line in lines for number in line.split("|")[1].split(",")}


@pytest.mark.parametrize("row", ROWS)
def test_safety_md_tells_of_every_hazard(row: int, told: dict[int, str]) -> None:
    assert row in told, f"the table in SAFETY.md says nothing of hazard {row}"


@pytest.mark.parametrize("row", [row for row in ROWS if row not in NO_TEST_OF_OURS])
def test_safety_md_points_at_each_test(row: int, told: dict[int, str], rehearsals: dict[str, str]) -> None:
    named = re.findall(r"`tests/(?:hazards/)?([\w/.]+)`", told[row])
    assert named, f"SAFETY.md names no test of hazard {row}"
    assert set(files_of(row, rehearsals)) <= set(named), f"SAFETY.md does not name the rehearsal of hazard {row}"


@pytest.mark.parametrize("row", sorted(MARKED_AVR))
def test_safety_md_marks_what_runs_on_the_chip(row: int, told: dict[int, str]) -> None:
    assert "(AVR)" in told[row]


def test_safety_md_names_only_tests_that_exist(root: Path) -> None:
    named = set(re.findall(r"`(tests/[\w/.]+)`", (root / "SAFETY.md").read_text()))
    assert named
    assert [path for path in sorted(named) if not (root / path).exists()] == []
