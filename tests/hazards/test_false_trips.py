"""A pad that trips when nothing is wrong gets bypassed: healthy sessions, each with another pad, person and room.

`make hazards` plays 2,000 of them; here a sample, every time the same.
"""

from __future__ import annotations

import pytest
from false_trips import play
from poultice.link import contract

FIRST = 1
COUNT = 60


@pytest.mark.slow
def test_no_healthy_session_locks_or_refuses() -> None:
    figures = play(FIRST, COUNT)
    assert figures.sessions == COUNT
    assert figures.heated_h > COUNT * 0.2, "they did heat"
    assert figures.presses >= COUNT * 0.9
    assert figures.locked == 0, figures.strange
    assert not figures.of_class("B"), figures.strange
    assert not figures.of_class("C"), figures.strange
    assert figures.refused == 0, figures.strange
    assert figures.peak_c < contract.OVER_TEMPERATURE_LATCH_C
