"""The same answers on this computer and on the chip: stories compared byte by byte; and that a difference shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import machines
import native
import pytest
from board_story import CHAPTER_STEPS, MISHAPS, Story
from machines import CHIP, NATIVE
from on_chip import ChipError
from poultice.link.contract import DeviceState, Fault, Status

pytestmark = [pytest.mark.chip, pytest.mark.timeout(600)]

SEEDS = range(3)
# What takes minutes or several starts; the tests of the whole watch, which run on both machines, bring it about.
NOT_TOLD = {
    Fault.PAIR_DEAF,
    Fault.NOT_WARMING,
    Fault.MOTOR_STALLS,
    Fault.REST_DUE,
    Fault.WARMS_BY_ITSELF,
    Fault.HANGS_AGAIN,
    Fault.BOOT_WINDOW,
    Fault.LOCKS_AGAIN,
}


def on_both(ask: Callable[[], Any]) -> tuple[Any, Any]:
    """The answers of this computer and of the chip."""
    answers = []
    for machine in (NATIVE, CHIP):
        with machines.on(machine):
            answers.append(ask())
    return answers[0], answers[1]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_long_story_has_the_same_answers_step_by_step(seed: int) -> None:
    here, there = on_both(lambda: Story(seed).play())
    assert len(here) == len(there) == len(MISHAPS) * CHAPTER_STEPS
    for step, (mine, its) in enumerate(zip(here, there, strict=True)):
        assert mine == its, f"step {step}"


def test_the_stories_are_about_something() -> None:
    stories = [Story(seed) for seed in SEEDS]
    trace = [step for story in stories for step in story.play()]
    states = {message.state for story in stories for message in story.messages if isinstance(message, Status)}
    assert states == set(DeviceState) - {DeviceState.INVITED}  # an invitation is no more than a light
    assert set(Fault) - frozenset[Fault]().union(*(step.faults for step in trace)) <= NOT_TOLD
    assert sum(any(step.heater_permille) for step in trace) > len(trace) // 6
    assert sum(any(step.motor_pwm) for step in trace) > len(trace) // 6


def test_a_product_that_needs_more_than_16_bits_differs() -> None:
    here, there = on_both(lambda: native.core().probe_wrong_product(300, 300))
    assert (here, there) == (90_000, 90_000 % 65_536)


def test_a_product_that_fits_does_not() -> None:
    assert on_both(lambda: native.core().probe_wrong_product(255, 257)) == (65_535, 65_535)


def test_a_function_that_never_returns_is_given_up() -> None:
    with pytest.raises(ChipError, match=r"landing_endless\(\) did not return within 16000000 cycles"):
        machines.chip().call("landing_endless", b"", 0)


def test_a_struct_of_this_computer_is_nothing_to_the_chip() -> None:
    here = native.interface().new("struct heater *")
    with machines.on(CHIP), pytest.raises(ChipError, match="is not in the chip's RAM"):
        native.core().heater_reset(here)


@pytest.mark.parametrize("value", [-1, 65_536])
def test_what_is_no_such_number_is_refused_on_both(value: int) -> None:
    for machine in (NATIVE, CHIP):
        with machines.on(machine), pytest.raises(OverflowError):
            native.core().thermistor_centi_c(value)


def test_its_structs_have_no_gaps_and_its_pointers_two_bytes() -> None:
    sizes = on_both(lambda: native.interface().sizeof("struct device_inputs"))
    assert sizes == (64, 48)
    assert on_both(lambda: native.core().probe_size(b"device_inputs")) == sizes


def test_its_memory_is_used_again() -> None:
    with machines.on(CHIP):
        places = {native.PART.pointer(native.interface().new("struct heater *")) for _ in range(5000)}
    assert len(places) < 10
