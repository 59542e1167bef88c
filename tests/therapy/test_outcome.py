"""The record of a session, read: whole, cut anywhere, damaged anyhow."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from poultice.therapy.body import REGIONS
from poultice.therapy.outcome import SAID_MAX, Outcome, read


def line(kind: str, at_s: float = 0.0, **fields: Any) -> bytes:
    minutes, seconds = divmod(at_s, 60)
    return json.dumps({"time": f"2026-03-01T10:{minutes:02.0f}:{seconds:02.0f}+01:00", "kind": kind, **fields}).encode()


def began(**more: Any) -> bytes:
    about = {"person": "me", "program": "ease", "title": {"en": "Ease"}, "content_hash": "abc", "at_step": 0}
    return line("started", pad="sofa", simulated=True, **about | more)


def answer(question: str, value: Any, at_s: float = 60.0, **more: Any) -> bytes:
    about = {"person": "me", "program": "ease", "step_id": "a", "elapsed_s": at_s}
    return line("answer", at_s, question=question, value=value, **about | more)


def pain(score: int, moment: str, region: str = "lower_back") -> bytes:
    return answer("pain", score, region=region, moment=moment)


ENDED = line("finished", 1200, reason="finished", text="finished: Ease", ran_s=1200.0, dose={"lumbar": 0.4})
WHOLE = (
    began(),
    pain(6, "before"),
    answer("comfort", "less", 300),
    answer("note", "draughty", 400),
    line("going", 500, watts=3),
    pain(3, "after"),
    ENDED,
)


def text(*lines: bytes) -> bytes:
    return b"".join(each + b"\n" for each in lines)


def test_a_whole_record() -> None:
    seen = read("s1", text(*WHOLE))
    assert (seen.session, seen.person, seen.program, seen.content_hash, seen.pad, seen.simulated) == (
        "s1", "me", "ease", "abc", "sofa", True,
    )  # fmt: skip
    assert (seen.ending, seen.reason, seen.ran_s, seen.dose) == ("finished", "finished", 1200.0, {"lumbar": 0.4})
    assert (seen.pain["lower_back"].before, seen.pain["lower_back"].after, seen.pain["lower_back"].change) == (6, 3, -3)
    assert [(each.elapsed_s, each.value) for each in seen.comfort + seen.notes] == [(300, "less"), (400, "draughty")]
    assert seen.began is not None
    assert seen.until is not None
    assert (seen.until - seen.began).total_seconds() == 1200
    assert seen.skipped_lines == 0, "a kind of line that says nothing of the outcome is no damage"


def test_without_an_end_it_was_cut_off() -> None:
    assert read("s1", text(*WHOLE[:-1])).ending == "cut_off"
    assert read("s1", text(*WHOLE[:-1])).pain["lower_back"].change == -3


def test_without_its_beginning_the_answers_still_say_whose() -> None:
    seen = read("s1", text(*WHOLE[1:]))
    assert (seen.person, seen.program, seen.began, seen.pain["lower_back"].change) == ("me", "ease", None, -3)


def test_the_last_word_counts_but_before_is_not_said_afterwards() -> None:
    corrected = read("s1", text(began(), pain(6, "before"), pain(7, "before"), pain(3, "after"), pain(2, "after")))
    assert corrected.pain["lower_back"].change == -5
    too_late = read("s1", text(began(), pain(6, "before"), pain(3, "after"), pain(9, "before")))
    assert too_late.pain["lower_back"].change == -3


def test_regions_are_apart() -> None:
    seen = read("s1", text(began(), pain(6, "before", "neck"), pain(3, "after", "hips"), pain(4, "during", "neck")))
    assert {region: (each.before, each.after, each.during) for region, each in seen.pain.items()} == {
        "neck": (6, None, [4]),
        "hips": (None, 3, []),
    }


DAMAGED = [
    b"{", b"[]", b"null", b"7", b'"x"', b"\xff\xfe", b"{}", b"[" * 100_000, b'{"kind": "finished"}',
    b'{"time": "yesterday", "kind": "answer"}', b'{"time": 5, "kind": "started"}',
    b'{"time": "2026-03-01T10:00:00", "kind": "going"}',
    line("started", person=7), line("started"), line("finished", reason="x", text="x", ran_s="long"),
    line("finished", reason="x", text="x", ran_s=float("nan")), line("stopped", reason="x", text="x", ran_s=-1.0),
    answer("pain", 11), answer("pain", True), answer("pain", "6"), answer("pain", 6, region="soul"),
    answer("comfort", "hotter"), answer("note", ""), answer("note", "x" * 501), answer("weight", 80),
    answer("note", "fine", elapsed_s=float("inf")),
    line("finished", reason="x", text="x", ran_s=1.0, dose={f"zone{i}": 0.1 for i in range(17)}),
]  # fmt: skip


@pytest.mark.parametrize("damaged", DAMAGED, ids=range(len(DAMAGED)))
def test_a_line_that_cannot_be_read_is_counted_and_costs_nothing_else(damaged: bytes) -> None:
    whole = read("s1", text(*WHOLE))
    for place in (0, 3, len(WHOLE)):
        seen = read("s1", text(*WHOLE[:place], damaged, *WHOLE[place:]))
        assert seen.skipped_lines == 1
        seen.skipped_lines = 0
        assert seen == whole


@settings(max_examples=150, deadline=None)
@example(cut=0)
@example(cut=len(text(*WHOLE)))
@example(cut=len(text(*WHOLE)) - 1)
@given(st.integers(0, len(text(*WHOLE))))
def test_cut_anywhere_at_most_the_last_line_is_lost(cut: int) -> None:
    content = text(*WHOLE)[:cut]
    whole_lines = content.split(b"\n")[:-1]
    seen, expected = read("s1", content), read("s1", text(*whole_lines))
    torn = content[len(text(*whole_lines)) :]
    if torn in WHOLE:  # only its end of line is missing
        expected = read("s1", text(*whole_lines, torn))
    else:
        expected.skipped_lines = int(bool(torn))
    assert seen == expected


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(WHOLE) | st.binary(max_size=60), max_size=12))
def test_any_bytes_are_an_outcome(lines: list[bytes]) -> None:
    seen = read("s1", b"\n".join(lines))
    assert json.loads(json.dumps(seen.plain(), allow_nan=False))["session"] == "s1"
    assert set(seen.pain) <= {*REGIONS, ""}


def test_what_one_outcome_carries_is_bounded() -> None:
    notes = [answer("note", "\x01" * 500) for _ in range(SAID_MAX + 5)]
    many = [*(answer("comfort", "fine") for _ in range(200)), *(pain(5, "during", region) for region in REGIONS * 100)]
    seen = read("s1", text(began(), *notes, *many, ENDED))
    assert (len(seen.notes), seen.left_out) == (SAID_MAX, 5 + 200 - SAID_MAX)
    assert len(json.dumps(seen.plain(), ensure_ascii=False).encode()) < 200_000
    assert isinstance(seen, Outcome)
