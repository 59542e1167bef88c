"""More than 2 K from one reading to the next: untrusted for 2 s, a fault the third time within 60 s."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from native import sum_of
from plausibility import CYCLE_MS, OPEN_SUM, SHORT_SUM, core, new
from poultice.link.contract import SensorTrust

TRUSTED, JUMPED, OPEN, SHORT = SensorTrust.TRUSTED, SensorTrust.JUMPED, SensorTrust.OPEN, SensorTrust.SHORT


class Bead:
    """One thermistor and its jumps."""

    def __init__(self, celsius: float | None = 30.0) -> None:
        self.jump, self.thermistor = new("jump"), new("thermistor")
        self.thermistor.trust = SensorTrust.NOT_READ_YET
        self.third = False
        if celsius is not None:
            self.shows(celsius)

    def feed(self, total: int, cycles: int = 1, elapsed_ms: int = CYCLE_MS) -> None:
        for _ in range(cycles):
            third = core().jump_sample(self.jump, self.thermistor, total, elapsed_ms)
            self.third = bool(third)

    def shows(self, celsius: float, cycles: int = 1, elapsed_ms: int = CYCLE_MS) -> None:
        self.feed(sum_of(celsius), cycles, elapsed_ms)

    @property
    def trust(self) -> SensorTrust:
        return SensorTrust(self.thermistor.trust)


@pytest.mark.parametrize("celsius", [-13.0, 3.0, 30.0, 60.0])
def test_the_first_reading_is_no_jump(celsius: float) -> None:
    assert Bead(celsius).trust is TRUSTED


@pytest.mark.parametrize(
    ("to_c", "trust"),
    [(31.99, TRUSTED), (32.0, TRUSTED), (32.01, JUMPED), (28.01, TRUSTED), (28.0, TRUSTED), (27.99, JUMPED)],
)
def test_two_kelvin_is_none_a_hundredth_more_is_one(to_c: float, trust: SensorTrust) -> None:
    bead = Bead(30.0)
    bead.shows(to_c)
    assert bead.trust is trust
    assert bead.thermistor.centi_c == round(to_c * 100)


def test_it_is_untrusted_for_two_seconds() -> None:
    bead = Bead(30.0)
    bead.shows(33.0)
    bead.shows(33.0, cycles=19)
    assert bead.trust is JUMPED
    bead.shows(33.0)
    assert bead.trust is TRUSTED


def test_each_jump_begins_the_two_seconds_anew() -> None:
    bead = Bead(30.0)
    bead.shows(33.0, cycles=11)
    bead.shows(30.0, cycles=20)
    assert bead.trust is JUMPED
    bead.shows(30.0)
    assert bead.trust is TRUSTED


@pytest.mark.parametrize(("quiet", "third"), [(597, True), (598, False), (599, False)])
def test_the_third_within_a_minute_is_a_fault(quiet: int, third: bool) -> None:
    """First jump, `quiet` cycles, second and third: the minute holds from the first to the third."""
    bead = Bead(30.0)
    bead.shows(33.0)
    bead.shows(33.0, cycles=quiet)
    bead.shows(30.0)
    assert not bead.third
    bead.shows(33.0)
    assert bead.third is third


def test_the_fault_is_told_once_for_each_jump_too_many() -> None:
    bead = Bead(30.0)
    bead.shows(33.0)
    bead.shows(30.0)
    bead.shows(33.0)
    assert bead.third
    bead.shows(33.0)
    assert not bead.third
    bead.shows(30.0)
    assert bead.third


@pytest.mark.parametrize(("total", "trust"), [(OPEN_SUM, OPEN), (SHORT_SUM, SHORT)])
def test_losing_the_reading_is_a_jump_and_finding_it_again_is_none(total: int, trust: SensorTrust) -> None:
    bead = Bead(30.0)
    bead.feed(total)
    assert bead.trust is trust
    bead.feed(total)
    assert bead.trust is trust
    bead.shows(30.0)
    assert (bead.trust, bead.thermistor.bad) == (JUMPED, 0)
    bead.shows(30.0, cycles=17)
    assert bead.trust is JUMPED
    bead.shows(30.0)
    assert (bead.trust, bead.third, bead.jump.older_ms) == (TRUSTED, False, 0)


def test_a_wire_that_flickers_three_times_a_minute_is_a_fault() -> None:
    bead, thirds = Bead(30.0), []
    for _ in range(3):
        bead.feed(OPEN_SUM)
        thirds.append(bead.third)
        bead.shows(30.0, cycles=250)
    assert thirds == [False, False, True]


@pytest.mark.parametrize("total", [OPEN_SUM, SHORT_SUM])
def test_never_read_is_never_lost(total: int) -> None:
    bead = Bead(celsius=None)
    bead.feed(total, cycles=10)
    assert (bead.jump.newest_ms, bead.third) == (0, False)
    bead.shows(30.0)
    assert bead.trust is TRUSTED


def test_blindness_is_no_jump() -> None:
    bead = Bead(30.0)
    bead.thermistor.trust = SensorTrust.NOT_READ_YET
    bead.shows(40.0)
    assert bead.trust is TRUSTED


@given(
    start=st.floats(5.0, 45.0),
    steps=st.lists(st.floats(-0.5, 0.5), min_size=1, max_size=60),
)
@example(start=5.0, steps=[0.09] * 60)
def test_no_warmth_and_no_noise_of_4_lsb_is_a_jump(start: float, steps: list[float]) -> None:
    """4 LSB in one conversion are 0.5 in the mean of 64: 0.05 K, so six times that on top of 0.09 K is 0.4 K."""
    bead, now = Bead(round(start, 1)), start
    for step in steps:
        now = min(max(now + step, 4.0), 60.0)
        bead.shows(round(now, 1))
    assert (bead.trust, bead.jump.newest_ms) == (TRUSTED, 0)


@given(elapsed=st.integers(0, 65535))
@example(elapsed=1999)
@example(elapsed=2000)
@example(elapsed=60000)
def test_time_passes_as_told(elapsed: int) -> None:
    bead = Bead(30.0)
    bead.shows(33.0)
    bead.shows(33.0, elapsed_ms=elapsed)
    assert bead.jump.newest_ms == max(0, 60000 - elapsed)
    assert bead.trust is (JUMPED if elapsed < 2000 else TRUSTED)


@pytest.mark.parametrize(("left_ms", "counts"), [(CYCLE_MS - 1, False), (CYCLE_MS, False), (CYCLE_MS + 1, True)])
def test_the_last_millisecond_of_the_minute_counts(left_ms: int, counts: bool) -> None:
    bead = Bead(30.0)
    bead.jump.older_ms = left_ms
    bead.shows(33.0)
    assert bead.third is counts
