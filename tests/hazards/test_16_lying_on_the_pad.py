"""Hazard 16: somebody lies on the pad, where warmth goes nowhere and no thermistor feels pressure. What limits it is
the dose of a session: whatever is played, and however a person turns it up, no zone has more than 2 CEM43 minutes.

The audit is a second statement of the dose, on the true temperature of each zone's hotter thermistor, into the cooling.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from harness import VirtualHouse
from hazard_figures import cem43_min
from poultice.description import load_programs
from poultice.therapy.allowance import planned_dose
from poultice.therapy.limits import HostLimits

LIMIT = 2.0  # stated once more on purpose
COOLING_S = 300.0
NOISE = 0.02  # of the board's readings beside the truth
ON_IT = {"cover_w_per_m2k": 1.0, "skin_start_c": 36.0}
PRESETS = sorted(name for name, program in load_programs(Path("none"), HostLimits()).items() if program.heats)
SEEDS = range(6)


class Audit:
    """A house whose true dose is counted, by zone, each second."""

    def __init__(self, directory: Path, program: str | None = None, seed: int = 1) -> None:
        texts = () if program is None else (program,)
        self.house = VirtualHouse(directory, seed=seed, parameters=ON_IT, programs=texts)
        self.dose = [0.0, 0.0]
        self.hottest_c = 0.0

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds)):
            self.house.run(1.0)
            seen = self.house.board.observe()
            for zone in (0, 1):
                at_c = max(seen.sensor_c[2 * zone : 2 * zone + 2])
                self.dose[zone] += cem43_min(at_c, 1.0)
                self.hottest_c = max(self.hottest_c, at_c)

    def play(self, program: str, chance: random.Random | None = None) -> str:
        """To its end, with a person who turns it up now and then; why it ended."""
        self.house.start(program)
        while (session := self.house.state.session) is not None:
            self.run(30.0)
            if session.wait == "press":
                self.house.press()
            if chance is not None and chance.random() < 0.3:
                zone = chance.choice(["lumbar", "upper_back"])
                self.house.request("adjust", zone=zone, target=chance.choice([40.0, 41.0, 42.0]))
        code = self.house.state.reason.code
        self.run(COOLING_S)
        return code


def written(seed: int) -> str:
    """A program as somebody might write it who wants it as warm as it gets."""
    chance = random.Random(seed)
    steps = []
    for number in range(chance.randint(1, 5)):
        minutes, target_c = chance.choice([3, 5, 12, 20]), chance.choice([38, 39.5, 40, 40.5, 41, 42])
        both = f"lumbar: {{target: {target_c} °C}}, upper_back: {{target: {target_c - 1} °C}}"
        steps.append(f"  - {{id: step-{number}, duration: {minutes} min, heat: {{{both}}}}}")
    head = "schema: poultice-program/1\nid: random\ntitle: {en: R, de: R}\nevidence: convention\n"
    return f"{head}requires: {{zones: [lumbar, upper_back]}}\nmax_total: 90 min\nsteps:\n" + "\n".join(steps) + "\n"


@pytest.mark.slow
@pytest.mark.parametrize("preset", PRESETS)
def test_16_each_preset_on_a_covered_pad(tmp_path: Path, preset: str) -> None:
    audit = Audit(tmp_path)
    assert audit.play(preset) == "finished"
    assert max(audit.dose) <= LIMIT
    assert max(audit.house.state.dose.values()) >= max(audit.dose) - NOISE, "noise makes the host count more, not less"


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_16_random_programs_turned_up_at_random(tmp_path: Path, seed: int) -> None:
    audit = Audit(tmp_path, written(seed), seed)
    house = audit.house
    house.accept_checklist()
    reply = house.request("start", program="random")
    if reply.status == "refused":
        assert reply.reason.code == "unplayable"
        return
    house.request("stop")
    audit.play("random", random.Random(seed))
    assert 0.0 < max(audit.dose) <= LIMIT + NOISE
    assert audit.hottest_c < 43.0


@pytest.mark.slow
def test_16_who_turns_everything_up_is_told_before_it_ends(tmp_path: Path) -> None:
    program = written(0).split("steps:")[0] + (
        "steps:\n"
        "  - {id: hot, duration: 5 min, heat: {lumbar: {target: 42 °C, ramp: 6 °C/min}}}\n"
        "  - {id: on, duration: 55 min, heat: {lumbar: {target: 39 °C}}}\n"
    )
    audit = Audit(tmp_path, program)
    audit.house.start("random")
    reasons: list[str] = []
    while audit.house.state.session is not None:
        audit.run(10.0)
        reasons.append(audit.house.state.reason.code)
        state = audit.house.state
        if state.session is not None and state.session.step == 1 and state.zones["lumbar"].asked == 39.0:
            audit.house.request("adjust", zone="lumbar", target=41.0)
    assert reasons[-1] == "dose"
    assert reasons.count("dose_ahead") * 10.0 >= 300.0, "for minutes"
    assert any(event.kind == "finished" and event.reason.code == "dose" for event in audit.house.broker.events)
    assert audit.house.state.faults == []
    audit.run(COOLING_S)
    assert LIMIT - 0.4 < max(audit.dose) <= LIMIT + NOISE


def test_16_no_preset_plans_as_much(tmp_path: Path) -> None:
    programs = load_programs(tmp_path, HostLimits())
    assert len(PRESETS) >= 4
    for name in PRESETS:
        doses = [planned_dose(programs[name], zone) for zone in programs[name].zones]
        assert 0.0 <= max(doses) <= 0.5 * LIMIT
