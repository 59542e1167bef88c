"""What helped: a median, how many sessions it is of, and no more than they bear."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from poultice.therapy.helped import FEW, Summary, matters, what_helped
from poultice.therapy.outcome import RUNNING, Outcome, Pain

Pair = tuple[int | None, int | None]


def session(number: int, *pairs: Pair, program: str = "ease", region: str = "neck", **more: object) -> Outcome:
    began = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number)
    pain = {region if i == 0 else f"{region}-{i}": Pain(*pair) for i, pair in enumerate(pairs)}
    outcome = Outcome(f"s{number}", "me", "sofa", False, program, {"en": program}, "hash", began=began, pain=pain)
    return replace(outcome, **{"ending": "finished"} | more)  # type: ignore[arg-type]


def summary(*pairs: Pair) -> Summary:
    return what_helped([session(i, pair) for i, pair in enumerate(pairs)], "me")


def test_the_median_of_what_changed() -> None:
    (row,) = summary((6, 3), (5, 4), (8, 8), (4, 6), (7, 1)).rows
    assert (row.median_change, row.median_before, row.sessions, row.few) == (-1.0, 6.0, 5, False)
    assert (row.eased, row.worsened) == (2, 1), "5 to 4 is less than 2 points and less than 30 %"


@pytest.mark.parametrize(("sessions", "few"), [(1, True), (FEW - 1, True), (FEW, False), (FEW + 1, False)])
def test_a_caution_under_five(sessions: int, few: bool) -> None:
    assert summary(*[(5, 3)] * sessions).rows[0].few is few


@pytest.mark.parametrize(
    ("before", "after", "notable"),
    [
        (9, 8, False), (9, 7, True), (9, 11, True), (4, 3, False), (3, 2, True), (2, 1, True), (1, 0, True),
        (0, 1, False), (0, 2, True), (5, 5, False), (0, 0, False), (10, 9, False), (3, 4, True), (4, 5, False),
    ],
)  # fmt: skip
def test_two_points_or_thirty_percent_matter(before: int, after: int, notable: bool) -> None:
    assert matters(before, after - before) is notable


def test_sessions_without_both_answers_are_counted_and_say_nothing() -> None:
    seen = summary((6, 3), (6, None), (None, 3), (None, None))
    assert (seen.sessions, seen.answered, seen.unanswered, seen.rows[0].sessions) == (4, 1, 3, 1)
    bare = what_helped([session(1), session(2, (4, None))], "me")
    assert (bare.sessions, bare.unanswered, bare.rows) == (2, 2, ())


def test_nothing_at_all() -> None:
    assert what_helped([], "me") == Summary("me", 0, 0, 0, ())


def test_only_this_person_s_and_only_what_is_over() -> None:
    others = [session(1, (6, 3), person="you"), session(2, (6, 3), ending=RUNNING)]
    assert what_helped(others, "me").sessions == 0
    assert what_helped(others, "you").sessions == 1


def test_programs_and_regions_are_apart_and_versions_are_counted() -> None:
    seen = what_helped(
        [
            session(1, (6, 3), (5, 5)),
            session(2, (6, 5), content_hash="new", title={"en": "New name"}),
            session(3, (4, 1), program="knead", simulated=True),
        ],
        "me",
    )
    rows = {(row.program, row.region): row for row in seen.rows}
    assert set(rows) == {("ease", "neck"), ("ease", "neck-1"), ("knead", "neck")}
    ease = rows["ease", "neck"]
    assert (ease.sessions, ease.median_change, ease.versions, ease.title) == (2, -2.0, 2, {"en": "New name"})
    assert (seen.sessions, seen.answered, seen.simulated) == (3, 3, 1)


def test_what_is_known_better_comes_first() -> None:
    often = [session(i, (5, 4), program="often") for i in range(FEW)]
    seen = what_helped([*often, session(9, (9, 0), program="once"), session(10, (9, 1), program="twice")], "me")
    assert [row.program for row in seen.rows] == ["often", "once", "twice"]


SCORES = st.none() | st.integers(0, 10)
SESSIONS = st.lists(st.tuples(SCORES, SCORES, st.sampled_from("ab"), st.sampled_from(["neck", "hips"])), max_size=20)


@settings(max_examples=150, deadline=None)
@given(SESSIONS, st.randoms())
def test_any_sessions_add_up(drawn: list[tuple[int | None, int | None, str, str]], random: object) -> None:
    outcomes = [session(i, (b, a), program=p, region=r) for i, (b, a, p, r) in enumerate(drawn)]
    seen = what_helped(outcomes, "me")
    pairs = [(b, a, p, r) for b, a, p, r in drawn if b is not None and a is not None]
    assert seen.sessions == len(drawn)
    assert seen.answered == len(pairs) == sum(row.sessions for row in seen.rows)
    assert seen.unanswered == len(drawn) - len(pairs)
    for row in seen.rows:
        mine = sorted(a - b for b, a, p, r in pairs if (p, r) == (row.program, row.region))
        assert mine[0] <= row.median_change <= mine[-1]
        below, above = (sum(sign * (each - row.median_change) > 0 for each in mine) for sign in (-1, 1))
        assert max(below, above) <= len(mine) / 2, "a median has at most half of them on each side"
        assert row.eased + row.worsened <= row.sessions == len(mine)
        assert row.few is (len(mine) < FEW)
    random.shuffle(outcomes)  # type: ignore[attr-defined]
    assert what_helped(outcomes, "me") == seen, "in whatever order they are read"
