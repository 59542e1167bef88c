"""A working day with the coach, through the real station, in told time: prompts, a nudge, snooze, quiet, a restart."""

from __future__ import annotations

from pathlib import Path

from harness import VirtualHouse


def test_a_break_is_prompted_and_answered(tmp_path: Path) -> None:
    house = VirtualHouse(tmp_path, slice_s=0.05)
    house.accept_checklist()
    result = house.query(
        "settings",
        op="set",
        coach={
            "breaks": {"on": True, "every_min": 10},
            "hours": {"begin": "00:00", "end": "23:59"},
            "quiet": {"begin": "00:00", "end": "00:00"},
        },
    )
    assert result.status == "ok", result.reason.text
    house.run_until(lambda: house.broker.prompts, 700)
    prompt = house.broker.prompts[-1]
    assert (prompt.kind, prompt.person) == ("breaks", "me")
    result = house.query("coach", op="answer", id=prompt.id, answer="done")
    assert result.status == "ok", result.reason.text
    assert result.result["week"] == {"breaks": {"done": 1, "snoozed": 0, "skipped": 0}}
