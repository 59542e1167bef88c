"""Hazard 36: the cable chafes and two of its wires touch. No program ends that: the current limit and the fuse do,
computed by ngspice from hardware/facts.toml. `make hardware` goes through more spots and draws them.
"""

from __future__ import annotations

import pytest
from circuits import cable, values
from circuits.cable import PLACES, chafe

pytestmark = pytest.mark.slow
WITHIN_MS = 10.0
GOES_ON_MAX_W = 100.0  # a limited power source by IEC 62368-1


@pytest.fixture(scope="module")
def facts():
    return values.load()


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("ohm", [0.5, 4.0])
def test_the_limit_ends_what_could_set_fire(facts, place: str, ohm: float) -> None:
    spot = chafe(facts, place, ohm)
    assert spot.ended_ms <= WITHIN_MS
    assert spot.goes_on_w == 0.0
    assert spot.before_w > GOES_ON_MAX_W, "it was worth ending"


@pytest.mark.parametrize("place", PLACES)
def test_what_is_below_the_limit_goes_on_and_is_no_source_of_fire(facts, place: str) -> None:
    """The residual risk that SAFETY.md states."""
    spot = chafe(facts, place, 12.0)
    assert 30.0 < spot.goes_on_w <= GOES_ON_MAX_W


def test_the_limit_is_between_what_is_sound_and_what_may_go_on(facts) -> None:
    least_a, most_a = cable.limits_a(facts)
    assert cable.healthy_a(facts) < least_a
    assert most_a * facts.board.rail_max_mv / 1000 <= GOES_ON_MAX_W


@pytest.mark.parametrize(
    ("name", "ohm"), [("limit_bottom", 40_000.0), ("limit_bottom", 15_000.0), ("shunt", 0.01), ("limit_top", 6800.0)]
)
def test_a_part_of_the_limit_changed_alone_is_noticed(facts, name: str, ohm: float) -> None:
    resistors = dict(facts.circuit.resistors)
    resistors[name] = resistors[name].model_copy(update={"ohm": ohm})
    other = facts.model_copy(update={"circuit": facts.circuit.model_copy(update={"resistors": resistors})})
    least_a, most_a = cable.limits_a(other)
    rail_v = facts.board.rail_max_mv / 1000
    assert not (cable.healthy_a(other) < least_a and most_a * rail_v <= GOES_ON_MAX_W)
