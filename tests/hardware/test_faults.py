"""A few of the single faults; `make hardware` goes through all of them."""

from __future__ import annotations

import pytest
from circuits import faults
from circuits.faults import Outcome, rehearse
from circuits.ngspice import HERE

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("name", "found", "trip_ends", "passes_test"),
    [
        ("none", "", True, True),
        ("lower switch shorted (welded)", "current at rest: locked (C)", True, True),
        ("reference: bottom resistor shorted", "trip test: no arming", False, False),
    ],
)
def test_a_fault_ends_in_the_safe_state(facts, name: str, found: str, trip_ends: bool, passes_test: bool) -> None:
    outcome = rehearse(facts, name)
    assert outcome.heats
    assert outcome.safe
    assert (outcome.found, outcome.trip_ends, outcome.passes_test) == (found, trip_ends, passes_test)


@pytest.mark.parametrize("path", ["silence_ends", "trip_ends"])
def test_what_nothing_ends_is_not_safe(path: str) -> None:
    sound = {"heats": True, "silence_ends": True, "trip_ends": True, "current_seen": False, "rail_seen": False}
    assert Outcome("x", **sound, passes_test=True).safe
    assert not Outcome("x", **{**sound, path: False}, passes_test=True).safe


def test_every_fault_breaks_something_that_the_deck_has() -> None:
    told = {key for parts in faults.FAULTS.values() for key in parts}
    text = (HERE / "chain.cir").read_text(encoding="utf-8")
    assert told
    assert [key for key in sorted(told) if f"${{{key}}}" not in text] == []
    assert len({tuple(parts.items()) for parts in faults.FAULTS.values()}) == len(faults.FAULTS)
