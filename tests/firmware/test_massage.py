"""The motors start softly, stop at once, and never see a PWM of 255."""

from __future__ import annotations

from typing import Any

import cffi
import pytest


def step(core: Any, massage: Any, percent: int, elapsed_ms: int = 10) -> tuple[int, int]:
    core.massage_step(massage, [percent] * 4, elapsed_ms)
    return core.massage_percent(massage, 0), core.massage_pwm(massage, 0)


def test_rises_to_full_in_a_second(core: Any, ffi: cffi.FFI) -> None:
    massage = ffi.new("struct massage *")
    reached = [step(core, massage, 100)[0] for _ in range(101)]
    assert reached == [*range(1, 101), 100]


@pytest.mark.parametrize(("percent", "pwm"), [(0, 0), (1, 2), (50, 127), (99, 251), (100, 254)])
def test_pwm_is_linear_up_to_254(core: Any, ffi: cffi.FFI, percent: int, pwm: int) -> None:
    massage = ffi.new("struct massage *")
    assert step(core, massage, percent, elapsed_ms=2000) == (percent, pwm)
    assert core.massage_total_permille(massage) == 40 * percent


def test_falls_at_once(core: Any, ffi: cffi.FFI) -> None:
    massage = ffi.new("struct massage *")
    step(core, massage, 80, elapsed_ms=1000)
    assert step(core, massage, 30, elapsed_ms=0) == (30, 76)
    core.massage_stop(massage)
    assert [core.massage_pwm(massage, motor) for motor in range(4)] == [0] * 4
    assert core.massage_total_permille(massage) == 0


@pytest.mark.parametrize(("elapsed_ms", "percent"), [(0, 0), (999, 99), (1000, 100), (2**32 - 1, 100)])
def test_a_late_step_rises_by_the_time_gone(core: Any, ffi: cffi.FFI, elapsed_ms: int, percent: int) -> None:
    massage = ffi.new("struct massage *")
    assert step(core, massage, 100, elapsed_ms)[0] == percent


def test_motors_are_their_own(core: Any, ffi: cffi.FFI) -> None:
    massage = ffi.new("struct massage *")
    core.massage_step(massage, [0, 10, 20, 100], 1000)
    assert [core.massage_percent(massage, motor) for motor in range(4)] == [0, 10, 20, 100]
