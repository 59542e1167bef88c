"""What a journal costs the card: the greatest part of what a session writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journaled import GUIDED, House, plain

SESSION_S = 140.0
MB_PER_HOUR = 2.6  # of the 5 that all may write; `make bench-storage` measures the rest with it


@pytest.mark.slow
def test_an_hour_of_a_session(tmp_path: Path) -> None:
    house = House(tmp_path, programs=(GUIDED,))
    house.start("guided")
    house.run_until(lambda: house.state.phase == "waiting", 120)
    house.request("skip")
    house.run(SESSION_S - house.now_s)
    assert house.state.session is not None
    assert house.state.session.step_id == "rub"
    house.close()
    (path,) = house.paths
    packed, unpacked = path.stat().st_size, len(plain(path))
    assert packed * 3600 / SESSION_S < MB_PER_HOUR * 1e6
    assert unpacked > 3 * packed
