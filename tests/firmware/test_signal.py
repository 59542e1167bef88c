"""Light and sound tell the states apart."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import cffi
import pytest
from poultice.link.contract import Cue, DeviceState

HUSH = 0
CHIRP = 0x0001
NO = 0x1F1F


def lit(core: Any, state: DeviceState, cue: Cue = Cue.NONE, for_ms: int = 30_000) -> tuple[bool, ...]:
    return tuple(core.signal_led(state, cue, at) for at in range(0, for_ms, 10))


def beeps(core: Any, state: DeviceState, cue: Cue = Cue.NONE, for_ms: int = 30_000) -> int:
    sound = [False] + [core.signal_alarm(state, cue, at) for at in range(0, for_ms, 10)]
    return sum(now and not before for before, now in pairwise(sound))


def test_each_state_looks_its_own(core: Any) -> None:
    assert len({lit(core, state) for state in DeviceState}) == len(DeviceState)


@pytest.mark.parametrize(
    ("state", "share"),
    [
        (DeviceState.IDLE, 0.01),
        (DeviceState.INVITED, 0.5),
        (DeviceState.ARMED, 1.0),
        (DeviceState.ACTIVE, 2 / 3),
        (DeviceState.LATCHED_B, 0.5),
        (DeviceState.LATCHED_C, 0.5),
    ],
)
def test_how_much_of_the_time_it_is_lit(core: Any, state: DeviceState, share: float) -> None:
    seen = lit(core, state)
    assert sum(seen) / len(seen) == pytest.approx(share, abs=0.005)


@pytest.mark.parametrize("cue", [Cue.STILL_AWAKE, Cue.LIMITED])
def test_a_cue_shows_while_something_is_on_and_only_then(core: Any, cue: Cue) -> None:
    assert lit(core, DeviceState.ACTIVE, cue) != lit(core, DeviceState.ACTIVE)
    for state in set(DeviceState) - {DeviceState.ACTIVE}:
        assert lit(core, state, cue) == lit(core, state)


@pytest.mark.parametrize(
    ("state", "cue", "count"),
    [
        (DeviceState.LATCHED_C, Cue.NONE, 30),
        (DeviceState.LATCHED_B, Cue.NONE, 15),
        (DeviceState.LATCHED_B, Cue.STILL_AWAKE, 15),
        (DeviceState.ACTIVE, Cue.STILL_AWAKE, 3),
        (DeviceState.ACTIVE, Cue.LIMITED, 0),
        (DeviceState.ACTIVE, Cue.NONE, 0),
        (DeviceState.INVITED, Cue.INVITED, 0),
        (DeviceState.ARMED, Cue.NONE, 0),
        (DeviceState.IDLE, Cue.NONE, 0),
    ],
)
def test_what_keeps_beeping(core: Any, state: DeviceState, cue: Cue, count: int) -> None:
    assert beeps(core, state, cue) == count


def played(core: Any, ffi: cffi.FFI, tune: int) -> str:
    signal = ffi.new("struct signal *")
    core.signal_play(signal, tune)
    heard = ""
    for _ in range(20):
        heard += "#" if core.signal_note(signal) else "."
        core.signal_pass_time(signal, 50)
    core.signal_pass_time(signal, 2**32 - 1)
    assert not core.signal_note(signal), "a tune never begins again by itself"
    return heard.rstrip(".")


def test_a_new_tune_begins_at_its_beginning(core: Any, ffi: cffi.FFI) -> None:
    signal = ffi.new("struct signal *")
    core.signal_play(signal, NO)
    core.signal_pass_time(signal, 300)
    assert not core.signal_note(signal)
    core.signal_play(signal, CHIRP)
    assert core.signal_note(signal)
    core.signal_pass_time(signal, 49)
    assert core.signal_note(signal)
    core.signal_pass_time(signal, 1)
    assert not core.signal_note(signal)


def test_tunes_sound_note_by_note_and_once(core: Any, ffi: cffi.FFI) -> None:
    assert played(core, ffi, HUSH) == ""
    assert played(core, ffi, CHIRP) == "#"
    assert played(core, ffi, NO) == "#####...#####"
    assert played(core, ffi, 0x8001) == "#..............#"
