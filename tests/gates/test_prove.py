"""The gate of the proofs: which guards it takes out, and when one counts as missed."""

from pathlib import Path

import pytest
from gates import prove
from gates.sources import CORE

TASK = prove.Task("supervisor", "supervisor_clear")
JUDGE = (CORE / "supervisor.c").read_text(encoding="utf-8")


def said(valid: list[str], failed: list[str]) -> str:
    lines = [f"[wp] [CVC4 1.8] Goal {goal} : Valid (40ms)" for goal in valid]
    lines += [f"[wp] [CVC4 1.8] Goal {goal} : Timeout (Qed:89ms) (3s)" for goal in failed]
    return "\n".join([*lines, f"[wp] Proved goals:   {len(valid)} / {len(valid) + len(failed)}"])


def test_every_guard_of_the_judge_is_found_also_within_a_loop() -> None:
    lines = {guard.line for guard in prove.guards(JUDGE)}
    plain = [number for number, line in enumerate(JUDGE.splitlines(), 1) if line.lstrip().startswith("if (")]

    assert len(lines) > 25
    assert len(set(plain) - lines) == 2  # those with an `else`: they choose between ways and guard nothing


def test_what_is_taken_out_is_the_guard_and_nothing_else(tmp_path: Path) -> None:
    guard = next(guard for guard in prove.guards(JUDGE) if "LIMIT_CLEAR_BELOW" in guard.words)
    task = prove.weakened(guard, tmp_path)
    left = (task.core / "supervisor.c").read_text(encoding="utf-8")

    assert task.function == "supervisor_clear"
    assert JUDGE[: guard.start] + JUDGE[guard.end :] == left
    assert "REFUSAL_TOO_WARM_TO_CLEAR" not in left


@pytest.mark.parametrize(
    ("quick", "slow", "failed_without", "missed"),
    [
        (["f_ensures"], [], ["f_ensures"], ["f_ensures"]),
        ([], ["f_ensures"], ["f_ensures"], []),  # slow with the guard, too: time explains it
        (["f_ensures"], [], ["f_ensures_2"], []),  # another one that nobody knows
        (["f_assert_rte"], [], ["f_assert_rte"], []),  # numbered by place: no name
        (["f_ensures"], [], [], []),
    ],
)
def test_a_guard_is_missed_by_a_clause_that_was_quick(
    quick: list[str], slow: list[str], failed_without: list[str], missed: list[str]
) -> None:
    whole = prove.judge(TASK, said(quick, slow))
    without = prove.judge(TASK, said([], failed_without))

    assert prove.missed(whole, without) == missed


def test_a_called_function_without_a_contract_is_not_taken_on_trust() -> None:
    words = "Neither code nor specification for function {}, generating default assigns"

    called = prove.judge(TASK, words.format("lockout_clear") + "\n" + said(["f_ensures"], []))
    elsewhere = prove.judge(TASK, words.format("lockout_start") + "\n" + said(["f_ensures"], []))

    assert not called.whole
    assert "lockout_clear" in called.complaints[0]
    assert elsewhere.whole
