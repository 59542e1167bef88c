"""What the page can ask of the log: the newest lines, none too long."""

from __future__ import annotations

import logging

from poultice.logs import LONGEST, MOST_LINES, RecentLines


def test_the_newest_are_kept_and_cut() -> None:
    recent, logger = RecentLines(), logging.Logger("of a test")
    logger.addHandler(recent)
    logger.debug("not this")
    for number in range(MOST_LINES + 5):
        logger.info("line %d %s", number, "x" * 1000)
    assert len(recent.lines) == MOST_LINES
    assert " INFO line 5 " in recent.lines[0]
    assert f" INFO line {MOST_LINES + 4} " in recent.lines[-1]
    assert {len(line) for line in recent.lines} == {LONGEST}
