"""The gate that breaks the core: what it breaks, what it leaves alone, and what its list must hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from gates import mutate
from gates.mutants import Mutant, mutants
from gates.sources import CORE

SOURCE = """#include "x.h"

#define LONGEST_MS 500u

/* never more than 3 */
static const IN_FLASH uint8_t actions[2][2] = {
    [FIRST]  = { NONE, STOP },
    [SECOND] = { 7,    NONE },
};

bool too_much(uint16_t level, bool sure)
{
    uint16_t left = level - 1u;

    if (left >= LIMIT_LEVEL && sure) {
        tell(left);
    }
    return left > 0;
}
"""


def broken(text: str = SOURCE) -> set[tuple[str, str]]:
    return {(mutant.before, mutant.after) for mutant in mutants("x.c", text)}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("if (left >= LIMIT_LEVEL && sure) {", "if (left > LIMIT_LEVEL && sure) {"),
        ("if (left >= LIMIT_LEVEL && sure) {", "if (left >= (LIMIT_LEVEL + 1) && sure) {"),
        ("if (left >= LIMIT_LEVEL && sure) {", "if (left >= LIMIT_LEVEL || sure) {"),
        ("if (left >= LIMIT_LEVEL && sure) {", "if (!(left >= LIMIT_LEVEL && sure)) {"),
        ("if (left >= LIMIT_LEVEL && sure) {", "if (0) {"),
        ("tell(left);", "(void)0;"),
        ("uint16_t left = level - 1u;", "uint16_t left = level + 1u;"),
        ("return left > 0;", "return left >= 0;"),
        ("return left > 0;", "return 1;"),
        ("#define LONGEST_MS 500u", "#define LONGEST_MS (500u - 1)"),
        ("[FIRST] = { NONE, STOP },", "[FIRST] = { NONE, NONE },"),
        ("[SECOND] = { 7, NONE },", "[SECOND] = { (7 + 1), NONE },"),
    ],
)
def test_every_small_slip_is_made(before: str, after: str) -> None:
    assert (before, after) in broken()


def test_a_long_comment_within_a_function_takes_no_time() -> None:
    """Blanked, it is lines of spaces alone; were they matched in more than one way, twelve of them would take years."""
    comment = "    /* why\n" + 12 * f"{90 * ' '}and\n" + "    */\n"

    assert broken(SOURCE.replace("    return left", comment + "    return left")) == broken()


def test_comments_and_declarations_are_left_alone() -> None:
    assert not any("never more" in before or "#include" in before for before, _ in broken())
    assert ("uint16_t left = level - 1u;", "(void)0;") not in broken()


def test_each_copy_differs_from_the_source_in_one_place() -> None:
    found = mutants("x.c", SOURCE)
    assert len({mutant.applied(SOURCE) for mutant in found}) == len(found) > 20
    for mutant in found:
        assert sum(a != b for a, b in zip(SOURCE.splitlines(), mutant.applied(SOURCE).splitlines(), strict=True)) == 1


def test_lines_above_change_no_name_in_the_list() -> None:
    moved = {mutant.key for mutant in mutants("x.c", SOURCE.replace("#define", "\n\n#define"))}
    assert moved == {mutant.key for mutant in mutants("x.c", SOURCE)}


@pytest.mark.parametrize("file", mutate.files())
def test_every_file_that_decides_can_be_broken(file: str) -> None:
    assert len(mutants(file, (CORE / file).read_text())) > 3


# ---- the list


def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: str) -> dict[mutate.Key, str]:
    entry = 'file = "x.c"\nfunction = "too_much"\nbefore = "tell(left);"\nafter = ["(void)0;", "tell(0);"]\n'
    path = tmp_path / "equivalent.toml"
    path.write_text(f'[[mutant]]\n{entry}why = "{why}"\n')
    monkeypatch.setattr(mutate, "ROOT", tmp_path)
    monkeypatch.setattr(mutate, "LIST", path)
    return mutate.equivalents()


def test_what_no_longer_exists_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = listed(tmp_path, monkeypatch, "nobody listens to it")
    assert mutate.stale(mutants("x.c", SOURCE), keys) == [("x.c", "too_much", "tell(left);", "tell(0);")]


def test_an_entry_without_an_argument_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit, match="has no argument"):
        listed(tmp_path, monkeypatch, "is equal")


def test_the_list_as_it_is_holds_only_mutants() -> None:
    everything = [mutant for file in mutate.files() for mutant in mutants(file, (CORE / file).read_text())]
    assert mutate.stale(everything, mutate.equivalents()) == []


# ---- the sample and the verdict


def some(file: str, count: int) -> list[Mutant]:
    return [Mutant(file, "f", line, line, line, "", "a", f"b{line}") for line in range(count)]


def test_a_sample_holds_all_of_the_judge_and_is_the_same_each_time() -> None:
    everything = some(mutate.JUDGE, 30) + some("other.c", 100)
    first = mutate.sampled(everything, 20, seed=1)
    assert first == mutate.sampled(everything, 20, seed=1) != mutate.sampled(everything, 20, seed=2)
    assert first[:30] == everything[:30]
    assert len(set(first)) == 50


def test_the_seed_is_the_sources_own() -> None:
    texts = {"a.c": "1", "b.c": "2"}
    assert mutate.seed_of(texts) == mutate.seed_of(dict(reversed(texts.items())))
    assert mutate.seed_of(texts) != mutate.seed_of({**texts, "b.c": "3"})


@pytest.mark.parametrize(
    ("end", "excused", "outdated", "good"),
    [
        ("killed", False, False, True),
        ("lives", False, False, False),
        ("lives", True, False, True),
        ("killed", True, False, False),
        ("killed", False, True, False),
        ("same", False, False, False),  # nothing was examined
    ],
)
def test_when_the_gate_is_passed(end: str, excused: bool, outdated: bool, good: bool) -> None:
    mutant = some("x.c", 1)[0]
    excuses = {mutant.key: "because"} if excused else {}
    verdicts = [mutate.Verdict(mutant, end, "a test")]
    assert mutate.report(verdicts, [mutant], excuses, [("x.c", "f", "a", "b")] if outdated else []) is good


@pytest.mark.parametrize(("file", "good"), [("other.c", True), (mutate.JUDGE, False)])
def test_a_sample_may_be_cut_short_but_never_the_judges(file: str, good: bool) -> None:
    done, left = some(file, 2)
    assert mutate.report([mutate.Verdict(done, "killed", "a test")], [done, left], {}, []) is good
