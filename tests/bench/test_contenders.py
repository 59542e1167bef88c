"""Every contender keeps to the seam, and does on a pad what it is known for."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from poultice.bench import course, esphome, heat
from poultice.bench.contenders import KNOWN, OURS, Contender, Tuned, TuningError, new
from poultice.bench.figures import figures
from poultice.bench.pad import TICK_S, Pad
from poultice.bench.pads import VARIED, BenchPad, PadSettings
from poultice.bench.peers import Thermostat
from poultice.bench.ziegler_nichols import ZieglerNichols
from poultice.errors import SetupError

ESPHOME = "ESPHome, autotuned"
PAD = BenchPad("of a test", VARIED, 1, PadSettings())


def contender(name: str) -> Contender:
    try:
        return new(name)
    except SetupError as reason:
        if name == ESPHOME and "downloaded" in str(reason):
            pytest.skip(str(reason))
        raise


@pytest.mark.parametrize("name", KNOWN)
def test_the_seam(name: str) -> None:
    taking_part, pad = contender(name), Pad(PAD)
    heat.prepared(taking_part, PAD)
    taking_part.setpoint_c = 40.0
    reading_c = pad.reading_c()
    duties = []
    for tick in range(600):
        duties.append(taking_part.update(reading_c, tick * TICK_S))
        reading_c = pad.tick(duties[-1])
    assert all(0.0 <= duty <= 1.0 and math.isfinite(duty) for duty in duties)
    assert max(duties) > 0.9  # far below its set-point it heats
    taking_part.setpoint_c = 30.0
    late = [taking_part.update(41.0, 60.0 + tick * TICK_S) for tick in range(300)]
    assert late[-1] == 0.0  # far above it, it does not


@pytest.mark.slow
@pytest.mark.parametrize("name", KNOWN)
def test_after_a_reset_it_goes_the_same_way_again(name: str) -> None:
    taking_part = contender(name)
    heat.prepared(taking_part, PAD)
    courses = []
    for _ in range(2):
        taking_part.reset()
        seen = next(course.run(taking_part, Pad(PAD), course.steps(25.0)))
        courses.append(list(seen.duty))
    assert courses[0] == courses[1]


@pytest.mark.slow
@pytest.mark.parametrize("ticks", [1, 2, 5, 10])
def test_ours_does_not_mind_how_often_it_is_asked(ticks: int) -> None:
    taking_part, pad = contender(OURS), Pad(PAD)
    taking_part.setpoint_c = 40.0
    zone_c: list[float] = []
    for tick in range(0, 4000, ticks):
        zone_c += pad.run(taking_part.update(pad.reading_c(), tick * TICK_S), ticks)
    assert max(zone_c) <= 40.3
    assert all(abs(c - 40.0) <= 0.5 for c in zone_c[1500:])


def test_the_thermostat_switches_half_a_kelvin_beside_its_set_point() -> None:
    thermostat = Thermostat()
    thermostat.setpoint_c = 40.0
    readings_c = [39.51, 39.5, 40.0, 40.49, 40.5, 40.0, 39.51, 39.5]
    assert [thermostat.update(c, 0.0) for c in readings_c] == [0, 1, 1, 1, 0, 0, 0, 1]


@pytest.mark.parametrize("name", ["simple-pid, Ziegler–Nichols", ESPHOME])
def test_tuning_takes_minutes_and_then_it_settles(name: str) -> None:
    taking_part = contender(name)
    assert isinstance(taking_part, Tuned)
    assert 60.0 < heat.prepared(taking_part, PAD) < 1800.0
    found = figures(course.run(taking_part, Pad(PAD), course.steps(25.0)))
    assert found.steps["25→40"].settled_s is not None
    assert found.steps["25→40"].rms_k < 0.3


def test_a_pad_that_never_swings_cannot_be_tuned() -> None:
    with pytest.raises(TuningError, match="no 4 swings within 60 min"):
        ZieglerNichols().tune(lambda _duty: 25.0, 25.0)


def test_a_pad_that_cannot_be_tuned_is_a_failure_and_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(_self: object, _tick: object, _reading_c: float) -> None:
        raise TuningError("it would not")

    monkeypatch.setattr(ZieglerNichols, "tune", refuses)
    assert heat.judge("simple-pid, Ziegler–Nichols", PAD).figures.failed == "it would not"


@pytest.mark.parametrize("name", ["nobody", "poultice.bench.peers:Nobody", "poultice.nowhere:Thermostat"])
def test_who_is_not_there_is_named_with_who_is(name: str) -> None:
    with pytest.raises(SetupError, match=name):
        new(name)


def test_any_class_that_can_be_imported_takes_part() -> None:
    assert isinstance(new("poultice.bench.peers:Thermostat"), Thermostat)


def test_without_the_registry_esphome_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(esphome.sys, "executable", "/nowhere/python")
    with pytest.raises(SetupError, match="it cannot be downloaded"):
        esphome.build()


def test_without_a_compiler_esphome_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", "no-such-compiler")
    with pytest.raises(SetupError, match="C\\+\\+ compiler"):
        esphome.build()


def test_nothing_of_esphome_is_in_the_project() -> None:
    root = Path(__file__).parents[2]
    there = {file.name for file in root.glob("controller/**/*") if file.suffix in (".cpp", ".h", ".whl")}
    assert not there & set(esphome.SOURCES)
    shell = root / "controller/poultice/bench/esphome_shell"
    assert {file.name for file in shell.rglob("*.*")} == {
        "main.cpp", "hal.h", "helpers.h", "optional.h", "component.h", "log.h",
    }  # fmt: skip


def test_ours_is_first() -> None:
    assert next(iter(KNOWN)) == OURS
