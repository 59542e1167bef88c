"""What a pad has had today outlives the controller: written whole, seldom, and believed only where it can be read."""

from __future__ import annotations

import itertools
import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from poultice.budgets import DAMAGED, NAME, WRITE_EVERY_S, BudgetKeeper, BudgetStore
from poultice.clock import VirtualClock
from poultice.description import layout
from poultice.errors import SetupError
from poultice.therapy.budget import Kept, Slice
from poultice.therapy.limits import HostLimits
from poultice.therapy.pad import Pad

LIMITS = HostLimits()
ZONES = ("lumbar", "upper_back")
SOME = Kept((Slice(1e9, {"lumbar": 3.0}, 600.0),), 600.0, believed_s=1e9, synchronised=True, told_s=5.0, boot="b")


def kept(directory: Path, what: Kept, pad: str = "sofa") -> None:
    store = BudgetStore(directory)
    store.write(pad, what)
    store.close()


def again(directory: Path, pad: str = "sofa") -> Kept:
    store = BudgetStore(directory)
    budget = store.budget(pad, ZONES, LIMITS)
    store.close()
    return budget.kept()


def test_what_is_written_is_there_again(tmp_path: Path) -> None:
    kept(tmp_path, SOME)
    there = again(tmp_path)
    assert (there.slices, there.warm_s, there.resting) == (SOME.slices, 600.0, False)
    assert [file.name for file in tmp_path.iterdir()] == [NAME]


def test_a_pad_that_was_never_warm_has_room_for_everything(tmp_path: Path) -> None:
    kept(tmp_path, SOME)
    assert again(tmp_path, "other").slices == ()


def test_another_pads_budget_is_kept_along(tmp_path: Path) -> None:
    kept(tmp_path, SOME)
    kept(tmp_path, Kept(), "other")
    assert again(tmp_path).slices == SOME.slices


def test_after_a_crash_the_time_since_the_last_writing_counts_as_hot(tmp_path: Path) -> None:
    kept(tmp_path, replace(SOME, warming=True))
    there = again(tmp_path)
    assert there.warm_s == 600.0 + WRITE_EVERY_S
    assert there.slices[-1].dose["upper_back"] == pytest.approx(0.38, abs=0.01)
    assert not there.warming


REST = b'"warm_s": 0, "resting": false, "warming": false, "believed_s": null, "synchronised": true, "told_s": 0, '
REST += b'"boot": ""'
DAMAGES = [
    b"",
    b"{",
    b"null",
    b"\xff\xfe",
    b'{"schema": "poultice-budgets/2", "pads": {}}',
    b'{"pads": {"sofa": {}}}',
    b'{"pads": {"sofa": {"slices": [{"from_s": 1, "dose": {"lumbar": -1}, "warm_s": 0}], ' + REST + b"}}}",
    b'{"pads": {"sofa": {"slices": [{"from_s": 1, "dose": {"lumbar": NaN}, "warm_s": 0}], ' + REST + b"}}}",
    b'{"pads": {"sofa": {"slices": [], ' + REST.replace(b"0", b"1e999") + b"}}}",
]


@pytest.mark.parametrize("content", DAMAGES)
def test_a_damaged_file_is_set_aside_and_everything_counts_as_used_up(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / NAME).write_bytes(content)
    with caplog.at_level(logging.WARNING):
        store = BudgetStore(tmp_path)
    budget = store.budget("sofa", ZONES, LIMITS)
    assert budget.resting
    assert budget.dose_left("lumbar") == budget.dose_left("upper_back") == budget.warm_left_s == 0.0
    assert (tmp_path / DAMAGED).read_bytes() == content
    assert "set aside" in caplog.text
    store.write("sofa", budget.kept())
    store.close()
    assert again(tmp_path).resting, "and after the next start still"


def test_a_file_that_cannot_be_read_is_no_empty_one(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    with pytest.raises(SetupError, match=NAME):
        BudgetStore(tmp_path)


def test_a_disk_that_refuses_is_told_of_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = BudgetStore(tmp_path)
    (tmp_path / NAME).mkdir()
    for _ in range(3):
        store.write("sofa", SOME)
    store.close()
    assert caplog.text.count("cannot be written") == 1


# -- When it is written ----------------------------------------------------------------------------------------------


@pytest.fixture
def kept_often(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    store, clock = BudgetStore(tmp_path), VirtualClock()
    written: list[tuple[float, Kept]] = []
    monkeypatch.setattr(store, "write", lambda _pad, what: written.append((clock.now_s(), what)))
    pad = Pad(layout(), {})
    return pad, BudgetKeeper("sofa", pad, store, clock), clock, written


def test_it_is_written_seldom_and_only_where_there_is_news(kept_often: Any) -> None:
    pad, keeper, clock, written = kept_often
    budget = pad._stage.budget
    for _ in range(20 * 300):
        clock.advance(0.05)
        keeper.look(clock.now_s())
    assert written == [], "nothing was warm"
    for _ in range(20 * 300):
        clock.advance(0.05)
        budget.pass_time(0.05, True)
        keeper.look(clock.now_s())
    assert 10 <= len(written) <= 12
    at_s = [when_s for when_s, _ in written[1:]]
    assert all(later - sooner >= WRITE_EVERY_S - 0.1 for sooner, later in itertools.pairwise(at_s))


def test_the_beginning_and_the_end_of_warmth_are_written_at_once(kept_often: Any) -> None:
    pad, keeper, clock, written = kept_often
    budget = pad._stage.budget
    for warming in (True, False, True):
        budget.pass_time(1.0, warming)
        clock.advance(1.0)
        keeper.look(clock.now_s())
    assert [what.warming for _, what in written] == [True, False, True]
    keeper.end(clock.now_s())
    assert not written[-1][1].warming


def test_the_pad_is_told_the_day(kept_often: Any) -> None:
    pad, keeper, clock, _ = kept_often
    clock.synchronised = False
    keeper.look(1.0)
    assert pad.kept_budget().believed_s is None
    clock.synchronised = True
    clock.set_wall(clock.wall() + timedelta(days=1))
    keeper.look(2.5)
    assert pad.kept_budget().believed_s == clock.wall().timestamp()
